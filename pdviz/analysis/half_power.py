"""Where a stack's response falls to half of the power that it has at frequency 0."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from pdviz.analysis.direct_sum import Response, direct_sum
from pdviz.analysis.frequency_response import Filter

_PER_LOBE: Final = 8
"""Points from one zero of a layer's response to the next: the narrowest lobe is 1 / span wide."""
_LOBES: Final = 32
_FEW, _CHUNK = 4, 12
"""Points that are asked for at a time: few at first, for most responses fall early."""
_PARTS: Final = 4
"""Into how many parts the interval of the crossing is divided."""
_CLOSE: Final = 1e-6
"""So close to what is sought, as a share of it, |G| is a straight line."""
_MOST_TIMES: Final = 60


def half_power(
    filters: Sequence[Filter], frequencies: np.ndarray, magnitude: np.ndarray
) -> float | None:
    """The lowest frequency where |G|² is half of |G(0)|², or None where it never is.

    It is looked for between points, 8 a lobe of the widest layer over the first 32 of its lobes,
    however narrow those are, and beyond them at `frequencies`: a dip from one point to the next
    that is over before it is not seen.

    Args:
        filters: the layers; the stack passes frequency 0.
        frequencies: (n,) cycles a sample, ascending from 0.
        magnitude: (n,) |G| at those.
    """
    response = direct_sum(filters)
    target = float(magnitude[0]) / sqrt(2)
    ends = None
    step = 1 / (_PER_LOBE * max(_span(layer) for layer in filters))
    beyond = 0.0
    if step < frequencies[1]:
        beyond = min(_PER_LOBE * _LOBES * step, 0.5)
        ends = _first_by_chunks(response, step, beyond, target)
    if ends is None:
        start = int(np.searchsorted(frequencies, beyond))
        low = np.flatnonzero(magnitude[start:] <= target)
        if not len(low):
            return None
        k = start + int(low[0])
        ends = max(float(frequencies[k - 1]), beyond), float(frequencies[k])
    points = np.linspace(*ends, _PARTS + 1)
    above = np.abs(response(points)) - target
    below = above[1:] <= 0
    k = int(below.argmax()) if below.any() else _PARTS - 1
    return _crossing(response, target, points[k : k + 2].tolist(), above[k : k + 2].tolist())


def _crossing(response: Response, target: float, ends: list[float], above: list[float]) -> float:
    """Where |G| is `target` between these ends, at which it is so much above it: regula falsi.

    After Illinois (Dowell and Jarratt 1971): an end that stays is taken for half as far off.
    """
    (left, right), (high, low) = ends, above
    if high <= 0:
        return left
    if low >= 0:
        return right
    before, off_before, stayed = left, high, 0
    for _ in range(_MOST_TIMES):
        place = left + high / (high - low) * (right - left)
        off = float(np.abs(response(np.array([place])))[0]) - target
        if abs(off) <= _CLOSE * target:
            break
        if off > 0:
            left, high, low = place, off, low / 2 if stayed > 0 else low
            stayed = 1
        else:
            right, low, high = place, off, high / 2 if stayed < 0 else high
            stayed = -1
        before, off_before = place, off
    if off == off_before:
        return place
    straight = place + off / (off_before - off) * (place - before)
    return min(max(straight, left), right)


def _span(layer: Filter) -> int:
    """From the first to the last tap, in input samples."""
    offsets = layer.pattern.offsets
    return (offsets[-1] - offsets[0]) * layer.jump + 1


def _first_by_chunks(
    response: Response, step: float, last: float, target: float
) -> tuple[float, float] | None:
    """The first step at whose end |G| is at most `target`."""
    first, size = 0, _FEW
    while first < round(last / step):
        points = np.minimum(step * np.arange(first, first + size + 1), last)
        below = np.flatnonzero(np.abs(response(points[1:])) <= target)
        if len(below):
            return float(points[below[0]]), float(points[below[0] + 1])
        first, size = first + size, _CHUNK
    return None
