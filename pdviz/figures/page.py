"""Page of one figure: an HTML file that needs nothing else, with the figure's text below it; and
the code of plotly.js, which that file holds and the app's own pages load.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

import plotly.graph_objects as go
import plotly.io
from plotly.offline import get_plotlyjs

from pdviz.figures.sheet import CONFIG

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1b2230;background:#fff;"
    "max-width:68rem;margin:2rem auto;padding:0 1rem}figure{margin:0}"
    "h1{font-size:1.2rem;margin:0 0 .5rem}"
)
_HYPHEN: Final = '.minus===void 0?"-":'
_MINUS: Final = '.minus===void 0?"\\u2212":'
"""What its number formats, d3's, write before a negative number: no option of plotly.js sets it."""


@lru_cache(maxsize=1)
def plotly_code() -> str:
    """Return plotly.js as the Python package brings it, but that it writes a true minus sign."""
    return str(get_plotlyjs()).replace(_HYPHEN, _MINUS)


def to_html(figure: go.Figure, *, title: str, caption: str, heading: str = "") -> str:
    """Return the whole page: heading, figure, and the caption, which says what the figure shows.

    Args:
        figure: the figure; it is not changed.
        title: of the page, as text.
        heading: above the figure, as text; "" for none.
        caption: as text.
    """
    light = go.Figure(figure).update_layout(template="plotly_white", autosize=True)
    drawn = plotly.io.to_html(
        light,
        full_html=False,
        include_plotlyjs=False,
        config={**CONFIG, "responsive": True},
        div_id="figure",
    )
    above = f"<h1>{escape(heading)}</h1>" if heading else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<script>{plotly_code()}</script>"
        f"{above}<figure>{drawn}<figcaption>{escape(caption)}</figcaption></figure></body></html>\n"
    )
