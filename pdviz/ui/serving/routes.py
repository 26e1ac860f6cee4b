"""Endpoints besides the pages: the code that draws figures, figures as files, and reports.

A report is what a page shows of a state. Its drawing requests it here, with the link of the state
and the edit that was just made, while Streamlit still runs the page: so it arrives before the page
does. The endpoint stores nothing; the page's own run takes the edit and makes the same report.
"""

from __future__ import annotations

import gzip
import json
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
_MAX_BODY: Final = 4 * MAX_QUERY
"""Bytes of a request for a report: a link, and an edit, which is no longer."""
_MAX_FIELDS: Final = 100
_PROBES: Final = ("health", "host-config")
_TYPES: Final = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


def routes() -> list[BaseRoute]:
    """Return the routes, below the path that the whole app is served at."""
    base = config.get_option("server.baseUrlPath").strip("/")
    under = f"/{base}" if base else ""
    return [
        Route(f"{under}/plotly.js", _plotly),
        Route(f"{under}/figures/{{name}}.{{kind}}", _figure),
        Route(f"{under}/reports/{{name}}", _report, methods=["POST"]),
        *(Route(f"{under}/{{page}}/_stcore/{name}", _elsewhere) for name in _PROBES),
    ]


def _elsewhere(request: Request) -> Response:
    """Say that the server is not below a page's own address, where a browser looks for it first.

    Streamlit's code in the browser asks there and goes on to the root. It must not be told yes, and
    a 404 would be an error in the console; 300 is neither.
    """
    return Response(status_code=300, headers={"cache-control": "no-store"})


def _plotly(request: Request) -> Response:
    """Return plotly.js; saved figures hold the same."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": f"public, max-age={_DAY}", "vary": "accept-encoding"}
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(_code(packed=packed), media_type="text/javascript", headers=headers)


@lru_cache(maxsize=2)
def _code(*, packed: bool) -> bytes:
    from pdviz.figures.page import plotly_code

    text = plotly_code().encode()
    return gzip.compress(text, 6) if packed else text


def _figure(request: Request) -> Response:
    """Return the figure of this name for the state that the link says, as a file.

    A link is checked as on a page; what a page corrects with a notice is refused here, with 422.
    """
    from pdviz.ui.queries.turns import Busy
    from pdviz.ui.reports.figures import FIGURES, TABLES, as_csv, as_html, saved_name
    from pdviz.ui.state.link import from_query
    from pdviz.ui.state.resolve import TooWide

    name, kind = request.path_params["name"], request.path_params["kind"]
    table = kind == "csv" and name in TABLES
    if not table and (name not in FIGURES or kind not in _TYPES):
        return PlainTextResponse("There is no such figure.", 404)
    state, notices = from_query(dict(request.query_params))
    if notices:
        return PlainTextResponse("\n".join(f"{notice.reason}." for notice in notices), 422)
    make = as_csv if kind == "csv" else as_html
    try:
        text = make(name, state)
    except TooWide as refused:
        return PlainTextResponse(refused.sentence, 422)
    except Busy:
        return PlainTextResponse("Many people are computing at the moment. Try again.", 503)
    headers = {
        "content-disposition": f'attachment; filename="{saved_name(name, state)}.{kind}"',
        "x-content-type-options": "nosniff",
    }
    return Response(text, media_type=_TYPES[kind], headers=headers)


async def _report(request: Request) -> Response:
    """Return the report of this name for a link and an edit; none where the page must say why.

    The body is JSON, `{"query": "wing=3&…", "value": …}`, of at most `_MAX_BODY` bytes.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            return Response(status_code=413)
    try:
        message = json.loads(body)
        query, value = message["query"], message["value"]
        fields = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Response(status_code=422)
    content = await run_in_threadpool(_blocks, request.path_params["name"], fields, value)
    if content is None:
        return Response(status_code=204)
    return Response(content, media_type="application/json", headers={"cache-control": "no-store"})


def _blocks(name: str, fields: dict[str, str], value: Any) -> str | None:
    from pdviz.ui.queries.torch_start import loaded
    from pdviz.ui.queries.turns import Busy
    from pdviz.ui.reports import REPORTS, report
    from pdviz.ui.state.edits import edit_stack
    from pdviz.ui.state.link import from_query
    from pdviz.ui.state.resolve import TooWide

    if name not in REPORTS:
        return None
    state, wrong = from_query(fields)
    if wrong:
        return None
    try:
        return json.dumps(
            {"blocks": report(name, edit_stack(state, value)[0], loaded(), quick=True)}
        )
    except (TooWide, Busy):
        return None
