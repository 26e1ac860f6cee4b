"""A figure with its row of files: what is said, and that no file is made before it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pdviz.ui import figure as module
from pdviz.ui.figure import show_figure

Made = dict[str, Callable[[], str]]


def page(alt: str = "Two points, 3 and 4.") -> None:
    import plotly.graph_objects as go

    from pdviz.ui.figure import show_figure

    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
    show_figure(figure, "two-points", alt=alt, table=lambda: {"x": [1, 2], "y (dB)": [3, 4]})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What each download would make, by its key; nothing is made yet."""
    found: Made = {}
    original = st.download_button

    def noted(label: str, data: Callable[[], str], *rest: Any, **settings: Any) -> bool:
        assert callable(data)
        assert settings["on_click"] == "ignore"
        found[settings["key"]] = data
        return original(label, data, *rest, **settings)

    monkeypatch.setattr(module.st, "download_button", noted)
    return found


def run(function: Callable[..., None] = page, **arguments: Any) -> AppTest:
    app = AppTest.from_function(function, kwargs=arguments).run()
    assert not app.exception
    return app


def test_the_chart_is_there_with_its_words(made: Made) -> None:
    (chart,) = run().get("plotly_chart")
    assert json.loads(chart.proto.spec)["data"][0]["y"] == [3, 4]
    assert chart.proto.alt == "Two points, 3 and 4."


def test_nothing_is_made_before_it_is_asked_for(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    monkeypatch.setattr(module, "to_html", lambda *_, **__: built.append("html"))
    monkeypatch.setattr(module, "csv_text", lambda _: built.append("csv"))
    run()
    assert built == []
    made["two-points-html"]()
    made["two-points-csv"]()
    assert built == ["html", "csv"]


def test_the_files_hold_the_figure_and_the_table(made: Made) -> None:
    run()
    assert made["two-points-csv"]() == "x,y (dB)\r\n1,3\r\n2,4\r\n"
    html = made["two-points-html"]()
    assert '"y":[3,4]' in html
    assert "<figcaption>Two points, 3 and 4.</figcaption>" in html
    assert "<title>pdviz: two points</title>" in html


def test_the_browser_is_told_which_chart_to_save(made: Made) -> None:
    app = run()
    (component,) = app.get("bidi_component")
    assert json.loads(component.proto.json) == {
        "chart": "st-key-two-points",
        "file": "pdviz-two-points",
    }
    assert [button.label for button in app.get("download_button")] == ["HTML", "CSV"]


def test_two_figures_on_a_page_do_not_collide(made: Made) -> None:
    def both() -> None:
        import plotly.graph_objects as go

        from pdviz.ui.figure import show_figure

        for name in ("one", "another-one"):
            figure = go.Figure(go.Scatter(y=[1]))
            show_figure(figure, name, alt=name, table=lambda: {})

    app = run(both)
    assert len(app.get("plotly_chart")) == 2
    assert set(made) == {"one-html", "one-csv", "another-one-html", "another-one-csv"}


@pytest.mark.parametrize("name", ["", "Two", "two points", "two--points", "-two", "two1", "../two"])
def test_a_name_that_is_no_key_and_no_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"`name` .* takes small letters and single hyphens"):
        show_figure(None, name, alt="", table=dict)
