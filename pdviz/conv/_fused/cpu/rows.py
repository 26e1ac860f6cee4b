"""What the loops do with one row: correlate it with the taps, sum its products, pad and split it.

A row is one channel of one sample. Where the array that holds it goes on, what a tap reads outside
of the row still counts as zero.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pdviz.conv._fused.cpu.compile import compiled
from pdviz.conv._fused.cpu.tiles import (
    FEW_VECTORS,
    VECTORS,
    copy,
    correlate_at_edge,
    correlate_few,
    correlate_inside,
    dot_1,
    dot_1_4,
    dot_2_2,
    dot_4,
    dot_rows_1,
    dot_rows_4,
)
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_FEW: Final = VECTORS // FEW_VECTORS
"""Small tiles in a large one."""


@compiled
def correlate(out, at, count, fresh, bias, row, start, length, lead, taps, p, weights, spare):
    """Add Σ_k weights[k] · row[start + lead + t + offsets[k]] to out[at + t], t < count.

    The taps are those of phase p; what they read outside of the row counts as zero. If `fresh`,
    `out` is taken to hold `bias`.
    """
    offsets, numbers, k, stop = taps.offsets, taps.ascending, taps.bounds[p], taps.bounds[p + 1]
    chained, fours, twos = taps.chained, taps.fours[p], taps.twos[p]
    few = spare.size // _FEW
    t = 0
    first = full = beyond = last = stop
    while t < count:
        tile = spare.size if t + spare.size - few < count else few
        # Of the taps k … stop − 1, first … full − 1 reach in front of the row with some of the
        # tile, full … beyond − 1 with none, beyond … last − 1 reach past its end. A tap of offset o
        # reads row[u + o] to row[u + o + tile − 1]: all in front where o ≤ −u − tile, some where
        # o < −u; some past the end where o > length − tile − u, all where o ≥ length − u. Offsets
        # ascend, and u only grows: the borders only move down.
        if tile == few:
            first = full = beyond = last = stop
        u = t + lead
        while first > k and offsets[first - 1] > -u - tile:
            first -= 1
        while full > k and offsets[full - 1] >= -u:
            full -= 1
        while beyond > k and offsets[beyond - 1] > length - tile - u:
            beyond -= 1
        while last > k and offsets[last - 1] >= length - u:
            last -= 1
        some = min(tile, count - t)
        to, i = out, at + t
        if some < tile:
            copy(spare, 0, out, at + t, some)
            to, i = spare, 0
        if tile > few and full == k and beyond == stop:
            ends = (k, fours, twos, stop)
            correlate_inside(
                to, i, fresh, bias, row, start, length, u, offsets, weights, chained, ends
            )
        else:
            ends = (first, full, beyond, last) if full < beyond else (first, last, last, last)
            if tile > few:
                correlate_at_edge(
                    to, i, fresh, bias, row, start, length, u, offsets, weights, numbers, ends
                )
            else:
                correlate_few(
                    to, i, fresh, bias, row, start, length, u, offsets, weights, numbers, ends
                )
        if some < tile:
            copy(out, at + t, spare, 0, some)
        t += tile


@compiled
def dots(sums, to, left, at, begin, end, row, start, length, lead, taps, p, rows, steps):
    """Add Σ_t left[at + t] · row[start + lead + t + offsets[k]] to sums[to + k], begin ≤ t < end.

    The taps are those of phase p; what they read outside of the row counts as zero. With `rows`,
    the same for `DOT_ROWS` rows of `left` and of `sums`, which are `steps` apart.
    """
    places, order, stop = taps.offsets, taps.chained, taps.bounds[p + 1]
    fours, twos = taps.fours[p], taps.twos[p]
    i = taps.bounds[p]
    while i < stop:
        some = 4 if i + 4 <= stop else 1
        least = most = places[order[i]]
        for j in range(i + 1, i + some):
            least, most = min(least, places[order[j]]), max(most, places[order[j]])
        least, most = least + lead, most + lead
        # A tap shifted by s reads inside the row for −s ≤ t < length − s. So some of these taps do
        # from `first` = −most to `last` = length − least, and all of them from `low` = −least to
        # `high` = length − most.
        first, last = max(begin, -most), min(end, length - least)
        low, high = max(begin, -least), min(end, length - most)
        if low >= high:
            low = high = last
        t = (first, low, high, last)
        if first >= last:
            pass
        elif rows:
            if some == 4:
                dot_rows_4(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
            else:
                dot_rows_1(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
        elif i < fours:
            dot_4(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
        elif i + 4 <= twos:
            dot_2_2(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
        elif some == 4:
            dot_1_4(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
        else:
            dot_1(sums, to, left, at, row, start, length, lead, places, order, i, t, steps)
        i += some


@compiled
def fill(row, begin, end):
    """Write zeros from element `begin` to the one before `end`."""
    if begin < end:
        row[begin:end] = 0


@compiled
def select(into, x, start, count, keep, first):
    """Write x[start + i] to into[i] where keep[first + i], else 0; i < count."""
    zero = x.dtype.type(0)
    into, x, keep = into[:count], x[start : start + count], keep[first : first + count]
    for i in range(count):
        value = x[i]
        into[i] = value if keep[i] != 0 else zero


@compiled
def clear(row, start, count, keep, first):
    """Write 0 to row[start + i] where not keep[first + i], i < count."""
    zero = row.dtype.type(0)
    row, keep = row[start : start + count], keep[first : first + count]
    for i in range(count):
        value = row[i]
        row[i] = value if keep[i] != 0 else zero


@compiled
def scale_into(into, x, start, count, scale, first):
    """Write x[start + i] · scale[first + i] to into[i], 0 where the scale is 0; i < count."""
    zero = x.dtype.type(0)
    into, x, scale = into[:count], x[start : start + count], scale[first : first + count]
    for i in range(count):
        factor = scale[i]
        value = x[i] * factor
        into[i] = value if factor > zero else zero


@compiled
def rescale(row, start, count, scale, first, bias):
    """Turn row[start + i] into its product with scale[first + i], plus the bias; 0 for 0."""
    zero = row.dtype.type(0)
    row, scale = row[start : start + count], scale[first : first + count]
    for i in range(count):
        factor = scale[i]
        value = row[i] * factor + bias
        row[i] = value if factor > zero else zero


@compiled
def stage(room, lead, residue, like):
    """Make memory for one row with zeros about it, and say where in it the row's zeros begin.

    Taps whose offset leaves `residue` read whole cache lines of it.
    """
    line = VECTOR_BYTES // like.itemsize
    memory = np.zeros(room + line, like.dtype)
    return memory, (-memory.ctypes.data // like.itemsize - lead - residue) % line


@compiled
def pad_and_split(x, start, length, before, after, stride, phases, into):
    """Sort one row with its edges into phases of `into.size // stride` elements each.

    Element i of the row with its edges goes to place i // stride of phase i % stride. What a tap
    reads for neighbouring outputs is `stride` apart there, and so side by side in one phase.
    """
    size = into.size // stride
    total = before.size + length + after.size
    for phase in phases:
        base = phase * size
        i = phase
        place = base
        while i < min(before.size, total):
            into[place] = x[start + before[i]]
            i += stride
            place += 1
        inner = max(0, (before.size + length - i + stride - 1) // stride)
        source = start + i - before.size
        if stride == 1:
            copy(into, place, x, source, inner)
        else:
            for j in range(inner):
                into[place + j] = x[source + j * stride]
        i += inner * stride
        place += inner
        while i < total:
            into[place] = x[start + after[i - before.size - length]]
            i += stride
            place += 1


@compiled
def merge_and_fold(phased, stride, before, after, length, out, at):
    """Apply the adjoint of `pad_and_split`: add edges to the elements that they repeat."""
    size = phased.size // stride
    for phase in range(stride):
        first = (phase - before.size) % stride
        place = phase * size + (before.size + first - phase) // stride
        for j in range((length - first + stride - 1) // stride):
            out[at + first + j * stride] = phased[place + j]
    for i in range(before.size):
        out[at + before[i]] += phased[(i % stride) * size + i // stride]
    for j in range(after.size):
        i = before.size + length + j
        out[at + after[j]] += phased[(i % stride) * size + i // stride]
