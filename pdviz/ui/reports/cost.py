"""Report of the cost page: what a stack costs, whichever way it is made."""

from __future__ import annotations

from typing import Final

from pdviz.analysis.cost import StackCost
from pdviz.figures.wording import amount, number, percent
from pdviz.limits import MAX_EXTENT
from pdviz.ui.queries import cost as cost_queries
from pdviz.ui.reports.blocks import (
    PENDING,
    Block,
    RowProofs,
    figure,
    heading,
    note,
    sentences,
    table,
)
from pdviz.ui.state.resolve import extent_of, shapes_of
from pdviz.ui.state.state import State
from pdviz.ways import COST_LABELS, COUNTED, Way

_COUNTED: Final = (
    "For one forward pass, without biases; products with the padding count as well. Each operation "
    "reads its inputs once and writes its output once, which is the least traffic unless a cache "
    "holds something from one operation to the next. Assembling a kernel is one operation; padding "
    "belongs to the convolution. One multiply-add is two floating-point operations (FLOP)."
)

_TRAINING: Final = (
    "The gradients of input and weights take as many multiply-adds as the forward pass, each. For "
    "the backward pass every layer keeps its input and, where a kernel is assembled, that kernel."
)


def cost(state: State, ready: bool, proved: bool) -> list[Block]:
    """Report the costs, in a figure and in a table; without PyTorch their proofs are pending."""
    query = cost_queries.CostQuery.from_state(state, shapes_of(state))
    costs = cost_queries.values(query)
    return [
        sentences(_sentence(costs)),
        figure("cost", state),
        *_beyond(state),
        *(note(reason, "caption") for reason in dict.fromkeys(costs.reasons.values())),
        heading("Each number, and its check"),
        *_ways(costs, query, proved and ready),
    ]


def _sentence(costs: StackCost) -> str:
    """Say what there is to learn: a gap that is multiplied costs as much as a tap."""
    dense, taps = costs.ways[Way.DENSE], costs.ways[Way.FUSED]
    assert dense is not None
    assert taps is not None
    share = percent(taps.multiply_adds / dense.multiply_adds)
    return (
        f"Sparsity is not speed by itself: assembled into a kernel, the gaps are multiplied like "
        f"any other weight. At the taps alone it takes {share} of the multiply-adds of a dense "
        f"Conv1d of the same span, {number(taps.intensity)} floating-point operations for each "
        f"byte that must move instead of {number(dense.intensity)}."
    )


def _ways(costs: StackCost, query: cost_queries.CostQuery, proved: bool) -> list[Block]:
    """Return the table of what each way costs, over the whole stack."""
    proofs: RowProofs = PENDING
    if proved:
        agreed = cost_queries.proofs(query)
        proofs = {COST_LABELS[way]: agreed.get(way) for way in COUNTED}
    means = {COST_LABELS[way]: way.explanation for way in COUNTED}
    possible = [way for way in costs.ways.values() if way is not None]
    columns = {
        "": [COST_LABELS[way.way] for way in possible],
        "Weights": [amount(way.parameters) for way in possible],
        "Multiply-adds": [amount(way.multiply_adds) for way in possible],
        "Bytes that must move": [amount(way.forward_bytes) for way in possible],
        "FLOP per byte": [number(way.intensity) for way in possible],
    }
    training = {
        "": [COST_LABELS[way.way] for way in possible],
        "Multiply-adds": [amount(way.training_multiply_adds) for way in possible],
        "Bytes that must move": [amount(way.training_bytes) for way in possible],
        "FLOP per byte": [number(way.training_intensity) for way in possible],
        "Bytes kept for the backward pass": [amount(way.activation_bytes) for way in possible],
    }
    return [
        table("Each way, over the whole stack", columns, proofs, means),
        note(_COUNTED, "caption"),
        heading("A training step, forward and backward"),
        table("Each way, in a training step", training, None, means),
        note(_TRAINING, "caption"),
    ]


def _beyond(state: State) -> list[Block]:
    """Note that the receptive field of a stack so wide is not computed, but its costs are."""
    extent = extent_of(state)
    if extent <= MAX_EXTENT:
        return []
    return [
        note(
            f"From its first to its last input this stack spans {amount(extent)}, too many for its "
            "receptive field to be computed. Its costs need none: they are counted all the same."
        )
    ]


def layer_table(state: State, ready: bool) -> Block:
    """Make the table of what each layer costs: a row per layer and way, from the input on."""
    query = cost_queries.CostQuery.from_state(state, shapes_of(state))
    ways = {
        f"{depth}: {COST_LABELS[way.way]}": way
        for depth, layer in enumerate(cost_queries.values(query).layers, start=1)
        for way in layer.ways.values()
        if way is not None
    }
    columns = {
        "Layer": list(ways),
        "Weights": [amount(way.parameters) for way in ways.values()],
        "Multiply-adds": [amount(way.multiply_adds) for way in ways.values()],
        "Bytes that must move": [amount(way.forward_bytes) for way in ways.values()],
        "FLOP per byte": [number(way.intensity) for way in ways.values()],
    }
    proofs: RowProofs = PENDING
    if ready:
        proofs = dict.fromkeys(ways) | {
            f"{depth}: {COST_LABELS[way]}": proof
            for depth, layer in enumerate(cost_queries.layer_proofs(query), start=1)
            for way, proof in layer.items()
        }
    return table("Layer by layer", columns, proofs)
