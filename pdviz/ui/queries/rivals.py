"""Queries of a stack's rivals: dense and plain dilated stacks of equal span or equal weights."""

from __future__ import annotations

from functools import lru_cache

from pdviz.analysis.proof import by_quantity
from pdviz.analysis.rivals import Comparison, Rival, compare, rivals
from pdviz.analysis.rivals.receptive_field_proofs import comparison_proofs
from pdviz.analysis.stack import stack_extent
from pdviz.figures.wording import column_of
from pdviz.limits import MAX_EXTENT
from pdviz.ui.queries.receptive_field import Layers, Proofs
from pdviz.ui.state.parts.receptive_field import RIVALS


@lru_cache(maxsize=64)
def stack_rivals(layers: Layers, fit: str) -> tuple[Rival, ...]:
    """Return the stack, and those of its rivals that differ from it and can be counted."""
    first, *others = rivals(layers, fit)
    return (first, *(rival for rival in others if not rival.same and rival.extent <= MAX_EXTENT))


@lru_cache(maxsize=128)
def values(layers: Layers, fit: str) -> dict[str, Comparison]:
    """Compute the numbers of a stack and of its rivals, by their names."""
    return {rival.name: compare(rival.layers) for rival in stack_rivals(layers, fit)}


@lru_cache(maxsize=64)
def proofs(layers: Layers) -> Proofs:
    """Prove those numbers for the rivals of both fits, each for all stacks together."""
    own = stack_extent(layers)[1]
    stacks = {
        column_of(rival.name, fit, rival.extent, own): (
            rival.layers,
            values(layers, fit)[rival.name],
        )
        for fit in RIVALS
        for rival in stack_rivals(layers, fit)
    }
    return by_quantity(comparison_proofs(stacks))
