"""A state as the parameters of a link, and back; `state.py` says what a state is.

What a link holds comes from outside: what is wrong in it is replaced by the default, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pdviz.limits import MAX_PATTERN_TEXT, MAX_QUERY
from pdviz.ui.state.fields import RULES
from pdviz.ui.state.rules import Whole, Wrong, read_pattern
from pdviz.ui.state.state import State, opening


def to_query(state: State) -> dict[str, str]:
    """The parameters of a link to this state: what differs from a first visit."""
    default = State(signal=state.signal, **opening(state.signal))
    query = {
        name: rule.write(getattr(state, name))
        for name, rule in RULES.items()
        if getattr(state, name) != getattr(default, name)
    }
    if state.signal != State().signal:
        query["signal"] = state.signal
    if state.text:
        query["pattern"] = state.text
        if state.origin != (len(state.text) - 1) // 2:
            query["origin"] = str(state.origin)
    return query


def from_query(query: Mapping[str, str]) -> tuple[State, list[str]]:
    """The state that a link stands for, and a sentence for each thing in it that was wrong."""
    default, notices, read = State(), [], {}
    for name, rule in RULES.items():
        if name in query:
            try:
                read[name] = rule.read(_bounded(rule.label, query[name]))
            except Wrong as wrong:
                shown = rule.write(getattr(default, name)) or "none"
                notices.append(_sentence(wrong, query[name], shown))
    state: State = replace(default, **{**opening(read.get("signal", default.signal)), **read})
    if "pattern" in query:
        state, notice = _with_pattern(state, query)
        notices += [notice] if notice else []
    settled = state.settled()
    for name, rule in RULES.items():
        if name in query and getattr(settled, name) != getattr(state, name):
            shown = rule.write(getattr(settled, name)) or "none"
            clash = Wrong(f"{rule.label} {state.must_fit(name)}")
            notices.append(_sentence(clash, query[name], shown))
    return settled, notices


def _with_pattern(state: State, query: Mapping[str, str]) -> tuple[State, str | None]:
    """The state with the link's free pattern, or a sentence on what is wrong with that."""
    shown = str(state.pattern)
    shown = shown if len(shown) <= 64 else f"one of {len(shown):,} elements"
    given = "pattern"
    try:
        pattern = read_pattern(query["pattern"])
        if "origin" in query:
            given = "origin"
            origin = Whole("Origin", 0, MAX_PATTERN_TEXT - 1).read(query["origin"])
            pattern = read_pattern(query["pattern"], origin)
        return state.with_pattern_alone(pattern), None
    except Wrong as wrong:
        return state, _sentence(wrong, query[given], shown)


def _bounded(label: str, text: str) -> str:
    if len(text) > MAX_QUERY:
        raise Wrong(f"{label} must be at most {MAX_QUERY:,} characters long")
    return text


def _sentence(wrong: Wrong, given: str, shown: str) -> str:
    """What was wrong with a link; its own text is repeated only where that is harmless."""
    what = (
        f"“{given}”"
        if re.fullmatch(r"[0-9A-Za-z]{1,40}|[-+]?[0-9.]{1,40}", given)
        else "something else"
    )
    return f"{wrong.sentence}, but the link says {what}. Shown instead: {shown}."
