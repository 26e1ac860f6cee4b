"""Queries of a stack's receptive field: its numbers, their proofs, the figure of every depth."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.proof import Proof, Quantity, by_quantity
from pdviz.analysis.receptive_field import ReceptiveField, receptive_field, stack_columns
from pdviz.analysis.receptive_field.columns import projective_columns
from pdviz.analysis.receptive_field.projective_field import outputs_reached, projected
from pdviz.analysis.receptive_field.residues import imbalance
from pdviz.analysis.rivals import Rival
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.kernel import widest_step
from pdviz.analysis.stack.layer import least_dilation
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.wording import titled
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State

Layers = tuple[Layer, ...]
Proofs = dict[Quantity, Proof]
"""Proofs by the quantity that each proves."""


MAX_LISTED: Final = 200
"""Most stretches of inputs that are listed one by one."""


class ReceptiveFieldQuery(NamedTuple):
    """A stack, and the modulus by which the inputs that it reaches are sorted into classes."""

    layers: Layers
    modulus: int

    @classmethod
    def from_state(cls, state: State, layers: Layers) -> ReceptiveFieldQuery:
        """Return the query of these layers; the modulus is their dilation, or 2 without one."""
        return cls(layers, max(2, dilation_of(state, layers)))


class ReceptiveFieldValues(NamedTuple):
    """The numbers of a receptive field, without its arrays.

    The arrays of a wide stack take tens of MiB: those of four stacks are cached, but the numbers of
    128. `imbalance` is of the residue classes; `outputs` is how many outputs one input reaches;
    `holes` has the first and the last input of each of the first `MAX_LISTED` holes, of which there
    are `hole_count`.
    """

    start: int
    extent: int
    jump: int
    centre: float
    reached: int
    coverage: float
    longest_hole: int
    imbalance: float
    outputs: int
    holes: tuple[tuple[int, int], ...]
    hole_count: int


def dilation_of(state: State, layers: Layers) -> int:
    """Return the dilation by which these layers repeat themselves; 1 if their taps have no gaps.

    It is that of the shared pattern, of a free one its widest step; where no layer has that
    pattern, or it has no gaps, the least of the layers.
    """
    shared = state.pattern
    own = widest_step(shared) if any(layer.pattern == shared for layer in layers) else 1
    return own if own > 1 else least_dilation(layers)


@lru_cache(maxsize=4)
def field_of(layers: Layers) -> ReceptiveField:
    """Return the receptive field with its arrays."""
    return receptive_field(layers)


@lru_cache(maxsize=128)
def values(query: ReceptiveFieldQuery) -> ReceptiveFieldValues:
    """Compute the numbers of a stack's receptive field."""
    field = field_of(query.layers)
    before = np.flatnonzero(np.diff(field.support) > 1)
    first, last = field.support[before] + 1, field.support[before + 1] - 1
    listed = zip(first[:MAX_LISTED].tolist(), last[:MAX_LISTED].tolist(), strict=True)
    return ReceptiveFieldValues(
        start=field.start,
        extent=field.extent,
        jump=field.jump,
        centre=field.centre,
        reached=len(field.support),
        coverage=field.coverage,
        longest_hole=field.longest_hole,
        imbalance=imbalance(field, query.modulus),
        outputs=len(outputs_reached(field)),
        holes=tuple(listed),
        hole_count=len(before),
    )


@lru_cache(maxsize=64)
def proofs(query: ReceptiveFieldQuery) -> Proofs:
    """Prove those numbers."""
    layers, modulus = query

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.receptive_field.proofs import receptive_field_proofs

        return receptive_field_proofs(layers, modulus, field=field_of(layers))

    return by_quantity(in_turn(work, small=True))


def depths(stacks: tuple[Rival, ...], view: str) -> list[FieldPanel]:
    """Return every depth of each stack: what the output sees, or what the input at 0 reaches."""
    panels = []
    for rival in stacks:
        title = titled(rival.name, rival.weights)
        if view == "projective":
            projective = projected(field_of(rival.layers))
            panels.append(FieldPanel(title, projective_columns(rival.layers), projective))
        else:
            field, columns = stack_columns(rival.layers)
            panels.append(FieldPanel(title, columns, field))
    return panels


@lru_cache(maxsize=16)
def figure(stacks: tuple[Rival, ...], view: str) -> Chart:
    """Draw every depth."""
    panels = depths(stacks, view)
    alt = " ".join(f"{panel.title} {field_summary(panel.field)}." for panel in panels)
    return chart_of(receptive_field_sheet(panels), alt)
