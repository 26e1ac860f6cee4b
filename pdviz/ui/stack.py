"""A stack as a person chooses it: the shared pattern in every layer, or a layer's own.

The dilation of the shared pattern may grow from layer to layer, as in WaveNet (van den Oord et al.
2016) and TCN (Bai, Kolter and Koltun 2018). Layers count from the input to the output.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pdviz.analysis.receptive_field import Layer
from pdviz.limits import (
    MAX_EXTENT,
    MAX_ISLAND,
    MAX_KERNEL_SIZE,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_STRIDE,
    MAX_WING,
)
from pdviz.pattern import Family, Pattern
from pdviz.ui.rules import Flag, Whole, Wrong, read_pattern

if TYPE_CHECKING:
    from pdviz.ui.state import State


class TooWide(Wrong):
    """A stack that is refused for its size: a sentence that says how large it would be."""


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One layer of a stack: its stride, and its own pattern, the family's or a free one, if any."""

    stride: int = 1
    family: Family | None = None
    text: str = ""
    origin: int = 0

    @property
    def own(self) -> bool:
        """Whether it has a pattern of its own."""
        return self.family is not None or bool(self.text)


SAME: Final = LayerChoice()
"""A layer like all others."""

_WING: Final = Whole("Wing of a layer", 0, MAX_WING)
_DILATION: Final = Whole("Dilation of a layer", 1, MAX_OWN_DILATION)
_ISLAND: Final = Whole("Island of a layer", 1, MAX_ISLAND, odd=True)
_CAUSAL: Final = Flag("Causal")
_STRIDE: Final = Whole("Stride of a layer", 1, MAX_STRIDE)
_WRITTEN: Final = re.compile(
    r"(?:w([0-9]{1,4})d([0-9]{1,5})i([0-9]{1,4})(c?)|p([01]+)(?:o([0-9]{1,4}))?)?(?:s([0-9]{1,2}))?"
)


