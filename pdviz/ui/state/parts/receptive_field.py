"""Choices of the page Receptive field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pdviz.ui.state.rules import OneOf, choice

RIVALS: Final[Mapping[str, str]] = MappingProxyType(
    {"span": "Equal span", "weights": "Equal weights"}
)
TRIALS: Final[Mapping[str, str]] = MappingProxyType(
    {"actual": "The weights chosen", "random": "Random weights, averaged"}
)
ACTIVATIONS: Final[Mapping[str, str]] = MappingProxyType({"linear": "Nothing", "relu": "ReLU"})
MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {"energy": "Energy, g²", "magnitude": "Size, |g|"}
)
VIEWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": "Not drawn",
        "receptive": "What an output sees",
        "projective": "What an input reaches",
    }
)
"""From which side every depth is drawn, if at all."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """What the stack is compared with, and which effect is shown; `rival` serves Spectrum, too."""

    rival: str = choice("span", OneOf("Compared at", RIVALS))
    trial: str = choice("actual", OneOf("Effect of", TRIALS))
    activation: str = choice("linear", OneOf("Between layers", ACTIVATIONS))
    measure: str = choice("energy", OneOf("Measured as", MEASURES))
    view: str = choice("none", OneOf("Every depth", VIEWS))
