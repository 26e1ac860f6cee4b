"""Controls of single choices, each showing its value in the state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from pdviz.figures.wording import number
from pdviz.ui.components.base.typed.typed import field_name, number_field
from pdviz.ui.session import bind, current, show_notice
from pdviz.ui.state.rules import Decimal, OneOf, Whole
from pdviz.ui.state.state import RULES, State

_WHOLE: Final = "%,d"
"""The format of sliders: thousands are set apart."""


def whole(name: str, meaning: str, *, fit: bool = False) -> None:
    """Draw a field for a whole number; what is out of range is corrected and said."""
    rule = RULES[name]
    assert isinstance(rule, Whole)
    odd = ", odd" if rule.odd else ""
    help = f"{meaning}; {rule.least:,} to {rule.most:,}{odd}."
    number_field(name, help, 2 if rule.odd else 1, fit=fit)
    show_notice(field_name(name))


def decimal(name: str, meaning: str, *, step: float) -> None:
    """Draw a field for a decimal number."""
    rule = RULES[name]
    assert isinstance(rule, Decimal)
    help = f"{meaning}; {number(rule.least)} to {number(rule.most)}."
    number_field(name, help, step)
    show_notice(field_name(name))


def slider(name: str, label: str, *, most: int, least: int = 0, **settings: Any) -> None:
    """Draw a slider for a whole number from `least` to `most`; none where there is no choice."""
    if most <= least:
        return
    key, value = bind(name, min(current().get(name), most), bounds=(least, most))
    st.slider(
        label, min_value=least, max_value=most, value=value, format=_WHOLE, key=key, **settings
    )
    show_notice(name)


def sample(label: str, first: int, last: int) -> int:
    """Draw a slider for the position, counted in samples of the signal, from `first` to `last`.

    Returns:
        The sample shown: the chosen one, or the nearest there is.
    """
    state = current()
    nearest = min(max(state.signal.start + state.signal.position, first), last)
    key, value = bind("position", nearest, _edit_sample, bounds=(first, last))
    st.slider(label, first, last, value, format=_WHOLE, key=key)
    show_notice("position")
    return nearest


def _edit_sample(state: State, number: Any) -> tuple[State, str | None]:
    return state.edit("position", number - state.signal.start if type(number) is int else number)


def toggle(name: str, label: str | None = None, **settings: Any) -> None:
    """Draw a switch."""
    key, value = bind(name, current().get(name))
    st.toggle(label or RULES[name].label, value=value, key=key, **settings)
    show_notice(name)


def choice(name: str, *, segmented: bool = False, **settings: Any) -> None:
    """Draw a choice of one of several names: a list, or buttons side by side."""
    rule = RULES[name]
    assert isinstance(rule, OneOf)
    options = list(rule.options)
    key, value = bind(name, current().get(name))
    if segmented:
        st.segmented_control(
            rule.label,
            options,
            format_func=rule.options.__getitem__,
            default=value,
            required=True,
            key=key,
            **settings,
        )
    else:
        listed(rule.label, options, rule.options.__getitem__, key, value, **settings)
    show_notice(name)


def numbered(name: str, titles: Sequence[str], **settings: Any) -> None:
    """Draw a choice of one of several things that are counted from 0, by their titles."""
    key, value = bind(name, current().get(name), bounds=tuple(titles))
    listed(RULES[name].label, range(len(titles)), titles.__getitem__, key, value, **settings)
    show_notice(name)


def listed(
    label: str, options: Sequence[Any], title: Any, key: str, value: Any, **settings: Any
) -> None:
    """Draw a list to choose from, `value` chosen."""
    st.selectbox(label, options, index=options.index(value), format_func=title, key=key, **settings)
