"""The loops that take a block of samples into a ring buffer and sum what its taps read.

Rows go in groups of `width`, a vector of lanes; a group has its own ring, of `slots` vectors and
some more, which repeat the first ones: so what is read from any slot on is in one piece.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numba import carray

from pdviz.conv._fused.cpu.compile import claim, compiled, finish, integers, pointer, task
from pdviz.conv._fused.cpu.ring.tiles import BEYOND, push, sum_one, sum_square
from pdviz.conv._fused.cpu.threads import message
from pdviz.conv._fused.cpu.tiles import copy
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

STEP: Final = message(
    ("slots", "rows", "multiplier", "weight_groups", "block", "skip", "slot"),
    ("x", "y", "ring", "weight", "bias", "offsets", "runs"),
)
"""Of `step_groups`.

`x` is (rows, block) and `y` (rows · multiplier, block − skip): the first `skip` samples give no
output. `weight` is (multiplier, weight_groups, T, width) and `bias` (multiplier, weight_groups,
width), used in turn by the groups; `slot` is where the block's first sample goes.
"""


@compiled
def _repeat(ring, base, slot, count, slots, beyond, width):
    """Repeat what was written to slots slot … slot + count − 1 where the ring closes."""
    past = slot + count - max(slot, slots)
    if past > 0:  # past the end: at the beginning, too
        begin = base + max(slot - slots, 0) * width
        copy(ring, begin, ring, begin + slots * width, past * width)
    early = min(slot + count, beyond) - slot
    if early > 0:
        begin = base + slot * width
        copy(ring, begin + slots * width, ring, begin, early * width)


@compiled
def _take(x, start, step, lanes, some, scratch, ring, at, width):
    """Write `some` samples of a group's rows to the ring: fewer rows or samples than a square."""
    for i in range(lanes):
        for t in range(some):
            scratch[i * width + t] = x[start + i * step + t]
    push(scratch, 0, width, scratch, width * width)
    copy(ring, at, scratch, width * width, some * width)


@compiled
def _step_groups(m, x, y, ring, weight, bias, offsets, runs, begin, end):
    """Take the block of these groups of rows, and compute its outputs."""
    width = VECTOR_BYTES // x.itemsize
    taps, outputs = offsets.size, m.block - m.skip
    beyond = width - 1 + BEYOND
    stored = (m.slots + beyond) * width
    scratch = np.zeros(2 * width * width, x.dtype)
    for group in range(begin, end):
        row, base, slot = group * width, group * stored, m.slot
        lanes = min(width, m.rows - row)
        shared = group % m.weight_groups
        for t in range(0, m.block, width):
            some = min(width, m.block - t)
            whole = lanes == width and some == width
            start, at = row * m.block + t, base + slot * width
            if whole:
                push(x, start, m.block, ring, at)
            elif m.block == 1 and lanes == width:
                copy(ring, at, x, start, width)
            else:
                _take(x, start, m.block, lanes, some, scratch, ring, at, width)
            _repeat(ring, base, slot, some, m.slots, beyond, width)
            first = max(m.skip - t, 0)
            for j in range(m.multiplier):
                if first >= some:
                    break
                lane = (j * m.weight_groups + shared) * width
                where = lane * taps
                to, step = (row * m.multiplier + j) * outputs + t - m.skip, m.multiplier * outputs
                if whole and first == 0:
                    sum_square(
                        y,
                        to,
                        step,
                        ring,
                        base,
                        slot,
                        m.slots,
                        offsets,
                        runs,
                        weight,
                        where,
                        bias,
                        lane,
                    )
                    continue
                if some == 1:
                    sum_one(
                        scratch,
                        0,
                        0,
                        ring,
                        base,
                        slot,
                        m.slots,
                        offsets,
                        runs,
                        weight,
                        where,
                        bias,
                        lane,
                    )
                    for i in range(lanes):
                        y[to + i * step] = scratch[i]
                    continue
                sum_square(
                    scratch,
                    0,
                    width,
                    ring,
                    base,
                    slot,
                    m.slots,
                    offsets,
                    runs,
                    weight,
                    where,
                    bias,
                    lane,
                )
                for i in range(lanes):
                    for u in range(first, some):
                        y[to + i * step + u] = scratch[i * width + u]
            slot += some
            if slot >= m.slots:
                slot -= m.slots


@functools.cache
def step_groups(real: type) -> int:
    """Return the task for arrays of this type."""

    def run(message):
        m = carray(message, 1, STEP)[0]
        x = carray(pointer(m.x), m.x_size, real)
        y = carray(pointer(m.y), m.y_size, real)
        ring = carray(pointer(m.ring), m.ring_size, real)
        weight = carray(pointer(m.weight), m.weight_size, real)
        bias = carray(pointer(m.bias), m.bias_size, real)
        offsets = integers(m.offsets, m.offsets_size)
        runs = integers(m.runs, m.runs_size)
        i = claim(message)
        while i < m.shares:
            begin, end = i * m.pieces // m.shares, (i + 1) * m.pieces // m.shares
            _step_groups(m, x, y, ring, weight, bias, offsets, runs, begin, end)
            finish(message)
            i = claim(message)

    return task(run)
