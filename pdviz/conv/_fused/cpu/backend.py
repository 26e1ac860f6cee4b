"""The fused backend on the CPU; here, for layers with one input channel per group.

Tensors come in checked, float32 or float64; weight and bias are contiguous. See `loops` for how it
is computed. Of an input whose weight gradient is not needed, only the shape is read.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from pdviz.conv._fused.cpu import channels_last, mixed_channels
from pdviz.conv._fused.cpu.loops import BACKWARD, FORWARD, backward_rows, forward_rows
from pdviz.conv._fused.cpu.memory import fresh
from pdviz.conv._fused.cpu.taps import Reads, edges_and_left, plan_for, real_type
from pdviz.conv._fused.cpu.threads import lone_operators, share
from pdviz.conv._fused.cpu.tiles import VECTORS
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES
from pdviz.conv._fused.geometry import Geometry, Limits

_PARTS: Final = 32
"""Pieces of work that a weight gradient is at least cut into, where the batch allows."""
_STAGE: Final = 2**17
"""Bytes of a row that is copied to where zeros lie about it: what a cache holds."""
_STAGED_TAPS: Final = 8
"""Taps for which that pays: all then read inside it, most of them whole cache lines."""
_NO_LIMITS: Final = Limits()


def _moves(limits: Limits, channels: int, geometry: Geometry) -> tuple[int, int, int]:
    """Return the rows that share one of a mask; whether either edge moves with a row's end."""
    if limits is _NO_LIMITS:  # a small layer is done in microseconds
        return 1, 0, 0
    mask = limits.keep if limits.scale is None else limits.scale
    shared = channels if mask is not None and mask.shape[1] == 1 else 1
    circular = geometry.padding_mode == "circular"
    return shared, int(circular), int(not circular)


def _arrays(limits: Limits) -> tuple[Tensor | None, ...]:
    """Return the last arrays of a message; those that it ends without are empty."""
    return () if limits is _NO_LIMITS else limits


def _stage(reads: Reads, apart: int, length: int, outputs: int) -> tuple[int, int, int]:
    """Plan how a row is copied: zeros in front, elements in all, the residue to align.

    No elements: it is read where it lies, as zeros would make too much of it, or its edges matter
    too little.
    """
    tile = VECTORS * apart
    lead = max(0, -reads.lowest)
    room = lead + max(length, reads.highest + outputs + tile)
    if reads.taps < _STAGED_TAPS or 2 * (room - tile) > 3 * length:
        return 0, 0, 0
    if room * VECTOR_BYTES // apart > _STAGE:
        return 0, 0, 0
    return lead, room, reads.residue


def forward(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
    limits: Limits = _NO_LIMITS,
) -> Tensor:
    """Convolve: (N, C, L), (out_channels, C // groups, T), (out_channels,) → (N, …, outputs).

    `limits` are for layers with one input channel per group.
    """
    indices, _, stride, left, right, _, padding_mode = geometry
    if limits is _NO_LIMITS and channels_last.applies(input, weight, geometry):
        return channels_last.forward(input, weight, bias, geometry)
    input = input.contiguous()
    outputs = geometry.outputs(input.shape[-1])
    if weight.shape[1] > 1:
        with lone_operators():
            return mixed_channels.forward(input, weight, bias, geometry)
    batch, channels, length = input.shape
    out_channels, _, taps = weight.shape
    multiplier = out_channels // channels
    output = fresh(input, batch, out_channels, outputs)
    before, after, lacking = edges_and_left(length, left, right, padding_mode)
    apart = VECTOR_BYTES // input.element_size()
    plan = plan_for(indices, lacking, stride, apart)
    if plan.order is not None:
        weight = weight[..., plan.order].contiguous()
    bias = weight.new_zeros(out_channels) if bias is None else bias
    direct = stride == 1 and padding_mode == "zeros"
    stage = _stage(plan.reads, apart, length, outputs) if direct else (0, 0, 0)
    share(
        forward_rows(real_type(input)),
        FORWARD,
        (
            *(channels, multiplier, length, outputs, stride, *stage),
            *_moves(limits, channels, geometry),
        ),
        (input, weight, bias, output, before, after, *plan.taps, *_arrays(limits)),
        pieces=batch * channels,
        cost=output.numel() * taps,
    )
    return output


def backward(
    upstream: Tensor,
    input: Tensor,
    weight: Tensor,
    geometry: Geometry,
    needs: tuple[bool, bool, bool],
    limits: Limits = _NO_LIMITS,
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of input, weight and bias, each where it is needed."""
    indices, _, stride, left, right, _, padding_mode = geometry
    alike = limits is _NO_LIMITS and upstream.shape[1] == input.shape[1]  # one output per channel
    if alike and channels_last.applies(input if needs[1] else upstream, weight, geometry):
        return channels_last.backward(upstream, input, weight, geometry, needs)
    upstream = upstream.contiguous()
    input = input.contiguous() if needs[1] else input
    if weight.shape[1] > 1:
        with lone_operators():
            return mixed_channels.backward(upstream, input, weight, geometry, needs)
    batch, channels, length = input.shape
    out_channels, _, taps = weight.shape
    multiplier = out_channels // channels
    outputs = upstream.shape[-1]
    before, after, lacking = edges_and_left(length, left, right, padding_mode)
    apart = VECTOR_BYTES // input.element_size()
    plan = plan_for(indices, lacking, stride, apart)
    parts = max(1, min(batch, _PARTS // channels))
    nothing = input.new_empty(0)
    x_gradient = fresh(input, *input.shape) if needs[0] else nothing
    weight_sums = torch.zeros(parts * out_channels * taps * needs[1], dtype=torch.float64)
    bias_sums = torch.zeros(parts * out_channels * needs[2], dtype=torch.float64)
    mirrored = weight.flip(-1) if stride == 1 else weight[..., plan.mirrored_order].contiguous()
    gradients = (x_gradient, weight_sums, bias_sums)
    direct = stride == 1 and padding_mode == "zeros"
    stage = other = (0, 0, 0)
    if direct:
        stage = _stage(plan.reads, apart, length, outputs)
        other = _stage(plan.mirrored_reads, apart, outputs, length)
    share(
        backward_rows(real_type(input)),
        BACKWARD,
        (
            *(batch, parts, channels, multiplier, length, outputs, stride, *stage, *other),
            *_moves(limits, channels, geometry),
        ),
        (
            *(upstream, input, mirrored, *gradients, before, after),
            *plan.taps,
            *plan.mirrored,
            *_arrays(limits),
        ),
        pieces=channels * parts,
        cost=upstream.numel() * taps * (needs[0] + needs[1]),
    )
    weight_gradient = bias_gradient = nothing
    if needs[1]:
        weight_gradient = _total(weight_sums, parts, weight)
        if plan.order is not None:
            weight_gradient = torch.empty_like(weight).index_copy_(-1, plan.order, weight_gradient)
    if needs[2]:
        bias_gradient = _total(bias_sums, parts, weight[:, 0, 0])
    return x_gradient, weight_gradient, bias_gradient


def _total(sums: Tensor, parts: int, like: Tensor) -> Tensor:
    """Sum over the parts of the batch, in order, in the shape and type of `like`."""
    whole = sums.view(like.shape) if parts == 1 else sums.view(parts, *like.shape).sum(0)
    return whole.to(like.dtype)
