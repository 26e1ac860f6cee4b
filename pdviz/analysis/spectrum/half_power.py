"""Half-power frequency: where a stack's response falls to half its power at frequency 0.

The search brackets the first crossing between two points of a grid, or finds it in a dip between
them, and then narrows the bracket by regula falsi.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from pdviz.analysis.spectrum.direct_sum import Response, direct_sum
from pdviz.analysis.spectrum.response import Filter

_POINTS_PER_LOBE: Final = 8
"""Grid points per lobe. |G|² has no lobe narrower than 1 / extent; two points would sample it."""
_LOBES: Final = 32
"""Lobes of the whole stack that are always searched with `_POINTS_PER_LOBE`."""
MAX_SUMMED: Final = 2**18
"""Most waves, one for each tap and point, for searching beyond those lobes: about 1 ms."""
_FIRST_CHUNK: Final = 4
"""Points of the first chunk of the search; few, since most responses fall early."""
_MAX_CHUNK: Final = 512
"""Most points of a chunk of the search."""
_PARTS: Final = 4
"""Parts into which the interval of the crossing is divided, and each half of a dip's."""
_PARABOLA_ERROR: Final = 0.25
"""How far a parabola may be off at the foot of a dip, as a share of its second difference."""
_LINEAR: Final = 1e-6
"""Within this share of the target, |G| is a straight line for all practical purposes."""
_MAX_ITERATIONS: Final = 60
"""Most steps of regula falsi."""


def half_power(
    filters: Sequence[Filter], frequencies: np.ndarray, magnitude: np.ndarray
) -> float | None:
    """Return the lowest frequency where |G|² is half of |G(0)|², or None if there is none.

    The search is over `frequencies`, if there are 8 or more per lobe of the whole stack; else over
    8 per lobe in the first 32 lobes, or as many as `MAX_SUMMED` allows, and beyond them over
    `frequencies`. A dip between points is found by the parabola through its neighbours.

    Args:
        filters: the layers; the stack passes frequency 0.
        frequencies: (n,) cycles per sample, ascending from 0.
        magnitude: (n,) |G| at those.
    """
    response = direct_sum(filters)
    target = float(magnitude[0]) / sqrt(2)
    ends = None
    step = 1 / (_POINTS_PER_LOBE * (1 + sum(layer.span for layer in filters)))
    beyond = 0.0
    if step < frequencies[1]:  # `frequencies` are too coarse for the first lobes
        taps = sum(layer.pattern.taps for layer in filters)
        last = min(max(_POINTS_PER_LOBE * _LOBES, MAX_SUMMED // taps), round(0.5 / step))
        beyond = last * step
        ends = _first_by_chunks(response, float(magnitude[0]), step, last, target)
    if ends is None:
        start = max(0, int(np.searchsorted(frequencies, beyond)) - 1)
        ends = _first(response, frequencies[start:], magnitude[start:], target)
    if ends is None:
        return None
    # Divide the bracket once, in case it holds several crossings: the first one counts.
    points = np.linspace(*ends, _PARTS + 1)
    above = np.abs(response(points)) - target
    below = above[1:] <= 0
    k = int(below.argmax()) if below.any() else _PARTS - 1
    return _crossing(response, target, points[k : k + 2].tolist(), above[k : k + 2].tolist())


def _first(
    response: Response, points: np.ndarray, magnitude: np.ndarray, target: float
) -> tuple[float, float] | None:
    """Return the first interval in which |G| falls to `target`, or None if there is none.

    `magnitude` is |G| at `points`; the response is computed in dips between them.
    """
    low = magnitude[1:] <= target
    last = int(low.argmax()) + 1 if low.any() else len(points)
    # Before that point |G| may fall below the target between two points. The parabola through three
    # neighbours with values a, b, c at −1, 0 and 1 is b + (c − a)x / 2 + (a − 2b + c)x² / 2. It is
    # lowest at x = −(c − a) / 2(a − 2b + c), where it is b − (c − a)² / 8(a − 2b + c): its foot. A
    # dip is searched if that is below 1, the target, or above it by less than the parabola may err.
    power = (magnitude[: last + 1] / target) ** 2
    before, middle, after = power[:-2], power[1:-1], power[2:]
    bend = before - 2 * middle + after
    foot = middle - (after - before) ** 2 / (8 * np.where(bend > 0, bend, np.inf))
    dips = (middle <= before) & (middle <= after) & (foot <= 1 + _PARABOLA_ERROR * bend)
    for k in np.flatnonzero(dips).tolist():
        if k + 1 == last:
            break
        ends = _within_dip(response, float(points[k]), float(points[k + 2]), target)
        if ends is not None:
            return ends
    return None if last == len(points) else (float(points[last - 1]), float(points[last]))


def _within_dip(
    response: Response, low: float, high: float, target: float
) -> tuple[float, float] | None:
    """Return where |G| falls to `target` in a dip between these frequencies, or None.

    Each round closes in on the lowest point, by a factor of `_PARTS`.
    """
    start = low
    for _ in range(3):
        points = np.linspace(low, high, 2 * _PARTS + 1)
        magnitude = np.abs(response(points))
        k = int(magnitude.argmin())
        if magnitude[k] <= target:
            return start, float(points[k])
        low, high = float(points[max(k - 1, 0)]), float(points[min(k + 1, 2 * _PARTS)])
    return None


def _crossing(response: Response, target: float, ends: list[float], above: list[float]) -> float:
    """Return where |G| is `target` between these ends, by regula falsi.

    The Illinois variant (Dowell and Jarratt 1971): an end that stays twice has its value halved, or
    else the bracket would shrink from one side only.

    Args:
        response: of the stack.
        target: the magnitude sought.
        ends: the two frequencies of the bracket.
        above: |G| − `target` at those: above 0 and then below, but for rounding.
    """
    (start, end), (high, low) = ends, above
    if high <= 0:
        return start
    if low >= 0:
        return end
    before, error_before, stayed = start, high, 0  # stayed: which end did in the last step, ±1
    for _ in range(_MAX_ITERATIONS):
        place = start + high / (high - low) * (end - start)  # the zero of the line through both
        error = float(np.abs(response(np.array([place])))[0]) - target
        if abs(error) <= _LINEAR * target:
            break
        if error > 0:
            start, high, low = place, error, low / 2 if stayed > 0 else low
            stayed = 1
        else:
            end, low, high = place, error, high / 2 if stayed < 0 else high
            stayed = -1
        before, error_before = place, error
    if error == error_before:
        return place
    # One secant step through the last two points, which is exact where |G| is a straight line.
    secant = place + error / (error_before - error) * (place - before)
    return min(max(secant, start), end)


def _first_by_chunks(
    response: Response, at_zero: float, step: float, last: int, target: float
) -> tuple[float, float] | None:
    """Return the interval of `_first` among multiples of the step, up to the `last` one."""
    points, magnitude, size = np.zeros(1), np.array([at_zero]), _FIRST_CHUNK
    head = 1
    while head <= last:
        chunk = step * np.arange(head, min(head + size, last + 1))
        head += len(chunk)
        points = np.append(points, chunk)
        magnitude = np.append(magnitude, np.abs(response(chunk)))
        ends = _first(response, points, magnitude, target)
        if ends is not None:
            return ends
        # Two points overlap, so that a dip between chunks has its three neighbours.
        points, magnitude, size = points[-2:], magnitude[-2:], min(3 * size, _MAX_CHUNK)
    return None
