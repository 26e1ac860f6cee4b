"""Arrays on their way in and out: what the dataclasses of this package hold is read-only."""

from typing import Any, Final

import numpy as np

from pdviz.pattern import Pattern

ALONE: Final = 2**18
"""The multiply-adds in a product of matrices for which BLAS wakes no other threads: to wait for
them takes long, if others compute.
"""


def frozen(values: Any, dtype: Any = np.float64) -> np.ndarray:
    """A read-only array of `dtype` that nobody else holds."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def offsets_of(pattern: Pattern) -> np.ndarray:
    """(T,) int64, the offsets of the taps, ascending."""
    runs = pattern.runs
    if pattern.taps < 32 * (len(runs) + 1):
        return np.array(pattern.offsets, dtype=np.int64)
    parts = [np.arange(run.start, run.stop, run.step) for run in runs]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def inner(one: np.ndarray, other: np.ndarray) -> float:
    """Σ one · other, on this thread alone: `@` wakes others for it, and waits for them."""
    return float(np.einsum("i,i", one, other))


def sums(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n,) the sum of each row (n, k), weighted, on this thread alone."""
    weighted: np.ndarray = np.einsum("nk,k", rows, weights)
    return weighted


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(n, k) @ (k, m) on this thread alone, so many rows at a time."""
    result = np.empty((len(left), right.shape[1]))
    rows = max(ALONE // right.size, 1)
    for first in range(0, len(left), rows):
        np.matmul(left[first : first + rows], right, out=result[first : first + rows])
    return result


def check_compact(pattern: Pattern, compact: np.ndarray) -> None:
    """Raise unless `compact` holds one weight for each tap."""
    if np.shape(compact) != (pattern.taps,):
        raise ValueError(
            f"`compact` has shape {np.shape(compact)}; the pattern takes {(pattern.taps,)}."
        )
