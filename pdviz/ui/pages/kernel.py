"""Page: the kernel under a hand, and what a stack of such layers sees."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pdviz.analysis.stack import kernel_numbers
from pdviz.figures.wording import percent
from pdviz.ui.pages.frame import show
from pdviz.ui.state.state import State


def body(state: State) -> None:
    """Say what a layer saves; all else the editor above draws by itself."""
    numbers = kernel_numbers(state.pattern)
    st.caption(
        f"One layer saves {percent(numbers.saved)} of the weights of a dense kernel of its span. "
        "On the page Receptive field every layer can be edited, and every number has its proof."
    )


show(
    "A partially dilated kernel",
    "A dense **island** sees what is near in full; dilated **wings** reach far with few weights. "
    "Drag the handles, or click an element: filled is a tap, with a weight to learn; empty is a "
    "gap, always zero.",
    lambda state: partial(body, state),
    mode="kernel",
)
