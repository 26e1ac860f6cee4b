"""The table in which a person types the compact parameters."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pdviz.figures.style import part_names
from pdviz.limits import MAX_WEIGHT
from pdviz.ui.session import apply, show_notice
from pdviz.ui.state import State

_BASE: Final = "typed weights base"


def weights_table(state: State) -> None:
    """One row a compact parameter; the table keeps its edits until something else changes it."""
    base = st.session_state.get(_BASE)
    taps = state.pattern.offsets
    if base is None or base["taps"] != taps or base["now"] != state.values:
        number = 0 if base is None else base["number"] + 1
        base = {"taps": taps, "values": state.values, "now": state.values, "number": number}
        st.session_state[_BASE] = base
    key = f"typed-weights-{base['number']}"
    st.data_editor(
        {"part": part_names(state.pattern), "offset": list(taps), "weight": list(base["values"])},
        key=key,
        on_change=_edited,
        args=(key,),
        disabled=("part", "offset"),
        hide_index=True,
        height=240,
        width=360,
        column_config={
            "weight": st.column_config.NumberColumn(
                min_value=-MAX_WEIGHT, max_value=MAX_WEIGHT, required=True, format="%.6g"
            )
        },
    )
    show_notice("values")


def _edited(key: str) -> None:
    rows: dict[Any, dict[str, Any]] = st.session_state[key]["edited_rows"]
    base = st.session_state[_BASE]
    values = list(base["values"])
    for row, cells in rows.items():
        if isinstance(row, int) and 0 <= row < len(values) and "weight" in cells:
            values[row] = cells["weight"]

    def change(state: State) -> tuple[State, str | None]:
        new, notice = state.edit("values", values)
        st.session_state[_BASE] = {**base, "now": new.values}
        return new, notice

    apply(change, "values")
