"""The controls of single choices, each bound to its field of the state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pdviz.ui.rules import Choice, Decimal, Whole
from pdviz.ui.session import bind, current, edited, show_notice
from pdviz.ui.state import RULES


def whole(name: str, **settings: Any) -> None:
    """A number field for a whole number; what is out of range is mended and said."""
    rule = RULES[name]
    assert isinstance(rule, Whole)
    st.number_input(
        rule.label,
        step=2 if rule.odd else 1,
        key=bind(name, getattr(current(), name)),
        on_change=edited,
        args=(name,),
        **settings,
    )
    show_notice(name)


def slider(name: str, label: str, *, most: int, least: int = 0, **settings: Any) -> None:
    """A slider for a whole number from `least` to `most`."""
    if most <= least:
        return
    st.slider(
        label,
        min_value=least,
        max_value=most,
        key=bind(name, min(getattr(current(), name), most)),
        on_change=edited,
        args=(name,),
        **settings,
    )
    show_notice(name)


def decimal(name: str, **settings: Any) -> None:
    """A number field for a decimal number."""
    rule = RULES[name]
    assert isinstance(rule, Decimal)
    st.number_input(
        rule.label,
        format="%.4g",
        key=bind(name, getattr(current(), name)),
        on_change=edited,
        args=(name,),
        **settings,
    )
    show_notice(name)


def toggle(name: str, **settings: Any) -> None:
    """A switch."""
    st.toggle(
        RULES[name].label,
        key=bind(name, getattr(current(), name)),
        on_change=edited,
        args=(name,),
        **settings,
    )
    show_notice(name)


def choice(name: str, *, segmented: bool = False, **settings: Any) -> None:
    """One of several names: a list, or buttons side by side."""
    rule = RULES[name]
    assert isinstance(rule, Choice)
    common: dict[str, Any] = {
        "options": list(rule.options),
        "format_func": lambda option: rule.options[option],
        "key": bind(name, getattr(current(), name)),
        "on_change": edited,
        "args": (name,),
        **settings,
    }
    if segmented:
        st.segmented_control(rule.label, required=True, **common)
    else:
        st.selectbox(rule.label, **common)
    show_notice(name)


def numbered(name: str, titles: Sequence[str], **settings: Any) -> None:
    """One of several things that are counted from 0, by its title."""
    st.selectbox(
        RULES[name].label,
        range(len(titles)),
        format_func=lambda number: titles[number],
        key=bind(name, getattr(current(), name)),
        on_change=edited,
        args=(name,),
        **settings,
    )
    show_notice(name)
