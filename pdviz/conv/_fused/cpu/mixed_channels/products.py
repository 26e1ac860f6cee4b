"""The fused backend on the CPU where channels mix: several input channels a group.

Tensors come in checked, contiguous, float32 or float64; see `loops` for how it is computed.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._fused.cpu.memory import fresh
from pdviz.conv._fused.cpu.mixed_channels.loops import PRODUCTS, ROWS, WEIGHTS, rows, weights
from pdviz.conv._fused.cpu.taps import Taps, plan_for, real_type
from pdviz.conv._fused.cpu.threads import share
from pdviz.conv._fused.cpu.tiles import DOT_ROWS, MIX_CHANNELS, MIX_VECTORS
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES
from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._padding import pad, unpad

_BLOCK: Final = 8 * MIX_VECTORS * VECTOR_BYTES // 4
"""Outputs in one piece of work."""
_CACHE: Final = 24 * 2**10
"""Bytes of input that are read again and again for one tile of outputs."""
_SUMS: Final = 16
"""Sums of `PRODUCTS` that are added up before they meet the others."""
_PARTS: Final = 32
"""Pieces of work that a weight gradient is cut into, where batch and channels allow."""


def _split(input: Tensor, left: int, right: int, stride: int, padding_mode: str) -> Tensor:
    """Take every stride-th element: (N, C, L) → (N, C, stride, size); padded unless by zeros."""
    if padding_mode != "zeros":
        input = pad(input, left, right, padding_mode)
    if stride == 1:
        return input.unsqueeze(2)
    whole = F.pad(input, (0, -input.shape[-1] % stride))
    return whole.view(*input.shape[:2], -1, stride).transpose(2, 3).contiguous()


def _merge(phases: Tensor, length: int, left: int, right: int, padding_mode: str) -> Tensor:
    """Undo `_split` for a gradient: its adjoint."""
    whole = phases.squeeze(2) if phases.shape[2] == 1 else phases.transpose(2, 3).flatten(2)
    if padding_mode == "zeros":
        return whole[..., :length].contiguous()
    return unpad(whole[..., : length + left + right], left, right, padding_mode).contiguous()


def _phase_length(length: int, stride: int, phase: int) -> int:
    """Count the elements of one phase of a row."""
    return (length - phase + stride - 1) // stride


def _packed(weight: Tensor) -> Tensor:
    """Pack (groups, out, in, T) → (groups, ⌈out / MIX_CHANNELS⌉, in, T, MIX_CHANNELS)."""
    lacking = -weight.shape[1] % MIX_CHANNELS
    whole = F.pad(weight, (0, 0, 0, 0, 0, lacking))
    blocks = whole.view(whole.shape[0], -1, MIX_CHANNELS, *whole.shape[2:])
    return blocks.permute(0, 1, 3, 4, 2).contiguous()


def _correlate(
    source: Tensor,
    weight: Tensor,
    bias: Tensor,
    out: Tensor,
    taps: Taps,
    p: int,
    *,
    from_phase: int,
    length: int,
    to_phase: int,
    outputs: int,
    fresh: bool,
) -> None:
    """Add what the taps of one phase contribute.

    Args:
        source: (N, groups · in, phases, size), of which `length` elements of `from_phase` are read.
        weight: (groups, out, in, T).
        bias: (groups · out,), where `out` is `fresh`.
        out: (N, groups · out, phases, size); `outputs` elements of `to_phase` are written.
    """
    groups, out_channels, in_channels, _ = weight.shape
    packed = _packed(weight)
    offsets = taps.offsets[taps.bounds[p] : taps.bounds[p + 1]]
    width = MIX_VECTORS * VECTOR_BYTES // source.element_size()
    window = min(int(offsets[-1] - offsets[0]) + width, len(offsets) * 2 * width)
    cached = _CACHE // (window * source.element_size())
    some_channels = max(1, min(cached, PRODUCTS // len(offsets)))
    blocks = -(-outputs // _BLOCK)
    numbers = (
        *(blocks, _BLOCK, groups, in_channels, out_channels, from_phase * source.shape[-1]),
        *(source.shape[2] * source.shape[3], length, to_phase * out.shape[-1]),
        *(out.shape[2] * out.shape[3], outputs, p, int(fresh)),
        *(some_channels, some_channels * _SUMS),
    )
    share(
        rows(real_type(source)),
        ROWS,
        numbers,
        (source, packed, bias, out, *taps),
        pieces=source.shape[0] * groups * blocks,
        cost=source.shape[0] * outputs * groups * out_channels * in_channels * len(offsets),
    )


def forward(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
) -> Tensor:
    """Convolve: (N, C, L), (out_channels, C // groups, T), (out_channels,) → (N, …, outputs)."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    outputs = geometry.outputs(input.shape[-1])
    zeros = padding_mode == "zeros"
    plan = plan_for(indices, left if zeros else 0, stride, VECTOR_BYTES // input.element_size())
    length = input.shape[-1] + (0 if zeros else left + right)
    source = _split(input, left, right, stride, padding_mode)
    output = fresh(input, input.shape[0], weight.shape[0], 1, outputs)
    ordered = weight if plan.order is None else weight[..., plan.order]
    bias = weight.new_zeros(weight.shape[0]) if bias is None else bias
    for p, phase in enumerate(plan.taps.phases.tolist()):
        _correlate(
            source,
            ordered.view(groups, -1, *ordered.shape[1:]),
            bias,
            output,
            plan.taps,
            p,
            from_phase=phase,
            length=_phase_length(length, stride, phase),
            to_phase=0,
            outputs=outputs,
            fresh=p == 0,
        )
    return output.squeeze(2)


def backward(
    upstream: Tensor,
    input: Tensor,
    weight: Tensor,
    geometry: Geometry,
    needs: tuple[bool, bool, bool],
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of input, weight and bias, each where it is needed."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    zeros = padding_mode == "zeros"
    plan = plan_for(indices, left if zeros else 0, stride, VECTOR_BYTES // input.element_size())
    length = input.shape[-1] + (0 if zeros else left + right)
    outputs = upstream.shape[-1]
    nothing = input.new_empty(0)
    x_gradient = weight_gradient = bias_gradient = nothing
    if needs[0]:
        phases = input.new_zeros(*input.shape[:2], stride, -(-length // stride))
        mirrored = weight[..., plan.mirrored_order].view(groups, -1, *weight.shape[1:])
        mirrored = mirrored.transpose(1, 2).contiguous()
        for p, phase in enumerate(plan.mirrored.phases.tolist()):
            _correlate(
                upstream.unsqueeze(2),
                mirrored,
                input.new_zeros(input.shape[1]),
                phases,
                plan.mirrored,
                p,
                from_phase=0,
                length=outputs,
                to_phase=phase,
                outputs=_phase_length(length, stride, phase),
                fresh=True,
            )
        x_gradient = _merge(phases, input.shape[-1], left, right, padding_mode)
    if needs[1]:
        source = _split(input, left, right, stride, padding_mode)
        weight_gradient = _weight_gradient(upstream, source, weight, plan.taps, length, groups)
        if plan.order is not None:
            weight_gradient = torch.empty_like(weight).index_copy_(-1, plan.order, weight_gradient)
    if needs[2]:
        bias_gradient = upstream.sum((0, 2))
    return x_gradient, weight_gradient, bias_gradient


def _weight_gradient(
    upstream: Tensor, source: Tensor, weight: Tensor, taps: Taps, length: int, groups: int
) -> Tensor:
    """Compute the weights' gradient, the taps in the plan's order."""
    batch, _, stride, size = source.shape
    out_channels, in_channels, _ = weight.shape
    outputs = upstream.shape[-1]
    each = out_channels // groups
    lots = groups * -(-each // DOT_ROWS)
    parts = max(1, min(batch, _PARTS // lots))
    cuts = max(1, min(in_channels, _PARTS // (lots * parts)))
    sums = torch.zeros(parts, *weight.shape, dtype=torch.float64)
    arrays = (upstream, source, sums, *taps)
    for p, phase in enumerate(taps.phases.tolist()):
        numbers = (
            *(parts, batch, groups, cuts, in_channels, each, phase * size, stride * size),
            *(_phase_length(length, stride, phase), outputs, p),
        )
        share(
            weights(real_type(source)),
            WEIGHTS,
            numbers,
            arrays,
            pieces=parts * lots * cuts,
            cost=upstream.numel() * in_channels * int(taps.bounds[p + 1] - taps.bounds[p]),
        )
    return sums.sum(0).to(weight.dtype)
