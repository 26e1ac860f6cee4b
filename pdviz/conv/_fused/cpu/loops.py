"""The loops of the fused CPU backend over rows, for layers with one input channel per group.

A row is one channel of one sample. With a stride s, a row is first sorted into its s phases (every
s-th element, from each start); each tap then reads one phase without gaps. Padding by zeros is
never written for the whole input: what lies outside a row is left out, or, where a short row has
many taps, the row is copied to between zeros, one at a time, so that all taps read alike and most
of them whole cache lines. The other padding modes copy one row at a time too; it stays in cache.

Compiled once for float32 and once for float64, whatever the pattern: where the taps sit is data.
Nothing here needs the interpreter, so that Python threads run it side by side.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numba import carray

from pdviz.conv._fused.cpu.compile import (
    claim,
    compiled,
    finish,
    integers,
    pointer,
    taps_of,
    task,
)
from pdviz.conv._fused.cpu.rows import correlate, dots, merge_and_fold, pad_and_split, stage
from pdviz.conv._fused.cpu.taps import Taps
from pdviz.conv._fused.cpu.threads import message
from pdviz.conv._fused.cpu.tiles import VECTORS, copy
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_TILE_BYTES: Final = VECTOR_BYTES * VECTORS
_BLOCK: Final = 4096
"""Outputs whose gradient meets the input at every tap before the next ones do: in cache."""


FORWARD: Final = message(
    ("channels", "multiplier", "length", "outputs", "stride", "lead", "room", "residue"),
    ("x", "weight", "bias", "y", "before", "after", *Taps._fields),
)
"""Of `forward_rows`; `weight` is (channels, multiplier, T), its taps in the order of `Taps`.

Where there is `room`, rows are read from a copy with zeros about it, `lead` of them in front.
"""


@compiled
def _forward_rows(m, x, weight, bias, y, before, after, taps, begin, end):
    """Compute the output's rows that belong to the input's rows begin … end − 1."""
    spare = np.empty(_TILE_BYTES // x.itemsize, x.dtype)
    direct = m.stride == 1 and before.size + after.size == 0
    padded = before.size + m.length + after.size
    size = 0 if direct else (padded + m.stride - 1) // m.stride
    work = np.empty(size * m.stride, x.dtype)
    padded_row, base = stage(m.room, m.lead, m.residue, x)
    count = taps.offsets.size
    for number in range(begin, end):
        row, start, reach, lead = x, number * m.length, m.length, 0
        if m.room > 0:
            copy(padded_row, base + m.lead, x, start, m.length)
            row, start, reach, lead = padded_row, base, m.room, m.lead
        elif not direct:
            pad_and_split(x, start, m.length, before, after, m.stride, taps.phases, work)
            row = work
        for j in range(m.multiplier):
            channel = (number % m.channels) * m.multiplier + j
            at = (number * m.multiplier + j) * m.outputs
            weights = weight[channel * count : (channel + 1) * count]
            for p in range(taps.phases.size):
                if not direct:
                    start = taps.phases[p] * size
                    reach = (padded - taps.phases[p] + m.stride - 1) // m.stride
                correlate(
                    y, at, m.outputs, p == 0, bias[channel], row, start, reach, lead, taps, p,
                    weights, spare,
                )  # fmt: skip


@functools.cache
def forward_rows(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, FORWARD)[0]
        x = carray(pointer(m.x), m.x_size, real)
        weight = carray(pointer(m.weight), m.weight_size, real)
        bias = carray(pointer(m.bias), m.bias_size, real)
        y = carray(pointer(m.y), m.y_size, real)
        before, after = integers(m.before, m.before_size), integers(m.after, m.after_size)
        taps = taps_of(m)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _forward_rows(m, x, weight, bias, y, before, after, taps, begin, end)
            finish(message)
            i = claim(message)

    return task(run)


BACKWARD: Final = message(
    (
        *("samples", "parts", "channels", "multiplier", "length", "outputs", "stride"),
        *("lead", "room", "residue", "mirrored_lead", "mirrored_room", "mirrored_residue"),
    ),
    (
        *("upstream", "x", "weight", "by_x", "by_weight", "by_bias", "before", "after"),
        *Taps._fields,
        *(f"mirrored_{name}" for name in Taps._fields),
    ),
)
"""Of `backward_rows`; `weight` has its taps in the mirrored order, `by_weight` in that of `Taps`.

