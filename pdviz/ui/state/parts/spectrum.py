"""Choices of the page Spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pdviz.ui.state.rules import Flag, OneOf, choice

FILTERS: Final[Mapping[str, str]] = MappingProxyType(
    {"layer": "One layer", "stack": "The whole stack"}
)
BELOW: Final[Mapping[str, str]] = MappingProxyType({"phase": "Phase", "delay": "Group delay"})


@dataclass(frozen=True, slots=True)
class SpectrumView:
    """Whose response is shown, what is drawn below its magnitude, and the unit of frequency."""

    filter: str = choice("stack", OneOf("Response of", FILTERS))
    below: str = choice("phase", OneOf("Drawn below", BELOW))
    hertz: bool = choice(False, Flag("Frequency in the signal's unit"))
