"""What the pages of a stack ask for: cached, bounded, in turn where PyTorch runs; see `compute`.

What a wide stack's arrays are made into is kept; the arrays, tens of MiB each, are for a few alone.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pdviz.analysis.convolution import TooMuchWork
from pdviz.analysis.effective_receptive_field import (
    EffectiveField,
    closed_form_std,
    effective_field,
    expected_field,
)
from pdviz.analysis.field_picture import projective_picture, stack_picture
from pdviz.analysis.profile_picture import column_width, profile_picture
from pdviz.analysis.projective_field import outputs_reached, projected
from pdviz.analysis.receptive_field import Layer, ReceptiveField, receptive_field, stack_extent
from pdviz.analysis.residues import imbalance
from pdviz.analysis.rivals import Comparison, Rival, compare, rivals
from pdviz.analysis.rivals_proofs import comparison_proofs
from pdviz.analysis.weights import make_weights
from pdviz.figures.field_profile import ProfileRow, field_profile_alt, field_profile_sheet
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_sheet
from pdviz.limits import MAX_EXTENT, MAX_SEED
from pdviz.pattern import Pattern
from pdviz.ui.chart import Chart, chart_of
from pdviz.ui.choices import RIVALS
from pdviz.ui.comparison import column_of, titled
from pdviz.ui.compute import in_turn, on_one_thread
from pdviz.ui.state import State

if TYPE_CHECKING:
    from pdviz.analysis.agreement import Proof

Layers = tuple[Layer, ...]
Proofs = dict[str, "Proof"]
"""Proofs by the number that they prove."""
DRAWS: Final = 64
"""Draws of random weights or inputs that an effective field is averaged over."""


class Summary(NamedTuple):
    """The numbers of a receptive field that a page shows.

    `imbalance` is of the residue classes; `outputs` is how many outputs one input reaches.
    """

    start: int
    extent: int
    jump: int
    centre: float
    reached: int
    coverage: float
    largest_gap: int
    imbalance: float
    outputs: int


class Asked(NamedTuple):
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


def asked_of(state: State) -> Asked:
    """The effect that a state asks for; in it nothing that makes no difference."""
    actual = state.trial == "actual"
    drawn = not actual or state.weights == "random" or state.activation == "relu"
    return Asked(
        trial=state.trial,
        weights=state.weights if actual else "",
        seed=state.seed if drawn else 0,
        typed=state.values if actual and state.weights == "typed" else (),
        activation=state.activation,
        measure=state.measure,
    )


def modulus_of(state: State) -> int:
    """The distance between wing taps, by which a support is sorted into classes; at least 2.

    Of a free pattern, the widest step between neighbouring taps.
    """
    if not state.text:
        return max(2, state.dilation)
    return max(2, 2, *(after - before for before, after in pairwise(state.pattern.offsets)))


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
def _field(layers: Layers) -> ReceptiveField:
    return receptive_field(layers)


@lru_cache(maxsize=128)
def summary(layers: Layers, modulus: int) -> Summary:
    """The numbers of a stack's receptive field."""
    field = _field(layers)
    return Summary(
        start=field.start,
        extent=field.extent,
        jump=field.jump,
        centre=field.centre,
        reached=len(field.support),
        coverage=field.coverage,
        largest_gap=field.largest_gap,
        imbalance=imbalance(field, modulus),
        outputs=len(outputs_reached(field)),
    )


@lru_cache(maxsize=64)
def field_proofs(layers: Layers, modulus: int) -> Proofs:
    """The proofs of those numbers."""

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.receptive_field_proofs import receptive_field_proofs

        return receptive_field_proofs(layers, modulus, field=_field(layers))

    return by_quantity(in_turn(lambda: on_one_thread(work)))


def by_quantity(proofs: tuple[Proof, ...]) -> Proofs:
    """Proofs by the number that they prove."""
    return {proof.quantity: proof for proof in proofs}


@lru_cache(maxsize=64)
def stack_rivals(layers: Layers, fit: str) -> tuple[Rival, ...]:
    """The stack, and those of its dense and plain dilated rivals that differ and can be counted."""
    first, *others = rivals(layers, fit)
    return (first, *(rival for rival in others if not rival.same and rival.extent <= MAX_EXTENT))


@lru_cache(maxsize=128)
def beside(layers: Layers, fit: str) -> dict[str, Comparison]:
    """The numbers of a stack and of its rivals, by their names."""
    return {rival.name: compare(rival.layers) for rival in stack_rivals(layers, fit)}


@lru_cache(maxsize=64)
def beside_proofs(layers: Layers) -> Proofs:
    """The proofs of those numbers, for the rivals of both fits: a row of a table each."""
    stacks = {
        column_of(rival.name, fit): (rival.layers, beside(layers, fit)[rival.name])
        for fit in RIVALS
        for rival in stack_rivals(layers, fit)
    }
    return by_quantity(comparison_proofs(stacks))


