"""The hybrid-dilation criterion: the paper's examples, and what it says of holes."""

from itertools import product
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.receptive_field.hybrid_dilation import hybrid_dilation
from pdviz.analysis.stack import Layer


def plain(size: int, *dilations: int) -> list[Layer]:
    return [Layer(Pattern.dilated(size, dilation)) for dilation in dilations]


@pytest.mark.parametrize(
    ("dilations", "distances", "passes", "factor"),
    [
        ((1, 2, 5), (1, 2, 5), True, 1),  # "M2 = 2 ≤ K"
        ((1, 2, 9), (3, 5, 9), False, 1),  # "M2 = 5 > K"
        ((2, 4, 8), (2, 4, 8), False, 2),
        ((2, 2, 2), (2, 2, 2), False, 2),  # the gridding that the paper begins with
        ((1, 1), (1, 1), True, 1),
    ],
)
def test_the_examples_of_the_paper(
    dilations: tuple[int, ...], distances: tuple[int, ...], passes: bool, factor: int
) -> None:
    """Wang et al. 2018, section 3.2, with kernels of three taps."""
    verdict = hybrid_dilation(plain(3, *dilations))
    assert verdict.applies
    assert (verdict.kernel_size, verdict.dilations) == (3, dilations)
    assert verdict.distances[1:] == distances[1:]
    assert (verdict.passes, verdict.common_factor) == (passes, factor)
    assert (verdict.reason == "") == passes


def criterion(size: int, dilations: tuple[int, ...]) -> bool:
    """M_2 ≤ K by the recurrence as the paper prints it, and no common factor."""
    distances = {len(dilations): dilations[-1]}
    for i in range(len(dilations) - 1, 0, -1):
        m, r = distances[i + 1], dilations[i - 1]
        distances[i] = max(m - 2 * r, m - 2 * (m - r), r)
    return distances[2] <= size and gcd(*dilations) == 1


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_where_passing_means_that_there_are_no_holes(size: int) -> None:
    """From three taps on, for dilations that begin with 1 and do not fall: passing, no holes.

    With three taps, failing means holes too. Nothing else follows: see the stacks of the next test.
    """
    for n in (2, 3, 4):
        for dilations in product(range(1, 10 if n < 4 else 8), repeat=n):
            stack = plain(size, *dilations)
            verdict = hybrid_dilation(stack)
            assert verdict.passes == criterion(size, dilations)
            if size < 3 or dilations[0] != 1 or list(dilations) != sorted(dilations):
                continue
            full = receptive_field(stack).coverage == 1
            assert full or not verdict.passes
            if size == 3:
                assert verdict.passes == full


@pytest.mark.parametrize(
    ("size", "dilations", "passes", "full"),
    [
        (3, (2, 3), True, False),  # does not begin with 1
        (3, (9, 2, 1), True, False),  # falls; the same layers as 1, 2, 9, which fail
        (2, (1, 2, 5), True, False),  # two taps
        (4, (1, 2, 9), False, True),  # the criterion looks at the worst case
    ],
)
def test_where_the_criterion_and_the_exact_support_differ(
    size: int, dilations: tuple[int, ...], passes: bool, full: bool
) -> None:
    stack = plain(size, *dilations)
    assert hybrid_dilation(stack).passes == passes
    assert (receptive_field(stack).coverage == 1) == full


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([], "fewer than two layers"),
        (plain(3, 2), "fewer than two layers"),
        ([Layer(Pattern.dense(3), 2), *plain(3, 2)], "has a stride"),
        ([Layer(Pattern.partially_dilated())] * 3, "not evenly spaced"),
        (plain(3, 1) + plain(5, 2), "have from 3 to 5 taps"),
        (plain(1, 1, 1), "one tap each"),
    ],
)
def test_where_it_does_not_apply_it_says_why(layers: list[Layer], reason: str) -> None:
    verdict = hybrid_dilation(layers)
    assert not verdict.applies
    assert not verdict.passes
    assert reason in verdict.reason
    assert verdict.reason.endswith(".")
    assert (verdict.dilations, verdict.distances) == ((), ())


def test_a_stack_that_fails_says_why() -> None:
    assert hybrid_dilation(plain(3, 1, 2, 9)).reason == "M₂ is 5, above the 3 taps of a layer."
    assert hybrid_dilation(plain(3, 2, 4, 8)).reason == (
        "M₂ is 4, above the 3 taps of a layer, and the dilations have the common factor 2."
    )
    assert hybrid_dilation(plain(3, 2, 2)).reason == "The dilations have the common factor 2."


def test_causal_and_shifted_kernels_are_plain_dilated_ones_too() -> None:
    causal = [Layer(Pattern((-2 * d, -d, 0))) for d in (1, 2, 5)]
    assert hybrid_dilation(causal).passes


@settings(max_examples=400)
@given(st.integers(3, 7), st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_wide_and_deep_stacks_that_pass_have_no_holes_either(size: int, others: list[int]) -> None:
    stack = plain(size, 1, *sorted(others))
    full = receptive_field(stack).coverage == 1
    assert full or not hybrid_dilation(stack).passes
    if size == 3:
        assert full == hybrid_dilation(stack).passes
