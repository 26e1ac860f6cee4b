"""What a person has chosen, all of it: one frozen value, with a codec to and from a link.

Whatever comes from outside, a link or a control, goes through the same rules. A link's wrong value
is replaced by the default; a control's by the nearest that can be taken; both say so in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final

from pdviz import signals
from pdviz.analysis.targets import TARGETS
from pdviz.analysis.weights import WEIGHTS, make_weights
from pdviz.limits import (
    MAX_CHANNELS,
    MAX_DILATION,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_LEARNING_RATE,
    MAX_PATTERN_TEXT,
    MAX_QUERY,
    MAX_SECTION,
    MAX_SEED,
    MAX_SIGNAL_LENGTH,
    MAX_TRAINING_STEPS,
    MAX_TYPED_WEIGHTS,
    MAX_WING,
    MIN_LEARNING_RATE,
    MIN_SECTION,
)
from pdviz.pattern import Pattern
from pdviz.ui.rules import Choice, Decimal, Device, Flag, Rule, Weights, Whole, Wrong

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
        "initial": Choice("Starting weights", WEIGHTS),
        "target": Choice("Target", TARGETS),
        "scope": Choice("Loss over", SCOPES),
        "rate": Decimal("Learning rate", MIN_LEARNING_RATE, MAX_LEARNING_RATE),
        "optimizer": Choice("Optimizer", OPTIMIZERS),
        "steps": Whole("Steps", 1, MAX_TRAINING_STEPS),
        "step": Whole("Step shown", 0, MAX_TRAINING_STEPS - 1),
    }
)
"""For each field of `State` that a link names by itself, what it may be."""


@dataclass(frozen=True, slots=True)
class State:
    """Every choice, with the defaults of a first visit.

    The pattern is the family's (`wing`, `dilation`, `island`, `causal`) unless `text` holds a free
    one, whose offset 0 is at index `origin`. `position` counts from the start of the section.
    `values` are the typed weights, one for each tap.
    """

    wing: int = 4
    dilation: int = 2
    island: int = 5
    causal: bool = False
    text: str = ""
    origin: int = 0
    layers: int = 3
    signal: str = "ecg"
    channel: int = 0
    start: int = 160
    samples: int = 360
    position: int = 180
    weights: str = "gaussian"
    values: tuple[float, ...] = ()
    seed: int = 0
    device: str = "cpu"
    initial: str = "random"
    target: str = "gaussian"
    scope: str = "position"
    rate: float = 0.01
    optimizer: str = "sgd"
    steps: int = 20
    step: int = 0

    @property
    def pattern(self) -> Pattern:
        """The pattern chosen."""
        if self.text:
            return Pattern.parse(self.text, self.origin)
        return Pattern.partially_dilated(self.wing, self.dilation, self.island, self.causal)

    def edit(self, name: str, value: Any) -> tuple[State, str | None]:
        """This state with one field changed by a control, and a sentence if it had to be mended.

        Changing wing, dilation, island or causal leaves a free pattern for the family.
        """
        rule, notice = RULES[name], None
        try:
            value = rule.check(value)
        except Wrong as wrong:
            before, value = value, getattr(self, name) if wrong.nearest is None else wrong.nearest
            notice = f"{wrong.sentence}: {_plain(before)} was changed to {_plain(value)}."
        if name == "values" and len(value) != self.pattern.taps:
            return self, f"{rule.label} {self._must_fit(name)}. They stay as they were."
        if name in ("wing", "dilation", "island", "causal"):
            new: State = replace(self, text="", origin=0, **{name: value})
            return new._keeping_values(self), notice
        new = replace(self, **{name: value})
        if name == "signal":
            new = replace(new, **_opening(value))
        if value == "typed" and name in ("weights", "initial"):
            if self.pattern.taps > MAX_TYPED_WEIGHTS:
                return self, f"At most {MAX_TYPED_WEIGHTS} weights can be typed by hand."
            new = replace(new, values=self._weights_now(name))
        new = new._settled()
        if getattr(new, name) != value:
            mended = getattr(new, name)
            notice = f"{rule.label} {self._must_fit(name)}: "
            notice += f"{_plain(value)} was changed to {_plain(mended)}."
        return new, notice

    def _must_fit(self, name: str) -> str:
        """What a choice must agree with besides its own rule."""
        if name in ("weights", "initial", "values"):
            return f"need one value for each of the {self.pattern.taps} taps"
        return "must fit the signal and what else is chosen"

    def _weights_now(self, name: str) -> tuple[float, ...]:
        """What to start typing from: the numbers typed before, or those of the choice so far."""
        if len(self.values) == self.pattern.taps:
            return self.values
        kind = getattr(self, name)
        if kind == "typed" or (kind == "difference" and self.pattern.taps < 2):
            kind = "average"
        numbers = make_weights(kind, self.pattern, self.seed).tolist()
        typed: tuple[float, ...] = RULES["values"].check(numbers)
        return typed

    def with_pattern(self, pattern: Pattern) -> State:
        """This state with another pattern: as the family's where the controls reach it."""
        return self._with_pattern_alone(pattern)._keeping_values(self)

    def edit_pattern(self, text: str, origin: int | None = None) -> tuple[State, str | None]:
        """This state with the pattern that was typed, or a sentence that says why it cannot be."""
        try:
            pattern = read_pattern(text, origin)
            left_out = len("".join(text.split())) - pattern.kernel_size
            notice = (
                f"Gaps outside taps and origin were left out: {left_out}." if left_out else None
            )
            return self.with_pattern(pattern), notice
        except Wrong as wrong:
            return self, f"{wrong.sentence}. The pattern stays as it was."

    def to_query(self) -> dict[str, str]:
        """The parameters of a link to this state: what differs from a first visit."""
        default = State(signal=self.signal, **_opening(self.signal))
        query = {
            name: rule.write(getattr(self, name))
            for name, rule in RULES.items()
            if getattr(self, name) != getattr(default, name)
        }
        if self.signal != State().signal:
            query["signal"] = self.signal
        if self.text:
            query["pattern"] = self.text
            if self.origin != (len(self.text) - 1) // 2:
                query["origin"] = str(self.origin)
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[State, list[str]]:
        """The state that a link stands for, and a sentence for each thing in it that was wrong."""
        default, notices, read = cls(), [], {}
        for name, rule in RULES.items():
            if name in query:
                try:
                    read[name] = rule.read(_bounded(rule.label, query[name]))
                except Wrong as wrong:
                    shown = rule.write(getattr(default, name)) or "none"
                    notices.append(_sentence(wrong, query[name], shown))
        state: State = replace(default, **{**_opening(read.get("signal", default.signal)), **read})
        if "pattern" in query:
            shown = str(state.pattern)
            shown = shown if len(shown) <= 64 else f"one of {len(shown):,} elements"
            given = "pattern"
            try:
                pattern = read_pattern(query["pattern"])
                if "origin" in query:
                    given = "origin"
                    origin = Whole("Origin", 0, MAX_PATTERN_TEXT - 1).read(query["origin"])
                    pattern = read_pattern(query["pattern"], origin)
                state = state._with_pattern_alone(pattern)
            except Wrong as wrong:
                notices.append(_sentence(wrong, query[given], shown))
        settled = state._settled()
        for name, rule in RULES.items():
            if name in query and getattr(settled, name) != getattr(state, name):
                shown = rule.write(getattr(settled, name)) or "none"
                clash = Wrong(f"{rule.label} {state._must_fit(name)}")
                notices.append(_sentence(clash, query[name], shown))
        return settled, notices

    def _with_pattern_alone(self, pattern: Pattern) -> State:
        """This state with another pattern, as the family's where the controls reach it."""
        if pattern.family is not None:
            names = ("wing", "dilation", "island", "causal")
            try:
                values: dict[str, Any] = {
                    n: RULES[n].check(v) for n, v in zip(names, pattern.family, strict=True)
                }
            except Wrong:
                pass
            else:
                return replace(self, text="", origin=0, **values)
        return replace(self, text=str(pattern), origin=pattern.origin)

    def _keeping_values(self, before: State) -> State:
        """Typed weights stay with the offset they were typed for."""
        new = self
        if self.pattern.taps > MAX_TYPED_WEIGHTS:
            new = replace(self, values=())
        elif len(before.values) == before.pattern.taps:
            typed = dict(zip(before.pattern.offsets, before.values, strict=True))
            new = replace(self, values=tuple(typed.get(o, 0.0) for o in self.pattern.offsets))
        return new._settled()

    def _settled(self) -> State:
        """This state with every field within what the others allow."""
        signal = signals.load(self.signal, self.seed)
        samples = min(self.samples, signal.length)
        uses_typed = "typed" in (self.weights, self.initial)
        fits = len(self.values) == self.pattern.taps
        changes: dict[str, Any] = {
            "channel": min(self.channel, len(signal.channels) - 1),
            "samples": samples,
            "start": min(self.start, signal.length - samples),
            "position": min(self.position, samples - 1),
            "values": self.values if fits and uses_typed else (),
            "weights": "gaussian" if self.weights == "typed" and not fits else self.weights,
            "initial": "random" if self.initial == "typed" and not fits else self.initial,
            "step": min(self.step, self.steps - 1),
        }
        return replace(self, **changes)


