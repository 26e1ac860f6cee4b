"""Links: a state as the parameters of a query string, and back.

What a link holds comes from outside: what is invalid in it is replaced by the default, with a
notice. A choice is read under its name however it is written, as in "Dilation". A name that is
near that of a choice, or that others use for it, as "lr", has a notice, and so has one that means
nothing here; names that others add to links, such as "utm_source", are passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from pdviz import signals
from pdviz.figures.wording import listed, whole
from pdviz.limits import MAX_PATTERN_TEXT, MAX_QUERY
from pdviz.ui.state.parts import SignalView
from pdviz.ui.state.rules import Invalid, Whole, read_pattern
from pdviz.ui.state.state import RULES, State

_NAMES: Final = (*RULES, "pattern", "origin")
_MAX_NAMES: Final = 100
"""Parameters of other names that are looked at."""
_MOST_NAMED: Final = 3
"""Names that mean nothing here that are said."""
_SYNONYMS: Final = {
    **{"lr": "rate", "eta": "rate", "learningrate": "rate", "weightdecay": "decay"},
    **{"opt": "optimizer", "optim": "optimizer", "depth": "layers", "kernel": "pattern"},
    **{"channels": "width", "batchsize": "batch", "first": "start", "offset": "start"},
}
"""Other names of choices, by which a link may mean them."""
_OTHERS: Final = re.compile(
    "utm.*|gclid|gclsrc|dclid|fbclid|fbsource|msclkid|twclid|igshid|mccid|mceid|ga|gl|yclid|wbraid|"
    "gbraid|ref|refsrc|source|campaign|medium|term|content|si|spm|trk|share|embed|embedoptions|"
    "page|stage|state|session|sid|token|id|v|t|q|s|debug|preview|version|date|timestamp|lang|"
    "locale|hl|country|city"
)
"""Names, in small letters, that others add to links: campaigns, shares, frames, sessions."""


_LONGEST_QUOTED: Final = 40
_HARMLESS: Final = "[0-9A-Za-z .,;+()-]"
"""The characters that are repeated from a link: none that marks up a text."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a value in a link was not taken, and what is shown instead, both without a full stop."""

    reason: str
    instead: str = ""

    def __str__(self) -> str:
        """Return both as a page says them."""
        return f"{self.reason}." + (f" Shown instead: {self.instead}." if self.instead else "")


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
    query, near, unknown = _by_name(query)
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
            nearest = ", the nearest that does" if key == "groups" else ""
            notices.append(_notice(clash, query[key], _written(settled, key) + nearest))
    notices += [_near_notice(*names, settled) for names in near]
    return settled, notices + ([_unknown_notice(unknown)] if unknown else [])


def _by_name(
    query: Mapping[str, str],
) -> tuple[dict[str, str], list[tuple[str, str]], list[str]]:
    """Return the parameters of a link by the names of the choices.

    Returns:
        The parameters, those with a name that is written otherwise under its own, unless that is
        there as well; each name that is near a choice's or a synonym, with the choice's; and the
        names that mean nothing.
    """
    choices = {name: query[name] for name in _NAMES if name in query}
    near: list[tuple[str, str]] = []
    unknown: list[str] = []
    for written in islice((name for name in query if name not in _NAMES), _MAX_NAMES):
        name = re.sub("^(amp;)+|[^a-z0-9]", "", written[:40].lower())
        if name in _NAMES:
            choices.setdefault(name, query[written])
        elif name in _SYNONYMS:
            near.append((name, _SYNONYMS[name]))
        elif alike := [own for own in _NAMES if _is_near(name, own)]:
            near.append((name, alike[0]))
        elif re.fullmatch("[A-Za-z][A-Za-z0-9_-]{0,19}", written) and not _OTHERS.fullmatch(name):
            unknown.append(name)
    return choices, near, list(dict.fromkeys(unknown))


def _is_near(name: str, other: str) -> bool:
    """Return whether two names of five letters or so differ by one letter, or two in a row."""
    longest = max(len(name), len(other))
    if longest < 5 or abs(len(name) - len(other)) > 1:
        return False
    if len(name) == len(other):
        differ = [i for i in range(longest) if name[i] != other[i]]
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        swapped = (
            swapped and name[differ[0]] == other[differ[1]] and name[differ[1]] == other[differ[0]]
        )
        return len(differ) == 1 or swapped
    long, short = sorted((name, other), key=len, reverse=True)
    return any(long[:i] + long[i + 1 :] == short for i in range(longest))


def _near_notice(name: str, own: str, state: State) -> Notice:
    """Say that a name in a link is none, and which may be meant."""
    if own in RULES:
        instead = f"{RULES[own].label} {_written(state, own)}"
    else:
        instead = f"pattern {_short(state)}" if own == "pattern" else f"origin {_origin(state)}"
    return Notice(f"The link says “{name}”, where “{own}” may be meant", instead)


def _origin(state: State) -> str:
    return whole(state.pattern.origin)


def _unknown_notice(names: list[str]) -> Notice:
    """Say that names in a link mean nothing here."""
    quoted = [f"“{name}”" for name in names[:_MOST_NAMED]]
    if more := len(names) - len(quoted):
        quoted.append(f"{whole(more)} more")
    verb = "mean" if len(names) > 1 else "means"
    return Notice(f"In the link {listed(quoted)} {verb} nothing here and changed nothing")


def _with_pattern(state: State, query: Mapping[str, str]) -> tuple[State, Notice | None]:
    """Return the state with the link's free pattern, or a notice on what is wrong with that."""
    instead = _short(state)
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


def _short(state: State) -> str:
    """Return the pattern of a state, or how long it is."""
    text = str(state.pattern)
    return text if len(text) <= 64 else f"one of {len(text):,} elements"


def _unseen(text: str) -> str:
    """Name the first character of a text that leaves no mark; "" where all do."""
    for char in text:
        if not " " <= char <= "~" and unicodedata.category(char)[0] in "CZM":
            name = unicodedata.name(char, "unnamed character").lower()
            return f"a character that is not seen, {name}, U+{ord(char):04X}"
    return ""


def _bounded(label: str, text: str) -> str:
    if len(text) > MAX_QUERY:
        raise Invalid(f"{label} must be at most {MAX_QUERY:,} characters long")
    return text


def _written(state: State, key: str) -> str:
    """Return the value of a choice in the words of the page."""
    if key == "channel":
        return signals.load(state.signal.name, state.weights.seed).channels[state.signal.channel]
    return RULES[key].say(state.get(key))


def _notice(reason: str, text: str, instead: str) -> Notice:
    """Say what is wrong in a link."""
    return Notice(f"{reason}, but the link says {_quoted(text)}", instead)


def _quoted(text: str) -> str:
    """Repeat what a link says only where that is harmless; else say what it is."""
    if not text:
        return "nothing"
    unseen = _unseen(text[:MAX_QUERY])
    if unseen:
        return unseen
    if len(text) > _LONGEST_QUOTED:
        return f"a text of {whole(len(text))} characters"
    for char in text:
        if not re.fullmatch(_HARMLESS, char):
            name = unicodedata.name(char, f"character U+{ord(char):04X}").lower()
            return f"a text with the sign “{name}” in it"
    return f"“{text}”" if "www." not in text.lower() else "the address of a page"
