"""Where a stack's response falls to half of the power that it has at frequency 0."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from pdviz.analysis.spectrum.direct_sum import Response, direct_sum
from pdviz.analysis.spectrum.response import Filter

_PER_LOBE: Final = 8
"""Points a lobe: |G|² has none narrower than 1 / extent, and four times too many points for it."""
_LOBES: Final = 32
MAX_SUMMED: Final = 2**18
"""Waves that are summed, one for each tap and point, to look beyond those lobes: about 1 ms."""
_FEW, _MANY = 4, 512
"""Points that are asked for at a time: few at first, for most responses fall early."""
_PARTS: Final = 4
"""Into how many parts the interval of the crossing is divided, and that of a dip."""
_OFF: Final = 0.25
"""What a parabola may be off at the foot of a dip, as a share of how it bends there."""
_CLOSE: Final = 1e-6
"""So close to what is sought, as a share of it, |G| is a straight line."""
_MOST_TIMES: Final = 60


def half_power(
    filters: Sequence[Filter], frequencies: np.ndarray, magnitude: np.ndarray
) -> float | None:
    """The lowest frequency where |G|² is half of |G(0)|², or None where it never is.

    It is looked for at `frequencies`, if there are 8 or more a lobe of the whole stack; else at 8 a
    lobe over the first 32 lobes, or as many as `MAX_SUMMED` allows, and beyond them at
    `frequencies`. A dip between points is found by the parabola through those about it.

    Args:
        filters: the layers; the stack passes frequency 0.
        frequencies: (n,) cycles a sample, ascending from 0.
        magnitude: (n,) |G| at those.
    """
    response = direct_sum(filters)
    target = float(magnitude[0]) / sqrt(2)
    ends = None
    step = 1 / (_PER_LOBE * (1 + sum(_reach(layer) for layer in filters)))
    beyond = 0.0
    if step < frequencies[1]:
        taps = sum(layer.pattern.taps for layer in filters)
        last = min(max(_PER_LOBE * _LOBES, MAX_SUMMED // taps), round(0.5 / step))
        beyond = last * step
        ends = _first_by_chunks(response, float(magnitude[0]), step, last, target)
    if ends is None:
        start = max(0, int(np.searchsorted(frequencies, beyond)) - 1)
        ends = _first(response, frequencies[start:], magnitude[start:], target)
    if ends is None:
        return None
    points = np.linspace(*ends, _PARTS + 1)
    above = np.abs(response(points)) - target
    below = above[1:] <= 0
    k = int(below.argmax()) if below.any() else _PARTS - 1
    return _crossing(response, target, points[k : k + 2].tolist(), above[k : k + 2].tolist())


def _first(
    response: Response, points: np.ndarray, found: np.ndarray, target: float
) -> tuple[float, float] | None:
    """The first interval in which |G|, `found` at these points, falls to `target`."""
    low = found[1:] <= target
    last = int(low.argmax()) + 1 if low.any() else len(points)
    power = (found[: last + 1] / target) ** 2
    left, middle, right = power[:-2], power[1:-1], power[2:]
    bend = left - 2 * middle + right
    foot = middle - (right - left) ** 2 / (8 * np.where(bend > 0, bend, np.inf))
    dips = (middle <= left) & (middle <= right) & (foot <= 1 + _OFF * bend)
    for k in np.flatnonzero(dips).tolist():
        if k + 1 == last:
            break
        ends = _within_dip(response, float(points[k]), float(points[k + 2]), target)
        if ends is not None:
            return ends
    return None if last == len(points) else (float(points[last - 1]), float(points[last]))


def _within_dip(
    response: Response, left: float, right: float, target: float
) -> tuple[float, float] | None:
    """Where |G| falls to `target` between these ends, between which it is lowest."""
    start = left
    for _ in range(3):
        points = np.linspace(left, right, 2 * _PARTS + 1)
        found = np.abs(response(points))
        k = int(found.argmin())
        if found[k] <= target:
            return start, float(points[k])
        left, right = float(points[max(k - 1, 0)]), float(points[min(k + 1, 2 * _PARTS)])
    return None


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


def _reach(layer: Filter) -> int:
    """From the first to the last tap, in steps of input samples."""
    return (layer.pattern.last - layer.pattern.first) * layer.jump


def _first_by_chunks(
    response: Response, at_zero: float, step: float, last: int, target: float
) -> tuple[float, float] | None:
    """As `_first`, at multiples of the step up to the `last` one."""
    points, found, size = np.zeros(1), np.array([at_zero]), _FEW
    head = 1
    while head <= last:
        new = step * np.arange(head, min(head + size, last + 1))
        head += len(new)
        points, found = np.append(points, new), np.append(found, np.abs(response(new)))
        ends = _first(response, points, found, target)
        if ends is not None:
            return ends
        points, found, size = points[-2:], found[-2:], min(3 * size, _MANY)
    return None
