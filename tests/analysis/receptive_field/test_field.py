"""The receptive field of a stack against a walk over sets, closed form and real layers.

The walk and the closed form of the tests know nothing of `Pattern`: they take plain tuples.
"""

from dataclasses import FrozenInstanceError
from math import prod
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.analysis.receptive_field import receptive_field, stack_fields
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.stack import Layer
from tests.oracles.stack import (
    Stack,
    any_layer,
    assert_agrees_with_walk,
    full_layer,
    jumps,
    origin,
    span,
    stack_of,
    walk,
)


def probe(stack: Stack, padding: Any, draw: Any) -> tuple[np.ndarray, int]:
    """The gradient of one output of a stack of real layers, and which input is position 0.

    `draw` fills the weights. "valid": an input of just the size that gives one output, so that the
    origin lies as far in as the layers' own origins add up to. "same": an output so far in that no
    layer reads its padding.
    """
    if padding == "valid":
        length = 1 + sum(
            (span(offsets) - 1) * jump
            for (offsets, _), jump in zip(stack, jumps(stack), strict=True)
        )
        output = 0
        zero = sum(
            origin(offsets) * jump for (offsets, _), jump in zip(stack, jumps(stack), strict=True)
        )
    else:
        output, length = 0, 1
        for depth in range(1, len(stack) + 1):  # the inputs of each of the topmost layers
            reached = walk(stack[-depth:])
            jump = prod(stride for _, stride in stack[-depth:])
            output = max(output, -(min(reached) // jump))
        for depth in range(len(stack) + 1):
            reached = walk(stack[len(stack) - depth :])
            jump = prod(stride for _, stride in stack[len(stack) - depth :])
            below = prod(stride for _, stride in stack[: len(stack) - depth])
            length = max(length, (output * jump + max(reached)) * below + 1)
        zero = output * prod(stride for _, stride in stack)
    inputs = torch.zeros(1, length, dtype=torch.float64, requires_grad=True)
    outputs = inputs
    for offsets, stride in stack:
        layer = PartiallyDilatedConv1d(
            1, 1, Pattern(offsets), stride=stride, padding=padding, bias=False, dtype=torch.float64
        )
        with torch.no_grad():
            for parameter in layer.parameters():
                draw(parameter)
        outputs = layer(outputs)
    if padding == "valid":
        assert outputs.shape[-1] == 1
    (gradient,) = torch.autograd.grad(outputs[0, output], inputs)
    return gradient[0].numpy(), zero


@settings(deadline=None, max_examples=1200)
@given(st.lists(any_layer, max_size=4))
def test_support_and_path_counts_equal_a_walk_from_the_output(stack: Stack) -> None:
    field = receptive_field(stack_of(stack))
    assert_agrees_with_walk(field, walk(stack))
    assert field.jump == prod(stride for _, stride in stack)
    assert field.paths.dtype == np.int64
    assert field.support.dtype == np.int64


@settings(deadline=None, max_examples=1000)
@given(
    st.lists(any_layer, min_size=1, max_size=4),
    st.sampled_from(["same", "valid"]),
    st.integers(0, 2**32 - 1),
)
def test_a_gradient_through_real_layers_reaches_the_support(
    stack: Stack, padding: str, seed: int
) -> None:
    field = receptive_field(stack_of(stack))
    generator = torch.Generator().manual_seed(seed)

    positive, zero = probe(stack, padding, lambda p: p.uniform_(0.5, 1.5, generator=generator))
    assert (np.flatnonzero(positive) - zero).tolist() == field.support.tolist()
    assert (np.flatnonzero(positive) - zero).tolist() == sorted(walk(stack))

    ones, zero = probe(stack, padding, lambda p: p.fill_(1.0))
    first = zero + field.start
    assert ones[first : first + field.extent].tolist() == field.paths.tolist()
    assert ones.sum() == field.paths.sum() == prod(len(offsets) for offsets, _ in stack)


@settings(deadline=None, max_examples=500)
@given(st.lists(full_layer, min_size=1, max_size=6))
def test_extent_is_the_closed_form_where_kernels_have_taps_at_both_ends(stack: Stack) -> None:
    """Araujo, Norris and Sim 2019: the sum, and the recurrence from output to input."""
    field = receptive_field(stack_of(stack))
    size, stride, padding = 1, 1, 0
    for offsets, s in reversed(stack):
        size = s * size + span(offsets) - s
        padding = s * padding + origin(offsets)
        stride = s * stride
    assert field.extent == size
    assert field.extent == 1 + sum(
        (span(o) - 1) * jump for (o, _), jump in zip(stack, jumps(stack), strict=True)
    )
    assert field.jump == stride
    assert field.start == -padding
    assert field.centre == -padding + (size - 1) / 2


@settings(deadline=None, max_examples=500)
@given(st.lists(any_layer, max_size=6))
def test_the_closed_form_of_the_library_gives_the_outermost_positions(stack: Stack) -> None:
    """Of any taps: those beside the origin, too."""
    closed, paths = closed_form(stack_of(stack)), walk(stack)
    first, last = min(paths), max(paths)
    assert (closed.start, closed.extent) == (first, last - first + 1)
    assert closed.jump == prod(stride for _, stride in stack)
    assert closed.centre == (first + last) / 2


@settings(deadline=None, max_examples=200)
@given(st.lists(any_layer, min_size=1, max_size=3), st.integers(-40, 40))
def test_extent_leaves_out_the_stretch_between_the_taps_and_an_origin_outside_them(
    stack: Stack, shift: int
) -> None:
    """Moving every tap of a layer moves the field by that times its jump, and changes no size."""
    *below, (offsets, stride) = stack
    moved = tuple(offset + shift for offset in offsets)
    here = receptive_field(stack_of(stack))
    there = receptive_field(stack_of([*below, (moved, stride)]))
    assert there.extent == here.extent
    assert there.start - here.start == shift * jumps(stack)[-1]
    assert there.paths.tolist() == here.paths.tolist()
    assert (there.coverage, there.longest_hole) == (here.coverage, here.longest_hole)


@pytest.mark.parametrize(
    ("pattern", "depth", "reached", "extent", "longest_hole"),
    [
        (Pattern.partially_dilated(), 1, 13, 21, 1),
        (Pattern.partially_dilated(), 2, 33, 41, 1),
        (Pattern.partially_dilated(), 3, 53, 61, 1),
        (Pattern.dilated(11, 2), 1, 11, 21, 1),
        (Pattern.dilated(11, 2), 2, 21, 41, 1),
        (Pattern.dilated(11, 2), 3, 31, 61, 1),
        (Pattern.dense(21), 3, 61, 61, 0),
        (Pattern.dilated(2, 8), 1, 2, 9, 7),
    ],
)
def test_coverage_of_the_patterns_in_the_design(
    pattern: Pattern, depth: int, reached: int, extent: int, longest_hole: int
) -> None:
    field = receptive_field([Layer(pattern)] * depth)
    assert (len(field.support), field.extent) == (reached, extent)
    assert field.coverage == reached / extent
    assert field.longest_hole == longest_hole
    assert field.start == -(extent // 2)
    assert field.jump == 1


def test_a_field_worked_by_hand() -> None:
    """Taps at 0 and 2 with stride 2, then taps at −1 and 1: paths to −2, 0, 2 and 4."""
    field = receptive_field([Layer(Pattern((0, 2)), 2), Layer(Pattern((-1, 1)))])
    assert (field.start, field.extent, field.jump, field.centre) == (-2, 7, 2, 1.0)
    assert field.paths.tolist() == [1, 0, 1, 0, 1, 0, 1]
    assert field.support.tolist() == [-2, 0, 2, 4]
    assert (field.coverage, field.longest_hole) == (4 / 7, 1)
    field = receptive_field([Layer(Pattern((-1, 0))), Layer(Pattern((0, 1)))])
    assert field.paths.tolist() == [1, 2, 1]


def test_no_layer_sees_its_own_position_alone() -> None:
    field = receptive_field([])
    assert (field.start, field.extent, field.jump, field.centre) == (0, 1, 1, 0.0)
    assert field.paths.tolist() == [1]
    assert (field.coverage, field.longest_hole) == (1.0, 0)


@settings(deadline=None, max_examples=200)
@given(st.lists(any_layer, max_size=4))
def test_stack_fields_are_what_the_output_sees_at_each_depth(stack: Stack) -> None:
    fields = stack_fields(stack_of(stack))
    assert len(fields) == len(stack)
    for depth, field in enumerate(fields, start=1):
        topmost = stack[len(stack) - depth :]
        assert_agrees_with_walk(field, walk(topmost))
        assert field.jump == prod(stride for _, stride in topmost)


def test_results_are_read_only() -> None:
    for layers in (2, 70):  # int64, and Python integers
        field = receptive_field([Layer(Pattern((0, 1)))] * layers)
        for array in (field.paths, field.support):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 7
    with pytest.raises(FrozenInstanceError):
        field.extent = 7  # type: ignore[misc]
