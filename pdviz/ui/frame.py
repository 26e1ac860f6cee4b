"""What every page has around it: the shared controls, the link, and a floor under what may fail."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pdviz.ui.components.editor import Mode, editor
from pdviz.ui.compute import Busy
from pdviz.ui.session import current, show_link_notices, take_edits, write_link
from pdviz.ui.sidebar import pattern_controls
from pdviz.ui.stack import TooWide
from pdviz.ui.state import State


def show(
    title: str, purpose: str, body: Callable[[State], None], *, mode: Mode = "compact"
) -> None:
    """Draw a page as one fragment: an edit redraws it alone.

    Args:
        title: the page's heading.
        purpose: a sentence or two under it.
        body: draws the rest.
        mode: what the editor above it all shows.
    """

    @st.fragment
    def page() -> None:
        take_edits(title)
        pattern_controls()
        st.header(title, anchor=False)
        st.markdown(purpose)
        show_link_notices()
        editor(current(), mode)
        try:
            body(current())
        except TooWide as refused:
            if mode != "stack":  # where the editor says it
                st.warning(refused.sentence)
        except Busy:
            st.warning("Many people are computing at the moment. Try again in a few seconds.")
        write_link()

    page()
