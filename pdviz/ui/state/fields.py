"""What there is to choose: the names that a page has for it, and a rule for each field."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pdviz import signals
from pdviz.analysis.stack.weights import WEIGHTS
from pdviz.analysis.training.targets import TARGETS
from pdviz.limits import (
    MAX_BATCH,
    MAX_CHANNELS,
    MAX_DILATION,
    MAX_EVERY,
    MAX_EXTENT,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_RUN_LENGTH,
    MAX_SECTION,
    MAX_SEED,
    MAX_SIGNAL_LENGTH,
    MAX_TRAINING_STEPS,
    MAX_WEIGHT_DECAY,
    MAX_WIDTH,
    MAX_WING,
    MIN_LEARNING_RATE,
    MIN_SECTION,
)
from pdviz.ui.state.layers import Stack
from pdviz.ui.state.rules import Choice, Decimal, Device, Flag, Rule, Weights, Whole

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
RIVALS: Final = MappingProxyType({"span": "Equal span", "weights": "Equal weights"})
TRIALS: Final = MappingProxyType(
    {"actual": "The weights chosen", "random": "Random weights, averaged"}
)
ACTIVATIONS: Final = MappingProxyType({"linear": "Nothing", "relu": "ReLU"})
MEASURES: Final = MappingProxyType({"energy": "Energy, g²", "magnitude": "Size, |g|"})
VIEWS: Final = MappingProxyType(
    {"receptive": "What an output sees", "projective": "What an input reaches"}
)
FILTERS: Final = MappingProxyType({"layer": "One layer", "stack": "The whole stack"})
BELOW: Final = MappingProxyType({"phase": "Phase", "delay": "Group delay"})
DTYPES: Final = MappingProxyType(
    {name: name for name in ("float32", "float64", "bfloat16", "float16")}
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "wing": Whole("Wing", 0, MAX_WING),
        "dilation": Whole("Dilation", 1, MAX_DILATION),
        "island": Whole("Island", 1, MAX_ISLAND, odd=True),
        "causal": Flag("Causal"),
        "layers": Whole("Layers", 1, MAX_LAYERS),
        "growth": Whole("Growth of the dilation", 1, MAX_GROWTH),
        "every": Whole("Layers at each dilation", 1, MAX_EVERY),
        "stack": Stack("Layers of their own"),
        "goal": Whole("Samples to cover", 0, MAX_EXTENT),
        "rival": Choice("Compared at", RIVALS),
        "trial": Choice("Effect of", TRIALS),
        "activation": Choice("Between layers", ACTIVATIONS),
        "measure": Choice("Measured as", MEASURES),
        "view": Choice("Looking at", VIEWS),
        "filter": Choice("Response of", FILTERS),
        "below": Choice("Drawn below", BELOW),
        "hertz": Flag("Frequency in the signal's unit"),
        "batch": Whole("Batch", 1, MAX_BATCH),
        "width": Whole("Channels", 1, MAX_WIDTH),
        "groups": Whole("Groups", 1, MAX_WIDTH),
        "length": Whole("Length", 1, MAX_RUN_LENGTH),
        "dtype": Choice("Number format", DTYPES),
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
