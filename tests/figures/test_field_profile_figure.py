"""The profile of a stack's field: every value drawn is the one counted, and words say the same."""

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import norm

from pdviz import Pattern
from pdviz.analysis.effective_receptive_field import (
    EffectiveField,
    closed_form_std,
    effective_field,
    expected_field,
)
from pdviz.analysis.profile_picture import column_width, profile_picture
from pdviz.analysis.receptive_field import Layer, receptive_field
from pdviz.figures.field_profile import (
    ProfileRow,
    field_profile_alt,
    field_profile_figure,
    field_profile_table,
)
from pdviz.figures.receptive_field import field_summary

DEFAULT = [Layer(Pattern.partially_dilated())] * 3
DENSE = [Layer(Pattern.dense(21))] * 3
DILATED = [Layer(Pattern.dilated(11, 2))] * 3
WAVENET = [Layer(Pattern((-(2**k), 0))) for k in range(10)]
WIDEST = [Layer(Pattern.partially_dilated(64, 64, 65))] * 12


def random_weights(layers: Sequence[Layer]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=layer.pattern.taps) for layer in layers]


def rows(*stacks: Sequence[Layer], measured: bool = True) -> list[ProfileRow]:
    fields = [receptive_field(layers) for layers in stacks]
    width = column_width(fields)
    found = []
    for number, (layers, field) in enumerate(zip(stacks, fields, strict=True)):
        expected = expected_field(layers)
        seen: EffectiveField | None = None
        if measured:
            seen = effective_field(layers, random_weights(layers))
        std = closed_form_std(layers)
        picture = profile_picture(field, expected, seen, std, width)
        found.append(ProfileRow(f"Stack {number}", picture, field, expected, seen, std))
    return found


def traces(figure: go.Figure, row: int) -> dict[str, Any]:
    """What is drawn of a stack, by what it is."""
    upper, lower = f"y{2 * row + 1}" if row else "y", f"y{2 * row + 2}"
    found: dict[str, Any] = {}
    for trace in figure.data:
        if (trace.yaxis or "y") == lower:
            found["strip"] = trace
        elif (trace.yaxis or "y") == upper:
            kind = "marks" if trace.mode == "lines+text" else trace.line.dash
            kind = kind or ("expected" if trace.fill == "tozeroy" else "measured")
            found[kind] = trace
    return found


def polynomial(layers: Sequence[Layer]) -> np.ndarray:
    """Path counts by plain multiplication of polynomials; stride 1."""
    product = np.ones(1)
    for pattern, _ in layers:
        taps = np.zeros(pattern.offsets[-1] - pattern.offsets[0] + 1)
        taps[np.array(pattern.offsets) - pattern.offsets[0]] = 1
        product = np.convolve(product, taps)
    return product


@pytest.mark.parametrize("layers", [DEFAULT, DENSE, DILATED])
def test_the_fill_is_the_share_of_paths_and_the_line_that_of_the_squared_gradient(
    layers: list[Layer],
) -> None:
    drawn = traces(field_profile_figure(rows(layers)), 0)
    counts = polynomial(layers)
    assert drawn["expected"].y[1:-1] == pytest.approx(100 * counts / counts.sum(), rel=1e-6)
    gradient = np.ones(1)
    for (pattern, _), weights in zip(layers, random_weights(layers), strict=True):
        taps = np.zeros(pattern.kernel_size)
        taps[list(pattern.indices)] = weights
        gradient = np.convolve(gradient, taps)
    energy = gradient**2
    assert drawn["measured"].y[1:-1] == pytest.approx(100 * energy / energy.sum(), abs=1e-5)
    for name in ("expected", "measured"):
        trace = drawn[name]
        assert (trace.x0, trace.dx) == (-31, 1)  # a step down to 0 before the first input, −30
        assert len(trace.y) == 63
        assert trace.y[0] == trace.y[-1] == 0


def test_the_dotted_line_is_the_gaussian_of_the_closed_form() -> None:
    dot = traces(field_profile_figure(rows(DEFAULT)), 0)["dot"]
    std = np.sqrt(3 * 34)
    edges = np.append(dot.x - 0.5, dot.x[-1] + 0.5)
    assert dot.y == pytest.approx(100 * np.diff(norm.cdf(edges, 0, std)), rel=1e-5)


def shortest(mass: np.ndarray, share: float) -> int:
    return min(
        b - a + 1
        for a in range(len(mass))
        for b in range(a, len(mass))
        if mass[a : b + 1].sum() >= share - 1e-12
    )


@pytest.mark.parametrize("layers", [DEFAULT, DENSE, DILATED])
def test_brackets_span_the_shortest_stretches_and_are_named(layers: list[Layer]) -> None:
    marks = traces(field_profile_figure(rows(layers, measured=False)), 0)["marks"]
    counts = polynomial(layers)
    for share in (0.5, 0.99):
        length = shortest(counts / counts.sum(), share)
        at = marks.text.index(f"{share:.0%} in {length} inputs")
        ends = marks.x[at - 5 : at - 1]
        assert ends[2] - ends[0] == length
        assert ends[0] == ends[1]
        assert ends[2] == ends[3]
        assert all(float(x).is_integer() is False for x in ends)  # between inputs
    assert f"σ = {np.sqrt(3 * np.var(layers[0].pattern.offsets)):.1f}" in marks.text


def test_the_strip_shows_holes_as_holes_and_counts_paths() -> None:
    strip = traces(field_profile_figure(rows(DILATED)), 0)["strip"]
    counts = polynomial(DILATED)
    assert (strip.x0, strip.dx) == (-30, 1)
    assert [value > 0 for value in strip.z[0]] == [count > 0 for count in counts]
    assert strip.customdata[0] == pytest.approx(counts)
    assert strip.z[0].max() == 255 == strip.zmax
    assert strip.colorscale[0][1] == "rgba(111,91,214,0.0)"


