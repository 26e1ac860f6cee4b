"""A stack beside its rivals in words, and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pdviz.analysis.rivals import Comparison
from pdviz.ui.words import counted, number, percent

NAMES: Final = {
    "this stack": "This stack",
    "dense": "Dense",
    "plain dilated": "Plain dilated",
}
"""What a rival is called on a page."""
_WHERE: Final = {"dense": "a dense stack", "plain dilated": "plain dilation"}


def titled(name: str, weights: int) -> str:
    """A stack's name with what it costs to train."""
    return f"{NAMES[name]}: {counted(weights, 'weight')}"


def table_of(stacks: Mapping[str, Comparison]) -> dict[str, list[Any]]:
    """The numbers side by side, a row a stack."""
    rows = stacks.values()
    return {
        "": [NAMES[name] for name in stacks],
        "Weights": [f"{row.weights:,}" for row in rows],
        "Receptive field": [f"{row.extent:,}" for row in rows],
        "Inputs reached": [f"{row.reached:,}" for row in rows],
        "Coverage": [percent(row.coverage) for row in rows],
        "Longest hole": [f"{row.largest_gap:,}" for row in rows],
        "Longest run without a hole": [f"{row.longest_run:,}" for row in rows],
        "σ of the effect": [number(row.std) for row in rows],
    }


def differences(stacks: Mapping[str, Comparison], fit: str) -> list[str]:
    """What sets the first of these stacks apart from each of its rivals, in a sentence each."""
    (_, this), *others = stacks.items()
    return [_difference(this, other, _WHERE[name], fit) for name, other in others]


def _difference(this: Comparison, other: Comparison, name: str, fit: str) -> str:
    if fit == "weights":
        return (
            f"With {_as_many(this, other)} weights it reaches over {this.extent:,} inputs, "
            f"{percent(this.coverage)} of them reached, where {name} reaches over "
            f"{other.extent:,}, {percent(other.coverage)} of them reached."
        )
    if this.coverage == other.coverage:
        reached = f"It reaches {percent(this.coverage)} of its span, as {name} does"
    else:
        reached = (
            f"It reaches {percent(this.coverage)} of its span where {name} reaches "
            f"{percent(other.coverage)}"
        )
    return f"{reached}, with {this.weights:,} weights instead of {other.weights:,}."


def _as_many(this: Comparison, other: Comparison) -> str:
    same = this.weights == other.weights
    return f"the same {this.weights:,}" if same else f"{this.weights:,} (against {other.weights:,})"
