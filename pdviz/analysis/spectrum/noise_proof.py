"""Proof of a stack's noise gain: the squares of its kernel, and the mean power of its response.

By Parseval's theorem Σ k² is the mean of |G|² over N frequencies that are 1 / N apart, if N is at
least the extent. G is the product of the layers' own responses, one FFT each.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, sqrt
from typing import Final

import numpy as np

from pdviz.analysis.proof import Proof, Quantity, proof
from pdviz.analysis.spectrum.spectrum import noise_gain
from pdviz.analysis.spectrum.tap_sums import RELATIVE, TapSums
from pdviz.analysis.stack import Layer, TooMuchWork
from pdviz.analysis.stack.rounding import gamma

MAX_TRANSFORMED: Final = 2**23
"""Most elements that the FFTs of all layers may have together, which take about 100 ms."""


def noise_proof(
    stack: TapSums,
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    noise: float | None = None,
) -> Proof | None:
    """Return the proof of `noise_gain`, by two methods or three.

    Args:
        stack: the taps of `layers` with `weights`.
        layers, weights: the arguments of `noise_gain`.
        noise: `noise_gain(layers, weights)`, if it has been computed already.

    Returns:
        The proof; None where the noise gain itself would be too much work, or there is no second
        method: the stack is too wide to be composed tap by tap (`tap_sums.MAX_COMPOSE_WORK`), and
        its FFTs are too long (`MAX_TRANSFORMED`).
    """
    size = _size(stack.extent)
    short = _transformed(stack, size) <= MAX_TRANSFORMED
    if not short and stack.composed is None:
        return None
    try:
        methods = [
            (
                "squares of the stack's kernel",
                noise_gain(layers, weights) if noise is None else noise,
            )
        ]
    except TooMuchWork:
        return None
    # The products of the layers, here and in the composed kernel, begin with the narrowest layer
    # or with the first one. The error depends on the order, and the larger one is allowed.
    spans = [int(places[-1] - places[0]) for places in stack.places]
    order = sorted(range(len(spans)), key=spans.__getitem__)
    if stack.composed is not None:
        methods.append(("squares of the composed kernel", float((stack.composed**2).sum())))
    if short:
        mean, error = _mean_power(stack, size, order)
        if stack.composed is not None and order != sorted(order):
            error = max(error, _mean_power(stack, size, range(len(order)))[1])
        methods.append(("mean power of the response", mean))
        note = f"The power is that at {size} frequencies of a whole cycle."
    else:
        mean, error = methods[0][1], RELATIVE * float(stack.sizes.prod())
        note = "The mean power of the response is left out: it would take too long."
    tolerance = 2 * error * (2 * sqrt(mean) + error) + RELATIVE * mean
    return proof(Quantity.NOISE_GAIN, *methods, tolerance=tolerance, note=note)


def _size(extent: int) -> int:
    """Return an even number of frequencies, at least the extent, with a fast FFT: m · 2^n."""
    unit = 1 << max((extent - 1).bit_length() - 4, 1)
    count = -(-extent // unit)
    return (14 if count == 13 else count) * unit  # of 13 an FFT is twice as slow


def _folds(stack: TapSums, size: int) -> list[int]:
    """Return how often the response of each layer repeats within `size` frequencies.

    That is the common divisor of its places: a jump, or a dilation without an island.
    """
    return [gcd(int(np.gcd.reduce(places - places[0])), size) for places in stack.places]


def _transformed(stack: TapSums, size: int) -> int:
    return sum(size // fold for fold in _folds(stack, size))


def _mean_power(stack: TapSums, size: int, order: Sequence[int]) -> tuple[float, float]:
    """Return the mean of |G|², and how far rounding may move the composed kernel, √Σ(error²).

    A layer that joins a product k of norm |k| adds an error that is a share of Σ|w| · |k|, whether
    in a sum over the taps or in an FFT, whose own error is a few ε · log2(size) of Σ|w|. The
    earlier error grows with it by at most max |G_l|.
    """
    power, error = np.ones(size // 2 + 1), 0.0
    folds = _folds(stack, size)
    for number in order:
        places, kernel = stack.places[number], stack.kernels[number]
        fold = folds[number]
        wrapped = np.zeros(size // fold)
        wrapped[(places - places[0]) // fold] = kernel
        response = np.fft.rfft(wrapped)
        own = response.real**2 + response.imag**2
        share = RELATIVE + gamma(len(kernel))
        norm = sqrt(_mean(power, size))
        error = error * sqrt(float(own.max())) + share * float(stack.sizes[number]) * norm
        if fold > 1:
            whole = np.concatenate([own, own[1 : (len(wrapped) + 1) // 2][::-1]])
            own = np.resize(whole, len(power))
        power *= own
    return _mean(power, size), error


def _mean(power: np.ndarray, size: int) -> float:
    """Return the mean over a whole cycle, from its first half with both ends."""
    return float(power[0] + 2 * power[1:-1].sum() + power[-1]) / size
