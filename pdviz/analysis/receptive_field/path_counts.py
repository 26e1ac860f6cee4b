"""Path counts as polynomials: the coefficient of z^i is the number of paths from input i.

With M_l(z) = Σ z^o over the offsets of layer l and jump S_l = Π_{i<l} s_i, the counts of a stack
are the coefficients of Π_l M_l(z^{S_l}). Each pattern is a few evenly spaced runs of taps, and a
run is multiplied by doubling: about log2(its taps) additions of the whole array. Nothing is
subtracted and nothing multiplied, so that floating-point counts keep their relative precision,
however small a count is beside its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd, prod
from typing import Final

import numpy as np

from pdviz.pattern import Pattern

INT64: Final = 2**63
"""Counts are int64 if all paths together are fewer than this."""
MAX_BIG: Final = 2**14
"""Largest extent for which counts past int64 are exact Python integers; more take long to list."""
MAX_BIG_WORK: Final = 2**26
"""Counts past int64 are exact only while the additions touch at most this many bytes."""
MAX_PATHS: Final = 2**1023
"""Most paths in all that are counted; float64 holds no more."""
_CHUNK: Final = 2**14
"""Elements of an array that are summed at a time, so that they stay in the processor's cache."""
_SINGLE_MAX_TAPS: Final = 6
"""Most taps of one distance that are added one by one; blocks of so few would not pay."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The coefficients of a polynomial that has none but at multiples of `step`.

    Attributes:
        step: distance between the powers; 0 for a single one, z^0.
        values: (n,) the coefficient of z^(step·i), int64 or float64.
        additions: most roundings that a coefficient has gone through, if it is float64.
    """

    step: int
    values: np.ndarray
    additions: int = 0

    @property
    def relative_error(self) -> float:
        """The largest error of a coefficient, as a share of itself: γ_n = n·u / (1 − n·u)."""
        if self.values.dtype == np.int64:
            return 0.0
        return self.additions * 2.0**-53 / (1 - self.additions * 2.0**-53)

    def as_float(self) -> Counts:
        """Return the same counts in float64."""
        if self.values.dtype == np.float64:
            return self
        return Counts(self.step, self.values.astype(np.float64), self.additions + 1)

    def upsampled(self, stride: int) -> Counts:
        """Return the polynomial with z^stride for z."""
        return Counts(self.step * stride, self.values, self.additions)

    def times(self, pattern: Pattern, jump: int = 1) -> Counts:
        """Return the product with Σ z^(jump · (o − first offset)) over the offsets of `pattern`."""
        first = pattern.first
        spacing = jump * gcd(*(run.step for run in pattern.runs if len(run) > 1))
        spacing = gcd(spacing, *(jump * (run.start - first) for run in pattern.runs))
        step = gcd(self.step, spacing)  # the product has powers at multiples of this alone
        if not spacing:  # a single tap
            return self
        values = _spread(self.values, self.step // step)
        last = jump * (pattern.last - first) // step
        total = np.zeros(len(values) + last, dtype=values.dtype)
        for block, starts in _blocks(values, pattern, jump, step):
            _add_copies(total, block, starts)
        return Counts(step, total, self.additions + _additions(pattern))

    def expanded(self) -> np.ndarray:
        """Return the coefficient of every power from 0 to the last; read-only."""
        values = _spread(self.values, self.step)
        values.flags.writeable = False
        return values


ONE: Final = Counts(0, np.ones(1, dtype=np.int64))
"""The polynomial 1: one path, from the output to itself."""


@dataclass(frozen=True, slots=True)
class BigCounts:
    """Coefficients of any size, exact: all in one Python integer, `width` bytes for each.

    A product with z^n is a shift by n coefficients (Kronecker substitution). No coefficient exceeds
    the product of all taps, which fits `width` bytes, so none overflows into its neighbour.
    """

    width: int
    packed: int = 1
    length: int = 1

    def upsampled(self, stride: int) -> BigCounts:
        """Return the polynomial with z^stride for z."""
        if stride == 1 or self.length == 1:
            return self
        spread = np.zeros(((self.length - 1) * stride + 1, self.width), dtype=np.uint8)
        spread[::stride] = self._rows()
        packed = int.from_bytes(spread.tobytes(), "little")
        return BigCounts(self.width, packed, len(spread))

    def times(self, pattern: Pattern, jump: int = 1) -> BigCounts:
        """Return the product with Σ z^(jump · (o − first offset)) over the offsets of `pattern`."""
        first, element = pattern.first, 8 * self.width
        packed = sum(
            _shifted_sums(self.packed, len(run), element * jump * run.step)
            << (element * jump * (run.start - first))
            for run in pattern.runs
        )
        return BigCounts(self.width, packed, self.length + jump * (pattern.last - first))

    def expanded(self, small: bool = False) -> np.ndarray:
        """Return every coefficient: Python integers, or int64 if they are known to be `small`."""
        rows = self._rows()
        if small:  # a coefficient's first eight bytes are its int64, little-endian
            eight = np.zeros((len(rows), 8), dtype=np.uint8)
            eight[:, : self.width] = rows[:, :8]
            values = eight.view("<i8")[:, 0].astype(np.int64)
        else:
            data, width = rows.tobytes(), self.width
            chunks = (data[i : i + width] for i in range(0, len(data), width))
            values = np.array([int.from_bytes(chunk, "little") for chunk in chunks], dtype=object)
        values.flags.writeable = False
        return values

    def _rows(self) -> np.ndarray:
        data = self.packed.to_bytes(self.length * self.width, "little")
        return np.frombuffer(data, dtype=np.uint8).reshape(self.length, self.width)


def counting(patterns: Sequence[Pattern], extent: int) -> Counts | BigCounts:
    """Return the polynomial 1, with which counting the paths through `patterns` begins.

    It is `BigCounts` if all paths together are `INT64` or more and counting them exactly is little
    work; else `Counts`, which become float64 when they would pass `INT64`.
    """
    total = prod(pattern.taps for pattern in patterns)
    width = (total.bit_length() + 7) // 8
    work = extent * width * sum(map(_additions, patterns))
    if total < INT64 or extent > MAX_BIG or work > MAX_BIG_WORK:
        return ONE
    return BigCounts(width)


def _additions(pattern: Pattern) -> int:
    """Return the most additions of arrays that the product with a pattern takes."""
    most = _SINGLE_MAX_TAPS
    return sum(max(2 * len(run).bit_length(), min(len(run), most)) for run in pattern.runs)


def _shifted_sums(value: int, count: int, step: int) -> int:
    """Return Σ_{k < count} value << (k · step), by doubling.

    The copies of each binary digit 1 of `count` are one block; `covered` copies are in the total.
    """
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


def _spread(values: np.ndarray, step: int) -> np.ndarray:
    """Return `values` with zeros between them, so that neighbours are `step` apart."""
    if step <= 1 or len(values) == 1:
        return values
    spread = np.zeros((len(values) - 1) * step + 1, dtype=values.dtype)
    spread[::step] = values
    return spread


def _blocks(
    values: np.ndarray, pattern: Pattern, jump: int, step: int
) -> Iterator[tuple[np.ndarray, list[int]]]:
    """Yield the blocks whose sum is `values` times the pattern, and where copies of each begin.

    A block is the sum of 2^k copies of `values`, evenly spaced. A run of n taps is one block for
    each binary digit 1 of n: one of 13 taps is blocks of 1, 4 and 8. Runs of the same spacing share
    their blocks, which are made once each, by doubling.
    """
    first = pattern.first
    runs_by_spacing: dict[int, list[tuple[int, int]]] = {}  # the start and the taps of each run
    for run in pattern.runs:
        start = jump * (run.start - first) // step
        spacing = jump * run.step // step if len(run) > 1 else 1
        runs_by_spacing.setdefault(spacing, []).append((start, len(run)))
    single: list[int] = []
    starts_of: dict[int, dict[int, list[int]]] = {}  # by spacing and by k
    for spacing, runs in runs_by_spacing.items():
        one_by_one = sum(taps for _, taps in runs) <= _SINGLE_MAX_TAPS
        for start, taps in runs:
            if one_by_one:
                single.extend(range(start, start + taps * spacing, spacing))
                continue
            for k in range(taps.bit_length()):
                if taps >> k & 1:
                    starts = starts_of.setdefault(spacing, {}).setdefault(k, []) if k else single
                    starts.append(start)
                    start += spacing << k
    if single:
        yield values, single
    for spacing, powers in starts_of.items():
        block = values
        for k in range(1, max(powers) + 1):
            block = _doubled(block, spacing << (k - 1))
            if k in powers:
                yield block, powers[k]


def _add_copies(total: np.ndarray, block: np.ndarray, starts: Sequence[int]) -> None:
    """Add to `total` a copy of `block` from each of `starts` on."""
    size = len(block)
    if len(starts) < 4 or size <= _CHUNK:
        for start in starts:
            total[start : start + size] += block
        return
    for first in range(0, len(total), _CHUNK):  # a chunk stays in the cache for all copies
        last = min(first + _CHUNK, len(total))
        for start in starts:
            begin, end = max(first, start), min(last, start + size)
            if begin < end:
                total[begin:end] += block[begin - start : end - start]


def _doubled(block: np.ndarray, shift: int) -> np.ndarray:
    """Return the sum of `block` and a copy of it `shift` further on."""
    size = len(block)
    if shift >= size:
        both = np.zeros(size + shift, dtype=block.dtype)
        both[:size] = block
        both[shift:] = block
        return both
    both = np.empty(size + shift, dtype=block.dtype)
    both[:shift] = block[:shift]
    np.add(block[shift:], block[: size - shift], out=both[shift:size])
    both[size:] = block[size - shift :]
    return both
