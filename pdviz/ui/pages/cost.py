"""Page: what a stack costs, whichever way it is made."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz.analysis.cost import StackCost, WayCost
from pdviz.figures.cost import NAMES
from pdviz.ui import compute, compute_cost, controls
from pdviz.ui.components.report import (
    Number,
    Part,
    figure,
    heading,
    note,
    numbers,
    sentences,
    show_report,
)
from pdviz.ui.frame import Draw, show
from pdviz.ui.stack import stack_of
from pdviz.ui.state import State
from pdviz.ui.words import amount, number

_QUANTITIES: Final = {
    "weights held": ("Weights held", "Biases are not counted."),
    "multiply-adds": (
        "Multiply-adds",
        "Of a forward pass; where a weight meets padding it is counted too.",
    ),
}


def body(state: State) -> Draw:
    """The figure, the numbers with their proofs, and every layer, below the choices."""
    asked = compute_cost.asked_of(state, stack_of(state))
    costs, ready = compute_cost.costs(asked), compute.loaded()
    parts = [
        sentences(_sentence(costs)),
        figure("cost", state),
        *(note(reason, "caption") for reason in dict.fromkeys(costs.reasons.values())),
        heading("Each number, and its proof"),
        _numbers(costs, asked) if ready else note(compute.LOADING),
    ]

    def draw() -> None:
        _choices()
        show_report("costs", parts)
        _layers(costs)
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


def _sentence(costs: StackCost) -> str:
    """What there is to learn: a gap that is multiplied costs as much as a tap."""
    dense, taps = costs.ways["conv1d"], costs.ways["fused"]
    assert dense is not None
    assert taps is not None
    share = f"{taps.multiply_adds / dense.multiply_adds:.0%}"
    return (
        f"Sparsity is not speed by itself: assembled into a kernel, the gaps are multiplied like "
        f"any other weight. At the taps alone it takes {share} of the multiply-adds of a dense "
        f"Conv1d of the same span, {number(taps.intensity)} floating-point operations for each "
        f"byte that has to move instead of {number(dense.intensity)}."
    )


def _numbers(costs: StackCost, asked: compute_cost.Asked) -> Part:
    """Weights and multiply-adds of each way, over the whole stack."""
    proofs = compute_cost.proofs(asked)
    shown = []
    for way, found in costs.ways.items():
        if found is None:
            continue
        for quantity, value in (
            ("weights held", found.parameters),
            ("multiply-adds", found.multiply_adds),
        ):
            label, means = _QUANTITIES[quantity]
            proof = proofs.get(f"{quantity}, {way}")
            shown.append(Number(f"{NAMES[way]}: {label.lower()}", amount(value), "", means, proof))
    return numbers(shown)


def _layers(costs: StackCost) -> None:
    """What each layer costs, where it is asked for."""
    expander = st.expander("Layer by layer", on_change="rerun")
    if not expander.open:
        return
    rows: list[dict[str, str]] = []
    for depth, layer in enumerate(costs.layers, start=1):
        for way, found in layer.ways.items():
            if found is not None:
                rows.append({"layer": str(depth), "way": NAMES[way], **_cells(found)})
    expander.table(rows, hide_index=True)


def _cells(found: WayCost) -> dict[str, str]:
    return {
        "weights": f"{found.parameters:,}",
        "multiply-adds": amount(found.multiply_adds),
        "of a training step": amount(found.training_multiply_adds),
        "bytes moved": amount(found.forward_bytes),
        "FLOP a byte": number(found.intensity),
        "kept for backward, bytes": amount(found.activation_bytes),
    }


show(
    "What it costs",
    "Weights, multiply-adds and bytes that have to move, of the stack on the page Receptive field, "
    "counted for each way to make it. How long it takes is measured on the page Signal.",
    body,
)
