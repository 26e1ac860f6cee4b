"""What ways cost, drawn: a bar and a number a way, and a word where a way cannot."""

import itertools
from typing import Any

import plotly.graph_objects as go
import pytest

from pdviz import Pattern
from pdviz.analysis.cost import StackCost, cost
from pdviz.analysis.stack import Layer
from pdviz.figures.cost import cost_alt, cost_sheet, cost_table
from pdviz.figures.palette import ACCENT, GAP
from pdviz.ways import COST_LABELS

STACK = [Layer(Pattern.partially_dilated())] * 3
WAY = "way to make the kernel"
FREE = [Layer(Pattern.parse("1101011"))]


def cost_figure(*arguments: Any, **options: Any) -> go.Figure:
    return cost_sheet(*arguments, **options).figure()


def defaults() -> StackCost:
    return cost(STACK, batch=1, channels=64, length=4096, groups=64)


PANEL = 3
"""Panels in the figure: parameters, multiply-adds, bytes."""


def the(figure: go.Figure, kind: str) -> Any:
    """The one trace of a kind."""
    (matches,) = [trace for trace in figure.data if trace.type == kind]
    return matches


def texts(figure: go.Figure) -> list[str]:
    return list(the(figure, "scatter").text)


def panels(figure: go.Figure) -> list[list[tuple[str, str, float]]]:
    """For each panel, from the top, what stands at the left and at the right, at what height."""
    words = the(figure, "scatter")
    matches: list[list[tuple[str, str, float]]] = []
    lines = dict[float, dict[str, str]]()
    for y, text, side in zip(words.y, words.text, words.textposition, strict=True):
        lines.setdefault(float(y), {})[side] = text
    for y in sorted(lines, reverse=True):
        if "top left" not in lines[y]:  # a heading
            matches.append([])
        else:
            matches[-1].append((lines[y]["top right"], lines[y]["top left"], y))
    assert len(matches) == PANEL
    return matches


def bars(figure: go.Figure) -> list[dict[str, float]]:
    """For each panel the value of each way, found by the text over its bar."""
    drawn = the(figure, "bar")
    matches: list[dict[str, float]] = [{} for _ in range(PANEL)]
    for y, value in zip(drawn.y, drawn.customdata, strict=True):
        panel, name = min(
            (
                (foot - y, panel, name)
                for panel, rows in enumerate(panels(figure))
                for name, _, foot in rows
                if foot > y
            )
        )[1:]
        assert name not in matches[panel]
        matches[panel][name] = value
    return matches


def test_a_number_stands_at_the_height_of_its_name() -> None:
    parameters, adds, moved = panels(cost_figure(defaults()))
    assert [name for name, *_ in parameters] == list(COST_LABELS.values())
    assert [name for name, *_ in adds] == [name for name, *_ in moved] == list(COST_LABELS.values())
    assert {name: sentence for name, sentence, _ in parameters} == {
        COST_LABELS["conv1d"]: "4,032",
        COST_LABELS["sum"]: "3,072",
        COST_LABELS["mask"]: "4,032",
        COST_LABELS["compact"]: "2,496",
        COST_LABELS["fused"]: "2,496",
    }


def test_bars_are_the_counts_made_by_hand() -> None:
    stored = {"conv1d": 21, "sum": 16, "mask": 21, "compact": 13, "fused": 13}
    multiplied = {**stored, "compact": 21}
    parameters, adds, moved = bars(cost_figure(defaults()))
    assert parameters == {COST_LABELS[w]: 3 * 64 * n for w, n in stored.items()}
    assert adds == {COST_LABELS[w]: 3 * 64 * 4096 * n for w, n in multiplied.items()}
    dense = 3 * 4 * (2 * 64 * 4096 + 64 * 21)  # input, output and weights, once each
    assert moved[COST_LABELS["conv1d"]] == dense
    assert moved[COST_LABELS["fused"]] == 3 * 4 * (2 * 64 * 4096 + 64 * 13)


def test_training_is_three_times_the_multiply_adds() -> None:
    _, forward, _ = bars(cost_figure(defaults()))
    _, both, moved = bars(cost_figure(defaults(), training=True))
    assert both == {name: 3 * value for name, value in forward.items()}
    assert all(moved[name] > value for name, value in bars(cost_figure(defaults()))[2].items())
    assert "forward and backward" in " ".join(texts(cost_figure(defaults(), training=True)))


