"""Queries of a stack's receptive field: its numbers, their proofs, and the figure of every depth.

What a wide stack's arrays are made into is cached; of the arrays, tens of MiB each, only the last
four.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pdviz.analysis.proof import Proof, Quantity, by_quantity
from pdviz.analysis.receptive_field import ReceptiveField, receptive_field, stack_columns
from pdviz.analysis.receptive_field.columns import projective_columns
from pdviz.analysis.receptive_field.projective_field import outputs_reached, projected
from pdviz.analysis.receptive_field.residues import imbalance
from pdviz.analysis.rivals import Rival
from pdviz.analysis.stack import Layer
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.wording import titled
from pdviz.ui.queries.turns import in_turn, on_one_thread
from pdviz.ui.state.state import State

Layers = tuple[Layer, ...]
Proofs = dict[Quantity, Proof]
"""Proofs by the quantity that each proves."""


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
    longest_hole: int
    imbalance: float
    outputs: int


def modulus_of(state: State) -> int:
    """The distance between wing taps, by which a support is sorted into classes; at least 2.

    Of a free pattern, the widest step between neighbouring taps.
    """
    if not state.kernel.text:
        return max(2, state.kernel.dilation)
    return max([2, *(after - before for before, after in pairwise(state.pattern.offsets))])


@lru_cache(maxsize=4)
def field_of(layers: Layers) -> ReceptiveField:
    """Return the receptive field with its arrays."""
    return receptive_field(layers)


@lru_cache(maxsize=128)
def summary(layers: Layers, modulus: int) -> Summary:
    """The numbers of a stack's receptive field."""
    field = field_of(layers)
    return Summary(
        start=field.start,
        extent=field.extent,
        jump=field.jump,
        centre=field.centre,
        reached=len(field.support),
        coverage=field.coverage,
        longest_hole=field.longest_hole,
        imbalance=imbalance(field, modulus),
        outputs=len(outputs_reached(field)),
    )


@lru_cache(maxsize=64)
def field_proofs(layers: Layers, modulus: int) -> Proofs:
    """The proofs of those numbers."""

    def work() -> tuple[Proof, ...]:
        from pdviz.analysis.receptive_field.proofs import receptive_field_proofs

        return receptive_field_proofs(layers, modulus, field=field_of(layers))

    return by_quantity(in_turn(lambda: on_one_thread(work)))


def depths(found: tuple[Rival, ...], view: str) -> list[FieldPanel]:
    """Every depth of each stack: what the output sees, or what the input at 0 reaches."""
    panels = []
    for rival in found:
        title = titled(rival.name, rival.weights)
        if view == "projective":
            field = projected(field_of(rival.layers))
            panels.append(FieldPanel(title, projective_columns(rival.layers), field))
        else:
            seen, picture = stack_columns(rival.layers)
            panels.append(FieldPanel(title, picture, seen))
    return panels


@lru_cache(maxsize=16)
def depths_chart(found: tuple[Rival, ...], view: str) -> Chart:
    """The figure of every depth."""
    panels = depths(found, view)
    words = " ".join(f"{panel.title} {field_summary(panel.field)}." for panel in panels)
    return chart_of(receptive_field_sheet(panels), words)
