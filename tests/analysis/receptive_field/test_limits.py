"""Counts of any size, and what is refused before it is computed."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, prod
from time import perf_counter
from tracemalloc import get_traced_memory
from tracemalloc import start as start_tracing
from tracemalloc import stop as stop_tracing
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import path_counts, receptive_field, stack_fields
from pdviz.analysis.stack import Layer, stack_extent
from pdviz.limits import MAX_DILATION, MAX_EXTENT, MAX_ISLAND, MAX_LAYERS, MAX_WING
from tests.oracles.stack import Stack, any_layer, stack_of, walk


def summed(layers: Sequence[Layer]) -> list[int]:
    """The exact counts, one shifted copy for each tap, all held in one long integer."""
    width = prod(layer.pattern.taps for layer in layers).bit_length() // 8 + 1
    packed, extent, jump = 1, 1, 1
    for pattern, stride in layers:
        shifts = [8 * width * jump * (offset - pattern.offsets[0]) for offset in pattern.offsets]
        packed = sum(packed << shift for shift in shifts)
        extent += shifts[-1] // (8 * width)
        jump *= stride
    data = packed.to_bytes(extent * width, "little")
    return [int.from_bytes(data[i : i + width], "little") for i in range(0, len(data), width)]


def assert_within_the_stated_error(field: Any, exact: list[int]) -> None:
    assert field.paths.dtype == np.float64
    assert not field.exact
    assert 0 < field.relative_error < 1e-11
    bound = Fraction(field.relative_error)
    for value, count in zip(field.paths.tolist(), exact, strict=True):
        assert abs(int(value) - count) <= bound * count


@pytest.mark.parametrize("layers", range(1, 72))
def test_counts_are_exact_whatever_their_width(layers: int) -> None:
    """Two taps a layer give the binomial coefficients; int64 as long as their sum fits it."""
    field = receptive_field([Layer(Pattern((0, 1)))] * layers)
    assert field.paths.tolist() == [comb(layers, k) for k in range(layers + 1)]
    assert field.paths.dtype == (np.int64 if 2**layers < 2**63 else object)
    assert field.paths.sum() == 2**layers


@pytest.mark.parametrize(("taps", "layers"), [(255, 1), (256, 1), (16, 2), (256, 2), (2**16, 1)])
def test_a_count_does_not_run_into_its_neighbour(taps: int, layers: int) -> None:
    """At the sizes where one, two and four bytes a count are full."""
    field = receptive_field([Layer(Pattern.dense(taps))] * layers)
    expected = np.ones(1, dtype=np.int64)
    for _ in range(layers):
        expected = np.convolve(expected, np.ones(taps, dtype=np.int64))
    assert field.paths.tolist() == expected.tolist()


def test_huge_counts_are_exact() -> None:
    """Twelve dense layers of 1001 taps: the coefficients of ((1 − z^n) / (1 − z))^L."""
    taps, layers = 1001, 12
    field = receptive_field([Layer(Pattern.dense(taps))] * layers)
    assert (field.start, field.extent) == (-6000, 12001)
    assert field.paths.dtype == object
    assert type(field.paths[0]) is int
    assert sum(field.paths) == taps**layers
    for i in (*range(5), 1000, 1001, 2002, 5999, 6000, 6001, 11111, 12000):
        exact = sum(
            (-1) ** j * comb(layers, j) * comb(i - j * taps + layers - 1, layers - 1)
            for j in range(layers + 1)
            if i >= j * taps
        )
        assert field.paths[i] == exact
    assert field.paths.tolist() == field.paths.tolist()[::-1]


def test_the_largest_stack_of_the_family_in_the_interface() -> None:
    """Its counts do not fit int64, and to count them exactly would take long."""
    pattern = Pattern.partially_dilated(MAX_WING, MAX_DILATION, MAX_ISLAND)
    layers = [Layer(pattern)] * MAX_LAYERS
    field, exact = receptive_field(layers), summed(layers)
    assert field.extent == len(exact) == 1 + MAX_LAYERS * (pattern.kernel_size - 1)
    assert_within_the_stated_error(field, exact)
    assert field.support.tolist() == [i + field.start for i, n in enumerate(exact) if n]
    depths = stack_fields(layers)
    assert [depth.exact for depth in depths] == [193**n < 2**63 for n in range(1, MAX_LAYERS + 1)]
    assert_within_the_stated_error(depths[-1], exact)


@settings(max_examples=150)
@given(st.lists(any_layer, min_size=1, max_size=5))
def test_the_three_kinds_of_count_agree(stack: Stack) -> None:
    """The limits moved so far that the same stack is counted in each of them."""
    paths = walk(stack)
    exact = [paths[i] for i in range(min(paths), max(paths) + 1)]
    for fewest, work, kind in ((2**63, 0, np.int64), (2, 2**40, object), (2, 0, np.float64)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(path_counts, "INT64", fewest)
            patch.setattr("pdviz.analysis.receptive_field.field.INT64", fewest)
            patch.setattr(path_counts, "MAX_BIG_WORK", work)
            fields = receptive_field(stack_of(stack)), stack_fields(stack_of(stack))[-1]
        for field in fields:
            assert field.paths.tolist() == exact
            several = sum(exact) > 1  # a single path fits everything
            assert field.paths.dtype == (kind if several else np.int64)
            assert field.exact == (kind is not np.float64 or not several)


@pytest.mark.parametrize("part", [3, 7, 16, 29])
def test_long_rows_of_counts_are_added_in_parts(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few elements in place of thousands: sums over the seams are as exact."""
    few, many = Pattern((0, 1, 4, 6, 7, 9, 53)), Pattern(tuple(range(0, 700, 7)))
    layers = [Layer(Pattern.dense(37)), Layer(few), Layer(many), Layer(few, 3), Layer(few)]
    monkeypatch.setattr(path_counts, "_CHUNK", part)
    assert receptive_field(layers).paths.tolist() == summed(layers)


