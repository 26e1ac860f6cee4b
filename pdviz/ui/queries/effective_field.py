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
from pdviz.figures.effective_field import ProfileRow, field_profile_alt, field_profile_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.wording import titled
from pdviz.limits import MAX_SEED
from pdviz.pattern import Pattern
from pdviz.ui.queries.receptive_field import Layers, Proofs, field_of
from pdviz.ui.queries.rivals import beside_proofs, stack_rivals
from pdviz.ui.queries.turns import in_turn, on_one_thread
from pdviz.ui.state.state import State

DRAWS: Final = 64
"""Draws of random weights or inputs that an effective field is averaged over."""


class EffectQuery(NamedTuple):
    """Which effect is asked for; see `analysis.effective_receptive_field_autograd`."""

    trial: str
    weights: str
    seed: int
    typed: tuple[float, ...]
    activation: str
    measure: str

    @property
    def measured(self) -> bool:
        """Whether it takes PyTorch to find it."""
        return self.trial != "actual" or self.activation != "linear"


def effect_query(state: State) -> EffectQuery:
    """The effect that a state asks for; in it nothing that makes no difference."""
    actual = state.field.trial == "actual"
    drawn = not actual or state.weights.kind == "random" or state.field.activation == "relu"
    return EffectQuery(
        trial=state.field.trial,
        weights=state.weights.kind if actual else "",
        seed=state.weights.seed if drawn else 0,
        typed=state.weights.values if actual and state.weights.kind == "typed" else (),
        activation=state.field.activation,
        measure=state.field.measure,
    )


def kind_for(kind: str, pattern: Pattern, typed: tuple[float, ...]) -> str:
    """The kind of weights that a layer has: the one asked for, or else the moving average."""
    if kind == "typed" and len(typed) != pattern.taps:
        return "average"
    if kind == "difference" and pattern.taps < 2:
        return "average"
    return kind


def stack_weights(
    kind: str, layers: Layers, seed: int, typed: tuple[float, ...]
) -> tuple[np.ndarray, ...]:
    """The weights of each layer, random ones from a seed of its own, the first layer's from `seed`.

    Typed ones go, in their order, to every layer with as many taps.
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
    """The standard deviation of the effect that random weights have on average."""
    return _expected(layers, measure).std


@lru_cache(maxsize=4)
def effect(layers: Layers, query: EffectQuery) -> EffectiveField | None:
    """The effective field of the weights chosen, or the mean over random ones.

    None where that would be too much work.
    """
    chosen = _chosen(layers, query)
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

    return in_turn(lambda: on_one_thread(work))


def _chosen(layers: Layers, query: EffectQuery) -> tuple[np.ndarray, ...] | None:
    if query.trial != "actual":
        return None
    return stack_weights(query.weights, layers, query.seed, query.typed)


@lru_cache(maxsize=64)
def effect_proofs(layers: Layers, query: EffectQuery) -> Proofs:
    """The proofs of an effective field's numbers; none where there is none."""
    found = effect(layers, query)
    if found is None:
        return {}

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.effective_field.proofs import effective_field_proofs

        return effective_field_proofs(
            layers,
            found,
            _chosen(layers, query),
            activation=query.activation,
            seed=query.seed,
            expected=_expected(layers, query.measure),
        )

    return by_quantity(in_turn(lambda: on_one_thread(work)))


def look_beside(layers: Layers, fit: str, query: EffectQuery, ready: bool, proved: bool) -> None:
    """Compute what is shown of a stack's rivals, so that it is at hand."""
    if proved:
        beside_proofs(layers)
    if not ready and query.measured:
        return
    found = stack_rivals(layers, fit)
    width = _width(found)
    for rival in found[1:]:
        _ = _profile(rival, query, width).lead.stretches  # computed once, when first read


def profiles(found: tuple[Rival, ...], query: EffectQuery) -> list[ProfileRow]:
    """Theoretical and effective field of each, in columns that all of them share."""
    width = _width(found)
    return [_profile(rival, query, width) for rival in found]


def _width(found: tuple[Rival, ...]) -> int:
    """Inputs in a column, so that all of these are drawn in as many as there is room for."""
    return column_width([stack_extent(rival.layers)[:2] for rival in found])


def _measured(rival: Rival, query: EffectQuery) -> EffectiveField | None:
    """Its effect; none of a rival where weights are typed, which belong to the stack alone."""
    if query.weights == "typed" and rival.name != "this stack":
        return None
    return effect(rival.layers, query)


@lru_cache(maxsize=4)
def _profile(rival: Rival, query: EffectQuery, width: int) -> ProfileRow:
    layers = rival.layers
    field, wanted = field_of(layers), _expected(layers, query.measure)
    found = _measured(rival, query)
    std = closed_form_std(layers, None, query.measure)
    picture = profile_columns(field, wanted, found, std, width)
    return ProfileRow(titled(rival.name, rival.weights), picture, field, wanted, found, std)


@lru_cache(maxsize=32)
def effect_chart(found: tuple[Rival, ...], query: EffectQuery) -> Chart:
    """The figure of the profiles."""
    rows = profiles(found, query)
    return chart_of(field_profile_sheet(rows), field_profile_alt(rows))
