"""Frequency response of a kernel, or of a stack of them.

The response is that of the layers as they run, phase-centred at offset 0: with
y[t] = Σ w[o] · x[t + o] the wave e^{iωt} comes out times G(ω) = Σ w_o e^{iωo}. A symmetric kernel
has phase 0 or π; a causal one, whose offsets are negative, delays. Frequencies are in cycles per
input sample, from 0 to 1/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ldexp
from typing import Final

import numpy as np

from pdviz.analysis._arrays import frozen, inner, sums
from pdviz.analysis.spectrum.half_power import half_power
from pdviz.analysis.spectrum.response import Filter, filters_of, on_grid, without_noise
from pdviz.analysis.stack import Layer, stack_kernel
from pdviz.analysis.stack.layer import checked_extent
from pdviz.limits import MAX_KERNEL_SIZE

FLOOR: Final = -120.0
"""The lowest level that is distinguished from silence, in decibels."""
NOTHING: Final = 1e-9
"""A layer passes nothing where |G| is at most this share of Σ|w|, −180 dB."""
_HALF_TURN: Final = -np.pi * (1 - 1e-12)
"""Phases down to this are −π but for rounding."""
MAX_POINTS: Final = 2**16 + 1
"""Most frequencies at which a response is computed."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The frequency response of a stack, at n frequencies from 0 to 1/2 cycle per input sample.

    With strides this is the filter in front of the thinning: its output is then sampled once in
    every `jump` inputs, and frequencies above 1 / (2 · jump) fold back.

    Attributes:
        filters: the layers as filters.
        frequencies: (n,) cycles per input sample, evenly spaced, both ends included.
        response: (n,) complex, G = Π_l G_l(S_l ω).
        magnitude: (n,) |G|.
        scaled: (n,) |G| of `filters` alone, whose weights are scaled to be near 1.
        reference: |G(0)|, what 0 dB is; 1 if frequency 0 does not pass.
        passes_zero: whether frequency 0 passes.
        decibels: (n,) 20 · log10(|G| / reference), at least `FLOOR`.
        phase: (n,) of G, in radians, principal value in (−π, π]; NaN where nothing passes.
        group_delay: (n,) −dφ/dω, in input samples; NaN where nothing passes. The sum over the
            layers of each one's delay times its jump.
    """

    filters: tuple[Filter, ...]
    frequencies: np.ndarray
    response: np.ndarray
    magnitude: np.ndarray
    scaled: np.ndarray
    reference: float
    passes_zero: bool
    decibels: np.ndarray
    phase: np.ndarray
    group_delay: np.ndarray

    @cached_property
    def half_power_frequency(self) -> float | None:
        """The lowest frequency with half the power of frequency 0 (−3.01 dB).

        It is also the half-power bandwidth, counted from 0. None if there is none, or 0 does not
        pass. Computed when it is first read.
        """
        if not self.passes_zero:
            return None
        return half_power(self.filters, self.frequencies, self.scaled)


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """The response at the frequencies that a dilation cannot distinguish from frequency 0.

    Attributes:
        dilation: d, the distance between the taps.
        frequencies: (⌊d/2⌋,) m / d cycles per input sample, m = 1…⌊d/2⌋.
        magnitude: (⌊d/2⌋,) |G(m/d)| / |G(0)|, or |G(m/d)| if frequency 0 does not pass.
        decibels: (⌊d/2⌋,) of `magnitude`, at least `FLOOR`.
        ratio: the largest of `magnitude`: 1 for a plain dilated kernel of non-negative weights, 0
            for a dense one of equal weights whose length is a multiple of d; None if there is no
            image, or frequency 0 does not pass.
        strongest: the frequency of the largest; None if there is no image.
    """

    dilation: int
    frequencies: np.ndarray
    magnitude: np.ndarray
    decibels: np.ndarray
    ratio: float | None
    strongest: float | None


def spectrum(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None = None, *, points: int = 1025
) -> Spectrum:
    """Compute the frequency response of a stack, or of one layer.

    >>> from pdviz import Pattern
    >>> moving_average = [Layer(Pattern.dense(2))]
    >>> response = spectrum(moving_average, [np.array([0.5, 0.5])])
    >>> float(response.magnitude[0]), round(response.half_power_frequency, 6)
    (1.0, 0.25)

    Args:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset; every tap is 1 without them.
        points: frequencies, 2 to `MAX_POINTS`; fastest where `points − 1` is a power of two.

    Raises:
        ValueError: an argument is wrong or does not fit, the extent would pass `limits.MAX_EXTENT`,
            or the response is too large for float64.
    """
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MAX_POINTS:
        raise ValueError(f"`points` (={points!r}) must be an integer from 2 to {MAX_POINTS}.")
    checked_extent(layers)
    filters, exponent = filters_of(layers, weights)
    size = 2 * (points - 1)
    frequencies = np.arange(points) / size
    each, moments = on_grid(filters, size)
    without_noise(each, filters)
    passes = _passes(each, filters)
    product = each.prod(axis=0)
    scaled = np.abs(product)
    response = _unscaled(product, exponent)
    magnitude = np.abs(response)
    passes_zero = bool(passes[0])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        delays = -(moments / each).real
        jumps = np.array([layer.jump for layer in filters], dtype=np.float64)
        delay = np.where(passes, sums(delays.T, jumps) + 0.0, np.nan)
    phase = np.angle(product)
    phase[phase <= _HALF_TURN] = np.pi
    return Spectrum(
        filters=tuple(filters),
        frequencies=frozen(frequencies),
        response=frozen(response, np.complex128),
        magnitude=frozen(magnitude),
        scaled=frozen(scaled),
        reference=float(magnitude[0]) if passes_zero else 1.0,
        passes_zero=passes_zero,
        decibels=_decibels(scaled / scaled[0] if passes_zero else magnitude),
        phase=frozen(np.where(passes, phase, np.nan)),
        group_delay=frozen(delay),
    )


def images(layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, dilation: int) -> Images:
    """Compute how much a stack passes of the images of frequency 0, which are at m / dilation.

    >>> from pdviz import Pattern
    >>> default = Pattern.partially_dilated(4, 2, 5)
    >>> round(images([Layer(default)], None, 2).ratio, 6)  # 9 / 13
    0.692308

    Args:
        layers: from the input to the output.
        weights: as in `spectrum`.
        dilation: d ≥ 1, in input samples; for a stack, the one that its layers share.

    Raises:
        ValueError: the dilation is not from 1 to `limits.MAX_KERNEL_SIZE`, or as `spectrum`.
    """
    if (
        isinstance(dilation, bool)
        or not isinstance(dilation, int)
        or not 1 <= dilation <= MAX_KERNEL_SIZE
    ):
        raise ValueError(
            f"`dilation` (={dilation!r}) must be an integer from 1 to {MAX_KERNEL_SIZE}."
        )
    checked_extent(layers)
    filters, exponent = filters_of(layers, weights)
    each, _ = on_grid(filters, dilation)
    without_noise(each, filters)
    scaled = each.prod(axis=0)
    passes_zero = bool(_passes(each[:, :1], filters)[0])
    if passes_zero:
        relative = np.abs(scaled[1:]) / abs(scaled[0])
    else:
        relative = np.abs(_unscaled(scaled[1:], exponent))
    frequencies = np.arange(1, dilation // 2 + 1) / dilation
    largest = int(relative.argmax()) if len(relative) else None
    return Images(
        dilation=dilation,
        frequencies=frozen(frequencies),
        magnitude=frozen(relative),
        decibels=_decibels(relative),
        ratio=float(relative[largest]) if passes_zero and largest is not None else None,
        strongest=None if largest is None else float(frequencies[largest]),
    )


def in_unit(frequencies: np.ndarray | float, sample_rate: float) -> np.ndarray:
    """Convert cycles per sample to cycles per unit of time: hertz, if the rate is per second.

    Args:
        frequencies: in cycles per sample.
        sample_rate: samples per unit of time, above 0.
    """
    if not 0 < sample_rate < float("inf"):
        raise ValueError(f"`sample_rate` (={sample_rate!r}) must be above 0.")
    return frozen(np.asarray(frequencies) * sample_rate)


def noise_gain(layers: Sequence[Layer], weights: Sequence[np.ndarray] | None = None) -> float:
    """Compute the variance of the output for white noise of variance 1.

    It is Σ w² of the single kernel that equals the whole stack; by Parseval's theorem also the mean
    of |G|² over all frequencies.

    Raises:
        ValueError: as `spectrum`, or the work would pass `limits.MAX_FIELD_WORK`.
    """
    checked_extent(layers)
    filters, exponent = filters_of(layers, weights)
    kernels = [
        np.ones(layer.pattern.taps) if layer.weights is None else layer.weights for layer in filters
    ]
    kernel = stack_kernel(layers, kernels)
    try:
        return ldexp(inner(kernel, kernel), 2 * exponent)
    except OverflowError:
        raise ValueError("`weights` make a noise gain that is too large for float64.") from None


def _unscaled(response: np.ndarray, exponent: int) -> np.ndarray:
    """Return a response of scaled weights at its own scale."""
    with np.errstate(over="ignore", under="ignore"):
        parts = np.ldexp(np.ascontiguousarray(response).view(np.float64), exponent)
        unscaled: np.ndarray = parts.view(np.complex128)
        if not np.isfinite(np.abs(unscaled)).all():
            raise ValueError("`weights` make a response that is too large for float64.")
    return unscaled


def _passes(each: np.ndarray, filters: Sequence[Filter]) -> np.ndarray:
    """Return whether anything passes, (n,): no layer's response, a row of `each`, is near 0."""
    limits = np.array([[NOTHING * layer.size] for layer in filters])
    passes: np.ndarray = (np.abs(each) > limits).all(axis=0)
    return passes


def _decibels(magnitude: np.ndarray) -> np.ndarray:
    lowest = 10 ** (FLOOR / 20)
    return frozen(20 * np.log10(np.maximum(magnitude, lowest)))
