"""The frequency response of a stack at any frequency, as a sum over its taps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

import numpy as np

from pdviz.analysis.frequency_response import Filter

Response = Callable[[np.ndarray], np.ndarray]
"""From frequencies (n,), in cycles a sample, to the response (n,), complex."""

_BLOCK = 1024
"""Kernels of several times as many taps are summed by blocks of so many elements."""


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
    return layer.pattern.taps > 4 * _BLOCK


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
        return _products(_waves(np.multiply.outer(frequencies, places)) * weights, begins)

    return at


def _of_blocks(layer: Filter) -> Response:
    """Element b of every block has the same wave but for that of the block's first element."""
    offsets = layer.offsets
    first = int(offsets[0])
    blocks = (int(offsets[-1]) - first) // _BLOCK + 1
    kernel = np.zeros((blocks, _BLOCK))
    kernel.flat[offsets - first] = layer.weights
    starts = first + _BLOCK * np.arange(blocks)

    def at(frequencies: np.ndarray) -> np.ndarray:
        turns = frequencies * float(layer.jump)
        inside = _waves(np.multiply.outer(np.arange(_BLOCK), turns))
        sums = (kernel @ inside.view(np.float64)).view(np.complex128)
        response: np.ndarray = np.einsum("bn,bn->n", _waves(np.multiply.outer(starts, turns)), sums)
        return response

    return at


def _begins(counts: Iterable[int]) -> list[int]:
    """Where each layer's terms begin, of so many each."""
    return [0, *accumulate(counts)][:-1]


def _products(terms: np.ndarray, begins: list[int]) -> np.ndarray:
    """(n, terms) summed layer by layer, and the sums multiplied: (n,)."""
    response: np.ndarray = np.add.reduceat(terms, begins, axis=1).prod(axis=1)
    return response


def _waves(turns: np.ndarray) -> np.ndarray:
    """e^{2πi · turns}."""
    waves = np.empty(turns.shape, dtype=np.complex128)
    angles = 2 * np.pi * turns
    np.cos(angles, out=waves.real)
    np.sin(angles, out=waves.imag)
    return waves
