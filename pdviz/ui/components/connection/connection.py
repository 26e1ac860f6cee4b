"""The watch over edits on their way, and what a page says when they do not arrive."""

from __future__ import annotations

from typing import Final

from pdviz.ui.components.assets import drawing
from pdviz.ui.session import acknowledged, drawn

_CONNECTION: Final = drawing("connection", "connection")


def connection() -> None:
    """Watch the edits of a page; call it at the end of every full run, outside fragments.

    The drawing requests a full run when the connection is there again, and when an edit has not
    been acknowledged for a while: of a session that has ended, a fragment is not known any more.
    """
    data = {"acknowledged": acknowledged(), "drawn": drawn()}
    _CONNECTION(key="connection", data=data, on_resume_change=lambda: None)
