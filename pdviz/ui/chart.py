"""A figure on its way to a page and into a file."""

from __future__ import annotations

from typing import NamedTuple

from pdviz.figures.style import Sheet


class Chart(NamedTuple):
    """A figure in Plotly's JSON without a template, and what it shows in words."""

    spec: str
    alt: str


def chart_of(sheet: Sheet, alt: str) -> Chart:
    """The chart of a sheet; its looks are left to where it is drawn."""
    return Chart(sheet.spec(), alt)
