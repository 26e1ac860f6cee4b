"""The other ways to a partially dilated kernel, to compare with the layer of compact parameters.

Each is a module with the layer's arguments that runs what a person would write in its place:

    "conv1d"         one dense `Conv1d` of the same span: every gap is a tap
    "sum"            the sum of a dense and a dilated `Conv1d`: taps under both are held twice
    "gradient mask"  a dense `Conv1d` whose gap gradients are zeroed after they are computed
    "mask"           a dense weight, multiplied by the pattern's mask in every forward
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping
from typing import ClassVar, Final, Literal, Self, TypedDict, Unpack

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pdviz.conv._functional import _check_tensors
from pdviz.conv._layer import PartiallyDilatedConv1d
from pdviz.conv._padding import Padding, amounts, check_length, pad
from pdviz.pattern import Pattern

Start = Literal["zero", "conv"]


class Options(TypedDict, total=False):
    """The keyword arguments that every way takes, as the layer does."""

    stride: int
    padding: Padding
    groups: int
    bias: bool
    padding_mode: str
    device: torch.device | str | int | None
    dtype: torch.dtype | None


class Alternative(nn.Module):
    """What the ways share: one `conv1d` for each weight, and the sum of their outputs.

    It computes what the layer with `effective_pattern` and `effective_kernel()` computes. `pattern`
    is the one asked for.
    """

    _names: ClassVar[tuple[str, ...]] = ("weight",)
    bias: nn.Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        pattern: Pattern,
        *,
        stride: int = 1,
        padding: Padding = "same",
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Make it; every weight starts as that of a `Conv1d` of its size does.

        The arguments are those of `PartiallyDilatedConv1d`, and so is what is refused.
        """
        super().__init__()
        PartiallyDilatedConv1d(  # its checks, without its memory
            in_channels,
            out_channels,
            pattern,
            stride=stride,
            padding=padding,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
            device="meta",
        )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.pattern = pattern
        self.stride = stride
        self.padding = padding
        self.groups = groups
        self.padding_mode = padding_mode
        self._masked = _Masked(pattern)
        self._supports = self._supports_for(pattern)
        self._support = Pattern(tuple(set[int]().union(*self._supports)))

        def parameter(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape, device=device, dtype=dtype))

        for name, offsets in zip(self._names, self._supports, strict=True):
            setattr(self, name, parameter(out_channels, in_channels // groups, len(offsets)))
        self.register_parameter("bias", parameter(out_channels) if bias else None)
        self.reset_parameters()

    @property
    def effective_pattern(self) -> Pattern:
        """The taps that it really has; its "same" puts this pattern's `origin` elements left."""
        return self._reach

    @property
    def weights_held(self) -> int:
        """How many weights it holds for each pair of channels; the layer holds `pattern.taps`."""
        return sum(map(len, self._supports))

    def reset_parameters(self) -> None:
        """Draw each weight as its own `Conv1d` would, gaps counted in the fan-in where it has them.

        U(−b, b) with b = 1 / √(length · in_channels / groups); the bias with b of the first weight.
        """
        bounds = [1 / math.sqrt(weight[0].numel()) for weight in self._weights()]
        with torch.no_grad():
            for weight, bound in zip(self._weights(), bounds, strict=True):
                weight.uniform_(-bound, bound)
            if self.bias is not None:
                self.bias.uniform_(-bounds[0], bounds[0])

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, L) → (N, out_channels, L_out); or both without N."""
        kernels = self._kernels()
        _check_tensors(input, kernels[0], self.bias, self.groups)
        check_length(input.shape[-1], self._support, self.padding, self.padding_mode)
        batch = input.unsqueeze(0) if input.dim() == 2 else input
        output = self._convolve(batch, kernels[0], self.bias, self._supports[0])
        for kernel, offsets in zip(kernels[1:], self._supports[1:], strict=True):
            output = output + self._convolve(batch, kernel, None, offsets)
        return output.squeeze(0) if input.dim() == 2 else output

    def effective_kernel(self) -> Tensor:
        """The assembled kernel that it computes with, a new tensor; differentiable.

        (out_channels, in_channels // groups, effective_pattern.kernel_size).
        """
        kernels = self._kernels()
        whole = kernels[0].new_zeros((*kernels[0].shape[:2], self._support.kernel_size))
        for kernel, offsets in zip(kernels, self._supports, strict=True):
            whole[..., self._elements(offsets)] += kernel
        return whole

    def load_kernel(self, kernel: Tensor) -> None:
        """Set the weights so that `effective_kernel()` is `kernel`.

        A tap that is held twice is split in halves, whose sum is exact.

        Raises:
            TypeError, ValueError: it is no tensor, has another shape, or is not zero at a gap that
                this way keeps at zero.
        """
        if not isinstance(kernel, Tensor):
            raise TypeError(f"`kernel` (={kernel!r}) must be a tensor.")
        shape = (self.out_channels, self.in_channels // self.groups, self._support.kernel_size)
        if kernel.shape != shape:
            raise ValueError(f"`kernel` has shape {tuple(kernel.shape)}; it must be {shape}.")
        gaps = [element for element, tap in enumerate(self._reach.mask) if not tap]
        if kernel[..., gaps].any():
            raise ValueError(f"`kernel` must be zero at the gaps of {_shown(self._reach)}.")
        shares = torch.zeros(shape[-1])
        for offsets in self._supports:
            shares[self._elements(offsets)] += 1
        with torch.no_grad():
            for weight, offsets in zip(self._weights(), self._supports, strict=True):
                elements = self._elements(offsets)
                weight.copy_(kernel[..., elements] / shares[elements].to(kernel))

    @classmethod
    def from_layer(cls, layer: PartiallyDilatedConv1d) -> Self:
        """Make the alternative that computes what the layer does, with copies of its weights.

        Raises:
            TypeError, ValueError: `layer` is no such layer, or this way cannot make its pattern.
        """
        if not isinstance(layer, PartiallyDilatedConv1d):
            raise TypeError(f"`layer` (={layer!r}) must be a PartiallyDilatedConv1d.")
        way = cls(
            layer.in_channels,
            layer.out_channels,
            layer.pattern,
            stride=layer.stride,
            padding=layer.padding,
            groups=layer.groups,
            bias=layer.bias is not None,
            padding_mode=layer.padding_mode,
            device=layer.island.device,
            dtype=layer.island.dtype,
        )
        if not set(layer.pattern.offsets) <= set(way._support.offsets):
            raise ValueError(
                f"`layer` has the pattern {_shown(layer.pattern)}, which {cls.__name__} cannot "
                f"make; what it makes is {_shown(way._support)}."
            )
        way.load_kernel(layer.kernel().detach())
        for weight in way._weights():
            weight.requires_grad_(layer.island.requires_grad)
        if way.bias is not None and layer.bias is not None:
            with torch.no_grad():
                way.bias.copy_(layer.bias)
            way.bias.requires_grad_(layer.bias.requires_grad)
        return way.train(layer.training)

    def extra_repr(self) -> str:
        """Channels, the pattern asked for, and how many weights are held in its place."""
        pattern, held = _shown(self.pattern), self.weights_held
        return f"{self.in_channels}, {self.out_channels}, pattern={pattern}, weights_held={held}"

    # What makes one way differ from another

    @classmethod
    def _supports_for(cls, pattern: Pattern) -> tuple[range, ...]:
        """The offsets of each weight, evenly spaced: one `conv1d` each."""
        return (range(-pattern.origin, pattern.kernel_size - pattern.origin),)

    def _kernels(self) -> tuple[Tensor, ...]:
        """What is handed to each `conv1d`."""
        return self._weights()

    @property
    def _reach(self) -> Pattern:
        """The taps that can be other than zero."""
        return self._support

    # What serves the above

    def _weights(self) -> tuple[nn.Parameter, ...]:
        return tuple(getattr(self, name) for name in self._names)

    def _elements(self, offsets: range) -> slice:
        """Where these offsets are in the assembled kernel."""
        origin = self._support.origin
        return slice(offsets[0] + origin, offsets[-1] + origin + 1, offsets.step)

    def _convolve(
        self, input: Tensor, kernel: Tensor, bias: Tensor | None, offsets: range
    ) -> Tensor:
        """One `conv1d` whose taps are at `offsets`; what it lacks of the span is not padded."""
        left, right = amounts(self._support, self.padding)
        left -= offsets[0] - self._support.offsets[0]
        right -= self._support.offsets[-1] - offsets[-1]
        padding = 0
        if left == right >= 0 and self.padding_mode == "zeros":  # conv1d pads, without a copy
            padding = left
        else:
            padded = pad(input, max(left, 0), max(right, 0), self.padding_mode)
            input = padded[..., max(-left, 0) : padded.shape[-1] - max(-right, 0)]
        return F.conv1d(input, kernel, bias, self.stride, padding, offsets.step, self.groups)


class DenseConv1d(Alternative):
    """The starting point: a dense `Conv1d` of the pattern's span, all K elements taps."""

    weight: nn.Parameter


class SumConv1d(Alternative):
    """The sum of a dense `Conv1d`, the island, and a dilated one, whose taps also make the wings.

    The dilated taps are the multiples of the dilation, counted from the origin: the fewest that
    leave `wing` of them beyond the island (on each side, or before a causal one). That is the
    pattern asked for only if the island's reach (to the left, if causal) is a multiple of the
    dilation too; `effective_pattern` says what is made otherwise. Without wings one dilated tap is
    left, at the origin. The bias is the dense one's.
    """

    _names = ("dense", "dilated")
    dense: nn.Parameter
    dilated: nn.Parameter

    @property
    def doubled(self) -> tuple[int, ...]:
        """The offsets of the taps that are held twice; one step of SGD moves them twice as far."""
        dense, dilated = self._supports
        return tuple(offset for offset in dilated if offset in dense)

    @classmethod
    def _supports_for(cls, pattern: Pattern) -> tuple[range, ...]:
        if pattern.family is None:
            raise ValueError(
                f"`pattern` (={_shown(pattern)}) must be one that Pattern.partially_dilated makes: "
                "the sum of a dense and a dilated Conv1d has wings of evenly spaced taps, alike on "
                "both sides or, if causal, on the left alone."
            )
        wing, dilation, island, causal = pattern.family
        reach = island - 1 if causal else (island - 1) // 2
        end = (wing + reach // dilation) * dilation if wing else 0
        last, last_dilated = (0, 0) if causal else (reach, end)
        return range(-reach, last + 1), range(-end, last_dilated + 1, dilation)


class MaskedConv1d(Alternative):
    """A dense weight times the mask, in every forward, to one `conv1d`.

    Gaps are zero whatever the optimizer does to the weights under them, which are held and stepped
    for nothing.
    """

    weight: nn.Parameter

    @property
    def _reach(self) -> Pattern:
        return self.pattern

    def _kernels(self) -> tuple[Tensor, ...]:
        return (self._masked(self.weight),)


class GradientMaskedConv1d(Alternative):
    """A dense `Conv1d` whose gap gradients are zeroed after they are computed.

    The gaps stay as they are only if the optimizer adds nothing of its own, such as weight decay or
    momentum left from before; and they are zero only if they start at zero.

    The mask is a hook on the weight (`Tensor.register_hook`), which sees the gradient before it is
    accumulated: what `.grad` holds already is left alone, and `torch.autograd.grad` is masked too.
    A copy, a pickle or a replaced parameter loses such hooks; each forward sees that there is one.
    """

    weight: nn.Parameter
    start: Start = "conv"  # until the weights have been drawn
    _hooked: weakref.ref[Tensor] | None = None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        pattern: Pattern,
        *,
        start: Start = "zero",
        **options: Unpack[Options],
    ) -> None:
        """Make it, with its gaps at zero (`start="zero"`) or drawn as `Conv1d`'s are (`"conv"`)."""
        if not isinstance(start, str) or start not in ("zero", "conv"):
            raise ValueError(f"`start` (={start!r}) must be 'zero' or 'conv'.")
        super().__init__(in_channels, out_channels, pattern, **options)
        self.start = start
        self._clear_gaps()

    @property
    def effective_pattern(self) -> Pattern:
        """The pattern's taps, and each gap where a weight is not zero now (a GPU is waited for)."""
        drifted = self.weight.detach().flatten(0, 1).any(0).nonzero().flatten().tolist()
        origin = self.pattern.origin
        return Pattern(tuple({*self.pattern.offsets, *(element - origin for element in drifted)}))

    def reset_parameters(self) -> None:
        """Draw the weights as `Conv1d` does, and set the gaps to zero if they start there."""
        super().reset_parameters()
        self._clear_gaps()

    def _clear_gaps(self) -> None:
        if self.start == "zero":
            with torch.no_grad():
                self.weight.copy_(self._masked(self.weight))

    def _kernels(self) -> tuple[Tensor, ...]:
        weight = self.weight
        hooked = self._hooked is not None and self._hooked() is weight
        if weight.requires_grad and not hooked:
            weight.register_hook(self._masked)  # type: ignore[no-untyped-call]
            self._hooked = weakref.ref(weight)
        return (weight,)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_hooked": None}


class _Masked:
    """A tensor (…, K) with its gaps multiplied by zero.

    The mask is kept and follows the tensor's device and dtype. It is no buffer, for the state to
    hold only what the pattern does not say.
    """

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._mask: Tensor | None = None

    def __call__(self, tensor: Tensor) -> Tensor:
        mask = self._mask
        if mask is None or mask.device != tensor.device or mask.dtype != tensor.dtype:
            with torch.inference_mode(False):  # a mask made in it could not be used to train
                mask = self._mask = torch.tensor(self._pattern.mask).to(tensor)
        return tensor * mask


def _shown(pattern: Pattern) -> str:
    """A pattern for a message: as it is written, but not all of a long one."""
    text = str(pattern)
    return text if len(text) <= 64 else f"{text[:30]}…{text[-30:]}"


WAYS: Final[Mapping[str, type[Alternative]]] = {
    "conv1d": DenseConv1d,
    "sum": SumConv1d,
    "gradient mask": GradientMaskedConv1d,
    "mask": MaskedConv1d,
}
"""Every other way, by a short name."""
