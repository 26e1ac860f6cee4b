"""Where the taps sit: geometry against strings built by repetition, and against real `Conv1d`s."""

import copy
import pickle
import re
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.limits import MAX_KERNEL_SIZE

Member = tuple[int, int, int, bool]

DEFAULT = "101010101111101010101"

members = st.tuples(
    st.integers(0, 9), st.integers(1, 9), st.integers(0, 6).map(lambda h: 2 * h + 1), st.booleans()
)
offset_sets = st.sets(st.integers(-12, 12), min_size=1)


def written(wing: int, dilation: int, island: int, causal: bool) -> tuple[str, int]:
    """A member of the family as a string, and the index of its origin, by repeating pieces."""
    gaps = "0" * (dilation - 1)
    left = ("1" + gaps) * wing
    if causal:
        text = left + "1" * island
        return text, len(text) - 1
    text = left + "1" * island + (gaps + "1") * wing
    return text, len(text) // 2


def ones(text: str, origin: int) -> tuple[int, ...]:
    """The offsets of the ones in a string."""
    return tuple(m.start() - origin for m in re.finditer("1", text))


def every_string(longest: int) -> list[tuple[str, int]]:
    """Every string of 0 and 1 with a tap, with every origin in it."""
    return [
        ("".join(characters), origin)
        for length in range(1, longest + 1)
        for characters in product("01", repeat=length)
        if "1" in characters
        for origin in range(length)
    ]


# The family


def test_default_is_the_pattern_of_the_design() -> None:
    pattern = Pattern.partially_dilated()
    assert pattern == Pattern.partially_dilated(wing=4, dilation=2, island=5, causal=False)
    assert str(pattern) == DEFAULT
    assert pattern.offsets == (-10, -8, -6, -4, -2, -1, 0, 1, 2, 4, 6, 8, 10)
    assert pattern.left == (-10, -8, -6, -4)
    assert pattern.island == (-2, -1, 0, 1, 2)
    assert pattern.right == (4, 6, 8, 10)
    assert (pattern.taps, pattern.kernel_size, pattern.origin) == (13, 21, 10)
    assert pattern.mask == tuple(int(character) for character in DEFAULT)
    assert pattern.indices == (0, 2, 4, 6, 8, 9, 10, 11, 12, 14, 16, 18, 20)
    assert pattern.family == (4, 2, 5, False)
    assert pattern == Pattern.parse(DEFAULT)


def test_offsets_of_the_default_have_the_variance_of_the_design() -> None:
    def variance(pattern: Pattern) -> Fraction:
        return Fraction(sum(o * o for o in pattern.offsets), pattern.taps)

    assert sum(Pattern.partially_dilated().offsets) == 0
    assert variance(Pattern.partially_dilated()) == 34
    assert variance(Pattern.dense(21)) == Fraction(110, 3)


def test_causal_default_ends_at_the_origin() -> None:
    pattern = Pattern.partially_dilated(causal=True)
    assert str(pattern) == "1010101011111"
    assert pattern.offsets == (-12, -10, -8, -6, -4, -3, -2, -1, 0)
    assert (pattern.taps, pattern.kernel_size, pattern.origin) == (9, 13, 12)
    assert pattern.right == ()


@given(members)
def test_family_is_the_string_built_by_repetition(member: Member) -> None:
    wing, dilation, island, causal = member
    pattern = Pattern.partially_dilated(*member)
    text, origin = written(*member)
    sides = 1 if causal else 2
    assert str(pattern) == text
    assert pattern.offsets == ones(text, origin)
    assert pattern.origin == origin
    assert pattern.taps == text.count("1") == island + sides * wing
    assert pattern.kernel_size == len(text) == island + sides * wing * dilation
    if causal:
        assert pattern.offsets[-1] == 0
    else:
        reach = (pattern.kernel_size - 1) // 2
        assert (pattern.offsets[0], pattern.offsets[-1]) == (-reach, reach)


