"""Columns in which a stack's theoretical and effective field are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, inf, log, sqrt
from typing import Final

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.effective_field.field import EffectiveField
from pdviz.analysis.receptive_field import ReceptiveField
from pdviz.analysis.stack.shade import shades

COLUMNS: Final = 672
"""Most columns of a drawing; more would be narrower than a pixel of a page."""


@dataclass(frozen=True, slots=True, eq=False)
class ProfileColumns:
    """A field in columns of `width` inputs each, with the sums of mass, which keep the area.

    Attributes:
        width: inputs in one column, those outside the extent included.
        positions: (columns,) the middle of each column, in samples.
        reached: (columns,) int64, how many inputs of the column are reached.
        paths: (columns,) how many paths lead to an input of the column that is reached, on average;
            0 where none is.
        shade: (columns,) from 0.15 (one path) to 1 (the most), logarithmic in `paths`, times
            √(share reached), as `stack.shade` has it; 0 where none is.
        expected: (columns,) the share of the expected effective field.
        measured: (columns,) the share of the measured field; None if there is none.
        gaussian: (columns,) the share of a normal distribution with the mean of the expected field
            and the standard deviation of the closed form; None where there is no closed form.
    """

    width: int
    positions: np.ndarray
    reached: np.ndarray
    paths: np.ndarray
    shade: np.ndarray
    expected: np.ndarray
    measured: np.ndarray | None
    gaussian: np.ndarray | None

    @property
    def profiles(self) -> tuple[np.ndarray | None, ...]:
        """The expected field, the measured one, and the normal distribution."""
        return self.expected, self.measured, self.gaussian


def column_width(extents: Sequence[tuple[int, int]], columns: int = COLUMNS) -> int:
    """Return the inputs per column, so that these fields together take at most so many columns.

    Args:
        extents: for each field its first input and its extent.
        columns: the most columns.
    """
    first = min(start for start, _ in extents)
    last = max(start + extent - 1 for start, extent in extents)
    return max(1, -(-(last - first + 1) // (columns - 1)))  # the first column may begin earlier


def profile_columns(
    field: ReceptiveField,
    expected: EffectiveField,
    measured: EffectiveField | None,
    std: float | None,
    width: int,
) -> ProfileColumns:
    """Lay out a field in columns, which begin at multiples of `width` so that stacks share them.

    Args:
        field: the receptive field of a stack.
        expected: its effective field with random weights, on average.
        measured: its effective field with the weights in use.
        std: the standard deviation by the closed form, in samples.
        width: as `column_width` gives it for all stacks that are drawn together.
    """
    first = field.start // width
    count = (field.start + field.extent - 1) // width - first + 1
    edges = width * np.arange(first, first + count + 1)
    begins = np.maximum(edges[:-1] - field.start, 0)  # indices within the extent
    reached = np.diff(np.searchsorted(field.support, edges))
    sums = np.add.reduceat(field.paths, begins) if width > 1 else field.paths
    paths = _means(sums, reached)
    return ProfileColumns(
        width=width,
        positions=frozen(edges[:-1] + (width - 1) / 2),
        reached=frozen(reached, np.int64),
        paths=frozen(paths),
        shade=frozen(_shade(sums, reached, width)),
        expected=frozen(np.add.reduceat(expected.mass, begins)),
        measured=None if measured is None else frozen(np.add.reduceat(measured.mass, begins)),
        gaussian=None if not std else frozen(_normal(edges - 0.5, expected.mean, std)),
    )


def _means(sums: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Return the paths per input reached; infinite where an integer is too large for float64."""
    if sums.dtype == object:
        sums = np.array([float(n) if n.bit_length() < 1024 else inf for n in sums.tolist()])
    means = np.zeros(len(reached))
    np.divide(sums, reached, where=reached > 0, out=means)
    return means


def _shade(sums: np.ndarray, reached: np.ndarray, width: int) -> np.ndarray:
    """Return the shade of each column from its sum of paths; 0 where none is reached."""
    filled = reached > 0
    counts = sums[filled]
    if counts.dtype == object:
        logs = np.array([log(count) for count in counts.tolist()])
    else:
        logs = np.log(counts.astype(np.float64))
    logs -= np.log(reached[filled])
    shade = np.zeros(len(reached))
    shade[filled] = shades(logs, float(logs.max(initial=0.0)), reached[filled] / width)
    return np.clip(shade, 0.0, 1.0)


def _normal(edges: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Return the share of a normal distribution between neighbouring edges."""
    scaled = (edges - mean) / (sqrt(2) * std)
    return np.diff([erf(edge) / 2 for edge in scaled.tolist()])
