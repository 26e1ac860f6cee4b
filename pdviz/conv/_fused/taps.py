"""How the fused CPU backend reads the taps: sorted by phase of the stride, and chained.

With a stride s, output t reads elements t·s + i: of the row's s phases (every s-th element, from
each start) each tap reads one, without gaps. Two taps of a phase whose offsets are one vector
register apart read the same vectors; such taps are chained, so that each vector is loaded once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pdviz.conv._padding import edges

_NOTHING: Final = torch.empty(0, dtype=torch.int64)


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
    """For taps at these indices of a kernel that starts `left` elements in front of the row.

    `apart`: elements of one vector register.
    """
    places = [index - left for index in indices]
    order, taps = _sorted([(place % stride, place // stride) for place in places], apart)
    mirrored_order, mirrored = _sorted(
        [(place % stride, -(place // stride)) for place in places], apart
    )
    as_they_are = order == list(range(len(order)))
    return Plan(
        None if as_they_are else torch.tensor(order),
        taps,
        _reads(taps, apart),
        torch.tensor(mirrored_order),
        mirrored,
        _reads(mirrored, apart),
    )


def _reads(taps: Taps, apart: int) -> Reads:
    offsets = taps.offsets.tolist()
    residues = [offset % apart for offset in offsets]
    commonest = max(sorted(set(residues)), key=residues.count)
    return Reads(len(offsets), min(offsets), max(offsets), commonest)


def _sorted(places: list[tuple[int, int]], apart: int) -> tuple[list[int], Taps]:
    """Order taps, each a phase and an offset in it; chain those that are so far apart."""
    order = sorted(range(len(places)), key=places.__getitem__)
    phases = sorted({phase for phase, _ in places})
    bounds, fours, twos = [0], list[int](), list[int]()
    chained: list[int] = []
    for phase in phases:
        first = bounds[-1]
        offsets = [places[k][1] for k in order if places[k][0] == phase]
        pieces = _chains({offset: first + i for i, offset in enumerate(offsets)}, apart)
        for ends, length in ((fours, 4), (twos, 2), (bounds, 1)):
            chained += [k for piece in pieces if len(piece) == length for k in piece]
            ends.append(len(chained))
    offsets = [places[k][1] for k in order]
    columns = phases, bounds, offsets, range(len(order)), chained, fours, twos
    return order, Taps(*(torch.tensor(list(column), dtype=torch.int64) for column in columns))


def _chains(numbers: dict[int, int], apart: int) -> list[list[int]]:
    """The taps, by offset, in pieces of four, two or one, neighbours in a piece so far apart."""
    pieces = []
    for offset in numbers:
        if offset - apart in numbers:
            continue  # not the first of its chain
        chain = [numbers[offset]]
        while (offset := offset + apart) in numbers:
            chain.append(numbers[offset])
        while chain:
            length = 4 if len(chain) >= 4 else 2 if len(chain) >= 2 else 1
            pieces.append(chain[:length])
            chain = chain[length:]
    return pieces


def edges_and_left(
    length: int, left: int, right: int, padding_mode: str
) -> tuple[Tensor, Tensor, int]:
    """The elements that the padding repeats, and what the rows then still lack on the left."""
    if padding_mode == "zeros":  # not written out: a tap that reads there is left out
        return _NOTHING, _NOTHING, left
    before, after = edges(length, left, right, padding_mode)
    return torch.from_numpy(before), torch.from_numpy(after), 0


def real_type(tensor: Tensor) -> type:
    """The NumPy type of its elements: float32 or float64."""
    return np.float64 if tensor.dtype == torch.float64 else np.float32
