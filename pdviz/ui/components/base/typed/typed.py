"""Fields for typed numbers: what is typed is read in the browser, and checked again here."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from pdviz.limits import MAX_WEIGHT
from pdviz.pattern import part_names
from pdviz.ui.components.assets import drawing
from pdviz.ui.session import channel, current
from pdviz.ui.state.edits import edit_number, edit_weights
from pdviz.ui.state.rules import Decimal, Whole
from pdviz.ui.state.state import RULES, State

_FIELDS: Final = drawing("fields", "base/typed")


def field_name(key: str) -> str:
    """Return the name of the field of a choice, under which its edits and notices go."""
    return f"field-{key}"


def number_field(key: str, help: str, step: float, *, fit: bool = False) -> None:
    """Show a field for a whole or a decimal number.

    Args:
        key: of the choice.
        help: what the number means.
        step: what an arrow adds.
        fit: whether it is as wide as its numbers need, or takes all the width there is.
    """
    rule = RULES[key]
    assert isinstance(rule, (Whole, Decimal))
    value = current().get(key)
    limits = {"label": rule.label, "least": rule.least, "most": rule.most, "step": step}
    if isinstance(rule, Whole):
        limits["odd"] = rule.odd
    else:
        limits["decimal"] = True
    data = {"key": key, "rule": limits, "help": help, "value": value}
    _show(key, value, partial(edit_number, key=key), data, "content" if fit else "stretch")


def weight_fields(state: State) -> None:
    """Show a field for the weight of each tap, beside the tap's part and offset."""
    pattern, values = state.pattern, state.weights.values
    weights = {
        "parts": part_names(pattern),
        "offsets": list(pattern.offsets),
        "values": list(values),
        "most": MAX_WEIGHT,
    }
    _show("values", (pattern, values), edit_weights, {"weights": weights}, "stretch")


def _show(key: str, value: Any, edit: Any, data: dict[str, Any], width: Any) -> None:
    name = field_name(key)
    stamp = channel(name, value, edit)
    _FIELDS(
        key=name, data={**stamp, "name": name, **data}, width=width, on_edit_change=lambda: None
    )
