"""The loops of the fused CPU backend where channels mix: every output channel reads several inputs.

Rows come sorted into phases and padded where the mode asks for it (see `mixed`): an element of
the input meets every output channel and tap, so one more pass over the input costs little here.
Channels are counted per group; row c of sample n and group g begins at
`((n·groups + g)·channels + c)·step + place`.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numba import carray

from pdviz.conv._fused.cpu.compile import claim, compiled, finish, pointer, taps_of, task
from pdviz.conv._fused.cpu.rows import dots
from pdviz.conv._fused.cpu.taps import Taps
from pdviz.conv._fused.cpu.threads import message
from pdviz.conv._fused.cpu.tiles import DOT_ROWS, MIX_CHANNELS, MIX_VECTORS, copy, mix
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_TILE_BYTES: Final = VECTOR_BYTES * MIX_VECTORS
_DOT_BYTES: Final = 2**13
"""Of each row, what is correlated with the others at every tap before the next: all in cache."""
PRODUCTS: Final = 256
"""Products of one output that are added up in registers; more of them round more."""

ROWS: Final = message(
    (
        *("blocks", "block", "groups", "in_channels", "out_channels", "in_place", "in_step"),
        *("length", "out_place", "out_step", "outputs", "p", "fresh"),
        *("some_channels", "many_channels"),
    ),
    ("source", "packed", "bias", "out", *Taps._fields),
)
"""Of `rows`; `packed` is (groups, blocks of MIX_CHANNELS outputs, in_channels, T, MIX_CHANNELS)."""


@compiled
def _rows(m, source, packed, bias, out, taps, begin, end):
    """Add Σ packed · source[t + offsets] to out[t], for these (sample, group, block of outputs).

    If `m.fresh`, `out` is taken to hold `bias`. Rounding grows with the number of products in a
    row of additions, so they are summed on three levels: those of at most `PRODUCTS` taps and
    `m.some_channels` inputs in registers, those of `m.many_channels` inputs in `sums`.
    """
    tile = _TILE_BYTES // source.itemsize
    offsets, k, stop = taps.offsets, taps.bounds[m.p], taps.bounds[m.p + 1]
    those = offsets[k:stop]
    quads = (m.out_channels + MIX_CHANNELS - 1) // MIX_CHANNELS
    per_channel = offsets.size * MIX_CHANNELS
    sums = np.zeros(quads * MIX_CHANNELS * tile, source.dtype)
    for number in range(begin, end):
        both, which = number // m.blocks, number % m.blocks
        group = both % m.groups
        start = both * m.in_channels * m.in_step + m.in_place
        target = both * m.out_channels * m.out_step + m.out_place
        for t in range(which * m.block, min((which + 1) * m.block, m.outputs), tile):
            some = min(tile, m.outputs - t)
            # Of the taps, first … full − 1 reach in front of the row with some of the tile,
            # full … beyond − 1 with none, beyond … last − 1 reach past its end.
            first = np.searchsorted(those, -t - tile, "right") + k
            full = np.searchsorted(those, -t, "left") + k
            beyond = np.searchsorted(those, m.length - tile - t, "right") + k
            last = np.searchsorted(those, m.length - t, "left") + k
            if full >= beyond:
                full = beyond = last
            for many in range(0, m.in_channels, m.many_channels):
                for o in range(m.out_channels):
                    if many > 0:
                        sums[o * tile : (o + 1) * tile] = 0
                    elif m.fresh != 0:
                        sums[o * tile : (o + 1) * tile] = bias[group * m.out_channels + o]
                    else:
                        copy(sums, o * tile, out, target + o * m.out_step + t, some)
                for c in range(many, min(many + m.many_channels, m.in_channels), m.some_channels):
                    channels = min(m.some_channels, m.in_channels - c)
                    for low in range(first, last, PRODUCTS):
                        high = min(low + PRODUCTS, last)
                        ends = (
                            low, min(max(full, low), high), min(max(beyond, low), high), high,
                        )  # fmt: skip
                        for q in range(quads):
                            where = ((group * quads + q) * m.in_channels + c) * per_channel
                            mix(
                                sums, q * MIX_CHANNELS * tile, source, start + c * m.in_step,
                                m.in_step, channels, m.length, t, offsets, packed, where, ends,
                            )  # fmt: skip
                for o in range(m.out_channels):
                    at, place = target + o * m.out_step + t, o * tile
                    if many == 0:
                        copy(out, at, sums, place, some)
                    else:
                        for i in range(some):
                            out[at + i] += sums[place + i]


@functools.cache
def rows(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, ROWS)[0]
        source = carray(pointer(m.source), m.source_size, real)
        packed = carray(pointer(m.packed), m.packed_size, real)
        bias = carray(pointer(m.bias), m.bias_size, real)
        out = carray(pointer(m.out), m.out_size, real)
        taps = taps_of(m)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _rows(m, source, packed, bias, out, taps, begin, end)
            finish(message)
            i = claim(message)

    return task(run)


WEIGHTS: Final = message(
    (
        *("parts", "samples", "groups", "cuts", "in_channels", "out_channels"),
        *("in_place", "in_step", "length", "outputs", "p"),
    ),
    ("upstream", "source", "sums", *Taps._fields),
)
"""Of `weights`; `sums` is (parts, groups, out_channels, in_channels, T), float64."""


@compiled
def _weights(m, upstream, source, sums, taps, begin, end):
    """Sum gradients for these (part of the batch, group, DOT_ROWS outputs, cut of the inputs)."""
    count = taps.offsets.size
    block = _DOT_BYTES // source.itemsize
    lots = (m.out_channels + DOT_ROWS - 1) // DOT_ROWS
    for number in range(begin, end):
        cut, lot = number % m.cuts, number // m.cuts % lots
        group, part = number // m.cuts // lots % m.groups, number // m.cuts // lots // m.groups
        first = lot * DOT_ROWS
        last = min(first + DOT_ROWS, m.out_channels)
        together = last - first == DOT_ROWS
        step = DOT_ROWS if together else 1
        for sample in range(part * m.samples // m.parts, (part + 1) * m.samples // m.parts):
            both = sample * m.groups + group
            for t in range(0, m.outputs, block):
                end_t = min(t + block, m.outputs)
                for c in range(cut * m.in_channels // m.cuts, (cut + 1) * m.in_channels // m.cuts):
                    start = (both * m.in_channels + c) * m.in_step + m.in_place
                    for o in range(first, last, step):
                        at = (both * m.out_channels + o) * m.outputs
                        row = (part * m.groups + group) * m.out_channels + o
                        dots(
                            sums, (row * m.in_channels + c) * count, upstream, at, t, end_t, source,
                            start, m.length, 0, taps, m.p, together,
                            (m.outputs, m.in_channels * count),
                        )  # fmt: skip


@functools.cache
def weights(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, WEIGHTS)[0]
        upstream = carray(pointer(m.upstream), m.upstream_size, real)
        source = carray(pointer(m.source), m.source_size, real)
        sums = carray(pointer(m.sums), m.sums_size, np.float64)
        taps = taps_of(m)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _weights(m, upstream, source, sums, taps, begin, end)
            finish(message)
            i = claim(message)

    return task(run)
