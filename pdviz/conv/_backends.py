"""The ways to run the layer, all with the same result: `Σ w[o] · x[t + o]` over the taps.

Each takes checked arguments, the input as (N, C, L), and the compact parameters side by side as
(out_channels, in_channels // groups, T) in ascending order of offset.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._padding import Padding, amounts, pad
from pdviz.pattern import Pattern

Backend = Literal["auto", "conv", "branches"]
BACKENDS: Final = ("auto", "conv", "branches")


class Arguments(NamedTuple):
    """What a backend needs to know besides input, parameters and bias."""

    pattern: Pattern
    stride: int
    padding: Padding
    groups: int
    padding_mode: str


def run(
    input: Tensor, compact: Tensor, bias: Tensor | None, args: Arguments, backend: str
) -> Tensor:
    """Run the layer by the backend named; `"auto"` chooses one."""
    if backend == "auto":
        backend = choose(input, args)
    if backend == "branches":
        return branches(input, compact, bias, args)
    return assembled(input, scatter(compact, args.pattern), bias, args)


def choose(input: Tensor, args: Arguments) -> Literal["conv", "branches"]:
    """The rule behind `backend="auto"`: branches when the span outgrows what each extra call costs.

    Measured on two CPU cores, float32, forward + backward, time of "conv" over that of "branches":

        kernel (span, runs)   depthwise 8 × 64 × 4096   64 → 64 channels, 2 × 64 × 4096
        K = 7–11, 3 runs      0.2                       1.0
        K = 21, 3 runs        0.9                       4.6
        K = 73, 3 runs        1.8                       8.8
        K = 529, 3 runs       8.1                       7.8

    No such measurement stands behind it on a GPU.
    """
    depthwise = args.groups == input.shape[-2]
    worthwhile = (8 if depthwise else 4) * len(args.pattern.runs)
    return "branches" if args.pattern.kernel_size > worthwhile else "conv"


def scatter(compact: Tensor, pattern: Pattern) -> Tensor:
    """Write the compact parameters into a kernel of zeros: (…, T) → (…, K).

    The adjoint, which autograd runs backward, is a gather: the gradient at the gaps is dropped.
    """
    kernel = compact.new_zeros((*compact.shape[:-1], pattern.kernel_size))
    indices = torch.tensor(pattern.indices, device=compact.device)
    return kernel.index_copy(-1, indices, compact)


def assembled(input: Tensor, kernel: Tensor, bias: Tensor | None, args: Arguments) -> Tensor:
    """Backend "conv": one native `conv1d` with the assembled kernel, gaps multiplied as zeros."""
    left, right = amounts(args.pattern, args.padding)
    if left == right and args.padding_mode == "zeros":  # conv1d pads by itself, without a copy
        return F.conv1d(input, kernel, bias, args.stride, left, 1, args.groups)
    padded = pad(input, left, right, args.padding_mode)
    return F.conv1d(padded, kernel, bias, args.stride, 0, 1, args.groups)


def branches(input: Tensor, compact: Tensor, bias: Tensor | None, args: Arguments) -> Tensor:
    """Backend "branches": one native dilated `conv1d` for each evenly spaced run of taps.

    All of them read views of one padded input; no gap is multiplied.
    """
    pattern, stride = args.pattern, args.stride
    padded = pad(input, *amounts(pattern, args.padding), args.padding_mode)
    length = (padded.shape[-1] - pattern.kernel_size) // stride + 1
    output: Tensor | None = None
    first = 0
    for taps in pattern.runs:
        start = taps.start + pattern.origin
        reach = (len(taps) - 1) * taps.step
        view = padded.narrow(-1, start, (length - 1) * stride + reach + 1)
        weight = compact.narrow(-1, first, len(taps))
        part = F.conv1d(
            view, weight, bias if output is None else None, stride, 0, taps.step, args.groups
        )
        output = part if output is None else output + part
        first += len(taps)
    assert output is not None  # a pattern has at least one tap
    return output
