"""The pattern, the same on every page: its numbers, its text, and ready-made ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from pdviz.limits import MAX_PATTERN_TEXT
from pdviz.pattern import Pattern
from pdviz.ui import controls
from pdviz.ui.session import bind, current, show_notice
from pdviz.ui.state import State

PRESETS: Final = MappingProxyType(
    {
        "Default": Pattern.partially_dilated(4, 2, 5),
        "Dense": Pattern.dense(21),
        "Plain dilated": Pattern.dilated(11, 2),
        "Causal": Pattern.partially_dilated(4, 2, 5, causal=True),
        "Wide": Pattern.partially_dilated(16, 16, 17),
    }
)


def pattern_controls() -> None:
    """Draw the controls of the shared pattern into the sidebar."""
    with st.sidebar:
        _presets()
        controls.whole("wing", "Taps in each wing")
        controls.whole("dilation", "Distance between neighbouring wing taps, in samples")
        controls.whole("island", "Taps in the dense part in the middle")
        controls.toggle("causal", help="No right wing: the output sees present and past alone.")
        _text()


def _presets() -> None:
    pattern = current().pattern
    chosen = next((name for name, preset in PRESETS.items() if preset == pattern), None)
    key, value = bind("preset", chosen, _choose_preset)
    st.pills(
        "Ready-made",
        list(PRESETS),
        default=value,
        key=key,
        help="Default, dense and plain dilated all span 21 elements.",
    )


def _choose_preset(state: State, name: Any) -> tuple[State, str | None]:
    preset = PRESETS.get(name) if isinstance(name, str) else None
    return (state if preset is None else state.with_pattern(preset)), None


def _text() -> None:
    """The pattern as text, to be typed over; and the origin, where the text does not fix it."""
    state = current()
    pattern = state.pattern
    long = pattern.kernel_size > MAX_PATTERN_TEXT
    key, value = bind("text", "" if long else str(pattern), State.edit_pattern)
    st.text_input(
        "As text",
        value=value,
        key=key,
        placeholder=f"{pattern.kernel_size:,} elements, too long to write" if long else None,
        help=f"1 is a tap, 0 a gap; up to {MAX_PATTERN_TEXT:,} elements. Any pattern will do.",
    )
    show_notice("text")
    if state.text:
        key, value = bind("origin", state.origin, _edit_origin)
        st.number_input(
            "Origin",
            value=value,
            step=1,
            key=key,
            help="The element that the output belongs to, counted from 0.",
        )
        show_notice("origin")
        st.caption("A free pattern. Change a number above to go back to wings and island.")


def _edit_origin(state: State, origin: Any) -> tuple[State, str | None]:
    return state.edit_pattern(state.text, origin)
