"""The layer as a function."""

from __future__ import annotations

import torch
from torch import Tensor

from pdviz.conv._arguments import check_tensors, read_arguments, read_pattern
from pdviz.conv._backends import Backend, check_backend, run, scatter
from pdviz.conv._padding import Padding, check_length
from pdviz.conv.sequences import Lengths, Missing, convolve_masked
from pdviz.pattern import Pattern


def assemble_kernel(
    left: Tensor | None, island: Tensor, right: Tensor | None, pattern: Pattern | str
) -> Tensor:
    """Write ("dilate") the compact parameters into a kernel of zeros; differentiable.

    >>> pattern = Pattern.partially_dilated(wing=1, dilation=2, island=1)
    >>> left, island, right = (torch.full((1, 1, 1), weight) for weight in (1.0, 2.0, 3.0))
    >>> assemble_kernel(left, island, right, pattern).tolist()
    [[[1.0, 0.0, 2.0, 0.0, 3.0]]]

    Args:
        left: the left wing's weights (out_channels, in_channels // groups, len(pattern.left)); may
            be None where the pattern has no such wing, as may `right`.
        island: the island's (…, …, len(pattern.island)).
        right: the right wing's (…, …, len(pattern.right)).
        pattern: where the taps sit, or a text that `Pattern.parse` reads.

    Returns:
        The assembled kernel (out_channels, in_channels // groups, pattern.kernel_size), zero at the
        gaps. Backward, the gradient at the taps is gathered and the gradient at the gaps dropped.

    Raises:
        TypeError, ValueError: the arguments do not fit each other; the message names them.
    """
    pattern = read_pattern(pattern)
    return scatter(join(left, island, right, pattern), pattern)


def partially_dilated_conv1d(
    input: Tensor,
    left: Tensor | None,
    island: Tensor,
    right: Tensor | None,
    pattern: Pattern | str,
    bias: Tensor | None = None,
    *,
    stride: int | tuple[int] = 1,
    padding: Padding = "same",
    groups: int = 1,
    padding_mode: str = "zeros",
    backend: Backend = "auto",
    lengths: Lengths | None = None,
    mask: Tensor | None = None,
    missing: Missing = "zero",
) -> Tensor:
    """Compute the partially dilated 1-D convolution: a dense island between dilated wings.

    `y[n, j, t] = b[j] + Σ w[j, i, o] · x[n, i, t·stride + o]`: cross-correlation, as
    `torch.nn.functional.conv1d` computes; `i` runs over the input channels of the group that output
    channel `j` is in, `o` over the pattern's offsets.

    >>> pattern = Pattern.partially_dilated(wing=1, dilation=2, island=1)
    >>> left, island, right = (torch.full((1, 1, 1), weight) for weight in (1.0, 2.0, 3.0))
    >>> input = torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]])
    >>> partially_dilated_conv1d(input, left, island, right, pattern).tolist()
    [[3.0, 0.0, 2.0, 0.0, 1.0, 0.0]]

    Args:
        input: (N, in_channels, L) or (in_channels, L).
        left: the left wing's weights (out_channels, in_channels // groups, len(pattern.left)); may
            be None where the pattern has no such wing, as may `right`.
        island: the island's (…, …, len(pattern.island)).
        right: the right wing's (…, …, len(pattern.right)).
        pattern: where the taps sit, or a text that `Pattern.parse` reads.
        bias: (out_channels,) or None.
        stride: distance between the inputs that neighbouring outputs belong to, ≥ 1.
        padding: "same" puts `origin` elements on the left and `kernel_size − 1 − origin` on the
            right, so that there are ⌈L / stride⌉ outputs and a causal pattern stays causal;
            "valid" puts none; an integer puts that many on both sides; (left, right) puts so many
            on each; "block" is for causal patterns with a stride: see Returns.
        groups: groups of channels that do not mix; divides in_channels and out_channels.
        padding_mode: "zeros" `1234 -> 00123400`, "reflect" `1234 -> 32123432`,
            "replicate" `1234 -> 11123444` or "circular" `1234 -> 34123412`. With "reflect" and
            "circular" the first outputs of a causal pattern read later samples, which are put in
            front.
        backend: "conv" (one `conv1d` with the assembled kernel), "branches" (one dilated `conv1d`
            for each wing and the island), "fused" (kernels of our own, which multiply taps alone;
            on the CPU they need Numba, on CUDA Triton) or "auto" (the fastest by a measured rule,
            without "fused" where it cannot run).
        lengths: of sequences of unequal length in one batch, integers (N,) from 0 to L, or a
            boolean mask (N, L) that is True at the front: each sequence is convolved as if it were
            alone, padded at its own end, with zeros in the output beyond its own outputs. An empty
            one has none.
        mask: where samples are missing, (N, L) or (N, C, L), boolean, True where one is there; for
            an input (C, L) without N. A missing sample may be NaN; its gradient is 0.
        missing: "zero" takes missing samples as 0. "renormalize" scales each sum by taps / taps
            that read something, without the bias, and writes 0 where no tap reads a sample that is
            there: partial convolution (Liu et al. 2018, equation 1), but that zeros of the padding
            count as read, so that nothing changes where nothing is missing.

    Returns:
        (N, out_channels, L_out) or (out_channels, L_out), as the input was. With "same" there are
        ⌈L / stride⌉ outputs, and output k belongs to sample k · stride, the first of its block of
        `stride` samples. With "block" there are as many, and output k belongs to the last of its
        block, as in streaming codecs (EnCodec, SoundStream): kernel_size − stride elements are put
        on the left, and the last block is completed on the right.

    Raises:
        TypeError, ValueError: an argument is wrong or does not fit the others, or "fused" is asked
            for and cannot run here; the message names it.

    Where the input is NaN or infinite, so are with "fused" and "branches" the outputs that have a
    tap on it, and no others; "conv" multiplies the gaps too, and 0 · NaN is NaN: there it reaches
    every output within the span. With "fused", half precision on the CPU is computed in float32,
    and a result does not depend on the number of threads.
    """
    pattern = read_pattern(pattern)
    compact = join(left, island, right, pattern)
    return compact_conv1d(
        *(input, compact, bias, pattern, stride, padding, groups, padding_mode, backend),
        *(lengths, mask, missing),
    )


