"""The page of costs: counts made by hand, and what is said of a wrong choice."""

from __future__ import annotations

from typing import Any

import pytest

from pdviz.figures.wording import amount, number
from tests.ui.support.session import (
    WIDEST,
    cards,
    figures,
    lines_of,
    notes,
    parts,
    proved,
    rows,
    sentences,
    state_of,
    table,
    turn,
    unfold,
    visit,
)

PAGE = "cost"
COLUMNS = ["Weights", "Multiply-adds", "Bytes that must move", "FLOP per byte"]


def columns(app: Any) -> dict[str, dict[str, str]]:
    """What the table says of each way, all of it proved, and no number beside it."""
    assert cards(app) == {}
    proved(app, len(COLUMNS))
    assert all(row["meaning"] for row in rows(app))
    numbers = table(app)
    assert list(numbers) == COLUMNS
    return {way: {name: numbers[name][way] for name in COLUMNS} for way in numbers[COLUMNS[0]]}


@pytest.mark.parametrize(
    ("link", "pairs", "outputs", "size"),
    [
        ({}, 64, 8 * 4096, 4),
        ({"layers": "1", "batch": "1", "length": "100"}, 64, 100, 4),
        ({"groups": "1"}, 64 * 64, 8 * 4096, 4),
        ({"width": "6", "groups": "2", "dtype": "float16"}, 18, 8 * 4096, 2),
    ],
)
def test_counts_by_hand(link: dict[str, str], pairs: int, outputs: int, size: int) -> None:
    """Pairs of channels that meet times the taps; that times the outputs; what each reads, writes.

    The input is read by every convolution and an output written, beside the weights; the sum adds
    two outputs to a third; an assembled kernel is written once and read once.
    """
    layers, channels = int(link.get("layers", 3)), int(link.get("width", 64))
    numbers = columns(visit(PAGE, **link))
    signal = channels * outputs
    by_hand = {
        "Dense Conv1d": (21, 21, 2 * signal + 21 * pairs),
        "Sum of two Conv1d": (16, 16, 4 * signal + 16 * pairs + 3 * signal),
        "Gradient masking": (21, 21, 2 * signal + 21 * pairs),
        "Compact, assembled": (13, 21, 2 * signal + (13 + 21 + 21) * pairs),
        "Compact, taps alone": (13, 13, 2 * signal + 13 * pairs),
    }
    assert list(numbers) == list(by_hand)
    for name, (stored, multiplied, moved) in by_hand.items():
        assert numbers[name] == {
            "Weights": amount(layers * pairs * stored),
            "Multiply-adds": amount(layers * outputs * pairs * multiplied),
            "Bytes that must move": amount(layers * moved * size),
            "FLOP per byte": number(2 * outputs * pairs * multiplied / (moved * size)),
        }


def test_a_stack_too_wide_for_its_receptive_field_has_costs_all_the_same() -> None:
    """Wing 64, dilation 64 and 12 layers that grow fourfold: the last spans 34 billion elements."""
    app = visit(PAGE, wing="64", dilation="64", layers="12", growth="4", width="64")
    spans = [5 + 2 * 64 * 64 * 4**layer for layer in range(12)]
    weights = table(app)["Weights"]
    assert weights["Compact, taps alone"] == amount(64 * 12 * (5 + 128))
    assert weights[next(iter(weights))] == amount(64 * sum(spans))  # one dense Conv1d
    assert f"Dense Conv1d {amount(64 * sum(spans))};" in figures(app)[0]["alt"]
    assert any("Its costs need none" in text for text in notes(app, "info"))
    assert not sentences(app)
    assert len(parts(unfold(app), "table")[-1]["rows"]) >= 12 * 4


def test_a_training_step_is_counted_beside_the_forward_pass() -> None:
    """The gradients of input and weights: three times the multiply-adds of the forward pass."""
    forward, training = parts(visit(PAGE, layers="1"), "table")[:2]
    assert training["name"] == "Each way, in a training step"
    (row,) = [row for row in training["rows"] if row["title"] == "Compact, taps alone"]
    cells = dict(zip(training["heads"][1:], row["cells"], strict=True))
    signal, weights = 8 * 64 * 4096, 64 * 13
    assert cells["Multiply-adds"] == amount(3 * 13 * signal)
    moved = 4 * ((2 * signal + weights) + (3 * signal + 2 * weights))
    assert cells["Bytes that must move"] == amount(moved)
    assert cells["FLOP per byte"] == number(6 * 13 * signal / moved)
    assert cells["Bytes kept for the backward pass"] == amount(4 * signal)
    assert [row["title"] for row in forward["rows"]] == [row["title"] for row in training["rows"]]


