"""State: all that a person has chosen, as one frozen value made of a part per subject.

`link.py` writes it into a link and reads it from one. Whatever comes from outside, a link, a
control or a drawing, passes the rule of its field. A link's invalid value is replaced by the
default, a control's by the nearest valid one; both are said in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_type_hints

from pdviz.analysis.stack import make_weights
from pdviz.figures.wording import number, whole, with_minus
from pdviz.limits import MAX_TYPED_WEIGHTS
from pdviz.pattern import Pattern
from pdviz.ui.state.parts import (
    CostView,
    FieldView,
    KernelChoice,
    SignalView,
    SpectrumView,
    StackChoice,
    TrainingChoice,
    WeightsChoice,
)
from pdviz.ui.state.parts.frame import FrameView
from pdviz.ui.state.rules import Invalid, Rule


@dataclass(frozen=True, slots=True)
class State:
    """Every choice, with the defaults of a first visit.

    A choice is known by its key, which is its name in a link: "wing" is `kernel.wing`, "signal" is
    `signal.name`; see `CHOICES`.

    >>> state = State.of(wing=2, layers=5)
    >>> state.kernel.wing, state.stack.layers, state.get("rate")
    (2, 5, 0.002)
    """

    kernel: KernelChoice = KernelChoice()
    stack: StackChoice = StackChoice()
    field: FieldView = FieldView()
    spectrum: SpectrumView = SpectrumView()
    cost: CostView = CostView()
    signal: SignalView = SignalView()
    weights: WeightsChoice = WeightsChoice()
    training: TrainingChoice = TrainingChoice()
    frame: FrameView = FrameView()

    @classmethod
    def of(cls, **values: Any) -> State:
        """Make the state of a first visit with other values of these keys, unchecked."""
        return cls().put(**values)

    @property
    def pattern(self) -> Pattern:
        """The pattern chosen."""
        return self.kernel.pattern

    def get(self, key: str) -> Any:
        """Return the value of a choice."""
        choice = CHOICES[key]
        return getattr(getattr(self, choice.part), choice.name)

    def put(self, **values: Any) -> State:
        """Replace the values of these keys, unchecked."""
        parts: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            choice = CHOICES[key]
            parts.setdefault(choice.part, {})[choice.name] = value
        return replace(self, **{n: replace(getattr(self, n), **new) for n, new in parts.items()})

    def edit(self, key: str, value: Any) -> tuple[State, str | None]:
        """Change one choice by a control; return a notice if the value was corrected.

        Changing wing, dilation, island or causal leaves a free pattern for the family.
        """
        rule, notice = RULES[key], None
        try:
            value = rule.check(value)
        except Invalid as invalid:
            before, value = value, self.get(key) if invalid.nearest is None else invalid.nearest
            notice = f"{invalid.sentence}: {_plain(before)} was changed to {_plain(value)}."
        if key == "values" and len(value) != self.pattern.taps:
            return self, f"{rule.label} {self.must_fit(key)}. They stay as they were."
        if key in ("wing", "dilation", "island", "causal"):
            return self.put(text="", origin=0, **{key: value})._keeping_values(self), notice
        typed = value == "typed" and key in ("weights", "initial")
        if typed and self.pattern.taps > MAX_TYPED_WEIGHTS:
            return self, f"At most {MAX_TYPED_WEIGHTS} weights can be typed by hand."
        new = self._changed(key, value).settled()
        if new.get(key) != value:
            notice = f"{rule.label} {self.must_fit(key)}: "
            notice += f"{_plain(value)} was changed to {_plain(new.get(key))}."
        return new, notice

    def _changed(self, key: str, value: Any) -> State:
        """Change one choice, and what follows from it."""
        if key == "signal":
            return replace(self, signal=self.signal.opened(value))
        if key == "width" and self.cost.groups == self.cost.width:
            return self.put(width=value, groups=value)  # a depthwise layer stays one
        new = self.put(**{key: value})
        if value == "typed" and key in ("weights", "initial"):
            return new.put(values=self._weights_to_type_over(self.get(key)))
        return new

    def must_fit(self, key: str) -> str:
        """Say what a choice must agree with besides its own rule."""
        if key in ("weights", "initial", "values"):
            return f"need one value for each of the {self.pattern.taps:,} taps"
        if key == "groups":
            return f"must divide the {self.cost.width:,} channels"
        if key == "stack":
            return f"must be at most {self.stack.layers}, the number of layers"
        if key == "step":
            return f"must be below {self.training.steps}, the number of steps"
        return "must lie within the signal"

    def _weights_to_type_over(self, kind: str) -> tuple[float, ...]:
        """Return the weights typed before, or those of the kind chosen so far."""
        if len(self.weights.values) == self.pattern.taps:
            return self.weights.values
        if kind == "typed" or (kind == "difference" and self.pattern.taps < 2):
            kind = "average"
        numbers = make_weights(kind, self.pattern, self.weights.seed).tolist()
        typed: tuple[float, ...] = RULES["values"].check(numbers)
        return typed

    def with_pattern(self, pattern: Pattern) -> State:
        """Choose another pattern: by the family's numbers where the controls reach them."""
        return replace(self, kernel=self.kernel.with_pattern(pattern))._keeping_values(self)

    def with_family(self, wing: int, dilation: int, island: int, causal: bool) -> State:
        """Choose the family's pattern of these numbers, which are kept as they are."""
        kernel = KernelChoice(wing, dilation, island, causal)
        return replace(self, kernel=kernel)._keeping_values(self)

    def _keeping_values(self, before: State) -> State:
        """Keep each typed weight with the offset that it was typed for."""
        new = self
        if self.pattern.taps > MAX_TYPED_WEIGHTS:
            new = self.put(values=())
        elif len(before.weights.values) == before.pattern.taps:
            typed = dict(zip(before.pattern.offsets, before.weights.values, strict=True))
            new = self.put(values=tuple(typed.get(o, 0.0) for o in self.pattern.offsets))
        return new.settled()

    def settled(self) -> State:
        """Bring every choice within what the others allow."""
        weights, training = self.weights, self.training.settled()
        if len(weights.values) != self.pattern.taps:
            weights = replace(weights, values=())
            if weights.kind == "typed":
                weights = replace(weights, kind=WeightsChoice().kind)
            if training.initial == "typed":
                training = replace(training, initial=TrainingChoice().initial)
        elif "typed" not in (weights.kind, training.initial):
            weights = replace(weights, values=())
        return replace(
            self,
            stack=self.stack.settled(),
            cost=self.cost.settled(),
            signal=self.signal.settled(weights.seed),
            weights=weights,
            training=training,
        )


class Choice(NamedTuple):
    """Where a choice stands in a state, by its part and its name there, and its rule.

    The rule is None for the text and the origin of a free pattern, which are checked together.
    """

    part: str
    name: str
    rule: Rule | None


def _choices() -> dict[str, Choice]:
    kinds = get_type_hints(State)
    return {
        field.metadata.get("key") or field.name: Choice(
            part.name, field.name, field.metadata.get("rule")
        )
        for part in fields(State)
        for field in fields(kinds[part.name])
    }


CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(_choices())
"""Every choice of a state by its key."""
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {key: choice.rule for key, choice in CHOICES.items() if choice.rule is not None}
)
"""The rule of each choice that a link names by itself."""


def _plain(value: Any) -> str:
    """Return a value as a sentence may repeat it: whole where it is short and harmless."""
    if value is None:
        return "nothing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return whole(value) if isinstance(value, int) else number(value)
    text = str(value)
    harmless = re.fullmatch(r"[-+]?[0-9A-Za-z.]{1,40}", text)
    return with_minus(text) if harmless else "what was given"
