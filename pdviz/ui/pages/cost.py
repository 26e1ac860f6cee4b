"""Page: what a stack costs, whichever way it is made."""

from __future__ import annotations

import streamlit as st

from pdviz.figures.cost import NAMES
from pdviz.ui import compute, compute_cost, controls
from pdviz.ui.answers import answer
from pdviz.ui.components.report import show_report
from pdviz.ui.frame import Draw, show
from pdviz.ui.parts import AWAITED, Proofs, table
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
        _layers(compute_cost.asked_of(state, stack_of(state)), ready)
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


def _layers(asked: compute_cost.Asked, ready: bool) -> None:
    """What each layer costs, where it is asked for: a line for each way, from the input on."""
    expander = st.expander("Layer by layer", on_change="rerun")
    if not expander.open:
        return
    found = {
        f"{depth}: {NAMES[way.way]}": way
        for depth, layer in enumerate(compute_cost.costs(asked).layers, start=1)
        for way in layer.ways.values()
        if way is not None
    }
    columns = {
        "Layer": list(found),
        "Weights held": [amount(way.parameters) for way in found.values()],
        "Multiply-adds": [amount(way.multiply_adds) for way in found.values()],
        "Bytes that must move": [amount(way.forward_bytes) for way in found.values()],
        "FLOP a byte": [number(way.intensity) for way in found.values()],
    }
    proofs: Proofs = AWAITED
    if ready:
        proofs = {
            f"{depth}: {NAMES[way]}": proof
            for depth, layer in enumerate(compute_cost.layer_proofs(asked), start=1)
            for way, proof in layer.items()
        }
    with expander:
        show_report("layers", [table("Layer by layer", columns, proofs)])


show(
    "What it costs",
    "Weights, multiply-adds and bytes that have to move, of the stack on the page Receptive field, "
    "counted for each way to make it. How long it takes is measured on the page Signal.",
    body,
)
