"""The picture of a stack's fields, cell by cell against a walk over every position."""

import math
from math import prod
from tracemalloc import get_traced_memory
from tracemalloc import start as start_tracing
from tracemalloc import stop as stop_tracing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import stack_fields
from pdviz.analysis.receptive_field.columns import field_columns, projective_columns, stack_columns
from pdviz.analysis.stack import Layer
from tests.oracles.stack import Stack, any_layer, stack_of, walk


def shade_of(number: int, top: int) -> float:
    """0.15 for one path, 1 for as many as any position has; 1 if none has more than one."""
    return 0.15 + 0.85 * (math.log(number) / math.log(top) if top > 1 else 1)


@settings(deadline=None, max_examples=400)
@given(st.lists(any_layer, min_size=1, max_size=4), st.integers(1, 90))
def test_every_cell_is_what_a_walk_finds_in_its_column(stack: Stack, columns: int) -> None:
    """In input samples: the positions of a row stand as far apart as the strides below it say."""
    belows = [prod(stride for _, stride in stack[:number]) for number in range(len(stack), -1, -1)]
    walks = [walk(stack[len(stack) - depth :]) for depth in range(len(stack) + 1)]
    rows = [
        {position * below: number for position, number in paths.items()}
        for paths, below in zip(walks, belows, strict=True)
    ]
    picture = field_columns(stack_fields(stack_of(stack)), columns)

    everywhere = {position for row in rows for position in row}
    first, last = min(everywhere), max(everywhere)
    width = math.ceil((last - first + 1) / columns)
    starts = range(first, last + 1, width)
    assert picture.width == width
    assert len(starts) <= columns
    assert picture.positions == pytest.approx([start + (width - 1) / 2 for start in starts])
    assert picture.shade.shape == (len(stack) + 1, len(starts))
    for row, (paths, below) in enumerate(zip(rows, belows, strict=True)):
        top = max(paths.values())
        for column, start in enumerate(starts):
            standing = [p for p in range(start, start + width) if p % below == 0]
            here = [paths[p] for p in standing if p in paths]
            assert picture.standing[row, column] == len(standing)
            assert picture.reached[row, column] == len(here)
            shade = picture.shade[row, column]
            if not here:
                assert math.isnan(shade)
            elif row > 0:
                mean = sum(shade_of(number, top) for number in here) / len(here)
                assert shade == pytest.approx(mean * math.sqrt(len(here) / len(standing)))
            else:
                assert shade == 1
            assert picture.paths[row, column] == (here[0] if here and width == 1 else 0)


@settings(max_examples=100)
@given(st.lists(any_layer, min_size=1, max_size=4), st.integers(1, 90))
def test_a_picture_drawn_depth_by_depth_is_the_same(stack: Stack, columns: int) -> None:
    layers = stack_of(stack)
    fields = stack_fields(layers)
    field, picture = stack_columns(layers, columns)
    expected = field_columns(fields, columns)
    for name in ("positions", "width", "shade", "reached", "standing", "paths"):
        assert np.array_equal(getattr(picture, name), getattr(expected, name)) or name == "shade"
    assert np.array_equal(picture.shade, expected.shade, equal_nan=True)
    assert field.paths.tolist() == fields[-1].paths.tolist()
    assert (field.start, field.support.tolist()) == (fields[-1].start, fields[-1].support.tolist())


@settings(deadline=None, max_examples=200)
@given(st.lists(any_layer, min_size=1, max_size=4), st.integers(-9, 9), st.integers(1, 90))
def test_what_an_input_reaches_is_what_a_walk_back_from_every_output_finds(
    stack: Stack, position: int, columns: int
) -> None:
    """Output t of a row stands at t times the strides of the layers up to it."""
    picture = projective_columns(stack_of(stack), position, columns)
    first = picture.positions[0] - (picture.width - 1) / 2
    for depth in range(1, len(stack) + 1):
        jump = prod(stride for _, stride in stack[:depth])
        paths = {  # output t sees what output 0 does, t · jump further on
            t: number
            for seen, number in walk(stack[:depth]).items()
            for t in [(position - seen) // jump]
            if t * jump + seen == position
        }
        counts = np.bincount(
            [int((t * jump - first) // picture.width) for t in paths],
            minlength=len(picture.positions),
        )
        assert picture.reached[depth].tolist() == counts.tolist()
        assert np.isnan(picture.shade[depth]).tolist() == (counts == 0).tolist()
        if picture.width == 1:
            counts_by_column = {int(t * jump - first): number for t, number in paths.items()}
            drawn = {c: number for c, number in enumerate(picture.paths[depth].tolist()) if number}
            assert drawn == counts_by_column


def test_a_stack_of_no_layers_has_no_picture_to_draw_depth_by_depth() -> None:
    with pytest.raises(ValueError, match=r"`layers` \(=\(\)\) must hold at least one layer"):
        stack_columns([])
    assert field_columns([]).shade.tolist() == [[1.0]]


def test_a_wide_picture_holds_one_depth_at_a_time() -> None:
    """Twelve depths of up to a million counts: all at once they would be 88 MiB and their sets."""
    layers = [Layer(Pattern.dilated(3, 43_000))] * 12
    start_tracing()
    field, picture = stack_columns(layers)
    _, peak = get_traced_memory()
    stop_tracing()
    assert field.extent == 1 + 12 * 86_000
    assert picture.shade.shape[0] == 13
    assert peak < 64 * 2**20


def test_counts_that_are_not_exact_are_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = max(stack_fields([Layer(Pattern.dense(9))] * 40)[-1].paths)
    monkeypatch.setattr("pdviz.analysis.receptive_field.path_counts.MAX_BIG_WORK", 0)
    picture = field_columns(stack_fields([Layer(Pattern.dense(9))] * 40))
    middle = picture.shade.shape[1] // 2
    assert isinstance(picture.paths[-1, middle], float)
    assert picture.paths[-1, middle] == pytest.approx(exact, rel=1e-9)
    assert picture.paths[1, middle] == 1
    assert picture.shade[-1, middle] == 1


def test_counts_past_what_float32_holds_are_shaded() -> None:
    """The most of 20 layers of 193 taps is 10^41."""
    fields = stack_fields([Layer(Pattern.partially_dilated(64, 64, 65))] * 20)
    picture = field_columns(fields)
    assert fields[-1].paths.max() > 1e40
    assert np.nanmax(picture.shade[-1]) == pytest.approx(1, abs=1e-2)
    assert np.isfinite(picture.shade[-1]).all()


def test_huge_counts_are_exact_and_shaded() -> None:
    """40 layers of 9 dense taps: counts past int64, the largest in the middle."""
    fields = stack_fields([Layer(Pattern.dense(9))] * 40)
    picture = field_columns(fields)
    middle = picture.shade.shape[1] // 2
    assert picture.paths[-1, middle] == max(fields[-1].paths) > 2**63
    assert picture.shade[-1, middle] == 1
    assert picture.shade[-1, 0] == pytest.approx(0.15)


def test_arrays_are_read_only() -> None:
    picture = field_columns(stack_fields([Layer(Pattern.partially_dilated())] * 2))
    for name in ("positions", "shade", "reached", "standing", "paths"):
        array = getattr(picture, name)
        assert isinstance(array, np.ndarray)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]
