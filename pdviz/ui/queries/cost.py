"""What the page of costs asks for, cached."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pdviz.analysis.cost import StackCost, cost
from pdviz.analysis.proof import Proof
from pdviz.figures.cost import cost_alt, cost_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.ui.queries.receptive_field import Layers
from pdviz.ui.queries.turns import in_turn, on_one_thread
from pdviz.ui.state.state import State
from pdviz.ways import Way


class CostQuery(NamedTuple):
    """Which costs are asked for."""

    layers: Layers
    batch: int
    channels: int
    length: int
    groups: int
    dtype: str


def cost_query(state: State, layers: Layers) -> CostQuery:
    """The costs that a state asks for."""
    return CostQuery(
        layers,
        state.cost.batch,
        state.cost.width,
        state.cost.length,
        state.cost.groups,
        state.cost.dtype,
    )


@lru_cache(maxsize=64)
def costs(query: CostQuery) -> StackCost:
    """What each way costs."""
    return cost(query.layers, **_settings(query))


def _settings(query: CostQuery) -> dict[str, Any]:
    return {name: value for name, value in query._asdict().items() if name != "layers"}


@lru_cache(maxsize=64)
def chart(query: CostQuery) -> Chart:
    """The figure of the costs."""
    found = costs(query)
    return chart_of(cost_sheet(found), cost_alt(found))


@lru_cache(maxsize=64)
def proofs(query: CostQuery) -> Mapping[Way, Proof]:
    """For each way that can make the stack the proof of what it costs, a part for each number."""

    def work() -> Mapping[Way, Proof]:
        from pdviz.analysis.cost.proofs import cost_proofs

        return cost_proofs(query.layers, **_settings(query)).ways

    return in_turn(lambda: on_one_thread(work))


@lru_cache(maxsize=8)
def layer_proofs(query: CostQuery) -> tuple[Mapping[Way, Proof], ...]:
    """The same of each layer by itself."""

    def work() -> tuple[Mapping[Way, Proof], ...]:
        from pdviz.analysis.cost.proofs import layer_cost_proofs

        return layer_cost_proofs(query.layers, **_settings(query))

    return in_turn(lambda: on_one_thread(work))
