"""What a page answers, in one drawing.

One drawing, not an element for each: a page of a few elements is shown in half of the time that a
page of forty takes, and a figure that stays is changed in a third of the time of a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from pdviz.ui.components.assets import drawing
from pdviz.ui.reports.blocks import Part
from pdviz.ui.session import current, last_edit
from pdviz.ui.state.link import to_query

_REPORT = drawing("report", "report")


def show_report(name: str, parts: Sequence[Part], *, ask: str = "") -> None:
    """Show parts below each other.

    Args:
        name: the key of the drawing.
        parts: what is shown.
        ask: the answer in `answers.ANSWERS` that they are. The drawing asks for it by itself when
            the editor is moved, which is quicker than a page is drawn; see `served`.
    """
    data = {"parts": list(parts), **last_edit("editor")}
    if ask:
        data |= {"ask": ask, "query": urlencode(to_query(current()))}
    _REPORT(key=name, data=data)
