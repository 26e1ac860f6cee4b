"""The kernel's picture: every bar where the tap is, every link from a slot to its own place."""

import json
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.figures.kernel import compact_positions, kernel_figure
from pdviz.figures.style import COLOURS, PARTS, texture

DEFAULT = Pattern.partially_dilated()
WIDEST = Pattern.partially_dilated(64, 64, 65)

free = st.sets(st.integers(-40, 40), min_size=1, max_size=30).map(lambda s: Pattern(tuple(s)))
families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 6),
    st.integers(1, 6),
    st.sampled_from([1, 3, 5, 9]),
    st.booleans(),
)
patterns = free | families


def traces(figure: go.Figure, name: str, kind: str = "bar") -> list[Any]:
    return [trace for trace in figure.data if trace.type == kind and trace.name == name]


def parts_of(pattern: Pattern) -> dict[str, tuple[int, ...]]:
    return dict(zip(PARTS, (pattern.left, pattern.island, pattern.right), strict=True))


def elements(pattern: Pattern) -> range:
    return range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1)


def polylines(trace: Any) -> list[list[tuple[float, float]]]:
    """The lines of a scatter trace, which `None` parts."""
    lines: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(trace.x, trace.y, strict=True):
        if x is None:
            assert y is None
            lines.append([])
        else:
            lines[-1].append((x, y))
    return [line for line in lines if line]


@settings(max_examples=40)
@given(patterns)
def test_there_is_one_bar_at_each_tap_in_the_colour_and_texture_of_its_part(
    pattern: Pattern,
) -> None:
    figure = kernel_figure(pattern)
    for part, offsets in parts_of(pattern).items():
        bars = traces(figure, part)
        assert [tuple(bar.x) for bar in bars] == ([offsets] if offsets else [])
        for bar in bars:
            assert set(bar.y) == {1.0}
            assert bar.marker.color == COLOURS[part]
            shape = texture(part)["pattern"].get("shape")
            assert (bar.marker.pattern.shape or "") == (shape or "")
            assert part in bar.hovertemplate


