"""What there is to choose: the names that a page has for it, and a rule for each field."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pdviz import signals
from pdviz.analysis.targets import TARGETS
from pdviz.analysis.weights import WEIGHTS
from pdviz.limits import (
    MAX_CHANNELS,
    MAX_DILATION,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_SECTION,
    MAX_SEED,
    MAX_SIGNAL_LENGTH,
    MAX_TRAINING_STEPS,
    MAX_WEIGHT_DECAY,
    MAX_WING,
    MIN_LEARNING_RATE,
    MIN_SECTION,
)
from pdviz.ui.rules import Choice, Decimal, Device, Flag, Rule, Weights, Whole

WAYS: Final = MappingProxyType(
    {
        "compact": "Compact parameters",
        "sum": "Sum of two Conv1d",
        "mask": "Gradient masking",
        "conv1d": "Dense Conv1d",
    }
)
GAPS: Final = MappingProxyType(
    {
        "zero": "At zero",
        "conv": "As Conv1d draws them",
        "pruned": "Zeroed, with momentum from 5 dense steps",
    }
)
SCOPES: Final = MappingProxyType({"position": "One output", "signal": "All outputs"})
OPTIMIZERS: Final = MappingProxyType({"sgd": "SGD", "adam": "Adam"})

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "wing": Whole("Wing", 0, MAX_WING),
        "dilation": Whole("Dilation", 1, MAX_DILATION),
        "island": Whole("Island", 1, MAX_ISLAND, odd=True),
        "causal": Flag("Causal"),
        "layers": Whole("Layers", 1, MAX_LAYERS),
        "signal": Choice("Signal", signals.SIGNALS),
        "channel": Whole("Channel", 0, MAX_CHANNELS - 1),
        "start": Whole("Section start", 0, MAX_SIGNAL_LENGTH - 1),
        "samples": Whole("Section length", MIN_SECTION, MAX_SECTION),
        "position": Whole("Position", 0, MAX_SECTION - 1),
        "weights": Choice("Weights", WEIGHTS),
        "values": Weights("Typed weights"),
        "seed": Whole("Seed", 0, MAX_SEED),
        "device": Device("Device"),
        "way": Choice("Way", WAYS),
        "initial": Choice("Starting weights", WEIGHTS),
        "target": Choice("Target", TARGETS),
        "scope": Choice("Loss over", SCOPES),
        "rate": Decimal("Learning rate", MIN_LEARNING_RATE, MAX_LEARNING_RATE),
        "optimizer": Choice("Optimizer", OPTIMIZERS),
        "momentum": Decimal("Momentum", 0.0, MAX_MOMENTUM),
        "decay": Decimal("Weight decay", 0.0, MAX_WEIGHT_DECAY),
        "gaps": Choice("Weights at gaps", GAPS),
        "steps": Whole("Steps", 1, MAX_TRAINING_STEPS),
        "step": Whole("Step shown", 0, MAX_TRAINING_STEPS - 1),
    }
)
"""For each field of `State` that a link names by itself, what it may be."""
