"""Images of frequency 0: what a stack passes near the multiples of 1 / dilation.

Taps d samples apart see the same in a wave of m / d cycles per sample as in a constant. An island
bends the response there, so that it may be highest beside m / d: an image is read at its peak, the
highest within half a period 1 / d of the multiple, and at the multiple itself as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ldexp
from typing import Final

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.spectrum.peaks import peaks as peaks_of
from pdviz.analysis.spectrum.peaks import polished
from pdviz.analysis.spectrum.response import (
    decibels_of,
    filters_of,
    magnitude_on_grid,
    on_grid,
    passes_through,
    unscaled,
    without_noise,
)
from pdviz.analysis.spectrum.spectrum import Spectrum
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.layer import checked_extent
from pdviz.limits import MAX_KERNEL_SIZE

_SIZE: Final = 2048
"""Steps per cycle of the coarsest grid on which peaks are looked for."""
_ROUNDING: Final = 1e-9
"""A peak that is higher than the multiple by less than this share is at the multiple."""


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """The response at and near the frequencies that a dilation cannot distinguish from frequency 0.

    Magnitudes are relative to |G(0)|, or |G| itself if frequency 0 does not pass.

    Attributes:
        dilation: d, the distance between the taps.
        frequencies: (⌊d/2⌋,) m / d cycles per input sample, m = 1…⌊d/2⌋.
        magnitude: (⌊d/2⌋,) at those frequencies.
        peak_frequencies: (⌊d/2⌋,) where the image of each is highest, within 1 / 2d of it.
        peaks: (⌊d/2⌋,) the magnitude there, at least `magnitude`.
        ratio: the largest of `peaks`, the image ratio: 1 for a plain dilated kernel of non-negative
            weights; None if there is no image, or frequency 0 does not pass.
        strongest: the frequency of that peak; None if there is no image.
        at_multiple: the magnitude at the multiple of 1 / d that this peak belongs to, and
        multiple: its m; None if there is no image.
    """

    dilation: int
    frequencies: np.ndarray
    magnitude: np.ndarray
    peak_frequencies: np.ndarray
    peaks: np.ndarray
    ratio: float | None
    strongest: float | None
    at_multiple: float | None
    multiple: int | None

    @property
    def decibels(self) -> np.ndarray:
        """The level of each peak, (⌊d/2⌋,)."""
        return decibels_of(self.peaks)


def images(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    dilation: int,
    *,
    response: Spectrum | None = None,
) -> Images:
    """Compute how much a stack passes of the images of frequency 0, near m / dilation.

    >>> from pdviz import Pattern
    >>> default = Pattern.partially_dilated(4, 2, 5)
    >>> round(images([Layer(default)], None, 2).ratio, 6)  # 9 / 13
    0.692308

    Args:
        layers: from the input to the output.
        weights: as in `spectrum`.
        dilation: d ≥ 1, in input samples; for a stack, the one that its layers share.
        response: `spectrum(layers, weights)`, if it has been computed already.

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
    passes_zero = bool(passes_through(each[:, :1], filters)[0])

    def relative_to_zero(values: np.ndarray) -> np.ndarray:
        if passes_zero:
            ratios: np.ndarray = np.abs(values) / abs(scaled[0])
        else:
            ratios = np.abs(unscaled(values.astype(np.complex128), exponent))
        return ratios

    frequencies = np.arange(1, dilation // 2 + 1) / dilation
    relative = relative_to_zero(scaled[1:])
    between = response.peaks if response else peaks_of(filters, magnitude_on_grid(filters, _SIZE))
    places, peaks = _peaks(
        frequencies, relative, between.frequencies, relative_to_zero(between.scaled)
    )
    best = int(peaks.argmax()) if len(peaks) else None
    if best is not None and peaks[best] > relative[best]:
        scale = abs(scaled[0]) if passes_zero else ldexp(1.0, -exponent)
        place, height = polished(filters, float(places[best]), float(peaks[best]) * scale)
        places[best], peaks[best] = place, height / scale
    return Images(
        dilation=dilation,
        frequencies=frozen(frequencies),
        magnitude=frozen(relative),
        peak_frequencies=frozen(places),
        peaks=frozen(peaks),
        ratio=float(peaks[best]) if passes_zero and best is not None else None,
        strongest=None if best is None else float(places[best]),
        at_multiple=None if best is None else float(relative[best]),
        multiple=None if best is None else best + 1,
    )


def _peaks(
    frequencies: np.ndarray, magnitude: np.ndarray, between: np.ndarray, heights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the highest place within half a period of each frequency, and its magnitude.

    Args:
        frequencies, magnitude: of the multiples of 1 / d, (⌊d/2⌋,) each.
        between, heights: of the peaks, (p,) each.
    """
    if not len(frequencies):
        return frequencies, magnitude
    period = float(frequencies[0])
    number = np.minimum(np.rint(between / period).astype(np.int64), len(frequencies))
    near = number >= 1
    between, heights, number = between[near], heights[near], number[near] - 1
    order = np.lexsort((heights, number))  # the highest of each image comes last
    places, peaks = frequencies.copy(), magnitude.copy()
    highest = np.zeros(len(frequencies))
    highest[number[order]] = heights[order]
    where = frequencies.copy()
    where[number[order]] = between[order]
    higher = highest > peaks * (1 + _ROUNDING)
    places[higher], peaks[higher] = where[higher], highest[higher]
    return places, peaks
