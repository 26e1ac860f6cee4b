"""Weights typed by hand: the table follows the pattern, and the layer runs with what it shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pdviz import signals
from pdviz.ui.state.state import State
from tests.oracles.pages import layer_output, offsets, words
from tests.ui.support.session import (
    assert_alive,
    data_for,
    go,
    output_of,
    sent_values,
    sentences,
    state_of,
    turn,
    visit,
)

ECG = signals.load("ecg").samples[0]
HERE = State().signal.start + State().signal.position
"""The sample that is looked at in a first visit."""
TAPS = offsets()


def table(app: AppTest) -> Any:
    (editor,) = app.data_editor
    return editor


def type_cells(app: AppTest, rows: Mapping[str, Any]) -> AppTest:
    """Send what the browser does when cells are edited: all edits since the table was made."""
    states = app._tree.get_widget_states()
    edits = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    states.widgets.add(id=table(app).proto.id, string_value=json.dumps(edits))
    app._run(states)
    assert_alive(app)
    return app


def weight_fields(app: AppTest) -> list[float]:
    """The weights in the table: those it was made with, and over them what was typed since."""
    weights = table(app).value["weight"].tolist()
    for row, cells in app.session_state[table(app).key]["edited_rows"].items():
        weights[int(row)] = cells.get("weight", weights[int(row)])
    return list(weights)


@pytest.mark.parametrize(("page", "name"), [("signal", "weights"), ("gradient", "initial")])
def test_typing_starts_from_the_weights_so_far_one_row_a_tap(page: str, name: str) -> None:
    app = visit(page, **{name: "average"})
    assert len(app.data_editor) == 0
    turn(app, name, "typed")
    frame = table(app).value
    assert frame["offset"].tolist() == list(TAPS)
    assert frame["part"].tolist() == ["left wing"] * 4 + ["island"] * 5 + ["right wing"] * 4
    assert frame["weight"].tolist() == pytest.approx([1 / 13] * 13, rel=1e-5)
    assert state_of(app).weights.values == tuple(frame["weight"])


@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_the_table_follows_the_pattern_and_each_weight_its_offset(page: str) -> None:
    app = visit(page, pattern="111", values="1,2,3", weights="typed", initial="typed")
    turn(app, "island", 5)
    frame = table(app).value
    assert frame["offset"].tolist() == [-2, -1, 0, 1, 2]
    assert frame["weight"].tolist() == [0, 1, 2, 3, 0]
    turn(app, "island", 1)
    assert table(app).value["weight"].tolist() == [2]
    assert app.query_params["values"] == "2"


def test_typed_weights_are_what_the_layer_runs_with() -> None:
    app = visit("signal", pattern="111", values="1,-2.5,1e-5", weights="typed")
    expected = layer_output(ECG, (-1, 0, 1), (1, -2.5, 1e-5), HERE)
    assert output_of(app)[1] == words(expected)
    app = visit("gradient", pattern="111", values="1,-2.5,1e-5", initial="typed")
    assert sent_values(data_for(app, "run"), "params")[0] == pytest.approx([1, -2.5, 1e-5])


@pytest.mark.parametrize(
    ("cells", "values", "text"),
    [
        ({"0": {"weight": 7.0}}, (7, 2, 3), False),
        ({"2": {"weight": -0.5}, "1": {"weight": 0}}, (1, 0, -0.5), False),
        ({"0": {"weight": 1 / 3}}, (0.333333, 2, 3), False),
        ({}, (1, 2, 3), False),
        ({"0": {"offset": 7, "part": "x"}}, (1, 2, 3), False),  # these cannot be chosen
        ({"0": {"weight": 2000.0}}, (1000, 2, 3), True),
        ({"0": {"weight": -1e300}}, (-1000, 2, 3), True),
        ({"0": {"weight": None}}, (1, 2, 3), True),
        ({"0": {"weight": "x"}}, (1, 2, 3), True),
        ({"1": {"weight": True}}, (1, 2, 3), True),
    ],
)
def test_a_cell_is_taken_to_six_digits_or_mended_and_said(
    cells: dict[str, Any], values: tuple[float, ...], text: bool
) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_cells(app, cells)
    assert state_of(app).weights.values == values
    assert output_of(app)[1] == words(layer_output(ECG, (-1, 0, 1), values, HERE))
    assert len(sentences(app)) == text
    turn(app, "position", 169)
    assert state_of(app).weights.values == values
    assert sentences(app) == []


@pytest.mark.parametrize(
    "cells", [{"0": {"weight": 2000.0}}, {"0": {"weight": None}}, {"0": {"weight": 1 / 3}}]
)
def test_the_table_shows_the_weights_that_the_layer_runs_with(cells: dict[str, Any]) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_cells(app, cells)
    assert weight_fields(app) == pytest.approx(state_of(app).weights.values, rel=1e-5)


def test_one_cell_after_another_and_then_the_pattern() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    key = table(app).key
    type_cells(app, {"0": {"weight": 7}})
    type_cells(app, {"0": {"weight": 7}, "2": {"weight": 9}})
    assert table(app).key == key  # a new table would lose the cell that is being edited
    assert app.query_params["values"] == "7,2,9"
    turn(app, "island", 5)
    assert weight_fields(app) == [0, 7, 2, 9, 0]
    type_cells(app, {"4": {"weight": 5}})
    assert state_of(app).weights.values == (0, 7, 2, 9, 5)
    turn(app, "island", 3)
    assert weight_fields(app) == [7, 2, 9]


@pytest.mark.parametrize("through", [("kernel",), ("gradient",), ("gradient", "kernel")])
def test_typed_weights_are_still_in_the_table_after_a_page_switch(through: tuple[str, ...]) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_cells(app, {"0": {"weight": 7}})
    for page in (*through, "signal"):
        go(app, page)
        assert state_of(app).weights.values == (7, 2, 3)
        if page != "kernel":
            assert weight_fields(app) == [7, 2, 3]


def test_typed_weights_are_still_in_the_table_after_other_weights_were_looked_at() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_cells(app, {"0": {"weight": 7}})
    turn(app, "weights", "average")
    turn(app, "weights", "typed")
    assert state_of(app).weights.values == (7, 2, 3)
    assert weight_fields(app) == [7, 2, 3]
