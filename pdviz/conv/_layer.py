"""The layer as a `torch.nn.Module`: parameters and options around `partially_dilated_conv1d`."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from torch import Tensor, nn

from pdviz.conv._arguments import (
    abbreviated,
    check_bias,
    check_dilation,
    read_arguments,
    read_channels,
    single,
)
from pdviz.conv._backends import Backend, check_backend, choose
from pdviz.conv._conversion import Convertible
from pdviz.conv._functional import compact_conv1d
from pdviz.conv._padding import Padding, amounts
from pdviz.conv.sequences import Lengths, Missing, as_lengths, output_lengths, output_mask
from pdviz.pattern import Pattern

_PARTS: Final = ("left", "island", "right")

torch.fx.wrap("compact_conv1d")  # one step of a graph: its checks cannot be traced


class PartiallyDilatedConv1d(Convertible):
    """1-D convolution whose kernel is a dense island between dilated wings.

    The trainable parameters are compact: `weight`, (out_channels, in_channels // groups, taps),
    has one element per tap, in ascending order of offset. Gaps have none, so nothing has to keep
    them zero. `left`, `island` and `right` are views of `weight`.

    >>> pattern = Pattern.partially_dilated(wing=4, dilation=2, island=5)
    >>> layer = PartiallyDilatedConv1d(8, 8, pattern, groups=8)
    >>> layer.weight.shape, layer.left.shape, layer.island.shape, layer.kernel().shape
    (torch.Size([8, 1, 13]), torch.Size([8, 1, 4]), torch.Size([8, 1, 5]), torch.Size([8, 1, 21]))
    >>> layer(torch.zeros(2, 8, 100)).shape
    torch.Size([2, 8, 100])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        pattern: Pattern | str,
        stride: int | tuple[int] = 1,
        padding: Padding = "same",
        dilation: int | tuple[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        backend: Backend = "auto",
    ) -> None:
        """Make a layer; weights start as `Conv1d`'s do, with fan-in counted in taps.

        Args:
            in_channels, out_channels: channels of input and output, ≥ 1.
            pattern: where the taps sit, or a text that `Pattern.parse` reads; in the place of
                `Conv1d`'s `kernel_size`. The others are in `Conv1d`'s order.
            dilation: 1, for the pattern says how far apart the taps are.
            bias: whether to add a trainable bias of shape (out_channels,).
            device, dtype: of the parameters, as for any module.
            stride, padding, groups, padding_mode, backend: as of `partially_dilated_conv1d`.

        Raises:
            TypeError, ValueError: an argument is wrong; the message names it.
        """
        super().__init__()
        args = read_arguments(pattern, stride, padding, groups, padding_mode)
        check_dilation(dilation)
        check_bias(bias)
        check_backend(backend)
        channels = read_channels(in_channels, out_channels, args.groups)
        self.in_channels, self.out_channels = channels
        self.pattern = args.pattern
        self.stride = (args.stride,)
        left, right = amounts(args.pattern, args.padding)
        sides: Padding = (left,) if left == right else (left, right)
        self.padding = padding if isinstance(padding, str) else sides
        self.groups = args.groups
        self.padding_mode = args.padding_mode
        self.backend = backend

        def parameter(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape, device=device, dtype=dtype))

        shape = self.out_channels, self.in_channels // self.groups, self.pattern.taps
        self.weight = parameter(*shape)
        self.register_parameter("bias", parameter(self.out_channels) if bias else None)
        self.reset_parameters()

    @property
    def kernel_size(self) -> tuple[int]:
        """The span K of the assembled kernel, as `Conv1d` holds it; `weight` has fewer elements."""
        return (self.pattern.kernel_size,)

    @property
    def dilation(self) -> tuple[int]:
        """1, as of the `Conv1d` with the assembled kernel."""
        return (1,)

    @property
    def left(self) -> Tensor | None:
        """The left wing's weights, (out_channels, in_channels // groups, its taps), or None.

        As `island` and `right`, a view of `weight`: differentiable, and what is written into it in
        place, under `torch.no_grad()`, is written into `weight`. Its `.grad` is that of `weight`.
        """
        return self._part(0, len(self.pattern.left))

    @property
    def island(self) -> Tensor:
        """The island's weights, (out_channels, in_channels // groups, its taps)."""
        island = self._part(len(self.pattern.left), len(self.pattern.island))
        assert island is not None  # a pattern has at least one tap
        return island

    @property
    def right(self) -> Tensor | None:
        """The right wing's weights, (out_channels, in_channels // groups, its taps), or None."""
        taps = len(self.pattern.right)
        return self._part(self.pattern.taps - taps, taps)

    def _part(self, first: int, taps: int) -> Tensor | None:
        """Return the view of some neighbouring weights, with what is there of their gradient."""
        if not taps:
            return None
        weight = self.weight
        part = weight.narrow(-1, first, taps)
        if isinstance(weight, nn.Parameter) and not torch.compiler.is_compiling():
            if part.requires_grad:
                part.retain_grad()  # so that its `.grad` can be read, as a parameter's
            if weight.grad is not None:
                part.grad = weight.grad.narrow(-1, first, taps)
        return part

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute as a module does; refuse to replace a part of `weight`."""
        if name in _PARTS:
            raise AttributeError(
                f"`{name}` is a view of `weight` and cannot be replaced: write into it in place, "
                f"as `with torch.no_grad(): layer.{name}.copy_(…)` does."
            )
        super().__setattr__(name, value)

    def reset_parameters(self) -> None:
        """Draw weights and bias from U(−b, b), b = 1 / √fan-in.

        The fan-in is taps · in_channels / groups. He et al. 2015, as `Conv1d` applies it (a = √5);
        counting gaps too would start the output too small by √(K / T).
        """
        bound = 1 / math.sqrt(self.pattern.taps * (self.in_channels // self.groups))
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def forward(
        self,
        input: Tensor,
        *,
        lengths: Lengths | None = None,
        mask: Tensor | None = None,
        missing: Missing = "zero",
    ) -> Tensor:
        """Convolve: (N, in_channels, L) → (N, out_channels, L_out); or both without N.

        Args:
            lengths, mask, missing: of sequences of unequal length, or with missing samples, as of
                `partially_dilated_conv1d`.

        >>> layer = PartiallyDilatedConv1d(2, 2, Pattern.dense(3))
        >>> input = torch.randn(2, 2, 100)
        >>> output = layer(input, lengths=[100, 60])
        >>> torch.allclose(output[1, :, :60], layer(input[1, :, :60]), atol=1e-5)
        True
        >>> bool((output[1, :, 60:] == 0).all())
        True
        """
        return compact_conv1d(
            input,
            self.weight,
            self.bias,
            self.pattern,
            self.stride,
            self.padding,
            self.groups,
            self.padding_mode,
            self.backend,
            lengths,
            mask,
            missing,
        )

    def output_lengths(self, lengths: Lengths) -> Tensor:
        """Count the outputs of sequences of these lengths, (N,), int64: the next layer's lengths.

        >>> layer = PartiallyDilatedConv1d(1, 1, Pattern.dense(3), stride=2, padding="valid")
        >>> layer.output_lengths([9, 4, 0])
        tensor([4, 1, 0])
        """
        return output_lengths(as_lengths(lengths), self._arguments())

    def output_mask(self, mask: Tensor) -> Tensor:
        """Return where at least one tap reads a sample that is there: the next layer's mask.

        >>> layer = PartiallyDilatedConv1d(1, 1, Pattern.dense(3))
        >>> layer.output_mask(torch.tensor([[True, False, False, False, True]]))
        tensor([[ True,  True, False,  True,  True]])

        Args:
            mask: (N, L), or (N, in_channels, L); boolean, True where a sample is there.

        Returns:
            (N, L_out), or (N, out_channels, L_out).
        """
        return output_mask(mask, self.weight, self._arguments())

    def backend_for(self, input: Tensor) -> Backend:
        """Return the backend that runs for this input: the layer's own, or what "auto" chooses."""
        if self.backend != "auto":
            return self.backend
        batch = input if input.dim() == 3 else input.unsqueeze(0)
        return choose(batch, self.weight, self._arguments())

    def extra_repr(self) -> str:
        """List the arguments that differ from their defaults, and the pattern as it is written."""
        parts = [f"{self.in_channels}, {self.out_channels}, pattern={abbreviated(self.pattern)}"]
        parts.append(f"taps={self.pattern.taps}, kernel_size={self.pattern.kernel_size}")
        if self.pattern.origin != (self.pattern.kernel_size - 1) // 2:
            parts.append(f"origin={self.pattern.origin}")
        defaults = {"stride": 1, "padding": "same", "groups": 1, "padding_mode": "zeros"}
        for name, default in {**defaults, "backend": "auto"}.items():
            value = single(getattr(self, name))
            if value != default:
                parts.append(f"{name}={value!r}")
        if self.bias is None:
            parts.append("bias=False")
        return ", ".join(parts)
