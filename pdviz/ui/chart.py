"""A figure on its way to a page and into a file."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go


class Chart(NamedTuple):
    """A figure in Plotly's JSON without a template, and what it shows in words."""

    spec: str
    alt: str


def chart_of(figure: go.Figure, alt: str) -> Chart:
    """The chart of a figure that nobody else holds; its looks are left to where it is drawn."""
    figure.layout.template = None
    return Chart(figure.to_json(), alt)
