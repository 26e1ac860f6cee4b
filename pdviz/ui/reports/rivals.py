"""A stack beside its rivals in words, and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pdviz.analysis.proof import Proof, Quantity
from pdviz.analysis.rivals import Comparison
from pdviz.figures.wording import column_of, counted, in_words, length, listed, percent

_ROWS: Final[Mapping[str, tuple[Quantity, Callable[[Comparison], str]]]] = {
    "Weights": (Quantity.WEIGHTS, lambda stack: f"{stack.weights:,}"),
    "Receptive field": (Quantity.EXTENT, lambda stack: f"{stack.extent:,}"),
    "Inputs reached": (Quantity.INPUTS_REACHED, lambda stack: f"{stack.reached:,}"),
    "Coverage": (Quantity.COVERAGE, lambda stack: percent(stack.coverage)),
    "Longest hole": (Quantity.LONGEST_HOLE, lambda stack: f"{stack.longest_hole:,}"),
    "Longest run without a hole": (Quantity.LONGEST_RUN, lambda stack: f"{stack.longest_run:,}"),
    "σ of the effect, expected": (Quantity.EXPECTED_STD, lambda stack: length(stack.std)),
}
"""The quantity of each row, and how it is written."""


def row_proofs(proofs: Mapping[Quantity, Proof]) -> dict[str, Proof | None]:
    """Return the proof of each row of the table by its title; None if it has only one method."""
    return {title: proofs.get(quantity) for title, (quantity, _) in _ROWS.items()}


def table_of(beside: Mapping[str, Mapping[str, Comparison]]) -> dict[str, list[str]]:
    """The numbers side by side, a column a stack: this one, and its rivals of each fit."""
    table = {"": list(_ROWS)}
    for fit, stacks in beside.items():
        for name, stack in stacks.items():
            table[column_of(name, fit)] = [say(stack) for _, say in _ROWS.values()]
    return table


def differences(stacks: Mapping[str, Comparison], fit: str, layers: int) -> str:
    """What sets the first of these stacks, each of so many layers, apart from the others."""
    (_, this), *others = stacks.items()
    if fit == "span":
        weights = counted(this.weights, "weight")
        said = f"It reaches {percent(this.coverage)} of its span with {weights}"
        beside = [
            f"{in_words(n, layers)} reaches {percent(s.coverage)}{_of(this, s)} with {s.weights:,}"
            for n, s in others
        ]
    else:
        said = (
            f"With {counted(this.weights, 'weight')} it spans {this.extent:,} inputs and reaches "
            f"{percent(this.coverage)} of them"
        )
        beside = [
            f"{in_words(n, layers)} of {s.weights:,} spans {s.extent:,} and reaches "
            f"{percent(s.coverage)}"
            for n, s in others
        ]
    return f"{said}, where {listed(beside)}." if beside else f"{said}."


def _of(this: Comparison, other: Comparison) -> str:
    """Of what a rival reaches its share: said where a dilation cannot make the same span."""
    return "" if other.extent == this.extent else f" of the {other.extent:,} it comes to"
