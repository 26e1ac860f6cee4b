"""Bounds on the rounding error of sums of products in float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pdviz.analysis.stack.layer import Layer

EPSILON: Final = float(np.finfo(np.float64).eps)
"""From 1 to the next number: twice the largest relative error of one operation."""


def gamma(taps: int) -> float:
    """Return the largest error of a sum of so many products, as a share of the sum of magnitudes.

    Each product or sum adds at most one rounding error: γ_n ≈ n · ε (Higham 2002, section 3.1).
    """
    return EPSILON * (taps + 2)


def rounding(layers: Sequence[Layer]) -> float:
    """Return the largest error of a gradient through the layers, as a share of its magnitudes."""
    return sum(gamma(layer.pattern.taps) for layer in layers)
