"""Page Spectrum: what a kernel, or a stack of them, does to each frequency."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz import signals
from pdviz.analysis.stack import WEIGHTS
from pdviz.ui.components.report.report import show_report
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.reports.spectrum import island_blocks
from pdviz.ui.state import State

_FILTER_HELP: Final = (
    "The stack is edited on the page Receptive field. With strides its response is that of the "
    "filter before the strides drop samples."
)


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the choices and the report."""
    _choices(state)
    show_report("response", blocks, endpoint="spectrum")
    if islands := island_blocks(state):
        show_report("islands", islands)


def _choices(state: State) -> None:
    signal = signals.load(state.signal.name, state.weights.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("filter", segmented=True, help=_FILTER_HELP)
        controls.choice("weights", width=190)
        if state.weights.kind == "random":
            controls.whole("seed", "The same seed draws the same random numbers", fit=True)
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
        "Taps d samples apart see the same value everywhere in a wave of period d, as they do in a "
        "constant. So the response repeats; a repetition of frequency 0 is called an **image**. "
        "The island, whose taps are neighbours, weakens the images."
    ),
    draw=_draw,
    stack=lambda state: state.spectrum.filter == "stack",
    weights=lambda state: WEIGHTS[state.weights.kind],
    report="spectrum",
)