@given(members)
def test_family_splits_into_its_own_wings_and_island_when_dilated(member: Member) -> None:
    wing, dilation, island, causal = member
    assume(dilation > 1)  # else the wings are no different from the island
    pattern = Pattern.partially_dilated(*member)
    assert len(pattern.left) == wing
    assert len(pattern.island) == island
    assert len(pattern.right) == (0 if causal else wing)


@given(members)
def test_family_members_are_recognised_and_rebuilt(member: Member) -> None:
    pattern = Pattern.partially_dilated(*member)
    assert pattern.family is not None
    assert Pattern.partially_dilated(*pattern.family) == pattern


def test_family_is_the_member_with_the_fewest_wing_taps() -> None:
    strings = every_string(9)
    longest = 9 * 2  # a member about any of their origins is no longer
    members: dict[tuple[int, ...], list[Member]] = {}
    for island, dilation, causal in product(range(1, longest, 2), range(1, longest), (0, 1)):
        wing = 0
        while len(written(wing, dilation, island, bool(causal))[0]) <= longest:
            member = (wing, dilation, island, bool(causal))
            members.setdefault(ones(*written(*member)), []).append(member)
            wing += 1

    recognised = 0
    for text, origin in strings:
        pattern = Pattern.parse(text, origin)
        choices = members.get(pattern.offsets)
        if choices is None:
            assert pattern.family is None, text
            continue
        recognised += 1
        fewest = min(wing for wing, *_ in choices)
        # Without wings every dilation fits, and 1 is said; a single tap is both causal and not.
        expected = min((m for m in choices if m[0] == fewest), key=lambda m: (m[1], m[3]))
        assert pattern.family == expected, text
    assert recognised > 100


# Dense and dilated, as Conv1d's arguments


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")  # as meant
@pytest.mark.parametrize("dilation", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 6])
def test_dilated_is_aligned_as_conv1d_same(kernel_size: int, dilation: int) -> None:
    pattern = Pattern.dilated(kernel_size, dilation)
    if dilation == 1:
        assert pattern == Pattern.dense(kernel_size)
    conv = torch.nn.Conv1d(1, 1, kernel_size, dilation=dilation, padding="same", bias=False)
    weights = torch.arange(1.0, kernel_size + 1)
    conv.weight.data.copy_(weights)
    centre = 30
    impulse = torch.zeros(1, 2 * centre + 1)
    impulse[0, centre] = 1
    with torch.no_grad():
        response = conv(impulse)[0]
    expected = torch.zeros_like(response)
    for offset, weight in zip(pattern.offsets, weights, strict=True):
        expected[centre - offset] = weight  # y[t] = w[o] · x[t + o]: the impulse is at t + o
    assert torch.equal(response, expected)
    assert pattern.taps == kernel_size
    assert pattern.kernel_size == dilation * (kernel_size - 1) + 1


def test_dense_and_dilated_are_members_where_they_can_be() -> None:
    assert Pattern.dense(21).family == (0, 1, 21, False)
    assert Pattern.dilated(11, 2).family == (5, 2, 1, False)
    assert Pattern.dense(4).family is None  # no origin in the middle
    assert Pattern.dilated(4, 2).offsets == (-3, -1, 1, 3)  # its origin is a gap


# Strings


def test_parse_counts_from_the_centre_as_written_then_trims() -> None:
    assert Pattern.parse("1101011").offsets == (-3, -2, 0, 2, 3)
    assert Pattern.parse("1100000").offsets == (-3, -2)
    assert str(Pattern.parse("1100000")) == "1100"  # up to the origin, a gap
    assert str(Pattern.parse("0010100")) == "101"
    assert Pattern.parse("000100000", origin=4).offsets == (-1,)
    assert str(Pattern.parse("000100000", origin=4)) == "10"
    assert str(Pattern.parse("0000100", origin=1)) == "0001"
    assert Pattern.parse("1").offsets == (0,)


def test_parse_takes_the_left_of_two_middles() -> None:
    assert Pattern.parse("1111").offsets == (-1, 0, 1, 2)
    assert Pattern.parse("11").offsets == (0, 1)
    assert Pattern.parse("1111") == Pattern.dense(4)


