"""States and patterns for tests to draw from, and what every state and every sentence must be."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from pdviz import Pattern, signals
from pdviz.analysis.stack import WEIGHTS
from pdviz.analysis.training import TARGETS
from pdviz.limits import (
    MAX_BATCH,
    MAX_DILATION,
    MAX_EVERY,
    MAX_EXTENT,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_OWN_DILATION,
    MAX_PATTERN_TEXT,
    MAX_RUN_LENGTH,
    MAX_SECTION,
    MAX_SEED,
    MAX_STRIDE,
    MAX_TRAINING_STEPS,
    MAX_TYPED_WEIGHTS,
    MAX_WEIGHT,
    MAX_WEIGHT_DECAY,
    MAX_WIDTH,
    MAX_WING,
    MIN_LEARNING_RATE,
    MIN_SECTION,
)
from pdviz.ui.state.layers import SAME, LayerChoice, own_layer, trimmed
from pdviz.ui.state.link import from_query
from pdviz.ui.state.parts.cost import DTYPES
from pdviz.ui.state.parts.receptive_field import ACTIVATIONS, MEASURES, RIVALS, TRIALS, VIEWS
from pdviz.ui.state.parts.spectrum import BELOW, FILTERS
from pdviz.ui.state.parts.training import GAPS, OPTIMIZERS, SCOPES, WAYS
from pdviz.ui.state.rules import read_pattern
from pdviz.ui.state.state import CHOICES as KEYS
from pdviz.ui.state.state import State

DEFAULT = State()
ECG = signals.load("ecg").length
FAMILY = ("wing", "dilation", "island", "causal")
CHOICES: Mapping[str, Mapping[str, str]] = {
    "signal": signals.SIGNALS,
    "weights": WEIGHTS,
    "initial": WEIGHTS,
    "target": TARGETS,
    "scope": SCOPES,
    "optimizer": OPTIMIZERS,
    "way": WAYS,
    "gaps": GAPS,
    "rival": RIVALS,
    "trial": TRIALS,
    "activation": ACTIVATIONS,
    "measure": MEASURES,
    "view": VIEWS,
    "filter": FILTERS,
    "below": BELOW,
    "dtype": DTYPES,
}
RANGES = {
    "wing": (0, MAX_WING),
    "dilation": (1, MAX_DILATION),
    "island": (1, MAX_ISLAND),
    "layers": (1, MAX_LAYERS),
    "growth": (1, MAX_GROWTH),
    "every": (1, MAX_EVERY),
    "goal": (0, MAX_EXTENT),
    "batch": (1, MAX_BATCH),
    "width": (1, MAX_WIDTH),
    "groups": (1, MAX_WIDTH),
    "length": (1, MAX_RUN_LENGTH),
    "seed": (0, MAX_SEED),
    "steps": (1, MAX_TRAINING_STEPS),
    "rate": (MIN_LEARNING_RATE, MAX_LEARNING_RATE),
    "momentum": (0.0, MAX_MOMENTUM),
    "decay": (0.0, MAX_WEIGHT_DECAY),
}

seeds = st.integers(0, 3) | st.integers(0, MAX_SEED)
weight = st.floats(-MAX_WEIGHT, MAX_WEIGHT).map(lambda number: float(f"{number:.6g}"))
free = st.sets(st.integers(-25, 25), min_size=1, max_size=20).map(lambda s: Pattern(tuple(s)))
families = st.fixed_dictionaries(
    {
        "wing": st.integers(0, MAX_WING),
        "dilation": st.integers(1, MAX_DILATION),
        "island": st.integers(0, MAX_ISLAND // 2).map(lambda half: 2 * half + 1),
        "causal": st.booleans(),
    }
)

strides = st.integers(1, MAX_STRIDE)
own_families = st.tuples(
    st.integers(0, MAX_WING),
    st.integers(1, MAX_OWN_DILATION),
    st.integers(0, MAX_ISLAND // 2).map(lambda half: 2 * half + 1),
    st.booleans(),
)
layer_choices = (
    st.just(SAME)
    | st.builds(LayerChoice, strides)
    | st.builds(LayerChoice, strides, own_families)
    | st.builds(own_layer, free, strides)
)
"""One layer of a stack."""


def from_link(query: Mapping[str, str]) -> tuple[State, list[str]]:
    """The state that a link stands for, and its notices as a page says them."""
    state, notices = from_query(query)
    return state, [str(notice) for notice in notices]


def within_reach(pattern: Pattern) -> bool:
    """Whether the numbers in the sidebar can make it."""
    return pattern.family is not None and all(
        number <= most
        for number, most in zip(pattern.family, (MAX_WING, MAX_DILATION, MAX_ISLAND), strict=False)
    )


def typed(state: State, text: str, origin: int | None = None) -> State:
    """This state with the pattern that a text stands for."""
    return state.with_pattern(read_pattern(text, origin))


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state that stands for itself: every field within what the others allow."""
    chosen: dict[str, Any] = draw(families)
    if draw(st.booleans()):
        pattern = draw(free.filter(lambda pattern: not within_reach(pattern)))
        chosen = {"text": str(pattern), "origin": pattern.origin}
    taps = State.of(**chosen).pattern.taps
    name, seed = draw(st.sampled_from(sorted(signals.SIGNALS))), draw(seeds)
    signal = signals.load(name, seed)
    samples = draw(st.integers(MIN_SECTION, min(MAX_SECTION, signal.length)))
    steps = draw(st.integers(1, MAX_TRAINING_STEPS))
    layers = draw(st.integers(1, MAX_LAYERS))
    width = draw(st.integers(1, 128) | st.integers(1, MAX_WIDTH))
    divisors = [n for n in (1, 2, 3, 4, 8, width) if width % n == 0]
    for field in ("weights", "initial"):
        chosen[field] = draw(st.sampled_from(sorted(WEIGHTS)))
    values: tuple[float, ...] = ()
    if "typed" in (chosen["weights"], chosen["initial"]):
        few = draw(st.lists(weight, min_size=1, max_size=9))
        values = tuple(few[number % len(few)] for number in range(taps))
    return State.of(
        **chosen,
        values=values,
        layers=layers,
        growth=draw(st.integers(1, MAX_GROWTH)),
        every=draw(st.integers(1, MAX_EVERY)),
        goal=draw(st.just(0) | st.integers(0, MAX_EXTENT)),
        stack=trimmed(tuple(draw(st.lists(layer_choices, max_size=layers)))),
        rival=draw(st.sampled_from(sorted(RIVALS))),
        trial=draw(st.sampled_from(sorted(TRIALS))),
        activation=draw(st.sampled_from(sorted(ACTIVATIONS))),
        measure=draw(st.sampled_from(sorted(MEASURES))),
        view=draw(st.sampled_from(sorted(VIEWS))),
        filter=draw(st.sampled_from(sorted(FILTERS))),
        below=draw(st.sampled_from(sorted(BELOW))),
        hertz=draw(st.booleans()),
        batch=draw(st.integers(1, MAX_BATCH)),
        width=width,
        groups=draw(st.sampled_from(divisors)),
        length=draw(st.integers(1, MAX_RUN_LENGTH)),
        dtype=draw(st.sampled_from(sorted(DTYPES))),
        signal=name,
        seed=seed,
        channel=draw(st.integers(0, len(signal.channels) - 1)),
        samples=samples,
        start=draw(st.integers(0, signal.length - samples)),
        position=draw(st.integers(0, samples - 1)),
        device=draw(st.sampled_from(["cpu", "cuda:0", "cuda:1", "cuda:15"])),
        target=draw(st.sampled_from(sorted(TARGETS))),
        scope=draw(st.sampled_from(sorted(SCOPES))),
        rate=draw(st.floats(MIN_LEARNING_RATE, MAX_LEARNING_RATE)),
        optimizer=draw(st.sampled_from(sorted(OPTIMIZERS))),
        way=draw(st.sampled_from(sorted(WAYS))),
        momentum=draw(st.floats(0, MAX_MOMENTUM)),
        decay=draw(st.floats(0, MAX_WEIGHT_DECAY)),
        gaps=draw(st.sampled_from(sorted(GAPS))),
        steps=steps,
        step=draw(st.integers(0, steps - 1)),
        present=draw(st.booleans()),
        strip=draw(st.booleans()),
    )


