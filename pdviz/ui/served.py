"""What the server gives besides pages: the code that draws figures, and figures as files."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit import config

if TYPE_CHECKING:
    from starlette.requests import Request

_DAY: Final = 86_400
_TYPES: Final = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


def routes() -> list[BaseRoute]:
    """The routes, below the path that the whole app is served at."""
    base = config.get_option("server.baseUrlPath").strip("/")
    under = f"/{base}" if base else ""
    return [
        Route(f"{under}/plotly.js", _plotly),
        Route(f"{under}/figures/{{name}}.{{kind}}", _figure),
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
