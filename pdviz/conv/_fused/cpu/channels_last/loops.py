"""The loops of the fused CPU backend over signals whose channels lie side by side, (N, L, C).

Depthwise, stride 1, padded by zeros: a tap whose row is outside of the signal is left out.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numba import carray

from pdviz.conv._fused.cpu.channels_last.tiles import (
    ROWS,
    VECTORS,
    many,
    many_at_edge,
    one,
    one_tap,
    taps,
    taps_at_edge,
)
from pdviz.conv._fused.cpu.compile import claim, compiled, finish, integers, pointer, task
from pdviz.conv._fused.cpu.threads import message
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_TIME: Final = 128
"""Products of one weight's gradient that are added up in float32."""

FORWARD: Final = message(
    ("channels", "length", "outputs", "blocks", "block"),
    ("x", "weight", "bias", "y", "offsets"),
)
"""Of `forward_blocks`; `x` is (N, length, C), `weight` (T, C), `y` (N, outputs, C)."""


@compiled
def _one_row(y, at, fresh, bias, x, start, channels, offsets, weight, begin, end):
    """Add what taps begin … end − 1 contribute to one output, at all channels."""
    for c in range(0, channels, VECTORS * VECTOR_BYTES // x.itemsize):
        one(y, at, fresh, bias, x, start, channels, offsets, weight, c, begin, end)


@compiled
def _forward_blocks(m, x, weight, bias, y, offsets, begin, end):
    """Compute these (sample, block of outputs): pieces begin … end − 1."""
    lanes, channels = VECTOR_BYTES // x.itemsize, m.channels
    for number in range(begin, end):
        sample, which = number // m.blocks, number % m.blocks
        signal, result = sample * m.length, sample * m.outputs
        t, stop = which * m.block, min((which + 1) * m.block, m.outputs)
        while t < stop:
            rows = ROWS if t + ROWS <= stop else 1
            start, at = (signal + t) * channels, (result + t) * channels
            # Taps `full` … `beyond` − 1 read inside the signal for all of these outputs.
            full = np.searchsorted(offsets, -t)
            beyond = max(full, np.searchsorted(offsets, m.length - t - rows + 1))
            if rows == 1:
                _one_row(y, at, True, bias, x, start, channels, offsets, weight, full, beyond)
                t += 1
                continue
            c = 0
            while c + VECTORS * lanes <= channels:
                many(y, at, True, bias, x, start, channels, offsets, weight, c, full, beyond)
                c += VECTORS * lanes
            while c < channels:
                many_at_edge(
                    y, at, True, bias, x, start, channels, offsets, weight, c, full, beyond
                )
                c += lanes
            for r in range(rows):
                first = np.searchsorted(offsets, -t - r)
                last = np.searchsorted(offsets, m.length - t - r)
                shift = r * channels
                for low, high in ((first, min(full, last)), (max(beyond, first), last)):
                    if low < high:
                        _one_row(
                            y, at + shift, False, bias, x, start + shift, channels, offsets,
                            weight, low, high,
                        )  # fmt: skip
            t += rows


@functools.cache
def forward_blocks(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, FORWARD)[0]
        x = carray(pointer(m.x), m.x_size, real)
        weight = carray(pointer(m.weight), m.weight_size, real)
        bias = carray(pointer(m.bias), m.bias_size, real)
        y = carray(pointer(m.y), m.y_size, real)
        offsets = integers(m.offsets, m.offsets_size)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _forward_blocks(m, x, weight, bias, y, offsets, begin, end)
            finish(message)
            i = claim(message)

    return task(run)


WEIGHTS: Final = message(
    ("channels", "length", "outputs", "blocks", "block"),
    ("upstream", "x", "sums", "offsets"),
)
"""Of `weight_blocks`; `sums` is (N · blocks, T, C), float64."""


@compiled
def _weight_blocks(m, upstream, x, sums, offsets, begin, end):
    """Sum the weights' gradients over these (sample, block of outputs)."""
    lanes, channels, count = VECTOR_BYTES // x.itemsize, m.channels, offsets.size
    for number in range(begin, end):
        sample, which = number // m.blocks, number % m.blocks
        start, at = sample * m.length * channels, sample * m.outputs * channels
        own = sums[number * count * channels : (number + 1) * count * channels]
        stop = min((which + 1) * m.block, m.outputs)
        for early in range(which * m.block, stop, _TIME):
            late = min(early + _TIME, stop)
            k = 0
            while k < count:
                together = ROWS if k + ROWS <= count else 1
                # From `low` to `high` all of these taps read inside the signal.
                low = max(early, -offsets[k])
                high = min(late, m.length - offsets[k + together - 1])
                if low >= high:
                    low = high = late
                elif together > 1:
                    c = 0
                    while c + VECTORS * lanes <= channels:
                        taps(own, at, upstream, x, start, channels, offsets, k, c, low, high)
                        c += VECTORS * lanes
                    while c < channels:
                        taps_at_edge(
                            own, at, upstream, x, start, channels, offsets, k, c, low, high
                        )
                        c += lanes
                for j in range(k, k + together):
                    first = max(early, -offsets[j])
                    last = min(late, m.length - offsets[j])
                    halves = ((first, min(low, last)), (max(high, first), last))
                    if together == 1:
                        halves = ((first, last), (0, 0))
                    for begin_t, end_t in halves:
                        if begin_t < end_t:
                            for c in range(0, channels, VECTORS * lanes):
                                one_tap(
                                    own,
                                    at,
                                    upstream,
                                    x,
                                    start,
                                    channels,
                                    offsets,
                                    j,
                                    c,
                                    begin_t,
                                    end_t,
                                )
                k += together


@functools.cache
def weight_blocks(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, WEIGHTS)[0]
        upstream = carray(pointer(m.upstream), m.upstream_size, real)
        x = carray(pointer(m.x), m.x_size, real)
        sums = carray(pointer(m.sums), m.sums_size, np.float64)
        offsets = integers(m.offsets, m.offsets_size)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _weight_blocks(m, upstream, x, sums, offsets, begin, end)
            finish(message)
            i = claim(message)

    return task(run)
