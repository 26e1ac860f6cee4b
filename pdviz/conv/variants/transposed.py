"""The layer's transpose as a `torch.nn.Module`, in the place of a `ConvTranspose1d`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pdviz.conv._arguments import (
    Arguments,
    abbreviated,
    check_bias,
    check_dilation,
    read_arguments,
    read_channels,
    single,
)
from pdviz.conv._backends import scatter
from pdviz.conv._checkpoint import CompactState
from pdviz.conv._padding import Padding, amounts
from pdviz.conv.variants._transpose import (
    TransposeBackend,
    check_transpose_backend,
    choose_transpose,
    read_output_padding,
    transpose_to,
)
from pdviz.pattern import Pattern

torch.fx.wrap("transpose_to")  # one step of a graph: its checks cannot be traced


class PartiallyDilatedConvTranspose1d(CompactState):
    """The transpose of `PartiallyDilatedConv1d`, for decoders: with a stride it samples up.

    The trainable parameter `weight`, (in_channels, out_channels // groups, taps), has one element
    per tap, in ascending order of offset.

    >>> layer = PartiallyDilatedConvTranspose1d(8, 4, "1101011", stride=2, output_padding=1)
    >>> layer.weight.shape, layer.kernel().shape
    (torch.Size([8, 4, 5]), torch.Size([8, 4, 7]))
    >>> layer(torch.zeros(2, 8, 100)).shape
    torch.Size([2, 4, 200])

    The transpose of a causal layer looks ahead: output u takes inputs t ≥ u / stride. A causal
    up-sampler, whose output u takes inputs t ≤ u / stride alone, cuts nothing in front, whatever
    the pattern. With `padding=(0, kernel_size − stride)` it makes `stride` outputs per input:

    >>> pattern = Pattern.partially_dilated(wing=2, dilation=3, island=3, causal=True)
    >>> causal = PartiallyDilatedConvTranspose1d(
    ...     8, 4, pattern, stride=4, padding=(0, pattern.kernel_size - 4)
    ... )
    >>> causal(torch.zeros(2, 8, 100)).shape
    torch.Size([2, 4, 400])

    So does, with `padding="same"` and `output_padding=stride − 1`, a pattern without offsets below
    0, such as `Pattern.parse("1101011", origin=0)`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        pattern: Pattern | str,
        stride: int | tuple[int] = 1,
        padding: Padding = "same",
        output_padding: int | tuple[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int] = 1,
        padding_mode: str = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        backend: TransposeBackend = "auto",
    ) -> None:
        """Make a layer; weights start as `ConvTranspose1d`'s do, with fan-in counted in taps.

        Args:
            in_channels, out_channels: channels of input and output, ≥ 1.
            pattern: where the taps sit, or a text that `Pattern.parse` reads; in the place of
                `ConvTranspose1d`'s `kernel_size`. The others are in its order.
            bias: whether to add a trainable bias of shape (out_channels,).
            dilation: 1, for the pattern says how far apart the taps are.
            padding_mode: "zeros"; as `ConvTranspose1d`, this layer has no other.
            device, dtype: of the parameters, as for any module.
            stride, padding, output_padding, groups, backend: as of
                `partially_dilated_conv_transpose1d`.

        Raises:
            TypeError, ValueError: an argument is wrong; the message names it.
        """
        super().__init__()
        args = read_arguments(pattern, stride, padding, groups, padding_mode)
        if padding_mode != "zeros":
            raise ValueError(
                f"`padding_mode` (={padding_mode!r}) must be 'zeros': the transpose cuts off what "
                "the layer adds, and has no other."
            )
        check_dilation(dilation)
        check_bias(bias)
        check_transpose_backend(backend)
        channels = read_channels(in_channels, out_channels, args.groups)
        self.in_channels, self.out_channels = channels
        self.pattern = args.pattern
        self.stride = (args.stride,)
        left, right = amounts(args.pattern, args.padding)
        sides: Padding = (left,) if left == right else (left, right)
        self.padding = padding if isinstance(padding, str) else sides
        self.output_padding = (read_output_padding(output_padding, args.stride),)
        self.groups = args.groups
        self.padding_mode = padding_mode
        self.backend = backend

        def parameter(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape, device=device, dtype=dtype))

        shape = self.in_channels, self.out_channels // self.groups, self.pattern.taps
        self.weight = parameter(*shape)
        self.register_parameter("bias", parameter(self.out_channels) if bias else None)
        self.reset_parameters()

    weight: nn.Parameter
    bias: nn.Parameter | None

    @property
    def kernel_size(self) -> tuple[int]:
        """The span K of the assembled kernel, as `ConvTranspose1d` holds it."""
        return (self.pattern.kernel_size,)

    @property
    def dilation(self) -> tuple[int]:
        """1, as of the `ConvTranspose1d` with the assembled kernel."""
        return (1,)

    def reset_parameters(self) -> None:
        """Draw weights and bias from U(−b, b), b = 1 / √fan-in.

        The fan-in is taps · out_channels / groups: He et al. 2015, as `ConvTranspose1d` applies it
        (a = √5), without the gaps.
        """
        bound = 1 / math.sqrt(self.pattern.taps * (self.out_channels // self.groups))
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def forward(self, input: Tensor, output_size: int | Sequence[int] | None = None) -> Tensor:
        """Transpose: (N, in_channels, L) → (N, out_channels, L_out); or both without N.

        Args:
            input: what a layer with these weights would put out.
            output_size: the length of the output, where `output_padding` is not to set it: one of
                the `stride` lengths whose layer has L outputs. As `ConvTranspose1d`'s, it may be a
                list, of the length alone or with what is in front of it.

        Raises:
            ValueError: it is not one of these lengths.
        """
        return transpose_to(
            input,
            self.weight,
            self.bias,
            self.pattern,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.backend,
            output_size,
        )

    def backend_for(self, input: Tensor) -> TransposeBackend:
        """Return the backend that runs for this input: the layer's own, or what "auto" chooses."""
        if self.backend != "auto":
            return self.backend
        batch = input if input.dim() == 3 else input.unsqueeze(0)
        return choose_transpose(batch, self.weight, self._arguments())

    def _arguments(self) -> Arguments:
        return read_arguments(self.pattern, self.stride, self.padding, self.groups, "zeros")

    def kernel(self) -> Tensor:
        """Assemble the kernel (in_channels, out_channels // groups, K); differentiable."""
        return scatter(self.weight, self.pattern)

    def fold(self) -> nn.ConvTranspose1d | nn.Sequential:
        """Make the equivalent `ConvTranspose1d`, its weight a copy of the assembled kernel.

        Where unequal amounts are cut off on the left and on the right, which it cannot express, a
        `Sequential` with a padding module of negative amounts behind it.

        >>> layer = PartiallyDilatedConvTranspose1d(2, 2, "1011101", groups=2)
        >>> layer.fold()
        ConvTranspose1d(2, 2, kernel_size=(7,), stride=(1,), padding=(3,), groups=2)
        >>> input = torch.randn(1, 2, 20)
        >>> torch.allclose(layer.fold()(input), layer(input), atol=1e-5)
        True
        """
        left, right = amounts(self.pattern, self._arguments().padding)
        both = min(left, right)
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            weight, bias = self.weight, self.bias
        conv = nn.ConvTranspose1d(
            self.in_channels,
            self.out_channels,
            self.pattern.kernel_size,
            stride=self.stride[0],
            padding=both,
            output_padding=self.output_padding[0],
            groups=self.groups,
            bias=bias is not None,
            device="meta",
        )
        conv.weight = nn.Parameter(scatter(weight.detach(), self.pattern), weight.requires_grad)
        if bias is not None:
            conv.bias = nn.Parameter(bias.detach().clone(), bias.requires_grad)
        if left == right:
            return conv.train(self.training)
        cut = nn.ZeroPad1d((both - left, both - right))
        return nn.Sequential(conv, cut).train(self.training)

    def extra_repr(self) -> str:
        """List the arguments that differ from their defaults, and the pattern as it is written."""
        parts = [f"{self.in_channels}, {self.out_channels}, pattern={abbreviated(self.pattern)}"]
        parts.append(f"taps={self.pattern.taps}, kernel_size={self.pattern.kernel_size}")
        if self.pattern.origin != (self.pattern.kernel_size - 1) // 2:
            parts.append(f"origin={self.pattern.origin}")
        defaults = {"stride": 1, "padding": "same", "output_padding": 0, "groups": 1}
        for name, default in {**defaults, "backend": "auto"}.items():
            value = single(getattr(self, name))
            if value != default:
                parts.append(f"{name}={value!r}")
        if self.bias is None:
            parts.append("bias=False")
        return ", ".join(parts)
