"""Gradient of one output through ReLUs, by hand: forward, and back through the open ReLUs.

Once it is known which ReLUs are open, a stack is linear: the gradient is the product of the layers'
adjoints, with a 0 for every shut ReLU between them. In NumPy alone, in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from pdviz.analysis._arrays import offsets_of
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.rounding import gamma, rounding
from pdviz.pattern import Pattern

MAX_RELU_WORK: Final = 2**23
"""Most multiply-adds that all draws together should take here, forward: about 20 ms."""
SCATTER_MAX_OUTPUTS: Final = 64
"""Most outputs from which a gradient is scattered over the taps; from more it is gathered."""


class ReluGradients(NamedTuple):
    """The gradient of one output, for each draw.

    Attributes:
        values: (draws, length) with respect to each input.
        errors: (draws, length) how far rounding may move each of them, here or where the same sums
            are added up in another order. Where it may change the sign of a ReLU's input, all that
            could pass through that ReLU is included, since two methods may disagree about it.
        undecided: how many draws have such a ReLU.
    """

    values: np.ndarray
    errors: np.ndarray
    undecided: int


def relu_gradients(
    layers: Sequence[Layer], kernels: Sequence[np.ndarray], inputs: np.ndarray
) -> ReluGradients:
    """Compute the gradient of the single output these inputs determine, with ReLUs between layers.

    Rounding errors are propagated forward with the values (Higham 2002, section 3.3): a sum of T
    products is off by at most γ_T Σ |w| |x|, and by Σ |w| times the earlier error of each x.

    Args:
        layers: from the input to the output.
        kernels: for each layer (draws, T), in ascending order of offset.
        inputs: (draws, length), as many as one output needs.
    """
    # `error` bounds the difference between two methods, each of which may be off by half of it.
    x, error = inputs, np.zeros_like(inputs)
    # For each ReLU: is it open here; in every method; in at least one?
    opened, certain, possible = [], [], []
    for number, (layer, kernel) in enumerate(zip(layers, kernels, strict=True)):
        if number:
            opened.append(x > 0)
            certain.append(x > error)
            possible.append(x > -error)
            x, error = np.maximum(x, 0.0), np.where(possible[-1], error, 0.0)
        share = gamma(layer.pattern.taps)
        error = _forward(layer, np.abs(kernel), (1 + share) * error + 2 * share * np.abs(x))
        x = _forward(layer, kernel, x)
    # The gradient of magnitudes through every ReLU that may be open bounds all that can be lost.
    sizes = [np.abs(kernel) for kernel in kernels]
    draws = len(inputs)
    largest = _backward(layers, sizes, possible, draws)
    errors = rounding(layers) * largest
    undecided = 0
    if any((sure != may).any() for sure, may in zip(certain, possible, strict=True)):
        # What passes only through undecided ReLUs may be there in one method and not in another.
        either = largest - _backward(layers, sizes, certain, draws)
        undecided = int(np.count_nonzero(either.any(axis=1)))
        errors += either
    return ReluGradients(_backward(layers, kernels, opened, draws), errors, undecided)


def _forward(layer: Layer, kernel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Compute y[t] = Σ w[o] · x[stride · t + o] for all outputs that the inputs determine.

    Args:
        layer: the layer.
        kernel: (draws, T).
        x: (draws, length), from the first element under the kernel of output 0.
    """
    pattern, stride = layer
    outputs = (x.shape[1] - pattern.kernel_size) // stride + 1
    total = np.zeros((len(x), outputs))
    for run, weights in _runs(pattern, kernel):
        total += _sums(x, weights, run.start, run.step, outputs, stride)
    return total


def _backward(
    layers: Sequence[Layer],
    kernels: Sequence[np.ndarray],
    opened: Sequence[np.ndarray],
    draws: int,
) -> np.ndarray:
    """Return the product of the adjoints, (draws, length).

    `opened` says which ReLUs after each layer but the last let the gradient through.
    """
    gradient = np.ones((draws, 1))
    for number in reversed(range(len(layers))):
        gradient = _adjoint(layers[number], kernels[number], gradient)
        if number:
            gradient *= opened[number - 1]
    return gradient


def _adjoint(layer: Layer, kernel: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """Compute x'[i] = Σ w[o] · y'[t] over all o and t with stride · t + o = i.

    Few outputs are scattered, each over the taps; many are gathered, run by run.
    """
    pattern, stride = layer
    margin = pattern.kernel_size - 1
    between = (upstream.shape[1] - 1) * stride + 1
    if upstream.shape[1] <= SCATTER_MAX_OUTPUTS:
        total = np.zeros((len(upstream), between + margin))
        indices = offsets_of(pattern) + pattern.origin
        for t in range(upstream.shape[1]):
            total[:, indices + stride * t] += kernel * upstream[:, t : t + 1]
        return total
    # The adjoint of a strided correlation: zeros between the outputs, then a correlation with the
    # mirrored kernel.
    spread = np.zeros((len(upstream), between + 2 * margin))
    spread[:, margin : margin + between : stride] = upstream
    total = np.zeros((len(upstream), between + margin))
    for run, weights in _runs(pattern, kernel):
        start = margin - run[-1]
        total += _sums(spread, weights[:, ::-1], start, run.step, total.shape[1], 1)
    return total


def _runs(pattern: Pattern, kernel: np.ndarray) -> Iterator[tuple[range, np.ndarray]]:
    """Yield the indices of each evenly spaced run of taps, with its weights (draws, taps)."""
    begin, origin = 0, pattern.origin
    for run in pattern.runs:
        indices = range(run.start + origin, run.stop + origin, run.step)
        yield indices, kernel[:, begin : begin + len(run)]
        begin += len(run)


def _sums(
    x: np.ndarray, weights: np.ndarray, start: int, step: int, count: int, stride: int
) -> np.ndarray:
    """Return Σ_k w[k] · x[start + stride · t + step · k] for t < count: (draws, count)."""
    row, element = x.strides
    taps = as_strided(
        x[:, start:],
        (len(x), count, weights.shape[1]),
        (row, stride * element, step * element),
        writeable=False,
    )
    sums: np.ndarray = np.einsum("dk,dtk->dt", weights, taps)
    return sums
