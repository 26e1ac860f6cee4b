"""The row "Save as" of a drawing: the picture as it is now, and its numbers as CSV."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from pdviz.ui.components.assets import drawing
from pdviz.ui.session import current
from pdviz.ui.state.link import to_query

_FILES: Final = drawing("files", "report/files")


def files(name: str, title: str) -> None:
    """Offer the files of a drawing.

    Args:
        name: by which it makes itself known (`model/page.js`), and of its table; see
            `pdviz.ui.reports.figures.TABLES`.
        title: stands above the picture.
    """
    data = {"name": name, "title": title, "query": urlencode(to_query(current()))}
    _FILES(key=f"files of {name}", data=data)
