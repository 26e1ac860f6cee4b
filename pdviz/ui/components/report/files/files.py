"""The row "Save as" of a drawing: the picture as it is now, and its numbers as CSV."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from pdviz.ui.components.assets import drawing
from pdviz.ui.reports.figures import saved_name
from pdviz.ui.session import current
from pdviz.ui.state.link import to_query

_FILES: Final = drawing("files", "report/files")


def files(name: str, title: str, words: str = "") -> None:
    """Offer the files of a drawing.

    Args:
        name: by which it makes itself known (`model/page.js`), and of its table; see
            `pdviz.ui.reports.figures.TABLES`.
        title: stands above the picture.
        words: below the title, about the drawing's first part.
    """
    state = current()
    file, query = saved_name(name, state), urlencode(to_query(state))
    data = {"name": name, "title": title, "words": words, "file": file, "query": query}
    _FILES(key=f"files of {name}", data=data)
