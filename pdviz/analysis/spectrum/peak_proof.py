"""The peak of an image by methods of its own: critical points, or golden sections.

`peaks` multiplies the layers' responses. Here the stack is composed to one kernel first. |G|² is
then the cosine series of its autocorrelation, Σ r_k cos(kω), a polynomial in cos ω.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2
from typing import Final

import numpy as np
from numpy.polynomial import chebyshev

from pdviz.analysis.spectrum.images import Images
from pdviz.analysis.spectrum.tap_sums import TapSums
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.layer import check_weights

TOLERANCE: Final = 1e-7
"""How far the heights may differ, as a share of the higher; they are flat at the peak."""
_MAX_ROOTS: Final = 130
"""Largest degree of a polynomial whose roots are computed: about 5 ms."""
_MAX_EXTENT: Final = 2**12
"""Longest kernel that is sampled densely."""
_FAINT: Final = 1e-2
"""Images below this share of Σ|w| are not sought by roots: the polynomial is of the power."""
_FAINTEST: Final = 1e-6
"""Rounding may be a millionth of such an image."""
_POINTS_PER_LOBE: Final = 32
_SECTIONS: Final = 24
"""Golden sections: each leaves 62 % of the interval, together a hundred-thousandth."""
_NEAR: Final = 0.98
"""A sample so near to the highest one may stand beside the highest peak."""
_SHALLOW: Final = 0.01
"""A peak that stands out by less than this share may be left out by one method alone."""


def other_peak(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, images: Images
) -> tuple[str, float] | None:
    """Return another method and the height of the highest image peak that it gives.

    None if that is too faint, or the stack too wide.

    Args:
        layers, weights: as in `images`.
        images: the images of the stack, of which frequency 0 passes.
    """
    if images.ratio is None:
        return None
    if weights is None:
        weights = [np.ones(layer.pattern.taps) for layer in layers]
    scaled = [kernel / np.abs(kernel).max() for kernel in check_weights(layers, weights)]
    kernel = TapSums(layers, scaled).composed
    if kernel is None or len(kernel) > _MAX_EXTENT:
        return None
    kernel = kernel / kernel.sum()
    share = images.ratio / float(np.abs(kernel).sum())
    if share < _FAINTEST:
        return None
    by_roots = len(kernel) <= _MAX_ROOTS and share > _FAINT
    if by_roots:
        name = "critical points, by roots of a polynomial"
        places, power = _critical_points(kernel)
    else:
        name = "dense samples of the composed kernel, golden sections"
        places, power = _dense_samples(kernel)
    tops, shallow = _tops(places, power, images)
    heights, multiples = power[tops], _power(kernel, images.frequencies)
    if not by_roots:
        least = max(heights[~shallow].max(initial=0), float(multiples.max())) * _NEAR
        tops, shallow = tops[heights >= least], shallow[heights >= least]
        heights = _highest(kernel, places[tops], len(places))
    sound = max(heights[~shallow].max(initial=0), float(multiples.max()))
    values = [sound, *heights[shallow & (heights > sound)].tolist()]
    nearest = min(values, key=lambda height: abs(np.sqrt(height) - images.ratio))
    return name, float(np.sqrt(nearest))


def _power(kernel: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """Return |G|² by a sum over the elements."""
    waves = np.exp(2j * np.pi * np.multiply.outer(frequencies, np.arange(len(kernel))))
    power: np.ndarray = np.abs(waves @ kernel) ** 2
    return power


def _critical_points(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the frequencies where |G|² has no slope, both ends included, and |G|² there."""
    series = np.correlate(kernel, kernel, "full")[len(kernel) - 1 :]
    series[1:] *= 2
    roots = chebyshev.chebroots(chebyshev.chebtrim(chebyshev.chebder(series), 1e-15))
    real = roots.real[(np.abs(roots.imag) < 1e-6) & (np.abs(roots.real) <= 1)]
    places = np.unique(np.arccos(np.append(real, [1.0, -1.0])) / (2 * np.pi))
    return places, _power(kernel, places)


def _dense_samples(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return evenly spaced frequencies and |G|² there."""
    size = 2 ** ceil(log2(_POINTS_PER_LOBE * len(kernel)))
    return np.arange(size // 2 + 1) / size, np.abs(np.fft.rfft(kernel, size)) ** 2


def _tops(places: np.ndarray, power: np.ndarray, images: Images) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the peaks near images, and whether each is shallow."""
    padded = np.append(power, power[-2])  # the last has the same neighbour on both sides
    tops = np.flatnonzero((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:])) + 1
    lows = np.flatnonzero((power[1:-1] <= power[:-2]) & (power[1:-1] <= power[2:])) + 1
    first = 0.5 / images.dilation
    tops = tops[places[tops] > first * (1 - 1e-6)]
    ground = power[np.append(0, lows)[np.searchsorted(lows, tops)]]
    shallow = power[tops] - ground < _SHALLOW * power[tops]
    return tops, shallow | (places[tops] < first * (1 + 1e-6))


def _highest(kernel: np.ndarray, places: np.ndarray, points: int) -> np.ndarray:
    """Return the highest |G|² within a step of each place, by golden sections."""
    golden, low, high = (5**0.5 - 1) / 2, places - 0.5 / points, places + 0.5 / points
    for _ in range(_SECTIONS):
        third = golden * (high - low)
        left = _power(kernel, high - third) > _power(kernel, low + third)
        low, high = np.where(left, low, high - third), np.where(left, low + third, high)
    return _power(kernel, (low + high) / 2)
