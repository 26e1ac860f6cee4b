"""Ticks that are said: even, few, round, and written as the numbers they are."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdviz.figures.ticks import even_ticks, sample_ticks, ticks_at


def _inside(first, last, step):
    """How many multiples of `step` lie between."""
    return math.floor(last / step + 1e-9) - math.ceil(first / step - 1e-9) + 1


@given(
    st.floats(-1e4, 1e4), st.floats(1e-2, 1e6), st.integers(3, 9), st.sampled_from([0.0, 1.0, 4.0])
)
def test_ticks_are_even_round_and_few(first, length, most, least):
    ticks = even_ticks(first, first + length, most, least=least)
    places = ticks["tickvals"]
    assert len(places) <= most
    assert all(first - 1e-6 * length <= place <= first + 1.000001 * length for place in places)
    steps = [digit * 10.0**power for power in range(-4, 8) for digit in (1, 2, 5)]
    counts = [_inside(first, first + length, step) for step in steps if step >= least]
    assert len(places) == next(count for count in counts if count <= most)  # the finest that fits
    for before, after in itertools.pairwise(places):
        step = after - before
        digit = step / 10 ** math.floor(math.log10(step) + 1e-6)
        assert min(abs(digit - round_one) for round_one in (1, 2, 5)) < 1e-3
        assert step >= least * (1 - 1e-9)
        assert before / step == pytest.approx(round(before / step), abs=1e-2)


def test_ticks_by_hand():
    assert even_ticks(0, 0.5, 7)["ticktext"] == ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]
    assert even_ticks(0, 0.6, 7)["ticktext"][-1] == "0.6"  # though 0.6 / 0.1 is less than 6
    assert even_ticks(0, 10, 7)["tickvals"] == [0, 2, 4, 6, 8, 10]
    assert ticks_at([-1_000_000, 0, 2.5])["ticktext"] == ["−1,000,000", "0", "2.5"]


def test_an_axis_of_samples_has_ticks_at_whole_samples():
    assert sample_ticks(-1.6, 1.6)["tickvals"] == [-1, 0, 1]
    assert sample_ticks(-0.6, 0.6)["tickvals"] == [0]
    assert sample_ticks(-400_000, 400_000)["ticktext"] == [
        "−400,000",
        "−200,000",
        "0",
        "200,000",
        "400,000",
    ]
