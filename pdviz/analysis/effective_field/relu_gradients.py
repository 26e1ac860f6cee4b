"""The gradient of one output through ReLUs, by hand: forward, and back through those left open.

With the ReLUs that are open known, a stack is linear: the gradient is the product of the layers'
adjoints, with the shut ones set to 0 between them. NumPy alone, in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from pdviz.analysis._arrays import offsets_of
from pdviz.analysis.stack.layer import Layer
from pdviz.analysis.stack.rounding import gamma, rounding
from pdviz.pattern import Pattern

MAX_MASKED_WORK: Final = 2**23
"""Most multiply-adds that all draws together should take here, forward: about 20 ms."""

_FEW: Final = 64
"""From so few outputs a gradient is spread, not gathered."""


class MaskedGradients(NamedTuple):
    """The gradient of one output, for each draw.

    Attributes:
        values: (draws, length) for each input.
        errors: (draws, length) how far rounding may take each of them, here or where the same sums
            are added up in another order. Where it may turn the sign of what a ReLU gets, all that
            could pass through that one counts, since two ways may take different sides.
        undecided: draws in which there is such a ReLU.
    """

    values: np.ndarray
    errors: np.ndarray
    undecided: int


def masked_gradients(
    layers: Sequence[Layer], kernels: Sequence[np.ndarray], inputs: np.ndarray
) -> MaskedGradients:
    """The gradient of the one output that the inputs are as long as, a ReLU between the layers.

    Rounding is followed forward with the values (Higham 2002, section 3.3): a sum of T products is
    off by at most γ_T Σ |w| |x|, and by Σ |w| times what each x was off before.

    Args:
        layers: from the input to the output.
        kernels: for each layer (draws, T), in ascending order of offset.
        inputs: (draws, length).
    """
    x, error = inputs, np.zeros_like(inputs)  # how far two ways may be apart
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
    sizes = [np.abs(kernel) for kernel in kernels]
    draws = len(inputs)
    largest = _backward(layers, sizes, possible, draws)
    errors = rounding(layers) * largest
    undecided = 0
    if any((sure != may).any() for sure, may in zip(certain, possible, strict=True)):
        either = largest - _backward(layers, sizes, certain, draws)
        undecided = int(np.count_nonzero(either.any(axis=1)))
        errors += either
    return MaskedGradients(_backward(layers, kernels, opened, draws), errors, undecided)


def _forward(layer: Layer, kernel: np.ndarray, x: np.ndarray) -> np.ndarray:
    """y[t] = Σ w[o] · x[stride · t + o]: from (draws, length) to the outputs that it is enough for.

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
    """(draws, length) the product of the adjoints; `opened`: behind each layer but the last."""
    gradient = np.ones((draws, 1))
    for number in reversed(range(len(layers))):
        gradient = _adjoint(layers[number], kernels[number], gradient)
        if number:
            gradient *= opened[number - 1]
    return gradient


def _adjoint(layer: Layer, kernel: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """x'[i] = Σ w[o] · y'[t] over all o and t with stride · t + o = i.

    Gathered tap by tap; where there are few outputs, spread from each of them over the taps.
    """
    pattern, stride = layer
    reach = pattern.kernel_size - 1
    between = (upstream.shape[1] - 1) * stride + 1
    if upstream.shape[1] <= _FEW:
        total = np.zeros((len(upstream), between + reach))
        indices = offsets_of(pattern) + pattern.origin
        for t in range(upstream.shape[1]):
            total[:, indices + stride * t] += kernel * upstream[:, t : t + 1]
        return total
    spread = np.zeros((len(upstream), between + 2 * reach))
    spread[:, reach : reach + between : stride] = upstream
    total = np.zeros((len(upstream), between + reach))
    for run, weights in _runs(pattern, kernel):
        last = reach - run[-1]  # the run mirrored
        total += _sums(spread, weights[:, ::-1], last, run.step, total.shape[1], 1)
    return total


def _runs(pattern: Pattern, kernel: np.ndarray) -> Iterator[tuple[range, np.ndarray]]:
    """The indices of each evenly spaced run of taps, with its weights (draws, taps)."""
    begin, origin = 0, pattern.origin
    for run in pattern.runs:
        indices = range(run.start + origin, run.stop + origin, run.step)
        yield indices, kernel[:, begin : begin + len(run)]
        begin += len(run)


def _sums(
    x: np.ndarray, weights: np.ndarray, start: int, step: int, count: int, stride: int
) -> np.ndarray:
    """(draws, count) Σ_k w[k] · x[start + stride · t + step · k] for t < count."""
    row, element = x.strides
    taps = as_strided(
        x[:, start:],
        (len(x), count, weights.shape[1]),
        (row, stride * element, step * element),
        writeable=False,
    )
    sums: np.ndarray = np.einsum("dk,dtk->dt", weights, taps)
    return sums
