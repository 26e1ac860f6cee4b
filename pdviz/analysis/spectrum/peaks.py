"""Peaks of a stack's response: every lobe at its height, however narrow.

A lobe of a stack that reaches over E inputs may be 1 / E cycle per sample wide, narrower than a
step of the grid on which a response is drawn. So |G| is computed on a grid with 8 points or more
per lobe. The parabola through the logarithms at a highest point and its neighbours says where
between them the peak is; there the response is computed once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.spectrum.direct_sum import direct_sum
from pdviz.analysis.spectrum.response import Filter, alike, magnitude_on_grid

_POINTS_PER_LOBE: Final = 8
"""Points per lobe. Halfway between two of them a lobe is at most 0.2 dB above both."""
_MANY_POINTS: Final = 64
"""Points per lobe where they cost little, for lobes that are hardly parted from the next."""
_LITTLE: Final = 2**14
"""Points that cost little: 0.2 ms for each layer that differs."""
_MIN_POINTS_PER_LOBE: Final = 4
"""With fewer, a parabola through neighbours says nothing."""
_MAX_POINTS: Final = 2**18
"""Most points, times the layers that differ: about 7 ms."""
_MAX_PERIOD: Final = 2**14
"""Largest distance between taps whose multiples of a turn are looked at in wider stacks."""
_MAX_SUMMED: Final = 2**18
"""Most waves, one for each tap and peak, for computing the peaks once more: about 2 ms."""
_SHARE: Final = 1e-8
"""Peaks below this share of the highest, −160 dB, are rounding."""
_BEND: Final = 1e-9
"""A peak whose neighbours are less than this share below it is rounding, too."""


class Peaks(NamedTuple):
    """Where |G| is higher than beside it: (p,) frequencies, ascending, and (p,) |G| there.

    If there are more than steps of the grid that the response is drawn on, one per step, the
    highest. `resolved` tells whether every lobe was looked at, or a higher one may be missed.
    """

    frequencies: np.ndarray
    scaled: np.ndarray
    resolved: bool


def peaks(filters: Sequence[Filter], scaled: np.ndarray) -> Peaks:
    """Find the peaks of |G| above frequency 0, up to 1/2 cycle per sample.

    In a stack so wide that 8 points per lobe would take too long, the highest points of a coarser
    grid stand in for them, and the response at the multiples of 1 / d for the distance d between
    the taps of each layer, where plain dilation has its peaks.

    Args:
        filters: the layers.
        scaled: (n,) |G| at n evenly spaced frequencies from 0 to 1/2, for which peaks are sought.
    """
    steps = len(scaled) - 1
    size, lobes = _grid(filters, steps)
    resolved = size >= _MIN_POINTS_PER_LOBE * lobes
    magnitude = scaled if size == 2 * steps else magnitude_on_grid(filters, size)
    if not resolved:
        places, heights = _coarse(filters, magnitude)
    else:
        places, heights = _refined(magnitude)
    if len(places) > steps:
        kept = _highest(np.minimum(places * 2 * steps, steps - 1).astype(np.int64), heights)
        places, heights = places[kept], heights[kept]
    if resolved:
        heights = _computed(filters, places, heights, magnitude)
    return Peaks(places, heights, resolved)


def _grid(filters: Sequence[Filter], steps: int) -> tuple[int, int]:
    """Return how many points of a turn |G| is computed at, and how many lobes it may have."""
    lobes = 1 + sum(layer.span for layer in filters)
    size = 2 * steps
    most = max(size, _MAX_POINTS // len(alike(filters)))
    while 2 * size <= most and (
        size < _POINTS_PER_LOBE * lobes or (size < _MANY_POINTS * lobes and size < _LITTLE)
    ):
        size *= 2
    return size, lobes


def _tops(magnitude: np.ndarray) -> np.ndarray:
    """Return the indices of the points, but for the first, that are higher than their neighbours.

    The last point, at frequency 1/2, has the same neighbour on both sides.
    """
    after = np.append(magnitude[2:], magnitude[-2])
    before, here = magnitude[:-1], magnitude[1:]
    tops = (here >= before) & (here >= after)
    tops &= here * (2 - _BEND) > before + after
    tops &= here > _SHARE * magnitude.max()
    return np.flatnonzero(tops) + 1


def _refined(magnitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the parabolas through the logarithms are highest, and how high."""
    size = 2 * (len(magnitude) - 1)
    tops = _tops(magnitude)
    logs = np.log(np.maximum(magnitude, np.finfo(np.float64).tiny))
    before, here = logs[tops - 1], logs[tops]
    after = np.append(logs, logs[-2])[tops + 1]
    shift = (before - after) / (2 * (before - 2 * here + after))
    return (tops + shift) / size, np.exp(here - (before - after) * shift / 4)


def _computed(
    filters: Sequence[Filter], places: np.ndarray, heights: np.ndarray, magnitude: np.ndarray
) -> np.ndarray:
    """Compute |G| at the peaks, where there is time for it; `places` move to the grid if higher."""
    taps = sum(layer.pattern.taps for layer in filters)
    if len(places) * taps > _MAX_SUMMED:
        return heights
    size = 2 * (len(magnitude) - 1)
    computed = np.abs(direct_sum(filters)(places)) if len(places) else heights
    nearest = np.rint(places * size).astype(np.int64)
    lower = computed < magnitude[nearest]  # a zero beside the peak has bent the parabola
    places[lower] = nearest[lower] / size
    return np.where(lower, magnitude[nearest], computed)


def _coarse(filters: Sequence[Filter], magnitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the highest points of this grid, and those of the grids of the layers' distances."""
    periods = {layer.jump * max(run.step for run in layer.pattern.runs) for layer in filters}
    grids = [(magnitude, 2 * (len(magnitude) - 1))]
    grids += [(magnitude_on_grid(filters, d), d) for d in periods if 1 < d <= _MAX_PERIOD]
    places = [np.arange(1, len(values)) / size for values, size in grids]
    heights = [values[1:] for values, _ in grids]
    every, high = np.concatenate(places), np.concatenate(heights)
    order = np.argsort(every, kind="stable")
    return every[order], high[order]


def _highest(cells: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Return the index of the highest peak of each cell; `cells` ascend."""
    order = np.lexsort((heights, cells))
    last = np.append(np.diff(cells[order]) > 0, True) if len(order) else order.astype(bool)
    kept: np.ndarray = order[last]
    return kept


def polished(filters: Sequence[Filter], place: float, scaled: float) -> tuple[float, float]:
    """Return the peak next to `place`, where |G| is `scaled`, and |G| there, to rounding."""
    response = direct_sum(filters)
    lobe = 1 / (1 + sum(layer.span for layer in filters))
    for step in (lobe / 32, lobe / 512, lobe / 8192):
        points = np.clip(place + step * np.arange(-1, 2), 0, 0.5)
        before, here, after = np.log(np.maximum(np.abs(response(points)), 1e-300)).tolist()
        bend = before - 2 * here + after
        if bend >= 0 or points[2] - points[1] < step / 2:
            break
        moved = place + step * min(max((before - after) / (2 * bend), -1.0), 1.0)
        height = float(np.abs(response(np.array([moved])))[0])
        if height > scaled:
            place, scaled = moved, height
    return place, scaled
