"""The loops of the fused CPU backend over rows, for layers with one input channel per group.

A row is one channel of one sample. With a stride s, a row is first sorted into its s phases (every
s-th element, from each start); each tap then reads one phase without gaps. Padding by zeros is
never written for the whole input: what lies outside a row is left out, or, where a short row has
many taps, the row is copied to between zeros, one at a time, so that all taps read alike and most
of them whole cache lines. The other padding modes copy one row at a time too; it stays in cache.

Where `Limits` say that a sample's rows end early or that elements are missing, each row is cut or
copied without them as it is read; no whole input is.

Compiled once for float32 and once for float64, whatever the pattern: where the taps sit is data.
Nothing here needs the interpreter, so that Python threads run it side by side.
"""

from __future__ import annotations

import functools
from typing import Any, Final, NamedTuple

import numpy as np
from numba import carray

from pdviz.conv._fused.cpu.compile import (
    claim,
    compiled,
    finish,
    inlined,
    integers,
    pointer,
    taps_of,
    task,
)
from pdviz.conv._fused.cpu.rows import (
    clear,
    correlate,
    dots,
    fill,
    merge_and_fold,
    pad_and_split,
    rescale,
    scale_into,
    select,
    stage,
)
from pdviz.conv._fused.cpu.taps import Taps
from pdviz.conv._fused.cpu.threads import message
from pdviz.conv._fused.cpu.tiles import VECTORS, copy
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_TILE_BYTES: Final = VECTOR_BYTES * VECTORS
_BLOCK: Final = 4096
"""Outputs whose gradient meets the input at every tap before the next ones do: in cache."""


class RowLimits(NamedTuple):
    """What the rows lack, where they lack something: arrays, or empty ones."""

    lengths: Any  # of each sample: elements of its rows,
    counts: Any  # and outputs
    keep: Any  # 1 where an element is there, (rows / shared, length)
    scale: Any  # of each output before the bias, 0 where it is 0, (rows / shared, outputs)


_LIMITS: Final = ("shared", "before_moves", "after_moves")
"""Rows that share one of `keep`; whether `before` and `after` move with the end of a row."""

FORWARD: Final = message(
    (
        *("channels", "multiplier", "length", "outputs", "stride", "lead", "room", "residue"),
        *_LIMITS,
    ),
    ("x", "weight", "bias", "y", "before", "after", *Taps._fields, *RowLimits._fields),
)
"""Of `forward_rows`; `weight` is (channels, multiplier, T), its taps in the order of `Taps`.

Where there is `room`, rows are read from a copy with zeros about it, `lead` of them in front.
"""


@inlined
def _ends(m, limits, row):
    """Return how many elements this row of the input has, and outputs."""
    if limits.lengths.size == 0:
        return m.length, m.outputs
    sample = row // m.channels
    return limits.lengths[sample], limits.counts[sample]


@compiled
def _edges(m, before, after, length):
    """Return which elements the padding of a row of this length repeats."""
    if length == m.length:
        return before, after
    lacking = m.length - length
    return before - m.before_moves * lacking, after - m.after_moves * lacking


@inlined
def _source(m, x, before, after, phases, keep, row, length, work, padded_row, base, clean):
    """Return where the taps read a row of the input: an array, its start, reach and lead."""
    source, start, reach, lead = x, row * m.length, length, 0
    first = row // m.shared * m.length
    if m.room > 0:
        inner = base + m.lead
        if keep.size > 0:
            select(padded_row[inner:], x, start, length, keep, first)
        else:
            copy(padded_row, inner, x, start, length)
        fill(padded_row, inner + length, inner + m.length)
        return padded_row, base, m.room, m.lead
    if keep.size > 0:
        select(clean, x, start, length, keep, first)
        source, start = clean, 0
    if work.size > 0:
        before, after = _edges(m, before, after, length)
        pad_and_split(source, start, length, before, after, m.stride, phases, work)
        source = work
    return source, start, reach, lead


