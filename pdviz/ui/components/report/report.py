"""The report of a page, in one drawing.

One drawing, not an element for each: a page of a few elements is shown in half of the time that a
page of forty takes, and a figure that stays is changed in a third of the time of a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from pdviz.ui.components.assets import drawing
from pdviz.ui.reports.blocks import Block
from pdviz.ui.session import current, last_edit
from pdviz.ui.state.link import to_query

_REPORT = drawing("report", "report")


def show_report(name: str, blocks: Sequence[Block], *, endpoint: str = "") -> None:
    """Show blocks below each other.

    Args:
        name: the key of the drawing.
        blocks: what is shown.
        endpoint: the name in `pdviz.ui.reports.REPORTS` of the function that makes them. When the
            editor is moved, the drawing requests them there by itself, which is quicker than a run
            of the page; see `pdviz.ui.serving.routes`.
    """
    data = {"blocks": list(blocks), **last_edit("editor")}
    if endpoint:
        data |= {"endpoint": endpoint, "query": urlencode(to_query(current()))}
    _REPORT(key=name, data=data)
