"""The frame of a page: its fragment, heading, editor and report, the link, and error handling."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pdviz.ui.components.editor.editor import Mode, editor
from pdviz.ui.components.frame.frame import dense, frame
from pdviz.ui.queries import torch_start
from pdviz.ui.queries.turns import Busy
from pdviz.ui.reports import report
from pdviz.ui.session import current, show_link_notices, take_edits, write_link
from pdviz.ui.state import State
from pdviz.ui.state.resolve import TooWide

Blocks = list[dict[str, Any]]
"""The blocks of a report."""


@dataclass(frozen=True)
class PageSpec:
    """A page.

    Attributes:
        url: the last part of its address.
        title: its name in the menu.
        icon: its icon there, from Material Symbols.
        heading: stands at its top.
        purpose: a sentence or two under the heading.
        draw: draws what the page has below the editor, from the state and the report's blocks.
        mode: what the editor shows.
        report: the name in `reports` of the page's report; "" if it has none.
        needs_torch: whether the report says more once PyTorch is loaded.
        stack: whether the page shows the whole stack; else one layer alone.
        weights: returns the title of the weights that the page shows; "" if it shows none.
    """

    url: str
    title: str
    icon: str
    heading: str
    purpose: str
    draw: Callable[[State, Blocks], None]
    mode: Mode = "compact"
    report: str = ""
    needs_torch: bool = False
    stack: Callable[[State], bool] = lambda state: True
    weights: Callable[[State], str] = lambda state: ""


def show(page: PageSpec) -> None:
    """Draw a page as one fragment: an edit draws it alone anew.

    A browser shows anew whatever arrives within 10 ms at once; so the report, which is quick, is
    made before anything is sent.
    """

    @st.fragment
    def fragment() -> None:
        take_edits(page.url)
        ready = torch_start.loaded()
        failure: TooWide | Busy | None = None
        blocks: Blocks = []
        try:
            if page.report:
                blocks = report(page.report, current(), ready)
        except (TooWide, Busy) as error:
            failure = error
        write_link()  # before the drawings receive that the edit was taken: it is safe then
        state = current()
        with st.container(gap="xxsmall", key="page-top"):
            with st.container(horizontal=True, vertical_alignment="center", key="page-heading"):
                st.header(page.heading, anchor=False, width="content")
                frame(state, page.mode, stack=page.stack(state), weights=page.weights(state))
            with st.container(key="purpose"):  # which a view for a projector leaves out
                st.markdown(page.purpose)
            if page.mode == "kernel":
                dense()
            show_link_notices()
        editor(current(), page.mode)
        try:
            if failure is None:
                page.draw(current(), blocks)
                if page.needs_torch and not ready:
                    _rerun_when_loaded()
        except (TooWide, Busy) as error:
            failure = error
        if failure is not None:
            _refuse(failure, page.mode)

    fragment()


def waiting() -> AbstractContextManager[None]:
    """Show what is awaited, if computing takes long enough for that to be read."""
    return st.spinner("Computing …" if torch_start.loaded() else torch_start.LOADING)


def _rerun_when_loaded() -> None:
    """Wait until PyTorch is loaded, and draw the page anew with what needs it."""
    torch_start.warm_up().result()
    st.rerun()


def _refuse(failure: TooWide | Busy, mode: Mode) -> None:
    """Show why there is no report."""
    if isinstance(failure, Busy):
        st.warning("Many people are computing at the moment. Try again in a few seconds.")
    elif mode != "stack":  # where the editor says it
        st.warning(failure.sentence)
