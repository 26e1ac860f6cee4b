"""Page: what a stack costs, whichever way it is made."""

from __future__ import annotations

import streamlit as st

from pdviz.analysis.cost import StackCost
from pdviz.figures.cost import NAMES
from pdviz.ui import compute, compute_cost, controls
from pdviz.ui.answers import answer
from pdviz.ui.components.report import show_report
from pdviz.ui.frame import Draw, show
from pdviz.ui.parts import table
from pdviz.ui.stack import stack_of
from pdviz.ui.state import State
from pdviz.ui.words import amount, number


def body(state: State) -> Draw:
    """The answer below its choices, and every layer."""
    ready = compute.loaded()
    parts = answer("cost", state, ready)

    def draw() -> None:
        _choices()
        show_report("costs", parts, ask="cost")
        _layers(compute_cost.costs(compute_cost.asked_of(state, stack_of(state))))
        if not ready:
            compute.again_when_loaded()

    return draw


def _choices() -> None:
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.whole("batch", "Signals side by side", width=120)
        controls.whole("width", "Channels in and out of every layer", width=130)
        controls.whole(
            "groups", "Channels mix within their group; as many as channels: depthwise", width=130
        )
        controls.whole("length", "Samples a channel at the input", width=150)
        controls.choice("dtype", width=150)


def _layers(costs: StackCost) -> None:
    """What each layer costs, where it is asked for."""
    expander = st.expander("Layer by layer", on_change="rerun")
    if expander.open:
        with expander:
            show_report("layers", [table("Layer by layer", _columns(costs))])


def _columns(costs: StackCost) -> dict[str, list[str]]:
    """A line for each way of each layer, from the input to the output."""
    found = [
        (depth, way)
        for depth, layer in enumerate(costs.layers, start=1)
        for way in layer.ways.values()
        if way is not None
    ]
    return {
        "Layer": [f"{depth}: {NAMES[way.way]}" for depth, way in found],
        "Weights held": [amount(way.parameters) for _, way in found],
        "Multiply-adds": [amount(way.multiply_adds) for _, way in found],
        "Of a training step": [amount(way.training_multiply_adds) for _, way in found],
        "Bytes that must move": [amount(way.forward_bytes) for _, way in found],
        "FLOP a byte": [number(way.intensity) for _, way in found],
        "Bytes kept for backward": [amount(way.activation_bytes) for _, way in found],
    }


show(
    "What it costs",
    "Weights, multiply-adds and bytes that have to move, of the stack on the page Receptive field, "
    "counted for each way to make it. How long it takes is measured on the page Signal.",
    body,
)
