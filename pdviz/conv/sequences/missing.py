"""Samples that are missing: taken as zero, or left out of the sum, which is then scaled up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from pdviz.conv._arguments import Arguments
from pdviz.conv._backends import geometry_of, resolve, run
from pdviz.conv._fused.geometry import Limits
from pdviz.conv._fused.limited import can_limit, convolve_limited
from pdviz.conv._padding import amounts, check_length
from pdviz.conv.sequences.checks import check_mask


def convolve_present(
    input: Tensor,
    compact: Tensor,
    bias: Tensor | None,
    args: Arguments,
    backend: str,
    mask: Tensor,
    missing: str,
) -> Tensor:
    """Convolve (N, C, L) → (N, out_channels, L_out) from the samples that are there.

    What is missing is selected away, not multiplied by 0, and gets the gradient 0: it may be NaN.

    Args:
        mask: (N, L) or (N, C, L), boolean, True where a sample is there.
        missing: "zero" takes the others as 0; "renormalize" scales each sum by taps / taps that
            read something, without the bias, and writes 0 where no tap reads a sample that is
            there: partial convolution, Liu et al. 2018, equation 1. Unlike there, zeros of the
            padding count as read, so that a layer with nothing missing is itself.
    """
    there = mask if mask.dim() == 3 else mask[:, None]
    scale = None if missing == "zero" else _scale(there, compact, args, mask.dim(), input.dtype)

    def composed(input: Tensor, compact: Tensor, bias: Tensor | None) -> Tensor:
        clean = input.masked_fill(~there, 0)
        if scale is None:
            return run(clean, compact, bias, args, backend)
        sums = run(clean, compact, None, args, backend)
        scaled = sums * scale.to(sums.dtype)
        if bias is not None:
            scaled = scaled + bias.to(sums.dtype)[:, None]
        return scaled.masked_fill(scale == 0, 0)

    if resolve(input, compact, args, backend) == "fused" and can_limit(input, compact, bias):
        rows = None
        if scale is not None:  # of several outputs of one channel, all have the same
            rows = scale[:, :: -(-scale.shape[1] // there.shape[1])].to(input.dtype).contiguous()
        limits = Limits(keep=there.contiguous(), scale=rows)
        return convolve_limited(input, compact, bias, geometry_of(args), limits, composed)
    return composed(input, compact, bias)


def _scale(
    there: Tensor, compact: Tensor, args: Arguments, dims: int, dtype: torch.dtype
) -> Tensor:
    """Return taps / taps that read something, per output; 0 where none reads a sample."""
    samples, padding = _reads(there, compact, args)
    samples = samples.double() if dtype == torch.float64 else samples
    nothing = samples == 0
    taps = compact.shape[2] * (compact.shape[1] if dims == 3 else 1)
    return samples.add_(padding).clamp_(min=1).reciprocal_().mul_(taps).masked_fill_(nothing, 0)


def output_mask(mask: Tensor, compact: Tensor, args: Arguments) -> Tensor:
    """Return where at least one tap reads a sample that is there: the next layer's mask.

    (N, L) → (N, L_out), and (N, C, L) → (N, out_channels, L_out).
    """
    check_mask(mask, (None, compact.shape[1] * args.groups, None))
    check_length(mask.shape[-1], args.pattern, args.padding, args.padding_mode)
    if mask.dim() == 2:
        return _reads(mask[:, None], compact, args)[0][:, 0] > 0
    samples, _ = _reads(mask, compact, args)
    return (samples > 0).expand(-1, compact.shape[0], -1)


def _reads(there: Tensor, compact: Tensor, args: Arguments) -> tuple[Tensor, Tensor]:
    """Count for each output the taps on samples that are there, and those on zeros of the padding.

    `there` is (N, 1, L), and the counts are per input channel, (N, 1, L_out); or it is (N, C, L),
    and they are over all channels of a group, (N, out_channels, L_out), or (N, 1, L_out) of one
    group. Those on the padding are the same in each sequence and channel: (L_out,). In other modes
    than "zeros" the padding repeats samples, and is there where they are.
    """
    groups = 1 if there.shape[1] == 1 else args.groups
    in_channels = there.shape[1] // groups
    with torch.no_grad(), _full_precision(there.device.type):
        ones = torch.ones(groups, in_channels, compact.shape[2], device=there.device)
        counting = args._replace(groups=groups)
        samples = run(there.float(), ones, None, counting, "auto")
        padding = torch.zeros(1, device=there.device)
        if args.padding_mode == "zeros" and any(amounts(args.pattern, args.padding)):
            whole = torch.ones(1, 1, there.shape[-1], device=there.device)
            inside = run(whole, ones[:1, :1], None, args._replace(groups=1), "auto")
            padding = (compact.shape[2] - inside[0, 0]) * in_channels
    if 1 < groups < compact.shape[0]:
        samples = samples.repeat_interleave(compact.shape[0] // groups, dim=1)
    return samples, padding


@contextmanager
def _full_precision(device: str) -> Iterator[None]:
    """Keep autocast from counting in half precision, which is exact to 256 or 2048 only."""
    if not torch.amp.is_autocast_available(device):
        yield
        return
    with torch.autocast(device, enabled=False):
        yield
