"""Frequency response of each layer of a stack, on a grid of frequencies.

A layer runs as a cross-correlation, y[t] = Σ w[o] · x[t + o]: the wave e^{iωt} comes out times
G(ω) = Σ w_o e^{iωo}. In a stack, layer l takes every S_l-th sample of the input, S_l = Π_{i<l} s_i,
and its filter can be moved before the strides that drop samples (the noble identity). The whole
stack is then the filter Π_l G_l(S_l ω), of whose output every S_L-th sample is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, gcd
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis._arrays import frozen, offsets_of
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.layer import check_weights
from pdviz.analysis.stack.rounding import EPSILON
from pdviz.limits import FLOOR
from pdviz.pattern import Pattern

NOTHING: Final = 1e-9
"""A layer passes nothing where |G| is at most this share of Σ|w|, −180 dB."""
_ROUNDING: Final = 64 * EPSILON
"""How far rounding may move the sum of a layer's taps, as a share of Σ|w|."""
_MAX_SINGLE_TAPS: Final = 512
"""Most taps of weight 1 that are wrapped one by one, not run by run."""


class Filter(NamedTuple):
    """One layer as a filter: its pattern, (T,) weights or None for 1 each, and its input's jump."""

    pattern: Pattern
    weights: np.ndarray | None
    jump: int

    @property
    def size(self) -> float:
        """Σ|w|, the most that it can multiply a wave by."""
        if self.weights is None:
            return float(self.pattern.taps)
        return float(np.abs(self.weights).sum())

    @property
    def offsets(self) -> np.ndarray:
        """(T,) the offsets of the taps, ascending."""
        return offsets_of(self.pattern)

    @property
    def span(self) -> int:
        """The input samples from the first to the last tap."""
        return (self.pattern.last - self.pattern.first) * self.jump


def filters_of(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None
) -> tuple[list[Filter], int]:
    """Return the layers as filters, and the exponent of 2 by which their product must be scaled.

    Without weights, every tap is 1. Weights are scaled by a power of two, which is exact, to a
    largest magnitude from 1/2 to 1, so that no product of many layers overflows or underflows.

    Raises:
        ValueError: there is no layer, or `weights` do not fit, or are not finite.
    """
    if not layers:
        raise ValueError("`layers` (=()) must hold at least one layer.")
    kernels = [None] * len(layers) if weights is None else check_weights(layers, weights)
    filters, exponent = [], 0
    for (layer, jump), kernel in zip(with_jumps(layers), kernels, strict=True):
        if kernel is not None:
            scale = frexp(float(np.abs(kernel).max()))[1]
            kernel = np.ldexp(kernel, -scale)
            exponent += scale
        filters.append(Filter(layer.pattern, kernel, jump))
    return filters, exponent


def on_grid(filters: Sequence[Filter], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return every layer's response at k / size cycles per sample, and its derivative divided by i.

    They are G_l(S_l ω), and the same sum with o · w_o for w_o: complex, (layers, size // 2 + 1)
    each; the last k / size is the largest that is at most 1/2.

    Exact at any kernel length: offsets that are equal modulo `size` have the same wave at all of
    these frequencies, so that one FFT of the kernel wrapped modulo `size` gives them all.
    """
    wrapped = np.empty((2, len(filters), size))
    for number, layer in enumerate(filters):
        for sums, values in zip(wrapped, _wrapped(layer, size), strict=True):
            sums[number] = values
    response = np.fft.rfft(wrapped)
    k = np.arange(size // 2 + 1)
    for number, layer in enumerate(filters):
        if layer.jump > 1:  # G_l at S_l ω: the same values, read at S_l · k modulo a whole cycle
            index = k * (layer.jump % size) % size
            mirrored = index > size // 2
            index[mirrored] = size - index[mirrored]
            rows = response[:, number, index]
            rows.imag[:, mirrored] *= -1
            response[:, number] = rows
    return response[0], response[1]


def alike(filters: Sequence[Filter]) -> list[tuple[Filter, int]]:
    """Return each filter once, with the number of layers that are alike."""
    counts: dict[tuple[Pattern, bytes, int], tuple[Filter, int]] = {}
    for layer in filters:
        values = b"" if layer.weights is None else layer.weights.tobytes()
        key = (layer.pattern, values, layer.jump)
        counts[key] = (layer, counts[key][1] + 1 if key in counts else 1)
    return list(counts.values())


def magnitude_on_grid(filters: Sequence[Filter], size: int) -> np.ndarray:
    """Return |G| of the whole stack at k / size cycles per sample, (size // 2 + 1,)."""
    magnitude = np.ones(size // 2 + 1)
    for layer, count in alike(filters):
        own = np.abs(np.fft.rfft(_wrapped(layer, size)[0]))
        if layer.jump > 1:
            index = np.arange(size // 2 + 1) * (layer.jump % size) % size
            own = own[np.minimum(index, size - index)]
        magnitude *= own**count if count > 1 else own
    return magnitude


def without_noise(response: np.ndarray, filters: Sequence[Filter]) -> None:
    """Set those parts of each layer's response (layers, n) to 0 that rounding alone can explain.

    A symmetric kernel then has a real response, and a phase of exactly 0 or π.
    """
    limits = np.array([[_ROUNDING * layer.size] for layer in filters])
    parts = response.view(np.float64)
    parts[np.abs(parts) <= limits] = 0.0


def unscaled(response: np.ndarray, exponent: int) -> np.ndarray:
    """Return a response of scaled weights at its own scale."""
    with np.errstate(over="ignore", under="ignore"):
        parts = np.ldexp(np.ascontiguousarray(response).view(np.float64), exponent)
        unscaled: np.ndarray = parts.view(np.complex128)
        if not np.isfinite(np.abs(unscaled)).all():
            raise ValueError("`weights` make a response that is too large for float64.")
    return unscaled


def passes_through(each: np.ndarray, filters: Sequence[Filter]) -> np.ndarray:
    """Return whether anything passes, (n,): no layer's response, a row of `each`, is near 0."""
    limits = np.array([[NOTHING * layer.size] for layer in filters])
    passes: np.ndarray = (np.abs(each) > limits).all(axis=0)
    return passes


def decibels_of(magnitude: np.ndarray) -> np.ndarray:
    """Return the level of magnitudes, at least `FLOOR`."""
    lowest = 10 ** (FLOOR / 20)
    return frozen(20 * np.log10(np.maximum(magnitude, lowest)))


def _wrapped(layer: Filter, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ w and Σ o · w over the taps of each −o modulo `size`: (size,) each.

    The sign turns the waves e^{−iωt} of an FFT into e^{+iωo}.
    """
    if layer.weights is not None or layer.pattern.taps <= _MAX_SINGLE_TAPS:
        offsets = layer.offsets
        weights = np.ones(len(offsets)) if layer.weights is None else layer.weights
        index = -offsets % size
        return (
            np.bincount(index, weights, minlength=size),
            np.bincount(index, weights * offsets, minlength=size),
        )
    sums, moments = np.zeros(size), np.zeros(size)
    for run in layer.pattern.runs:  # its taps repeat modulo `size` after `period` of them
        period = size // gcd(run.step, size)
        offsets = np.arange(min(len(run), period)) * run.step + run.start
        rounds, rest = divmod(len(run), period)
        counts = np.full(len(offsets), float(rounds))
        counts[:rest] += 1
        index = -offsets % size
        sums[index] += counts
        moments[index] += counts * (offsets + run.step * period / 2 * (counts - 1))
    return sums, moments
