"""The two buttons that save a chart as it is drawn; the browser makes the file."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz.ui.components.code import source

_SAVER: Final = st.components.v2.component(
    "pdviz_saver", html=source("saver.html"), css=source("saver.css"), js=source("mount.js")
)


def saver(chart: str, file: str) -> None:
    """Offer the chart of this key as SVG and PNG, under the name `file` and their endings."""
    data = {"chart": f"st-key-{chart}", "file": file}
    _SAVER(key=f"{chart}-saver", data=data, width="content")
