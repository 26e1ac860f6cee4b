"""From a `Conv1d` to the layer's arguments and weights, and back."""

from __future__ import annotations

from typing import Any, Final, Literal, Self, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from pdviz.conv._arguments import Arguments, abbreviated, read_arguments, read_integer, read_pattern
from pdviz.conv._backends import Backend, scatter
from pdviz.conv._checkpoint import CompactState
from pdviz.conv._padding import Padding, amounts
from pdviz.pattern import Pattern

_PAD_MODULES: Final = {
    "zeros": nn.ZeroPad1d,
    "reflect": nn.ReflectionPad1d,
    "replicate": nn.ReplicationPad1d,
    "circular": nn.CircularPad1d,
}


class Convertible(CompactState):
    """A layer that a `Conv1d` or an assembled kernel can become, and that can become either."""

    in_channels: int
    out_channels: int
    stride: tuple[int]
    padding: Padding
    groups: int
    padding_mode: str
    weight: nn.Parameter
    bias: nn.Parameter | None

    def _arguments(self) -> Arguments:
        """Return the options in the one form that backends take."""
        return read_arguments(
            self.pattern, self.stride, self.padding, self.groups, self.padding_mode
        )

    def kernel(self) -> Tensor:
        """Assemble the kernel (out_channels, in_channels // groups, K); differentiable."""
        return scatter(self.weight, self.pattern)

    def fold(self) -> nn.Conv1d | nn.Sequential:
        """Make the equivalent `Conv1d`, its weight a copy of the assembled kernel.

        Where all taps are evenly spaced it is a dilated one, with a weight per tap. Where left and
        right padding differ, which `Conv1d` cannot express (a causal "same", say), a `Sequential`
        of a padding module and the `Conv1d`.

        >>> from pdviz import PartiallyDilatedConv1d, Pattern
        >>> layer = PartiallyDilatedConv1d(2, 2, Pattern.parse("1011101"), groups=2)
        >>> layer.fold()
        Conv1d(2, 2, kernel_size=(7,), stride=(1,), padding=(3,), groups=2)
        >>> input = torch.randn(1, 2, 20)
        >>> torch.allclose(layer.fold()(input), layer(input), atol=1e-5)
        True
        """
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            weight, bias = self.weight, self.bias
        return _to_conv(weight, bias, self._arguments()).train(self.training)

    @classmethod
    def from_conv(
        cls, conv: nn.Conv1d, pattern: Pattern | str, *, backend: Backend = "auto"
    ) -> Self:
        """Make a layer with a `Conv1d`'s weights at the taps; those at the gaps are left out.

        >>> from pdviz import PartiallyDilatedConv1d, Pattern
        >>> conv = nn.Conv1d(2, 2, 3, dilation=4, padding="same")
        >>> layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.dilated(3, 4))
        >>> input = torch.randn(1, 2, 20)
        >>> torch.allclose(layer(input), conv(input), atol=1e-5)
        True

        Args:
            conv: spans as many elements as the pattern; stride, padding, groups, bias and padding
                mode are taken over. A dilated one has weight 0 at its own gaps.
            pattern: where to take weights; element 0 of the kernel is `conv`'s first weight.
            backend: as of the layer.

        Raises:
            TypeError: `conv` is not a `torch.nn.Conv1d`.
            ValueError: it does not span the pattern, or pads "same" about another origin.
        """
        pattern = read_pattern(pattern)
        options = _options_of(conv, pattern)
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            weight, bias = conv.weight, conv.bias
        layer = cls(**options, backend=backend, device=weight.device, dtype=weight.dtype)
        with torch.no_grad():
            layer.weight.copy_(_kernel_of(conv)[..., list(pattern.indices)])
            if layer.bias is not None and bias is not None:
                layer.bias.copy_(bias).requires_grad_(bias.requires_grad)
        layer.weight.requires_grad_(weight.requires_grad)
        return layer.train(conv.training)

    @classmethod
    def from_kernel(
        cls,
        kernel: Tensor,
        pattern: Pattern | str,
        *,
        bias: Tensor | None = None,
        groups: int = 1,
        **options: Any,
    ) -> Self:
        """Make a layer with the weights of an assembled kernel; `layer.kernel()` is equal to it.

        >>> from pdviz import PartiallyDilatedConv1d
        >>> kernel = torch.tensor([[[1.0, 0.0, 2.0, 0.0, 3.0]]])
        >>> PartiallyDilatedConv1d.from_kernel(kernel, "10101").weight.tolist()
        [[[1.0, 2.0, 3.0]]]

        Args:
            kernel: (out_channels, in_channels // groups, pattern.kernel_size), zero at the gaps.
            pattern: where its taps sit.
            bias: (out_channels,), or None for a layer without.
            groups, options: as of the layer: stride, padding, padding_mode, backend.

        Raises:
            TypeError, ValueError: it has another shape, or weights at gaps; see `from_conv`, which
                leaves those out.
        """
        pattern = read_pattern(pattern)
        check_kernel(kernel, pattern)
        out_channels = kernel.shape[0]
        layer = cls(
            kernel.shape[1] * read_integer("groups", groups),
            out_channels,
            pattern,
            groups=groups,
            bias=bias is not None,
            device=kernel.device,
            dtype=kernel.dtype,
            **options,
        )
        layer.load_kernel(kernel)
        if bias is not None and layer.bias is not None:
            if not isinstance(bias, Tensor) or bias.shape != layer.bias.shape:
                shape = tuple(bias.shape) if isinstance(bias, Tensor) else bias
                raise ValueError(f"`bias` (={shape}) must be a tensor, ({out_channels},).")
            with torch.no_grad():
                layer.bias.copy_(bias)
        return layer

    def load_kernel(self, kernel: Tensor) -> None:
        """Set the weights, in place, so that `kernel()` is this one.

        Args:
            kernel: (out_channels, in_channels // groups, pattern.kernel_size), zero at the gaps.

        Raises:
            TypeError, ValueError: it is no such tensor.
            RuntimeError: the weights are computed from others by something that cannot invert it.
        """
        check_kernel(kernel, self.pattern, (self.out_channels, self.in_channels // self.groups))
        with torch.no_grad():
            weight = kernel[..., list(self.pattern.indices)].to(self.weight)
            if is_parametrized(self, "weight"):
                self.weight = weight  # type: ignore[assignment]  # which inverts it
            elif isinstance(self.weight, nn.Parameter):
                self.weight.copy_(weight)
            else:
                raise RuntimeError("`weight` is computed from another parameter: set that one.")


def _to_conv(compact: Tensor, bias: Tensor | None, args: Arguments) -> nn.Conv1d | nn.Sequential:
    """Make the `Conv1d` of such a layer, behind a padding module where it needs one.

    Its weights are copies; they require a gradient where `compact` and `bias` do.
    """
    pattern = args.pattern
    left, right = amounts(pattern, args.padding)
    step = _spacing(pattern)
    one_sided = left != right
    mode = cast(Literal["zeros", "reflect", "replicate", "circular"], args.padding_mode)
    conv = nn.Conv1d(
        compact.shape[1] * args.groups,
        compact.shape[0],
        pattern.taps if step else pattern.kernel_size,
        stride=args.stride,
        padding=0 if one_sided else left,
        dilation=step or 1,
        groups=args.groups,
        bias=bias is not None,
        padding_mode="zeros" if one_sided else mode,
        device="meta",
    )
    weight = compact.detach()
    weight = weight.clone() if step else scatter(weight, pattern)
    conv.weight = nn.Parameter(weight, compact.requires_grad)
    if bias is not None:
        conv.bias = nn.Parameter(bias.detach().clone(), bias.requires_grad)
    return nn.Sequential(_PAD_MODULES[mode]((left, right)), conv) if one_sided else conv


def _spacing(pattern: Pattern) -> int | None:
    """Return the distance between taps if all have the same and they fill the span, or None."""
    ends = (pattern.indices[0], pattern.indices[-1])
    if len(pattern.runs) > 1 or ends != (0, pattern.kernel_size - 1):
        return None
    return pattern.runs[0].step


def check_kernel(kernel: object, pattern: Pattern, channels: tuple[int, int] | None = None) -> None:
    """Raise unless it is an assembled kernel with these taps: (out, in // groups, K).

    Args:
        kernel: zero at the gaps.
        pattern: where the taps sit.
        channels: its first two axes, if they are known.
    """
    if not isinstance(kernel, Tensor):
        raise TypeError(f"`kernel` (={kernel!r}) must be a tensor.")
    size = pattern.kernel_size
    fits = kernel.dim() == 3 and kernel.shape[-1] == size and 0 not in kernel.shape
    if not fits or channels not in (None, tuple(kernel.shape[:2])):
        takes = (*channels, size) if channels else f"(out_channels, in_channels // groups, {size})"
        raise ValueError(f"`kernel` has shape {tuple(kernel.shape)}; it must be {takes}.")
    gaps = [element for element, tap in enumerate(pattern.mask) if not tap]
    if kernel[..., gaps].any():
        raise ValueError(f"`kernel` must be zero at the gaps of {abbreviated(pattern)}.")


def _options_of(conv: nn.Conv1d, pattern: Pattern) -> dict[str, Any]:
    """Return the keyword arguments that make a layer with a `Conv1d`'s options.

    Raises:
        TypeError, ValueError: as of `PartiallyDilatedConv1d.from_conv`.
    """
    if not isinstance(conv, nn.Conv1d):
        raise TypeError(f"`conv` (={conv!r}) must be a torch.nn.Conv1d.")
    span = _span(conv)
    if span != pattern.kernel_size:
        raise ValueError(f"`conv` spans {span} elements; `pattern` takes {pattern.kernel_size}.")
    padding = conv.padding if isinstance(conv.padding, str) else int(conv.padding[0])
    if padding == "same" and pattern.origin != (span - 1) // 2:
        raise ValueError(
            f'`conv` pads "same" about element {(span - 1) // 2}; '
            f"`pattern` has its origin at {pattern.origin}."
        )
    return {
        "in_channels": conv.in_channels,
        "out_channels": conv.out_channels,
        "pattern": pattern,
        "stride": conv.stride[0],
        "padding": padding,
        "groups": conv.groups,
        "bias": conv.bias is not None,
        "padding_mode": conv.padding_mode,
    }


def _kernel_of(conv: nn.Conv1d) -> Tensor:
    """Return a `Conv1d`'s kernel over its whole span, zero at its own gaps."""
    weight = conv.weight.detach()
    kernel = weight.new_zeros((*weight.shape[:2], _span(conv)))
    kernel[..., :: conv.dilation[0]] = weight
    return kernel


def _span(conv: nn.Conv1d) -> int:
    return conv.dilation[0] * (conv.kernel_size[0] - 1) + 1
