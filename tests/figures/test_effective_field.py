"""The profile of a stack's field: every value drawn is the one counted, and words say the same."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import norm

from pdviz import Pattern
from pdviz.analysis.effective_field import (
    EffectiveField,
    closed_form_std,
    effective_field,
    expected_field,
)
from pdviz.analysis.effective_field.columns import column_width, profile_columns
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer
from pdviz.figures.effective_field import (
    EffectiveFieldRow,
    effective_field_alt,
    effective_field_sheet,
    effective_field_table,
)
from pdviz.figures.marks import PEAK
from pdviz.figures.palette import ACCENT, GAP
from pdviz.figures.receptive_field import field_summary
from pdviz.figures.sheet import FINE

DEFAULT = [Layer(Pattern.partially_dilated())] * 3
DENSE = [Layer(Pattern.dense(21))] * 3
DILATED = [Layer(Pattern.dilated(11, 2))] * 3
WAVENET = [Layer(Pattern((-(2**k), 0))) for k in range(10)]
WIDEST = [Layer(Pattern.partially_dilated(64, 64, 65))] * 12


def effective_field_figure(rows: Sequence[EffectiveFieldRow]) -> go.Figure:
    return effective_field_sheet(rows).figure()


def random_weights(layers: Sequence[Layer]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=layer.pattern.taps) for layer in layers]


def rows(*stacks: Sequence[Layer], measured: bool = True) -> list[EffectiveFieldRow]:
    fields = [receptive_field(layers) for layers in stacks]
    width = column_width([(field.start, field.extent) for field in fields])
    matches = []
    for number, (layers, field) in enumerate(zip(stacks, fields, strict=True)):
        expected = expected_field(layers)
        observed: EffectiveField | None = None
        if measured:
            observed = effective_field(layers, random_weights(layers))
        std = closed_form_std(layers)
        columns = profile_columns(field, expected, observed, std, width)
        matches.append(
            EffectiveFieldRow(f"Stack {number}", columns, field, expected, observed, std)
        )
    return matches


class Part(NamedTuple):
    """A profile of one stack: places, heights in pixels, and the values that they stand for."""

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray


def trace(figure: go.Figure, name: str) -> Any:
    (matches,) = [each for each in figure.data if each.name == name]
    return matches


def parts(figure: go.Figure, name: str) -> list[Part]:
    """What is drawn of each stack, where the pen is lifted between them."""
    drawn = trace(figure, name)
    x, y = np.array(drawn.x, dtype=float), np.array(drawn.y, dtype=float) / FINE
    values = y if drawn.customdata is None else np.array(drawn.customdata, dtype=float)
    ends = np.flatnonzero(np.isnan(x))
    starts = np.append(0, ends[:-1] + 1)
    return [Part(x[a:b], y[a:b], values[a:b]) for a, b in zip(starts, ends, strict=True)]


def strips(figure: go.Figure) -> list[Any]:
    return [each for each in figure.data if each.type == "heatmap"]


def lines(figure: go.Figure) -> list[list[tuple[float, float]]]:
    """The thin lines: frames of strips, and brackets."""
    part = parts(figure, "lines")
    return [list(zip(each.x.tolist(), each.y.tolist(), strict=True)) for each in part]


def words(figure: go.Figure) -> list[str]:
    return list(trace(figure, "words").text)


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
    figure = effective_field_figure(rows(layers))
    (expected,), (measured,) = parts(figure, "expected"), parts(figure, "measured")
    counts = polynomial(layers)
    assert expected.values[1:-1] == pytest.approx(100 * counts / counts.sum(), rel=1e-6)
    gradient = np.ones(1)
    for (pattern, _), weights in zip(layers, random_weights(layers), strict=True):
        taps = np.zeros(pattern.kernel_size)
        taps[list(pattern.indices)] = weights
        gradient = np.convolve(gradient, taps)
    energy = gradient**2
    assert measured.values[1:-1] == pytest.approx(100 * energy / energy.sum(), abs=1e-5)
    tallest = max(expected.values.max(), measured.values.max())
    for part in (expected, measured):
        assert part.x.tolist() == list(range(-31, 32))  # from 0 before the first input, −30
        assert part.values[0] == part.values[-1] == 0
        heights = part.y - part.y[0]
        assert heights == pytest.approx(PEAK * part.values / tallest, abs=0.11)


def test_the_dotted_line_is_the_gaussian_of_the_closed_form() -> None:
    figure = effective_field_figure(rows(DEFAULT, measured=False))
    (dotted,), (expected,) = parts(figure, "normal curve"), parts(figure, "expected")
    assert trace(figure, "normal curve").line.dash == "dot"
    std = np.sqrt(3 * 34)
    edges = np.append(dotted.x - 0.5, dotted.x[-1] + 0.5)
    share = 100 * np.diff(norm.cdf(edges, 0, std))
    scale = PEAK / max(share.max(), expected.values.max())
    assert dotted.y - expected.y[0] == pytest.approx(scale * share, abs=0.11)


def shortest(mass: np.ndarray, share: float) -> int:
    return min(
        b - a + 1
        for a in range(len(mass))
        for b in range(a, len(mass))
        if mass[a : b + 1].sum() >= share - 1e-12
    )


@pytest.mark.parametrize("layers", [DEFAULT, DENSE, DILATED])
def test_brackets_span_the_shortest_stretches_and_are_named(layers: list[Layer]) -> None:
    figure = effective_field_figure(rows(layers, measured=False))
    counts = polynomial(layers)
    brackets = [line for line in lines(figure) if len(line) == 4]
    assert len(brackets) == 2
    for share, bracket in zip((0.99, 0.5), brackets, strict=True):
        length = shortest(counts / counts.sum(), share)
        assert f"{share:.0%} in {length} inputs" in words(figure)
        (low, _), (low_too, _), (high, top), (high_too, foot) = bracket
        assert (low, high) == (low_too, high_too)
        assert high - low == length
        assert not float(low).is_integer()  # between inputs
        assert top > foot
    assert f"σ = {np.sqrt(3 * np.var(layers[0].pattern.offsets)):.1f}" in words(figure)


def test_the_strip_shows_holes_as_holes_and_counts_paths() -> None:
    (strip,) = strips(effective_field_figure(rows(DILATED)))
    counts = polynomial(DILATED)
    assert (strip.x0, strip.dx) == (-30, 1)
    assert [value > 0 for value in strip.z[0]] == [count > 0 for count in counts]
    assert strip.customdata[0] == pytest.approx(counts)
    assert strip.z[0].max() == 255 == strip.zmax
    assert strip.colorscale[0][1] == "rgba(143,131,221,0.0)"


def test_every_hole_inside_a_strip_has_a_thin_line_and_all_are_one_outline() -> None:
    figure = effective_field_figure(rows(DILATED) + rows(DILATED))
    outline = trace(figure, "blocks")
    assert (outline.fill, outline.fillcolor, outline.line.width) == ("toself", GAP, 0)
    x, y = np.array(outline.x, dtype=float), np.array(outline.y, dtype=float) / FINE
    assert not np.isnan(x).any()
    holes = np.flatnonzero(polynomial(DILATED) == 0) - 30.0
    assert not (np.diff(holes) == 1).any()
    corners = np.stack([x, y], axis=1)[: 8 * len(holes)].reshape(-1, 4, 2)  # then it goes back
    assert corners[..., 0].mean(axis=1).tolist() == [*holes, *holes]
    middles = np.repeat([strip.y0 / FINE for strip in strips(figure)], len(holes))
    assert corners[..., 1].mean(axis=1) == pytest.approx(middles)
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx(2 * len(holes) * 1.2)  # the ways between them have none


def test_the_strip_is_framed_from_end_to_end_of_the_extent() -> None:
    figure = effective_field_figure(rows(WAVENET))
    (frame,) = [line for line in lines(figure) if len(line) == 5]
    assert sorted({x for x, _ in frame}) == [-1023.5, 0.5]
    low, high = sorted({y for _, y in frame})
    (strip,) = strips(figure)
    assert (low + high) / 2 == strip.y0 / FINE
    assert high - low == strip.dy / FINE


def test_a_wide_stack_is_binned_and_its_area_stays() -> None:
    (row,) = rows(WIDEST)
    figure = effective_field_figure([row])
    width = row.columns.width
    assert width > 1
    for name in ("expected", "measured"):
        (part,) = parts(figure, name)
        assert part.values.sum() * width == pytest.approx(100, rel=1e-5)
        assert set(np.diff(part.x)) == {width}
        assert "near input" in trace(figure, name).hovertemplate
    (strip,) = strips(figure)
    assert f"of {width} reached" in strip.hovertemplate
    assert strip.customdata[0].sum() == len(row.field.support)


def test_all_stacks_share_one_axis_that_holds_the_widest() -> None:
    figure = effective_field_figure(rows(DEFAULT, WAVENET))
    first, last = figure.layout.xaxis.range
    assert first < -1023.5
    assert last > 30.5
    assert {trace.xaxis for trace in figure.data} <= {None, "x"}


@pytest.mark.parametrize("stacks", [[DEFAULT], [DEFAULT, DENSE, DILATED], [WIDEST, DENSE]])
def test_stacks_lie_one_under_another_each_below_its_words(stacks: list[list[Layer]]) -> None:
    matches = rows(*stacks)
    figure = effective_field_figure(matches)
    low, above = np.array(figure.layout.yaxis.range) / FINE
    sentence = trace(figure, "words")
    headings = [
        (text, y / FINE) for text, y in zip(sentence.text, sentence.y, strict=True) if "<b>" in text
    ]
    profiles = zip(parts(figure, "expected"), parts(figure, "measured"), strict=True)
    for number, (row, heading, drawn, strip) in enumerate(
        zip(matches, headings, profiles, strips(figure), strict=True)
    ):
        text, foot = heading
        title, *lines_said, spread = text.split("<br>")
        assert title == f"<b>Stack {number}</b>"
        assert " ".join(lines_said) == field_summary(row.field)
        assert spread.startswith("σ = ")
        peak = re.search(r"peak ([0-9.]+)%$", spread)
        assert peak is not None
        assert row.measured is not None
        assert float(peak[1]) == pytest.approx(100 * row.measured.mass.max(), rel=5e-3)
        assert max(map(len, [*lines_said, spread])) <= 62
        assert foot + 17 * (2 + len(lines_said)) <= above + 1
        tallest = max(part.y.max() for part in drawn)
        assert tallest < foot  # of the words, whose lowest line stands on it
        base = drawn[0].y[0]
        assert base == drawn[1].y[0] == pytest.approx((strip.y0 + strip.dy / 2) / FINE)
        above = (strip.y0 - strip.dy / 2) / FINE
    assert above >= low


def test_no_line_and_no_word_of_a_measurement_where_there_is_none() -> None:
    matches = rows(DEFAULT, measured=False)
    figure = effective_field_figure(matches)
    assert "measured" not in {each.name for each in figure.data}
    assert not any("measured" in text for text in words(figure))
    assert "measured" not in effective_field_alt(matches)


def test_a_field_that_has_vanished_is_said_and_drawn_as_nothing() -> None:
    layers = [Layer(Pattern.dense(3))]
    field, expected = receptive_field(layers), expected_field(layers)
    gone = effective_field(layers, [np.zeros(3)])
    columns = profile_columns(field, expected, gone, None, 1)
    row = EffectiveFieldRow("Nothing", columns, field, expected, gone, None)
    figure = effective_field_figure([row])
    (measured,) = parts(figure, "measured")
    assert not measured.values.any()
    assert not [line for line in lines(figure) if len(line) == 4]
    assert not any("peak" in text for text in words(figure) if "<b>" in text)
    assert "no effect is left" in effective_field_alt([row])


def test_words_by_hand() -> None:
    matches = rows(DEFAULT, DILATED, measured=False)
    assert effective_field_alt(matches) == (
        "Effective and theoretical receptive field of stacks on one axis of inputs. "
        "Stack 0: reaches 53 of 61 inputs (86.9%), longest hole 1, longest run without a hole 45; "
        "σ = 10.1 expected; half of the effect in 15 inputs, 99% in 49. "
        "Stack 1: reaches 31 of 61 inputs (50.8%), longest hole 1, longest run without a hole 1; "
        "σ = 11.0 expected; half of the effect in 15 inputs, 99% in 53."
    )


def test_the_key_is_ink_and_its_pieces_have_the_colours() -> None:
    """Text in the colour of a line would be too faint; and a phone has room for 55 letters."""
    key = words(effective_field_figure(rows(DEFAULT)))[0].split("<br>")[1]
    pieces = re.findall(r'<span style="color:(#\w+)">(.)</span>', key)
    assert pieces == [(ACCENT, "━"), (GAP, "■"), (GAP, "┈")]
    assert len(re.sub("<[^>]*>", "", key)) <= 55


def test_the_table_holds_what_is_drawn() -> None:
    matches = rows(DEFAULT, DILATED, WAVENET)
    figure, table = effective_field_figure(matches), effective_field_table(matches)
    assert len({len(column) for column in table.values()}) == 1
    stack = np.array(table["stack"])
    for number in range(3):
        own = stack == f"Stack {number}"
        positions = np.array(table["input position relative to the output (samples)"])[own]
        for name in ("expected", "measured"):
            part = parts(figure, name)[number]
            values = np.array(table[f"{name} share (% per input)"])[own]
            assert part.values[1:-1] == pytest.approx(values, abs=1e-5)
            assert part.x[1:-1] == pytest.approx(positions)
        counted = np.array(table["inputs reached"])[own]
        assert counted.sum() == len(matches[number].field.support)


def test_what_is_sent_is_small_however_wide_the_stacks_are() -> None:
    wide = [Layer(Pattern.partially_dilated(10, 2, 5))] * 12
    matches = rows(wide, [Layer(Pattern.dense(45))] * 12, [Layer(Pattern.dilated(23, 2))] * 12)
    assert len(matches[0].columns.positions) > 500
    assert len(effective_field_figure(matches).to_json()) < 90_000


@pytest.mark.parametrize("layers", [DEFAULT, WIDEST, [Layer(Pattern((3,)))]])
def test_the_same_stacks_give_the_same_figure(layers: list[Layer]) -> None:
    text = effective_field_figure(rows(layers, DEFAULT)).to_json()
    assert text == effective_field_figure(rows(layers, DEFAULT)).to_json()
    assert not re.search(r"NaN|Infinity", json.dumps(json.loads(text)["layout"]))
