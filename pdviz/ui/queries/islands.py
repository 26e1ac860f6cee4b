"""Query of the spectrum page: the strongest image for every width of the island."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.spectrum import FLOOR, images
from pdviz.analysis.stack import stack_extent
from pdviz.figures.islands import IslandImages, islands_alt, islands_sheet
from pdviz.figures.sheet import Chart, chart_of
from pdviz.limits import MAX_ISLAND
from pdviz.ui.queries.effective_field import stack_weights
from pdviz.ui.queries.receptive_field import Layers
from pdviz.ui.state.resolve import TooWide, stack_of
from pdviz.ui.state.state import State

_MOST: Final = 21
"""Widths up to this are always drawn; up to two periods, if those are wider."""
_WIDEST: Final = 2**12
"""Widest stack of which it is drawn: 16 stacks are looked at for it."""


class IslandsQuery(NamedTuple):
    """The stacks that differ in the width of the island, with the kind of their weights."""

    widths: tuple[int, ...]
    stacks: tuple[Layers, ...]
    weights: str
    seed: int
    dilation: int
    now: int

    @classmethod
    def from_state(cls, state: State) -> IslandsQuery | None:
        """Return the query of a state; None if it has no island to vary, no dilation, or no room.

        Weights typed by hand belong to one width alone, and the slope lets nothing through.
        """
        weights = state.weights
        seed = weights.seed if weights.kind == "random" else 0
        return _query(_looked_at(state), weights.kind, seed)


@lru_cache(maxsize=32)
def _query(state: State, weights: str, seed: int) -> IslandsQuery | None:
    """Return the query of a state of which kernel and layers alone are chosen."""
    kernel = state.kernel
    if kernel.text or kernel.dilation < 2 or kernel.wing < 1 or weights in ("typed", "difference"):
        return None
    last = min(max(_MOST, 2 * kernel.dilation + 1, kernel.island), MAX_ISLAND)
    widths = tuple(range(1, last + 1, 2))
    try:
        stacks = tuple(stack_of(state.put(island=width)) for width in widths)
    except TooWide:
        return None
    if stack_extent(stacks[-1])[1] > _WIDEST:
        return None
    return IslandsQuery(widths, stacks, weights, seed, kernel.dilation, kernel.island)


def _looked_at(state: State) -> State:
    """Return a state with the kernel and the layers that the page looks at, and nothing else."""
    chosen = State(kernel=state.kernel, stack=state.stack)
    if state.spectrum.filter == "stack":
        return chosen
    return chosen.put(layers=1, growth=1, stack=())


@lru_cache(maxsize=32)
def values(query: IslandsQuery) -> IslandImages:
    """Compute the levels of the strongest images."""
    peaks, at_multiples = [], []
    for layers in query.stacks:
        weights = stack_weights(query.weights, layers, query.seed, ())
        own = images(layers, weights, query.dilation)
        peaks.append(own.ratio or 0.0)
        at_multiples.append(own.at_multiple or 0.0)
    lowest = 10 ** (FLOOR / 20)
    return IslandImages(
        np.array(query.widths),
        20 * np.log10(np.maximum(peaks, lowest)),
        20 * np.log10(np.maximum(at_multiples, lowest)),
        query.dilation,
        query.now,
    )


@lru_cache(maxsize=32)
def figure(query: IslandsQuery) -> Chart:
    """Draw them."""
    levels = values(query)
    return chart_of(islands_sheet(levels), islands_alt(levels))
