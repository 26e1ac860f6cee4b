"""From a `Conv1d` to the layer's arguments and weights, and back."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

from torch import Tensor, nn

from pdviz.conv._backends import Arguments, scatter
from pdviz.conv._functional import check_pattern
from pdviz.conv._padding import amounts
from pdviz.pattern import Pattern

_PAD_MODULES: Final = {
    "zeros": nn.ZeroPad1d,
    "reflect": nn.ReflectionPad1d,
    "replicate": nn.ReplicationPad1d,
    "circular": nn.CircularPad1d,
}


def to_conv(compact: Tensor, bias: Tensor | None, args: Arguments) -> nn.Conv1d | nn.Sequential:
    """Make the `Conv1d` of such a layer, behind a padding module where it needs one.

    Its weights are copies; they require a gradient where `compact` and `bias` do.
    """
    left, right = amounts(args.pattern, args.padding)
    one_sided = left != right
    mode = cast(Literal["zeros", "reflect", "replicate", "circular"], args.padding_mode)
    conv = nn.Conv1d(
        compact.shape[1] * args.groups,
        compact.shape[0],
        args.pattern.kernel_size,
        stride=args.stride,
        padding=0 if one_sided else left,
        groups=args.groups,
        bias=bias is not None,
        padding_mode="zeros" if one_sided else mode,
        device="meta",
    )
    conv.weight = nn.Parameter(scatter(compact.detach(), args.pattern), compact.requires_grad)
    if bias is not None:
        conv.bias = nn.Parameter(bias.detach().clone(), bias.requires_grad)
    return nn.Sequential(_PAD_MODULES[mode]((left, right)), conv) if one_sided else conv


def options_of(conv: nn.Conv1d, pattern: Pattern) -> dict[str, Any]:
    """Return the keyword arguments that make a layer with a `Conv1d`'s options.

    Raises:
        TypeError, ValueError: as of `PartiallyDilatedConv1d.from_conv`.
    """
    if not isinstance(conv, nn.Conv1d):
        raise TypeError(f"`conv` (={conv!r}) must be a torch.nn.Conv1d.")
    check_pattern(pattern)
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


def kernel_of(conv: nn.Conv1d) -> Tensor:
    """Return a `Conv1d`'s kernel over its whole span, zero at its own gaps."""
    weight = conv.weight.detach()
    kernel = weight.new_zeros((*weight.shape[:2], _span(conv)))
    kernel[..., :: conv.dilation[0]] = weight
    return kernel


def _span(conv: nn.Conv1d) -> int:
    return conv.dilation[0] * (conv.kernel_size[0] - 1) + 1
