"""What ways cost, drawn: a bar and a number a way, and a word where a way cannot."""

import itertools
from typing import Any

import plotly.graph_objects as go
import pytest

from pdviz import Pattern
from pdviz.analysis.cost import StackCost, cost
from pdviz.analysis.receptive_field import Layer
from pdviz.figures.cost import NAMES, cost_alt, cost_figure, cost_table
from pdviz.figures.style import ACCENT, GAP

STACK = [Layer(Pattern.partially_dilated())] * 3
FREE = [Layer(Pattern.parse("1101011"))]


def defaults() -> StackCost:
    return cost(STACK, batch=1, channels=64, length=4096, groups=64)


def drawn(figure: go.Figure, kind: str) -> list[Any]:
    """The traces of a kind, a panel each, from the top."""
    return [trace for trace in figure.data if trace.type == kind]


def bars(figure: go.Figure) -> list[dict[str, float]]:
    """For each panel the value of each way, found by the text over its bar."""
    found = []
    for panel, words in zip(drawn(figure, "bar"), drawn(figure, "scatter"), strict=True):
        assert panel.yaxis == words.yaxis
        texts = zip(words.y, words.text, words.textposition, strict=True)
        above = {int(y): text for y, text, side in texts if side == "top right"}
        found.append({above[int(y)]: x for x, y in zip(panel.x, panel.y, strict=True)})
    return found


def texts(figure: go.Figure) -> list[str]:
    headings = [note.text for note in figure.layout.annotations]
    return [*headings, *(text for words in drawn(figure, "scatter") for text in words.text)]


def test_a_number_stands_at_the_height_of_its_name() -> None:
    for words in drawn(cost_figure(defaults()), "scatter"):
        half = len(words.y) // 2
        assert words.y[:half] == words.y[half:]
        assert len(set(words.y)) == half == 5
    parameters = drawn(cost_figure(defaults()), "scatter")[0].text
    assert dict(zip(parameters[:5], parameters[5:], strict=True)) == {
        NAMES["conv1d"]: "4,032",
        NAMES["sum"]: "3,072",
        NAMES["mask"]: "4,032",
        NAMES["compact"]: "2,496",
        NAMES["fused"]: "2,496",
    }


def test_bars_are_the_counts_made_by_hand() -> None:
    held = {"conv1d": 21, "sum": 16, "mask": 21, "compact": 13, "fused": 13}
    multiplied = {**held, "compact": 21}
    parameters, adds, moved = bars(cost_figure(defaults()))
    assert parameters == {NAMES[w]: 3 * 64 * n for w, n in held.items()}
    assert adds == {NAMES[w]: 3 * 64 * 4096 * n for w, n in multiplied.items()}
    dense = 3 * 4 * (2 * 64 * 4096 + 64 * 21)  # input, output and weights, once each
    assert moved[NAMES["conv1d"]] == dense
    assert moved[NAMES["fused"]] == 3 * 4 * (2 * 64 * 4096 + 64 * 13)


def test_training_is_three_times_the_multiply_adds() -> None:
    _, forward, _ = bars(cost_figure(defaults()))
    _, both, moved = bars(cost_figure(defaults(), training=True))
    assert both == {name: 3 * value for name, value in forward.items()}
    assert all(moved[name] > value for name, value in bars(cost_figure(defaults()))[2].items())
    assert "forward and backward" in " ".join(texts(cost_figure(defaults(), training=True)))


def test_numbers_stand_beside_the_names() -> None:
    shown = texts(cost_figure(defaults()))
    assert {"4,032", "3,072", "2,496", "16.5 million", "10.2 million"} <= set(shown)
    assert "6.31 million bytes" in shown


def test_a_way_that_cannot_make_the_stack_says_so() -> None:
    costs = cost(FREE)
    figure = cost_figure(costs)
    assert all(NAMES["sum"] not in panel for panel in bars(figure))
    assert texts(figure).count("cannot make it") == 3
    assert texts(figure).count(NAMES["sum"]) == 3
    assert f"{NAMES['sum']} cannot make it" in cost_alt(costs)
    table = cost_table(costs)
    row = table["way"].index(NAMES["sum"])
    assert {column[row] for name, column in table.items() if name != "way"} == {None}


def test_the_taps_alone_stand_out() -> None:
    for panel in drawn(cost_figure(defaults()), "bar"):
        assert sorted(panel.marker.color) == sorted([GAP] * 4 + [ACCENT])
        assert panel.marker.color[list(panel.y).index(min(panel.y))] == ACCENT


@pytest.mark.parametrize("layers", [STACK, FREE, [Layer(Pattern.dense(1))]])
def test_bars_are_as_long_as_their_numbers_and_the_longest_fills_its_axis(
    layers: list[Layer],
) -> None:
    figure = cost_figure(cost(layers, channels=1, groups=1, length=1))
    for number, panel in enumerate(drawn(figure, "bar")):
        axis = figure.layout[f"xaxis{number + 1 if number else ''}"]
        assert axis.type in (None, "linear")
        assert tuple(axis.range) == (0, max(panel.x))
        words = drawn(figure, "scatter")[number]
        assert all(0 < x < max(panel.x) for x in words.x)


def test_panels_do_not_overlap() -> None:
    layout = cost_figure(defaults()).layout
    domains = [layout[f"yaxis{n}"].domain for n in ("", 2, 3)]
    for above, below in itertools.pairwise(domains):
        assert below[1] < above[0]
    assert domains[0][1] < 1
    assert domains[-1][0] >= 0


def test_words_and_table_hold_the_same_numbers() -> None:
    words, table = cost_alt(defaults()), cost_table(defaults())
    assert words.startswith(
        "Parameters: Dense Conv1d 4,032; Sum of two Conv1d 3,072; Gradient masking 4,032; "
        "Compact, assembled 2,496; Compact, taps alone 2,496. "
    )
    assert table["way"] == list(NAMES.values())
    assert table["parameters"] == [4032, 3072, 4032, 2496, 2496]
    _, adds, moved = bars(cost_figure(defaults()))
    assert table["multiply-adds of a forward pass"] == [adds[way] for way in table["way"]]
    assert table["bytes moved by a forward pass"] == [moved[way] for way in table["way"]]


@pytest.mark.parametrize(
    ("length", "shown"), [(769, "9,997"), (770, "10,010"), (2**24, "218 million")]
)
def test_large_numbers_are_said_in_words(length: int, shown: str) -> None:
    one = cost([Layer(Pattern.partially_dilated())], channels=1, groups=1, length=length)
    assert shown in texts(cost_figure(one))


def test_the_same_costs_give_the_same_figure() -> None:
    assert cost_figure(defaults()).to_json() == cost_figure(defaults()).to_json()
