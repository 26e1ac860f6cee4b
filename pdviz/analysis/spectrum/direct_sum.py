"""Frequency response of a stack at any frequency, as a sum over its taps.

A layer is summed in one of three ways. Taps that are all 1 have a closed form per evenly spaced
run; a few taps are summed one by one; many taps are cut into blocks, whose waves are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import gcd, isqrt
from typing import Final

import numpy as np

from pdviz.analysis._arrays import product
from pdviz.analysis.spectrum.response import Filter

Response = Callable[[np.ndarray], np.ndarray]
"""A function from frequencies (n,), in cycles per sample, to the response (n,), complex."""

DIRECT_SUM_MAX_TAPS: Final = 256
"""Most taps that are always summed one by one, each with a wave of its own."""
_SPARSE_MAX_TAPS: Final = 16 * DIRECT_SUM_MAX_TAPS
"""Most taps of a sparse kernel that are summed one by one."""
_SPARSE: Final = 4
"""A kernel with more elements per tap than this is sparse."""
_UNEVEN: Final = 2.0**-52
"""How far rounding may move evenly spaced frequencies, which are at most 1/2."""


def direct_sum(filters: Sequence[Filter]) -> Response:
    """Return the stack's response as a function, to be called with few frequencies at a time.

    Time and memory follow the number of frequencies times the taps of all layers; for taps that are
    all 1, times the evenly spaced runs, each of which has a closed form.
    """
    ones = [layer for layer in filters if layer.weights is None]
    weighted = [layer for layer in filters if layer.weights is not None]
    short = [layer for layer in weighted if not _in_blocks(layer)]
    factors = [_by_runs(ones)] if ones else []
    factors += [_by_taps(short)] if short else []
    factors += [_by_blocks(layer) for layer in weighted if _in_blocks(layer)]

    def at(frequencies: np.ndarray) -> np.ndarray:
        response = np.ones(len(frequencies), dtype=np.complex128)
        for factor in factors:
            response *= factor(frequencies)
        return response

    return at


def _in_blocks(layer: Filter) -> bool:
    """Return whether a layer is summed in blocks: many taps, and not too sparse or very many."""
    taps = layer.pattern.taps
    if taps <= DIRECT_SUM_MAX_TAPS:
        return False
    return taps > _SPARSE_MAX_TAPS or _elements(layer) <= _SPARSE * taps


def _elements(layer: Filter) -> int:
    """Return the elements from the first to the last tap, counted in `_step`s."""
    return (layer.pattern.last - layer.pattern.first) // _step(layer) + 1


def _step(layer: Filter) -> int:
    """Return the largest distance of which all distances between taps are multiples."""
    runs = layer.pattern.runs
    return gcd(
        *(run.step for run in runs if len(run) > 1), *(run.start - runs[0].start for run in runs)
    )


def _by_runs(filters: Sequence[Filter]) -> Response:
    """Sum runs of taps of weight 1: Σ_{k<m} e^{2πiku} = e^{πi(m−1)u} · sin(πmu) / sin(πu).

    u is the turn from one tap to the next.
    """
    runs = [(run, layer.jump) for layer in filters for run in layer.pattern.runs]
    starts = np.array([float(run.start * jump) for run, jump in runs])
    steps = np.array([float(run.step * jump) for run, jump in runs])
    taps = np.array([float(len(run)) for run, _ in runs])
    begins = _begins(len(layer.pattern.runs) for layer in filters)

    def at(frequencies: np.ndarray) -> np.ndarray:
        turns = np.multiply.outer(frequencies, steps)
        turns -= np.rint(turns)  # |u| ≤ 1/2, where sinc(u) = sin(πu) / πu is never 0
        sizes = taps * np.sinc(taps * turns) / np.sinc(turns)
        waves = _waves(np.multiply.outer(frequencies, starts) + (taps - 1) / 2 * turns)
        return _products(sizes * waves, begins)

    return at


def _by_taps(filters: Sequence[Filter]) -> Response:
    """Sum every tap with a wave of its own."""
    places = np.concatenate([layer.offsets * float(layer.jump) for layer in filters])
    weights = np.concatenate([layer.weights for layer in filters if layer.weights is not None])
    begins = _begins(layer.pattern.taps for layer in filters)

    def at(frequencies: np.ndarray) -> np.ndarray:
        return _products(_waves_at(frequencies, places) * weights, begins)

    return at


def _by_blocks(layer: Filter) -> Response:
    """Sum the taps in blocks: e^{iω(start + b)} = e^{iω · start} · e^{iωb} for a block's element b.

    The waves e^{iωb} are shared by all blocks, which makes the sum over b a product of matrices.
    """
    first, step, count = layer.pattern.first, _step(layer), _elements(layer)
    block = isqrt(count) + 1  # as many blocks as elements in each: the fewest waves in all
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
    """Return the index of each layer's first term, from the number of terms of each."""
    return [0, *accumulate(counts)][:-1]


def _products(terms: np.ndarray, begins: list[int]) -> np.ndarray:
    """Sum `terms` (n, terms) layer by layer, and multiply the sums: (n,)."""
    response: np.ndarray = np.add.reduceat(terms, begins, axis=1).prod(axis=1)
    return response


def _waves_at(frequencies: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return e^{2πi · frequency · place}, (n, places).

    For evenly spaced frequencies each wave is an earlier one times a power of the step's wave, by
    doubling, which takes a twentieth of the time of a cosine and a sine each.
    """
    count = len(frequencies)
    if count <= 2:
        return _waves(np.multiply.outer(frequencies, places))
    step = (frequencies[-1] - frequencies[0]) / (count - 1)
    if np.abs(np.diff(frequencies) - step).max() > _UNEVEN:
        return _waves(np.multiply.outer(frequencies, places))
    waves = np.empty((count, len(places)), dtype=np.complex128)
    waves[0] = _waves(frequencies[0] * places)
    power, filled = _waves(step * places), 1  # power: the wave of `filled` steps
    while filled < count:
        more = min(filled, count - filled)
        np.multiply(waves[:more], power, out=waves[filled : filled + more])
        power, filled = power * power, filled + more
    return waves


def _waves(turns: np.ndarray) -> np.ndarray:
    """Return e^{2πi · turns}."""
    waves = np.empty(turns.shape, dtype=np.complex128)
    angles = 2 * np.pi * turns
    np.cos(angles, out=waves.real)
    np.sin(angles, out=waves.imag)
    return waves
