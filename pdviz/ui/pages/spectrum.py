"""Page Spectrum: what a kernel, or a stack of them, does to each frequency."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz import signals
from pdviz.ui.components.report.report import show_report
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.state import State

_FILTER_HELP: Final = (
    "The stack is edited on the page Receptive field. With strides its response is that of the "
    "filter in front of the thinning."
)


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the choices and the report."""
    _choices(state)
    show_report("response", blocks, endpoint="spectrum")


def _choices(state: State) -> None:
    signal = signals.load(state.signal.name, state.weights.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("filter", segmented=True, help=_FILTER_HELP)
        controls.choice("weights", width=190)
        if state.weights.kind == "random":
            controls.whole("seed", "Random seed", width=130)
        controls.choice("rival", segmented=True)
        controls.choice("below", segmented=True)
        controls.choice("signal", width=220)
        unit = "hertz" if signal.time_unit == "s" else f"cycles per {signal.time_unit}"
        controls.toggle("hertz", label=f"Frequency in {unit}")
    if state.weights.kind == "typed":
        weights_table(state)


PAGE = PageSpec(
    url="spectrum",
    title="Spectrum",
    icon=":material/graphic_eq:",
    heading="What it does to frequencies",
    purpose=(
        "Taps d samples apart cannot tell a wave that turns once in d samples from a constant: the "
        "response repeats, and what lies there is an **image** of frequency 0. The island, whose "
        "taps are neighbours, breaks the repetition."
    ),
    draw=_draw,
    report="spectrum",
)