@compiled
def _forward_rows(m, x, weight, bias, y, before, after, taps, limits, begin, end):
    """Compute the output's rows that belong to the input's rows begin … end − 1."""
    spare = np.empty(_TILE_BYTES // x.itemsize, x.dtype)
    direct = m.stride == 1 and before.size + after.size == 0
    edges = before.size + after.size
    size = 0 if direct else (edges + m.length + m.stride - 1) // m.stride
    work = np.empty(size * m.stride, x.dtype)
    padded_row, base = stage(m.room, m.lead, m.residue, x)
    clean = np.empty(m.length * (limits.keep.size > 0), x.dtype)
    count = taps.offsets.size
    zero = x.dtype.type(0)
    for number in range(begin, end):
        length, outputs = _ends(m, limits, number)
        for j in range(m.multiplier):
            at = (number * m.multiplier + j) * m.outputs
            fill(y, at + outputs, at + m.outputs)
        if outputs == 0:
            continue
        row, start, reach, lead = _source(
            m,
            x,
            before,
            after,
            taps.phases,
            limits.keep,
            number,
            length,
            work,
            padded_row,
            base,
            clean,
        )
        for j in range(m.multiplier):
            channel = (number % m.channels) * m.multiplier + j
            at = (number * m.multiplier + j) * m.outputs
            weights = weight[channel * count : (channel + 1) * count]
            first = bias[channel] if limits.scale.size == 0 else zero
            for p in range(taps.phases.size):
                if not direct:
                    start = taps.phases[p] * size
                    reach = (edges + length - taps.phases[p] + m.stride - 1) // m.stride
                correlate(
                    y, at, outputs, p == 0, first, row, start, reach, lead, taps, p, weights, spare
                )
            if limits.scale.size > 0:
                place = number // m.shared * m.outputs
                rescale(y, at, outputs, limits.scale, place, bias[channel])


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
        limits = RowLimits(
            integers(m.lengths, m.lengths_size),
            integers(m.counts, m.counts_size),
            carray(pointer(m.keep), m.keep_size, np.uint8),
            carray(pointer(m.scale), m.scale_size, real),
        )
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _forward_rows(m, x, weight, bias, y, before, after, taps, limits, begin, end)
            finish(message)
            i = claim(message)

    return task(run)


BACKWARD: Final = message(
    (
        *("samples", "parts", "channels", "multiplier", "length", "outputs", "stride"),
        *("lead", "room", "residue", "mirrored_lead", "mirrored_room", "mirrored_residue"),
        *_LIMITS,
    ),
    (
        *("upstream", "x", "weight", "by_x", "by_weight", "by_bias", "before", "after"),
        *Taps._fields,
        *(f"mirrored_{name}" for name in Taps._fields),
        *RowLimits._fields,
    ),
)
"""Of `backward_rows`; `weight` has its taps in the mirrored order, `by_weight` in that of `Taps`.

`by_weight` and `by_bias` are float64 and have a place for each part of the batch. An empty gradient
is one that nobody asks for.
"""


@compiled
def _scaled(m, upstream, limits, row, at, outputs, scaled):
    """Return where the gradient of one row of sums is: an array and its start."""
    if scaled.size == 0:
        return upstream, at
    scale_into(scaled, upstream, at, outputs, limits.scale, row // m.shared * m.outputs)
    return scaled, 0


@compiled
def _input_gradient(
    m, upstream, weight, by_x, before, after, taps, limits, channel, row, work, spare, padded_row,
    base, scaled,
):  # fmt: skip
    """Compute the gradient of one row of the input."""
    whole, (all_elements, outputs) = row * m.length, _ends(m, limits, row)
    fill(by_x, whole + all_elements, whole + m.length)
    if outputs == 0:
        return
    direct = work.size == 0
    size = work.size // m.stride
    padded = before.size + all_elements + after.size
    count = taps.offsets.size
    into, at, reach = by_x, whole, all_elements
    if not direct:
        work[:] = 0  # phases that no tap reads
        into = work
    zero = upstream.dtype.type(0)
    for j in range(m.multiplier):
        lead, length = 0, outputs
        start = (row * m.multiplier + j) * m.outputs
        source, start = _scaled(m, upstream, limits, row, start, outputs, scaled)
        if m.mirrored_room > 0:
            copy(padded_row, base + m.mirrored_lead, source, start, outputs)
            lead, length = m.mirrored_lead, m.mirrored_room
            fill(padded_row, base + lead + outputs, base + lead + m.outputs)
            source, start = padded_row, base
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
        before, after = _edges(m, before, after, all_elements)
        merge_and_fold(work, m.stride, before, after, all_elements, by_x, whole)
    if limits.keep.size > 0:
        clear(by_x, whole, all_elements, limits.keep, row // m.shared * m.length)


@compiled
def _weight_gradient(
    m, upstream, x, by_weight, before, after, taps, limits, place, row, work, padded_row, base,
    clean, scaled,
):  # fmt: skip
    """Add what one row of the input contributes to the gradients of its channel's weights."""
    all_elements, outputs = _ends(m, limits, row)
    if outputs == 0:
        return
    direct = work.size == 0
    size = work.size // m.stride
    padded = before.size + all_elements + after.size
    source, start, reach, lead = _source(
        m,
        x,
        before,
        after,
        taps.phases,
        limits.keep,
        row,
        all_elements,
        work,
        padded_row,
        base,
        clean,
    )
    for j in range(m.multiplier):
        at = (row * m.multiplier + j) * m.outputs
        left, at = _scaled(m, upstream, limits, row, at, outputs, scaled)
        to = (place * m.multiplier + j) * taps.offsets.size
        for p in range(taps.phases.size):
            if not direct:
                start = taps.phases[p] * size
                reach = (padded - taps.phases[p] + m.stride - 1) // m.stride
            for t in range(0, outputs, _BLOCK):
                end = min(t + _BLOCK, outputs)
                dots(
                    by_weight, to, left, at, t, end, source, start, reach, lead, taps, p, False,
                    (0, 0),
                )  # fmt: skip


@compiled
def _bias_gradient(m, upstream, by_bias, limits, place, row):
    """Add what the outputs of one row of the input contribute to the gradients of their biases."""
    outputs = _ends(m, limits, row)[1]
    for j in range(m.multiplier):
        at = (row * m.multiplier + j) * m.outputs
        total, values = 0.0, upstream[at : at + outputs]
        if limits.scale.size == 0:
            for t in range(outputs):
                total += values[t]
        else:
            first = row // m.shared * m.outputs
            scale = limits.scale[first : first + outputs]
            for t in range(outputs):
                total += values[t] if scale[t] > 0 else 0.0
        by_bias[place * m.multiplier + j] += total


@compiled
def _backward_rows(
    m, upstream, x, weight, by_x, by_weight, by_bias, before, after, taps, mirrored, limits, begin,
    end,
):  # fmt: skip
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
    clean = np.empty(m.length * (limits.keep.size > 0), x.dtype)
    scaled = np.empty(m.outputs * (limits.scale.size > 0), x.dtype)
    for part in range(begin // m.channels, (end - 1) // m.channels + 1):
        first = max(begin, part * m.channels)
        last = min(end, (part + 1) * m.channels)
        for sample in range(part * m.samples // m.parts, (part + 1) * m.samples // m.parts):
            for place in range(first, last):
                channel = place - part * m.channels
                row = sample * m.channels + channel
                if by_x.size > 0:
                    _input_gradient(
                        m, upstream, weight, by_x, before, after, mirrored, limits, channel, row,
                        work, spare, other, other_base, scaled,
                    )  # fmt: skip
                if by_weight.size > 0:
                    _weight_gradient(
                        m, upstream, x, by_weight, before, after, taps, limits, place, row, work,
                        padded_row, base, clean, scaled,
                    )  # fmt: skip
                if by_bias.size > 0:
                    _bias_gradient(m, upstream, by_bias, limits, place, row)


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
        limits = RowLimits(
            integers(m.lengths, m.lengths_size),
            integers(m.counts, m.counts_size),
            carray(pointer(m.keep), m.keep_size, np.uint8),
            carray(pointer(m.scale), m.scale_size, real),
        )
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _backward_rows(
                m, upstream, x, weight, by_x, by_weight, by_bias, before, after, taps, mirrored,
                limits, begin, end,
            )  # fmt: skip
            finish(message)
            i = claim(message)

    return task(run)
