"""The fused backend on the CPU for signals whose channels lie side by side: views of (N, L, C).

`layer(x.transpose(1, 2))` of such an x is computed where it lies, and the output lies alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import torch
from torch import Tensor

from pdviz.conv._fused.cpu.channels_last.loops import (
    FORWARD,
    WEIGHTS,
    forward_blocks,
    weight_blocks,
)
from pdviz.conv._fused.cpu.memory import fresh
from pdviz.conv._fused.cpu.taps import real_type
from pdviz.conv._fused.cpu.threads import share
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES
from pdviz.conv._fused.geometry import Geometry

_BLOCK: Final = 64
"""Outputs in one piece of work."""
_PARTS: Final = 32
"""Pieces of work that a weight gradient is cut into, where the signals allow."""


def applies(input: Tensor, weight: Tensor, geometry: Geometry) -> bool:
    """Return whether this input is computed here: by its strides, and where it is the faster way.

    Depthwise, with one output per channel, stride 1, padded by zeros. Measured on one core,
    float32, the time of a copy, `loops` and a copy back over that of this, forward:

        channels              3    8   16   20   64  512
        K = 21, T = 13      0.4  1.0  2.8  2.3  6.6  8.1
        K = 529, T = 49       –    –  1.5    –  2.4    –
        K = 2081, T = 97      –    –    –    –  1.7    –

    So it takes as many channels as a vector has elements.
    """
    if input.shape[1] < VECTOR_BYTES // input.element_size():
        return False
    if weight.shape[1] > 1 or weight.shape[0] != input.shape[1] or geometry.stride > 1:
        return False
    return geometry.padding_mode == "zeros" and is_last(input)


def is_last(tensor: Tensor) -> bool:
    """Return whether (N, C, L) is a view of a contiguous (N, L, C), and not of (N, C, L) too."""
    _, channels, length = tensor.shape
    strides = tensor.stride()
    if channels == 1 or length == 1 or strides[1:] != (1, channels):
        return False
    return len(tensor) == 1 or strides[0] == channels * length


def _empty_last(like: Tensor, channels: int, length: int) -> Tensor:
    """Make an empty (N, C, L) that is a view of (N, L, C)."""
    return fresh(like, like.shape[0], length, channels).transpose(1, 2)


@lru_cache(maxsize=256)
def _offsets(indices: tuple[int, ...], left: int) -> tuple[Tensor, Tensor]:
    """Return where taps read from an output, and, of the gradient, from an input; ascending."""
    offsets = torch.tensor(indices, dtype=torch.int64) - left
    return offsets, -offsets.flip(0)


def _correlate(
    source: Tensor, weight: Tensor, bias: Tensor, offsets: Tensor, length: int
) -> Tensor:
    """Compute Σ weight[k] · source[t + offsets[k]] + bias, t < length; `weight` is (T, C)."""
    batch, channels, reach = source.shape
    out = _empty_last(source, channels, length)
    blocks = -(-length // _BLOCK)
    share(
        forward_blocks(real_type(source)),
        FORWARD,
        (channels, reach, length, blocks, _BLOCK),
        (source, weight, bias, out, offsets),
        pieces=batch * blocks,
        cost=out.numel() * len(offsets),
    )
    return out


def forward(input: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
    """Convolve: (N, C, L), (C, 1, T), (C,) → (N, C, outputs), a view of (N, outputs, C)."""
    offsets, _ = _offsets(geometry.indices, geometry.left)
    bias = weight.new_zeros(weight.shape[0]) if bias is None else bias
    by_tap = weight[:, 0].t().contiguous()
    return _correlate(input, by_tap, bias, offsets, geometry.outputs(input.shape[-1]))


def backward(
    upstream: Tensor,
    input: Tensor,
    weight: Tensor,
    geometry: Geometry,
    needs: tuple[bool, bool, bool],
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of input, weight and bias, each where it is needed."""
    offsets, mirrored = _offsets(geometry.indices, geometry.left)
    if not is_last(upstream):
        upstream = upstream.transpose(1, 2).contiguous().transpose(1, 2)
    batch, channels, outputs = upstream.shape
    x_gradient = weight_gradient = bias_gradient = input.new_empty(0)
    if needs[0]:
        by_tap = weight[:, 0].t().flip(0).contiguous()
        zeros = weight.new_zeros(channels)
        x_gradient = _correlate(upstream, by_tap, zeros, mirrored, input.shape[-1])
    if needs[1]:
        parts = max(1, min(_PARTS // batch, -(-outputs // _BLOCK)))
        block = -(-outputs // parts)
        sums = torch.zeros(batch * parts, len(offsets), channels, dtype=torch.float64)
        share(
            weight_blocks(real_type(input)),
            WEIGHTS,
            (channels, input.shape[-1], outputs, parts, block),
            (upstream, input, sums, offsets),
            pieces=batch * parts,
            cost=upstream.numel() * len(offsets),
        )
        weight_gradient = sums.sum(0).t().unsqueeze(1).to(weight.dtype).contiguous()
    if needs[2]:
        bias_gradient = upstream.sum((0, 2))
    return x_gradient, weight_gradient, bias_gradient
