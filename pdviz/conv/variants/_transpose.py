"""The layer's transpose as a function: each input is written to all taps, `stride` apart.

It is the gradient of the layer by its input, so it runs on the same kernels; with a stride it is
the up-sampling of decoders.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Final, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._arguments import Arguments, check_alike, read_arguments, read_integer, single
from pdviz.conv._backends import autocast_alike, cannot_fuse, choose, scatter
from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._fused.operators import convolve_backward
from pdviz.conv._padding import Padding, amounts
from pdviz.pattern import Pattern

TransposeBackend = Literal["auto", "conv", "fused"]
BACKENDS: Final = ("auto", "conv", "fused")


def partially_dilated_conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    pattern: Pattern | str,
    bias: Tensor | None = None,
    *,
    stride: int | tuple[int] = 1,
    padding: Padding = "same",
    output_padding: int | tuple[int] = 0,
    groups: int = 1,
    backend: TransposeBackend = "auto",
) -> Tensor:
    """Compute the transpose of `partially_dilated_conv1d`, as `conv_transpose1d` is of `conv1d`.

    `y[n, j, u] = b[j] + Σ w[i, j, o] · x[n, i, t]` over all t and offsets o with t·stride + o = u.
    For the same weights, ⟨layer(y), x⟩ = ⟨y, transpose(x)⟩.

    >>> input = torch.tensor([[1.0, 0.0, 0.0, 2.0]])
    >>> weight = torch.tensor([[[1.0, 2.0, 3.0]]])
    >>> partially_dilated_conv_transpose1d(input, weight, "10101").tolist()
    [[2.0, 2.0, 3.0, 4.0]]
    >>> partially_dilated_conv_transpose1d(input, weight, "10101", stride=2).tolist()
    [[2.0, 0.0, 3.0, 0.0, 2.0, 0.0, 4.0]]

    Args:
        input: (N, in_channels, L) or (in_channels, L).
        weight: (in_channels, out_channels // groups, taps), in ascending order of offset.
        pattern: where the taps sit, or a text that `Pattern.parse` reads.
        bias: (out_channels,) or None.
        stride: distance between the outputs that neighbouring inputs belong to, ≥ 1.
        padding: what the layer would add, and is therefore cut off: "same" cuts `origin` elements
            in front and `kernel_size − 1 − origin` behind, which leaves (L − 1) · stride + 1;
            "valid" cuts none, an integer so many on both sides, (left, right) so many on each.
        output_padding: elements that the output has more of at its end, 0 … stride − 1.
        groups: groups of channels that do not mix; divides in_channels.
        backend: "conv" (one `conv_transpose1d` with the assembled kernel), "fused" (kernels of our
            own, which multiply taps alone) or "auto" (the faster, as of the layer).

    Returns:
        (N, out_channels, L_out) or (out_channels, L_out), as the input was, with
        L_out = (L − 1) · stride + kernel_size − left − right + output_padding.

    Raises:
        TypeError, ValueError: an argument is wrong or does not fit the others, or "fused" is asked
            for and cannot run here; the message names it.
    """
    return transpose_to(
        input, weight, bias, pattern, stride, padding, output_padding, groups, backend
    )


def transpose_to(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    pattern: Pattern | str,
    stride: int | tuple[int],
    padding: Padding,
    output_padding: int | tuple[int],
    groups: int,
    backend: TransposeBackend,
    output_size: int | Sequence[int] | None = None,
) -> Tensor:
    """Compute `partially_dilated_conv_transpose1d`, with an output of this size if one is set."""
    args = read_arguments(pattern, stride, padding, groups, "zeros")
    extra = read_output_padding(output_padding, args.stride)
    check_transpose_backend(backend)
    _check_tensors(input, weight, bias, args)
    if output_size is not None:
        extra = _output_padding_for(input, output_size, args)
    outputs = _output_length(input.shape[-1], args, extra)
    if input.dim() == 2:
        return _run(input.unsqueeze(0), weight, bias, args, outputs, backend).squeeze(0)
    return _run(input, weight, bias, args, outputs, backend)


def _output_padding_for(input: Tensor, output_size: int | Sequence[int], args: Arguments) -> int:
    """Return the output padding that makes an output of this size."""
    sizes = output_size if isinstance(output_size, Sequence) else (output_size,)
    if len(sizes) not in (1, input.dim()):
        raise ValueError(f"`output_size` (={output_size!r}) must have 1 or {input.dim()} elements.")
    size = read_integer("output_size", sizes[-1])
    last = args.stride - 1
    most = _output_length(input.shape[-1], args, last)
    if not most - last <= size <= most:
        raise ValueError(
            f"`output_size` (={output_size!r}) must be at least {max(1, most - last)} and at most "
            f"{most} for an input of length {input.shape[-1]}."
        )
    return last - (most - size)


def _output_length(length: int, args: Arguments, output_padding: int) -> int:
    """Count the outputs of so many inputs; raise unless there are some of both."""
    left, right = amounts(args.pattern, args.padding)
    if length == 0:
        raise ValueError("`input` has length 0; it must have at least one element.")
    outputs = (length - 1) * args.stride + args.pattern.kernel_size - left - right + output_padding
    if outputs < 1:
        raise ValueError(
            f"`input` has length {length}: `padding` (={(left, right)}) leaves nothing of "
            f"{outputs + left + right} outputs."
        )
    return outputs


def read_output_padding(output_padding: object, stride: int) -> int:
    """Return it as an integer; raise unless it is 0 … stride − 1."""
    value = single(output_padding)
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"`output_padding` (={output_padding!r}) must be an integer.") from None
    if not 0 <= number < stride:
        raise ValueError(
            f"`output_padding` (={number}) must be at least 0 and less than `stride` (={stride})."
        )
    return number


def check_transpose_backend(backend: object) -> None:
    """Raise unless the transpose has this backend."""
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ValueError(f"`backend` (={backend!r}) must be one of {BACKENDS}.")


_SHORT: Final = 256
"""Inputs of mixed channels below which one native call is faster."""


def choose_transpose(input: Tensor, weight: Tensor, args: Arguments) -> Literal["conv", "fused"]:
    """Choose what "auto" runs: "fused" where the layer would, unless mixed channels are short.

    Measured on one core, float32, forward + backward, the time of "conv" over that of "fused":

        inputs (stride)                64 (1)  64 (4)  256 (1)  256 (2)  256 (4)  1024 (4)
        64 → 64, K = 21                   0.9     0.6      1.6      1.1      0.9       1.5
        64 channels, depthwise, K = 21      –       –        –        –        –       2.3
    """
    if choose(input, weight, args._replace(stride=1)) != "fused":
        return "conv"
    mixed = args.groups != input.shape[-2] and input.dtype != torch.float16
    length = input.shape[-1]
    if mixed and isinstance(length, int) and length < _SHORT:  # an open size must not decide
        return "conv"
    return "fused"


def _check_tensors(input: Tensor, weight: Tensor, bias: Tensor | None, args: Arguments) -> None:
    for name, tensor in (("input", input), ("weight", weight)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"`{name}` (={tensor!r}) must be a tensor.")
    if input.dim() not in (2, 3):
        raise ValueError(f"`input` has shape {tuple(input.shape)}; it must be (N, C, L) or (C, L).")
    if weight.dim() != 3 or weight.shape[-1] != args.pattern.taps or 0 in weight.shape[:2]:
        raise ValueError(
            f"`weight` has shape {tuple(weight.shape)}; this pattern takes "
            f"(in_channels, out_channels // groups, {args.pattern.taps})."
        )
    if input.shape[-2] != weight.shape[0]:
        raise ValueError(
            f"`input` has shape {tuple(input.shape)}: {input.shape[-2]} channels, where `weight` "
            f"takes {weight.shape[0]}."
        )
    if weight.shape[0] % args.groups:
        raise ValueError(
            f"`groups` (={args.groups}) must divide the {weight.shape[0]} input channels."
        )
    out_channels = weight.shape[1] * args.groups
    if bias is not None and (not isinstance(bias, Tensor) or bias.shape != (out_channels,)):
        shape = tuple(bias.shape) if isinstance(bias, Tensor) else bias
        raise ValueError(f"`bias` (={shape}) must be a tensor of shape ({out_channels},).")
    check_alike(input, weight, bias)


def _run(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    args: Arguments,
    outputs: int,
    backend: TransposeBackend,
) -> Tensor:
    if backend == "auto":
        backend = choose_transpose(input, weight, args)
    elif backend == "fused" and (reason := cannot_fuse(input)):
        raise ValueError(f"`backend` (='fused') cannot run here: {reason}.")
    if backend == "fused":
        return _fused(input, weight, bias, args, outputs)
    return _assembled(input, weight, bias, args, outputs)


def _fused(
    input: Tensor, weight: Tensor, bias: Tensor | None, args: Arguments, outputs: int
) -> Tensor:
    """Run backend "fused": the input's gradient, of a layer whose output's gradient is `input`."""
    input, weight, bias = autocast_alike(input, weight, bias)
    pattern, (left, right) = args.pattern, amounts(args.pattern, args.padding)
    geometry = Geometry(
        pattern.indices, pattern.kernel_size, args.stride, left, right, args.groups, "zeros"
    )
    channels = weight.shape[1] * args.groups
    shape = input.new_empty(()).expand(input.shape[0], channels, outputs)  # no value of it is read
    output = convolve_backward(input, shape, weight, geometry, [True, False, False])[0]
    return output if bias is None else output + bias.unsqueeze(-1)


def _assembled(
    input: Tensor, weight: Tensor, bias: Tensor | None, args: Arguments, outputs: int
) -> Tensor:
    """Run backend "conv": one native `conv_transpose1d`, which cuts alike on both sides."""
    left, right = amounts(args.pattern, args.padding)
    both = min(left, right)
    least = (input.shape[-1] - 1) * args.stride + args.pattern.kernel_size - left - right
    kernel = scatter(weight, args.pattern)
    output = F.conv_transpose1d(
        input, kernel, bias, args.stride, both, outputs - least, args.groups
    )
    return output if left == right else output.narrow(-1, left - both, outputs)
