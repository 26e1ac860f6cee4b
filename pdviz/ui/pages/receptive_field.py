"""Page Receptive field: what a stack of layers sees, how evenly, and how strongly."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz.analysis.stack import WEIGHTS
from pdviz.ui.components.report.report import show_report
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.queries import effective_field as effects
from pdviz.ui.reports.blocks import figure, note
from pdviz.ui.reports.receptive_field import SHADE
from pdviz.ui.state import State

_MEASURE_HELP: Final = (
    "The gradient g of one output says how much each input counts. Squared it is an energy, which "
    "over random weights adds up as paths do; |g| is its size."
)
_ACTIVATION_HELP: Final = (
    "A ReLU, max(0, y), follows every layer but the last; it blocks the paths through outputs that "
    f"are negative, so the effect is averaged over {effects.DRAWS} inputs drawn from a normal "
    "distribution."
)
_DEPTHS_HELP: Final = (
    "The exact number of paths after each layer, for this stack and its rivals: back from an "
    "output to the inputs that it sees, or on from an input to the outputs that it reaches."
)
_TRIAL_HELP: Final = f"Random weights are drawn {effects.DRAWS} times, and the effect averaged."


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the choices, every depth, and the report."""
    _choices(state)
    _depths(state)
    show_report("field", blocks, endpoint="receptive_field")


def _choices(state: State) -> None:
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("rival", segmented=True)
        controls.choice("trial", segmented=True, help=_TRIAL_HELP)
        controls.choice("activation", segmented=True, help=_ACTIVATION_HELP)
        controls.choice("measure", segmented=True, help=_MEASURE_HELP)
        if state.field.trial == "actual":
            controls.choice("weights", width=190)
        if (
            state.field.trial == "random"
            or state.weights.kind == "random"
            or state.field.activation == "relu"
        ):
            controls.whole("seed", "The same seed draws the same random numbers", fit=True)
    if state.field.trial == "actual" and state.weights.kind == "typed":
        weights_table(state)


def _depths(state: State) -> None:
    """Draw every depth of the stack and its rivals, from the side that is chosen, if one is."""
    controls.choice("view", segmented=True, help=_DEPTHS_HELP)
    if state.field.view != "none":
        show_report("depths", [figure("every-depth", state), note(SHADE, "caption")])


PAGE = PageSpec(
    url="receptive_field",
    title="Receptive field",
    icon=":material/account_tree:",
    heading="What a stack sees",
    purpose=(
        "Stack layers, and see which inputs one output depends on, by how many paths, and how "
        "much. Point at a tap to see which inputs it adds."
    ),
    draw=_draw,
    weights=lambda state: WEIGHTS[state.weights.kind] if state.field.trial == "actual" else "",
    mode="stack",
    report="receptive_field",
    needs_torch=True,
)
