"""Supports by windows, against sets of positions; and what they cost, by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import tap_windows
from pdviz.analysis.receptive_field.tap_windows import windowed_support, windowed_work
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_EXTENT
from tests.oracles.stack import Stack, any_layer, stack_of, walk


@settings(max_examples=400)
@given(st.lists(any_layer, max_size=4), st.sampled_from([1, 3, 256]))
def test_windows_reach_what_a_walk_does(stack: Stack, long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tap_windows, "_MIN_ROW", long)
        support = windowed_support(stack_of(stack))
    reached = sorted(walk(stack))
    assert [i + reached[0] for i in range(len(support)) if support[i]] == reached
    assert len(support) == reached[-1] - reached[0] + 1


@pytest.mark.parametrize("step", [255, 256, 1000])
def test_taps_far_apart(step: int) -> None:
    support = windowed_support([Layer(Pattern.dense(3)), Layer(Pattern.dilated(5, step))])
    middles = {step * k for k in range(5)}
    assert {i for i in range(len(support)) if support[i]} == {
        m + d for m in middles for d in (0, 1, 2)
    }


def test_the_work_is_the_elements_of_all_windows() -> None:
    """A run of 5 taps over one element; two of 1 tap and one of 5, 2 apart each, over 5."""
    wide = Pattern((-20, -8, -6, -4, -2, 0, 20))
    runs = [len(run) for run in wide.runs]
    layers = [Layer(wide), Layer(Pattern.dense(5))]
    assert windowed_work(layers) == 5 + sum(
        5 + (taps - 1) * run.step for taps, run in zip(runs, wide.runs, strict=True)
    )


def test_a_stack_that_is_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match="`layers` reach over"):
        windowed_support([Layer(Pattern((0, MAX_EXTENT - 1)))] * 2)
