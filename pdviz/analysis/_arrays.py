"""Read-only NumPy arrays, which is what the dataclasses of this package hold."""

from typing import Any

import numpy as np


def frozen(values: Any, dtype: Any = np.float64) -> np.ndarray:
    """A read-only array of `dtype` that nobody else holds."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array
