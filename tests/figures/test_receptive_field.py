"""The figure of what stacks see: a hole is a hole, and a count is exact."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import stack_fields
from pdviz.analysis.receptive_field.columns import field_columns
from pdviz.analysis.stack import Layer
from pdviz.figures.palette import GAP, SHADES
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_sheet

DEFAULT = Pattern.partially_dilated()
WIDEST = Pattern.partially_dilated(64, 64, 65)
free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda s: Pattern(tuple(s)))


def receptive_field_figure(panels: Sequence[FieldPanel]) -> go.Figure:
    return receptive_field_sheet(panels).figure()


def maps(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "heatmap" and trace.name != "holes"]


def panel(pattern: Pattern, layers: int, title: str = "This") -> FieldPanel:
    fields = stack_fields([Layer(pattern)] * layers)
    return FieldPanel(title, field_columns(fields), fields[-1])


def walk(pattern: Pattern, layers: int) -> list[Counter[int]]:
    rows = [Counter({0: 1})]
    for _ in range(layers):
        below: Counter[int] = Counter()
        for position, number in rows[-1].items():
            for offset in pattern.offsets:
                below[position + offset] += number
        rows.append(below)
    return rows


def texts(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@settings(max_examples=40)
@given(st.lists(free, min_size=1, max_size=3), st.integers(1, 4))
def test_every_cell_says_how_many_paths_lead_there_or_is_empty(
    patterns: list[Pattern], layers: int
) -> None:
    figure = receptive_field_figure([panel(pattern, layers) for pattern in patterns])
    assert len(maps(figure)) == len(patterns)
    for heatmap, pattern in zip(maps(figure), patterns, strict=True):
        rows = walk(pattern, layers)
        assert (
            list(heatmap.y)
            == ["output", "1 layer", "2 layers", "3 layers", "4 layers"][: layers + 1]
        )
        for number, row in enumerate(rows):
            for column, position in enumerate(heatmap.x):
                shade = heatmap.z[number][column]
                if row[int(position)]:
                    assert 0.15 <= shade <= 1
                    assert heatmap.customdata[number][column] == f"{row[int(position)]:,}"
                else:
                    assert math.isnan(shade)
            assert set(row) <= {int(position) for position in heatmap.x}


@settings(max_examples=100)
@given(free, st.integers(1, 5))
def test_what_a_stack_reaches_in_words(pattern: Pattern, layers: int) -> None:
    reached = sorted(walk(pattern, layers)[-1])
    extent = reached[-1] - reached[0] + 1
    marks = "".join("1" if p in reached else "0" for p in range(reached[0], reached[-1] + 1))
    widest = max(len(hole) for hole in marks.split("1"))
    unbroken = max(len(run) for run in marks.split("0"))
    holes = (
        f"longest hole {widest}, longest run without a hole {unbroken}" if widest else "no holes"
    )
    share = "100%" if len(reached) == extent else f"{min(len(reached) / extent, 0.999):.1%}"
    inputs = f"{extent} input" + "s" * (extent > 1)
    words = f"reaches {len(reached)} of {inputs} ({share}), {holes}"
    assert field_summary(panel(pattern, layers).field) == words


def test_words_by_hand() -> None:
    assert field_summary(panel(DEFAULT, 3).field) == (
        "reaches 53 of 61 inputs (86.9%), longest hole 1, longest run without a hole 45"
    )
    assert field_summary(panel(Pattern.dense(21), 3).field) == (
        "reaches 61 of 61 inputs (100%), no holes"
    )
    assert field_summary(panel(WIDEST, 8).field) == (
        "reaches 57,985 of 66,049 inputs (87.8%), longest hole 63, "
        "longest run without a hole 57,857"
    )


def domains(figure: go.Figure) -> list[tuple[float, float]]:
    return [figure.layout[f"yaxis{n or ''}"].domain for n in ("", 2, 3)[: len(maps(figure))]]


@pytest.mark.parametrize("layers", [1, 3, 8])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_panels_lie_one_under_another_each_below_its_title(count: int, layers: int) -> None:
    patterns = [DEFAULT, Pattern.dense(21), Pattern.dilated(11, 2)][:count]
    titles = ["First", "Second", "Third"][:count]
    panels = [panel(p, layers, title) for p, title in zip(patterns, titles, strict=True)]
    figure = receptive_field_figure(panels)
    above = 1.0
    heights = []
    for heatmap, title, drawn, domain, note in zip(
        maps(figure), titles, panels, domains(figure), figure.layout.annotations, strict=True
    ):
        bottom, top = domain
        assert 0 <= bottom < top < above + 1e-9
        assert note.text.startswith(f"<b>{title}</b><br>")
        words = note.text.removeprefix(f"<b>{title}</b><br>")
        assert words.replace("<br>", " ") == field_summary(drawn.field)
        assert max(map(len, words.split("<br>"))) <= 62  # characters that fit on a phone
        assert (note.y, note.yanchor, note.yref) == (top, "bottom", "paper")
        assert heatmap.name == title
        assert heatmap.xaxis == "x"
        heights.append(top - bottom)
        above = bottom
    assert above == pytest.approx(0, abs=1e-9)
    assert heights == pytest.approx([heights[0]] * count)
    assert [heatmap.yaxis for heatmap in maps(figure)] == ["y", "y2", "y3"][:count]
    assert figure.layout.xaxis.anchor == ["y", "y2", "y3"][count - 1]
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert heights[0] * plot / (layers + 1) >= 10  # pixels a row


def test_depth_grows_downward_from_the_output() -> None:
    figure = receptive_field_figure([panel(DEFAULT, 3)])
    assert figure.layout.yaxis.autorange == "reversed"
    assert maps(figure)[0].y[0] == "output"
    assert [sum(not math.isnan(v) for v in row) for row in maps(figure)[0].z] == [1, 13, 33, 53]


@pytest.mark.parametrize("layers", [1, 2, 3, 4, 5, 8])
def test_rows_are_named_at_least_the_first_and_the_last(layers: int) -> None:
    figure = receptive_field_figure([panel(DEFAULT, layers)])
    rows, ticks = list(maps(figure)[0].y), list(figure.layout.yaxis.tickvals)
    assert len(rows) == layers + 1
    assert ticks[0] == rows[0] == "output"
    assert ticks[-1] == rows[-1] == ("1 layer" if layers == 1 else f"{layers} layers")
    assert set(ticks) <= set(rows)


def test_a_stack_with_strides_stands_on_the_axis_of_its_inputs() -> None:
    layers = [Layer(Pattern.dense(3), 2), Layer(Pattern((-1, 0, 1)), 3), Layer(Pattern((0, 2)))]
    fields = stack_fields(layers)
    figure = receptive_field_figure([FieldPanel("Strided", field_columns(fields), fields[-1])])
    (heatmap,) = maps(figure)
    drawn = [sorted(int(heatmap.x[c]) for r, c in cells(heatmap) if r == row) for row in range(4)]
    top = [0, 2]  # positions of the last layer's input, one every six samples
    middle = sorted({3 * p + o for p in top for o in (-1, 0, 1)})
    inputs = sorted({2 * p + o for p in middle for o in (-1, 0, 1)})
    assert drawn == [[0], [6 * p for p in top], [2 * p for p in middle], inputs]


def test_many_rows_are_thin_but_readable() -> None:
    figure = receptive_field_figure([panel(DEFAULT, 12)])
    low, high = figure.layout.yaxis.domain
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert 10 <= (high - low) * plot / 13 <= 15


def test_all_panels_share_one_axis_that_holds_the_widest() -> None:
    patterns = [Pattern.dense(3), Pattern((-40, 0)), Pattern((0, 25))]
    figure = receptive_field_figure([panel(pattern, 2) for pattern in patterns])
    first, last = figure.layout.xaxis.range
    assert -81 < first < -80
    assert 50 < last < 51
    assert figure.layout.xaxis.tickformat == ",d"


def test_colour_leaps_from_nothing_to_that_of_one_path() -> None:
    (heatmap,) = maps(receptive_field_figure([panel(DEFAULT, 3)]))
    (nothing, clear), (least, faint), (most, full) = heatmap.colorscale
    assert (nothing, most) == (0, 1)
    assert clear.replace(" ", "").endswith(",0.0)")
    assert (faint, full) == SHADES["light"]
    assert least < np.nanmin(heatmap.z)
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)


def test_every_hole_has_a_mark_and_nothing_else_has() -> None:
    field_panel = panel(DEFAULT, 3)
    figure = receptive_field_figure([field_panel])
    heatmap, marks = figure.data
    assert (marks.name, {colour for _, colour in marks.colorscale}) == ("holes", {GAP})
    low, high = figure.layout.yaxis.domain
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert (high - low) * plot / 4 - marks.ygap == pytest.approx(1.5)  # pixels
    expected = [
        (row, column)
        for row, values in enumerate(heatmap.z)
        for column, shade in enumerate(values)
        if np.isnan(shade)
        and np.isfinite(values[:column]).any()
        and np.isfinite(values[column:]).any()
    ]
    assert (list(marks.x), list(marks.y)) == (list(heatmap.x), list(heatmap.y))
    assert list(zip(*np.nonzero(~np.isnan(marks.z)), strict=True)) == expected


def cells(heatmap: Any) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, values in enumerate(heatmap.z)
        for column, value in enumerate(values)
        if not math.isnan(value)
    ]


def test_a_column_of_several_positions_says_how_many_of_them_are_reached() -> None:
    drawn = panel(WIDEST, 8)
    (heatmap,) = maps(receptive_field_figure([drawn]))
    width = drawn.columns.width
    assert width > 1
    assert "%{customdata[0]} of %{customdata[1]} reached" in heatmap.hovertemplate
    one_layer = Counter((offset + 8 * 4128) // width for offset in WIDEST.offsets)
    assert {
        column: heatmap.customdata[1][column][0] for row, column in cells(heatmap) if row == 1
    } == one_layer
    assert {heatmap.customdata[1][column][1] for _, column in cells(heatmap)} == {width}
    assert len(heatmap.x) <= 1024
    assert heatmap.xgap == 0


@pytest.mark.parametrize("pattern", [DEFAULT, WIDEST, Pattern((3, 5))])
def test_the_same_stacks_give_the_same_figure(pattern: Pattern) -> None:
    text = receptive_field_figure([panel(pattern, 4), panel(DEFAULT, 4)]).to_json()
    assert text == receptive_field_figure([panel(pattern, 4), panel(DEFAULT, 4)]).to_json()
    kinds = {(t["type"], t["name"]) for t in json.loads(text)["data"]}
    assert kinds >= {("heatmap", "This"), ("heatmap", "holes")}
