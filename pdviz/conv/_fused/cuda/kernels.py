# mypy: disable-error-code="misc, no-untyped-call, no-untyped-def, untyped-decorator"
"""The fused backend's kernels for a GPU, in Triton; `backend` starts them.

Where the taps sit is data, so that one compilation serves every pattern. No kernel uses atomics:
each target element, and each partial sum, is written by one program.
"""

from typing import Final

import triton
import triton.language as tl

# Numbers that change from pattern to pattern, or from batch to batch, are not compiled in.
_SHAPES: Final = ["lowest", "highest", "rows", "channels", "taps", "source_length", "target_length"]


@triton.jit
def _add_taps(sums, source, positions, length, weight, table, begin, end, checked: tl.constexpr):
    """Add each tap's product to `sums`; with `checked`, of those that read inside the row.

    What is not read is not multiplied either: 0 times an infinite weight would be NaN.
    """
    near = source + positions
    for i in range(begin, end):
        shift = tl.load(table + 2 * i + 1)
        w = tl.load(weight + tl.load(table + 2 * i)).to(sums.dtype)
        if checked:
            inside = (positions + shift >= 0) & (positions + shift < length)
            x = tl.load(near + shift, mask=inside, other=0.0).to(sums.dtype)
            sums = tl.where(inside, sums + w * x, sums)
        else:
            sums += w * tl.load(near + shift).to(sums.dtype)
    return sums


@triton.jit(do_not_specialize=[*_SHAPES, "phases", "fan_in", "fan_out"])
def correlate(
    source,
    weight,
    bias,
    target,
    table,
    bounds,
    lowest,
    highest,
    rows,
    channels,
    taps,
    source_length,
    target_length,
    step,
    phases,
    fan_in,
    fan_out,
    has_bias: tl.constexpr,
    rows_at_once: tl.constexpr,
    block_size: tl.constexpr,
    sum_dtype: tl.constexpr,
    position_dtype: tl.constexpr,
):
    """Compute outputs from inputs, or gradients of inputs from outputs'; see `backend.Reads`.

    A row is one channel of one item of the batch. A target row sums over `fan_in` source rows, and
    `fan_out` target rows share them.
    """
    program = tl.program_id(0)
    phase = program % phases
    blocks = ((target_length + phases - 1) // phases + block_size - 1) // block_size
    block = program // phases % blocks
    row = program // phases // blocks * rows_at_once + tl.arange(0, rows_at_once)[:, None]
    real = row < rows
    row = tl.minimum(row, rows - 1)  # what rows past the end compute is not stored
    channel = row % channels

    start = block.to(position_dtype) * block_size
    column = start + tl.arange(0, block_size)[None, :]
    begin = tl.load(bounds + phase)
    end = tl.load(bounds + phase + 1)
    sums = tl.full((rows_at_once, block_size), 0, sum_dtype)
    if has_bias:
        sums += tl.load(bias + channel).to(sum_dtype)
    within = (start * step + lowest >= 0) & (
        (start + (block_size - 1)) * step + highest < source_length
    )
    for i in range(fan_in):
        source_row = source + ((row // fan_out).to(tl.int64) * fan_in + i) * source_length
        weight_row = weight + (channel * fan_in + i) * taps
        if within:
            sums = _add_taps(
                sums, source_row, column * step, source_length, weight_row, table, begin, end, False
            )
        else:
            sums = _add_taps(
                sums, source_row, column * step, source_length, weight_row, table, begin, end, True
            )
    at = column * phases + phase
    target_row = target + row.to(tl.int64) * target_length
    tl.store(target_row + at, sums.to(target.dtype.element_ty), mask=real & (at < target_length))


@triton.jit
def add(a, b):
    """Add two partial sums."""
    return a + b


@triton.jit(do_not_specialize=[*_SHAPES, "multiplier", "tiles", "tiles_each"])
def sum_products(
    upstream,
    source,
    table,
    partial,
    lowest,
    highest,
    rows,
    channels,
    multiplier,
    taps,
    source_length,
    target_length,
    step,
    tiles,
    tiles_each,
    flat: tl.constexpr,
    taps_at_once: tl.constexpr,
    block_size: tl.constexpr,
    sum_dtype: tl.constexpr,
    position_dtype: tl.constexpr,
):
    """Sum the gradient of one output channel's weights at some taps, from tiles of its outputs.

    A tile is a part of one item's row; with `flat`, for short rows, of all items' rows end to end.
    Behind the taps, `partial` has the sum of the upstream gradient, which is the bias's.
    """
    tap_blocks = (taps + taps_at_once - 1) // taps_at_once
    tap_block = tl.program_id(0) % tap_blocks
    channel = tl.program_id(0) // tap_blocks % channels
    part = tl.program_id(0) // tap_blocks // channels
    tap = tap_block * taps_at_once + tl.arange(0, taps_at_once)
    shift = tl.load(table + 2 * tap + 1, mask=tap < taps, other=0)
    shift = tl.where(tap < taps, shift, lowest)[:, None]  # past the last tap: not stored

    items = rows // channels
    source_channels = channels // multiplier
    source_channel = channel // multiplier
    lane = tl.arange(0, block_size)
    sums = tl.full((taps_at_once, block_size), 0, sum_dtype)
    upstream_sums = tl.full((block_size,), 0, sum_dtype)
    first = part.to(tl.int64) * tiles_each
    if flat:
        item = first * block_size // target_length
        start = (first * block_size - item * target_length).to(position_dtype)
    else:
        tiles_of_row = (target_length + block_size - 1) // block_size
        item = first // tiles_of_row
        start = (first - item * tiles_of_row).to(position_dtype) * block_size
    for _ in range(tl.minimum(tiles_each, tiles - part * tiles_each)):
        column = start + lane
        lane_item = item
        if flat:
            lane_item = item + column // target_length
            column = column % target_length
            present = lane_item < items
            within = False
        else:
            present = column < target_length
            within = (
                (start + block_size <= target_length)
                & (start * step + lowest >= 0)
                & ((start + (block_size - 1)) * step + highest < source_length)
            )
        upstream_row = upstream + (lane_item * channels + channel) * target_length
        up = tl.load(upstream_row + column, mask=present, other=0.0).to(sum_dtype)
        upstream_sums += up
        row = lane_item * source_channels + source_channel
        near = (source + row * source_length + column * step)[None, :]
        if within:
            sums += up[None, :] * tl.load(near + shift).to(sum_dtype)
        else:
            at = (column * step)[None, :] + shift
            inside = present[None, :] & (at >= 0) & (at < source_length)
            x = tl.load(near + shift, mask=inside, other=0.0).to(sum_dtype)
            sums = tl.where(inside, sums + up[None, :] * x, sums)
        start += block_size
        if flat:
            rows_passed = start // target_length
            item += rows_passed
            start -= rows_passed * target_length
        else:
            end_of_row = start >= target_length
            item += end_of_row.to(tl.int64)
            start = tl.where(end_of_row, 0, start)
    here = partial + (part.to(tl.int64) * channels + channel) * (taps + 1)
    tl.store(here + tap, tl.reduce(sums, 1, add), mask=tap < taps)
    if tap_block == 0:
        tl.store(here + taps, tl.reduce(upstream_sums, 0, add))
