"""The other ways to a partially dilated kernel, to compare with the layer of compact parameters.

Each is a module with the layer's arguments that runs what a person would write in its place:

    "conv1d"         one dense `Conv1d` of the same span: every gap is a tap
    "sum"            the sum of a dense and a dilated `Conv1d`: taps under both are held twice
    "gradient mask"  a dense `Conv1d` whose gap gradients are zeroed after they are computed
    "mask"           a dense weight, multiplied by the pattern's mask in every forward
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Final, Literal, Unpack

import torch
from torch import Tensor, nn

from pdviz.conv._alternative import Alternative, Options, shown
from pdviz.pattern import Pattern

Start = Literal["zero", "conv"]


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
                f"`pattern` (={shown(pattern)}) must be one that Pattern.partially_dilated makes: "
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


WAYS: Final[Mapping[str, type[Alternative]]] = {
    "conv1d": DenseConv1d,
    "sum": SumConv1d,
    "gradient mask": GradientMaskedConv1d,
    "mask": MaskedConv1d,
}
"""Every other way, by a short name."""
