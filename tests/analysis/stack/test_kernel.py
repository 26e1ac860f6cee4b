"""What one kernel is, counted on the string of ones and zeros that a person sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.stack.kernel import dense_like, dilated_like, kernel_numbers

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 9),
    st.integers(1, 9),
    st.sampled_from([1, 3, 5, 9]),
    st.booleans(),
)
free = st.sets(st.integers(-20, 20), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))
patterns = families | free


def elements(pattern: Pattern) -> range:
    """The positions that the kernel spans, from its offsets alone."""
    return range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1)


@settings(deadline=None, max_examples=300)
@given(patterns)
def test_numbers_are_counted_on_the_written_kernel(pattern: Pattern) -> None:
    written = "".join("1" if o in pattern.offsets else "0" for o in elements(pattern))
    numbers = kernel_numbers(pattern)
    assert numbers.taps == written.count("1")
    assert numbers.kernel_size == numbers.dense_multiply_adds == len(written)
    assert numbers.before == sum(o < 0 for o in elements(pattern))
    assert numbers.after == sum(o > 0 for o in elements(pattern))
    assert numbers.density == written.count("1") / len(written)
    assert numbers.saved == pytest.approx(written.count("0") / len(written), abs=1e-15)


def test_numbers_of_the_default_pattern() -> None:
    numbers = kernel_numbers(Pattern.partially_dilated())
    assert (numbers.taps, numbers.kernel_size, numbers.before, numbers.after) == (13, 21, 10, 10)
    assert (numbers.density, numbers.saved) == (13 / 21, pytest.approx(8 / 21))


def test_a_causal_pattern_reaches_back_only() -> None:
    numbers = kernel_numbers(Pattern.partially_dilated(4, 2, 5, causal=True))
    assert (numbers.taps, numbers.kernel_size, numbers.before, numbers.after) == (9, 13, 12, 0)


def test_taps_beside_the_origin_leave_it_in_the_span() -> None:
    numbers = kernel_numbers(Pattern((3, 5)))
    assert (numbers.taps, numbers.kernel_size, numbers.before, numbers.after) == (2, 6, 0, 5)


@settings(deadline=None, max_examples=300)
@given(patterns)
def test_the_dense_neighbour_has_every_element_and_the_same_origin(pattern: Pattern) -> None:
    dense = dense_like(pattern)
    assert dense.offsets == tuple(elements(pattern))
    assert (dense.kernel_size, dense.origin) == (pattern.kernel_size, pattern.origin)


@settings(deadline=None, max_examples=500)
@given(patterns)
def test_the_dilated_neighbour_is_the_longest_that_fits(pattern: Pattern) -> None:
    """Evenly spaced taps: itself. Else those through the origin inside the span; none of step 1."""
    gaps = [b - a for a, b in zip(pattern.offsets, pattern.offsets[1:], strict=False)]
    step = pattern.family[1] if pattern.family is not None else max(gaps, default=1)
    dilated = dilated_like(pattern)
    if step == 1:
        assert dilated is None
        return
    if len(set(gaps)) == 1:
        assert dilated == pattern
        return
    assert dilated is not None
    assert dilated.offsets == tuple(o for o in elements(pattern) if o % step == 0)
    assert 0 in dilated.offsets
    span = elements(pattern)
    assert 0 <= dilated.offsets[0] - span[0] < step
    assert 0 <= span[-1] - dilated.offsets[-1] < step


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 9), st.integers(2, 9), st.sampled_from([1, 3, 5, 9]))
def test_the_dilated_neighbour_of_the_family_has_its_dilation(
    wing: int, dilation: int, island: int
) -> None:
    dilated = dilated_like(Pattern.partially_dilated(wing, dilation, island))
    assert dilated is not None
    steps = {b - a for a, b in zip(dilated.offsets, dilated.offsets[1:], strict=False)}
    assert steps == {dilation}


@pytest.mark.parametrize(
    ("pattern", "offsets"),
    [
        (Pattern.partially_dilated(), tuple(range(-10, 11, 2))),  # the same span
        (Pattern.partially_dilated(4, 2, 3), tuple(range(-8, 9, 2))),  # one shorter on either side
        (Pattern.partially_dilated(2, 3, 1), (-6, -3, 0, 3, 6)),  # itself
        (Pattern.partially_dilated(2, 4, 3, causal=True), (-8, -4, 0)),
        (Pattern((-1, 0, 4)), (0, 4)),  # the widest step is 4
        (Pattern((-1, 1)), (-1, 1)),  # itself, though the origin is a gap
        (Pattern((3, 5, 6)), (0, 2, 4, 6)),  # a tap at the origin, where the pattern has none
        (Pattern((-6, -5, -3)), (-6, -4, -2, 0)),
        (Pattern.dense(7), None),
        (Pattern.partially_dilated(0, 5, 3), None),  # without wings a dilation is nothing
        (Pattern((3,)), None),
    ],
)
def test_dilated_neighbours_by_hand(pattern: Pattern, offsets: tuple[int, ...] | None) -> None:
    dilated = dilated_like(pattern)
    assert (None if dilated is None else dilated.offsets) == offsets
