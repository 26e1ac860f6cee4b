"""A stack's receptive field laid out for drawing: one row a depth, in at most so many columns.

Rows share the columns, in input samples: a position p of a row stands at p · (jump of what is below
it), so that with strides the upper rows hold fewer positions, further apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from operator import mul
from typing import NamedTuple

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.receptive_field.field import ReceptiveField, fields_by_depth
from pdviz.analysis.receptive_field.projective_field import ProjectiveField, projective_field
from pdviz.analysis.stack.layer import Layer, stack_extent
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
    return _laid_out(fields, [(f.start, f.extent, f.jump) for f in fields], columns)


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


def projective_picture(
    layers: Sequence[Layer], position: int = 0, columns: int = 1024
) -> FieldPicture:
    """What the input at `position` reaches after each layer: row 0 is the input, the last row the
    stack's outputs. Output t of a row stands at t · (jump of the layers up to it).

    Raises:
        ValueError: as `projective_field`.
    """
    fields = [projective_field(layers[:depth], position) for depth in range(1, len(layers) + 1)]
    jumps = accumulate((layer.stride for layer in layers), mul)
    rows = [
        _Row(field, field.start, field.extent, jump)
        for field, jump in zip(fields, jumps, strict=True)
    ]
    return _drawn(rows, position, 1, columns)


class _Row(NamedTuple):
    """A field to be laid out, and where: its positions stand `apart` samples."""

    field: ReceptiveField | ProjectiveField
    start: int
    extent: int
    apart: int


def _laid_out(
    fields: Iterable[ReceptiveField], spans: Sequence[tuple[int, int, int]], columns: int
) -> FieldPicture:
    """The picture of fields whose (start, extent, jump) are `spans`."""
    whole = spans[-1][2] if spans else 1
    rows = (
        _Row(field, start, extent, whole // jump)  # the jump of what is below the row
        for field, (start, extent, jump) in zip(fields, spans, strict=True)
    )
    ends = [(start * (whole // jump), extent, whole // jump) for start, extent, jump in spans]
    return _drawn(rows, 0, whole, columns, ends)


def _drawn(
    rows: Iterable[_Row],
    origin: int,
    apart: int,
    columns: int,
    ends: Sequence[tuple[int, int, int]] | None = None,
) -> FieldPicture:
    """Rows under one position, `origin`, of a row whose positions stand `apart` samples.

    `ends` is (first sample, extent, samples between positions) of each row, where the rows
    themselves are still to be made.
    """
    if ends is None:
        rows = list(rows)
        ends = [(row.start * row.apart, row.extent, row.apart) for row in rows]
    reach = [(first, first + (extent - 1) * step) for first, extent, step in ends if extent]
    first = min(origin, *(edge for edge, _ in reach)) if reach else origin
    last = max(origin, *(edge for _, edge in reach)) if reach else origin
    if last - first >= MAX_POSITION:
        raise ValueError(f"`fields` stand over {last - first + 1} samples: too many to be drawn.")
    width = -(-(last - first + 1) // columns)
    count = -(-(last - first + 1) // width)
    starts = first + width * np.arange(count + 1)
    shade = np.full((len(ends) + 1, count), np.nan)
    reached = np.zeros((len(ends) + 1, count), dtype=np.int64)
    standing = np.zeros((len(ends) + 1, count), dtype=np.int64)
    paths = np.full((len(ends) + 1, count), "", dtype=object)
    middle = (origin - first) // width
    standing[0] = np.diff(-(-starts // apart))
    shade[0, middle], reached[0, middle], paths[0, middle] = 1.0, 1, "1" if width == 1 else ""
    for number, (field, start, extent, step) in enumerate(rows, start=1):
        begins = -(-starts // step)  # the first position of the row in each column, and beyond
        standing[number] = np.diff(begins)
        if not extent:
            continue
        inside = np.clip(begins - start, 0, extent)
        filled = np.flatnonzero(np.diff(inside))
        found, total = _in_columns(field.paths, inside[filled])
        reached[number, filled] = found
        share = np.sqrt(found * standing[number, filled])
        np.divide(total, share, out=total, where=found > 0)
        shade[number, filled] = np.where(found > 0, total, np.nan)
        if width == 1:
            column = field.support * step - first
            counts = field.paths[field.support - start].tolist()
            paths[number, column] = [_text(n) for n in counts]
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


def _text(count: float) -> str:
    """A number of paths, to be read; counts that are floats are not exact."""
    if isinstance(count, int):
        return f"{count:,}"
    digits, exponent = f"{count:.3e}".split("e")
    return f"about {digits} · 10^{int(exponent)}"
