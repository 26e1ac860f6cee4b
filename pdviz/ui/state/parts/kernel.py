"""Choice of the pattern: the numbers of the family, or a free pattern."""

from __future__ import annotations

from dataclasses import dataclass

from pdviz.limits import MAX_DILATION, MAX_ISLAND, MAX_WING
from pdviz.pattern import Family, Pattern
from pdviz.ui.state.rules import Flag, Invalid, Whole, choice

_WING = Whole("Wing", 0, MAX_WING)
_DILATION = Whole("Dilation", 1, MAX_DILATION)
_ISLAND = Whole("Island", 1, MAX_ISLAND, odd=True)
_CAUSAL = Flag("Causal")


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """The pattern of every layer that has none of its own.

    It is the family's unless `text` holds a free one, whose offset 0 is at index `origin`; the
    family's numbers are then those to return to. `link.py` writes `text` and `origin` as "pattern"
    and "origin".
    """

    wing: int = choice(4, _WING)
    dilation: int = choice(2, _DILATION)
    island: int = choice(5, _ISLAND)
    causal: bool = choice(False, _CAUSAL)
    text: str = ""
    origin: int = 0

    @property
    def family(self) -> Family:
        """Wing, dilation, island and causal."""
        return self.wing, self.dilation, self.island, self.causal

    @property
    def pattern(self) -> Pattern:
        """The pattern chosen."""
        if self.text:
            return Pattern.parse(self.text, self.origin)
        return Pattern.partially_dilated(*self.family)

    def with_pattern(self, pattern: Pattern) -> KernelChoice:
        """Choose another pattern: by the family's numbers where the controls reach them."""
        if pattern.family is not None:
            wing, dilation, island, causal = pattern.family
            try:
                return KernelChoice(
                    _WING.check(wing), _DILATION.check(dilation), _ISLAND.check(island), causal
                )
            except Invalid:
                pass
        return KernelChoice(*self.family, text=str(pattern), origin=pattern.origin)
