"""Shortest stretch of a profile that holds a share of its mass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

_ROUNDING: Final = 1e-12
"""How far a sum of masses may fall short of a share and still count as holding it."""
_BLOCK: Final = 64
"""Positions in a block of the search."""
EXHAUSTIVE_MAX_POSITIONS: Final = 1024
"""Most positions for which every stretch is examined."""


class Stretch(NamedTuple):
    """A stretch of neighbouring positions, both ends included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many positions it has."""
        return self.last - self.first + 1


def shortest_stretches(
    mass: np.ndarray, shares: Sequence[float], centre: float
) -> tuple[Stretch, ...]:
    """Return for each share the shortest stretch of indices whose mass is at least that.

    Args:
        mass: (n,) ≥ 0, summing to 1.
        shares: above 0, at most 1.
        centre: of equally short stretches, the one whose middle is nearest to this index is
            chosen; of two equally near, the left one.
    """
    sums = np.zeros(len(mass) + 1)
    np.cumsum(mass, out=sums[1:])
    if len(mass) <= EXHAUSTIVE_MAX_POSITIONS:
        return _among_all(sums, shares, centre)
    blocks = np.append(sums[:-1:_BLOCK], sums[-1])  # the sums at the borders of blocks
    return tuple(_shortest(sums, blocks, share - _ROUNDING, centre) for share in shares)


def _among_all(sums: np.ndarray, shares: Sequence[float], centre: float) -> tuple[Stretch, ...]:
    """Try every start, with the first end that holds enough."""
    least = np.array(shares) - _ROUNDING
    starts = np.arange(len(sums))
    ends = np.searchsorted(sums, least[:, None] + sums)
    lengths = np.where(ends < len(sums), ends - starts, len(sums))
    stretches = []
    for row, length in zip(lengths, lengths.min(axis=1).tolist(), strict=True):
        first = _nearest(np.flatnonzero(row == length), centre - (length - 1) / 2)
        stretches.append(Stretch(first, first + length - 1))
    return tuple(stretches)


def _shortest(sums: np.ndarray, blocks: np.ndarray, least: float, centre: float) -> Stretch:
    """Search by whole blocks first, which leaves few lengths and often few starts to try."""
    size, count = len(sums) - 1, len(blocks) - 1
    whole = _length(blocks, least, 1, count)
    # A stretch that begins in a block ends before the end of the `whole` blocks after it.
    ends = np.minimum(np.arange(count) + whole + 1, count)
    near = np.flatnonzero(blocks[ends] - blocks[:-1] >= least)
    begin, end = int(near[0]) * _BLOCK, min((int(near[-1]) + 1) * _BLOCK, size)
    shortest, longest = max((whole - 2) * _BLOCK + 2, 1), min(whole * _BLOCK, size)
    nearby = sums[begin : end + longest]
    length = _length(nearby, least, shortest, longest)
    holds = np.flatnonzero(nearby[length:] - nearby[:-length] >= least)
    first = begin + int(_nearest(holds, centre - (length - 1) / 2 - begin))
    return Stretch(first, first + length - 1)


def _length(sums: np.ndarray, least: float, low: int, high: int) -> int:
    """Return the shortest length from `low` to `high` that holds `least` anywhere; `high` does."""
    while low < high:
        middle = (low + high) // 2
        if (sums[middle:] - sums[:-middle]).max() >= least:
            high = middle
        else:
            low = middle + 1
    return low


def _nearest(ascending: np.ndarray, place: float) -> int:
    """Return the element nearest to `place`; of two equally near, but for rounding, the first."""
    index = min(int(np.searchsorted(ascending, place)), len(ascending) - 1)
    before, after = int(ascending[max(index - 1, 0)]), int(ascending[index])
    return before if place - before <= after - place + 1e-6 else after
