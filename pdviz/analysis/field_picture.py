"""A stack's receptive field laid out for drawing: one row a depth, in at most so many columns.

Rows share the columns, in input samples: a position p of a row stands at p · (jump of what is below
it), so that with strides the upper rows hold fewer positions, further apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.receptive_field import Layer, ReceptiveField, fields_by_depth, stack_extent
from pdviz.limits import MAX_POSITION


@dataclass(frozen=True, slots=True, eq=False)
class FieldPicture:
    """What is reached at each depth; row 0 is the output itself, the last row the stack's input.

    Attributes:
        positions: (columns,) the middle of each column, in input samples.
        width: input samples in one column.
        shade: (rows, columns) from 0.15 (one path) to 1 (as many as any position of its row has),
            logarithmic in the number of paths; of a column of several positions the mean over those
            reached times √(their share), so that a few are seen; NaN where none is reached.
        reached: (rows, columns) how many positions of the column are reached.
        standing: (rows, columns) how many positions of the row stand in the column, reached or not:
            `width` where nothing below has a stride.
        paths: (rows, columns) the number of paths, as text; of columns of several samples "".
    """

    positions: np.ndarray
    width: int
    shade: np.ndarray
    reached: np.ndarray
    standing: np.ndarray
    paths: np.ndarray


def field_picture(fields: Sequence[ReceptiveField], columns: int = 1024) -> FieldPicture:
    """Lay out the fields of a stack at growing depth, as `stack_fields` gives them."""
    spans = [(field.start, field.extent, field.jump) for field in fields]
    return _laid_out(fields, spans, columns)


def stack_picture(
    layers: Sequence[Layer], columns: int = 1024
) -> tuple[ReceptiveField, FieldPicture]:
    """The receptive field of a stack of at least one layer, and the picture of it at every depth.

    As `stack_fields` and `field_picture`, but it holds the counts of one depth at a time.

    Raises:
        ValueError: as `receptive_field`; or there is no layer.
    """
    if not layers:
        raise ValueError("`layers` (=()) must hold at least one layer.")
    spans = [stack_extent(layers[-depth:]) for depth in range(1, len(layers) + 1)]
    last: list[ReceptiveField] = []

    def fields() -> Iterable[ReceptiveField]:
        for field in fields_by_depth(layers):
            last[:] = [field]
            yield field

    picture = _laid_out(fields(), spans, columns)
    return last[0], picture


def _laid_out(
    fields: Iterable[ReceptiveField], spans: Sequence[tuple[int, int, int]], columns: int
) -> FieldPicture:
    """The picture of fields whose (start, extent, jump) are `spans`."""
    whole = spans[-1][2] if spans else 1
    belows = [whole // jump for _, _, jump in spans]  # the jump of what is below each row
    edges = [
        (start * below, (start + extent - 1) * below)
        for (start, extent, _), below in zip(spans, belows, strict=True)
    ]
    first = min(0, *(edge for edge, _ in edges)) if edges else 0
    last = max(0, *(edge for _, edge in edges)) if edges else 0
    if last - first >= MAX_POSITION:
        raise ValueError(f"`fields` stand over {last - first + 1} samples: too many to be drawn.")
    width = -(-(last - first + 1) // columns)
    count = -(-(last - first + 1) // width)
    starts = first + width * np.arange(count + 1)
    shade = np.full((len(spans) + 1, count), np.nan)
    reached = np.zeros((len(spans) + 1, count), dtype=np.int64)
    standing = np.zeros((len(spans) + 1, count), dtype=np.int64)
    paths = np.full((len(spans) + 1, count), "", dtype=object)
    origin = -first // width
    standing[0] = np.diff(-(-starts // whole))
    shade[0, origin], reached[0, origin], paths[0, origin] = 1.0, 1, "1" if width == 1 else ""
    for row, (field, below) in enumerate(zip(fields, belows, strict=True), start=1):
        begins = -(-starts // below)  # the first position of the row in each column, and beyond
        standing[row] = np.diff(begins)
        inside = np.clip(begins - field.start, 0, field.extent)
        filled = np.flatnonzero(np.diff(inside))
        number, total = _in_columns(field.paths, inside[filled])
        reached[row, filled] = number
        share = np.sqrt(number * standing[row, filled])
        np.divide(total, share, out=total, where=number > 0)
        shade[row, filled] = np.where(number > 0, total, np.nan)
        if width == 1:
            column = field.support * below - first
            counts = field.paths[field.support - field.start].tolist()
            paths[row, column] = [_text(n, field.exact) for n in counts]
    return FieldPicture(
        positions=frozen(first + width * np.arange(count) + (width - 1) / 2),
        width=width,
        shade=frozen(shade),
        reached=frozen(reached, np.int64),
        standing=frozen(standing, np.int64),
        paths=frozen(paths, object),
    )


def _in_columns(paths: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each stretch of `paths` from one of `begins` to the next: how many are reached, and the
    sum of their shades.
    """
    logs = _logarithms(paths)
    top = float(logs.max())
    number = np.add.reduceat(paths != 0, begins, dtype=np.int64)
    if top == 0:  # no position has more than one path
        return number, number.astype(np.float64)
    sums = np.add.reduceat(logs, begins, dtype=np.float64)
    return number, 0.15 * number + 0.85 * (sums / top)


def _logarithms(paths: np.ndarray) -> np.ndarray:
    """Natural logarithms, 0 where the count is 0; in float32, which is plenty for a shade."""
    if paths.dtype == object:  # Python integers, which may be past any float
        return np.array([log(n) if n > 1 else 0.0 for n in paths.tolist()])
    kind = np.float32 if float(paths.max()) < 1e38 else np.float64
    counts: np.ndarray = paths.astype(kind)
    np.maximum(counts, 1, out=counts)
    np.log(counts, out=counts)
    return counts


def _text(count: float, exact: bool) -> str:
    """A number of paths, to be read."""
    if exact:
        return f"{count:,}"
    digits, exponent = f"{count:.3e}".split("e")
    return f"about {digits} · 10^{int(exponent)}"
