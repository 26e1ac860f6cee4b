"""Which inputs one output of a stack sees, and by how many paths.

Positions are in input samples; output t of a stack stands at t · jump. The extent follows from the
outermost taps, the support from the sets of taps, the path counts from the product of the layers'
polynomials: three ways that share nothing but the patterns.
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
from pdviz.analysis.stack.layer import Layer, checked_extent, narrowest_first, stack_extent


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
        relative_error: 0 where they are; else no count is further off, as a share of itself.
        support: (reached,) the positions that are reached, ascending; always exact.
        coverage: the share of the extent that is reached, len(support) / extent.
        largest_gap: the longest row of inputs inside the extent that are not reached.
        longest_run: the longest row of inputs that are all reached.
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
    largest_gap: int
    longest_run: int


def receptive_field(layers: Sequence[Layer]) -> ReceptiveField:
    """The receptive field of a stack; `layers` from the input to the output.

    The extent runs from the first to the last input reached. It equals the closed form
    1 + Σ_l (K_l − 1) · Π_{i<l} s_i where every kernel has taps at both of its ends.

    Raises:
        ValueError: a stride is below 1, the extent would pass `limits.MAX_EXTENT`, or there are
            more paths than `path_counts.MAX_PATHS`.
    """
    start, jump, counts = _begun(layers)
    paths = 1
    bits = 1
    for pattern, spacing in narrowest_first(layers):
        paths *= pattern.taps
        counts = _exact_up_to(paths, counts).times(pattern, spacing)
        bits = with_layer(bits, pattern, spacing)
    return _field(start, jump, bits, counts)


def reached_inputs(layers: Sequence[Layer]) -> np.ndarray:
    """(extent,) whether each input of the extent is reached; no paths are counted.

    Raises:
        ValueError: as `checked_extent`.
    """
    checked_extent(layers)
    bits = 1
    for pattern, spacing in narrowest_first(layers):
        bits = with_layer(bits, pattern, spacing)
    return as_mask(bits)


def stack_fields(layers: Sequence[Layer]) -> tuple[ReceptiveField, ...]:
    """What the output sees at each depth: of its own layer first, of the stack's input last.

    Element d is in units of the positions d + 1 layers below the output.
    """
    return tuple(fields_by_depth(layers))


def fields_by_depth(layers: Sequence[Layer]) -> Iterator[ReceptiveField]:
    """The elements of `stack_fields` one by one, for who need not hold all of them at once."""
    _, _, counts = _begun(layers)
    bits, paths = 1, 1
    for depth in range(1, len(layers) + 1):
        topmost = layers[-depth:]
        pattern, stride = topmost[0]
        paths *= pattern.taps
        counts = _exact_up_to(paths, counts.upsampled(stride)).times(pattern)
        bits = with_layer(upsampled(bits, stride), pattern)
        start, _, jump = stack_extent(topmost)
        yield _field(start, jump, bits, counts, small=paths < INT64)


def _begun(layers: Sequence[Layer]) -> tuple[int, int, Counts | BigCounts]:
    """Start and jump of a stack that may be counted, and the 1 to begin counting with."""
    start, extent, jump = checked_extent(layers)
    paths = prod(layer.pattern.taps for layer in layers)
    if paths > MAX_PATHS:
        raise ValueError(
            f"`layers` make about 10^{int(paths.bit_length() * 0.30103)} paths over {extent} "
            "inputs; fewer than 10^308 are counted."
        )
    return start, jump, counting([layer.pattern for layer in layers], extent)


def _exact_up_to(paths: int, counts: Counts | BigCounts) -> Counts | BigCounts:
    """Counts that can grow to so many paths in all: no longer int64 where they are too many."""
    return counts.as_float() if isinstance(counts, Counts) and paths >= INT64 else counts


def _field(
    start: int, jump: int, bits: int, counts: Counts | BigCounts, small: bool = False
) -> ReceptiveField:
    """The field of a set and its counts; `small` if these are known to fit int64."""
    paths = counts.expanded(small) if isinstance(counts, BigCounts) else counts.expanded()
    relative_error = 0.0 if isinstance(counts, BigCounts) else counts.relative_error
    mask = as_mask(bits)
    extent = len(mask)
    gap, run = longest_rows(mask)
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
        largest_gap=gap,
        longest_run=run,
    )
