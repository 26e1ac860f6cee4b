"""Set of the inputs that are reached, as bits: exact whatever the number of paths.

The set of a stack is the sum of its layers' sets of taps, {a + b}: in one Python integer, bit i for
input i, adding an offset is a shift and the union of two sets an OR.
"""

from __future__ import annotations

import numpy as np

from pdviz.pattern import Pattern


def with_layer(bits: int, pattern: Pattern, jump: int = 1) -> int:
    """Return all a + jump · (o − first offset), a in the set and o an offset of `pattern`."""
    first = pattern.first
    reached = 0
    for run in pattern.runs:
        reached |= _copies(bits, len(run), jump * run.step) << (jump * (run.start - first))
    return reached


def upsampled(bits: int, stride: int) -> int:
    """Return all a · stride, a in the set."""
    if stride == 1 or bits == 1:
        return bits
    return as_bits(np.flatnonzero(as_mask(bits)) * stride)


def as_bits(positions: np.ndarray) -> int:
    """Return the set of these positions, which ascend from 0."""
    mask = np.zeros(int(positions[-1]) + 1, dtype=np.bool_)
    mask[positions] = True
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def as_mask(bits: int) -> np.ndarray:
    """Return whether each input from the first to the last one reached is reached: (bits,)."""
    size = bits.bit_length()
    data = np.frombuffer(bits.to_bytes(-(-size // 8), "little"), dtype=np.uint8)
    return np.unpackbits(data, count=size, bitorder="little").view(np.bool_)


def longest_rows(mask: np.ndarray) -> tuple[int, int]:
    """Return the longest row of inputs not reached, and of those reached; both ends are reached."""
    turns = np.flatnonzero(
        mask[1:] != mask[:-1]
    )  # where a hole begins, and where it ends, by turns
    rows = np.diff(turns, prepend=-1, append=len(mask) - 1)
    return int(rows[1::2].max(initial=0)), int(rows[::2].max())


def _copies(bits: int, count: int, step: int) -> int:
    """Return all a + k · step, k < count, by doubling.

    In a union, unlike in a sum, copies may overlap: the last doubling need not be a power of two.
    """
    length = 1
    while length < count:
        more = min(length, count - length)
        bits |= bits << (more * step)
        length += more
    return bits
