"""Rules of the choices: the checks that links, controls and drawings pass alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pdviz.figures import wording
from pdviz.limits import MAX_PATTERN_TEXT, MAX_TYPED_WEIGHTS, MAX_WEIGHT
from pdviz.pattern import Pattern


class Invalid(ValueError):
    """An invalid value: why, as a sentence without its full stop, and the nearest valid one."""

    def __init__(self, sentence: str, nearest: Any = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.nearest = nearest


class Rule(Protocol):
    """Checks one choice, reads it from a link and writes it into one."""

    @property
    def label(self) -> str:
        """The name of the choice in a sentence."""
        ...

    def check(self, value: Any) -> Any:
        """Return `value` if it is valid; else raise `Invalid`."""
        ...

    def read(self, text: str) -> Any:
        """Return the value that a link's text stands for; raise `Invalid` if it is none."""
        ...

    def write(self, value: Any) -> str:
        """Return the text that stands for `value` in a link."""
        ...

    def say(self, value: Any) -> str:
        """Return `value` as a sentence says it, in the words of the page."""
        ...


def choice(default: Any, rule: Rule, *, key: str = "") -> Any:
    """Declare a field of a part of the state, with its rule.

    Args:
        default: its value in a first visit.
        rule: what it may be.
        key: its name in a link, where that is not the field's.
    """
    return field(default=default, metadata={"rule": rule, "key": key})


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`, odd ones alone if `odd`; `zero` is what 0 means."""

    label: str
    least: int
    most: int
    odd: bool = False
    zero: str = ""

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid(f"{self.label} must be a whole number", None)
        nearest = min(max(value, self.least), self.most)
        if nearest != value:
            raise Invalid(f"{self.label} must be {self.least:,} to {self.most:,}", nearest)
        if self.odd and value % 2 == 0:
            raise Invalid(f"{self.label} must be odd", value + 1)
        return value

    def read(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise Invalid(f"{self.label} must be a whole number")
        return self.check(int(text))

    def write(self, value: int) -> str:
        return str(value)

    def say(self, value: int) -> str:
        return (not value and self.zero) or wording.whole(value)


@dataclass(frozen=True)
class Decimal:
    """A number from `least` to `most`."""

    label: str
    least: float
    most: float

    def check(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise Invalid(f"{self.label} must be a number")
        nearest = float(min(max(value, self.least), self.most))
        if nearest != value:
            ends = f"{wording.number(self.least)} to {wording.number(self.most)}"
            raise Invalid(f"{self.label} must be {ends}", nearest)
        return nearest

    def read(self, text: str) -> float:
        return self.check(_decimal(self.label, text))

    def write(self, value: float) -> str:
        return repr(value)

    def say(self, value: float) -> str:
        return wording.number(value)


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    label: str

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Invalid(f"{self.label} must be on or off")
        return value

    def read(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise Invalid(f"{self.label} must be off (0) or on (1)")
        return text == "1"

    def write(self, value: bool) -> str:
        return "1" if value else "0"

    def say(self, value: bool) -> str:
        return "on (1)" if value else "off (0)"


@dataclass(frozen=True)
class OneOf:
    """One of several names; `options` maps them to what a page calls them."""

    label: str
    options: Mapping[str, str]

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Invalid(f"{self.label} must be one of {', '.join(map(self.say, self.options))}")
        return value

    def read(self, text: str) -> str:
        return self.check(text)

    def write(self, value: str) -> str:
        return value

    def say(self, value: str) -> str:
        """Return what a page calls it, and its name in a link where that is another."""
        title = re.split(r",| \(", self.options[value])[0]
        return title if title.lower() == value else f"{title} ({value})"


@dataclass(frozen=True)
class Device:
    """The name of a device: "cpu", "cuda:0", …; whether there is one shows when it is used."""

    label: str

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"cpu|cuda:[0-9]{1,2}", value):
            raise Invalid(f"{self.label} must be cpu, cuda:0, cuda:1 …")
        return value

    def read(self, text: str) -> str:
        return self.check(text)

    def write(self, value: str) -> str:
        return value

    def say(self, value: str) -> str:
        return value


_EACH = Decimal("Each weight", -MAX_WEIGHT, MAX_WEIGHT)


@dataclass(frozen=True)
class Numbers:
    """Numbers for the compact parameters, to six digits; separated by commas in a link."""

    label: str

    def check(self, value: Any) -> tuple[float, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_TYPED_WEIGHTS:
            raise Invalid(f"{self.label} must be at most {MAX_TYPED_WEIGHTS} numbers")
        corrected: list[float] = []
        sentence = None
        for number in value:
            try:
                number = _EACH.check(number)
            except Invalid as invalid:
                if invalid.nearest is None:
                    raise
                number, sentence = invalid.nearest, invalid.sentence
            corrected.append(float(f"{number:.6g}"))
        if sentence is not None:
            raise Invalid(sentence, tuple(corrected))
        return tuple(corrected)

    def read(self, text: str) -> tuple[float, ...]:
        parts = text.split(",", MAX_TYPED_WEIGHTS + 1) if text else []
        return self.check([_decimal(_EACH.label, part) for part in parts])

    def write(self, value: tuple[float, ...]) -> str:
        return ",".join(f"{number:.6g}" for number in value)

    def say(self, value: tuple[float, ...]) -> str:
        return ", ".join(map(wording.number, value)) or "none"


def _decimal(label: str, text: str) -> float:
    if not re.fullmatch(r"[-+]?[0-9.]{1,24}([eE][-+]?[0-9]{1,3})?", text):
        raise Invalid(f"{label} must be a number")
    try:
        return float(text)
    except ValueError:
        raise Invalid(f"{label} must be a number") from None


def read_pattern(text: str, origin: int | None = None) -> Pattern:
    """Parse the pattern that a person typed or linked; blanks are ignored.

    Raises:
        Invalid: with a sentence that says what a pattern takes.
    """
    if len(text) > 2 * MAX_PATTERN_TEXT:
        raise Invalid(f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long")
    text = "".join(text.split())
    if len(text) > MAX_PATTERN_TEXT:
        raise Invalid(
            f"A pattern must be at most {MAX_PATTERN_TEXT:,} elements long, not {len(text):,}"
        )
    if set(text) - {"0", "1"}:
        raise Invalid("A pattern is written with 0 for a gap and 1 for a tap, nothing else")
    if "1" not in text:
        raise Invalid("A pattern needs at least one tap, a 1")
    if origin is not None and not 0 <= origin < len(text):
        raise Invalid(f"The origin must be an element of the pattern, 0 to {len(text) - 1:,}")
    return Pattern.parse(text, origin)
