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
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis._arrays import frozen, inner, sums
from pdviz.analysis.spectrum.direct_sum import direct_sum
from pdviz.analysis.spectrum.half_power import half_power
from pdviz.analysis.spectrum.peaks import Peaks, peaks
from pdviz.analysis.spectrum.response import (
    Filter,
    decibels_of,
    filters_of,
    on_grid,
    passes_through,
    unscaled,
    without_noise,
)
from pdviz.analysis.stack import Layer, stack_kernel
from pdviz.analysis.stack.layer import checked_extent

_HALF_TURN: Final = -np.pi * (1 - 1e-12)
"""Phases down to this are −π but for rounding."""
MAX_POINTS: Final = 2**16 + 1
"""Most frequencies at which a response is computed."""
_CHUNK: Final = 256
"""Frequencies at which a response is summed at a time, which bounds the memory."""


class Values(NamedTuple):
    """A response at n frequencies; the columns are as those of `Spectrum`, each (n,)."""

    frequencies: np.ndarray
    decibels: np.ndarray
    phase: np.ndarray
    group_delay: np.ndarray


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The frequency response of a stack, at n frequencies from 0 to 1/2 cycle per input sample.

    With strides this is the filter before they drop samples: its output is then sampled once in
    every `jump` inputs, and frequencies above 1 / (2 · jump) fold back.

    Attributes:
        filters: the layers as filters.
        frequencies: (n,) cycles per input sample, evenly spaced, both ends included.
        response: (n,) complex, G = Π_l G_l(S_l ω).
        magnitude: (n,) |G|.
        scaled: (n,) |G| of `filters` alone, whose weights are scaled to be near 1.
        exponent: of the power of 2 by which `scaled` differs from `magnitude`.
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
    exponent: int
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

    @cached_property
    def peaks(self) -> Peaks:
        """The peaks of |G|, with its values as in `scaled`. Computed when they are first read."""
        return peaks(self.filters, self.scaled)

    @cached_property
    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """Frequencies and decibels to be drawn, (m,) each: the grid, and the peaks between."""
        between, heights, _ = self.peaks
        places, first = np.unique(np.append(self.frequencies, between), return_index=True)
        levels = np.append(self.decibels, decibels_of(self.relative(heights)))
        return frozen(places), frozen(levels[first])

    def at(self, frequencies: np.ndarray) -> Values:
        """Compute the response at any frequencies, (n,) cycles per sample, ascending."""
        parts = [
            self._summed(frequencies[k : k + _CHUNK]) for k in range(0, len(frequencies), _CHUNK)
        ]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return Values(frequencies, *columns)

    def _summed(self, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sum decibels, phase and group delay over the taps."""
        each = np.array([direct_sum([layer])(frequencies) for layer in self.filters])
        moved = [layer._replace(weights=_moved(layer)) for layer in self.filters]
        moments = np.array([direct_sum([layer])(frequencies) for layer in moved])
        without_noise(each, self.filters)
        passes, product = passes_through(each, self.filters), each.prod(axis=0)
        return (
            decibels_of(self.relative(np.abs(product))),
            np.where(passes, _phase(product), np.nan),
            _delay(each, moments, passes, self.filters),
        )

    def relative(self, scaled: np.ndarray) -> np.ndarray:
        """Return |G| of the filters relative to the reference."""
        if self.passes_zero:
            relative: np.ndarray = scaled / self.scaled[0]
        else:
            relative = np.abs(unscaled(scaled.astype(np.complex128), self.exponent))
        return relative


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
    passes = passes_through(each, filters)
    product = each.prod(axis=0)
    scaled = np.abs(product)
    response = unscaled(product, exponent)
    magnitude = np.abs(response)
    passes_zero = bool(passes[0])
    return Spectrum(
        filters=tuple(filters),
        frequencies=frozen(frequencies),
        response=frozen(response, np.complex128),
        magnitude=frozen(magnitude),
        scaled=frozen(scaled),
        exponent=exponent,
        reference=float(magnitude[0]) if passes_zero else 1.0,
        passes_zero=passes_zero,
        decibels=decibels_of(scaled / scaled[0] if passes_zero else magnitude),
        phase=frozen(np.where(passes, _phase(product), np.nan)),
        group_delay=frozen(_delay(each, moments, passes, filters)),
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


def _phase(product: np.ndarray) -> np.ndarray:
    """Return the phase of a response, in (−π, π] but for rounding."""
    phase: np.ndarray = np.angle(product)
    phase[phase <= _HALF_TURN] = np.pi
    return phase


def _delay(
    each: np.ndarray, moments: np.ndarray, passes: np.ndarray, filters: Sequence[Filter]
) -> np.ndarray:
    """Return the group delay, (n,), from each layer's response and moments (layers, n)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        delays = -(moments / each).real
    jumps = np.array([layer.jump for layer in filters], dtype=np.float64)
    delay: np.ndarray = np.where(passes, sums(delays.T, jumps) + 0.0, np.nan)
    return delay


def _moved(layer: Filter) -> np.ndarray:
    """Return each weight times its offset."""
    offsets = layer.offsets.astype(np.float64)
    return offsets if layer.weights is None else offsets * layer.weights