def test_the_strip_is_framed_from_end_to_end_of_the_extent() -> None:
    frame = field_profile_figure(rows(WAVENET)).layout.shapes[0]
    assert (frame.x0, frame.x1) == (-1023.5, 0.5)


def test_a_wide_stack_is_binned_and_its_area_stays() -> None:
    (row,) = rows(WIDEST)
    drawn = traces(field_profile_figure([row]), 0)
    width = row.picture.width
    assert width > 1
    for name in ("expected", "measured"):
        assert drawn[name].y.sum() * width == pytest.approx(100, rel=1e-5)
        assert drawn[name].dx == width
        assert "near input" in drawn[name].hovertemplate
    assert f"of {width} reached" in drawn["strip"].hovertemplate
    assert drawn["strip"].customdata[0].sum() == len(row.field.support)


def test_all_stacks_share_one_axis_that_holds_the_widest() -> None:
    figure = field_profile_figure(rows(DEFAULT, WAVENET))
    first, last = figure.layout.xaxis.range
    assert first < -1023.5
    assert last > 30.5
    assert {trace.xaxis for trace in figure.data} <= {None, "x"}


@pytest.mark.parametrize("stacks", [[DEFAULT], [DEFAULT, DENSE, DILATED], [WIDEST, DENSE]])
def test_stacks_lie_one_under_another_each_below_its_words(stacks: list[list[Layer]]) -> None:
    found = rows(*stacks)
    figure = field_profile_figure(found)
    above = 1.0
    for number, (row, note) in enumerate(zip(found, figure.layout.annotations, strict=False)):
        upper = figure.layout[f"yaxis{2 * number + 1}" if number else "yaxis"].domain
        lower = figure.layout[f"yaxis{2 * number + 2}"].domain
        assert 0 <= lower[0] < lower[1] == upper[0] < upper[1] < above + 1e-9
        assert note.y == upper[1]
        title, *words, spread = note.text.split("<br>")
        assert title == f"<b>Stack {number}</b>"
        assert " ".join(words) == field_summary(row.field)
        assert spread.startswith("σ = ")
        assert max(map(len, [*words, spread])) <= 62
        above = lower[0]


def test_no_line_and_no_word_of_a_measurement_where_there_is_none() -> None:
    found = rows(DEFAULT, measured=False)
    figure = field_profile_figure(found)
    assert "measured" not in traces(figure, 0)
    assert not any("measured" in note.text for note in figure.layout.annotations)
    assert "measured" not in field_profile_alt(found)


def test_a_field_that_has_vanished_is_said_and_drawn_as_nothing() -> None:
    layers = [Layer(Pattern.dense(3))]
    field, expected = receptive_field(layers), expected_field(layers)
    gone = effective_field(layers, [np.zeros(3)])
    picture = profile_picture(field, expected, gone, None, 1)
    row = ProfileRow("Nothing", picture, field, expected, gone, None)
    drawn = traces(field_profile_figure([row]), 0)
    assert not drawn["measured"].y.any()
    assert "marks" not in drawn
    assert "no effect is left" in field_profile_alt([row])


def test_words_by_hand() -> None:
    found = rows(DEFAULT, DILATED, measured=False)
    assert field_profile_alt(found) == (
        "Effective and theoretical receptive field of stacks on one axis of inputs. "
        "Stack 0: reaches 53 of 61 inputs (87%), widest hole 1, unbroken 45; "
        "σ = 10.1 expected by closed form; half of the effect in 15 inputs, 99% in 49. "
        "Stack 1: reaches 31 of 61 inputs (51%), widest hole 1, unbroken 1; "
        "σ = 11.0 expected by closed form; half of the effect in 15 inputs, 99% in 53."
    )


def test_the_table_holds_what_is_drawn() -> None:
    found = rows(DEFAULT, DILATED, WAVENET)
    figure, table = field_profile_figure(found), field_profile_table(found)
    assert len({len(column) for column in table.values()}) == 1
    stack = np.array(table["stack"])
    for number in range(3):
        drawn, own = traces(figure, number), stack == f"Stack {number}"
        for name in ("expected", "measured"):
            values = np.array(table[f"{name} share (% an input)"])[own]
            assert drawn[name].y[1:-1] == pytest.approx(values, abs=1e-5)
        positions = np.array(table["input position (samples from the output)"])[own]
        trace = drawn["expected"]
        assert positions == pytest.approx(trace.x0 + trace.dx * np.arange(1, len(trace.y) - 1))
        counted = np.array(table["inputs reached"])[own]
        assert counted.sum() == len(found[number].field.support)


def test_what_is_sent_is_small_however_wide_the_stacks_are() -> None:
    wide = [Layer(Pattern.partially_dilated(10, 2, 5))] * 12
    found = rows(wide, [Layer(Pattern.dense(45))] * 12, [Layer(Pattern.dilated(23, 2))] * 12)
    assert len(found[0].picture.positions) > 500
    assert len(field_profile_figure(found).to_json()) < 60_000


@pytest.mark.parametrize("layers", [DEFAULT, WIDEST, [Layer(Pattern((3,)))]])
def test_the_same_stacks_give_the_same_figure(layers: list[Layer]) -> None:
    text = field_profile_figure(rows(layers, DEFAULT)).to_json()
    assert text == field_profile_figure(rows(layers, DEFAULT)).to_json()
    assert not re.search(r"NaN|Infinity", json.dumps(json.loads(text)["layout"]))
