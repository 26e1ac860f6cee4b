"""Opening a page: from any link, and from a broken one, which says what was wrong."""

from __future__ import annotations

from typing import Any

import pytest

from pdviz.ui.state.link import from_query
from pdviz.ui.state.state import State
from tests.ui.support.session import (
    PAGES,
    WIDEST,
    data_for,
    drawings,
    new_session,
    sentences,
    state_of,
    turn,
    visit,
)

LINKS: dict[str, dict[str, str]] = {
    "default": {},
    "widest": WIDEST,
    "widest causal": {**WIDEST, "causal": "1"},
    "free": {"pattern": "1100100001011", "origin": "11"},
    "one tap": {"pattern": "1"},
    "one tap far off": {"pattern": "1" + "0" * 900, "origin": "900"},
    "longest free": {"pattern": "1" + "10" * 511 + "1"},
    "far side of the signal": {"start": "107280", "samples": "720", "position": "719"},
    "shortest signal": {"signal": "macro", "channel": "11", "samples": "16", "start": "187"},
    "impulse": {"signal": "impulse", "weights": "difference", "initial": "difference"},
    "typed": {"weights": "typed", "initial": "typed", "pattern": "111", "values": "1,-2.5,1e-5"},
    "diverging": {"rate": "10", "steps": "200", "step": "199", "scope": "signal"},
    "sum": {"way": "sum", "momentum": "0.9", "decay": "0.1"},
    "sum of another pattern": {"way": "sum", "dilation": "3"},
    "sum of a free pattern": {"way": "sum", "pattern": "1101011"},
    "masked": {"way": "mask", "gaps": "pruned", "momentum": "0.99", "steps": "200"},
    "dense": {"way": "conv1d", "optimizer": "adam", "decay": "1", "momentum": "0.5"},
    "WaveNet": {"wing": "1", "dilation": "1", "island": "1", "causal": "1", "layers": "10"}
    | {"growth": "2", "trial": "random", "activation": "relu", "below": "delay"},
    "layers of their own": {"stack": "-s2-p1101o3", "layers": "4", "growth": "3", "every": "2"}
    | {"rival": "weights", "measure": "magnitude", "view": "projective", "hertz": "1"},
    "too wide": {**WIDEST, "growth": "4"},
    "costly": {"batch": "4096", "width": "65536", "length": "16777216", "groups": "1"},
    "whole signal, Adam": {"optimizer": "adam", "scope": "signal", "target": "smooth"},
}


BROKEN: dict[str, dict[str, Any]] = {
    "numbers": {"wing": "999", "dilation": "0", "island": "4", "layers": "x", "seed": "-1"},
    "markup": {"signal": "<script>", "weights": "**b**", "device": ":smile:", "target": "[a](b)"},
    "pattern": {"pattern": "12"},
    "origin": {"pattern": "101", "origin": "9"},
    "nothing after the equals sign": dict.fromkeys(("wing", "signal", "rate", "causal"), ""),
    "huge": {"pattern": "1" * 5000, "values": "1," * 5000, "wing": "9" * 9000},
    "typed without numbers": {"weights": "typed", "initial": "typed"},
    "clashing": {"signal": "macro", "start": "100000", "position": "719", "channel": "15"},
    "stacks": {"growth": "9", "every": "0", "stack": "x", "rival": "size", "groups": "7"},
    "not a number": {"rate": "nan", "values": "nan,inf", "position": "1e3"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", LINKS)
def test_a_page_opens_from_any_link(page: str, link: str) -> None:
    app = visit(page, **LINKS[link])
    state, notices = from_query(LINKS[link])
    assert notices == []
    assert state_of(app) == state
    assert not [text for text in sentences(app) if "link" in text]
    refused = link == "too wide"
    warns = any("would reach over" in text for text in sentences(app))
    assert warns == (refused and page == "spectrum")
    assert len(drawings(app, "stage")) == (page == "gradient")
    assert len(drawings(app, "signal")) == (page == "signal")
    counted = page == "cost" or (page in ("receptive_field", "spectrum") and not refused)
    assert (len(drawings(app, "report")) > 0) == counted
    assert len(app.header) == 1


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", BROKEN)
def test_a_page_opens_from_a_broken_link_and_says_what_was_wrong(page: str, link: str) -> None:
    app = visit(page, **BROKEN[link])
    state, notices = from_query(BROKEN[link])
    assert state_of(app) == state
    words = [text for text in sentences(app) if "link" in text]
    assert len(words) == 1
    assert len(notices) >= 1
    for notice in notices:
        assert str(notice) in words[0]


def test_what_was_wrong_with_a_link_is_said_until_the_next_edit() -> None:
    app = visit(wing="999")
    app.run()
    assert any("Wing" in text for text in sentences(app))
    turn(app, "island", 7)
    assert sentences(app) == []


def test_of_a_parameter_given_twice_one_is_taken() -> None:
    app = new_session()
    app.query_params["wing"] = ["5", "6"]
    app.run()
    assert not app.exception
    assert state_of(app).kernel.wing in (5, 6)
    assert state_of(turn(app, "layers", 2)).kernel.wing in (5, 6)


def test_another_link_in_the_same_tab_replaces_the_state() -> None:
    app = visit(wing="6", layers="2")
    app.query_params.clear()
    app.query_params["wing"] = "7"
    app.run()
    assert state_of(app) == State.of(wing=7)
    assert data_for(app, "editor")["family"] == [7, 2, 5, False]