def test_what_is_counted_is_said() -> None:
    caption = notes(visit(PAGE), "caption")[0]
    for words in ("without biases", "products with the padding count", "the least traffic"):
        assert words in caption


def test_a_badge_opens_to_the_ways_of_every_column() -> None:
    proof = {row["title"]: row["proof"] for row in rows(visit(PAGE, layers="1"))}
    assert proof["Compact, taps alone"]["methods"] == [
        ["weights: counted", "832"],
        ["weights: PyTorch's modules", "832"],
        ["multiply-adds: counted", "27,262,976"],
        ["multiply-adds: PyTorch's flop counter, halved", "27,262,976"],
        ["multiply-adds: paths into each output", "27,262,976"],
        ["bytes that must move: counted", "16,780,544"],
        ["bytes that must move: PyTorch's operations", "16,780,544"],
        ["FLOP per byte: counted", "3.249355444"],
        ["FLOP per byte: PyTorch's flop counter, over those bytes", "3.249355444"],
        ["FLOP per byte: two for each path, over those bytes", "3.249355444"],
    ]
    assert len(proof["Sum of two Conv1d"]["methods"]) == 8


def test_a_way_that_cannot_make_the_stack_says_why() -> None:
    app = visit(PAGE, pattern="1101011")
    assert "Sum of two Conv1d" not in columns(app)
    assert len(columns(app)) == 4
    assert any("sum" in text.lower() for text in notes(app, "caption"))


def test_groups_must_divide_the_channels() -> None:
    app = turn(visit(PAGE), "groups", 7)
    assert sentences(app) == ["Groups must divide the 64 channels: 7 was changed to 8."]
    assert state_of(app).cost.groups == 8


def test_what_is_depthwise_stays_depthwise_when_the_channels_change() -> None:
    app = turn(visit(PAGE), "width", 96)
    assert (state_of(app).cost.width, state_of(app).cost.groups) == (96, 96)
    turn(app, "groups", 32)
    turn(app, "width", 100)
    assert (state_of(app).cost.width, state_of(app).cost.groups) == (100, 25)


def test_what_there_is_to_learn_is_said() -> None:
    (line,) = lines_of(visit(PAGE))
    assert line.startswith("Sparsity is not speed by itself")
    assert "At the taps alone it takes 61.9% of the multiply-adds" in line


def test_every_layer_when_it_is_asked_for() -> None:
    app = visit(PAGE, layers="2", stack="-s2")
    assert len(parts(app, "table")) == 2
    whole, _, layers = parts(unfold(app), "table")
    assert layers["name"] == "Layer by layer"
    assert layers["proved"]
    assert {row["proof"]["badge"] for row in layers["rows"]} == {"checked two ways"}
    titles = [row["title"] for row in whole["rows"]]
    assert [row["title"] for row in layers["rows"]] == [
        f"{depth}: {title}" for depth in (1, 2) for title in titles
    ]
    dense = dict(zip(layers["heads"][1:], layers["rows"][0]["cells"], strict=True))
    assert dense == {
        "Weights": f"{64 * 21:,}",
        "Multiply-adds": amount(8 * 64 * 4096 * 21),
        "Bytes that must move": amount(4 * (2 * 8 * 64 * 4096 + 64 * 21)),
        "FLOP per byte": number(2 * 8 * 64 * 4096 * 21 / (4 * (2 * 8 * 64 * 4096 + 64 * 21))),
    }
    below = layers["rows"][5]  # half as many outputs
    assert below["cells"][1] == amount(8 * 64 * 2048 * 21)


@pytest.mark.parametrize(
    "link",
    [WIDEST, {"batch": "4096", "width": "65536", "length": "16777216", "groups": "1"}],
)
def test_extremes_are_counted_and_nothing_is_allocated(link: dict[str, str]) -> None:
    app = visit(PAGE, **link)
    assert sentences(app) == []
    assert len(columns(app)) >= 4
