"""A stack's receptive field laid out for drawing: one row a depth, in at most so many columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.receptive_field import ReceptiveField


@dataclass(frozen=True, slots=True, eq=False)
class FieldPicture:
    """What is reached at each depth; row 0 is the output itself, the last row the stack's input.

    Attributes:
        positions: (columns,) the middle of each column, in samples.
        width: positions in one column.
        shade: (rows, columns) from 0.15 (one path) to 1 (as many as any position of its row has),
            logarithmic in the number of paths; of a column of several positions the mean over those
            reached times √(their share), so that a few are seen; NaN where none is reached.
        reached: (rows, columns) how many positions of the column are reached.
        paths: (rows, columns) the number of paths, as text; of a column of several positions "".
    """

    positions: np.ndarray
    width: int
    shade: np.ndarray
    reached: np.ndarray
    paths: np.ndarray


def field_picture(fields: Sequence[ReceptiveField], columns: int = 1024) -> FieldPicture:
    """Lay out the fields of a stack at growing depth, as `stack_fields` gives them (stride 1)."""
    first = min(0, *(field.start for field in fields))
    last = max(0, *(field.start + field.extent - 1 for field in fields))
    width = -(-(last - first + 1) // columns)
    count = -(-(last - first + 1) // width)
    shade = np.full((len(fields) + 1, count), np.nan)
    reached = np.zeros((len(fields) + 1, count), dtype=np.int64)
    paths = np.full((len(fields) + 1, count), "", dtype=object)
    origin = -first // width
    shade[0, origin], reached[0, origin], paths[0, origin] = 1.0, 1, "1" if width == 1 else ""
    for row, field in enumerate(fields, start=1):
        column = (field.support - first) // width
        counts = field.paths[field.support - field.start].tolist()
        logs = np.array([log(n) for n in counts])  # of Python integers: they may be huge
        values = 0.15 + 0.85 * (logs / logs.max() if logs.max() > 0 else 1.0 + logs)
        reached[row] = np.bincount(column, minlength=count)
        total = np.bincount(column, weights=values, minlength=count)
        scale = np.sqrt(reached[row] * width, where=reached[row] > 0, out=np.ones(count))
        np.divide(total, scale, out=shade[row], where=reached[row] > 0)
        if width == 1:
            paths[row, column] = [f"{n:,}" for n in counts]
    middles = first + width * np.arange(count) + (width - 1) / 2
    return FieldPicture(
        positions=frozen(middles),
        width=width,
        shade=frozen(shade),
        reached=frozen(reached, np.int64),
        paths=frozen(paths, object),
    )
