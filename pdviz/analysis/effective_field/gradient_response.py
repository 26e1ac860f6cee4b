"""Proof of a gradient by its response: its sums over waves, against those of the layers."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, prod
from typing import Final

import numpy as np

from pdviz.analysis.effective_field.field import EffectiveField
from pdviz.analysis.proof import Agreement, Method, Proof, Quantity
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.rounding import EPSILON

_FREQUENCIES: Final = 8
_PRIME: Final = 1_048_573
_STEP: Final = 324_028
"""The points z are powers of exp(2πi · step / prime): about (√5 − 1) / 4 of a turn apart."""


def response_proof(
    layers: Sequence[Layer], weights: Sequence[np.ndarray], field: EffectiveField
) -> Proof | None:
    """Prove Σ g(x) z^x = Π_l Σ w(o) z^(S_l · o) at points z of the unit circle, 1 among them.

    None where rounding could explain a large difference: where kernels cancel each other.
    """
    assert field.gradient is not None
    mean = float(np.linalg.norm(field.gradient))  # the root mean square response (Parseval)
    largest = prod(float(np.abs(kernel).sum()) for kernel in weights)
    tolerance = 1e-11 * mean + EPSILON * largest
    if tolerance > 0.01 * mean:
        return None
    products = np.ones(_FREQUENCIES, dtype=np.complex128)
    for (layer, jump), kernel in zip(with_jumps(layers), weights, strict=True):
        products *= _powers(np.array(layer.pattern.offsets) % _PRIME * (jump % _PRIME)) @ kernel
    # x = start + row · width + column: z^x is a product of two powers from two short tables.
    width = isqrt(len(field.gradient)) + 1
    rows = -(-len(field.gradient) // width)
    table = np.zeros((rows, width))
    table.ravel()[: len(field.gradient)] = field.gradient
    by_column = _powers(np.arange(width))
    by_row = _powers(np.arange(rows) * width + field.start)
    sums = ((by_column.real @ table.T + 1j * (by_column.imag @ table.T)) * by_row).sum(axis=1)
    differences = np.abs(sums - products)
    worst = int(differences.argmax())
    return Proof(
        Quantity.GRADIENT,
        (Method("convolution", float(abs(sums[0]))), Method("layers", float(abs(products[0])))),
        Agreement(float(differences[worst]), mean, tolerance, _FREQUENCIES),
        f"The response at {_FREQUENCIES} frequencies; shown is that at 0, the gradient added up.",
    )


def _powers(exponents: np.ndarray) -> np.ndarray:
    """Return z^exponent, (frequencies, n); whole turns are removed as integers, exactly."""
    steps = np.arange(_FREQUENCIES, dtype=np.int64)[:, None] * _STEP % _PRIME
    turns = steps * (exponents % _PRIME) % _PRIME
    powers: np.ndarray = np.exp(2j * np.pi / _PRIME * turns)
    return powers
