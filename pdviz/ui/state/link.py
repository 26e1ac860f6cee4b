"""Links: a state as the parameters of a query string, and back.

What a link holds comes from outside: what is invalid in it is replaced by the default, with a
notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pdviz.limits import MAX_PATTERN_TEXT, MAX_QUERY
from pdviz.ui.state.parts import SignalView
from pdviz.ui.state.rules import Invalid, Whole, read_pattern
from pdviz.ui.state.state import RULES, State


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a value in a link was not taken, and what is shown instead, both without a full stop."""

    reason: str
    instead: str

    def __str__(self) -> str:
        """Return both as a page says them."""
        return f"{self.reason}. Shown instead: {self.instead}."


def to_query(state: State) -> dict[str, str]:
    """Return the parameters of a link to this state: what differs from a first visit."""
    default = State(signal=SignalView().opened(state.signal.name))
    query = {
        key: rule.write(state.get(key))
        for key, rule in RULES.items()
        if state.get(key) != default.get(key)
    }
    if state.signal.name != SignalView().name:
        query["signal"] = state.signal.name
    text, origin = state.kernel.text, state.kernel.origin
    if text:
        query["pattern"] = text
        if origin != (len(text) - 1) // 2:
            query["origin"] = str(origin)
    return query


def from_query(query: Mapping[str, str]) -> tuple[State, list[Notice]]:
    """Return the state that a link stands for, and a notice of each thing in it that is invalid."""
    default, notices, values = State(), [], {}
    for key, rule in RULES.items():
        if key in query:
            try:
                values[key] = rule.read(_bounded(rule.label, query[key]))
            except Invalid as invalid:
                notices.append(_notice(invalid.sentence, query[key], _written(default, key)))
    signal = values.get("signal", default.signal.name)
    state = State(signal=SignalView().opened(signal)).put(**values)
    if "pattern" in query:
        state, notice = _with_pattern(state, query)
        notices += [notice] if notice else []
    settled = state.settled()
    for key, rule in RULES.items():
        if key in query and settled.get(key) != state.get(key):
            clash = f"{rule.label} {state.must_fit(key)}"
            notices.append(_notice(clash, query[key], _written(settled, key)))
    return settled, notices


def _with_pattern(state: State, query: Mapping[str, str]) -> tuple[State, Notice | None]:
    """Return the state with the link's free pattern, or a notice on what is wrong with that."""
    instead = str(state.pattern)
    instead = instead if len(instead) <= 64 else f"one of {len(instead):,} elements"
    key = "pattern"
    try:
        pattern = read_pattern(query["pattern"])
        if "origin" in query:
            key = "origin"
            origin = Whole("Origin", 0, MAX_PATTERN_TEXT - 1).read(query["origin"])
            pattern = read_pattern(query["pattern"], origin)
        return replace(state, kernel=state.kernel.with_pattern(pattern)), None
    except Invalid as invalid:
        return state, _notice(invalid.sentence, query[key], instead)


def _bounded(label: str, text: str) -> str:
    if len(text) > MAX_QUERY:
        raise Invalid(f"{label} must be at most {MAX_QUERY:,} characters long")
    return text


def _written(state: State, key: str) -> str:
    return RULES[key].write(state.get(key)) or "none"


def _notice(reason: str, text: str, instead: str) -> Notice:
    """Say what is wrong in a link; its own text is repeated only where that is harmless."""
    harmless = re.fullmatch(r"[0-9A-Za-z]{1,40}|[-+]?[0-9.]{1,40}", text)
    quoted = f"“{text}”" if harmless else "something else"
    return Notice(f"{reason}, but the link says {quoted}", instead)
