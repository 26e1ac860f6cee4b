"""Which inputs a stack reaches, by prefix sums: whether the window of any run of taps holds one.

Of a run of n taps, input i is reached from a set if any of the n elements i, i − step, … is in it:
if the sums over every step-th element, up to i and up to n steps before, differ. The time follows
the extent and the runs of taps, not the taps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pdviz.analysis.stack.layer import Layer, checked_extent
from pdviz.pattern import Pattern

_LONG: Final = 256
"""Rows of so many elements are added one by one: along the columns memory would be jumped over."""


def windowed_support(layers: Sequence[Layer]) -> np.ndarray:
    """(extent,) whether each input of the extent is reached; `layers` from input to output.

    Raises:
        ValueError: as `checked_extent`.
    """
    checked_extent(layers)
    reached = np.ones(1, dtype=np.bool_)
    for pattern, jump in _narrowest_first(layers):
        first = pattern.first
        total = np.zeros(len(reached) + _reach(pattern, jump), dtype=np.bool_)
        for run in pattern.runs:
            found = _dilated(reached, len(run), run.step * jump)
            start = (run.start - first) * jump
            total[start : start + len(found)] |= found
        reached = total
    return reached


def windowed_work(layers: Sequence[Layer]) -> int:
    """The elements of all windows."""
    length, work = 1, 0
    for pattern, jump in _narrowest_first(layers):
        work += sum(length + (len(run) - 1) * run.step * jump for run in pattern.runs)
        length += _reach(pattern, jump)
    return work


def _narrowest_first(layers: Sequence[Layer]) -> list[tuple[Pattern, int]]:
    """Each pattern with the inputs between its elements; the sets add up in any order."""
    found, jump = [], 1
    for pattern, stride in layers:
        found.append((pattern, jump))
        jump *= stride
    return sorted(found, key=lambda pair: _reach(*pair))


def _reach(pattern: Pattern, jump: int) -> int:
    return (pattern.last - pattern.first) * jump


def _dilated(reached: np.ndarray, taps: int, step: int) -> np.ndarray:
    """The set of all a + k · step, k < taps, as (len(reached) + (taps − 1) · step,) bool."""
    if taps == 1:
        return reached
    size = len(reached) + (taps - 1) * step
    sums = np.zeros((-(-size // step), step), dtype=np.int32)
    sums.ravel()[: len(reached)] = reached
    if step < _LONG:
        np.cumsum(sums, axis=0, out=sums)
    else:
        for row in range(1, len(sums)):
            sums[row] += sums[row - 1]
    found = np.empty(sums.shape, dtype=np.bool_)
    np.greater(sums[:taps], 0, out=found[:taps])
    np.not_equal(sums[taps:], sums[:-taps], out=found[taps:])
    return found.ravel()[:size]
