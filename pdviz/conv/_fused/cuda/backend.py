"""The fused backend on a GPU: one pass over input and output, in Triton.

Layers with one input channel per group run here, the others in `mixed`. Tensors come in checked
and contiguous, in one of four dtypes; sums are float32, or float64 for float64. What one run gives,
every other gives too, bit for bit.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, Final, NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor

from pdviz.conv._fused.cuda import mixed
from pdviz.conv._fused.cuda.kernels import correlate, sum_products
from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._padding import pad, unpad
from pdviz.limits import MAX_KERNEL_SIZE

_TILE: Final = 1024
"""Elements of the target that a program computes: of one row, or of several short ones."""
_OUTPUTS: Final = 256
"""Outputs in a tile of the weight gradient."""
_TAPS: Final = 16
"""Taps, at most, for which it reads them once."""
_PROGRAMS: Final = 4096
"""Programs that it is cut into, at most: enough to fill a GPU."""


class Reads(NamedTuple):
    """Which taps a target element has, and where in the source they read: tables on the device.

    The target at `a · phases + phase` reads the source at `a · step + shift`, for the taps of its
    phase. Each row of `table` is a tap and its shift, ordered by phase; those of a phase are the
    rows `bounds[phase]` to `bounds[phase + 1]`.
    """

    table: Tensor
    bounds: Tensor
    lowest: int
    highest: int


@lru_cache(maxsize=256)
def _forward_reads(indices: tuple[int, ...], left: int, device: torch.device) -> Reads:
    """List what y[t] reads, x[t · stride + index − left]: one phase."""
    return _reads([[(k, index - left) for k, index in enumerate(indices)]], device)


@lru_cache(maxsize=256)
def _backward_reads(
    indices: tuple[int, ...], left: int, stride: int, device: torch.device
) -> Reads:
    """List what ∂x[s] reads, ∂y[(s + left − index) / stride] where whole: `stride` phases."""
    phases: list[list[tuple[int, int]]] = [[] for _ in range(stride)]
    for k, index in enumerate(indices):
        phase = (index - left) % stride
        phases[phase].append((k, (phase + left - index) // stride))
    return _reads(phases, device)


def _reads(phases: list[list[tuple[int, int]]], device: torch.device) -> Reads:
    rows = [row for phase in phases for row in phase]
    bounds = [sum(map(len, phases[:i])) for i in range(len(phases) + 1)]
    shifts = [shift for _, shift in rows]
    table, edges = (torch.tensor(t, dtype=torch.int32, device=device) for t in (rows, bounds))
    return Reads(table, edges, min(shifts), max(shifts))


def forward(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
) -> Tensor:
    """Convolve: (N, C, L) and (out_channels, C // groups, T) → (N, out_channels, outputs)."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    outputs = geometry.outputs(input.shape[-1])
    if input.shape[1] != groups:
        return mixed.forward(input, weight, bias, geometry)
    if padding_mode != "zeros":  # zeros are not written out: a tap that reads there is left out
        input, left = pad(input, left, right, padding_mode), 0
    output = input.new_empty(input.shape[0], weight.shape[0], outputs)
    reads = _forward_reads(indices, left, input.device)
    multiplier = weight.shape[0] // groups
    _correlate(input, weight, bias, output, reads, stride, 1, fan_in=1, fan_out=multiplier)
    return output


def backward(
    upstream: Tensor,
    input: Tensor,
    weight: Tensor,
    geometry: Geometry,
    needs: tuple[bool, bool, bool],
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of input, weight and bias, each where it is needed."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    if input.shape[1] != groups:
        return mixed.backward(upstream, input, weight, geometry, needs)
    written = (0, 0) if padding_mode == "zeros" else (left, right)
    left -= written[0]
    stride = stride if upstream.shape[-1] > 1 else 1  # one output takes no step, however long
    input_gradient = weight_gradient = bias_gradient = upstream.new_empty(0)
    if needs[0]:
        dtype = mixed.sum_dtype(input.dtype) if any(written) else input.dtype
        length = input.shape[-1] + sum(written)
        gradient = input.new_empty(*input.shape[:2], length, dtype=dtype)
        reads = _backward_reads(indices, left, stride, input.device)
        multiplier = weight.shape[0] // groups
        _correlate(upstream, weight, None, gradient, reads, 1, stride, fan_in=multiplier, fan_out=1)
        input_gradient = unpad(gradient, *written, padding_mode).contiguous().to(input.dtype)
    if needs[1]:
        padded = pad(input, *written, padding_mode)
        reads = _forward_reads(indices, left, input.device)
        sums = _sum_products(upstream, padded, reads, weight.shape[-1], stride).to(weight.dtype)
        weight_gradient, bias_gradient = sums[:, None, :-1].contiguous(), sums[:, -1].contiguous()
    elif needs[2]:
        bias_gradient = upstream.sum((0, 2))
    return input_gradient, weight_gradient, bias_gradient


def _correlate(
    source: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    reads: Reads,
    step: int,
    phases: int,
    fan_in: int,
    fan_out: int,
) -> None:
    """Write the target; see `kernels.correlate`."""
    batch, channels, length = target.shape
    columns = -(-length // phases)
    block_size = min(_TILE, max(16, triton.next_power_of_2(columns)))
    rows_at_once = max(1, _TILE // block_size)
    tiles = -(-batch * channels // rows_at_once) * -(-columns // block_size)
    with _current(source.device):
        correlate[(tiles * phases,)](
            source,
            weight,
            weight if bias is None else bias,  # without one, it is not read
            target,
            reads.table,
            reads.bounds,
            reads.lowest,
            reads.highest,
            batch * channels,
            channels,
            weight.shape[-1],
            source.shape[-1],
            length,
            step,
            phases,
            fan_in,
            fan_out,
            has_bias=bias is not None,
            rows_at_once=rows_at_once,
            block_size=block_size,
            sum_dtype=_sum_dtype(source),
            position_dtype=_position_dtype(source, target, step * phases),
            num_warps=4,
        )


def _sum_products(upstream: Tensor, source: Tensor, reads: Reads, taps: int, step: int) -> Tensor:
    """Sum the gradients of the weights, that of the bias behind them: (out_channels, T + 1)."""
    batch, channels, length = upstream.shape
    taps_at_once = min(_TAPS, triton.next_power_of_2(taps))
    tap_blocks = -(-taps // taps_at_once)
    flat = length < _OUTPUTS
    tiles = -(-batch * length // _OUTPUTS) if flat else batch * -(-length // _OUTPUTS)
    tiles_each = -(-tiles * channels * tap_blocks // _PROGRAMS)
    parts = -(-tiles // tiles_each)
    sums = source.new_empty(parts, channels, taps + 1, dtype=mixed.sum_dtype(source.dtype))
    with _current(source.device):
        sum_products[(parts * channels * tap_blocks,)](
            upstream,
            source,
            reads.table,
            sums,
            reads.lowest,
            reads.highest,
            batch * channels,
            channels,
            channels // source.shape[1],
            taps,
            source.shape[-1],
            length,
            step,
            tiles,
            tiles_each,
            flat=flat,
            taps_at_once=taps_at_once,
            block_size=_OUTPUTS,
            sum_dtype=_sum_dtype(source),
            position_dtype=_position_dtype(source, upstream, step),
            num_warps=4,
        )
    return sums.sum(0)


def _sum_dtype(tensor: Tensor) -> Any:
    return tl.float64 if tensor.dtype == torch.float64 else tl.float32


def _position_dtype(source: Tensor, target: Tensor, step: int) -> Any:
    """Choose the type of a place in a row, with room for the last tile to pass the row's end."""
    passed = _TILE * step + MAX_KERNEL_SIZE
    return tl.int32 if max(source.shape[-1], target.shape[-1]) + passed < 2**31 else tl.int64


def _current(device: torch.device) -> AbstractContextManager[Any]:
    """Make this the current device for a while: Triton starts its kernels there."""
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()
