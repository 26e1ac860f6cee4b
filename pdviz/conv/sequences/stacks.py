"""Lengths and masks through a stack of layers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pdviz.conv.sequences.checks import Lengths, as_lengths
from pdviz.conv.sequences.masked import Missing
from pdviz.conv.sequences.steps import is_layer, steps_of


def masked(
    stack: nn.Module,
    input: Tensor,
    *,
    lengths: Lengths | None = None,
    mask: Tensor | None = None,
    missing: Missing = "zero",
    pointwise: tuple[type[nn.Module], ...] = (),
) -> tuple[Tensor, Tensor]:
    """Run a stack on sequences of unequal length, or with missing samples.

    Each layer gets the lengths or the mask of the outputs before it, so that what a bias or an
    activation puts beyond a sequence's end reaches no further layer.

    >>> from pdviz import PartiallyDilatedConv1d, Pattern
    >>> layers = (PartiallyDilatedConv1d(2, 2, Pattern.dense(3), stride=2) for _ in range(2))
    >>> stack = nn.Sequential(next(layers), nn.Sigmoid(), next(layers))
    >>> input = torch.randn(2, 2, 100)
    >>> output, lengths = masked(stack, input, lengths=[100, 61])
    >>> lengths
    tensor([25, 16])
    >>> torch.allclose(output[1:, :, :16], stack(input[1:, :, :61]), atol=1e-5)
    True

    Args:
        stack: a layer, or an `nn.Sequential` of layers and of modules that treat every sample
            alone: activations, dropout, `Conv1d` of kernel size 1, `BatchNorm1d` in eval mode.
        input: (N, C, L).
        lengths, mask, missing: as of `partially_dilated_conv1d`; one of `lengths` and `mask`.
        pointwise: further types of modules that treat every sample alone.

    Returns:
        The output (N, out_channels, L_out), 0 beyond each sequence's own outputs, or where no
        sample that is there can have reached it; and its lengths (N,), or its mask.

    Raises:
        TypeError, ValueError: an argument is wrong, or the stack has other modules; the message
            names it.
    """
    steps = steps_of(stack, pointwise)
    if lengths is None and mask is None:
        raise ValueError("`lengths` (=None) or `mask` (=None) must say what there is of `input`.")
    if not isinstance(input, Tensor) or input.dim() != 3:
        shape = tuple(input.shape) if isinstance(input, Tensor) else repr(input)
        raise ValueError(f"`input` (={shape}) must be a tensor, (N, C, L).")
    output = input
    if lengths is not None:
        ends = as_lengths(lengths, input.shape[0], input.shape[-1])
        for step in steps:
            if is_layer(step):
                output = step(output, lengths=ends, mask=mask, missing=missing)
                ends = step.output_lengths(ends)
            else:
                output = step(output)
        places = torch.arange(output.shape[-1], device=output.device)
        beyond = places >= ends.to(output.device)[:, None, None]
        return output.masked_fill(beyond, 0), ends
    assert mask is not None  # one of both is there
    for step in steps:
        if is_layer(step):
            output = step(output, mask=mask, missing=missing)
            mask = step.output_mask(mask)
        else:
            output = step(output)
    there = mask if mask.dim() == output.dim() else mask.unsqueeze(-2)
    return output.masked_fill(~there, 0), mask
