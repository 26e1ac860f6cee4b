"""One dense convolution whose gaps are masked: in its kernel, or in the kernel's gradient."""

from __future__ import annotations

import weakref
from typing import Literal, Unpack

import torch
from torch import Tensor, nn

from pdviz.conv.ways.base import Alternative, Options
from pdviz.pattern import Pattern

Start = Literal["zero", "conv"]


class MaskedConv1d(Alternative):
    """A dense weight times the mask, in every forward, to one `conv1d`.

    Gaps are zero whatever the optimizer does to the weights under them, which are held and stepped
    for nothing.
    """

    weight: nn.Parameter

    @property
    def _possible_taps(self) -> Pattern:
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
