"""What every figure must stand here: the check of Plotly, which figures are made without."""

import json

import plotly.graph_objects as go
import pytest

from pdviz.figures.sheet import Sheet

_figure = Sheet.figure


@pytest.fixture(autouse=True)
def _checked_by_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure is valid, and what Plotly would make of the same, had it checked it.

    So is what a page is sent.
    """

    def figure(sheet: Sheet) -> go.Figure:
        made = _figure(sheet)
        checked = go.Figure(data=sheet._traces, layout=sheet.layout)
        assert json.loads(made.to_json()) == json.loads(checked.to_json())
        checked.layout.template = None
        assert json.loads(sheet.spec()) == json.loads(checked.to_json())
        return made

    monkeypatch.setattr(Sheet, "figure", figure)
