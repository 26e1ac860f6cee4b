"""Support of a stack by prefix sums over windows, an independent method beside the bit sets.

A run of n taps reaches input i from a set if any of the n elements i, i − step, … is in the set:
if the sums over every step-th element, up to i and up to n steps before it, differ. The time
follows the extent and the number of runs, not of taps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.layer import checked_extent, narrowest_first
from pdviz.pattern import Pattern

_MIN_ROW: Final = 256
"""Rows of at least so many elements are added row by row, which reads memory in order."""


def windowed_support(layers: Sequence[Layer]) -> np.ndarray:
    """Return whether each input of the extent is reached, (extent,).

    `layers` go from the input to the output.

    Raises:
        ValueError: as `checked_extent`.
    """
    checked_extent(layers)
    reached = np.ones(1, dtype=np.bool_)
    for pattern, jump in narrowest_first(layers):
        first = pattern.first
        total = np.zeros(len(reached) + _length(pattern, jump), dtype=np.bool_)
        for run in pattern.runs:
            window = _dilated(reached, len(run), run.step * jump)
            start = (run.start - first) * jump
            total[start : start + len(window)] |= window
        reached = total
    return reached


def windowed_work(layers: Sequence[Layer]) -> int:
    """Return the elements of all windows together."""
    length, work = 1, 0
    for pattern, jump in narrowest_first(layers):
        work += sum(length + (len(run) - 1) * run.step * jump for run in pattern.runs)
        length += _length(pattern, jump)
    return work


def _length(pattern: Pattern, jump: int) -> int:
    """Return the inputs from the first to the last tap."""
    return (pattern.last - pattern.first) * jump


def _dilated(reached: np.ndarray, taps: int, step: int) -> np.ndarray:
    """Return all a + k · step, k < taps, as (len(reached) + (taps − 1) · step,) bool."""
    if taps == 1:
        return reached
    size = len(reached) + (taps - 1) * step
    sums = np.zeros((-(-size // step), step), dtype=np.int32)
    sums.ravel()[: len(reached)] = reached
    if step < _MIN_ROW:
        np.cumsum(sums, axis=0, out=sums)
    else:
        for row in range(1, len(sums)):
            sums[row] += sums[row - 1]
    window = np.empty(sums.shape, dtype=np.bool_)
    np.greater(sums[:taps], 0, out=window[:taps])
    np.not_equal(sums[taps:], sums[:-taps], out=window[taps:])
    return window.ravel()[:size]
