"""The kernel editor: the pattern under a hand, and the receptive field of a stack of it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from pdviz.pattern import Pattern
from pdviz.ui.choices import RULES
from pdviz.ui.components.code import source
from pdviz.ui.rules import Wrong
from pdviz.ui.session import channel
from pdviz.ui.state import State, read_pattern

PRESETS: Final = MappingProxyType(
    {
        "Default": Pattern.partially_dilated(4, 2, 5),
        "Dense": Pattern.dense(21),
        "Plain dilated": Pattern.dilated(11, 2),
        "Causal": Pattern.partially_dilated(4, 2, 5, causal=True),
        "Wide": Pattern.partially_dilated(16, 16, 17),
    }
)
"""Ready-made patterns; the first three span 21 elements."""

_NAME: Final = "editor"
_FAMILY: Final = ("wing", "dilation", "island", "causal")
_EDITOR = st.components.v2.component(
    "pdviz_editor", html=source("editor.html"), css=source("editor.css"), js=source("mount.js")
)


def editor(state: State, *, compact: bool) -> None:
    """Show the pattern of `state`, to be edited; where it is not the subject, the strip alone."""
    told = channel(_NAME, _shown(state), edit_kernel)
    data = {**told, **editor_data(state), "compact": compact}
    _EDITOR(key=_NAME, data=data, on_edit_change=lambda: None)


def editor_data(state: State) -> dict[str, Any]:
    """What the editor draws, as plain JSON."""
    return {
        "family": None if state.text else [getattr(state, name) for name in _FAMILY],
        "text": state.text,
        "origin": state.origin,
        "layers": state.layers,
        "presets": [[name, pattern.family] for name, pattern in PRESETS.items()],
    }


def edit_kernel(state: State, value: Any) -> tuple[State, None]:
    """`state` after what the editor sent; unchanged by anything that the editor does not send."""
    try:
        new = _with_pattern(state, value)
        layers = RULES["layers"].check(value["layers"])
    except (Wrong, TypeError, KeyError):
        return state, None
    return replace(new, layers=layers), None


def _shown(state: State) -> tuple[Any, ...]:
    return *(getattr(state, name) for name in _FAMILY), state.text, state.origin, state.layers


def _with_pattern(state: State, value: Any) -> State:
    """`state` with the pattern in a message, every part of which is checked."""
    if not isinstance(value, dict):
        raise TypeError
    if set(value) == {"family", "layers"}:
        given = value["family"]
        if not isinstance(given, list) or len(given) != len(_FAMILY):
            raise TypeError
        family = [RULES[name].check(each) for name, each in zip(_FAMILY, given, strict=True)]
        return state.with_family(*family)
    if set(value) != {"text", "origin", "layers"}:
        raise KeyError
    text, origin = value["text"], value["origin"]
    if not isinstance(text, str) or type(origin) is not int:
        raise TypeError
    return state.with_pattern(read_pattern(text, origin))
