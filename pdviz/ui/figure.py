"""A figure on a page, with what it shows in words, and the files that a person takes with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pdviz.export.table import csv_text
from pdviz.figures.page import to_html
from pdviz.figures.style import CONFIG
from pdviz.ui.components.saver import saver


def show_figure(
    figure: go.Figure, name: str, *, alt: str, table: Callable[[], Mapping[str, Sequence[Any]]]
) -> None:
    """Draw a figure, and below it a row that saves it; nothing is made before it is asked for.

    SVG and PNG are made in the browser from the chart as drawn; HTML and CSV here, at a press.

    Args:
        figure: what is drawn; it must not change afterwards.
        name: of small letters and hyphens, one of a kind on its page: the chart's key and, after
            "pdviz-", the name of the files.
        alt: what the figure shows, in words.
        table: makes the numbers behind the figure: for each header, which names the unit, a column.

    Raises:
        ValueError: `name` holds anything else.
    """
    if not re.fullmatch("[a-z]+(-[a-z]+)*", name):
        raise ValueError(f"`name` (={name!r}) takes small letters and single hyphens between them.")
    st.plotly_chart(figure, key=name, config=CONFIG, alt=alt)
    title = f"pdviz: {name.replace('-', ' ')}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        saver(name, f"pdviz-{name}")
        st.download_button(
            "HTML",
            lambda: to_html(figure, title=title, caption=alt),
            f"pdviz-{name}.html",
            "text/html",
            key=f"{name}-html",
            help="One file that opens in any browser, with the values under the pointer.",
            on_click="ignore",
            type="tertiary",
        )
        st.download_button(
            "CSV",
            lambda: csv_text(table()),
            f"pdviz-{name}.csv",
            "text/csv",
            key=f"{name}-csv",
            help="The numbers behind this figure, for a spreadsheet or a program.",
            on_click="ignore",
            type="tertiary",
        )
