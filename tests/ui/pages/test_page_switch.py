"""From page to page, and beside other sessions: a state goes along, whole and alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets
from tests.ui.support.session import (
    CHOSEN,
    PAGES,
    assert_alive,
    control,
    data_for,
    drawings,
    editor_taps,
    go,
    has_control,
    sentences,
    state_of,
    switch,
    turn,
    visit,
)

OWN = {
    "kernel": (),
    "receptive_field": ("rival", "trial", "activation", "measure", "seed"),
    "spectrum": ("filter", "weights", "rival", "below", "signal", "hertz"),
    "cost": ("batch", "width", "groups", "length", "dtype"),
    "signal": ("signal", "weights", "seed", "position", "samples", "start"),
    "gradient": (
        *("position", "signal", "target", "scope", "initial", "seed", "optimizer", "rate"),
        *("steps", "step", "way", "gaps", "momentum", "decay"),
    ),
}


def value_on_page(app: AppTest, name: str) -> Any:
    """What a control shows, as the state has it: the position's counts samples of the signal."""
    value = control(app, name).value
    return value - state_of(app).signal.start if name == "position" else value


@pytest.mark.parametrize("first", PAGES)
def test_a_page_switch_keeps_the_state_and_every_control_shows_it(first: str) -> None:
    app = visit(first, **CHOSEN)
    state = state_of(app)
    assert to_query(state) == CHOSEN
    for page in (*PAGES, "gradient", "kernel", "signal", "gradient", "signal", "kernel"):
        go(app, page)
        assert state_of(app) == state
        values = {name: value_on_page(app, name) for name in OWN[page]}
        assert values == {name: state.get(name) for name in values}


def test_what_was_edited_stays_edited_from_page_to_page() -> None:
    app = visit()
    for name, value in (("wing", 6), ("causal", True), ("layers", 5)):
        turn(app, name, value)
    go(app, "signal")
    for name, value in (("dilation", 3), ("weights", "average"), ("samples", 300), ("start", 9)):
        turn(app, name, value)
    go(app, "gradient")
    for name, value in (("island", 7), ("optimizer", "adam"), ("steps", 9), ("step", 8)):
        turn(app, name, value)
    pattern = {"wing": 6, "dilation": 3, "island": 7, "causal": True}
    values = {"weights": "average", "samples": 300, "start": 9}
    state = State.of(**pattern, **values, layers=5, optimizer="adam", steps=9, step=8)
    assert state_of(app) == state
    for page in ("kernel", "signal", "cost", "spectrum", "receptive_field", "gradient", "signal"):
        assert state_of(go(app, page)) == state
        for name in OWN[page]:
            if has_control(app, name):
                assert value_on_page(app, name) == state.get(name)


def test_what_is_still_sent_of_the_page_that_is_left_is_no_edit() -> None:
    """A browser that is quick may send the controls of both pages."""
    app = turn(turn(visit(), "wing", 6), "layers", 5)
    for page in ("signal", "kernel", "gradient", "kernel"):
        switch(app, page)
        app.run()
        assert_alive(app)
        assert state_of(app) == State.of(wing=6, layers=5)


def test_an_edit_after_a_page_switch_keeps_the_rest() -> None:
    app = go(visit(wing="6", island="7"), "signal")
    turn(app, "dilation", 3)
    assert state_of(app) == State.of(wing=6, dilation=3, island=7)
    go(app, "kernel")
    assert (editor_taps(app), state_of(app).stack.layers) == (
        offsets(wing=6, dilation=3, island=7),
        3,
    )


def test_a_free_pattern_goes_along_from_page_to_page() -> None:
    app = visit(pattern="1100101", origin="6")
    for page in ("signal", "gradient", "kernel"):
        go(app, page)
        assert (data_for(app, "editor")["text"], data_for(app, "editor")["origin"]) == (
            "1100101",
            6,
        )
    assert (editor_taps(app), state_of(app).stack.layers) == ((-6, -5, -2, 0), 3)


def test_two_sessions_do_not_share_what_they_chose() -> None:
    one, other = visit(), visit(wing="9")
    turn(one, "wing", 2)
    turn(other, "island", 7)
    assert state_of(one) == State.of(wing=2)
    assert state_of(other) == State.of(wing=9, island=7)
    one.run()
    assert sentences(one) == []
    assert (editor_taps(one), state_of(one).stack.layers) == (offsets(wing=2), 3)
    turn(one, "layers", 4)
    other.run()
    assert data_for(other, "editor")["layers"] == 3
    assert state_of(visit()) == State()


def test_an_edit_that_comes_with_the_switch_to_another_page_counts() -> None:
    app = visit()
    (proto,) = drawings(app, "editor")
    value = {"family": [6, 3, 7, False], "layers": 2, "growth": 1, "every": 1, "stack": []}
    edit = {"edit": {"rev": data_for(app, "editor")["rev"], "seq": 1, "value": value}}
    states = app._tree.get_widget_states()
    states.widgets.add(id=proto.id, json_value=json.dumps(edit))
    switch(app, "signal")
    app._run(states)
    assert_alive(app)
    assert state_of(app) == State.of(wing=6, dilation=3, island=7, layers=2)
    assert data_for(app, "editor")["family"] == [6, 3, 7, False]
