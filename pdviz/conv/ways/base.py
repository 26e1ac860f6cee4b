"""What the layer's alternatives share: arguments, checks, and how they run."""

from __future__ import annotations

import math
from typing import ClassVar, Self, TypedDict

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pdviz.conv._arguments import (
    abbreviated,
    check_bias,
    check_tensors,
    read_arguments,
    read_channels,
)
from pdviz.conv._conversion import check_kernel
from pdviz.conv._layer import PartiallyDilatedConv1d
from pdviz.conv._padding import Padding, check_length, pad, read_padding
from pdviz.pattern import Pattern


class Options(TypedDict, total=False):
    """The keyword arguments that every way takes, as the layer does."""

    stride: int | tuple[int]
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
        stride: int | tuple[int] = 1,
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
        args = read_arguments(pattern, stride, padding, groups, padding_mode)
        check_bias(bias)
        channels = read_channels(in_channels, out_channels, args.groups)
        self.in_channels, self.out_channels = channels
        self.pattern, self.stride, _, self.groups, self.padding_mode = args
        # "same" is about another origin where there are other taps
        self.padding: Padding = padding if isinstance(padding, str) else args.padding
        pattern = args.pattern
        self._masked = Masked(pattern)
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
        return self._possible_taps

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
        """Convolve: (N, in_channels, L) → (N, out_channels, L_out); or both without N."""
        kernels = self._kernels()
        check_tensors(input, kernels[0], self.bias, self.groups)
        check_length(input.shape[-1], self._support, self._sides(), self.padding_mode)
        batch = input.unsqueeze(0) if input.dim() == 2 else input
        output = self._convolve(batch, kernels[0], self.bias, self._supports[0])
        for kernel, offsets in zip(kernels[1:], self._supports[1:], strict=True):
            output = output + self._convolve(batch, kernel, None, offsets)
        return output.squeeze(0) if input.dim() == 2 else output

    def effective_kernel(self) -> Tensor:
        """Assemble the kernel that it computes with, a new tensor; differentiable.

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
        channels = (self.out_channels, self.in_channels // self.groups)
        check_kernel(kernel, self._possible_taps, channels)
        shares = torch.zeros(self._support.kernel_size)
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
            device=layer.weight.device,
            dtype=layer.weight.dtype,
        )
        way.load_kernel(layer.kernel().detach())
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            trained = layer.weight.requires_grad
        for weight in way._weights():
            weight.requires_grad_(trained)
        if way.bias is not None and layer.bias is not None:
            with torch.no_grad():
                way.bias.copy_(layer.bias)
            way.bias.requires_grad_(layer.bias.requires_grad)
        return way.train(layer.training)

    def extra_repr(self) -> str:
        """List channels, the pattern requested, and how many weights are held in its place."""
        pattern, weights = abbreviated(self.pattern), self.weights_held
        return f"{self.in_channels}, {self.out_channels}, pattern={pattern}, weights_held={weights}"

    # What makes one way differ from another

    @classmethod
    def _supports_for(cls, pattern: Pattern) -> tuple[range, ...]:
        """Return the offsets of each weight, evenly spaced: one `conv1d` each."""
        return (range(-pattern.origin, pattern.kernel_size - pattern.origin),)

    def _kernels(self) -> tuple[Tensor, ...]:
        """Return the kernel of each `conv1d`."""
        return self._weights()

    @property
    def _possible_taps(self) -> Pattern:
        """The taps that can be other than zero."""
        return self._support

    # What serves the above

    def _weights(self) -> tuple[nn.Parameter, ...]:
        return tuple(getattr(self, name) for name in self._names)

    def _elements(self, offsets: range) -> slice:
        """Return where these offsets are in the assembled kernel."""
        origin = self._support.origin
        return slice(offsets[0] + origin, offsets[-1] + origin + 1, offsets.step)

    def _sides(self) -> tuple[int, int]:
        """Return how many elements go to the left and to the right of the input."""
        return read_padding(self.padding, self._support, self.stride)

    def _convolve(
        self, input: Tensor, kernel: Tensor, bias: Tensor | None, offsets: range
    ) -> Tensor:
        """Run one `conv1d` with taps at `offsets`; what it lacks of the span is not padded."""
        left, right = self._sides()
        left -= offsets[0] + self._support.origin
        right -= self._support.kernel_size - 1 - self._support.origin - offsets[-1]
        padding = 0
        if left == right >= 0 and self.padding_mode == "zeros":  # conv1d pads, without a copy
            padding = left
        else:
            padded = pad(input, max(left, 0), max(right, 0), self.padding_mode)
            input = padded[..., max(-left, 0) : padded.shape[-1] - max(-right, 0)]
        return F.conv1d(input, kernel, bias, self.stride, padding, offsets.step, self.groups)


class Masked:
    """A tensor (…, K) with its gaps multiplied by zero.

    The mask is kept and follows the tensor's device and dtype. It is no buffer, for the state to
    hold only what the pattern does not say.
    """

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._mask: Tensor | None = None

    def __call__(self, tensor: Tensor) -> Tensor:
        """Return the tensor times the mask."""
        mask = self._mask
        if mask is None or mask.device != tensor.device or mask.dtype != tensor.dtype:
            with torch.inference_mode(False):  # a mask made in it could not be used to train
                mask = self._mask = torch.tensor(self._pattern.mask).to(tensor)
        return tensor * mask
