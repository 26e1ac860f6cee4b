"""Page: what a stack costs, whichever way it is made."""

from __future__ import annotations

import streamlit as st

from pdviz.figures.cost import NAMES
from pdviz.figures.wording import amount, number
from pdviz.ui.components.report.report import show_report
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Draw, again_when_loaded, show
from pdviz.ui.queries import cost as cost_queries
from pdviz.ui.queries.torch_start import loaded
from pdviz.ui.reports import answer
from pdviz.ui.reports.blocks import AWAITED, RowProofs, table
from pdviz.ui.state.resolve import stack_of
from pdviz.ui.state.state import State


def body(state: State) -> Draw:
    """The answer below its choices, and every layer."""
    ready = loaded()
    parts = answer("cost", state, ready)

    def draw() -> None:
        _choices()
        show_report("costs", parts, ask="cost")
        _layers(cost_queries.cost_query(state, stack_of(state)), ready)
        if not ready:
            again_when_loaded()

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


def _layers(asked: cost_queries.CostQuery, ready: bool) -> None:
    """What each layer costs, where it is asked for: a line for each way, from the input on."""
    expander = st.expander("Layer by layer", on_change="rerun")
    if not expander.open:
        return
    found = {
        f"{depth}: {NAMES[way.way]}": way
        for depth, layer in enumerate(cost_queries.costs(asked).layers, start=1)
        for way in layer.ways.values()
        if way is not None
    }
    columns = {
        "Layer": list(found),
        "Weights held": [amount(way.parameters) for way in found.values()],
        "Multiply-adds": [amount(way.multiply_adds) for way in found.values()],
        "Bytes that must move": [amount(way.forward_bytes) for way in found.values()],
        "FLOP per byte": [number(way.intensity) for way in found.values()],
    }
    proofs: RowProofs = AWAITED
    if ready:
        proofs = {
            f"{depth}: {NAMES[way]}": proof
            for depth, layer in enumerate(cost_queries.layer_proofs(asked), start=1)
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