@given(st.text("01", min_size=1, max_size=40), st.data())
def test_parse_and_str_agree(text: str, data: st.DataObject) -> None:
    assume("1" in text)
    origin = data.draw(st.none() | st.integers(0, len(text) - 1))
    pattern = Pattern.parse(text, origin)
    centre = (len(text) - 1) // 2 if origin is None else origin
    assert pattern.offsets == ones(text, centre)
    assert Pattern.parse(str(pattern), pattern.origin) == pattern
    # What is trimmed is gaps only, and neither a tap nor the origin.
    first = min(text.index("1"), centre)
    last = max(text.rindex("1"), centre)
    assert str(pattern) == text[first : last + 1]
    assert pattern.origin == centre - first


@given(offset_sets)
def test_mask_indices_and_string_are_one_thing(offsets: set[int]) -> None:
    pattern = Pattern(tuple(offsets))
    assert pattern.offsets == tuple(sorted(offsets))
    assert pattern.taps == len(offsets) == sum(pattern.mask)
    assert len(pattern.mask) == len(str(pattern)) == pattern.kernel_size
    assert "".join(str(element) for element in pattern.mask) == str(pattern)
    assert pattern.indices == tuple(i for i, element in enumerate(pattern.mask) if element)
    assert tuple(i - pattern.origin for i in pattern.indices) == pattern.offsets
    assert 0 <= pattern.origin < pattern.kernel_size


@given(offset_sets)
def test_repr_makes_the_pattern_again(offsets: set[int]) -> None:
    pattern = Pattern(tuple(offsets))
    assert eval(repr(pattern), {"Pattern": Pattern}) == pattern


def test_repr_says_the_family() -> None:
    assert repr(Pattern.parse(DEFAULT)) == "Pattern.partially_dilated(4, 2, 5)"
    assert repr(Pattern.parse("1011", 3)) == "Pattern.parse('1011', origin=3)"  # an even island
    assert repr(Pattern.parse("10111", 4)) == "Pattern.partially_dilated(1, 2, 3, causal=True)"


# Island and wings of free patterns


def runs_of_ones(text: str, origin: int) -> list[range]:
    """The unbroken runs of taps in a string, as offsets."""
    return [range(m.start() - origin, m.end() - origin) for m in re.finditer("1+", text)]


def test_island_is_the_run_at_the_origin_or_nearest_to_it() -> None:
    for text, origin in every_string(9):
        pattern = Pattern.parse(text, origin)

        def distance(run: range) -> int:
            return min(abs(offset) for offset in run)

        runs = runs_of_ones(text, origin)
        nearest = min(runs, key=distance)  # the first of two equally near: the left one
        assert pattern.island == tuple(nearest), (text, origin)
        assert pattern.left == tuple(o for run in runs for o in run if o < nearest.start)
        assert pattern.right == tuple(o for run in runs for o in run if o >= nearest.stop)


@pytest.mark.parametrize(
    ("text", "origin", "island"),
    [
        ("1101011", 3, (0,)),
        ("1100011", 3, (-3, -2)),  # a tie: the left one
        ("1100011", 4, (1, 2)),
        ("0001011", 0, (3,)),  # the origin before all taps
        ("1101000", 6, (-3,)),  # and after them
    ],
)
def test_island_where_the_origin_is_a_gap(text: str, origin: int, island: tuple[int, ...]) -> None:
    assert Pattern.parse(text, origin).island == island


# Runs


@given(offset_sets)
def test_runs_cover_the_offsets_in_order(offsets: set[int]) -> None:
    pattern = Pattern(tuple(offsets))
    assert tuple(offset for run in pattern.runs for offset in run) == pattern.offsets
    assert all(run.step >= 1 and len(run) >= 1 for run in pattern.runs)