def assert_sound(state: State) -> None:
    """Every field is of its type and within its limits, and they fit one another."""
    for key in KEYS:
        assert type(state.get(key)) is type(DEFAULT.get(key)), key
    for name, (least, most) in RANGES.items():
        assert least <= state.get(name) <= most, name
    for name, options in CHOICES.items():
        assert state.get(name) in options, name
    assert state.kernel.island % 2 == 1
    assert state.cost.width % state.cost.groups == 0
    assert len(state.stack.own) <= state.stack.layers
    assert state.stack.own == trimmed(state.stack.own)
    for layer in state.stack.own:
        assert 1 <= layer.stride <= MAX_STRIDE
        assert layer.family is None or not layer.text
        assert set(layer.text) <= {"0", "1"}
        assert len(layer.text) <= MAX_PATTERN_TEXT
    assert re.fullmatch(r"cpu|cuda:[0-9]{1,2}", state.signal.device)
    assert set(state.kernel.text) <= {"0", "1"}
    assert len(state.kernel.text) <= MAX_PATTERN_TEXT
    assert state.pattern.kernel_size <= max(MAX_PATTERN_TEXT, 2 * MAX_WING * MAX_DILATION + 65)
    signal = signals.load(state.signal.name, state.weights.seed)
    assert 0 <= state.signal.channel < len(signal.channels)
    assert MIN_SECTION <= state.signal.samples <= min(MAX_SECTION, signal.length)
    assert 0 <= state.signal.start <= signal.length - state.signal.samples
    assert 0 <= state.signal.position < state.signal.samples
    assert 0 <= state.training.step < state.training.steps
    typed = "typed" in (state.weights.kind, state.training.initial)
    assert len(state.weights.values) == (state.pattern.taps if typed else 0)
    assert len(state.weights.values) <= MAX_TYPED_WEIGHTS
    assert all(type(value) is float and abs(value) <= MAX_WEIGHT for value in state.weights.values)
    assert hash(state) == hash(dataclasses.replace(state))


def assert_plain(sentence: str) -> None:
    """One short sentence or two, in which Markdown finds nothing to mark.

    Text between backticks is code, in which nothing is. Outside of it there may be none of the
    characters that mark text (`_` does but inside a word), no `:name` (Streamlit has colours, icons
    and emoji by that) and nothing that is made a link by itself, as `www.` and `name@` are.
    """
    outside = re.sub(r"`[\w.:+-]*`", "", sentence, flags=re.ASCII)
    assert not re.search(r"[*~`<>\[\]{}$#|\\&!@=/\"\n\r]", outside), sentence
    assert not re.search(r"(?<!\w)_|_(?!\w)|:[A-Za-z]|www\.|^[-+]", outside), sentence
    assert sentence.isprintable()
    assert len(sentence) <= 400
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")
