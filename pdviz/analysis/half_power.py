"""Where a stack's response falls to half of the power that it has at frequency 0."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from pdviz.analysis.direct_sum import Response, direct_sum
from pdviz.analysis.frequency_response import Filter

_PER_LOBE: Final = 8
"""Points from one zero of a layer's response to the next: the narrowest lobe is 1 / span wide."""
_LOBES: Final = 32
_CHUNK: Final = 8
"""Points that are asked for at a time."""
_PARTS, _MOST_TIMES = 4, 24
"""Into how many parts the interval of the crossing is divided, and at most how often."""
_STRAIGHT: Final = 1e-4
"""|G| falls along a straight line where it falls by no more than this share of what is sought."""


def half_power(
    filters: Sequence[Filter], frequencies: np.ndarray, magnitude: np.ndarray
) -> float | None:
    """The lowest frequency where |G|² is half of |G(0)|², or None where it never is.

    It is looked for between points, 8 a lobe of the widest layer over the first 32 of its lobes,
    however narrow those are, and beyond them at `frequencies`: a dip from one point to the next
    that is over before it is not seen.

    Args:
        filters: the layers; the stack passes frequency 0.
        frequencies: (n,) cycles a sample, ascending from 0.
        magnitude: (n,) |G| at those.
    """
    response = direct_sum(filters)
    target = magnitude[0] / sqrt(2)
    interval = None
    step = 1 / (_PER_LOBE * max(_span(layer) for layer in filters))
    beyond = 0.0
    if step < frequencies[1]:
        beyond = min(_PER_LOBE * _LOBES * step, 0.5)
        interval = _first_by_chunks(response, step, beyond, target)
    if interval is None:
        start = int(np.searchsorted(frequencies, beyond))
        low = np.flatnonzero(magnitude[start:] <= target)
        if not len(low):
            return None
        k = start + int(low[0])
        interval = max(frequencies[k - 1], beyond), frequencies[k]
    for _ in range(_MOST_TIMES):
        points = np.linspace(*interval, _PARTS + 1)
        values = np.abs(response(points))
        below = values[1:] <= target
        k = int(below.argmax()) if below.any() else _PARTS - 1
        interval = points[k], points[k + 1]
        fall = values[k] - values[k + 1]
        if fall <= _STRAIGHT * target:
            break
    share = (values[k] - target) / fall if fall > 0 else 0.0
    return float(interval[0] + min(max(share, 0.0), 1.0) * (interval[1] - interval[0]))


def _span(layer: Filter) -> int:
    """From the first to the last tap, in input samples."""
    offsets = layer.pattern.offsets
    return (offsets[-1] - offsets[0]) * layer.jump + 1


def _first_by_chunks(
    response: Response, step: float, last: float, target: float
) -> tuple[float, float] | None:
    """The first step at whose end |G| is at most `target`."""
    for first in range(0, round(last / step), _CHUNK):
        points = np.minimum(step * np.arange(first, first + _CHUNK + 1), last)
        below = np.flatnonzero(np.abs(response(points[1:])) <= target)
        if len(below):
            return points[below[0]], points[below[0] + 1]
    return None
