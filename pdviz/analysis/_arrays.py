"""Read-only arrays for the dataclasses, and products that stay on the calling thread."""

from typing import Any, Final

import numpy as np

from pdviz.pattern import Pattern

MAX_SINGLE_THREAD_WORK: Final = 2**18
"""Most multiply-adds in a product of matrices for which BLAS wakes no other threads.

Waiting for those takes long while other sessions compute.
"""


def frozen(values: Any, dtype: Any = np.float64) -> np.ndarray:
    """Return a read-only copy of `values` as an array of `dtype`."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def offsets_of(pattern: Pattern) -> np.ndarray:
    """Return the offsets of the taps, ascending: (T,) int64."""
    runs = pattern.runs
    if pattern.taps < 32 * (len(runs) + 1):
        return np.array(pattern.offsets, dtype=np.int64)
    arrays = [np.arange(run.start, run.stop, run.step) for run in runs]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def inner(left: np.ndarray, right: np.ndarray) -> float:
    """Return Σ left · right, on this thread alone: `@` would wake others and wait for them."""
    return float(np.einsum("i,i", left, right))


def sums(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted sum of each row (n, k), on this thread alone: (n,)."""
    weighted: np.ndarray = np.einsum("nk,k", rows, weights)
    return weighted


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return (n, k) @ (k, m), on this thread alone: a block of rows at a time."""
    result = np.empty((len(left), right.shape[1]))
    rows = max(MAX_SINGLE_THREAD_WORK // right.size, 1)
    for first in range(0, len(left), rows):
        np.matmul(left[first : first + rows], right, out=result[first : first + rows])
    return result


def check_compact(pattern: Pattern, compact: np.ndarray) -> None:
    """Raise unless `compact` holds one weight for each tap."""
    if np.shape(compact) != (pattern.taps,):
        raise ValueError(
            f"`compact` has shape {np.shape(compact)}; the pattern takes {(pattern.taps,)}."
        )
