"""What each choice can be: the checks that links and controls go through alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pdviz.limits import MAX_PATTERN_TEXT, MAX_TYPED_WEIGHTS, MAX_WEIGHT
from pdviz.pattern import Pattern


class Wrong(ValueError):
    """A value that cannot be taken: a sentence that says why, and the nearest one that can."""

    def __init__(self, sentence: str, nearest: Any = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.nearest = nearest


class Rule(Protocol):
    """How one choice is checked, read from a link and written into one."""

    @property
    def label(self) -> str:
        """What a sentence calls the choice."""
        ...

    def check(self, value: Any) -> Any:
        """`value` if it can be taken; raises `Wrong` if not."""
        ...

    def read(self, text: str) -> Any:
        """The value that a link's text stands for; raises `Wrong` if it is none."""
        ...

    def write(self, value: Any) -> str:
        """The text that stands for `value` in a link."""
        ...


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`, odd if so asked."""

    label: str
    least: int
    most: int
    odd: bool = False

    def check(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"{self.label} must be a whole number", None)
        nearest = min(max(value, self.least), self.most)
        if nearest != value:
            raise Wrong(f"{self.label} must be {self.least:,} to {self.most:,}", nearest)
        if self.odd and value % 2 == 0:
            raise Wrong(f"{self.label} must be odd", value + 1)
        return value

    def read(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise Wrong(f"{self.label} must be a whole number")
        return self.check(int(text))

    def write(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Decimal:
    """A number from `least` to `most`."""

    label: str
    least: float
    most: float

    def check(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise Wrong(f"{self.label} must be a number")
        nearest = float(min(max(value, self.least), self.most))
        if nearest != value:
            raise Wrong(f"{self.label} must be {self.least:g} to {self.most:g}", nearest)
        return nearest

    def read(self, text: str) -> float:
        return self.check(_decimal(self.label, text))

    def write(self, value: float) -> str:
        return repr(value)


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    label: str

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Wrong(f"{self.label} must be on or off")
        return value

    def read(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise Wrong(f"{self.label} must be 0 or 1")
        return text == "1"

    def write(self, value: bool) -> str:
        return "1" if value else "0"


@dataclass(frozen=True)
class Choice:
    """One of several names; `options` maps them to what a page calls them."""

    label: str
    options: Mapping[str, str]

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Wrong(f"{self.label} must be one of {', '.join(self.options)}")
        return value

    def read(self, text: str) -> str:
        return self.check(text)

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Device:
    """The name of a device: "cpu", "cuda:0", …; whether there is one shows when it is used."""

    label: str

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"cpu|cuda:[0-9]{1,2}", value):
            raise Wrong(f"{self.label} must be cpu, cuda:0, cuda:1 …")
        return value

    def read(self, text: str) -> str:
        return self.check(text)

    def write(self, value: str) -> str:
        return value


_EACH = Decimal("Each weight", -MAX_WEIGHT, MAX_WEIGHT)


@dataclass(frozen=True)
class Weights:
    """Numbers for the compact parameters, to six digits; separated by commas in a link."""

    label: str

    def check(self, value: Any) -> tuple[float, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > MAX_TYPED_WEIGHTS:
            raise Wrong(f"{self.label} must be at most {MAX_TYPED_WEIGHTS} numbers")
        mended: list[float] = []
        sentence = None
        for number in value:
            try:
                number = _EACH.check(number)
            except Wrong as wrong:
                if wrong.nearest is None:
                    raise
                number, sentence = wrong.nearest, wrong.sentence
            mended.append(float(f"{number:.6g}"))
        if sentence is not None:
            raise Wrong(sentence, tuple(mended))
        return tuple(mended)

    def read(self, text: str) -> tuple[float, ...]:
        parts = text.split(",", MAX_TYPED_WEIGHTS + 1) if text else []
        return self.check([_decimal(_EACH.label, part) for part in parts])

    def write(self, value: tuple[float, ...]) -> str:
        return ",".join(f"{number:.6g}" for number in value)


def _decimal(label: str, text: str) -> float:
    if not re.fullmatch(r"[-+]?[0-9.]{1,24}([eE][-+]?[0-9]{1,3})?", text):
        raise Wrong(f"{label} must be a number")
    try:
        return float(text)
    except ValueError:
        raise Wrong(f"{label} must be a number") from None


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
