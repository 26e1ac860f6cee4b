"""Window of one output: the samples under the kernel, and what each tap contributes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pdviz.analysis._arrays import check_compact, frozen
from pdviz.pattern import Pattern


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The samples that one output sees; K elements from the first to the last of the kernel.

    Attributes:
        position: the sample that the output belongs to.
        offsets: (K,) int64, position of each element relative to `position`.
        samples: (K,) the signal there; 0 beyond either end of it.
        kernel: (K,) the assembled kernel.
        products: (K,) sample times weight.
        output: their sum.
    """

    position: int
    offsets: np.ndarray
    samples: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    output: float


def window_at(pattern: Pattern, compact: np.ndarray, signal: np.ndarray, position: int) -> Window:
    """Return what the kernel sees at `position` of `signal`, in float64, zeros beyond its ends.

    >>> signal = np.array([1.0, 2.0, 3.0, 4.0])
    >>> window = window_at(Pattern.dense(3), np.array([-0.5, 0.0, 0.5]), signal, 1)
    >>> window.samples.tolist(), window.products.tolist(), window.output
    ([1.0, 2.0, 3.0], [-0.5, 0.0, 1.5], 1.0)

    Args:
        pattern: where the taps sit.
        compact: (T,) the weights in ascending order of offset.
        signal: (L,) one channel.
        position: 0 ≤ position < L.

    Raises:
        ValueError: `position` is outside the signal, or `compact` does not fit the pattern.
    """
    check_compact(pattern, compact)
    if not 0 <= position < len(signal):
        raise ValueError(f"`position` (={position}) must be 0 to {len(signal) - 1}.")
    offsets = np.arange(pattern.kernel_size) - pattern.origin
    inside = (offsets + position >= 0) & (offsets + position < len(signal))
    samples = np.zeros(pattern.kernel_size)
    samples[inside] = signal[offsets[inside] + position]
    kernel = np.zeros(pattern.kernel_size)
    kernel[list(pattern.indices)] = compact
    products = samples * kernel
    return Window(
        position=position,
        offsets=frozen(offsets, np.int64),
        samples=frozen(samples),
        kernel=frozen(kernel),
        products=frozen(products),
        output=float(products.sum()),
    )
