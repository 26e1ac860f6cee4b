"""Report of a stack's rivals: the differences in sentences, and a table."""

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


def table_of(fits: Mapping[str, Mapping[str, Comparison]]) -> dict[str, list[str]]:
    """Return the numbers side by side, a column per stack: this one, and its rivals of each fit."""
    table = {"": list(_ROWS)}
    for fit, stacks in fits.items():
        own = stacks["this stack"].extent
        for name, stack in stacks.items():
            table[column_of(name, fit, stack.extent, own)] = [
                write(stack) for _, write in _ROWS.values()
            ]
    return table


def differences(stacks: Mapping[str, Comparison], fit: str, layers: int) -> str:
    """Say how the first of these stacks, each of so many layers, differs from the others."""
    (_, this), *others = stacks.items()
    why = ""
    if fit == "span":
        weights = counted(this.weights, "weight")
        sentence = f"It reaches {percent(this.coverage)} of its span with {weights}"
        comparisons = [
            f"{in_words(n, layers)} reaches {percent(s.coverage)}{_of(this, s)} with {s.weights:,}"
            for n, s in others
        ]
        why = "".join(
            f" {_capital(in_words(n, layers))} cannot span {counted(this.extent, 'input')}: "
            f"{s.extent:,} is the most that fits into them."
            for n, s in others
            if s.extent != this.extent
        )
    else:
        sentence = (
            f"With {counted(this.weights, 'weight')} it spans {counted(this.extent, 'input')} and "
            f"reaches {percent(this.coverage)} of them"
        )
        comparisons = [
            f"{in_words(n, layers)} of {s.weights:,} spans {s.extent:,} and reaches "
            f"{percent(s.coverage)}"
            for n, s in others
        ]
    return f"{sentence}, where {listed(comparisons)}.{why}" if comparisons else f"{sentence}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _of(this: Comparison, other: Comparison) -> str:
    """Return the span that a rival's share refers to, if it differs from the stack's."""
    return "" if other.extent == this.extent else f" of its {counted(other.extent, 'input')}"
