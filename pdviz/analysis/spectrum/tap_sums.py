"""A stack's response and composed kernel, tap by tap: the slow methods that proofs compare with.

Every tap has its wave at an exact fraction of a turn, and the kernels are convolved as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import fsum
from typing import Final

import numpy as np

from pdviz.analysis._arrays import offsets_of, sums
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.layer import check_weights, checked_extent

MAX_WAVES: Final = 2**16
"""Most waves in a direct sum, one for each tap and frequency, which take about 3 ms."""
MAX_COMPOSE_WORK: Final = 2**21
"""Most multiply-adds that composing the stack's kernel may take here."""
MAX_COMPOSED: Final = 2**13
"""Longest composed kernel that is summed directly, in elements."""
RELATIVE: Final = 1e-12
"""Largest difference between two sums that counts as agreement, as a share of Σ|w|."""

_MAX_CACHED_DENOMINATOR: Final = 2**12
"""Most fractions of a turn whose waves are cached."""


class TapSums:
    """The taps of a stack, each with its place among the inputs, and the kernel they compose to."""

    def __init__(self, layers: Sequence[Layer], weights: Sequence[np.ndarray] | None) -> None:
        if weights is None:
            weights = [np.ones(layer.pattern.taps) for layer in layers]
        self.kernels = check_weights(layers, weights)
        self.start, self.extent, _ = checked_extent(layers)
        self.places = [offsets_of(layer.pattern) * jump for layer, jump in with_jumps(layers)]
        self.sizes = np.array([np.abs(kernel).sum() for kernel in self.kernels])
        self.totals = np.array([fsum(kernel.tolist()) for kernel in self.kernels])
        self.gain = float(self.totals.prod())
        self.composed = self._compose()
        self.summed = self.composed if self.extent <= MAX_COMPOSED else None
        """The composed kernel, where it is short enough to be summed directly."""
        self.taps = max(sum(map(len, self.kernels)), 0 if self.summed is None else self.extent)
        """The taps of the longest direct sum."""

    def _compose(self) -> np.ndarray | None:
        """Return the kernel that equals the stack, (extent,), or None if that is too much work."""
        total, length, work = np.ones(1), 1, 0
        for places in self.places:
            span = int(places[-1] - places[0]) + 1
            work += length * span
            length += span - 1
        if work > MAX_COMPOSE_WORK:
            return None
        for places, kernel in zip(self.places, self.kernels, strict=True):
            spread = np.zeros(places[-1] - places[0] + 1)
            spread[places - places[0]] = kernel
            total = np.convolve(total, spread)
        return total

    def direct(self, numerators: np.ndarray, denominator: int) -> np.ndarray:
        """Return each layer's response, (layers, n), at fractions of a cycle per sample."""
        return np.array(
            [
                sums(waves_of(numerators, places, denominator), kernel)
                for places, kernel in zip(self.places, self.kernels, strict=True)
            ]
        )

    def through_composed(self, numerators: np.ndarray, denominator: int) -> np.ndarray | None:
        """Return the stack's response, (n,), from its composed kernel, if that is short enough."""
        if self.summed is None:
            return None
        places = np.arange(self.start, self.start + self.extent)
        return sums(waves_of(numerators, places, denominator), self.summed)

    def error(self, parts: np.ndarray, composed: object) -> float:
        """Return how far rounding may move the product of the layers' responses (layers, n).

        Each may be off by `RELATIVE` times its Σ|w|; the composed kernel, if it was used, by
        `RELATIVE` times Π Σ|w|.
        """
        sizes = np.abs(parts)
        error = (sizes + RELATIVE * self.sizes[:, None]).prod(axis=0) - sizes.prod(axis=0)
        whole = 0.0 if composed is None else RELATIVE * float(self.sizes.prod())
        return float(error.max()) + whole


def waves_of(numerators: np.ndarray, places: np.ndarray, denominator: int) -> np.ndarray:
    """Return e^{2πi · numerator · place / denominator}, (n, places).

    Whole turns are removed in integers, exactly.
    """
    near = np.fmod(places, denominator)  # so that no product passes int64
    steps = np.multiply.outer(numerators, near) % denominator
    if denominator > _MAX_CACHED_DENOMINATOR:
        return _turned(steps, denominator)
    waves: np.ndarray = _turns(denominator)[steps]
    return waves


@lru_cache(maxsize=8)
def _turns(denominator: int) -> np.ndarray:
    """Return the waves of a whole turn, step by step: (denominator,)."""
    return _turned(np.arange(denominator), denominator)


def _turned(steps: np.ndarray, denominator: int) -> np.ndarray:
    waves: np.ndarray = np.exp(2j * np.pi * (steps / denominator))
    return waves
