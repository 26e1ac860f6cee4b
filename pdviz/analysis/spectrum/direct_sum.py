"""The frequency response of a stack at any frequency, as a sum over its taps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import gcd, isqrt
from typing import Final

import numpy as np

from pdviz.analysis._arrays import product
from pdviz.analysis.spectrum.response import Filter

Response = Callable[[np.ndarray], np.ndarray]
"""From frequencies (n,), in cycles a sample, to the response (n,), complex."""

_FEW: Final = 256
"""So few taps are summed one by one, each with a wave of its own."""
_SPARSE: Final = 4
"""So are up to 16 times as many, in a kernel of more than 4 elements a tap."""
_SINGLE: Final = 2
"""So few frequencies have a wave each: there is nothing between them."""
_UNEVEN: Final = 2.0**-52
"""By so much rounding may move evenly spaced frequencies, which are at most 1/2."""


def direct_sum(filters: Sequence[Filter]) -> Response:
    """The stack's response, to be asked for at few frequencies at a time.

    The time and the memory follow their number times the taps of all layers; of taps that are all
    1, times the evenly spaced runs, each of which has a closed form.
    """
    ones = [layer for layer in filters if layer.weights is None]
    short = [layer for layer in filters if layer.weights is not None and not _is_long(layer)]
    long = [layer for layer in filters if layer.weights is not None and _is_long(layer)]
    factors = [_of_runs(ones)] if ones else []
    factors += [_of_taps(short)] if short else []
    factors += map(_of_blocks, long)

    def at(frequencies: np.ndarray) -> np.ndarray:
        response = np.ones(len(frequencies), dtype=np.complex128)
        for factor in factors:
            response *= factor(frequencies)
        return response

    return at


def _is_long(layer: Filter) -> bool:
    taps = layer.pattern.taps
    return taps > _FEW and (taps > 16 * _FEW or _elements(layer) <= _SPARSE * taps)


def _elements(layer: Filter) -> int:
    """From the first to the last tap, in steps that all of them are on."""
    return (layer.pattern.last - layer.pattern.first) // _step(layer) + 1


def _step(layer: Filter) -> int:
    runs = layer.pattern.runs
    return gcd(
        *(run.step for run in runs if len(run) > 1), *(run.start - runs[0].start for run in runs)
    )


def _of_runs(filters: Sequence[Filter]) -> Response:
    """Σ_{k<m} e^{2πiku} = e^{πi(m−1)u} · sin(πmu) / sin(πu), u the turn from one to the next."""
    runs = [(run, layer.jump) for layer in filters for run in layer.pattern.runs]
    starts = np.array([float(run.start * jump) for run, jump in runs])
    steps = np.array([float(run.step * jump) for run, jump in runs])
    taps = np.array([float(len(run)) for run, _ in runs])
    begins = _begins(len(layer.pattern.runs) for layer in filters)

    def at(frequencies: np.ndarray) -> np.ndarray:
        apart = np.multiply.outer(frequencies, steps)
        apart -= np.rint(apart)
        sizes = taps * np.sinc(taps * apart) / np.sinc(apart)
        waves = _waves(np.multiply.outer(frequencies, starts) + (taps - 1) / 2 * apart)
        return _products(sizes * waves, begins)

    return at


def _of_taps(filters: Sequence[Filter]) -> Response:
    places = np.concatenate([layer.offsets * float(layer.jump) for layer in filters])
    weights = np.concatenate([layer.weights for layer in filters if layer.weights is not None])
    begins = _begins(layer.pattern.taps for layer in filters)

    def at(frequencies: np.ndarray) -> np.ndarray:
        return _products(_waves_at(frequencies, places) * weights, begins)

    return at


def _of_blocks(layer: Filter) -> Response:
    """Element b of every block has the same wave but for that of the block's first element.

    About as many blocks as elements in each have the fewest waves in all.
    """
    first, step, count = layer.pattern.first, _step(layer), _elements(layer)
    block = isqrt(count) + 1
    kernel = np.zeros((-(-count // block), block))
    kernel.flat[(layer.offsets - first) // step] = layer.weights
    starts = first + step * block * np.arange(len(kernel))
    places = step * np.arange(block)

    def at(frequencies: np.ndarray) -> np.ndarray:
        turns = frequencies * float(layer.jump)
        inside = np.ascontiguousarray(_waves_at(turns, places).T)
        sums = product(kernel, inside.view(np.float64)).view(np.complex128)
        response: np.ndarray = np.einsum("nb,bn->n", _waves_at(turns, starts), sums)
        return response

    return at


def _begins(counts: Iterable[int]) -> list[int]:
    """Where each layer's terms begin, of so many each."""
    return [0, *accumulate(counts)][:-1]


def _products(terms: np.ndarray, begins: list[int]) -> np.ndarray:
    """(n, terms) summed layer by layer, and the sums multiplied: (n,)."""
    response: np.ndarray = np.add.reduceat(terms, begins, axis=1).prod(axis=1)
    return response


def _waves_at(frequencies: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(n, places) e^{2πi · frequency · place}.

    Of evenly spaced frequencies each is one before times a power of the step's, by doubling: a
    twentieth of the time of a cosine and a sine each.
    """
    count = len(frequencies)
    if count <= _SINGLE:
        return _waves(np.multiply.outer(frequencies, places))
    step = (frequencies[-1] - frequencies[0]) / (count - 1)
    if np.abs(np.diff(frequencies) - step).max() > _UNEVEN:
        return _waves(np.multiply.outer(frequencies, places))
    waves = np.empty((count, len(places)), dtype=np.complex128)
    waves[0] = _waves(frequencies[0] * places)
    power, filled = _waves(step * places), 1
    while filled < count:
        more = min(filled, count - filled)
        np.multiply(waves[:more], power, out=waves[filled : filled + more])
        power, filled = power * power, filled + more
    return waves


def _waves(turns: np.ndarray) -> np.ndarray:
    """e^{2πi · turns}."""
    waves = np.empty(turns.shape, dtype=np.complex128)
    angles = 2 * np.pi * turns
    np.cos(angles, out=waves.real)
    np.sin(angles, out=waves.imag)
    return waves
