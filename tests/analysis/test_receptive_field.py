"""The receptive field of a stack: closed form, a walk over sets, autograd, and the literature.

The walk and the closed form below know nothing of `Pattern`: they take plain tuples of offsets.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from math import comb, prod
from time import perf_counter
from tracemalloc import get_traced_memory
from tracemalloc import start as start_tracing
from tracemalloc import stop as stop_tracing
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.analysis.receptive_field import Layer, receptive_field, stack_fields
from pdviz.limits import MAX_DILATION, MAX_EXTENT, MAX_ISLAND, MAX_LAYERS, MAX_WING

Offsets = tuple[int, ...]
Stack = list[tuple[Offsets, int]]
"""Offsets and stride of each layer, from the input to the output."""


def stack_of(stack: Stack) -> list[Layer]:
    return [Layer(Pattern(offsets), stride) for offsets, stride in stack]


def family_offsets(wing: int, dilation: int, island: int, causal: bool) -> Offsets:
    last = 0 if causal else island // 2
    first = last - island + 1
    left = [first - dilation * k for k in range(1, wing + 1)]
    right = [] if causal else [last + dilation * k for k in range(1, wing + 1)]
    return tuple(sorted({*left, *range(first, last + 1), *right}))


free = st.sets(st.integers(-6, 6), min_size=1, max_size=7).map(lambda s: tuple(sorted(s)))
outside = st.tuples(st.sets(st.integers(1, 9), min_size=1, max_size=5), st.sampled_from([-1, 1]))
beside_the_origin = outside.map(lambda drawn: tuple(sorted(drawn[1] * o for o in drawn[0])))
family = st.builds(
    family_offsets,
    st.integers(0, 3),
    st.integers(1, 4),
    st.sampled_from([1, 3, 5]),
    st.booleans(),
)
strides = st.integers(1, 3)
any_layer = st.tuples(free | beside_the_origin | family, strides)
full_layer = st.tuples(free.filter(lambda o: o[0] <= 0 <= o[-1]) | family, strides)


def walk(stack: Stack) -> Counter[int]:
    """Paths from the output at 0 to each input, followed one by one: {position: number}."""
    paths = Counter({0: 1})
    for offsets, stride in reversed(stack):
        below: Counter[int] = Counter()
        for position, number in paths.items():
            for offset in offsets:
                below[position * stride + offset] += number
        paths = below
    return paths


def span(offsets: Offsets) -> int:
    """The elements of the kernel: taps, origin and what is between them."""
    return max(*offsets, 0) - min(*offsets, 0) + 1


def origin(offsets: Offsets) -> int:
    return -min(*offsets, 0)


def jumps(stack: Stack) -> list[int]:
    """Π_{i<l} s_i for each layer l."""
    return [prod(stride for _, stride in stack[:number]) for number in range(len(stack))]


def assert_agrees_with_walk(field: Any, paths: Counter[int]) -> None:
    """Every number of `field` against the positions alone, each by its definition."""
    first, last = min(paths), max(paths)
    assert (field.start, field.extent) == (first, last - first + 1)
    assert field.centre == (first + last) / 2
    assert field.paths.tolist() == [paths[i] for i in range(first, last + 1)]
    assert field.support.tolist() == sorted(paths)
    assert field.coverage == len(paths) / (last - first + 1)
    drawn = "".join("." if i in paths else "o" for i in range(first, last + 1))
    assert field.largest_gap == max(map(len, drawn.split(".")))
    assert field.longest_run == max(map(len, drawn.split("o")))


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
    assert (there.coverage, there.largest_gap) == (here.coverage, here.largest_gap)


@pytest.mark.parametrize(
    ("pattern", "depth", "reached", "extent", "largest_gap"),
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
    pattern: Pattern, depth: int, reached: int, extent: int, largest_gap: int
) -> None:
    field = receptive_field([Layer(pattern)] * depth)
    assert (len(field.support), field.extent) == (reached, extent)
    assert field.coverage == reached / extent
    assert field.largest_gap == largest_gap
    assert field.start == -(extent // 2)
    assert field.jump == 1


def test_a_field_worked_by_hand() -> None:
    """Taps at 0 and 2 with stride 2, then taps at −1 and 1: paths to −2, 0, 2 and 4."""
    field = receptive_field([Layer(Pattern((0, 2)), 2), Layer(Pattern((-1, 1)))])
    assert (field.start, field.extent, field.jump, field.centre) == (-2, 7, 2, 1.0)
    assert field.paths.tolist() == [1, 0, 1, 0, 1, 0, 1]
    assert field.support.tolist() == [-2, 0, 2, 4]
    assert (field.coverage, field.largest_gap) == (4 / 7, 1)
    field = receptive_field([Layer(Pattern((-1, 0))), Layer(Pattern((0, 1)))])
    assert field.paths.tolist() == [1, 2, 1]


def test_no_layer_sees_its_own_position_alone() -> None:
    field = receptive_field([])
    assert (field.start, field.extent, field.jump, field.centre) == (0, 1, 1, 0.0)
    assert field.paths.tolist() == [1]
    assert (field.coverage, field.largest_gap) == (1.0, 0)


def causal_pair(dilation: int) -> Layer:
    return Layer(Pattern((-dilation, 0)))


def test_wavenet_sees_1024_samples_a_block() -> None:
    """Van den Oord et al. 2016: kernels of two taps, dilations 1, 2, 4, …, 512."""
    block = [causal_pair(2**k) for k in range(10)]
    field = receptive_field(block)
    assert (field.start, field.extent) == (-1023, 1024)
    assert field.paths.tolist() == [1] * 1024  # each sample by one path
    assert receptive_field(block * 3).extent == 3 * 1023 + 1


@pytest.mark.parametrize("taps", [2, 3, 5, 7])
@pytest.mark.parametrize("levels", [1, 4, 6])
def test_tcn_formula(taps: int, levels: int) -> None:
    """Bai, Kolter and Koltun 2018: two convolutions a level, 1 + 2 (k − 1) (2^n − 1)."""
    stack = [
        Layer(Pattern(tuple(-k * 2**level for k in range(taps))))
        for level in range(levels)
        for _ in range(2)
    ]
    assert receptive_field(stack).extent == 1 + 2 * (taps - 1) * (2**levels - 1)


def windows(*layers: tuple[int, int, int]) -> list[Layer]:
    """Convolutions and poolings as dense kernels: (size, stride, padding on the left)."""
    return [Layer(Pattern(tuple(range(-pad, size - pad))), stride) for size, stride, pad in layers]


CONV, POOL = (3, 1, 1), (2, 2, 0)
NETWORKS = {
    "alexnet_v2": (
        windows((11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), CONV, CONV, CONV, (3, 2, 0)),
        (195, 32, 64),
    ),
    "vgg_16": (
        windows(*([CONV] * 2 + [POOL]) * 2, *([CONV] * 3 + [POOL]) * 3),
        (212, 32, 90),
    ),
    "mobilenet_v1": (
        windows(
            (3, 2, 0),
            *[CONV, (3, 2, 0)] * 3,
            *[CONV] * 5,
            (3, 2, 0),
            CONV,
        ),
        (315, 32, 126),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_published_networks(name: str) -> None:
    """Receptive field, stride and padding as google-research/receptive_field publishes them."""
    layers, (size, stride, padding) = NETWORKS[name]
    field = receptive_field(layers)
    assert (field.extent, field.jump, -field.start) == (size, stride, padding)
    assert field.coverage == 1


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


def test_the_largest_stack_of_the_interface() -> None:
    """Its counts fit int64, and equal a sum of shifted copies."""
    pattern = Pattern.partially_dilated(MAX_WING, MAX_DILATION, MAX_ISLAND)
    field = receptive_field([Layer(pattern)] * MAX_LAYERS)
    counts = np.ones(1, dtype=np.int64)
    for _ in range(MAX_LAYERS):
        wider = np.zeros(len(counts) + pattern.kernel_size - 1, dtype=np.int64)
        for index in pattern.indices:
            wider[index : index + len(counts)] += counts
        counts = wider
    assert field.extent == len(counts) == 1 + MAX_LAYERS * (pattern.kernel_size - 1)
    assert np.array_equal(field.paths, counts)


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


@pytest.mark.parametrize("stride", [0, -1, True, False, 1.0, "2", None])
def test_a_stride_that_is_no_positive_integer_is_refused_by_name(stride: Any) -> None:
    layers = [Layer(Pattern((0,))), Layer(Pattern((0, 1)), stride)]
    with pytest.raises(ValueError, match=r"`layers\[1\]\.stride` \(=.*\) must be at least 1"):
        receptive_field(layers)


WIDE = Pattern((0, MAX_EXTENT - 1))


def test_the_widest_extent_allowed_is_counted() -> None:
    field = receptive_field([Layer(WIDE)])
    assert (field.extent, field.largest_gap) == (MAX_EXTENT, MAX_EXTENT - 2)
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
