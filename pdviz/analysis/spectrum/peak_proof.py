"""The peak of an image by methods of its own: critical points, or golden sections.

`peaks` multiplies the layers' responses. Here the stack is composed to one kernel first. |G|² is
then the cosine series of its autocorrelation, Σ r_k cos(kω), a polynomial in cos ω.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_SECTIONS: Final = 40
"""Golden sections: each leaves 62 % of the interval."""
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
    heights = _tops(places, power, images)
    if not by_roots:
        heights = [(_highest(kernel, place, len(places)), shallow) for place, shallow in heights]
    else:
        heights = [(float(np.interp(place, places, power)), s) for place, s in heights]
    multiples = _power(kernel, images.frequencies)
    sound = max([*(h for h, shallow in heights if not shallow), float(multiples.max())])
    values = [sound, *(height for height, shallow in heights if shallow and height > sound)]
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


def _tops(places: np.ndarray, power: np.ndarray, images: Images) -> list[tuple[float, bool]]:
    """Return the places of the peaks near images, and whether each is shallow."""
    padded = np.append(power, power[-2])  # the last has the same neighbour on both sides
    tops = np.flatnonzero((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:])) + 1
    lows = np.flatnonzero((power[1:-1] <= power[:-2]) & (power[1:-1] <= power[2:])) + 1
    first = 0.5 / images.dilation
    heights = []
    for top in tops[(places[tops] > first * (1 - 1e-6))].tolist():
        below = lows[lows < top]
        ground = power[below[-1]] if len(below) else power[0]
        shallow = power[top] - ground < _SHALLOW * power[top]
        heights.append((float(places[top]), shallow or places[top] < first * (1 + 1e-6)))
    return heights


def _highest(kernel: np.ndarray, place: float, points: int) -> float:
    """Return the highest |G|² within a step of a place, by golden sections."""
    at: Callable[[float], float] = lambda f: float(_power(kernel, np.array([f]))[0])  # noqa: E731
    golden, low, high = (5**0.5 - 1) / 2, place - 0.5 / points, place + 0.5 / points
    for _ in range(_SECTIONS):
        third = golden * (high - low)
        if at(high - third) > at(low + third):
            high = low + third
        else:
            low = high - third
    return at((low + high) / 2)
