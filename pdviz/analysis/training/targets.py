"""Training data: a standardised input, and the target for its output."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.stack.kernel import dense_like
from pdviz.analysis.stack.weights import make_weights
from pdviz.pattern import Pattern

TARGETS = MappingProxyType(
    {
        "gaussian": "Gaussian on these taps",
        "smooth": "Mean of the span",
        "next": "Next sample",
    }
)
"""The title of each kind of target, by its name in a link."""


def standardise(samples: np.ndarray) -> np.ndarray:
    """Return `samples` (L,) with mean 0 and standard deviation 1; zeros if all are equal."""
    values = np.asarray(samples, dtype=np.float64)
    if (values == values[:1]).all():  # rounding may make their mean another number
        return frozen(np.zeros_like(values))
    centred = values - values.mean()
    deviation = centred.std()
    return frozen(centred / deviation if deviation > 0 else centred)


def make_target(kind: str, pattern: Pattern, signal: np.ndarray) -> np.ndarray:
    """Return the target for `signal` (L,), zeros beyond its ends: (L,) float64, read-only.

    Args:
        kind: "gaussian": the output of Gaussian weights at the taps, which the layer can reach;
            "smooth": the mean over all K elements of the span, which it cannot reach if it has
            gaps; "next": the next sample.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind == "gaussian":
        return frozen(_correlate(pattern, make_weights("gaussian", pattern), signal))
    if kind == "smooth":
        dense = dense_like(pattern)
        return frozen(_correlate(dense, make_weights("average", dense), signal))
    if kind == "next":
        return frozen(np.append(signal[1:], 0.0))
    raise ValueError(f"`kind` (={kind!r}) must be one of {tuple(TARGETS)}.")


def _correlate(pattern: Pattern, compact: np.ndarray, signal: np.ndarray) -> np.ndarray:
    """Return the output of weights at the taps; 0 where it is no larger than what rounding leaves.

    n terms add up to within n · ε of the sum of their sizes (Higham 2002, § 4.2).
    """
    kernel = np.zeros(pattern.kernel_size)
    kernel[list(pattern.indices)] = compact
    padded = np.pad(signal, (pattern.origin, pattern.kernel_size - 1 - pattern.origin))
    sums = np.correlate(padded, kernel, mode="valid")
    sizes = np.correlate(np.abs(padded), np.abs(kernel), mode="valid")
    terms = min(len(signal), pattern.taps)
    return np.where(np.abs(sums) <= terms * np.finfo(np.float64).eps * sizes, 0.0, sums)
