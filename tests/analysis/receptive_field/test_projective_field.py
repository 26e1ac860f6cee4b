"""Which outputs an input reaches, against a walk from every output."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field.projective_field import outputs_walked_to, projective_field
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_POSITION
from tests.oracles.stack import Stack, any_layer, stack_of, walk


def seen_from(stack: Stack, position: int) -> dict[int, int]:
    """Every output that sees `position`, by how many paths: asked of each output in reach."""
    paths = walk(stack)
    jump = int(np.prod([stride for _, stride in stack]))
    outputs = range((position - max(paths)) // jump, (position - min(paths)) // jump + 1)
    return {t: paths[position - t * jump] for t in outputs if position - t * jump in paths}


@settings(max_examples=600)
@given(st.lists(any_layer, max_size=4), st.integers(-50, 50))
def test_the_outputs_are_those_that_see_the_input(stack: Stack, position: int) -> None:
    expected = seen_from(stack, position)
    field = projective_field(stack_of(stack), position)
    assert field.position == position
    assert field.outputs.tolist() == field.support.tolist() == sorted(expected)
    assert outputs_walked_to(stack_of(stack), position).tolist() == sorted(expected)
    if not expected:
        assert (field.start, field.extent, field.coverage, field.longest_hole) == (0, 0, 0.0, 0)
        assert len(field.paths) == 0
        return
    first, last = min(expected), max(expected)
    assert (field.start, field.extent) == (first, last - first + 1)
    assert field.paths.tolist() == [expected.get(t, 0) for t in range(first, last + 1)]
    assert field.coverage == len(expected) / field.extent
    drawn = "".join("." if t in expected else "o" for t in range(first, last + 1))
    assert field.longest_hole == max(map(len, drawn.split(".")))


def test_without_a_stride_it_is_the_receptive_field_turned_round() -> None:
    field = projective_field([Layer(Pattern((0, 1, 5)))], 2)
    assert field.outputs.tolist() == [-3, 1, 2]
    assert field.paths.tolist() == [1, 0, 0, 0, 1, 1]


def test_with_a_stride_some_inputs_reach_more_outputs_than_others() -> None:
    """Three taps, every second output: outputs 0 and 1 share input 1; input 2 is output 1's own."""
    layers = [Layer(Pattern((-1, 0, 1)), 2)]
    assert projective_field(layers, 1).outputs.tolist() == [0, 1]
    assert projective_field(layers, 2).outputs.tolist() == [1]
    assert projective_field([Layer(Pattern((0,)), 2)], 1).outputs.tolist() == []


def test_huge_counts_stay_exact() -> None:
    field = projective_field([Layer(Pattern((0, 1)))] * 70)
    assert sum(field.paths) == 2**70


def test_arrays_are_read_only() -> None:
    field = projective_field([Layer(Pattern((0, 1, 5)), 2)])
    for array in (field.outputs, field.paths):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


@pytest.mark.parametrize("position", [1.0, True, None, MAX_POSITION + 1, -MAX_POSITION - 1])
def test_a_position_that_cannot_be_counted_is_refused_by_name(position: Any) -> None:
    with pytest.raises(ValueError, match=r"`position` \(=.*\) must be an integer from"):
        projective_field([Layer(Pattern((0, 1)))], position)
