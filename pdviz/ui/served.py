"""What the server gives besides pages: the code that draws figures, figures as files, and answers.

An answer is what a page shows of a state. Its drawing asks for it here, with the link that it shows
and the edit that was just made, while the page itself is still being run: so it is there before
that. Nothing is kept of it; the page's own run takes the edit, and says the same.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit import config

from pdviz.limits import MAX_QUERY

if TYPE_CHECKING:
    from starlette.requests import Request

_DAY: Final = 86_400
_MOST: Final = 4 * MAX_QUERY
"""Bytes that may be sent to ask for an answer: a link, and an edit, which is no longer."""
_MOST_FIELDS: Final = 100
_TYPES: Final = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


@asynccontextmanager
async def without_delay(app: object) -> AsyncIterator[None]:
    """While it is served, send whatever is written at once.

    asyncio does so with the sockets it opens, but not with one that it is given (see issue 3149 of
    uvicorn): what follows a first small piece, as a body follows its headers, then waits until the
    browser has acknowledged that, for up to 40 ms. An accepted connection inherits the option.
    """
    for listener in _sockets():
        inet = listener.family in (socket.AF_INET, socket.AF_INET6)
        if inet and listener.type == socket.SOCK_STREAM:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.close()
    yield


def _sockets() -> Iterator[socket.socket]:
    """Copies of this process's open sockets; none where the system does not list open files."""
    try:
        names = os.listdir("/dev/fd")
    except OSError:
        return
    for name in names:
        try:
            copy = os.dup(int(name))
        except OSError:  # the folder itself, closed again
            continue
        try:
            yield socket.socket(fileno=copy)
        except OSError:  # another kind of file
            os.close(copy)


def routes() -> list[BaseRoute]:
    """The routes, below the path that the whole app is served at."""
    base = config.get_option("server.baseUrlPath").strip("/")
    under = f"/{base}" if base else ""
    return [
        Route(f"{under}/plotly.js", _plotly),
        Route(f"{under}/figures/{{name}}.{{kind}}", _figure),
        Route(f"{under}/answers/{{name}}", _answer, methods=["POST"]),
    ]


def _plotly(request: Request) -> Response:
    """plotly.js as the Python package brings it, which is what saved figures hold, too."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": f"public, max-age={_DAY}", "vary": "accept-encoding"}
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(_code(packed=packed), media_type="text/javascript", headers=headers)


@lru_cache(maxsize=2)
def _code(*, packed: bool) -> bytes:
    from plotly.offline import get_plotlyjs

    text = get_plotlyjs().encode()
    return gzip.compress(text, 6) if packed else text


def _figure(request: Request) -> Response:
    """The figure of this name for the state that the link says, as a file.

    What a link holds is checked as on a page; there it is said, here it is an answer of 422.
    """
    from pdviz.ui.compute import Busy
    from pdviz.ui.link import from_query
    from pdviz.ui.pictures import PICTURES, as_csv, as_html
    from pdviz.ui.stack import TooWide

    name, kind = request.path_params["name"], request.path_params["kind"]
    if name not in PICTURES or kind not in _TYPES:
        return PlainTextResponse("There is no such figure.", 404)
    state, wrong = from_query(dict(request.query_params))
    if wrong:
        said = (sentence.partition(" Shown instead:")[0] for sentence in wrong)
        return PlainTextResponse("\n".join(said), 422)
    make = as_csv if kind == "csv" else as_html
    try:
        text = make(name, state)
    except TooWide as refused:
        return PlainTextResponse(refused.sentence, 422)
    except Busy:
        return PlainTextResponse("Many people are computing at the moment. Try again.", 503)
    headers = {
        "content-disposition": f'attachment; filename="pdviz-{name}.{kind}"',
        "x-content-type-options": "nosniff",
    }
    return Response(text, media_type=_TYPES[kind], headers=headers)


async def _answer(request: Request) -> Response:
    """The answer of this name for a link and an edit; nothing where the page itself must say why.

    The body is JSON, `{"query": "wing=3&…", "value": …}`, of at most `_MOST` bytes.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            return Response(status_code=413)
    try:
        asked = json.loads(body)
        query, value = asked["query"], asked["value"]
        fields = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Response(status_code=422)
    found = await run_in_threadpool(_answered, request.path_params["name"], fields, value)
    if found is None:
        return Response(status_code=204)
    return Response(found, media_type="application/json", headers={"cache-control": "no-store"})


def _answered(name: str, fields: dict[str, str], value: Any) -> str | None:
    from pdviz.ui.answers import ANSWERS, answer
    from pdviz.ui.components.editor import edit_stack
    from pdviz.ui.compute import Busy, loaded
    from pdviz.ui.link import from_query
    from pdviz.ui.stack import TooWide

    if name not in ANSWERS:
        return None
    state, wrong = from_query(fields)
    if wrong:
        return None
    try:
        return json.dumps(
            {"parts": answer(name, edit_stack(state, value)[0], loaded(), quick=True)}
        )
    except (TooWide, Busy):
        return None
