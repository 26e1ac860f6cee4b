"""What a kernel, or a stack of them, does to each frequency.

The response is that of the layers as they run, phase-centred at offset 0: with
y[t] = Σ w[o] · x[t + o] the wave e^{iωt} comes out times G(ω) = Σ w_o e^{iωo}. A symmetric kernel
has phase 0 or π; a causal one, whose offsets are negative, delays. Frequencies are in cycles per
input sample, from 0 to 1/2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ldexp
from typing import Final

import numpy as np

from pdviz.analysis._arrays import frozen, inner, sums
from pdviz.analysis.spectrum.half_power import half_power
from pdviz.analysis.spectrum.response import Filter, filters_of, on_grid, without_noise
from pdviz.analysis.stack.composed import stack_kernel
from pdviz.analysis.stack.layer import Layer, checked_extent
from pdviz.limits import MAX_KERNEL_SIZE

FLOOR: Final = -120.0
"""The lowest level that is told from silence, in decibels."""
NOTHING: Final = 1e-9
"""A layer passes nothing where |G| is at most this share of Σ|w|: −180 dB."""
_HALF_TURN: Final = -np.pi * (1 - 1e-12)
MAX_POINTS: Final = 2**16 + 1
"""Most frequencies that a response is computed at."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The frequency response of a stack, at n frequencies from 0 to 1/2 cycle per input sample.

    With strides this is the filter in front of the thinning: what comes out of it is then sampled
    once in every `jump` inputs, and frequencies above 1 / (2 · jump) fold back.

    Attributes:
        frequencies: (n,) cycles per input sample, evenly spaced, both ends included.
        response: (n,) complex, G = Π_l G_l(S_l ω).
        magnitude: (n,) |G|.
        reference: |G(0)|, what 0 dB is; 1 if frequency 0 does not pass.
        passes_zero: whether frequency 0 passes.
        decibels: (n,) 20 · log10(|G| / reference), at least `FLOOR`.
        phase: (n,) of G, in radians, principal value in (−π, π]; NaN where nothing passes.
        group_delay: (n,) −dφ/dω, in input samples; NaN where nothing passes. The delay of each
            layer times its jump, added up.
    """

    frequencies: np.ndarray
    response: np.ndarray
    magnitude: np.ndarray
    reference: float
    passes_zero: bool
    decibels: np.ndarray
    phase: np.ndarray
    group_delay: np.ndarray
    seek: Callable[[], float | None]

    @cached_property
    def cutoff(self) -> float | None:
        """The lowest frequency with half the power of frequency 0 (−3.01 dB).

        Counted from 0 it is the half-power bandwidth, too. None if there is none or 0 does not
        pass. It is sought, by `seek`, when it is first asked for.
        """
        return self.seek()


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """The response at the frequencies that a dilation cannot tell from frequency 0.

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
    """The frequency response of a stack, or of one layer.

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
    scaled = each.prod(axis=0)
    shape = np.abs(scaled)  # the magnitude, but for its scale
    response = _unscaled(scaled, exponent)
    magnitude = np.abs(response)
    passes_zero = bool(passes[0])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        delays = -(moments / each).real
        jumps = np.array([layer.jump for layer in filters], dtype=np.float64)
        delay = np.where(passes, sums(delays.T, jumps) + 0.0, np.nan)
    phase = np.angle(scaled)
    phase[phase <= _HALF_TURN] = np.pi  # −π is π, and so is what rounding left beside it
    return Spectrum(
        frequencies=frozen(frequencies),
        response=frozen(response, np.complex128),
        magnitude=frozen(magnitude),
        reference=float(magnitude[0]) if passes_zero else 1.0,
        passes_zero=passes_zero,
        decibels=_decibels(shape / shape[0] if passes_zero else magnitude),
        phase=frozen(np.where(passes, phase, np.nan)),
        group_delay=frozen(delay),
        seek=lambda: half_power(filters, frequencies, shape) if passes_zero else None,
    )


def images(layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, dilation: int) -> Images:
    """How much of the images of frequency 0, at m / dilation cycles a sample, a stack lets through.

    Args:
        layers: from the input to the output.
        weights: as of `spectrum`.
        dilation: d ≥ 1, in input samples; of a stack, the one that its layers share.

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
    """Cycles per sample as cycles per unit of time: hertz, where the rate is samples a second.

    Args:
        frequencies: in cycles per sample.
        sample_rate: samples per unit of time, above 0.
    """
    if not 0 < sample_rate < float("inf"):
        raise ValueError(f"`sample_rate` (={sample_rate!r}) must be above 0.")
    return frozen(np.asarray(frequencies) * sample_rate)


def noise_gain(layers: Sequence[Layer], weights: Sequence[np.ndarray] | None = None) -> float:
    """The variance of the output for white noise of variance 1.

    Σ w² of the one kernel that the whole stack is equal to; by Parseval's theorem also the mean of
    |G|² over all frequencies.

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
    """A response of scaled weights, at its own scale."""
    with np.errstate(over="ignore", under="ignore"):
        parts = np.ldexp(np.ascontiguousarray(response).view(np.float64), exponent)
        unscaled: np.ndarray = parts.view(np.complex128)
        if not np.isfinite(np.abs(unscaled)).all():
            raise ValueError("`weights` make a response that is too large for float64.")
    return unscaled


def _passes(each: np.ndarray, filters: Sequence[Filter]) -> np.ndarray:
    """(n,) whether anything passes: no layer's response, a row of `each`, is next to nothing."""
    limits = np.array([[NOTHING * layer.size] for layer in filters])
    passes: np.ndarray = (np.abs(each) > limits).all(axis=0)
    return passes


def _decibels(magnitude: np.ndarray) -> np.ndarray:
    lowest = 10 ** (FLOOR / 20)
    return frozen(20 * np.log10(np.maximum(magnitude, lowest)))
