"""The definition, against which every way is checked before it is timed.

`y[n, j, t] = b[j] + Σ w[j, i, k] · x[n, i, t + k − origin]`: a loop over the taps, in float64. Of a
depthwise layer one channel, of one that mixes one output channel and one input channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.bench.shapes import Shape


@dataclass(frozen=True)
class Errors:
    """Largest difference from the definition, over the largest value."""

    output: float
    input_gradient: float
    weight_gradient: float

    @property
    def largest(self) -> float:
        """The largest of the three."""
        return max(self.output, self.input_gradient, self.weight_gradient)


def _relative(actual: Tensor, expected: Tensor) -> float:
    difference = (actual.double() - expected).abs().max()
    return float(difference / expected.abs().max().clamp_min(1e-300))


def errors(
    shape: Shape, module: Any, input: Tensor, upstream: Tensor, *, gradients: bool = True
) -> Errors:
    """Measure how far a way's output and gradients are from the definition.

    Args:
        shape: what is run.
        module: one that a contender makes.
        input, upstream: (N, channels, L); `upstream` is the gradient of the output.
        gradients: whether the way has any; without, their errors are 0.
    """
    input = input.detach().requires_grad_()
    output = module(input)
    weights = [p for p in module.parameters() if p.requires_grad and p.dim() == 3]
    if gradients:
        by_input, *by_weights = torch.autograd.grad(output, [input, *weights], upstream)

    pattern, bias, kernel = module.pattern, module.bias, module.kernel()
    channel = shape.channels // 2
    row = 0 if shape.depthwise else channel  # the input channel, among those of its group
    group = slice(channel, channel + 1) if shape.depthwise else slice(None)
    sides = (pattern.origin, pattern.kernel_size - 1 - pattern.origin)
    length = shape.length
    padded = F.pad(input.detach()[:, group].double(), sides)
    gradient = upstream.double()
    weight = kernel.detach().double()

    expected = bias.detach().double()[channel].expand(shape.batch, length).clone()
    by_kernel = torch.zeros_like(weight)
    by_padded = torch.zeros_like(padded[:, 0])
    for k in pattern.indices:
        window = padded[..., k : k + length]
        expected += torch.einsum("i,nit->nt", weight[channel, :, k], window)
        by_kernel[channel, row, k] = (gradient[:, channel] * window[:, row]).sum()
        back = weight[group, row, k]  # from every output that reads this input channel
        by_padded[:, k : k + length] += torch.einsum("o,not->nt", back, gradient[:, group])
    output_error = _relative(output.detach()[:, channel], expected)
    if not gradients:
        return Errors(output_error, 0.0, 0.0)
    expected_input = by_padded[:, sides[0] : sides[0] + length]
    # The way from the kernel back to the parameters is PyTorch's own, and linear.
    expected_weights = torch.autograd.grad(kernel, weights, by_kernel.to(kernel.dtype))
    return Errors(
        output_error,
        _relative(by_input[:, channel], expected_input),
        max(
            _relative(ours[channel, row], theirs[channel, row].double())
            for ours, theirs in zip(by_weights, expected_weights, strict=True)
            if ours.shape[-1] > 0
        ),
    )
