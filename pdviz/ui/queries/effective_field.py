"""Queries of the effective receptive field, of chosen weights or of random ones; its figure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.effective_field import (
    EffectiveField,
    closed_form_std,
    column_width,
    effective_field,
    expected_field,
    profile_columns,
)
from pdviz.analysis.proof import Proof, by_quantity
from pdviz.analysis.rivals import Rival
from pdviz.analysis.stack import TooMuchWork, make_weights, stack_extent
from pdviz.figures.effective_field import (
    EffectiveFieldRow,
    effective_field_alt,
    effective_field_sheet,
)
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.wording import titled
from pdviz.limits import MAX_SEED
from pdviz.pattern import Pattern
from pdviz.ui.queries import rivals
from pdviz.ui.queries.receptive_field import Layers, Proofs, field_of
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State

DRAWS: Final = 64
"""Draws of random weights or inputs that an effective field is averaged over."""


class EffectiveFieldQuery(NamedTuple):
    """A stack with its weights, and how their effect is measured; see `analysis.effective_field`.

    What makes no difference has its default, so that equal effects are equal queries.
    """

    layers: Layers
    trial: str
    weights: str
    seed: int
    typed: tuple[float, ...]
    activation: str
    measure: str

    @classmethod
    def from_state(cls, state: State, layers: Layers) -> EffectiveFieldQuery:
        """Return the query of these layers with the choices of a state."""
        actual = state.field.trial == "actual"
        drawn = not actual or state.weights.kind == "random" or state.field.activation == "relu"
        return cls(
            layers=layers,
            trial=state.field.trial,
            weights=state.weights.kind if actual else "",
            seed=state.weights.seed if drawn else 0,
            typed=state.weights.values if actual and state.weights.kind == "typed" else (),
            activation=state.field.activation,
            measure=state.field.measure,
        )

    @property
    def needs_torch(self) -> bool:
        """Whether PyTorch measures the effect."""
        return self.trial != "actual" or self.activation != "linear"


def kind_for(kind: str, pattern: Pattern, typed: tuple[float, ...]) -> str:
    """Return the kind of weights of a layer: this one, or the average if it cannot have it."""
    if kind == "typed" and len(typed) != pattern.taps:
        return "average"
    if kind == "difference" and pattern.taps < 2:
        return "average"
    return kind


def stack_weights(
    kind: str, layers: Layers, seed: int, typed: tuple[float, ...]
) -> tuple[np.ndarray, ...]:
    """Return the weights of each layer.

    Random ones are drawn from a seed of its own, the first layer's from `seed`; typed ones go, in
    their order, to every layer with as many taps.
    """
    return tuple(
        make_weights(
            kind_for(kind, layer.pattern, typed),
            layer.pattern,
            (seed + number) % (MAX_SEED + 1),
            typed,
        )
        for number, layer in enumerate(layers)
    )


@lru_cache(maxsize=4)
def _expected(layers: Layers, measure: str) -> EffectiveField:
    return expected_field(layers, measure, paths=field_of(layers))


@lru_cache(maxsize=128)
def expected_std(layers: Layers, measure: str) -> float:
    """Return the standard deviation of the effect that random weights have on average."""
    return _expected(layers, measure).std


@lru_cache(maxsize=4)
def values(query: EffectiveFieldQuery) -> EffectiveField | None:
    """Compute the effective field of the weights chosen, or the mean over random ones.

    None where that would be too much work.
    """
    layers, chosen = query.layers, _weights(query)
    if chosen is not None and query.activation == "linear":
        try:
            return effective_field(layers, chosen, query.measure)
        except TooMuchWork:
            return None

    def work() -> EffectiveField | None:
        from pdviz.analysis.effective_field.measured import measured_field, within_limit

        if not within_limit(layers):
            return None
        return measured_field(
            layers,
            chosen,
            measure=query.measure,
            activation=query.activation,
            draws=DRAWS,
            seed=query.seed,
        )

    return in_turn(work, small=True)


def _weights(query: EffectiveFieldQuery) -> tuple[np.ndarray, ...] | None:
    """Return the weights chosen; None where they are drawn at random for each trial."""
    if query.trial != "actual":
        return None
    return stack_weights(query.weights, query.layers, query.seed, query.typed)


@lru_cache(maxsize=64)
def proofs(query: EffectiveFieldQuery) -> Proofs:
    """Prove the numbers of an effective field; return no proofs where there is no field."""
    field = values(query)
    if field is None:
        return {}

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.effective_field.proofs import effective_field_proofs

        return effective_field_proofs(
            query.layers,
            field,
            _weights(query),
            activation=query.activation,
            seed=query.seed,
            expected=_expected(query.layers, query.measure),
        )

    return by_quantity(in_turn(work, small=True))


def warm_rivals(query: EffectiveFieldQuery, fit: str, ready: bool, proved: bool) -> None:
    """Warm the caches for a stack's rivals."""
    if proved:
        rivals.proofs(query.layers)
    if not ready and query.needs_torch:
        return
    stacks = rivals.stack_rivals(query.layers, fit)
    width = _width(stacks)
    for rival in stacks[1:]:
        _ = _profile(rival, query, width).main.stretches  # a cached property


def profiles(query: EffectiveFieldQuery, fit: str) -> list[EffectiveFieldRow]:
    """Return the theoretical and effective fields of a stack and its rivals, in equal columns."""
    stacks = rivals.stack_rivals(query.layers, fit)
    width = _width(stacks)
    return [_profile(rival, query, width) for rival in stacks]


@lru_cache(maxsize=32)
def figure(query: EffectiveFieldQuery, fit: str) -> Chart:
    """Draw the fields of a stack and its rivals."""
    rows = profiles(query, fit)
    return chart_of(effective_field_sheet(rows), effective_field_alt(rows))


def _width(stacks: tuple[Rival, ...]) -> int:
    """Return the inputs in a column, alike for all of these, so that the widest has room."""
    return column_width([stack_extent(rival.layers)[:2] for rival in stacks])


@lru_cache(maxsize=4)
def _profile(rival: Rival, query: EffectiveFieldQuery, width: int) -> EffectiveFieldRow:
    """Return one stack as it is drawn; typed weights belong to the stack, not to its rivals."""
    layers = rival.layers
    measurable = query.weights != "typed" or rival.name == "this stack"
    measured = values(query._replace(layers=layers)) if measurable else None
    field, expected = field_of(layers), _expected(layers, query.measure)
    std = closed_form_std(layers, None, query.measure)
    columns = profile_columns(field, expected, measured, std, width)
    return EffectiveFieldRow(
        titled(rival.name, rival.weights), columns, field, expected, measured, std
    )
