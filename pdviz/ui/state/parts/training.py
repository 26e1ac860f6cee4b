"""Choices of the page Gradient flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pdviz.analysis.stack import WEIGHTS
from pdviz.analysis.training import TARGETS
from pdviz.limits import (
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_TRAINING_STEPS,
    MAX_WEIGHT_DECAY,
    MIN_LEARNING_RATE,
)
from pdviz.ui.state.rules import Decimal, OneOf, Whole, choice
from pdviz.ways import TRAINED

WAYS: Final[Mapping[str, str]] = MappingProxyType({way.value: way.label for way in TRAINED})
GAPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "zero": "At zero",
        "conv": "Random",
        "pruned": "Pruned",
    }
)
SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {"position": "One output", "signal": "All outputs"}
)
OPTIMIZERS: Final[Mapping[str, str]] = MappingProxyType({"sgd": "SGD", "adam": "Adam"})


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """What is trained on what, and how; `step` is the step shown, counted from 0."""

    way: str = choice("compact", OneOf("Way to make the kernel", WAYS))
    initial: str = choice("random", OneOf("Starting weights", WEIGHTS))
    target: str = choice("smooth", OneOf("Target", TARGETS))
    scope: str = choice("position", OneOf("Loss over", SCOPES))
    learning_rate: float = choice(
        0.002, Decimal("Learning rate", MIN_LEARNING_RATE, MAX_LEARNING_RATE), key="rate"
    )
    optimizer: str = choice("sgd", OneOf("Optimizer", OPTIMIZERS))
    momentum: float = choice(0.0, Decimal("Momentum", 0.0, MAX_MOMENTUM))
    weight_decay: float = choice(0.0, Decimal("Weight decay", 0.0, MAX_WEIGHT_DECAY), key="decay")
    gaps: str = choice("zero", OneOf("Weights at gaps", GAPS))
    steps: int = choice(20, Whole("Steps", 1, MAX_TRAINING_STEPS))
    step: int = choice(0, Whole("Step shown", 0, MAX_TRAINING_STEPS - 1))

    def settled(self) -> TrainingChoice:
        """Keep the step shown within the run."""
        return replace(self, step=min(self.step, self.steps - 1))
