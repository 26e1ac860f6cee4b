"""Arrays on their way in and out: what the dataclasses of this package hold is read-only."""

from typing import Any

import numpy as np

from pdviz.pattern import Pattern


def frozen(values: Any, dtype: Any = np.float64) -> np.ndarray:
    """A read-only array of `dtype` that nobody else holds."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def check_compact(pattern: Pattern, compact: np.ndarray) -> None:
    """Raise unless `compact` holds one weight for each tap."""
    if np.shape(compact) != (pattern.taps,):
        raise ValueError(
            f"`compact` has shape {np.shape(compact)}; the pattern takes {(pattern.taps,)}."
        )
