"""Weights typed by hand: the fields follow the pattern, and the layer runs with what it shows."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pdviz import signals
from pdviz.ui.state.state import State
from tests.oracles.pages import layer_output, offsets
from tests.ui.support.session import (
    data_for,
    fields,
    go,
    output_of,
    send,
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


def table(app: AppTest) -> dict[str, Any]:
    """The parts, offsets and weights that the fields show."""
    weights = data_for(app, "field-values")["weights"]
    assert len(weights["parts"]) == len(weights["offsets"]) == len(weights["values"])
    return weights


def type_weights(app: AppTest, *values: Any) -> AppTest:
    """Send what the browser does when weights are typed: all of them."""
    return send(app, "field-values", {"values": list(values)})


@pytest.mark.parametrize(("page", "name"), [("signal", "weights"), ("gradient", "initial")])
def test_typing_starts_from_the_weights_so_far_one_field_a_tap(page: str, name: str) -> None:
    app = visit(page, **{name: "average"})
    assert fields(app, "values") == []
    turn(app, name, "typed")
    weights = table(app)
    assert weights["offsets"] == list(TAPS)
    assert weights["parts"] == ["left wing"] * 4 + ["island"] * 5 + ["right wing"] * 4
    assert weights["values"] == pytest.approx([1 / 13] * 13, rel=1e-5)
    assert state_of(app).weights.values == tuple(weights["values"])


@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_the_fields_follow_the_pattern_and_each_weight_its_offset(page: str) -> None:
    app = visit(page, pattern="111", values="1,2,3", weights="typed", initial="typed")
    turn(app, "island", 5)
    assert table(app)["offsets"] == [-2, -1, 0, 1, 2]
    assert table(app)["values"] == [0, 1, 2, 3, 0]
    turn(app, "island", 1)
    assert table(app)["values"] == [2]
    assert app.query_params["values"] == "2"


def test_typed_weights_are_what_the_layer_runs_with() -> None:
    app = visit("signal", pattern="111", values="1,-2.5,1e-5", weights="typed")
    expected = layer_output(ECG, (-1, 0, 1), (1, -2.5, 1e-5), HERE)
    assert output_of(app)[1] == pytest.approx(expected, abs=1e-5)
    app = visit("gradient", pattern="111", values="1,-2.5,1e-5", initial="typed")
    assert sent_values(data_for(app, "run"), "params")[0] == pytest.approx([1, -2.5, 1e-5])


@pytest.mark.parametrize(
    ("typed", "values", "text"),
    [
        ((7.0, 2, 3), (7, 2, 3), False),
        ((1, 0, -0.5), (1, 0, -0.5), False),
        ((1 / 3, 2, 3), (0.333333, 2, 3), False),
        ((1, 2, 3), (1, 2, 3), False),
        ((2000.0, 2, 3), (1000, 2, 3), True),
        ((-1e300, 2, 3), (-1000, 2, 3), True),
        ((None, 2, 3), (1, 2, 3), False),  # no field sends these
        (("x", 2, 3), (1, 2, 3), False),
        ((1, True, 3), (1, 2, 3), False),
        ((1, 2), (1, 2, 3), True),
        ((), (1, 2, 3), True),
    ],
)
def test_what_the_fields_send_is_checked_again(
    typed: tuple[Any, ...], values: tuple[float, ...], text: bool
) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_weights(app, *typed)
    assert state_of(app).weights.values == values
    assert tuple(table(app)["values"]) == values
    assert output_of(app)[1] == pytest.approx(layer_output(ECG, (-1, 0, 1), values, HERE), rel=1e-5)
    assert len(sentences(app)) == text
    turn(app, "position", 169)
    assert state_of(app).weights.values == values
    assert sentences(app) == []


@pytest.mark.parametrize("message", [None, {}, {"values": 1}, {"values": [1, 2, 3], "x": 1}, [1]])
def test_no_other_message_changes_the_weights(message: Any) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    send(app, "field-values", message)
    assert state_of(app).weights.values == (1, 2, 3)


def test_one_weight_after_another_and_then_the_pattern() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_weights(app, 7, 2, 3)
    type_weights(app, 7, 2, 9)
    assert app.query_params["values"] == "7,2,9"
    turn(app, "island", 5)
    assert table(app)["values"] == [0, 7, 2, 9, 0]
    type_weights(app, 0, 7, 2, 9, 5)
    assert state_of(app).weights.values == (0, 7, 2, 9, 5)
    turn(app, "island", 3)
    assert table(app)["values"] == [7, 2, 9]


@pytest.mark.parametrize("through", [("kernel",), ("gradient",), ("gradient", "kernel")])
def test_typed_weights_are_still_in_the_fields_after_a_page_switch(
    through: tuple[str, ...],
) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_weights(app, 7, 2, 3)
    for page in (*through, "signal"):
        go(app, page)
        assert state_of(app).weights.values == (7, 2, 3)
        if page != "kernel":
            assert table(app)["values"] == [7, 2, 3]


def test_typed_weights_are_still_in_the_fields_after_other_weights_were_looked_at() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_weights(app, 7, 2, 3)
    turn(app, "weights", "average")
    turn(app, "weights", "typed")
    assert state_of(app).weights.values == (7, 2, 3)
    assert table(app)["values"] == [7, 2, 3]
