"""Sequences of unequal length in one batch: each as if it ran through the layer alone."""

from __future__ import annotations

import torch
from torch import Tensor

from pdviz.conv._arguments import Arguments
from pdviz.conv._backends import geometry_of, resolve, run
from pdviz.conv._fused.geometry import Limits
from pdviz.conv._fused.limited import can_limit, convolve_limited
from pdviz.conv._padding import amounts
from pdviz.conv.sequences.checks import are_readable


def output_lengths(lengths: Tensor, args: Arguments) -> Tensor:
    """Count the outputs of each sequence, (N,): 0 of an empty one."""
    left, right = amounts(args.pattern, args.padding)
    outputs = (lengths + (left + right - args.pattern.kernel_size)) // args.stride + 1
    return (outputs * (lengths > 0)).clamp(min=0)


def output_length(length: int, args: Arguments) -> int:
    """Count the outputs of an input of this length."""
    left, right = amounts(args.pattern, args.padding)
    return (left + length + right - args.pattern.kernel_size) // args.stride + 1


def convolve_lengths(
    input: Tensor,
    compact: Tensor,
    bias: Tensor | None,
    args: Arguments,
    backend: str,
    lengths: Tensor,
) -> Tensor:
    """Convolve (N, C, L) → (N, out_channels, L_out), of sequence n its first lengths[n] samples.

    Beyond a sequence's own outputs there are zeros. What its row has beyond its end is selected
    away, not multiplied by 0, and gets the gradient 0: it may be NaN.

    Args:
        lengths: (N,), int64, from 0 to L.

    Raises:
        ValueError: the layer would refuse one of the sequences alone; an empty one has no outputs.
    """
    _check_each(lengths, args)
    lengths = lengths.to(input.device)
    outputs = output_lengths(lengths, args)

    def composed(input: Tensor, compact: Tensor, bias: Tensor | None) -> Tensor:
        if args.padding_mode == "zeros":
            clean = input.masked_fill(_beyond(lengths, input.shape[-1])[:, None], 0)
            output = run(clean, compact, bias, args, backend)
        else:
            clean = _pad_each(input, lengths, args)
            inside = args._replace(padding=(0, 0), padding_mode="zeros")
            output = run(clean, compact, bias, inside, backend)
        return output.masked_fill(_beyond(outputs, output.shape[-1])[:, None], 0)

    if resolve(input, compact, args, backend) == "fused" and can_limit(input, compact, bias):
        limits = Limits(lengths=lengths.contiguous(), counts=outputs)
        return convolve_limited(input, compact, bias, geometry_of(args), limits, composed)
    return composed(input, compact, bias)


def _check_each(lengths: Tensor, args: Arguments) -> None:
    """Raise if the layer would refuse one of these sequences alone, except an empty one."""
    if not are_readable(lengths):
        return
    pattern, mode = args.pattern, args.padding_mode
    left, right = amounts(pattern, args.padding)
    least = max(1, pattern.kernel_size - left - right)
    if mode == "reflect":
        least = max(least, 1 + max(left, right))
    elif mode == "circular":
        least = max(least, left, right)
    short = ((lengths > 0) & (lengths < least)).nonzero()
    if len(short):
        number = int(short[0])
        raise ValueError(
            f"`lengths` has {int(lengths[number])} for sequence {number}; with padding "
            f"{(left, right)}, padding_mode={mode!r} and kernel size {pattern.kernel_size} a "
            f"sequence must have at least {least} samples, or none."
        )


def _beyond(lengths: Tensor, most: int) -> Tensor:
    """Mark what lies beyond the end of each sequence: (N,) → (N, most)."""
    return torch.arange(most, device=lengths.device) >= lengths[:, None]


def _pad_each(input: Tensor, lengths: Tensor, args: Arguments) -> Tensor:
    """Pad each sequence by its own samples: (N, C, L) → (N, C, left + L + right).

    Beyond a sequence and its padding there are zeros.
    """
    left, right = amounts(args.pattern, args.padding)
    batch, channels, length = input.shape
    places = torch.arange(-left, length + right, device=input.device).expand(batch, -1)
    ends = lengths[:, None]
    if args.padding_mode == "reflect":
        sources = torch.minimum(places.abs(), 2 * (ends - 1) - places)
        sources = torch.where(places < ends, places.abs(), sources)
    elif args.padding_mode == "circular":
        sources = places.remainder(ends.clamp(min=1))
    else:
        sources = torch.minimum(places.clamp(min=0), ends - 1)
    outside = (places >= ends + right) | (ends == 0)
    sources = sources.masked_fill(outside, 0).clamp(min=0)
    padded = input.gather(-1, sources[:, None].expand(batch, channels, -1))
    return padded.masked_fill(outside[:, None], 0)