@settings(max_examples=40)
@given(patterns)
def test_there_is_one_empty_place_at_each_gap(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    gaps = tuple(offset for offset in elements(pattern) if offset not in pattern.offsets)
    bars = traces(figure, "gap")
    assert [tuple(bar.x) for bar in bars] == ([gaps] if gaps else [])
    for bar in bars:
        assert bar.marker.color not in COLOURS.values()


@settings(max_examples=40)
@given(patterns)
def test_taps_and_gaps_say_1_and_0_and_stand_side_by_side(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    written = {}
    for name in (*PARTS, "gap"):
        for bar in traces(figure, name):
            assert bar.base == traces(figure, pattern_part(pattern))[0].base
            assert 0.5 < bar.width <= 1
            if pattern.kernel_size <= 61:
                written.update(zip(bar.x, bar.text, strict=True))
    if pattern.kernel_size <= 61:
        assert "".join(written[offset] for offset in elements(pattern)) == str(pattern)


def pattern_part(pattern: Pattern) -> str:
    return next(part for part, offsets in parts_of(pattern).items() if offsets)


@settings(max_examples=40)
@given(patterns)
def test_compact_parameters_are_packed_side_by_side_under_the_middle(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    slots: dict[int, float] = {}
    for part, offsets in parts_of(pattern).items():
        for bar in traces(figure, f"{part}, compact"):
            assert bar.marker.color == COLOURS[part]
            assert bar.base + max(bar.y) < traces(figure, part)[0].base
            assert [row[1] for row in bar.customdata] == list(offsets)
            for x, (number, offset) in zip(bar.x, bar.customdata, strict=True):
                assert pattern.offsets[number - 1] == offset
                slots[offset] = x
    assert sorted(slots) == list(pattern.offsets)
    places = [slots[offset] for offset in pattern.offsets]
    assert places == compact_positions(pattern)
    assert all(after - before == 1 for before, after in pairwise(places))
    middle = (elements(pattern)[0] + elements(pattern)[-1]) / 2
    assert (places[0] + places[-1]) / 2 == middle


@settings(max_examples=40)
@given(patterns)
def test_a_link_leads_from_each_compact_parameter_to_its_own_offset(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    slots = dict(zip(compact_positions(pattern), pattern.offsets, strict=True))
    lines = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"]
    joined = {}
    for trace in lines:
        part = next(part for part, colour in COLOURS.items() if colour == trace.line.color)
        for line in polylines(trace):
            (start, bottom), (end, top) = line[0], line[-1]
            assert end in parts_of(pattern)[part]
            assert bottom == traces(figure, f"{part}, compact")[0].y[0]
            assert bottom < top <= traces(figure, part)[0].base
            assert all(after[1] > before[1] for before, after in pairwise(line))
            joined[start] = end
    assert joined == slots
    assert sum(len(polylines(trace)) for trace in lines) == pattern.taps


@settings(max_examples=40)
@given(patterns)
def test_parts_are_named_and_counted_above_their_middle(pattern: Pattern) -> None:
    notes = kernel_figure(pattern).layout.annotations
    for part, offsets in parts_of(pattern).items():
        named = [note for note in notes if part in note.text]
        assert len(named) == bool(offsets)
        for note in named:
            assert note.text == f"<b>{part}</b> {len(offsets)}"
            assert note.x == (offsets[0] + offsets[-1]) / 2
            assert note.font.color == COLOURS[part]


@settings(max_examples=40)
@given(patterns)
def test_offsets_are_written_under_the_elements_they_count(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    (row,) = traces(figure, "offsets", "scatter")
    assert row.mode == "text"
    assert [int(text.replace("−", "-")) for text in row.text] == list(row.x)
    assert not any("-" in text for text in row.text)
    step = figure.layout.xaxis.dtick
    assert list(row.x) == [offset for offset in elements(pattern) if offset % step == 0]
    assert 0 in row.x
    assert max(row.y) < traces(figure, pattern_part(pattern))[0].base
    assert figure.layout.xaxis.showticklabels is False  # they would count the packed row too


def test_the_origin_is_marked_where_the_output_belongs_even_over_a_gap() -> None:
    for pattern in (DEFAULT, Pattern.parse("10001", 2), Pattern((3, 5)), WIDEST):
        marks = [note for note in kernel_figure(pattern).layout.annotations if "▲" in note.text]
        assert [mark.x for mark in marks] == [0]
        assert "offset 0" in marks[0].hovertext


def test_everything_is_inside_the_axes() -> None:
    for pattern in (DEFAULT, Pattern((5,)), Pattern((-9, -8)), Pattern.dense(129), WIDEST):
        figure = kernel_figure(pattern)
        left, right = figure.layout.xaxis.range
        bottom, top = figure.layout.yaxis.range
        for trace in figure.data:
            base = (trace.base or 0) if trace.type == "bar" else 0
            for x, y in zip(trace.x, trace.y, strict=True):
                if x is not None:
                    assert left < x < right
                    assert bottom <= base + y <= top
        for note in figure.layout.annotations:
            assert left < note.x < right
            assert bottom <= note.y <= top


@pytest.mark.parametrize(
    ("size", "one_by_one"), [(1, True), (21, True), (129, True), (130, False), (131, False)]
)
def test_elements_are_drawn_one_by_one_up_to_129(size: int, one_by_one: bool) -> None:
    names = [trace.name for trace in kernel_figure(Pattern((0, *range(2, size)))).data]
    assert any("compact" in name for name in names if name) == one_by_one
    assert ("gap" in names) == (one_by_one and size > 1)


@pytest.mark.parametrize(
    "pattern",
    [
        WIDEST,
        Pattern.partially_dilated(16, 16, 17),
        Pattern.partially_dilated(64, 64, 65, causal=True),
        Pattern((0, 200)),
        Pattern((-999, -500, 1)),
    ],
)
def test_a_wide_kernel_is_a_strip_with_taps_wide_enough_to_be_seen(pattern: Pattern) -> None:
    figure = kernel_figure(pattern)
    for part, offsets in parts_of(pattern).items():
        bars = traces(figure, part)
        assert [tuple(bar.x) for bar in bars] == ([offsets] if offsets else [])
        for bar in bars:
            assert bar.width >= pattern.kernel_size / 500
            assert bar.text is None
            assert bar.marker.color == COLOURS[part]
    assert not traces(figure, "gap")
    assert figure.layout.xaxis.showticklabels is not False
    (strip,) = [trace for trace in figure.data if trace.type == "scatter"]
    assert list(strip.x) == [elements(pattern)[0] - 0.5, elements(pattern)[-1] + 0.5]
    assert strip.line.color == COLOURS["gap"]
    top = max(bar.base + bar.y[0] for part in PARTS for bar in traces(figure, part))
    bottom = min(bar.base for part in PARTS for bar in traces(figure, part))
    assert all(bottom < y < top for y in strip.y)


def test_the_default_kernel_by_hand() -> None:
    figure = kernel_figure(DEFAULT)
    assert {bar.name: list(bar.x) for bar in figure.data if bar.type == "bar"} == {
        "gap": [-9, -7, -5, -3, 3, 5, 7, 9],
        "left wing": [-10, -8, -6, -4],
        "island": [-2, -1, 0, 1, 2],
        "right wing": [4, 6, 8, 10],
        "left wing, compact": [-6, -5, -4, -3],
        "island, compact": [-2, -1, 0, 1, 2],
        "right wing, compact": [3, 4, 5, 6],
    }
    assert (figure.layout.xaxis.tick0, figure.layout.xaxis.dtick) == (0, 2)
    assert figure.layout.xaxis.tickformat == ",d"


@pytest.mark.parametrize("pattern", [DEFAULT, WIDEST, Pattern((3, 5))])
def test_the_same_pattern_gives_the_same_figure(pattern: Pattern) -> None:
    text = kernel_figure(pattern).to_json()
    assert text == kernel_figure(Pattern(pattern.offsets)).to_json()
    assert json.loads(text)["data"]
