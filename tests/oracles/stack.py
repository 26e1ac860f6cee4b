"""Stacks of layers, and what they reach, from plain tuples of offsets alone."""

from collections import Counter
from math import prod
from typing import Any

from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.stack import Layer

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
    assert field.longest_hole == max(map(len, drawn.split(".")))
    assert field.longest_run == max(map(len, drawn.split("o")))
