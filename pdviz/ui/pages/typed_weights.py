"""The fields in which a person types the compact parameters."""

from __future__ import annotations

from pdviz.ui.components.base.typed.typed import field_name, weight_fields
from pdviz.ui.session import show_notice
from pdviz.ui.state.state import State


def weights_table(state: State) -> None:
    """Draw a field per compact parameter; the weights can be typed over."""
    weight_fields(state)
    show_notice(field_name("values"))