@given(members)
def test_runs_of_the_family_are_at_most_three(member: Member) -> None:
    pattern = Pattern.partially_dilated(*member)
    wing, dilation, island, causal = member
    assert len(pattern.runs) <= (2 if causal else 3)
    if wing == 0 or dilation == 1 or island == 1:
        assert len(pattern.runs) == 1
    assert tuple(offset for run in pattern.runs for offset in run) == pattern.offsets


def test_runs_are_as_long_as_they_can_be() -> None:
    assert Pattern.partially_dilated().runs == (range(-10, -3, 2), range(-2, 3), range(4, 11, 2))
    assert Pattern.dense(21).runs == (range(-10, 11),)
    assert Pattern.dilated(11, 2).runs == (range(-10, 11, 2),)
    assert Pattern.dilated(4, 2).runs == (range(-3, 4, 2),)  # though its island is one tap
    assert Pattern.parse("1101011").runs == (range(-3, -1), range(0, 1), range(2, 4))
    assert Pattern.parse("1").runs == (range(0, 1),)


# A value


@given(offset_sets, offset_sets)
def test_patterns_are_equal_when_their_taps_are(one: set[int], other: set[int]) -> None:
    a, b = Pattern(tuple(one)), Pattern(tuple(sorted(other, reverse=True)))
    assert (a == b) == (one == other)
    again = Pattern.parse(str(a), a.origin)
    assert a == again
    assert hash(a) == hash(again)
    assert len({a, again, b}) == (1 if one == other else 2)


def test_pattern_is_equal_to_nothing_else() -> None:
    pattern = Pattern.parse("111")
    assert pattern != "111"
    assert pattern != (-1, 0, 1)
    assert pattern != Pattern.parse("111", origin=0)  # same taps, another origin


ranges = st.builds(
    range, st.integers(-40, 40), st.integers(-40, 40), st.integers(-9, 9).filter(bool)
).filter(bool)


@given(ranges)
def test_a_range_is_as_good_as_its_offsets(offsets: range) -> None:
    pattern, listed = Pattern(offsets), Pattern(tuple(offsets))
    assert pattern == listed
    assert hash(pattern) == hash(listed)
    for name in ("taps", "first", "last", "kernel_size", "origin", "runs", "left", "island"):
        assert getattr(pattern, name) == getattr(listed, name), name
    for name in ("right", "family", "offsets", "indices", "mask"):
        assert getattr(pattern, name) == getattr(listed, name), name
    assert (pattern.first, pattern.last) == (min(offsets), max(offsets))
    assert str(pattern) == str(listed)
    assert repr(pattern) == repr(listed)
    for again in (copy.deepcopy(pattern), pickle.loads(pickle.dumps(pattern))):
        assert again == pattern
        assert again.offsets == tuple(sorted(offsets))


def test_a_range_is_not_listed_before_it_is_asked_for() -> None:
    tracemalloc.start()
    try:
        pattern = Pattern.dilated(2**19, 2)
        assert pattern == Pattern(range(pattern.last, pattern.first - 1, -2))
        assert (pattern.taps, pattern.kernel_size) == (2**19, 2**20 - 1)
        assert len(pattern.runs) == 1
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["_offsets", "offsets", "first", "taps", "mask", "family", "new"])
def test_pattern_is_immutable(name: str) -> None:
    pattern = Pattern.partially_dilated()
    with pytest.raises(AttributeError, match=f"immutable; `{name}`"):
        setattr(pattern, name, (0,))
    with pytest.raises(AttributeError, match=f"immutable; `{name}`"):
        delattr(pattern, name)
    assert str(pattern) == DEFAULT


@pytest.mark.parametrize(
    "again",
    [
        copy.copy,
        copy.deepcopy,
        *(lambda p, n=n: pickle.loads(pickle.dumps(p, n)) for n in range(pickle.HIGHEST_PROTOCOL)),
    ],
)
def test_copies_are_equal_and_whole(again: Callable[[Pattern], Pattern]) -> None:
    for pattern in (Pattern.partially_dilated(), Pattern.parse("1101", origin=0)):
        used = (pattern.mask, pattern.family, pattern.runs, pattern.island)  # now in its cache
        copied = again(pattern)
        assert copied == pattern
        assert hash(copied) == hash(pattern)
        assert (copied.mask, copied.family, copied.runs, copied.island) == used


