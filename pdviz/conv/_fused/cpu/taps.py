"""How the fused CPU backend reads the taps: sorted by phase of the stride, and chained.

With a stride s, output t reads elements t·s + i: of the row's s phases (every s-th element, from
each start) each tap reads one, without gaps. Two taps of a phase whose offsets are one vector
register apart read the same vectors; such taps are chained, so that each vector is loaded once.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from pdviz.conv._padding import edges


@cache
def _nothing() -> Tensor:
    """Return no elements; made in a call, as an import may happen inside `torch.func`."""
    return torch.from_numpy(np.empty(0, np.int64))


class Taps(NamedTuple):
    """Where the taps sit, as the loops read it: phase by phase, ascending in each; all int64."""

    phases: Tensor
    bounds: Tensor  # taps bounds[p] … bounds[p + 1] − 1 read phase phases[p]
    offsets: Tensor  # tap k reads element t + offsets[k] of its phase, for output t
    ascending: Tensor  # 0, 1, 2, …
    chained: Tensor  # the same numbers in each phase: chains of four, of two, single taps
    fours: Tensor  # where in `chained` the fours end, for each phase
    twos: Tensor  # and the twos


class Reads(NamedTuple):
    """How far taps reach, and what is left of most of their offsets over a vector."""

    taps: int
    lowest: int
    highest: int
    residue: int


class Plan(NamedTuple):
    """Both directions, and in which order each wants the compact parameters."""

    order: Tensor | None  # None: as they are
    taps: Taps
    reads: Reads
    mirrored_order: Tensor
    mirrored: Taps
    mirrored_reads: Reads


@lru_cache(maxsize=256)
def plan_for(indices: tuple[int, ...], left: int, stride: int, apart: int) -> Plan:
    """Plan for taps at these indices of a kernel that starts `left` elements in front of the row.

    `apart`: elements of one vector register.
    """
    places = np.array(indices) - left
    order, taps = _sorted(places % stride, places // stride, apart)
    mirrored_order, mirrored = _sorted(places % stride, -(places // stride), apart)
    as_they_are = bool((order[1:] > order[:-1]).all())
    return Plan(
        None if as_they_are else torch.from_numpy(order),
        taps,
        _reads(taps, apart),
        torch.from_numpy(mirrored_order),
        mirrored,
        _reads(mirrored, apart),
    )


def _reads(taps: Taps, apart: int) -> Reads:
    offsets = taps.offsets.numpy()
    commonest = int(np.bincount(offsets % apart).argmax())
    return Reads(len(offsets), int(offsets.min()), int(offsets.max()), commonest)


def _sorted(phases: np.ndarray, offsets: np.ndarray, apart: int) -> tuple[np.ndarray, Taps]:
    """Order taps, each a phase and an offset in it; chain those that are so far apart."""
    order = np.lexsort((offsets, phases))
    phases, offsets = phases[order], offsets[order]
    taps = np.arange(len(order))
    length, chain = _pieces(phases, offsets, apart)
    # In each phase the pieces of four come first, then those of two, then single taps.
    chained = np.lexsort((taps, chain, -length, phases))
    there = np.flatnonzero(np.diff(phases, prepend=phases[0] - 1))
    ends = np.append(there[1:], len(order))
    fours = there + np.add.reduceat(length == 4, there)
    twos = fours + np.add.reduceat(length == 2, there)
    columns = phases[there], np.append(0, ends), offsets, taps, chained, fours, twos
    return order, Taps(*(torch.from_numpy(column.astype(np.int64)) for column in columns))


def _pieces(phases: np.ndarray, offsets: np.ndarray, apart: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how long a piece of a chain each tap is in, 4, 2 or 1; and the chain's first tap."""
    rows = np.lexsort((offsets, offsets % apart, phases))
    follows = np.zeros(len(rows), dtype=np.bool_)
    follows[1:] = (np.diff(offsets[rows]) == apart) & (np.diff(phases[rows]) == 0)
    heads = np.flatnonzero(~follows)
    sizes = np.diff(heads, append=len(rows))
    place, size = np.arange(len(rows)) - np.repeat(heads, sizes), np.repeat(sizes, sizes)
    in_fours = size - size % 4
    lengths = np.where(place < in_fours, 4, np.where(place < size - size % 2, 2, 1))
    length, chain = np.empty_like(rows), np.empty_like(rows)
    length[rows], chain[rows] = lengths, np.repeat(rows[heads], sizes)
    return length, chain


def edges_and_left(
    length: int, left: int, right: int, padding_mode: str
) -> tuple[Tensor, Tensor, int]:
    """Return the elements that the padding repeats, and what the rows then lack on the left."""
    if padding_mode == "zeros":  # not written out: a tap that reads there is left out
        return _nothing(), _nothing(), left
    before, after = edges(length, left, right, padding_mode)
    return torch.from_numpy(before), torch.from_numpy(after), 0


def real_type(tensor: Tensor) -> type:
    """Return the NumPy type of its elements: float32 or float64."""
    return np.float64 if tensor.dtype == torch.float64 else np.float32
