"""The sidebar's plain controls of the pattern: each moves the kernel, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest

from pdviz import Pattern
from pdviz.ui.components.editor import PRESETS
from tests.ui.oracle import offsets, written
from tests.ui.session import (
    PAGES,
    WIDEST,
    control,
    drawings,
    has_control,
    sentences,
    state_of,
    taps_told,
    told,
    turn,
    visit,
)


@pytest.mark.parametrize(
    ("name", "value", "taps"),
    [
        ("wing", 6, offsets(wing=6)),
        ("wing", 0, offsets(wing=0)),
        ("dilation", 5, offsets(dilation=5)),
        ("island", 9, offsets(island=9)),
        ("causal", True, offsets(causal=True)),
        ("text", "1101 0111", (-3, -2, 0, 2, 3, 4)),
        ("text", "111101010101010101111", (*range(-10, -7), *range(-7, 8, 2), *range(8, 11))),
    ],
)
def test_a_control_of_the_pattern_changes_the_kernel_and_all_its_numbers(
    name: str, value: Any, taps: tuple[int, ...]
) -> None:
    app = turn(visit(), name, value)
    assert state_of(app).pattern == Pattern(taps)
    assert taps_told(app) == taps
    assert told(app, "editor")["rev"] == 1
    assert (taps_told(app), state_of(app).layers) == (taps, 3)
    assert control(app, "text").value == written(taps)
    assert sentences(app) == []


def test_each_number_of_the_pattern_after_the_other() -> None:
    app = visit()
    for name, value in (("wing", 2), ("dilation", 7), ("island", 3), ("causal", True), ("wing", 5)):
        turn(app, name, value)
    taps = offsets(wing=5, dilation=7, island=3, causal=True)
    assert taps_told(app) == taps
    assert (taps_told(app), state_of(app).layers) == (taps, 3)
    assert app.query_params == {"wing": "5", "dilation": "7", "island": "3", "causal": "1"}


@pytest.mark.parametrize("page", PAGES)
def test_the_editor_stands_on_every_page_and_is_small_where_it_is_not_the_subject(
    page: str,
) -> None:
    app = visit(page, wing="3", causal="1", layers="5")
    mode = {"kernel": "kernel", "receptive_field": "stack"}.get(page, "compact")
    assert {**told(app, "editor"), "presets": None, "stacks": None} == {
        **{"rev": 0, "seq": 0, "mode": mode, "presets": None, "stacks": None},
        **{"family": [3, 2, 5, True], "text": "", "origin": 0},
        **{"layers": 5, "growth": 1, "every": 1, "stack": []},
    }
    assert len(drawings(app, "code")) == 1


def test_the_ready_made_patterns_are_what_their_names_say() -> None:
    made = {name: offsets(*family) for name, family in told(visit(), "editor")["presets"]}
    assert made == {
        "Default": offsets(),
        "Dense": tuple(range(-10, 11)),
        "Plain dilated": tuple(range(-10, 11, 2)),
        "Causal": offsets(causal=True),
        "Wide": offsets(wing=16, dilation=16, island=17),
    }
    assert made == {name: pattern.offsets for name, pattern in PRESETS.items()}


def test_the_origin_of_a_free_pattern_is_moved_by_its_own_control() -> None:
    app = visit()
    assert not has_control(app, "origin")
    turn(app, "text", "1100101")
    assert control(app, "origin").value == 3
    turn(app, "origin", 0)
    assert taps_told(app) == (0, 1, 4, 6)
    assert (taps_told(app), state_of(app).layers) == ((0, 1, 4, 6), 3)
    assert app.query_params == {"pattern": "1100101", "origin": "0"}
    turn(app, "wing", 3)
    turn(app, "layers", 2)
    assert not has_control(app, "origin")
    assert (taps_told(app), state_of(app).layers) == (offsets(wing=3), 2)
    assert sentences(app) == []


def test_a_pattern_too_long_to_write_says_so_in_its_field() -> None:
    app = visit(**WIDEST)
    field = control(app, "text")
    assert field.value == ""
    assert field.placeholder == "8,257 elements, too long to write"


# What is said at a control.


@pytest.mark.parametrize(
    ("name", "value", "mended", "sentence"),
    [
        ("wing", 65, 64, "Wing must be 0 to 64: 65 was changed to 64."),
        ("dilation", 0, 1, "Dilation must be 1 to 64: 0 was changed to 1."),
        ("island", 4, 5, "Island must be odd: 4 was changed to 5."),
    ],
)
def test_a_wrong_number_is_mended_where_it_was_typed_and_said_until_the_next_edit(
    name: str, value: int, mended: int, sentence: str
) -> None:
    app = turn(visit(), name, value)
    assert sentences(app) == [sentence]
    assert [warning.value for warning in app.sidebar.warning] == [sentence]
    assert control(app, name).value == mended
    assert getattr(state_of(app), name) == mended
    keys = [getattr(element, "key", None) or "" for element in app.sidebar]
    below = list(app.sidebar)[keys.index(control(app, name).key) + 1]
    assert below.value == sentence
    app.run()
    assert sentences(app) == [sentence]
    turn(app, "layers", 2)
    assert sentences(app) == []


def test_the_same_wrong_number_twice_is_said_twice() -> None:
    app = turn(visit(), "island", 4)
    turn(app, "island", 4)
    assert sentences(app) == ["Island must be odd: 4 was changed to 5."]
    assert control(app, "island").value == 5


@pytest.mark.parametrize("text", ["", "102", "abc", "000", "1" * 1025, "<b>1</b>"])
def test_a_wrong_pattern_leaves_the_pattern_and_is_said_at_the_field(text: str) -> None:
    app = turn(visit(wing="6"), "text", text)
    (said,) = sentences(app)
    assert said.endswith("The pattern stays as it was.")
    assert taps_told(app) == offsets(wing=6)
    assert control(app, "text").value == written(offsets(wing=6))
    turn(app, "wing", 5)
    assert sentences(app) == []


def test_a_wrong_origin_is_said_and_put_back() -> None:
    app = visit(pattern="1100101")
    turn(app, "origin", 7)
    assert sentences(app) == [
        "The origin must be an element of the pattern, 0 to 6. The pattern stays as it was."
    ]
    assert control(app, "origin").value == 3