# What is taken and what is refused


@pytest.mark.parametrize("integer", [np.int8, np.int64, np.uint16, np.array])
def test_numpy_integers_are_taken_as_integers(integer: Callable[[int], Any]) -> None:
    pattern = Pattern.partially_dilated(integer(100), integer(2), integer(5))  # 200: past an int8
    assert pattern == Pattern.partially_dilated(100, 2, 5)
    assert {type(offset) for offset in pattern.offsets} == {int}
    assert Pattern.dilated(integer(3), integer(4)) == Pattern.dilated(3, 4)
    assert Pattern.parse("0110", integer(2)) == Pattern.parse("0110", 2)
    assert Pattern((integer(3), integer(0))).offsets == (0, 3)


NOT_INTEGERS = [True, 2.5, 2.0, float("nan"), None, "2", np.float64(2), np.True_, [2]]


@pytest.mark.parametrize("value", NOT_INTEGERS, ids=repr)
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda value: Pattern.partially_dilated(wing=value), "wing"),
        (lambda value: Pattern.partially_dilated(dilation=value), "dilation"),
        (lambda value: Pattern.partially_dilated(island=value), "island"),
        (lambda value: Pattern.dense(value), "kernel_size"),
        (lambda value: Pattern.dilated(value, 2), "kernel_size"),
        (lambda value: Pattern.dilated(2, value), "dilation"),
        (lambda value: Pattern((0, value)), "offsets"),
    ],
)
def test_what_is_no_integer_is_refused_by_name(
    make: Callable[[Any], Pattern], name: str, value: Any
) -> None:
    with pytest.raises(TypeError) as error:
        make(value)
    assert str(error.value) == f"`{name}` (={value!r}) must be an integer."


@pytest.mark.parametrize("value", [v for v in NOT_INTEGERS if v is not None], ids=repr)
def test_origin_that_is_no_integer_is_refused_by_name(value: Any) -> None:
    with pytest.raises(TypeError, match=r"`origin` \(=.*\) must be an integer"):
        Pattern.parse("111", origin=value)


