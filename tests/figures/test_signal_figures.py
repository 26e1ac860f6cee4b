"""The signal's pictures: they show the numbers they are given, each in its place."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.window import Window, window_at
from pdviz.figures.signal import section_figure, window_figure
from pdviz.figures.style import ACCENT, COLOURS, GAP, PARTS, SYMBOLS

DEFAULT = Pattern.partially_dilated()
CAUSAL = Pattern.partially_dilated(4, 2, 5, causal=True)
BESIDE = Pattern((3, 5))
WIDEST = Pattern.partially_dilated(64, 64, 65)
patterns = st.sets(st.integers(-30, 30), min_size=1, max_size=20).map(lambda s: Pattern(tuple(s)))

RNG = np.random.default_rng(3)
SAMPLES, OUTPUT = RNG.normal(size=(2, 200))


def section(
    pattern: Pattern = DEFAULT,
    index: int = 90,
    start: float = 2.5,
    rate: float = 50.0,
    whole: tuple[int, int] = (-500, 700),
    **words: str,
) -> go.Figure:
    times = start + np.arange(200) / rate
    units = {"unit": "mV", "output_unit": "mV", "time_unit": "s", **words}
    return section_figure(
        times, SAMPLES, OUTPUT, index=index, pattern=pattern, whole=whole, **units
    )


def trace(figure: go.Figure, name: str, axis: str) -> Any:
    (found,) = [t for t in figure.data if t.name == name and (t.yaxis or "y") == axis]
    return found


def test_a_section_shows_input_over_output_at_their_times() -> None:
    figure = section()
    for name, axis, values, colour in (
        ("input", "y", SAMPLES, GAP),
        ("output", "y2", OUTPUT, ACCENT),
    ):
        line = trace(figure, name, axis)
        assert line.mode == "lines"
        assert np.array_equal(line.x, 2.5 + np.arange(200) / 50)
        assert np.array_equal(line.y, values)
        assert line.line.color == colour
        assert "mV" in line.hovertemplate
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert list(figure.layout.xaxis.range) == [2.5, 2.5 + 199 / 50]


@settings(max_examples=30)
@given(st.integers(0, 199))
def test_the_sample_looked_at_is_marked_on_both(index: int) -> None:
    figure = section(index=index)
    for axis, values in (("y", SAMPLES), ("y2", OUTPUT)):
        mark = trace(figure, "here", axis)
        assert list(mark.x) == [2.5 + index / 50]
        assert list(mark.y) == [values[index]]
    (line,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert line.x0 == line.x1 == 2.5 + index / 50


@settings(max_examples=40)
@given(patterns, st.integers(0, 199))
def test_the_window_covers_the_kernel_from_half_a_sample_before_to_half_a_sample_after(
    pattern: Pattern, index: int
) -> None:
    (window,) = [s for s in section(pattern, index).layout.shapes if s.type == "rect"]
    first, last = min(*pattern.offsets, 0), max(*pattern.offsets, 0)
    assert window.x0 == pytest.approx(2.5 + (index + first - 0.5) / 50, abs=1e-9)
    assert window.x1 == pytest.approx(2.5 + (index + last + 0.5) / 50, abs=1e-9)
    assert window.xref == "x"
    assert window.yref == "paper"


def test_the_window_lies_over_the_input_alone() -> None:
    figure = section()
    (window,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert window.y0 == pytest.approx(figure.layout.yaxis.domain[0], abs=0.02)
    assert window.y1 == figure.layout.yaxis.domain[1] == 1
    assert window.y0 > figure.layout.yaxis2.domain[1]


def test_axes_are_named_with_their_units() -> None:
    per_sample = "mV per sample"
    seconds = section(output_unit=per_sample)
    years = section(start=1749.0, rate=12.0, unit="ppm", output_unit="ppm", time_unit="year")
    assert seconds.layout.xaxis.title.text == "time in seconds"
    assert years.layout.xaxis.title.text == "year"
    assert years.layout.xaxis.tickformat == "d"  # 1,750 is no year
    for figure, unit, output_unit in ((seconds, "mV", per_sample), (years, "ppm", "ppm")):
        assert [note.text for note in figure.layout.annotations] == [
            f"<b>input</b>, in {unit}",
            f"<b>output</b>, in {output_unit}",
        ]
        assert unit in trace(figure, "input", "y").hovertemplate
        assert output_unit in trace(figure, "output", "y2").hovertemplate


def shaded_outputs(figure: go.Figure) -> list[tuple[float, float]]:
    """The ends, in samples, of what is shaded over the output."""
    top = figure.layout.yaxis2.domain[1]
    rects = [s for s in figure.layout.shapes if s.type == "rect" and s.y1 == top]
    assert all(rect.y0 == 0 for rect in rects)
    return [((rect.x0 - 2.5) * 50, (rect.x1 - 2.5) * 50) for rect in rects]


@pytest.mark.parametrize(
    ("whole", "ends"),
    [
        ((0, 200), []),
        ((-3, 900), []),
        ((10, 200), [(-0.5, 9.5)]),
        ((-5, 190), [(189.5, 199.5)]),
        ((10, 190), [(-0.5, 9.5), (189.5, 199.5)]),
        ((400, 900), [(-0.5, 199.5)]),
        ((-900, -400), [(-0.5, 199.5)]),
    ],
)
def test_outputs_that_zeros_stand_in_for_are_shaded(
    whole: tuple[int, int], ends: list[tuple[float, float]]
) -> None:
    shaded = shaded_outputs(section(whole=whole))
    assert len(shaded) == len(ends)
    for found, expected in zip(shaded, ends, strict=True):
        assert found == pytest.approx(expected, abs=1e-6)


def test_outputs_of_a_kernel_longer_than_the_signal_are_all_shaded_once() -> None:
    """Its window is nowhere inside: the first whole output would come after the last."""
    shaded = shaded_outputs(section(whole=(150, 50)))
    covered = [any(a < i < b for a, b in shaded) for i in range(200)]
    assert all(covered)


@pytest.mark.parametrize("whole", [(-9, 999), (0, 200), (50, 150)])
def test_the_axis_makes_room_for_the_outputs_that_are_whole(whole: tuple[int, int]) -> None:
    low, high = section(whole=whole).layout.yaxis2.range
    inside = OUTPUT[max(whole[0], 0) : min(whole[1], 200)]
    assert low < inside.min()
    assert high > inside.max()
    assert high - low < 1.3 * (inside.max() - inside.min())


@pytest.mark.parametrize("whole", [(400, 900), (20, 21)])
def test_the_axis_finds_its_own_room_where_there_is_next_to_nothing(whole: tuple[int, int]) -> None:
    assert section(whole=whole).layout.yaxis2.range is None


@settings(max_examples=30)
@given(patterns, st.integers(0, 199))
def test_each_sample_that_a_tap_multiplies_is_marked(pattern: Pattern, index: int) -> None:
    figure = section(pattern, index)
    parts = zip(PARTS, (pattern.left, pattern.island, pattern.right), strict=True)
    if 24 * pattern.kernel_size < 200:  # too small to be told apart
        assert not [t for t in figure.data if "taps" in t.name]
        return
    for part, offsets in parts:
        under = [index + offset for offset in offsets if 0 <= index + offset < 200]
        marks = [t for t in figure.data if t.name == f"{part}, taps"]
        assert len(marks) == bool(under)
        for mark in marks:
            assert list(mark.x) == [2.5 + i / 50 for i in under]
            assert list(mark.y) == [SAMPLES[i] for i in under]
            assert (mark.marker.color, mark.marker.symbol) == (COLOURS[part], SYMBOLS[part])


def window_of(pattern: Pattern, seed: int = 0, position: int = 50) -> Window:
    rng = np.random.default_rng(seed)
    return window_at(pattern, rng.normal(size=pattern.taps), rng.normal(size=100), position)


def bars(figure: go.Figure, axis: str) -> dict[int, tuple[float, str]]:
    """Value and colour by offset."""
    found: dict[int, tuple[float, str]] = {}
    for bar in figure.data:
        assert bar.type == "bar"
        assert bar.base is None
        if bar.yaxis == axis:
            for x, y in zip(bar.x, bar.y, strict=True):
                assert int(x) not in found
                found[int(x)] = (float(y), bar.marker.color)
    return found


@settings(max_examples=40)
@given(patterns, st.integers(0, 99), st.integers(0, 9))
def test_a_bar_of_the_right_height_and_colour_stands_at_each_offset(
    pattern: Pattern, position: int, seed: int
) -> None:
    window = window_of(pattern, seed, position)
    figure = window_figure(pattern, window, "mV", "mV")
    colours = {
        offset: COLOURS[part]
        for part, offsets in zip(PARTS, (pattern.left, pattern.island, pattern.right), strict=True)
        for offset in offsets
    }
    for axis, values in (("y", window.kernel), ("y3", window.products)):
        by_offset = dict(zip(window.offsets.tolist(), values.tolist(), strict=True))
        assert bars(figure, axis) == {o: (by_offset[o], colours[o]) for o in pattern.offsets}
    assert bars(figure, "y2") == {
        offset: (sample, colours.get(offset, GAP))
        for offset, sample in zip(window.offsets.tolist(), window.samples.tolist(), strict=True)
    }


def test_samples_under_a_gap_are_grey_and_faint() -> None:
    figure = window_figure(DEFAULT, window_of(DEFAULT), "mV", "mV per sample")
    (gap,) = [bar for bar in figure.data if "gap" in bar.name]
    assert list(gap.x) == [-9, -7, -5, -3, 3, 5, 7, 9]
    assert gap.yaxis == "y2"
    assert gap.marker.color == GAP
    assert gap.marker.opacity < 0.6
    others = [bar for bar in figure.data if bar is not gap]
    assert all(bar.marker.opacity in (None, 1) for bar in others)


def test_a_dense_kernel_has_nothing_grey() -> None:
    pattern = Pattern.dense(7)
    figure = window_figure(pattern, window_of(pattern), "mV", "mV per sample")
    assert {bar.marker.color for bar in figure.data} == {COLOURS["island"]}


def test_the_three_rows_are_apart_titled_and_over_one_axis_of_offsets() -> None:
    figure = window_figure(DEFAULT, window_of(DEFAULT), "ppm", "ppm per sample")
    domains = [figure.layout[axis].domain for axis in ("yaxis", "yaxis2", "yaxis3")]
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1] > domains[2][0] >= 0
    notes = figure.layout.annotations
    assert [note.text for note in notes] == [
        "<b>weights w[o]</b>",
        "<b>samples x[t + o]</b>, in ppm",
        "<b>products w[o] · x[t + o]</b>, in ppm per sample",
    ]
    assert [note.y for note in notes] == [domain[1] for domain in domains]
    assert {bar.xaxis for bar in figure.data} <= {None, "x"}
    assert figure.layout.xaxis.anchor == "y3"
    assert figure.layout.xaxis.dtick == 2


@pytest.mark.parametrize("pattern", [WIDEST, Pattern((0, 4000))])
def test_bars_of_a_wide_kernel_are_wide_enough_to_be_seen(pattern: Pattern) -> None:
    figure = window_figure(pattern, window_of(pattern), "mV", "mV per sample")
    assert all(bar.width >= pattern.kernel_size / 500 for bar in figure.data)


@pytest.mark.parametrize("pattern", [DEFAULT, CAUSAL, BESIDE, WIDEST])
def test_the_same_numbers_give_the_same_figures(pattern: Pattern) -> None:
    assert section(pattern).to_json() == section(pattern).to_json()
    text = window_figure(pattern, window_of(pattern), "mV", "mV per sample").to_json()
    assert text == window_figure(pattern, window_of(pattern), "mV", "mV per sample").to_json()
    assert json.loads(text)["data"]