def compact_conv1d(
    input: Tensor,
    compact: Tensor,
    bias: Tensor | None,
    pattern: Pattern,
    stride: int | tuple[int],
    padding: Padding,
    groups: int,
    padding_mode: str,
    backend: Backend,
    lengths: Lengths | None,
    mask: Tensor | None,
    missing: Missing,
) -> Tensor:
    """Compute what `partially_dilated_conv1d` does, of the parts side by side.

    `compact` is (out_channels, in_channels // groups, T), in ascending order of offset.
    """
    args = read_arguments(pattern, stride, padding, groups, padding_mode)
    check_backend(backend)
    check_tensors(input, compact, bias, args.groups)
    check_length(input.shape[-1], args.pattern, args.padding, args.padding_mode)
    if lengths is not None or mask is not None or missing != "zero":
        return convolve_masked(input, compact, bias, args, backend, lengths, mask, missing)
    if input.dim() == 2:
        return run(input.unsqueeze(0), compact, bias, args, backend).squeeze(0)
    return run(input, compact, bias, args, backend)


def join(left: Tensor | None, island: Tensor, right: Tensor | None, pattern: Pattern) -> Tensor:
    """Join the three parts in ascending order of offset: (out, in // groups, T)."""
    parts = (
        ("island", island, pattern.island),  # first: the others are compared with it
        ("left", left, pattern.left),
        ("right", right, pattern.right),
    )
    for name, part, offsets in parts:
        if part is None and not offsets:
            continue
        if not isinstance(part, Tensor):
            raise TypeError(f"`{name}` (={part!r}) must be a tensor.")
        if part.dim() != 3 or part.shape[-1] != len(offsets):
            raise ValueError(
                f"`{name}` has shape {tuple(part.shape)}; this pattern takes "
                f"(out_channels, in_channels // groups, {len(offsets)})."
            )
        if 0 in part.shape[:2]:
            raise ValueError(f"`{name}` has shape {tuple(part.shape)}; it must have channels.")
        if part.shape[:2] != island.shape[:2]:
            raise ValueError(
                f"`{name}` has shape {tuple(part.shape)} and `island` {tuple(island.shape)}; "
                "they must agree but for the last axis."
            )
        if part.dtype != island.dtype or part.device != island.device:
            raise ValueError(
                f"`{name}` is {part.dtype} on {part.device} and `island` {island.dtype} on "
                f"{island.device}; they must agree."
            )
    tensors = [part for part in (left, island, right) if part is not None]
    return torch.cat(tensors, dim=-1) if len(tensors) > 1 else island