@pytest.mark.parametrize("value", [np.array([1, 2]), torch.tensor(2.5), 1 + 0j], ids=repr)
def test_arrays_are_refused_by_name(value: Any) -> None:
    with pytest.raises(TypeError, match=r"`wing` \(=.*\) must be an integer"):
        Pattern.partially_dilated(wing=value)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Pattern.partially_dilated(wing=-1), ValueError, "`wing` (=-1) … at least 0"),
        (lambda: Pattern.partially_dilated(dilation=0), ValueError, "`dilation` (=0) … at least 1"),
        (lambda: Pattern.partially_dilated(dilation=-2), ValueError, "`dilation` (=-2) … least 1"),
        (lambda: Pattern.partially_dilated(island=0), ValueError, "`island` (=0) … at least 1"),
        (lambda: Pattern.partially_dilated(island=-3), ValueError, "`island` (=-3) … at least 1"),
        (lambda: Pattern.partially_dilated(island=4), ValueError, "`island` (=4) must be odd"),
        (lambda: Pattern.partially_dilated(causal=1), TypeError, "`causal` (=1) … True or False"),
        (lambda: Pattern.partially_dilated(causal=None), TypeError, "`causal` (=None) … True or"),
        (lambda: Pattern.dense(0), ValueError, "`kernel_size` (=0) … at least 1"),
        (lambda: Pattern.dilated(3, 0), ValueError, "`dilation` (=0) … at least 1"),
        (lambda: Pattern.parse(101), TypeError, "`text` (=101) … a string of 0 and 1"),
        (lambda: Pattern.parse(None), TypeError, "`text` (=None) … a string of 0 and 1"),
        (lambda: Pattern.parse(b"101"), TypeError, "`text` (=b'101') … a string of 0 and 1"),
        (
            lambda: Pattern.parse("10201"),
            ValueError,
            "`text` … only 0 and 1; it has '2' at index 2",
        ),
        (lambda: Pattern.parse("1 1"), ValueError, "`text` … only 0 and 1; it has ' ' at index 1"),
        (lambda: Pattern.parse("11\n"), ValueError, "`text` … it has '\\n' at index 2"),
        (lambda: Pattern.parse("1１"), ValueError, "`text` … it has '１' at index 1"),
        (lambda: Pattern.parse(""), ValueError, "`text` (='') … at least one tap"),
        (lambda: Pattern.parse("000"), ValueError, "`text` (='000') … at least one tap"),
        (lambda: Pattern.parse("111", 3), ValueError, "`origin` (=3) must be an index … 0 to 2"),
        (lambda: Pattern.parse("111", -1), ValueError, "`origin` (=-1) must be an index … 0 to 2"),
        (lambda: Pattern(()), ValueError, "`offsets` (=()) … at least one tap"),
        (lambda: Pattern((1, 0, 1)), ValueError, "`offsets` (=(1, 0, 1)) must not repeat a tap"),
        (lambda: Pattern(None), TypeError, "`offsets` (=None) must be a tuple of integers"),
        (lambda: Pattern(3), TypeError, "`offsets` (=3) must be a tuple of integers"),
        (lambda: Pattern("101"), TypeError, "`offsets` (='101') must be a tuple of integers"),
        (lambda: Pattern(range(0)), ValueError, "`offsets` (=range(0, 0)) … at least one tap"),
        (lambda: Pattern(range(5, 0)), ValueError, "`offsets` (=range(5, 0)) … at least one tap"),
    ],
)
def test_wrong_arguments_are_refused_by_name(
    make: Callable[[], Pattern], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=".*".join(re.escape(part) for part in message.split("…"))):
        make()


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Pattern.partially_dilated(wing=10**12), f"`wing` (={10**12})"),
        (lambda: Pattern.partially_dilated(dilation=10**12), f"`dilation` (={10**12})"),
        (lambda: Pattern.partially_dilated(island=10**12 + 1), f"`island` (={10**12 + 1})"),
        (lambda: Pattern.partially_dilated(10**9, 10**9, causal=True), f"`wing` (={10**9})"),
        (lambda: Pattern.dense(10**12), f"`kernel_size` (={10**12})"),
        (lambda: Pattern.dense(MAX_KERNEL_SIZE + 1), f"`kernel_size` (={MAX_KERNEL_SIZE + 1})"),
        (lambda: Pattern.dilated(10**12, 10**12), f"`kernel_size` (={10**12})"),
        (lambda: Pattern.dilated(3, 10**12), f"`dilation` (={10**12})"),
        (lambda: Pattern((0, 10**30)), "`offsets` (0 to 1"),
        (lambda: Pattern((-MAX_KERNEL_SIZE,)), f"`offsets` (-{MAX_KERNEL_SIZE} to 0)"),
        (lambda: Pattern((MAX_KERNEL_SIZE,)), f"`offsets` (0 to {MAX_KERNEL_SIZE})"),
    ],
)
def test_what_is_too_long_is_refused_before_it_is_built(
    make: Callable[[], Pattern], named: str
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"spans at most {MAX_KERNEL_SIZE}") as error:
            make()
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    assert named in str(error.value)


def test_text_that_is_too_long_is_refused_before_it_is_read() -> None:
    text = "1" * (MAX_KERNEL_SIZE + 1)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"`text` spans {len(text)} elements"):
            Pattern.parse(text)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_the_longest_kernel_is_allowed() -> None:
    assert Pattern.dilated(2, MAX_KERNEL_SIZE - 1).kernel_size == MAX_KERNEL_SIZE
    assert Pattern((1 - MAX_KERNEL_SIZE,)).kernel_size == MAX_KERNEL_SIZE
    assert Pattern.partially_dilated(wing=0, dilation=10**12).kernel_size == 5  # none is dilated
