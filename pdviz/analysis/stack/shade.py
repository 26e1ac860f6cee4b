"""Shade of a position, or of a column of positions, by how many paths lead to it."""

from __future__ import annotations

from typing import Final

import numpy as np

LIGHTEST: Final = 0.15
"""The shade of a position with one path, where another one has more."""


def shades(logs: np.ndarray, largest: float, share: np.ndarray) -> np.ndarray:
    """Return the shade of each column, from 0 to 1.

    A position with n paths has 0.15 + 0.85 · log n / log max, or 1 where no position has more than
    one path; a column has the mean of the positions reached, times √(their share), so that a few
    are still seen. `shade` in `components/model/shade.js` is the same rule in JavaScript.

    Args:
        logs: (columns,) log n, the mean over the positions of the column that are reached.
        largest: log max, of the position with the most paths.
        share: (columns,) the share of the column's positions that are reached.
    """
    relative = logs / largest if largest > 0 else np.ones(len(logs))
    shade: np.ndarray = (LIGHTEST + (1 - LIGHTEST) * relative) * np.sqrt(share)
    return shade
