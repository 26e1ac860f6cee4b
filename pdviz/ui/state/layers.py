"""Layers that differ from the shared pattern, and how a link writes them.

The dilation of the shared pattern may grow from layer to layer, as in WaveNet (van den Oord et al.
2016) and TCN (Bai, Kolter and Koltun 2018). Layers count from the input to the output.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pdviz.limits import (
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_STRIDE,
    MAX_WING,
)
from pdviz.pattern import Family, Pattern
from pdviz.ui.state.rules import Flag, Invalid, Whole, read_pattern


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

    @property
    def differs(self) -> bool:
        """Whether it has a pattern or a stride of its own."""
        return self != SAME


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
class Layers:
    """The rule for the layers that differ from the shared pattern.

    In a link, layers from the input to the output with "-" between them, each of them nothing for
    one like all others, `w4d2i5` or `w4d2i5c` (causal) for the family's, `p1101` or `p1101o2`
    (origin) for a free pattern, and `s2` behind it for a stride.
    """

    label: str

    def check(self, value: Any) -> tuple[LayerChoice, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_LAYERS:
            raise Invalid(f"{self.label} must be at most {MAX_LAYERS}")
        return trimmed(tuple(self._layer(each) for each in value))

    def _layer(self, value: Any) -> LayerChoice:
        if not isinstance(value, LayerChoice):
            raise Invalid(f"{self.label} must be written as layers")
        stride = _STRIDE.check(value.stride)
        if value.family is not None:
            if not isinstance(value.family, tuple) or len(value.family) != 4:
                raise Invalid(f"{self.label} must have a wing, a dilation and an island")
            return LayerChoice(stride, _checked(value.family))
        if not isinstance(value.text, str) or type(value.origin) is not int:
            raise Invalid(f"{self.label} must have a pattern of 0 and 1")
        if not value.text:
            return LayerChoice(stride)
        return own_layer(read_pattern(value.text, value.origin), stride)

    def read(self, text: str) -> tuple[LayerChoice, ...]:
        parts = text.split("-", MAX_LAYERS)
        return self.check(tuple(map(self._read, parts)))

    def _read(self, text: str) -> LayerChoice:
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise Invalid(
                f"{self.label} must be w4d2i5, p1101 or nothing, separated by -: w4d2i5-p1101"
            )
        wing, dilation, island, causal, taps, origin, stride = match.groups()
        step = int(stride or 1)
        if wing is not None:
            return LayerChoice(step, (int(wing), int(dilation), int(island), causal == "c"))
        if taps is None:
            return LayerChoice(step)
        return LayerChoice(step, None, taps, int(origin or (len(taps) - 1) // 2))

    def write(self, value: tuple[LayerChoice, ...]) -> str:
        return "-".join(map(_written, value))

    def say(self, value: tuple[LayerChoice, ...]) -> str:
        return self.write(value) or "none"


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
    """Make a layer with this pattern: the family's where its numbers are within the limits."""
    if pattern.family is not None:
        try:
            return LayerChoice(stride, _checked(pattern.family))
        except Invalid:
            pass
    return LayerChoice(stride, None, str(pattern), pattern.origin)


def trimmed(stack: tuple[LayerChoice, ...]) -> tuple[LayerChoice, ...]:
    """Drop the layers at the end of a stack that are like all others."""
    count = len(stack)
    while count and stack[count - 1] == SAME:
        count -= 1
    return stack[:count]
