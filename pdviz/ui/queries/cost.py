"""Queries of the cost of a stack, whichever way it is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pdviz.analysis.cost import Shape, StackCost, cost
from pdviz.analysis.proof import Proof
from pdviz.analysis.stack import Layer
from pdviz.figures.cost import cost_alt, cost_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.pattern import Pattern
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State
from pdviz.ways import Way

CostLayers = tuple[tuple[Pattern | Shape, int], ...]
"""Pattern, or the shape of a kernel too long to be listed, and stride of each layer."""


class CostQuery(NamedTuple):
    """A stack and the sizes that its costs are counted for."""

    layers: CostLayers
    batch: int
    channels: int
    length: int
    groups: int
    dtype: str

    @classmethod
    def from_state(cls, state: State, layers: CostLayers) -> CostQuery:
        """Return the query of these layers for the sizes of a state."""
        sizes = state.cost
        return cls(layers, sizes.batch, sizes.width, sizes.length, sizes.groups, sizes.dtype)

    @property
    def sizes(self) -> dict[str, Any]:
        """The sizes by the names that `analysis.cost` gives them."""
        return {name: value for name, value in self._asdict().items() if name != "layers"}


@lru_cache(maxsize=64)
def values(query: CostQuery) -> StackCost:
    """Count the costs of each way."""
    return cost(query.layers, **query.sizes)


@lru_cache(maxsize=64)
def proofs(query: CostQuery) -> Mapping[Way, Proof]:
    """Prove the costs of each way that can make the stack, a part for each number.

    Of kernels too long to be made, the numbers have one method.
    """
    layers = _made(query.layers)
    if layers is None:
        return {}

    def work() -> Mapping[Way, Proof]:
        from pdviz.analysis.cost.proofs import cost_proofs

        return cost_proofs(layers, **query.sizes).ways

    return in_turn(work, small=True)


@lru_cache(maxsize=8)
def layer_proofs(query: CostQuery) -> tuple[Mapping[Way, Proof], ...]:
    """Prove the costs of each layer by itself, as `proofs`."""
    layers = _made(query.layers)
    if layers is None:
        return tuple({} for _ in query.layers)

    def work() -> tuple[Mapping[Way, Proof], ...]:
        from pdviz.analysis.cost.proofs import layer_cost_proofs

        return layer_cost_proofs(layers, **query.sizes)

    return in_turn(work, small=True)


def _made(layers: CostLayers) -> tuple[Layer, ...] | None:
    """Return the layers, or None if one is a shape alone."""
    patterns = [(pattern, stride) for pattern, stride in layers if isinstance(pattern, Pattern)]
    if len(patterns) < len(layers):
        return None
    return tuple(Layer(pattern, stride) for pattern, stride in patterns)


@lru_cache(maxsize=64)
def figure(query: CostQuery) -> Chart:
    """Draw the costs."""
    costs = values(query)
    return chart_of(cost_sheet(costs), cost_alt(costs))