`by_weight` and `by_bias` are float64 and have a place for each part of the batch. An empty gradient
is one that nobody asks for.
"""


@compiled
def _input_gradient(
    m, upstream, weight, by_x, before, after, taps, channel, row, work, spare, padded_row, base
):
    """Compute the gradient of one row of the input."""
    direct = work.size == 0
    size = work.size // m.stride
    padded = before.size + m.length + after.size
    count = taps.offsets.size
    into, at, reach = by_x, row * m.length, m.length
    if not direct:
        work[:] = 0  # phases that no tap reads
        into = work
    zero = upstream.dtype.type(0)
    for j in range(m.multiplier):
        start, lead, length = (row * m.multiplier + j) * m.outputs, 0, m.outputs
        source = upstream
        if m.mirrored_room > 0:
            copy(padded_row, base + m.mirrored_lead, upstream, start, m.outputs)
            source, start, lead, length = padded_row, base, m.mirrored_lead, m.mirrored_room
        first = (channel * m.multiplier + j) * count
        weights = weight[first : first + count]
        for p in range(taps.phases.size):
            if not direct:
                at = taps.phases[p] * size
                reach = (padded - taps.phases[p] + m.stride - 1) // m.stride
            correlate(
                into, at, reach, j == 0, zero, source, start, length, lead, taps, p, weights, spare
            )
    if not direct:
        merge_and_fold(work, m.stride, before, after, m.length, by_x, row * m.length)


@compiled
def _weight_gradient(
    m, upstream, x, by_weight, before, after, taps, place, row, work, padded_row, base
):
    """Add what one row of the input contributes to the gradients of its channel's weights."""
    direct = work.size == 0
    size = work.size // m.stride
    padded = before.size + m.length + after.size
    source, start, reach, lead = x, row * m.length, m.length, 0
    if m.room > 0:
        copy(padded_row, base + m.lead, x, start, m.length)
        source, start, reach, lead = padded_row, base, m.room, m.lead
    elif not direct:
        pad_and_split(x, start, m.length, before, after, m.stride, taps.phases, work)
        source = work
    for j in range(m.multiplier):
        at = (row * m.multiplier + j) * m.outputs
        to = (place * m.multiplier + j) * taps.offsets.size
        for p in range(taps.phases.size):
            if not direct:
                start = taps.phases[p] * size
                reach = (padded - taps.phases[p] + m.stride - 1) // m.stride
            for t in range(0, m.outputs, _BLOCK):
                end = min(t + _BLOCK, m.outputs)
                dots(
                    by_weight, to, upstream, at, t, end, source, start, reach, lead, taps, p, False,
                    (0, 0),
                )  # fmt: skip


@compiled
def _backward_rows(
    m, upstream, x, weight, by_x, by_weight, by_bias, before, after, taps, mirrored, begin, end
):
    """Compute the gradients from these (part of the batch, channel): pieces begin … end − 1.

    Each part sums its samples in order, into a place of its own. Of several channels the rows of
    one sample come before those of the next: as they lie in memory.
    """
    spare = np.empty(_TILE_BYTES // upstream.itemsize, upstream.dtype)
    direct = m.stride == 1 and before.size + after.size == 0
    padded = before.size + m.length + after.size
    size = 0 if direct else (padded + m.stride - 1) // m.stride
    work = np.empty(size * m.stride, upstream.dtype)
    padded_row, base = stage(m.room, m.lead, m.residue, x)
    other, other_base = stage(m.mirrored_room, m.mirrored_lead, m.mirrored_residue, upstream)
    for part in range(begin // m.channels, (end - 1) // m.channels + 1):
        first = max(begin, part * m.channels)
        last = min(end, (part + 1) * m.channels)
        for sample in range(part * m.samples // m.parts, (part + 1) * m.samples // m.parts):
            for place in range(first, last):
                channel = place - part * m.channels
                row = sample * m.channels + channel
                if by_x.size > 0:
                    _input_gradient(
                        m, upstream, weight, by_x, before, after, mirrored, channel, row, work,
                        spare, other, other_base,
                    )  # fmt: skip
                if by_weight.size > 0:
                    _weight_gradient(
                        m, upstream, x, by_weight, before, after, taps, place, row, work,
                        padded_row, base,
                    )  # fmt: skip
                if by_bias.size > 0:
                    for j in range(m.multiplier):
                        at = (row * m.multiplier + j) * m.outputs
                        total, values = 0.0, upstream[at : at + m.outputs]
                        for t in range(m.outputs):
                            total += values[t]
                        by_bias[place * m.multiplier + j] += total


@functools.cache
def backward_rows(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, BACKWARD)[0]
        upstream = carray(pointer(m.upstream), m.upstream_size, real)
        x = carray(pointer(m.x), m.x_size, real)
        weight = carray(pointer(m.weight), m.weight_size, real)
        by_x = carray(pointer(m.by_x), m.by_x_size, real)
        by_weight = carray(pointer(m.by_weight), m.by_weight_size, np.float64)
        by_bias = carray(pointer(m.by_bias), m.by_bias_size, np.float64)
        before, after = integers(m.before, m.before_size), integers(m.after, m.after_size)
        taps = taps_of(m)
        mirrored = Taps(
            integers(m.mirrored_phases, m.mirrored_phases_size),
            integers(m.mirrored_bounds, m.mirrored_bounds_size),
            integers(m.mirrored_offsets, m.mirrored_offsets_size),
            integers(m.mirrored_ascending, m.mirrored_ascending_size),
            integers(m.mirrored_chained, m.mirrored_chained_size),
            integers(m.mirrored_fours, m.mirrored_fours_size),
            integers(m.mirrored_twos, m.mirrored_twos_size),
        )
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _backward_rows(
                m, upstream, x, weight, by_x, by_weight, by_bias, before, after, taps, mirrored,
                begin, end,
            )  # fmt: skip
            finish(message)
            i = claim(message)

    return task(run)