def _opening(signal: str) -> dict[str, Any]:
    """The section and position at which a signal is first shown: where something happens."""
    default = State()
    if signal == default.signal:
        return {"start": default.start, "samples": default.samples, "position": default.position}
    length = signals.load(signal).length
    samples = min(default.samples, length)
    start = (length - samples) // 2 if signal in ("impulse", "step") else 0
    return {"start": start, "samples": samples, "position": samples // 2}


def _bounded(label: str, text: str) -> str:
    if len(text) > MAX_QUERY:
        raise Wrong(f"{label} must be at most {MAX_QUERY:,} characters long")
    return text


def _plain(value: Any) -> str:
    """A value as a sentence may name it: whole where it is short and harmless."""
    if value is None:
        return "nothing"
    text = str(value)
    return text if re.fullmatch(r"[-+]?[0-9A-Za-z.]{1,40}", text) else "what was given"


def _sentence(wrong: Wrong, given: str, shown: str) -> str:
    """What was wrong with a link; its own text is repeated only where that is harmless."""
    what = (
        f"“{given}”"
        if re.fullmatch(r"[0-9A-Za-z]{1,40}|[-+]?[0-9.]{1,40}", given)
        else "something else"
    )
    return f"{wrong.sentence}, but the link says {what}. Shown instead: {shown}."


def read_pattern(text: str, origin: int | None = None) -> Pattern:
    """The pattern that a person typed or linked; blanks are ignored.

    Raises:
        Wrong: with a sentence that says what a pattern takes.
    """
    if len(text) > 2 * MAX_PATTERN_TEXT:
        raise Wrong(f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long")
    text = "".join(text.split())
    if len(text) > MAX_PATTERN_TEXT:
        raise Wrong(
            f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long, not {len(text):,}"
        )
    if set(text) - {"0", "1"}:
        raise Wrong("A pattern is written with 0 for a gap and 1 for a tap, nothing else")
    if "1" not in text:
        raise Wrong("A pattern needs at least one tap, a 1")
    if origin is not None and not 0 <= origin < len(text):
        raise Wrong(f"The origin must be an element of the pattern, 0 to {len(text) - 1}")
    return Pattern.parse(text, origin)


assert {field.name for field in fields(State)} - {"text", "origin"} == set(RULES)
