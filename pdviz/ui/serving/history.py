"""The browser's history, kept from a page's first moment on.

A page may be chosen as soon as its link is there, which is before any component of Streamlit's is.
So what keeps the history comes in the HTML of the page itself.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pdviz.ui.components.assets import HISTORY

_SCRIPT: Final = f'<script type="module">{HISTORY}keepOneEntryPerStep()</script>'.encode()
_HEAD: Final = b"<head>"
_UNCHANGED: Final = ("accept-encoding", "if-none-match", "if-modified-since", "range")
"""Headers by which a request for HTML allows less than the whole text: it is sent whole."""
_OF_THE_TEXT: Final = ("etag", "last-modified", "accept-ranges")
"""Headers that describe the text before it was changed."""


class KeptHistory:
    """Middleware that puts the script into every page that a browser opens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one for HTML with the script in it."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        for name in _UNCHANGED:
            del headers[name]
        await self.app({**scope, "headers": headers.raw}, receive, _Insertion(send).send)


class _Insertion:
    """The messages of one response, on their way to the browser."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass a message on; of HTML only the last one, with the whole text."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._end(self._start)

    async def _end(self, start: Message) -> None:
        """Send the text with the script at the beginning of its head."""
        body = self._body.replace(_HEAD, _HEAD + _SCRIPT, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in _OF_THE_TEXT:
            del headers[name]
        if body:  # there is none in the response to HEAD
            headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_html(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
