"""The pattern in plain controls, the same on every page: its numbers and its text."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pdviz.limits import MAX_PATTERN_TEXT
from pdviz.ui import controls
from pdviz.ui.session import bind, current, show_notice
from pdviz.ui.state import State


def pattern_controls() -> None:
    """Draw the controls of the shared pattern into the sidebar."""
    with st.sidebar:
        controls.whole("wing", "Taps in each wing")
        controls.whole("dilation", "Distance between neighbouring wing taps, in samples")
        controls.whole("island", "Taps in the dense part in the middle")
        controls.toggle("causal", help="No right wing: the output sees present and past alone.")
        _text()
        controls.whole("layers", "Layers of this pattern, one on another")


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