def test_a_free_pattern_over_the_widest_extent() -> None:
    """Hundreds of runs and a million inputs: seconds if every run went through memory alone."""
    random = np.random.default_rng(3)
    offsets = {0, 87_000, *random.integers(0, 87_000, 40).tolist()}
    layers = [Layer(Pattern(tuple(offsets)))] * MAX_LAYERS
    field = receptive_field(layers)
    assert field.extent == 1 + MAX_LAYERS * 87_000
    assert field.paths.sum() == pytest.approx(len(offsets) ** MAX_LAYERS, rel=1e-12)
    assert np.array_equal(np.flatnonzero(field.paths), field.support)


def test_the_extent_is_known_before_anything_is_counted() -> None:
    layers = [Layer(Pattern((-3, 5)), 4), Layer(Pattern((0, 10**6)), 2), Layer(Pattern((7,)))]
    start, extent, jump = stack_extent(layers)
    assert start == -3 + 4 * 0 + 8 * 7
    assert extent == 1 + 8 + 4 * 10**6
    assert jump == 8


@pytest.mark.parametrize("stride", [0, -1, True, False, 1.0, "2", None])
def test_a_stride_that_is_no_positive_integer_is_refused_by_name(stride: Any) -> None:
    layers = [Layer(Pattern((0,))), Layer(Pattern((0, 1)), stride)]
    with pytest.raises(ValueError, match=r"`layers\[1\]\.stride` \(=.*\) must be at least 1"):
        receptive_field(layers)


WIDE = Pattern((0, MAX_EXTENT - 1))


def test_the_widest_extent_allowed_is_counted() -> None:
    field = receptive_field([Layer(WIDE)])
    assert (field.extent, field.longest_hole) == (MAX_EXTENT, MAX_EXTENT - 2)
    assert field.support.tolist() == [0, MAX_EXTENT - 1]


@pytest.mark.parametrize(
    "layers",
    [
        [Layer(WIDE), Layer(Pattern((0, 1)))],
        [Layer(Pattern((0,)), 10**12), Layer(Pattern((0, 1)))],
        [Layer(Pattern.dense(2**19))] * 3,
        [Layer(Pattern((0, 1)), 2)] * 64,
    ],
    ids=["by one", "a huge stride", "dense", "strides that multiply"],
)
def test_too_wide_an_extent_is_refused_before_anything_is_allocated(
    layers: Sequence[Layer],
) -> None:
    begun = perf_counter()
    start_tracing()
    try:
        with pytest.raises(ValueError, match=r"`layers` reach over \d+ inputs; at most 1048576"):
            receptive_field(layers)
        _, peak = get_traced_memory()
    finally:
        stop_tracing()
    assert peak < 2**16
    assert perf_counter() - begun < 1


@pytest.mark.parametrize(
    "layers",
    [[Layer(Pattern((1,)), 2**31)] * 3, [Layer(Pattern((0,)), 2**40)] * 2],
    ids=["a far start", "a far output"],
)
def test_positions_that_no_int64_holds_are_refused(layers: list[Layer]) -> None:
    for count in (receptive_field, stack_fields):
        with pytest.raises(ValueError, match=r"positions are counted up to 4611686018427387904"):
            count(layers)


def test_more_paths_than_are_counted_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`layers` make about 10\^\d+ paths over 1101 inputs"):
        receptive_field([Layer(Pattern((0, 1)))] * 1_100)
