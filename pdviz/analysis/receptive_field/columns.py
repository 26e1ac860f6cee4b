"""Columns in which a stack's receptive field is drawn: one row per depth.

Rows share the columns, in input samples: position p of a row is at p · (jump of the layers below
it), so that with strides the upper rows have fewer positions, further apart.
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
from pdviz.analysis.stack import Layer, stack_extent
from pdviz.analysis.stack.shade import shades
from pdviz.limits import MAX_POSITION


@dataclass(frozen=True, slots=True, eq=False)
class FieldColumns:
    """The positions reached at each depth; row 0 is the output, the last row the stack's input.

    Attributes:
        positions: (columns,) the middle of each column, in input samples.
        width: input samples in one column.
        shade: (rows, columns) from 0.15 (one path) to 1 (the most of its row), logarithmic in the
            number of paths, as `stack.shade` has it; NaN where no position is reached.
        reached: (rows, columns) how many positions of the column are reached.
        standing: (rows, columns) how many positions of the row are in the column, reached or not:
            `width` where nothing below has a stride.
        paths: (rows, columns) the number of paths: an integer, or a float where it is not exact; 0
            where no position is reached, and in columns of several samples.
    """

    positions: np.ndarray
    width: int
    shade: np.ndarray
    reached: np.ndarray
    standing: np.ndarray
    paths: np.ndarray


def field_columns(fields: Sequence[ReceptiveField], columns: int = 1024) -> FieldColumns:
    """Lay out the fields of a stack at increasing depth, as `stack_fields` gives them."""
    return _laid_out(fields, [(f.start, f.extent, f.jump) for f in fields], columns)


def stack_columns(
    layers: Sequence[Layer], columns: int = 1024
) -> tuple[ReceptiveField, FieldColumns]:
    """Return the receptive field of a stack, and its columns at every depth.

    As `stack_fields` and `field_columns`, but with the counts of only one depth in memory.

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

    laid_out = _laid_out(fields(), spans, columns)
    return last[0], laid_out


def projective_columns(
    layers: Sequence[Layer], position: int = 0, columns: int = 1024
) -> FieldColumns:
    """Lay out what the input at `position` reaches after each layer.

    Row 0 is the input, the last row the stack's outputs. Output t of a row is at t · (jump of the
    layers up to it).

    Raises:
        ValueError: as `projective_field`.
    """
    fields = [projective_field(layers[:depth], position) for depth in range(1, len(layers) + 1)]
    jumps = accumulate((layer.stride for layer in layers), mul)
    rows = [
        _Row(field, field.start, field.extent, jump)
        for field, jump in zip(fields, jumps, strict=True)
    ]
    return _in_rows(rows, position, 1, columns)


class _Row(NamedTuple):
    """A field to be laid out; its neighbouring positions are `spacing` samples apart."""

    field: ReceptiveField | ProjectiveField
    start: int
    extent: int
    spacing: int


def _laid_out(
    fields: Iterable[ReceptiveField], spans: Sequence[tuple[int, int, int]], columns: int
) -> FieldColumns:
    """Lay out fields whose (start, extent, jump) are `spans`."""
    whole = spans[-1][2] if spans else 1
    rows = (
        _Row(field, start, extent, whole // jump)  # the jump of the layers below the row
        for field, (start, extent, jump) in zip(fields, spans, strict=True)
    )
    ends = [(start * (whole // jump), extent, whole // jump) for start, extent, jump in spans]
    return _in_rows(rows, 0, whole, columns, ends)


def _in_rows(
    rows: Iterable[_Row],
    origin: int,
    spacing: int,
    columns: int,
    ends: Sequence[tuple[int, int, int]] | None = None,
) -> FieldColumns:
    """Lay out rows below the single position `origin` of a row with this spacing.

    `ends` is (first sample, extent, spacing) of each row, if the rows are still to be computed.
    """
    if ends is None:
        rows = list(rows)
        ends = [(row.start * row.spacing, row.extent, row.spacing) for row in rows]
    edges = [(first, first + (extent - 1) * step) for first, extent, step in ends if extent]
    first = min(origin, *(edge for edge, _ in edges)) if edges else origin
    last = max(origin, *(edge for _, edge in edges)) if edges else origin
    if last - first >= MAX_POSITION:
        raise ValueError(f"`fields` span {last - first + 1} samples: too many to be drawn.")
    width = -(-(last - first + 1) // columns)
    count = -(-(last - first + 1) // width)
    starts = first + width * np.arange(count + 1)
    shade = np.full((len(ends) + 1, count), np.nan)
    reached = np.zeros((len(ends) + 1, count), dtype=np.int64)
    standing = np.zeros((len(ends) + 1, count), dtype=np.int64)
    paths = np.full((len(ends) + 1, count), 0, dtype=object)
    middle = (origin - first) // width
    standing[0] = np.diff(-(-starts // spacing))
    shade[0, middle], reached[0, middle], paths[0, middle] = 1.0, 1, int(width == 1)
    for number, (field, start, extent, step) in enumerate(rows, start=1):
        begins = -(-starts // step)  # the first position of the row in each column, and beyond
        standing[number] = np.diff(begins)
        if not extent:
            continue
        inside = np.clip(begins - start, 0, extent)
        filled = np.flatnonzero(np.diff(inside))
        reached[number, filled], shade[number, filled] = _in_columns(
            field.paths, inside[filled], standing[number, filled]
        )
        if width == 1:
            column = field.support * step - first
            paths[number, column] = field.paths[field.support - start].astype(object)
    return FieldColumns(
        positions=frozen(first + width * np.arange(count) + (width - 1) / 2),
        width=width,
        shade=frozen(shade),
        reached=frozen(reached, np.int64),
        standing=frozen(standing, np.int64),
        paths=frozen(paths, object),
    )


def _in_columns(
    paths: np.ndarray, begins: np.ndarray, standing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many positions of each column are reached, and its shade; NaN where none is.

    A column holds the `paths` from one of `begins` to the next, and `standing` positions in all.
    """
    logs = _logarithms(paths)
    reached = np.add.reduceat(paths != 0, begins, dtype=np.int64)
    means = np.full(len(begins), np.nan)
    sums = np.add.reduceat(logs, begins, dtype=np.float64)
    np.divide(sums, reached, out=means, where=reached > 0)
    shade = shades(means, float(logs.max()), reached / standing)
    shade[reached == 0] = np.nan
    return reached, shade


def _logarithms(paths: np.ndarray) -> np.ndarray:
    """Return natural logarithms, 0 where the count is 0; float32 is plenty for a shade."""
    if paths.dtype == object:  # Python integers, which may be past any float
        return np.array([log(n) if n > 1 else 0.0 for n in paths.tolist()])
    kind = np.float32 if float(paths.max()) < 1e38 else np.float64
    counts: np.ndarray = paths.astype(kind)
    np.maximum(counts, 1, out=counts)
    np.log(counts, out=counts)
    return counts
