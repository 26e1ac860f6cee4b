"""Values of the compact parameters: ready-made kinds, and weights typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from pdviz.analysis._arrays import frozen, offsets_of
from pdviz.limits import MAX_WEIGHT
from pdviz.pattern import Pattern

WEIGHTS = MappingProxyType(
    {
        "random": "Random",
        "average": "Moving average",
        "gaussian": "Gaussian",
        "difference": "Difference (slope)",
        "typed": "Typed by hand",
    }
)
"""The title of each kind of weights, by its name in a link."""


def make_weights(
    kind: str, pattern: Pattern, seed: int = 0, typed: Sequence[float] = ()
) -> np.ndarray:
    """Return the compact parameters of one channel, left wing first: (T,) float64, read-only.

    >>> make_weights("average", Pattern.dense(4)).tolist()
    [0.25, 0.25, 0.25, 0.25]
    >>> make_weights("difference", Pattern.dense(3)).tolist()
    [-0.5, 0.0, 0.5]

    Args:
        kind: "random": U(−1/√T, 1/√T) from `seed`, as the layer starts; "average": 1/T each;
            "gaussian": ∝ exp(−o² / 2σ²) with σ = K / 6, summing to 1; "difference": the slope of
            the straight line fitted to the samples under the taps, Σ w·x = slope per sample
            (Savitzky and Golay 1964, first derivative, degree 1); "typed": the numbers in `typed`.
        seed: random seed of "random".
        typed: T numbers for "typed".

    Raises:
        ValueError: the kind is unknown, "difference" has one tap, or `typed` does not fit.
    """
    if kind == "random":
        bound = pattern.taps**-0.5
        return frozen(np.random.default_rng(seed).uniform(-bound, bound, pattern.taps))
    if kind == "average":
        return frozen(np.full(pattern.taps, 1 / pattern.taps))
    if kind == "gaussian":
        offsets = offsets_of(pattern).astype(np.float64)
        values = np.exp(-(offsets**2) / (2 * (pattern.kernel_size / 6) ** 2))  # e⁻¹⁸ at least
        return frozen(values / values.sum())
    if kind == "difference":
        if pattern.taps < 2:
            raise ValueError("`kind` (='difference') takes a pattern of at least two taps.")
        offsets = offsets_of(pattern).astype(np.float64)
        centred = offsets - offsets.mean()
        return frozen(centred / (centred**2).sum())
    if kind == "typed":
        values = np.asarray(typed, dtype=np.float64)
        if values.shape != (pattern.taps,):
            raise ValueError(
                f"`typed` has {values.size} numbers; the pattern takes {pattern.taps}."
            )
        if not (np.abs(values) <= MAX_WEIGHT).all():
            raise ValueError(f"`typed` must hold numbers from −{MAX_WEIGHT:g} to {MAX_WEIGHT:g}.")
        return frozen(values)
    raise ValueError(f"`kind` (={kind!r}) must be one of {tuple(WEIGHTS)}.")
