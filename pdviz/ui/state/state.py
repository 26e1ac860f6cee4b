"""What a person has chosen, all of it: one frozen value; `link.py` writes it into a link.

Whatever comes from outside, a link or a control, goes through the same rules. A link's wrong value
is replaced by the default; a control's by the nearest that can be taken; both say so in a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from pdviz import signals
from pdviz.analysis.stack.weights import make_weights
from pdviz.limits import MAX_TYPED_WEIGHTS
from pdviz.pattern import Pattern
from pdviz.ui.state.fields import RULES
from pdviz.ui.state.layers import LayerChoice, trimmed
from pdviz.ui.state.rules import Wrong


@dataclass(frozen=True, slots=True)
class State:
    """Every choice, with the defaults of a first visit.

    The pattern is the family's (`wing`, `dilation`, `island`, `causal`) unless `text` holds a free
    one, whose offset 0 is at index `origin`. Its dilation is multiplied by `growth` after `every`
    layers; `stack` holds, from the input on, the layers that differ (see `stack.py`). `goal` is how
    many samples in a row the stack is to cover, 0 if nothing is wanted. `position` counts from the
    start of the section. `values` are the typed weights, one for each tap.
    """

    wing: int = 4
    dilation: int = 2
    island: int = 5
    causal: bool = False
    text: str = ""
    origin: int = 0
    layers: int = 3
    growth: int = 1
    every: int = 1
    stack: tuple[LayerChoice, ...] = ()
    goal: int = 0
    rival: str = "span"
    trial: str = "actual"
    activation: str = "linear"
    measure: str = "energy"
    view: str = "receptive"
    filter: str = "stack"
    below: str = "phase"
    hertz: bool = False
    batch: int = 8
    width: int = 64
    groups: int = 64
    length: int = 4096
    dtype: str = "float32"
    signal: str = "ecg"
    channel: int = 0
    start: int = 160
    samples: int = 360
    position: int = 180
    weights: str = "gaussian"
    values: tuple[float, ...] = ()
    seed: int = 0
    device: str = "cpu"
    way: str = "compact"
    initial: str = "random"
    target: str = "smooth"
    scope: str = "position"
    rate: float = 0.002
    optimizer: str = "sgd"
    momentum: float = 0.0
    decay: float = 0.0
    gaps: str = "zero"
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
            return self, f"{rule.label} {self.must_fit(name)}. They stay as they were."
        if name in ("wing", "dilation", "island", "causal"):
            new: State = replace(self, text="", origin=0, **{name: value})
            return new._keeping_values(self), notice
        new = replace(self, **{name: value})
        if name == "signal":
            new = replace(new, **opening(value))
        if name == "width" and self.groups == self.width:
            new = replace(new, groups=value)  # what was depthwise stays it
        if value == "typed" and name in ("weights", "initial"):
            if self.pattern.taps > MAX_TYPED_WEIGHTS:
                return self, f"At most {MAX_TYPED_WEIGHTS} weights can be typed by hand."
            new = replace(new, values=self._weights_now(name))
        new = new.settled()
        if getattr(new, name) != value:
            mended = getattr(new, name)
            notice = f"{rule.label} {self.must_fit(name)}: "
            notice += f"{_plain(value)} was changed to {_plain(mended)}."
        return new, notice

    def must_fit(self, name: str) -> str:
        """What a choice must agree with besides its own rule."""
        if name in ("weights", "initial", "values"):
            return f"need one value for each of the {self.pattern.taps} taps"
        if name == "groups":
            return f"must divide the {self.width:,} channels"
        if name == "stack":
            return f"must be no more than the {self.layers} layers there are"
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
        return self.with_pattern_alone(pattern)._keeping_values(self)

    def with_family(self, wing: int, dilation: int, island: int, causal: bool) -> State:
        """This state with the family's pattern of these numbers, which are kept as they are."""
        numbers: dict[str, Any] = {"wing": wing, "dilation": dilation, "island": island}
        new: State = replace(self, text="", origin=0, causal=causal, **numbers)
        return new._keeping_values(self)

    def with_pattern_alone(self, pattern: Pattern) -> State:
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
        return new.settled()

    def settled(self) -> State:
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
            "stack": trimmed(self.stack[: self.layers]),
            "groups": next(n for n in range(self.groups, 0, -1) if self.width % n == 0),
        }
        return replace(self, **changes)


def opening(signal: str) -> dict[str, Any]:
    """The section and position at which a signal is first shown: where something happens."""
    default = State()
    if signal == default.signal:
        return {"start": default.start, "samples": default.samples, "position": default.position}
    length = signals.load(signal).length
    samples = min(default.samples, length)
    start = (length - samples) // 2 if signal in ("impulse", "step") else 0
    return {"start": start, "samples": samples, "position": samples // 2}


def _plain(value: Any) -> str:
    """A value as a sentence may name it: whole where it is short and harmless."""
    if value is None:
        return "nothing"
    text = str(value)
    return text if re.fullmatch(r"[-+]?[0-9A-Za-z.]{1,40}", text) else "what was given"


assert {field.name for field in fields(State)} - {"text", "origin"} == set(RULES)
