"""Output of a section: the layer's, summed tap by tap in float64."""

from __future__ import annotations

import numpy as np

from pdviz.analysis._arrays import check_compact, frozen
from pdviz.pattern import Pattern


def section_output(
    pattern: Pattern, compact: np.ndarray, signal: np.ndarray, first: int, stop: int
) -> np.ndarray:
    """Return the outputs from `first` to before `stop`, with zeros beyond the signal's ends.

    A section is small, so this takes less time than a call of PyTorch, and needs none.

    >>> section_output(Pattern.dense(3), np.array([-0.5, 0.0, 0.5]), np.array([1.0, 2, 4, 8]), 1, 4)
    array([ 1.5,  3. , -2. ])

    Args:
        pattern: where the taps sit.
        compact: (T,) the weights in ascending order of offset.
        signal: (L,) one channel.
        first, stop: 0 ≤ first < stop ≤ L.

    Raises:
        ValueError: the section is outside the signal, or `compact` does not fit the pattern.
    """
    check_compact(pattern, compact)
    length = len(signal)
    if not 0 <= first < stop <= length:
        raise ValueError(f"`first` and `stop` (={first}, {stop}) must lie in 0 to {length}.")
    output = np.zeros(stop - first)
    for offset, weight in zip(pattern.offsets, compact, strict=True):
        low, high = max(first, -offset), min(stop, length - offset)
        if low < high:
            samples = signal[low + offset : high + offset].astype(np.float64)
            output[low - first : high - first] += weight * samples
    return frozen(output)
