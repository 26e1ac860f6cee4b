"""The fused backend where samples of a batch lack something: `Limits`, without a copy of the input.

Only for plain tensors on the CPU with one input channel per group; the same can be composed of
PyTorch's operators and the layer itself, at the price of further passes over input and output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from pdviz.conv._fused.geometry import Geometry, Limits
from pdviz.conv._fused.operators import is_direct, is_transformed

Composed = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""The same as a function of input, weight and bias, of operators that PyTorch differentiates."""


def can_limit(input: Tensor, weight: Tensor, bias: Tensor | None) -> bool:
    """Return whether the kernels take these tensors with `Limits`."""
    if torch.compiler.is_compiling() or input.device.type != "cpu" or weight.shape[1] > 1:
        return False
    if input.dtype not in (torch.float32, torch.float64) or input.numel() == 0:
        return False
    if torch.is_autocast_enabled("cpu") or forward_ad._current_level >= 0 or is_transformed():
        return False
    return is_direct(input, weight, bias)


def convolve_limited(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
    limits: Limits,
    composed: Composed,
) -> Tensor:
    """Run the layer within limits; `composed` is for gradients of gradients."""
    run: Any = _Limited.apply
    output: Tensor = run(input, weight, bias, geometry, limits, composed)
    return output


class _Limited(torch.autograd.Function):
    """The layer within limits, with its derivatives."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        """Compute the layer's output."""
        input, weight, bias, geometry, limits, ctx.composed = arguments
        from pdviz.conv._fused.cpu import backend

        ctx.save_for_backward(input, weight, bias)
        ctx.geometry, ctx.limits = geometry.within(input.shape[-1]), limits
        tensors = input.contiguous(), weight.contiguous(), _contiguous(bias)
        return backend.forward(*tensors, ctx.geometry, limits)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the gradients of input, weight and bias."""
        input, weight, bias = ctx.saved_tensors
        needs = tuple(ctx.needs_input_grad[:3])
        if torch.is_grad_enabled() or not is_direct(upstream):
            return *_differentiate(ctx.composed, (input, weight, bias), needs, upstream), *[
                None
            ] * 3
        from pdviz.conv._fused.cpu import backend

        upstream, input, weight = (each.contiguous() for each in (upstream, input, weight))
        gradients = backend.backward(upstream, input, weight, ctx.geometry, needs, ctx.limits)
        return *(g if need else None for g, need in zip(gradients, needs, strict=True)), *[None] * 3


def _contiguous(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.contiguous()


def _differentiate(
    composed: Composed,
    tensors: tuple[Tensor, Tensor, Tensor | None],
    needs: tuple[bool, ...],
    upstream: Tensor,
) -> tuple[Tensor | None, ...]:
    """Compute gradients that can be differentiated again."""
    create = torch.is_grad_enabled()
    with torch.enable_grad():
        output = composed(*tensors)
        sources = [tensor for tensor, need in zip(tensors, needs, strict=True) if need]
        gradients = iter(torch.autograd.grad(output, sources, upstream, create_graph=create))  # type: ignore[arg-type]
    return tuple(next(gradients) if need else None for need in needs)
