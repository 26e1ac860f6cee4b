"""The page of costs: counts made by hand, and what is said of a wrong choice."""

from __future__ import annotations

from typing import Any

import pytest

from pdviz.ui.words import amount
from tests.ui.session import WIDEST, cards, notes, said, sentences, state_of, turn, unfold, visit

PAGE = "cost"


def shown(app: Any) -> dict[str, str]:
    found = cards(app)
    for card in found.values():
        assert card["proof"] is not None, card
        assert card["proof"]["ok"], card
    return {label: card["value"] for label, card in found.items()}


@pytest.mark.parametrize(
    ("link", "pairs", "outputs"),
    [
        ({}, 64, 3 * 8 * 4096 * 64),
        ({"layers": "1", "batch": "1", "length": "100"}, 64, 100 * 64),
        ({"groups": "1"}, 64 * 64, 3 * 8 * 4096 * 64 * 64),
        ({"width": "6", "groups": "2", "dtype": "float16"}, 18, 3 * 8 * 4096 * 18),
    ],
)
def test_counts_by_hand(link: dict[str, str], pairs: int, outputs: int) -> None:
    """Pairs of channels that meet times the taps, and that times the outputs."""
    layers = int(link.get("layers", 3))
    numbers = shown(visit(PAGE, **link))
    held = {
        **{"Dense Conv1d": 21, "Sum of two Conv1d": 16, "Gradient masking": 21},
        **{"Compact, assembled": 13, "Compact, taps alone": 13},
    }
    for name, taps in held.items():
        assert numbers[f"{name}: weights held"] == amount(layers * pairs * taps)
        multiplied = 21 if name == "Compact, assembled" else taps
        assert numbers[f"{name}: multiply-adds"] == amount(outputs * multiplied)
    assert len(numbers) == 10


def test_a_way_that_cannot_make_the_stack_says_why() -> None:
    app = visit(PAGE, pattern="1101011")
    assert not any(label.startswith("Sum of two") for label in cards(app))
    assert any("sum" in text.lower() for text in notes(app, "caption"))


def test_groups_must_divide_the_channels() -> None:
    app = turn(visit(PAGE), "groups", 7)
    assert sentences(app) == ["Groups must divide the 64 channels: 7 was changed to 4."]
    assert state_of(app).groups == 4


def test_what_is_depthwise_stays_depthwise_when_the_channels_change() -> None:
    app = turn(visit(PAGE), "width", 96)
    assert (state_of(app).width, state_of(app).groups) == (96, 96)
    turn(app, "groups", 32)
    turn(app, "width", 100)
    assert (state_of(app).width, state_of(app).groups) == (100, 25)


def test_what_there_is_to_learn_is_said() -> None:
    (line,) = said(visit(PAGE))
    assert line.startswith("Sparsity is not speed by itself")
    assert "At the taps alone it takes 62% of the multiply-adds" in line


def test_every_layer_when_it_is_asked_for() -> None:
    app = visit(PAGE, layers="2", stack="-s2")
    assert len(app.table) == 0
    rows = unfold(app).table[0].value.to_dict("records")
    assert len(rows) == 10
    assert {row["layer"] for row in rows} == {"1", "2"}


@pytest.mark.parametrize(
    "link",
    [WIDEST, {"batch": "4096", "width": "65536", "length": "16777216", "groups": "1"}],
)
def test_extremes_are_counted_and_nothing_is_allocated(link: dict[str, str]) -> None:
    app = visit(PAGE, **link)
    assert sentences(app) == []
    assert len(shown(app)) >= 8
