"""The response of a gradient against the layers' own: the sums of it that waves make."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, prod
from typing import Final

import numpy as np

from pdviz.analysis.effective_field.field import EffectiveField
from pdviz.analysis.proof import Agreement, Proof, Way
from pdviz.analysis.stack.layer import Layer
from pdviz.analysis.stack.rounding import EPSILON

_FREQUENCIES: Final = 8
_PRIME: Final = 1_048_573
_STEP: Final = 324_028
"""A point z is exp(2πi · step / prime) to some power: about (√5 − 1) / 4 of a turn apart."""


def response_proof(
    layers: Sequence[Layer], weights: Sequence[np.ndarray], field: EffectiveField
) -> Proof | None:
    """Σ g(x) z^x = Π_l Σ w(o) z^(S_l · o) at points z of the unit circle, 1 among them.

    None where rounding could explain a large difference: where kernels cancel each other.
    """
    assert field.gradient is not None
    mean = float(np.linalg.norm(field.gradient))  # the root mean square response (Parseval)
    largest = prod(float(np.abs(kernel).sum()) for kernel in weights)
    tolerance = 1e-11 * mean + EPSILON * largest
    if tolerance > 0.01 * mean:
        return None
    products, jump = np.ones(_FREQUENCIES, dtype=np.complex128), 1
    for layer, kernel in zip(layers, weights, strict=True):
        products *= _powers(np.array(layer.pattern.offsets) % _PRIME * (jump % _PRIME)) @ kernel
        jump *= layer.stride
    # x = first + row · width + column, so that few powers make all of them.
    width = isqrt(len(field.gradient)) + 1
    rows = -(-len(field.gradient) // width)
    table = np.zeros((rows, width))
    table.ravel()[: len(field.gradient)] = field.gradient
    by_column = _powers(np.arange(width))
    by_row = _powers(np.arange(rows) * width + field.start)
    sums = ((by_column.real @ table.T + 1j * (by_column.imag @ table.T)) * by_row).sum(axis=1)
    off = np.abs(sums - products)
    worst = int(off.argmax())
    return Proof(
        "gradient",
        (Way("convolution", float(abs(sums[0]))), Way("layers", float(abs(products[0])))),
        Agreement(float(off[worst]), mean, tolerance, _FREQUENCIES),
        f"The response at {_FREQUENCIES} frequencies; shown is that at 0, the gradient added up.",
    )


def _powers(exponents: np.ndarray) -> np.ndarray:
    """(frequencies, n): z^exponent; whole turns are taken off as integers, without rounding."""
    steps = np.arange(_FREQUENCIES, dtype=np.int64)[:, None] * _STEP % _PRIME
    turns = steps * (exponents % _PRIME) % _PRIME
    powers: np.ndarray = np.exp(2j * np.pi / _PRIME * turns)
    return powers