@lru_cache(maxsize=4)
def _expected(layers: Layers, measure: str) -> EffectiveField:
    return expected_field(layers, measure, paths=_field(layers))


@lru_cache(maxsize=128)
def expected_std(layers: Layers, measure: str) -> float:
    """The standard deviation of the effect that random weights have on average."""
    return _expected(layers, measure).std


@lru_cache(maxsize=4)
def effect(layers: Layers, asked: Asked) -> EffectiveField | None:
    """The effective field of the weights chosen, or the mean over random ones.

    None where that would be too much work.
    """
    chosen = _chosen(layers, asked)
    if chosen is not None and asked.activation == "linear":
        try:
            return effective_field(layers, chosen, asked.measure)
        except TooMuchWork:
            return None

    def work() -> EffectiveField | None:
        from pdviz.analysis.effective_receptive_field_autograd import measured_field, within_limit

        if not within_limit(layers):
            return None
        return measured_field(
            layers,
            chosen,
            measure=asked.measure,
            activation=asked.activation,
            draws=DRAWS,
            seed=asked.seed,
        )

    return in_turn(lambda: on_one_thread(work))


def _chosen(layers: Layers, asked: Asked) -> tuple[np.ndarray, ...] | None:
    if asked.trial != "actual":
        return None
    return stack_weights(asked.weights, layers, asked.seed, asked.typed)


@lru_cache(maxsize=64)
def effect_proofs(layers: Layers, asked: Asked) -> Proofs:
    """The proofs of an effective field's numbers; none where there is none."""
    found = effect(layers, asked)
    if found is None:
        return {}

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.effective_receptive_field_proofs import effective_field_proofs

        return effective_field_proofs(
            layers,
            found,
            _chosen(layers, asked),
            activation=asked.activation,
            seed=asked.seed,
            expected=_expected(layers, asked.measure),
        )

    return by_quantity(in_turn(lambda: on_one_thread(work)))


def look_beside(layers: Layers, fit: str, asked: Asked, ready: bool, proved: bool) -> None:
    """Compute what is shown of a stack's rivals, so that it is at hand."""
    if proved:
        beside_proofs(layers)
    if not ready and asked.measured:
        return
    found = stack_rivals(layers, fit)
    width = _width(found)
    for rival in found[1:]:
        dict(_profile(rival, asked, width).lead.fractions)  # they are sought when asked for


def profiles(found: tuple[Rival, ...], asked: Asked) -> list[ProfileRow]:
    """Theoretical and effective field of each, in columns that all of them share."""
    width = _width(found)
    return [_profile(rival, asked, width) for rival in found]


def _width(found: tuple[Rival, ...]) -> int:
    """Inputs in a column, so that all of these are drawn in as many as there is room for."""
    return column_width([stack_extent(rival.layers)[:2] for rival in found])


def _measured(rival: Rival, asked: Asked) -> EffectiveField | None:
    """Its effect; none of a rival where weights are typed, which belong to the stack alone."""
    if asked.weights == "typed" and rival.name != "this stack":
        return None
    return effect(rival.layers, asked)


@lru_cache(maxsize=4)
def _profile(rival: Rival, asked: Asked, width: int) -> ProfileRow:
    layers = rival.layers
    field, wanted = _field(layers), _expected(layers, asked.measure)
    found = _measured(rival, asked)
    std = closed_form_std(layers, None, asked.measure)
    picture = profile_picture(field, wanted, found, std, width)
    return ProfileRow(titled(rival.name, rival.weights), picture, field, wanted, found, std)


@lru_cache(maxsize=32)
def effect_chart(found: tuple[Rival, ...], asked: Asked) -> Chart:
    """The figure of the profiles."""
    rows = profiles(found, asked)
    return chart_of(field_profile_sheet(rows), field_profile_alt(rows))


def depths(found: tuple[Rival, ...], view: str) -> list[FieldPanel]:
    """Every depth of each stack: what the output sees, or what the input at 0 reaches."""
    panels = []
    for rival in found:
        title = titled(rival.name, rival.weights)
        if view == "projective":
            field = projected(_field(rival.layers))
            panels.append(FieldPanel(title, projective_picture(rival.layers), field))
        else:
            seen, picture = stack_picture(rival.layers)
            panels.append(FieldPanel(title, picture, seen))
    return panels


@lru_cache(maxsize=16)
def depths_chart(found: tuple[Rival, ...], view: str) -> Chart:
    """The figure of every depth."""
    panels = depths(found, view)
    words = " ".join(f"{panel.title} {field_summary(panel.field)}." for panel in panels)
    return chart_of(receptive_field_sheet(panels), words)
