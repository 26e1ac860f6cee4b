"""What the page of costs asks for, cached."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from pdviz.analysis.cost import StackCost, cost
from pdviz.figures.cost import cost_alt, cost_sheet
from pdviz.ui.chart import Chart, chart_of
from pdviz.ui.compute import in_turn, on_one_thread
from pdviz.ui.compute_stack import Layers, Proofs, by_quantity
from pdviz.ui.state import State


class Asked(NamedTuple):
    """Which costs are asked for."""

    layers: Layers
    batch: int
    channels: int
    length: int
    groups: int
    dtype: str


def asked_of(state: State, layers: Layers) -> Asked:
    """The costs that a state asks for."""
    return Asked(layers, state.batch, state.width, state.length, state.groups, state.dtype)


@lru_cache(maxsize=64)
def costs(asked: Asked) -> StackCost:
    """What each way costs."""
    return cost(asked.layers, **_settings(asked))


def _settings(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in asked._asdict().items() if name != "layers"}


@lru_cache(maxsize=64)
def chart(asked: Asked) -> Chart:
    """The figure of the costs."""
    found = costs(asked)
    return chart_of(cost_sheet(found), cost_alt(found))


@lru_cache(maxsize=64)
def proofs(asked: Asked) -> Proofs:
    """For each way that can make the stack the proof of what it costs, a part for each number."""

    def work() -> Proofs:
        from pdviz.analysis.cost_proofs import NAMES, cost_proofs

        found = by_quantity(cost_proofs(asked.layers, **_settings(asked)))
        return {way: found[name] for way, name in NAMES.items() if name in found}

    return in_turn(lambda: on_one_thread(work))


@lru_cache(maxsize=8)
def layer_proofs(asked: Asked) -> tuple[Proofs, ...]:
    """The same of each layer by itself."""

    def work() -> tuple[Proofs, ...]:
        from pdviz.analysis.cost_proofs import NAMES, layer_cost_proofs

        rows = [by_quantity(each) for each in layer_cost_proofs(asked.layers, **_settings(asked))]
        return tuple({way: of[name] for way, name in NAMES.items() if name in of} for of in rows)

    return in_turn(lambda: on_one_thread(work))
