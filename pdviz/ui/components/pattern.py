"""The pattern in plain fields beside every page: another hand of the editor, which tells of it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz.ui.components.code import source

_PATTERN: Final = st.components.v2.component(
    "pdviz_pattern", html=source("pattern.html"), css=source("pattern.css"), js=source("mount.js")
)


def pattern_fields() -> None:
    """Show the fields; call it in every full run, outside what an edit runs again."""
    _PATTERN(key="pattern", data={})
