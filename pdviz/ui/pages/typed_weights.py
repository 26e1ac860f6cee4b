"""The table in which a person types the compact parameters."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pdviz.limits import MAX_WEIGHT
from pdviz.pattern import part_names
from pdviz.ui.session import bind, show_notice
from pdviz.ui.state.state import State


def weights_table(state: State) -> None:
    """Draw one row per compact parameter; the weights can be typed over."""
    offsets = list(state.pattern.offsets)
    key, values = bind("values", state.weights.values, bounds=state.pattern, read=_typed_over)
    st.data_editor(
        {"part": part_names(state.pattern), "offset": offsets, "weight": list(values)},
        key=key,
        disabled=("part", "offset"),
        hide_index=True,
        height=min(240, 37 + 35 * len(offsets)),
        width=360,
        column_config={
            "weight": st.column_config.NumberColumn(
                min_value=-MAX_WEIGHT, max_value=MAX_WEIGHT, required=True, format="%.6g"
            )
        },
    )
    show_notice("values")


def _typed_over(values: tuple[float, ...], edits: Any) -> tuple[Any, ...]:
    """Return the weights after the table's edits, unchecked."""
    new: list[Any] = list(values)
    for row, cells in edits["edited_rows"].items():
        if isinstance(row, int) and 0 <= row < len(new) and "weight" in cells:
            new[row] = cells["weight"]
    return tuple(new)
