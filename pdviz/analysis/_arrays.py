"""Arrays on their way in and out: what the dataclasses of this package hold is read-only."""

from typing import Any

import numpy as np

from pdviz.pattern import Pattern


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


def check_compact(pattern: Pattern, compact: np.ndarray) -> None:
    """Raise unless `compact` holds one weight for each tap."""
    if np.shape(compact) != (pattern.taps,):
        raise ValueError(
            f"`compact` has shape {np.shape(compact)}; the pattern takes {(pattern.taps,)}."
        )