@dataclass(frozen=True)
class Stack:
    """The rule for the layers that differ from the shared pattern.

    In a link, layers from the input to the output with "-" between them, each of them nothing for
    one like all others, `w4d2i5` or `w4d2i5c` (causal) for the family's, `p1101` or `p1101o2`
    (origin) for a free pattern, and `s2` behind it for a stride.
    """

    label: str

    def check(self, value: Any) -> tuple[LayerChoice, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_LAYERS:
            raise Wrong(f"{self.label} must be at most {MAX_LAYERS}")
        return trimmed(tuple(self._layer(each) for each in value))

    def _layer(self, value: Any) -> LayerChoice:
        if not isinstance(value, LayerChoice):
            raise Wrong(f"{self.label} must be layers")
        stride = _STRIDE.check(value.stride)
        if value.family is not None:
            if not isinstance(value.family, tuple) or len(value.family) != 4:
                raise Wrong(f"{self.label} must have a wing, a dilation and an island")
            return LayerChoice(stride, _checked(value.family))
        if not isinstance(value.text, str) or type(value.origin) is not int:
            raise Wrong(f"{self.label} must have a pattern of 0 and 1")
        if not value.text:
            return LayerChoice(stride)
        return own_layer(read_pattern(value.text, value.origin), stride)

    def read(self, text: str) -> tuple[LayerChoice, ...]:
        parts = text.split("-", MAX_LAYERS)
        return self.check(tuple(map(self._read, parts)))

    def _read(self, text: str) -> LayerChoice:
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise Wrong(f"{self.label} must be written as w4d2i5, p1101 or nothing, with - between")
        wing, dilation, island, causal, taps, origin, stride = match.groups()
        given = int(stride or 1)
        if wing is not None:
            return LayerChoice(given, (int(wing), int(dilation), int(island), causal == "c"))
        if taps is None:
            return LayerChoice(given)
        return LayerChoice(given, None, taps, int(origin or (len(taps) - 1) // 2))

    def write(self, value: tuple[LayerChoice, ...]) -> str:
        return "-".join(map(_written, value))


def _checked(family: Family) -> Family:
    wing, dilation, island, causal = family
    return (
        _WING.check(wing),
        _DILATION.check(dilation),
        _ISLAND.check(island),
        _CAUSAL.check(causal),
    )


def _written(layer: LayerChoice) -> str:
    text = ""
    if layer.family is not None:
        wing, dilation, island, causal = layer.family
        text = f"w{wing}d{dilation}i{island}{'c' if causal else ''}"
    elif layer.text:
        text = f"p{layer.text}"
        if layer.origin != (len(layer.text) - 1) // 2:
            text += f"o{layer.origin}"
    return text + (f"s{layer.stride}" if layer.stride > 1 else "")


def own_layer(pattern: Pattern, stride: int = 1) -> LayerChoice:
    """A layer with this pattern: as the family's where its numbers are within the limits."""
    if pattern.family is not None:
        try:
            return LayerChoice(stride, _checked(pattern.family))
        except Wrong:
            pass
    return LayerChoice(stride, None, str(pattern), pattern.origin)


def trimmed(stack: tuple[LayerChoice, ...]) -> tuple[LayerChoice, ...]:
    """A stack's choices without those at its end that are like all others."""
    count = len(stack)
    while count and stack[count - 1] == SAME:
        count -= 1
    return stack[:count]


def stack_of(state: State) -> tuple[Layer, ...]:
    """The layers of the stack that is chosen, from the input to the output.

    Raises:
        TooWide: it would reach over more than `limits.MAX_EXTENT` inputs, or one of its kernels
            would span more than `limits.MAX_KERNEL_SIZE` elements; found without making any.
    """
    chosen = [state.stack[n] if n < len(state.stack) else SAME for n in range(state.layers)]
    factors = [state.growth ** (n // state.every) for n in range(state.layers)]
    ends = [_ends(state, *each) for each in zip(chosen, factors, strict=True)]
    extent, jump = 1, 1
    for layer, (first, last) in zip(chosen, ends, strict=True):
        extent += (last - first) * jump
        jump *= layer.stride
    if extent > MAX_EXTENT:
        raise TooWide(
            f"This stack would reach over {extent:,} inputs; at most {MAX_EXTENT:,} are computed. "
            "Take fewer layers, a smaller dilation, less growth or smaller strides."
        )
    span = max(max(last, 0) - min(first, 0) + 1 for first, last in ends)
    if span > MAX_KERNEL_SIZE:
        raise TooWide(
            f"A kernel of this stack would span {span:,} elements, with the origin far beside its "
            f"taps; at most {MAX_KERNEL_SIZE:,} are computed. Let its dilation grow less."
        )
    return tuple(
        Layer(_pattern(state, layer, factor), layer.stride)
        for layer, factor in zip(chosen, factors, strict=True)
    )


def _family(state: State, layer: LayerChoice, factor: int) -> Family | None:
    """Wing, dilation, island and causal of a layer, if its pattern is the family's."""
    if layer.own:
        return layer.family
    if state.text:
        return None
    return state.wing, state.dilation * factor, state.island, state.causal


def _free(state: State, layer: LayerChoice, factor: int) -> tuple[int, ...]:
    """The offsets of a layer whose pattern is a free one; the shared one's taps move apart."""
    if layer.own:
        return Pattern.parse(layer.text, layer.origin).offsets
    return tuple(factor * offset for offset in state.pattern.offsets)


def _ends(state: State, layer: LayerChoice, factor: int) -> tuple[int, int]:
    """The offsets of a layer's first and last tap."""
    family = _family(state, layer, factor)
    if family is None:
        offsets = _free(state, layer, factor)
        return offsets[0], offsets[-1]
    wing, dilation, island, causal = family
    last = 0 if causal else (island - 1) // 2
    reach = wing * dilation
    return last - island + 1 - reach, last if causal else last + reach


def _pattern(state: State, layer: LayerChoice, factor: int) -> Pattern:
    family = _family(state, layer, factor)
    if family is None:
        return Pattern(_free(state, layer, factor))
    return Pattern.partially_dilated(*family)
