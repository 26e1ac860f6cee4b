"""What every page has around it: the shared controls, the link, and a floor under what may fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import streamlit as st

from pdviz.ui.components.editor.editor import Mode, editor
from pdviz.ui.queries import torch_start
from pdviz.ui.queries.turns import Busy
from pdviz.ui.session import current, show_link_notices, take_edits, write_link
from pdviz.ui.state.resolve import TooWide
from pdviz.ui.state.state import State

Draw = Callable[[], None]
"""Draws what a page has below the editor."""


def show(
    title: str, purpose: str, body: Callable[[State], Draw], *, mode: Mode = "compact"
) -> None:
    """Draw a page as one fragment: an edit redraws it alone.

    Args:
        title: the page's heading.
        purpose: a sentence or two under it.
        body: computes what the page answers, and returns what draws it. A browser shows anew
            whatever arrives within 10 ms at once; so what is quick is computed before anything is
            sent, and only what may take long when it is drawn.
        mode: what the editor above it all shows.
    """

    @st.fragment
    def page() -> None:
        take_edits(title)
        try:
            draw = body(current())
        except (TooWide, Busy) as failed:
            draw = partial(_refuse, failed, mode)
        st.header(title, anchor=False)
        st.markdown(purpose)
        show_link_notices()
        editor(current(), mode)
        try:
            draw()
        except (TooWide, Busy) as failed:
            _refuse(failed, mode)
        write_link()

    page()


def again_when_loaded() -> None:
    """Wait until PyTorch is loaded, and draw the page anew with what needs it."""
    torch_start.warm_up().result()
    st.rerun()


def waiting() -> AbstractContextManager[None]:
    """Say what is being waited for, if computing takes long enough for that to be read."""
    return st.spinner("Computing …" if torch_start.loaded() else torch_start.LOADING)


def _refuse(failed: TooWide | Busy, mode: Mode) -> None:
    """Say why there is no answer."""
    if isinstance(failed, Busy):
        st.warning("Many people are computing at the moment. Try again in a few seconds.")
    elif mode != "stack":  # where the editor says it
        st.warning(failed.sentence)
