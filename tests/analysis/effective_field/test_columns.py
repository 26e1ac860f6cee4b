"""Fields in columns: no mass is lost, a hole is a hole, and stacks share their columns."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from pdviz import Pattern
from pdviz.analysis.effective_field import closed_form_std, effective_field, expected_field
from pdviz.analysis.effective_field.columns import (
    COLUMNS,
    ProfileColumns,
    column_width,
    profile_columns,
)
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer

free = st.sets(st.integers(-9, 9), min_size=1, max_size=7).map(lambda s: Pattern(tuple(s)))
stacks = st.lists(st.tuples(free, st.integers(1, 3)).map(lambda p: Layer(*p)), min_size=1).map(
    lambda layers: layers[:4]
)


def walk(layers: list[Layer]) -> Counter[int]:
    """How many paths lead to each input, path by path."""
    row = Counter({0: 1})
    for pattern, stride in reversed(layers):
        below: Counter[int] = Counter()
        for position, number in row.items():
            for offset in pattern.offsets:
                below[position * stride + offset] += number
        row = below
    return row


def drawn(layers: list[Layer], width: int) -> ProfileColumns:
    field = receptive_field(layers)
    weights = [np.linspace(-1, 2, layer.pattern.taps) for layer in layers]
    measured = effective_field(layers, weights)
    return profile_columns(field, expected_field(layers), measured, closed_form_std(layers), width)


@settings(max_examples=60)
@given(stacks, st.integers(1, 9))
def test_every_column_holds_what_its_inputs_have(layers: list[Layer], width: int) -> None:
    picture = drawn(layers, width)
    counts = walk(layers)
    total = sum(counts.values())
    columns = range(min(counts) // width, max(counts) // width + 1)
    assert picture.width == width
    assert picture.positions.tolist() == [width * c + (width - 1) / 2 for c in columns]
    inside = [[p for p in counts if p // width == c] for c in columns]
    assert picture.reached.tolist() == list(map(len, inside))
    paths = [sum(counts[p] for p in column) for column in inside]
    assert picture.expected == pytest.approx([n / total for n in paths])
    means = [n / len(c) if c else 0 for n, c in zip(paths, inside, strict=True)]
    assert picture.paths == pytest.approx(means)
    most = max(means)
    for mean, column, shade in zip(means, inside, picture.shade, strict=True):
        if not column:
            assert shade == 0
            continue
        level = 0.15 + 0.85 * math.log(mean) / math.log(most) if most > 1 else 1.0
        assert shade == pytest.approx(min(level * math.sqrt(len(column) / width), 1))


@settings(max_examples=30)
@given(stacks, st.integers(1, 9))
def test_no_mass_is_lost(layers: list[Layer], width: int) -> None:
    picture = drawn(layers, width)
    assert picture.expected.sum() == pytest.approx(1)
    assert picture.measured is not None
    assert picture.measured.sum() == pytest.approx(1) or not picture.measured.any()


def test_the_gaussian_has_the_mean_of_the_paths_and_the_closed_form_s_deviation() -> None:
    layers = [Layer(Pattern.partially_dilated())] * 3
    picture = drawn(layers, 4)
    edges = np.append(picture.positions - 2, picture.positions[-1] + 2)
    assert picture.gaussian == pytest.approx(np.diff(norm.cdf(edges, 0, math.sqrt(3 * 34))))


def test_no_gaussian_without_a_closed_form_and_no_line_without_a_measurement() -> None:
    layers = [Layer(Pattern.dense(3))]
    picture = profile_columns(receptive_field(layers), expected_field(layers), None, None, 1)
    assert picture.profiles == (picture.expected, None, None)
    alone = [Layer(Pattern((2,)))]
    picture = profile_columns(receptive_field(alone), expected_field(alone), None, 0.0, 1)
    assert picture.gaussian is None


def test_paths_past_any_float_are_shaded() -> None:
    layers = [Layer(Pattern.dense(33))] * 300
    field = receptive_field(layers[:60])
    assert field.paths.dtype == object
    picture = profile_columns(field, expected_field(layers[:60]), None, None, 3)
    assert picture.shade.max() == pytest.approx(1)
    assert np.isfinite(picture.paths).all()


@given(st.lists(st.tuples(st.integers(-(10**5), 10**5), st.integers(1, 10**5)), min_size=1))
def test_all_stacks_together_take_no_more_columns_than_there_may_be(
    spans: list[tuple[int, int]],
) -> None:
    width = column_width(spans)
    first = min(start for start, _ in spans) // width
    last = max(start + extent - 1 for start, extent in spans) // width
    assert last - first + 1 <= COLUMNS
    whole = max(s + e for s, e in spans) - min(s for s, _ in spans)
    assert width == 1 or whole > COLUMNS - 1


def test_a_picture_is_read_only() -> None:
    picture = drawn([Layer(Pattern.partially_dilated())], 1)
    with pytest.raises(ValueError, match="read-only"):
        picture.expected[0] = 1
