"""Receptive field of a stack: which inputs one output sees, and by how many paths.

Positions are in input samples; output t of a stack is at t · jump. The extent follows from the
outermost taps, the support from the sets of taps, the path counts from the product of the layers'
polynomials: three methods that share nothing but the patterns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from pdviz.analysis.receptive_field.path_counts import (
    INT64,
    MAX_PATHS,
    BigCounts,
    Counts,
    counting,
)
from pdviz.analysis.receptive_field.reached_set import as_mask, longest_rows, upsampled, with_layer
from pdviz.analysis.stack import Layer, stack_extent
from pdviz.analysis.stack.layer import checked_extent, narrowest_first


@dataclass(frozen=True, slots=True, eq=False)
class ReceptiveField:
    """The inputs that the output at position 0 of a stack sees; positions are in input samples.

    Attributes:
        start: the first input of the extent.
        extent: inputs from the first to the last one reached, with the holes between.
        jump: inputs between neighbouring outputs, Π strides.
        centre: the middle of the extent, start + (extent − 1) / 2.
        paths: (extent,) the number of paths from each input: exact as int64 where their sum, the
            product of all taps, is below 2^63; else exact as Python integers (dtype object) while
            that is little work, `path_counts.MAX_BIG` and `MAX_BIG_WORK`; else float64.
        exact: whether the counts are exact.
        relative_error: 0 if they are; else the largest error of a count, as a share of itself.
        support: (reached,) the positions that are reached, ascending; always exact.
        coverage: the share of the extent that is reached, len(support) / extent.
        longest_hole: the most neighbouring inputs inside the extent that are not reached.
        longest_run: the most neighbouring inputs that are all reached.
    """

    start: int
    extent: int
    jump: int
    centre: float
    paths: np.ndarray
    exact: bool
    relative_error: float
    support: np.ndarray
    coverage: float
    longest_hole: int
    longest_run: int


def receptive_field(layers: Sequence[Layer]) -> ReceptiveField:
    """Compute the receptive field of a stack; `layers` from the input to the output.

    The extent runs from the first to the last input reached. It equals the closed form
    1 + Σ_l (K_l − 1) · Π_{i<l} s_i where every kernel has taps at both of its ends.

    >>> from pdviz import Pattern
    >>> field = receptive_field([Layer(Pattern.partially_dilated(4, 2, 5))] * 3)
    >>> field.extent, len(field.support), field.longest_hole, int(field.paths.sum())
    (61, 53, 1, 2197)

    Raises:
        ValueError: a stride is below 1, the extent would pass `limits.MAX_EXTENT`, or there are
            more paths than `path_counts.MAX_PATHS`.
    """
    start, jump, counts = _initial_counts(layers)
    paths = 1
    bits = 1
    for pattern, spacing in narrowest_first(layers):
        paths *= pattern.taps
        counts = _exact_up_to(paths, counts).times(pattern, spacing)
        bits = with_layer(bits, pattern, spacing)
    return _field(start, jump, bits, counts)


def reached_inputs(layers: Sequence[Layer]) -> np.ndarray:
    """Return whether each input of the extent is reached, (extent,); no paths are counted.

    Raises:
        ValueError: as `checked_extent`.
    """
    checked_extent(layers)
    bits = 1
    for pattern, spacing in narrowest_first(layers):
        bits = with_layer(bits, pattern, spacing)
    return as_mask(bits)


def stack_fields(layers: Sequence[Layer]) -> tuple[ReceptiveField, ...]:
    """Return what the output sees at each depth: of its own layer first, of the stack's input last.

    Element d is in units of the positions d + 1 layers below the output.
    """
    return tuple(fields_by_depth(layers))


def fields_by_depth(layers: Sequence[Layer]) -> Iterator[ReceptiveField]:
    """Yield the elements of `stack_fields`, for callers that need not hold them all in memory."""
    _, _, counts = _initial_counts(layers)
    bits, paths = 1, 1
    for depth in range(1, len(layers) + 1):
        topmost = layers[-depth:]
        pattern, stride = topmost[0]
        paths *= pattern.taps
        counts = _exact_up_to(paths, counts.upsampled(stride)).times(pattern)
        bits = with_layer(upsampled(bits, stride), pattern)
        start, _, jump = stack_extent(topmost)
        yield _field(start, jump, bits, counts, small=paths < INT64)


def _initial_counts(layers: Sequence[Layer]) -> tuple[int, int, Counts | BigCounts]:
    """Return start and jump of a stack that may be counted, and the single path to begin with."""
    start, extent, jump = checked_extent(layers)
    paths = prod(layer.pattern.taps for layer in layers)
    if paths > MAX_PATHS:
        raise ValueError(
            f"`layers` make about 10^{int(paths.bit_length() * 0.30103)} paths over {extent} "
            "inputs; fewer than 10^308 are counted."
        )
    return start, jump, counting([layer.pattern for layer in layers], extent)


def _exact_up_to(paths: int, counts: Counts | BigCounts) -> Counts | BigCounts:
    """Return the counts as float64 if so many paths in all would not fit int64."""
    return counts.as_float() if isinstance(counts, Counts) and paths >= INT64 else counts


def _field(
    start: int, jump: int, bits: int, counts: Counts | BigCounts, small: bool = False
) -> ReceptiveField:
    """Return the field of a set and its counts; `small` if these are known to fit int64."""
    paths = counts.expanded(small) if isinstance(counts, BigCounts) else counts.expanded()
    relative_error = 0.0 if isinstance(counts, BigCounts) else counts.relative_error
    mask = as_mask(bits)
    extent = len(mask)
    hole, run = longest_rows(mask)
    support = np.flatnonzero(mask)
    support += start
    support.flags.writeable = False
    return ReceptiveField(
        start=start,
        extent=extent,
        jump=jump,
        centre=start + (extent - 1) / 2,
        paths=paths,
        exact=relative_error == 0,
        relative_error=relative_error,
        support=support,
        coverage=len(support) / extent,
        longest_hole=hole,
        longest_run=run,
    )
