"""The pattern, the same on every page: its numbers, its text, and ready-made ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import streamlit as st

from pdviz.limits import MAX_PATTERN_TEXT
from pdviz.pattern import Pattern
from pdviz.ui import controls
from pdviz.ui.session import apply, bind, current, show_notice
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
        controls.whole("wing", help="Taps in each wing.")
        controls.whole("dilation", help="Distance between neighbouring wing taps, in samples.")
        controls.whole("island", help="Width of the dense part in the middle: an odd number.")
        controls.toggle("causal", help="No right wing: the output sees present and past alone.")
        _text()


def _presets() -> None:
    pattern = current().pattern
    chosen = next((name for name, preset in PRESETS.items() if preset == pattern), None)
    st.pills(
        "Ready-made",
        list(PRESETS),
        key=bind("preset", chosen),
        on_change=_preset_chosen,
        help="Default, dense and plain dilated all span 21 elements.",
    )


def _preset_chosen() -> None:
    preset = PRESETS.get(st.session_state["control-preset"] or "")
    if preset is not None:
        apply(lambda state: (state.with_pattern(preset), None), "preset")


def _text() -> None:
    """The pattern as text, to be typed over; and the origin, where the text does not fix it."""
    state = current()
    pattern = state.pattern
    long = pattern.kernel_size > MAX_PATTERN_TEXT
    st.text_input(
        "As text",
        key=bind("text", "" if long else str(pattern)),
        on_change=_text_edited,
        placeholder=f"{pattern.kernel_size:,} elements, too long to write" if long else None,
        help=f"1 is a tap, 0 a gap; up to {MAX_PATTERN_TEXT:,} elements. Any pattern will do.",
    )
    show_notice("text")
    if state.text:
        st.number_input(
            "Origin",
            step=1,
            key=bind("origin", state.origin),
            on_change=_origin_edited,
            help="The element that the output belongs to, counted from 0.",
        )
        show_notice("origin")
        st.caption("A free pattern. Change a number above to go back to wings and island.")


def _text_edited() -> None:
    text = st.session_state["control-text"]
    apply(lambda state: state.edit_pattern(text), "text")


def _origin_edited() -> None:
    origin = st.session_state["control-origin"]

    def change(state: State) -> tuple[State, str | None]:
        return state.edit_pattern(state.text, origin)

    apply(change, "origin")
