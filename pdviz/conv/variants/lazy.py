"""The layer that takes the number of its input channels from its first input."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.parameter import UninitializedParameter

from pdviz.conv._arguments import check_bias, read_arguments, read_channels
from pdviz.conv._backends import Backend
from pdviz.conv._layer import PartiallyDilatedConv1d
from pdviz.conv._padding import Padding
from pdviz.pattern import Pattern

_Uninitialized: Any = UninitializedParameter  # whose arguments have no types


class LazyPartiallyDilatedConv1d(LazyModuleMixin, PartiallyDilatedConv1d):
    """A `PartiallyDilatedConv1d` whose `in_channels` is that of its first input.

    Until then `weight` and `bias` are `UninitializedParameter`s; with the first call the module
    becomes a `PartiallyDilatedConv1d`. As of all lazy modules, the optimizer is made after it.

    >>> layer = LazyPartiallyDilatedConv1d(8, "1101011", groups=2)
    >>> layer(torch.zeros(1, 4, 20)).shape
    torch.Size([1, 8, 20])
    >>> type(layer).__name__, layer.in_channels, layer.weight.shape
    ('PartiallyDilatedConv1d', 4, torch.Size([8, 2, 5]))
    """

    cls_to_become = PartiallyDilatedConv1d

    def __init__(
        self,
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
        """Make a layer without weights; the arguments are `PartiallyDilatedConv1d`'s.

        Raises:
            TypeError, ValueError: an argument is wrong; the message names it. So does the first
                call, where `groups` does not divide the input's channels.
        """
        check_bias(bias)
        args = read_arguments(pattern, stride, padding, groups, padding_mode)
        super().__init__(
            args.groups,  # a number that `groups` divides
            out_channels,
            args.pattern,
            stride,
            padding,
            dilation,
            groups,
            False,
            padding_mode,
            "meta",
            dtype,
            backend=backend,
        )
        self.in_channels = 0
        self.weight = _Uninitialized(device=device, dtype=dtype)
        if bias:
            self.bias = _Uninitialized(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw weights and bias as the layer does, once there are some."""
        if not self.has_uninitialized_params():
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Make weights for inputs like this one, (N, in_channels, L) or (in_channels, L).

        Raises:
            TypeError, ValueError: it is no such input, or `groups` does not divide its channels.
        """
        weight, bias = self.weight, self.bias
        if not isinstance(weight, UninitializedParameter):  # loaded from a state dict
            self.in_channels = weight.shape[1] * self.groups
            return
        if not isinstance(input, Tensor):
            raise TypeError(f"`input` (={input!r}) must be a tensor.")
        if input.dim() not in (2, 3):
            shape = tuple(input.shape)
            raise ValueError(f"`input` has shape {shape}; it must be (N, C, L) or (C, L).")
        channels, _ = read_channels(input.shape[-2], self.out_channels, self.groups)
        self.in_channels = channels
        with torch.no_grad():
            weight.materialize((self.out_channels, channels // self.groups, self.pattern.taps))
            if isinstance(bias, UninitializedParameter):
                bias.materialize((self.out_channels,))
        self.reset_parameters()

    def _save_to_state_dict(
        self, destination: dict[str, Any], prefix: str, keep_vars: bool
    ) -> None:
        """Save the pattern's offsets too, which the lazy form of this method leaves out."""
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "_extra_state"] = self.get_extra_state()