def test_numbers_stand_beside_the_names() -> None:
    display = texts(cost_figure(defaults()))
    assert {"4,032", "3,072", "2,496", "16.52 million", "10.22 million"} <= set(display)
    assert "6,307,584 bytes" in display


def test_a_way_that_cannot_make_the_stack_says_so() -> None:
    costs = cost(FREE)
    figure = cost_figure(costs)
    assert all(COST_LABELS["sum"] not in panel for panel in bars(figure))
    assert texts(figure).count("cannot make it") == 3
    assert texts(figure).count(COST_LABELS["sum"]) == 3
    assert f"{COST_LABELS['sum']} cannot make it" in cost_alt(costs)
    table = cost_table(costs)
    row = table[WAY].index(COST_LABELS["sum"])
    assert {column[row] for name, column in table.items() if name != WAY} == {None}


def test_the_taps_alone_stand_out() -> None:
    drawn = the(cost_figure(defaults()), "bar")
    ways = [text.split(":")[0] for text in drawn.hovertemplate]
    for way, colour in zip(ways, drawn.marker.color, strict=True):
        assert colour == (ACCENT if way == COST_LABELS["fused"] else GAP)
    assert ways == list(COST_LABELS.values()) * PANEL


@pytest.mark.parametrize("layers", [STACK, FREE, [Layer(Pattern.dense(1))]])
def test_bars_are_as_long_as_their_numbers_and_the_longest_fills_its_panel(
    layers: list[Layer],
) -> None:
    figure = cost_figure(cost(layers, channels=1, groups=1, length=1))
    drawn, axis = the(figure, "bar"), figure.layout.xaxis
    assert axis.type in (None, "linear")
    assert tuple(axis.range) == (0, 1)
    shares = dict(zip(drawn.y, drawn.x, strict=True))
    sentence = dict(zip(drawn.y, drawn.customdata, strict=True))
    for rows in panels(figure):
        feet = [foot for *_, foot in rows]
        own = [y for y in shares if min(feet) - 100 < y < max(feet)]
        most = max(sentence[y] for y in own)
        assert max(shares[y] for y in own) == 1
        assert [shares[y] for y in own] == pytest.approx([sentence[y] / most for y in own])
    assert all(0 < x < 1 for x in the(figure, "scatter").x)


def test_what_the_pointer_reads_is_the_number_drawn() -> None:
    drawn = the(cost_figure(defaults()), "bar")
    for value, text in zip(drawn.customdata, drawn.hovertemplate, strict=True):
        assert text.endswith(f": {value:,}<extra></extra>")


def test_nothing_lies_on_anything_else() -> None:
    figure = cost_figure(defaults())
    words, drawn = the(figure, "scatter"), the(figure, "bar")
    low, high = figure.layout.yaxis.range
    pixel = (high - low) / (figure.layout.height - 8)  # less the margins
    assert pixel == pytest.approx(10)
    boxes = {(y, y + 14 * pixel) for y in words.y}  # a line of text is as high as that at most
    boxes |= {(y - drawn.width / 2, y + drawn.width / 2) for y in drawn.y}
    edges = sorted(boxes, reverse=True)
    assert edges[0][1] <= high + 3 * pixel  # into the margin, at most
    assert edges[-1][0] >= low
    for above, below in itertools.pairwise(edges):
        assert below[1] <= above[0]


def test_words_and_table_hold_the_same_numbers() -> None:
    words, table = cost_alt(defaults()), cost_table(defaults())
    assert words.startswith(
        "Weights: Dense Conv1d 4,032; Sum of two Conv1d 3,072; Gradient masking 4,032; "
        "Compact, assembled 2,496; Compact, taps alone 2,496. "
    )
    assert table[WAY] == list(COST_LABELS.values())
    assert table["weights"] == [4032, 3072, 4032, 2496, 2496]
    _, adds, moved = bars(cost_figure(defaults()))
    assert table["multiply-adds of a forward pass"] == [adds[way] for way in table[WAY]]
    assert table["bytes that must move in a forward pass"] == [moved[way] for way in table[WAY]]


@pytest.mark.parametrize(
    ("length", "display"), [(769, "9,997"), (770, "10,010"), (2**24, "218.1 million")]
)
def test_large_numbers_are_said_in_words(length: int, display: str) -> None:
    one = cost([Layer(Pattern.partially_dilated())], channels=1, groups=1, length=length)
    assert display in texts(cost_figure(one))


def test_the_same_costs_give_the_same_figure() -> None:
    assert cost_figure(defaults()).to_json() == cost_figure(defaults()).to_json()
