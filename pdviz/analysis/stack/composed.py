"""Composed kernel of a stack: one kernel with the same output as the whole stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from pdviz.analysis._arrays import MAX_SINGLE_THREAD_WORK, offsets_of, product
from pdviz.analysis.stack.layer import Layer, with_jumps
from pdviz.limits import MAX_FIELD_WORK

_DENSE_MAX_WORK: Final = 2**17
"""Most multiply-adds for which one `np.convolve`, gaps included, is the fastest."""
_SINGLE_MAX_TAPS: Final = 8
"""Most taps, or rows of values, that are added one by one."""
_DIRECT_MAX_TAPS: Final = 512
"""Most taps of a run that is not convolved by Fourier transforms."""


class TooMuchWork(ValueError):
    """A stack whose kernels would take too long to convolve."""


def stack_kernel(layers: Sequence[Layer], weights: Sequence[np.ndarray]) -> np.ndarray:
    """Convolve the layers' kernels, each spread by its jump: (n,) over the extent.

    In float64, by sums of products: small values are as exact as large ones, and a hole is 0. Only
    runs of more than 512 evenly spaced taps use Fourier transforms; their rounding is a share of
    the largest value, in holes too.

    Args:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset.

    Raises:
        TooMuchWork: it would pass `limits.MAX_FIELD_WORK`.
    """
    kernels = [
        _kernel(layer, kernel, jump)
        for (layer, jump), kernel in zip(with_jumps(layers), weights, strict=True)
    ]
    kernels.sort(key=lambda kernel: kernel.last)  # the shortest first: their product is short
    length = 1
    work = 0
    for kernel in kernels:
        length += kernel.last
        work += length * sum(min(len(run.weights), _DIRECT_MAX_TAPS) for run in kernel.runs)
    if work > MAX_FIELD_WORK:
        raise TooMuchWork(
            f"`layers` take {work} multiply-adds to convolve; at most {MAX_FIELD_WORK} are done."
        )
    product = np.ones(1)
    for kernel in kernels:
        product = _convolved(product, kernel)
    return product


class _Run(NamedTuple):
    """Weights that are `step` apart, the first of them at index `start`."""

    start: int
    step: int
    weights: np.ndarray


class _Kernel(NamedTuple):
    """A kernel from its first tap on, as evenly spaced runs; `last` is its last index."""

    last: int
    runs: list[_Run]


def _kernel(layer: Layer, weights: np.ndarray, jump: int) -> _Kernel:
    """Return a layer's kernel spread by its jump; one with few gaps as a single run with zeros."""
    pattern = layer.pattern
    first, last = pattern.first, pattern.last
    if len(pattern.runs) > 1:
        indices = offsets_of(pattern) - first
        step = int(np.gcd.reduce(indices))
        if 2 * len(indices) > (last - first) // step:  # zeros cost less than more runs
            filled = np.zeros((last - first) // step + 1)
            filled[indices // step] = weights
            return _Kernel((last - first) * jump, [_Run(0, step * jump, filled)])
    runs = []
    begin = 0
    for run in pattern.runs:
        end = begin + len(run)
        runs.append(_Run((run.start - first) * jump, run.step * jump, weights[begin:end]))
        begin = end
    return _Kernel((last - first) * jump, runs)


def _convolved(values: np.ndarray, kernel: _Kernel) -> np.ndarray:
    """Return the sum of `values` shifted by each index and multiplied by its weight."""
    if len(values) * (kernel.last + 1) <= _DENSE_MAX_WORK:
        dense = np.zeros(kernel.last + 1)
        for start, step, weights in kernel.runs:
            dense[start : start + step * len(weights) : step] = weights
        return np.convolve(values, dense)
    total = np.zeros(len(values) + kernel.last)
    for run in kernel.runs:
        _add(total, values, run)
    return total


def _add(total: np.ndarray, values: np.ndarray, run: _Run) -> None:
    """Add the convolution of `values` with one run to `total`."""
    start, step, weights = run
    if len(weights) <= _SINGLE_MAX_TAPS:
        for k, weight in enumerate(weights.tolist()):
            shift = start + k * step
            total[shift : shift + len(values)] += weight * values
        return
    if len(weights) > _DIRECT_MAX_TAPS:
        added = _by_transforms(values, step, weights)
    elif step == 1:
        added = _by_products(values, weights)
    elif len(values) <= _SINGLE_MAX_TAPS * step:
        added = _by_rows(values, step, weights)
    else:
        added = _by_row_products(values, step, weights)
    size = len(values) + (len(weights) - 1) * step
    total[start : start + size] += added[:size]


def _in_rows(values: np.ndarray, step: int, before: int, after: int) -> np.ndarray:
    """Return the values as (rows, step), with rows of zeros before and after them."""
    rows = -(-len(values) // step)
    padded = np.zeros((before + rows + after, step))
    padded.ravel()[before * step : before * step + len(values)] = values
    return padded


def _by_rows(values: np.ndarray, step: int, weights: np.ndarray) -> np.ndarray:
    """Convolve few rows of values, each with all weights at once."""
    rows = _in_rows(values, step, 0, 0)
    total = np.zeros((len(rows) + len(weights) - 1, step))
    for number, row in enumerate(rows):
        total[number : number + len(weights)] += np.multiply.outer(weights, row)
    return total.ravel()


def _by_row_products(values: np.ndarray, step: int, weights: np.ndarray) -> np.ndarray:
    """Convolve by products of matrices, eight rows of the result at a time.

    Each block of rows is the banded matrix of the weights times the rows of values below it.
    """
    taps, count = len(weights), 8
    rows = -(-len(values) // step) + taps - 1
    blocks = -(-rows // count)
    padded = _in_rows(values, step, taps - 1, blocks * count - rows + taps - 1)
    windows = as_strided(
        padded,
        (blocks, count + taps - 1, step),
        (count * padded.strides[0], *padded.strides),
        writeable=False,
    )
    matrix, result = _banded(weights, count), np.empty((blocks, count, step))
    wide = max(MAX_SINGLE_THREAD_WORK // matrix.size, 1)
    for first in range(0, step, wide):
        columns = slice(first, first + wide)
        np.matmul(matrix, windows[:, :, columns], out=result[:, :, columns])
    return result.ravel()


def _by_products(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Convolve neighbouring taps by products of matrices, a block of the result at a time."""
    taps = len(weights)
    if taps < 24:
        return np.convolve(values, weights)
    count = 32 if taps <= 128 else 128
    size = len(values) + taps - 1
    blocks = -(-size // count)
    padded = np.zeros(blocks * count + taps - 1)
    padded[taps - 1 : size] = values
    shape, strides = (blocks, count + taps - 1), (8 * count, 8)
    windows = as_strided(padded, shape, strides, writeable=False)
    return product(windows, _banded(weights, count).T).ravel()


def _banded(weights: np.ndarray, count: int) -> np.ndarray:
    """Return the weights, reversed, from the diagonal on in each row: (count, count + T − 1).

    Every product with it is one of the convolution, or has a factor 0.
    """
    taps = len(weights)
    line = np.zeros(taps + 2 * (count - 1))
    line[count - 1 : count - 1 + taps] = weights[::-1]
    return as_strided(line[count - 1 :], (count, count + taps - 1), (-8, 8)).copy()


def _by_transforms(values: np.ndarray, step: int, weights: np.ndarray) -> np.ndarray:
    """Convolve by Fourier transforms: every step-th value is a row, which has no gaps."""
    rows = np.ascontiguousarray(_in_rows(values, step, 0, 0).T)
    length = rows.shape[1] + len(weights) - 1
    size = _fast_length(length)
    spectrum = np.fft.rfft(rows, size) * np.fft.rfft(weights, size)
    result: np.ndarray = np.fft.irfft(spectrum, size)[:, :length]
    return result.T.ravel()


def _fast_length(length: int) -> int:
    """Return the next length of the form m · 2^k, m from 8 to 15, for which transforms are fast."""
    unit = 1 << max(length.bit_length() - 4, 0)
    return -(-length // unit) * unit
