"""Which inputs one output of a stack sees, and by how many paths.

The extent is the closed form of Araujo, Norris and Sim (Distill 2019); the support and the path
counts are exact, holes included. Counting is polynomial arithmetic: with M_l(z) = Σ z^o over the
offsets of layer l and jump S_l = Π_{i<l} s_i, the coefficient of z^i in Π_l M_l(z^{S_l}) is the
number of paths from input i to the output at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.limits import MAX_EXTENT
from pdviz.pattern import Pattern


class Layer(NamedTuple):
    """One layer of a stack: its pattern, and its stride."""

    pattern: Pattern
    stride: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class ReceptiveField:
    """The inputs that the output at position 0 of a stack sees; positions are in input samples.

    Attributes:
        start: the first input of the extent.
        extent: inputs from the first to the last one reached, with the holes between.
        jump: inputs between neighbouring outputs, Π strides.
        centre: the middle of the extent, start + (extent − 1) / 2.
        paths: (extent,) the number of paths from each input, exact; int64 where their sum, the
            product of all taps, fits, Python integers (dtype object) where not.
        support: (reached,) the positions that are reached, ascending.
        coverage: the share of the extent that is reached, len(support) / extent.
        largest_gap: the longest row of inputs inside the extent that are not reached.
        longest_run: the longest row of inputs that are all reached.
    """

    start: int
    extent: int
    jump: int
    centre: float
    paths: np.ndarray
    support: np.ndarray
    coverage: float
    largest_gap: int
    longest_run: int


def receptive_field(layers: Sequence[Layer]) -> ReceptiveField:
    """The receptive field of a stack; `layers` from the input to the output.

    The extent runs from the first to the last input reached. It equals the closed form
    1 + Σ_l (K_l − 1) · Π_{i<l} s_i where every kernel has taps at both of its ends.

    Raises:
        ValueError: a stride is below 1, or the extent would pass `limits.MAX_EXTENT`.
    """
    start, extent, jump = _extent(layers)
    if extent > MAX_EXTENT:
        raise ValueError(f"`layers` reach over {extent} inputs; at most {MAX_EXTENT} are counted.")
    paths = _count_paths(layers, extent)
    reached = np.flatnonzero(paths)
    return ReceptiveField(
        start=start,
        extent=extent,
        jump=jump,
        centre=start + (extent - 1) / 2,
        paths=paths,
        support=frozen(reached + start, np.int64),
        coverage=len(reached) / extent,
        largest_gap=int(np.diff(reached).max(initial=1)) - 1,
        longest_run=max(map(len, np.split(reached, np.flatnonzero(np.diff(reached) > 1) + 1))),
    )


def stack_fields(layers: Sequence[Layer]) -> tuple[ReceptiveField, ...]:
    """What the output sees at each depth: of its own layer first, of the stack's input last.

    Element d is in units of the positions d + 1 layers below the output.
    """
    return tuple(receptive_field(layers[-depth:]) for depth in range(1, len(layers) + 1))


def _extent(layers: Sequence[Layer]) -> tuple[int, int, int]:
    """Start, extent and jump, from the outermost taps alone."""
    first = last = 0
    jump = 1
    for number, layer in enumerate(layers):
        if isinstance(layer.stride, bool) or not isinstance(layer.stride, int) or layer.stride < 1:
            raise ValueError(f"`layers[{number}].stride` (={layer.stride!r}) must be at least 1.")
        first += jump * layer.pattern.offsets[0]
        last += jump * layer.pattern.offsets[-1]
        jump *= layer.stride
    return first, last - first + 1, jump


def _count_paths(layers: Sequence[Layer], extent: int) -> np.ndarray:
    """The coefficients of Π_l M_l(z^{S_l}), exact.

    The polynomial is held in one Python integer, a fixed number of bytes for each coefficient, so
    that multiplying by z^n is a shift. No count exceeds Π_l T_l, so none runs into its neighbour.
    """
    bound = prod(layer.pattern.taps for layer in layers)
    width = (bound.bit_length() + 7) // 8
    width = next((size for size in (1, 2, 4, 8) if width <= size), width)
    packed = 1
    jump = 8 * width
    for pattern, stride in layers:
        origin = pattern.offsets[0]
        packed = sum(
            _sum_of_shifts(packed, len(run), jump * run.step) << (jump * (run.start - origin))
            for run in pattern.runs
        )
        jump *= stride
    data = packed.to_bytes(extent * width, "little")
    if width <= 8 and bound < 2**63:
        counts = np.frombuffer(data, f"<u{width}").astype(np.int64)
    else:
        chunks = (data[i : i + width] for i in range(0, len(data), width))
        counts = np.array([int.from_bytes(chunk, "little") for chunk in chunks], dtype=object)
    counts.flags.writeable = False
    return counts


def _sum_of_shifts(value: int, count: int, step: int) -> int:
    """Σ_{k < count} value << (k · step), by doubling: about log2(count) additions."""
    total, covered = 0, 0
    block, length = value, 1
    while count:
        if count & 1:
            total += block << (covered * step)
            covered += length
        count >>= 1
        if count:
            block += block << (length * step)
            length *= 2
    return total
