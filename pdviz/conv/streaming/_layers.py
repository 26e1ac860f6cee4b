"""What a stream can run: which convolutions and pointwise steps a module consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from torch import Tensor, nn

from pdviz.conv._layer import PartiallyDilatedConv1d
from pdviz.conv.streaming._window import Window, check_mode, window_of
from pdviz.pattern import Pattern

_POINTWISE: Final = (
    *(nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU),
    *(nn.SiLU, nn.Mish, nn.Sigmoid, nn.LogSigmoid, nn.Tanh, nn.Softplus, nn.Softsign),
    *(nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Hardshrink, nn.Softshrink, nn.Tanhshrink),
    nn.Threshold,
)
"""Modules whose output at t depends on the input at t alone, and keeps its shape."""
_POINTWISE_IN_EVAL: Final = (
    *(nn.Dropout, nn.Dropout1d, nn.AlphaDropout, nn.FeatureAlphaDropout, nn.BatchNorm1d),
)
"""Modules that are so in eval mode alone."""
_PADS: Final = {
    nn.ZeroPad1d: "zeros",
    nn.ConstantPad1d: "zeros",
    nn.ReplicationPad1d: "replicate",
    nn.ReflectionPad1d: "reflect",
    nn.CircularPad1d: "circular",
}


@dataclass(frozen=True)
class Convolution:
    """A convolution of a stream; the weights are those of the module, not a copy."""

    name: str
    weight: Tensor  # (out_channels, in_channels // groups, T), ascending offsets
    bias: Tensor | None
    window: Window
    backend: str

    @property
    def in_channels(self) -> int:
        return self.weight.shape[1] * self.window.groups

    @property
    def out_channels(self) -> int:
        return len(self.weight)


@dataclass(frozen=True)
class _Pad:
    name: str
    amounts: tuple[int, int]
    mode: str


def read(module: nn.Module) -> list[Convolution | nn.Module]:
    """Read a layer or a stack: its convolutions and pointwise modules, in order.

    Raises:
        TypeError: a module is neither; the message says which.
        ValueError: there is no convolution, channels of neighbours differ, a convolution reads
            samples that have not come, or a module is in training mode that must not be.
    """
    steps: list[Convolution | nn.Module] = []
    pad: _Pad | None = None
    channels: tuple[str, int] | None = None
    for name, part in _leaves(module, ""):
        if type(part) in _PADS:
            if pad is not None:
                raise TypeError(f"{_at(name, part)}: no padding may follow a padding in a stream.")
            pad = _read_pad(name, part)
            continue
        step = _read_one(name, part, pad)
        pad = None
        if isinstance(step, Convolution):
            if channels is not None and channels[1] != step.in_channels:
                raise ValueError(
                    f"{_at(name, part)} takes {step.in_channels} channels, and {channels[0]} gives "
                    f"{channels[1]}."
                )
            channels = _at(name, part), step.out_channels
        steps.append(step)
    if pad is not None:
        raise TypeError(f"`module` ends with a padding, {pad.name!r}; a Conv1d must follow it.")
    if channels is None:
        raise ValueError(f"`module` (={module!r}) must have a convolution.")
    return steps


def _leaves(module: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    """Yield what a `Sequential` consists of, however they are nested."""
    if type(module) is not nn.Sequential:
        yield name, module
        return
    for key, child in module.named_children():
        yield from _leaves(child, f"{name}.{key}" if name else key)


def _at(name: str, module: nn.Module) -> str:
    """Name a module in a message."""
    kind = type(module).__name__
    return f"`module` (={kind})" if name == "" else f"`module`: {name!r}, {kind},"


def _read_pad(name: str, module: nn.Module) -> _Pad:
    if isinstance(module, nn.ConstantPad1d) and module.value != 0:
        raise TypeError(f"{_at(name, module)} pads with {module.value}; a stream pads with 0.")
    left, right = module.padding  # type: ignore[misc]  # a pair, of each of them
    if min(left, right) < 0:
        raise TypeError(f"{_at(name, module)} cuts off samples: padding {(left, right)}.")
    return _Pad(name, (left, right), _PADS[type(module)])


def _read_one(name: str, module: nn.Module, pad: _Pad | None) -> Convolution | nn.Module:
    forward = type(module).forward
    if isinstance(module, PartiallyDilatedConv1d) and forward is PartiallyDilatedConv1d.forward:
        window = window_of(
            module.pattern, module.stride, module.padding, module.groups, module.padding_mode
        )
        window = _padded(name, module, window, pad)
        return Convolution(name, module.weight, module.bias, window, module.backend)
    if isinstance(module, nn.Conv1d) and forward is nn.Conv1d.forward:
        window = _padded(name, module, _window_of_conv(module, pad), pad)
        return Convolution(name, module.weight, module.bias, window, "auto")
    if pad is not None:
        raise TypeError(f"{_at(name, module)} follows a padding; a convolution must.")
    if type(module) in _POINTWISE_IN_EVAL:
        statistics = not isinstance(module, nn.BatchNorm1d) or module.track_running_stats
        if module.training or not statistics:
            raise ValueError(
                f"{_at(name, module)} must be in eval mode in a stream: call .eval() first."
                if statistics
                else f"{_at(name, module)} must have running statistics in a stream."
            )
        return module
    if type(module) in _POINTWISE:
        return module
    raise TypeError(
        f"{_at(name, module)} is not known to treat each sample by itself. A stream takes "
        "PartiallyDilatedConv1d, Conv1d, padding in front of one, activations, and in eval mode "
        "Dropout and BatchNorm1d; Sequential of them."
    )


def _window_of_conv(conv: nn.Conv1d, pad: _Pad | None) -> Window:
    """Make the window of a `Conv1d`, whose output j belongs to sample j · stride."""
    dilation, span = conv.dilation[0], conv.dilation[0] * (conv.kernel_size[0] - 1) + 1
    if conv.padding == "same":
        left = (span - 1) // 2
    else:
        left = 0 if conv.padding == "valid" else int(conv.padding[0])
    origin = min(pad.amounts[0] if pad else left, span - 1)
    pattern = Pattern(range(-origin, span - origin, dilation))
    if conv.padding == "same":
        window = window_of(pattern, conv.stride[0], "valid", conv.groups, "zeros")
        return _checked_mode(window._replace(left=left, right=span - 1 - left), conv.padding_mode)
    return window_of(pattern, conv.stride[0], left, conv.groups, conv.padding_mode)


def _padded(name: str, module: nn.Module, window: Window, pad: _Pad | None) -> Window:
    """Let the padding that stands in front of a convolution be its own."""
    if pad is None:
        return window
    if window.left or window.right:
        raise TypeError(f"{_at(name, module)} pads what is padded before; one of both must not.")
    return _checked_mode(window._replace(left=pad.amounts[0], right=pad.amounts[1]), pad.mode)


def _checked_mode(window: Window, padding_mode: str) -> Window:
    """Return the window with this padding mode, or raise if it reads what has not come."""
    check_mode(padding_mode, window.left, window.right)
    return window._replace(padding_mode=padding_mode)
