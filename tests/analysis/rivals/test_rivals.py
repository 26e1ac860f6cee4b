"""Rivals of a stack, held against strings of ones and zeros and against sets of positions."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.rivals import FITS, Comparison, Rival, compare, rivals
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_EXTENT, MAX_KERNEL_SIZE

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 5),
    st.integers(1, 5),
    st.sampled_from([1, 3, 5]),
    st.booleans(),
)
free = st.sets(st.integers(-12, 12), min_size=1, max_size=7).map(lambda s: Pattern(tuple(s)))
stacks = st.lists(st.builds(Layer, families | free, st.integers(1, 3)), min_size=1, max_size=3)
DEFAULT = [Layer(Pattern.partially_dilated())] * 3


def by_name(stacks: Sequence[Rival]) -> dict[str, Rival]:
    return {rival.name: rival for rival in stacks}


def steps(pattern: Pattern) -> set[int]:
    return {after - before for before, after in pairwise(pattern.offsets)}


def texts(rival: Rival) -> list[str]:
    return [str(layer.pattern) for layer in rival.layers]


def test_rivals_of_the_default_stack() -> None:
    span = by_name(rivals(DEFAULT))
    assert list(span) == ["this stack", "dense", "plain dilated"]
    assert texts(span["this stack"]) == ["101010101111101010101"] * 3
    assert texts(span["dense"]) == ["1" * 21] * 3
    assert texts(span["plain dilated"]) == ["10" * 10 + "1"] * 3
    weights = by_name(rivals(DEFAULT, "weights"))
    assert texts(weights["dense"]) == ["1" * 13] * 3
    assert texts(weights["plain dilated"]) == ["10" * 12 + "1"] * 3
    assert {rival.weights for rival in weights.values()} == {39}
    assert [rival.extent for rival in weights.values()] == [61, 37, 73]
    assert [rival.same for rival in weights.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("offsets", "fit", "dense", "dilated"),
    [
        ((-4, -2, -1, 0), "span", range(-4, 1), (-4, -2, 0)),
        ((-4, -2, -1, 0), "weights", range(-3, 1), (-6, -4, -2, 0)),  # causal stays causal
        ((0, 1, 3), "weights", range(3), (0, 2, 4)),
        ((-5, -2, -1), "weights", range(-2, 1), (-6, -3, 0)),
        ((-3, 0, 1, 4), "weights", range(-1, 3), (-4, -1, 2, 5)),  # as Conv1d's "same"
        ((-2, 0, 2), "weights", range(-1, 2), (-2, 0, 2)),  # plain dilated is its own rival
        ((-2, 0, 2), "span", range(-2, 3), (-2, 0, 2)),
        ((-1, 0, 1), "span", range(-1, 2), (-1, 0, 1)),  # dense is both
        ((3, 4), "span", (3, 4), (3, 4)),
        ((3,), "weights", (3,), (3,)),
    ],
)
def test_rival_kernels_by_hand(
    offsets: tuple[int, ...], fit: str, dense: Sequence[int], dilated: Sequence[int]
) -> None:
    stacks = by_name(rivals([Layer(Pattern(offsets), 2)], fit))
    assert stacks["dense"].layers == (Layer(Pattern(tuple(dense)), 2),)
    assert stacks["plain dilated"].layers == (Layer(Pattern(tuple(dilated)), 2),)


@settings(max_examples=300)
@given(stacks)
def test_rivals_of_equal_span(layers: list[Layer]) -> None:
    stacks = by_name(rivals(layers, "span"))
    assert stacks["this stack"].layers == tuple(layers)
    for rival in stacks.values():
        assert [layer.stride for layer in rival.layers] == [layer.stride for layer in layers]
        assert rival.same == (list(rival.layers) == layers)
        assert rival.weights == sum(layer.pattern.taps for layer in rival.layers)
        for theirs, ours in zip(rival.layers, layers, strict=True):
            here = range(min(0, *ours.pattern.offsets), max(0, *ours.pattern.offsets) + 1)
            assert set(theirs.pattern.offsets) <= set(here)
    for layer in stacks["dense"].layers:
        assert steps(layer.pattern) <= {1}
    for layer in stacks["plain dilated"].layers:
        assert len(steps(layer.pattern)) <= 1


@settings(max_examples=300)
@given(stacks)
def test_rivals_of_equal_weights(layers: list[Layer]) -> None:
    stacks = by_name(rivals(layers, "weights"))
    for rival in stacks.values():
        taps = [layer.pattern.taps for layer in rival.layers]
        assert taps == [layer.pattern.taps for layer in layers]
        assert rival.extent == receptive_field(rival.layers).extent
    for theirs, ours in zip(stacks["plain dilated"].layers, layers, strict=True):
        assert len(steps(theirs.pattern)) <= 1
        if ours.pattern.family is not None and ours.pattern.family[0] > 0 and theirs != ours:
            assert steps(theirs.pattern) == {ours.pattern.family[1]}
    for theirs, ours in zip(stacks["dense"].layers, layers, strict=True):
        assert steps(theirs.pattern) <= {1}
        if ours.pattern.offsets[-1] <= 0:
            assert theirs.pattern.offsets[-1] <= 0


def test_a_rival_too_long_for_a_kernel_is_left_out() -> None:
    wide = Pattern((0, 1, MAX_KERNEL_SIZE // 2 + 1))
    assert list(by_name(rivals([Layer(wide)], "weights"))) == ["this stack", "dense"]
    assert "plain dilated" in by_name(rivals([Layer(wide)], "span"))


def test_a_rival_too_wide_to_count_says_its_extent_and_is_refused() -> None:
    pattern = Pattern.partially_dilated(4, 20_000, 9)
    rival = by_name(rivals([Layer(pattern)] * 4, "weights"))["plain dilated"]
    assert rival.extent == 1 + 4 * 16 * 20_000 > MAX_EXTENT
    with pytest.raises(ValueError, match="`layers` reach over 1280001 inputs"):
        compare(rival.layers)


def test_the_design_side_by_side() -> None:
    """It reaches 87 % of its span where plain dilation reaches 51 %."""
    numbers = {rival.name: compare(rival.layers) for rival in rivals(DEFAULT)}
    assert numbers == {
        "this stack": Comparison(39, 61, 53, 53 / 61, 1, 45, pytest.approx(102**0.5)),
        "dense": Comparison(63, 61, 61, 1.0, 0, 61, pytest.approx(110**0.5)),
        "plain dilated": Comparison(33, 61, 31, 31 / 61, 1, 1, pytest.approx(120**0.5)),
    }


@settings(max_examples=200)
@given(stacks)
def test_numbers_are_counted_on_the_set_of_inputs(layers: list[Layer]) -> None:
    reached = {0}
    for pattern, stride in reversed(layers):
        reached = {t * stride + o for t in reached for o in pattern.offsets}
    text = "".join("1" if i in reached else "0" for i in range(min(reached), max(reached) + 1))
    numbers = compare(layers)
    assert (numbers.extent, numbers.reached) == (len(text), text.count("1"))
    assert numbers.coverage == text.count("1") / len(text)
    assert numbers.longest_hole == max(map(len, text.split("1")))
    assert numbers.longest_run == max(map(len, text.split("0")))
    assert numbers.weights == sum(len(layer.pattern.offsets) for layer in layers)


@pytest.mark.parametrize("fit", [*FITS])
def test_no_layers_have_no_rival_but_themselves(fit: str) -> None:
    assert all(rival.same and rival.extent == 1 for rival in rivals([], fit))


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match=r"`fit` \(='reach'\) must be one of"):
        rivals(DEFAULT, "reach")
    with pytest.raises(ValueError, match=r"`layers\[0\].stride` \(=0\)"):
        rivals([Layer(Pattern((0,)), 0)])
