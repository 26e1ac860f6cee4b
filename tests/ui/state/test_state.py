"""A state, and what the controls do to it."""

import contextlib
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.stack import make_weights
from pdviz.limits import (
    MAX_PATTERN_TEXT,
    MAX_TYPED_WEIGHTS,
)
from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.parts.training import GAPS, OPTIMIZERS
from pdviz.ui.state.rules import Invalid, read_pattern
from pdviz.ui.state.state import RULES, State
from tests.ui.support.states import (
    CHOICES,
    DEFAULT,
    ECG,
    FAMILY,
    assert_plain,
    assert_sound,
    families,
    free,
    seeds,
    typed,
    within_reach,
)

# Editing by a control.


def test_an_edit_changes_its_own_field_alone() -> None:
    for name, value in {
        **{"layers": 5, "seed": 9, "device": "cuda:1", "target": "smooth"},
        **{"scope": "signal", "rate": 0.5, "optimizer": "adam", "steps": 40, "step": 7},
        **{"wing": 2, "dilation": 3, "island": 7, "causal": True, "start": 99, "position": 1},
        **{"weights": "average", "initial": "gaussian", "samples": 1000},
        **{"way": "sum", "gaps": "conv", "momentum": 0.5, "decay": 0.01},
    }.items():
        state, notice = DEFAULT.edit(name, value)
        assert notice is None
        assert state == DEFAULT.put(**{name: value})
    assert State() == DEFAULT


@pytest.mark.parametrize(
    ("name", "value", "nearest", "reason"),
    [
        ("wing", -1, 0, "must be 0 to 64"),
        ("wing", 65, 64, "must be 0 to 64"),
        ("dilation", 0, 1, "must be 1 to 64"),
        ("dilation", 999, 64, "must be 1 to 64"),
        ("island", 4, 5, "must be odd"),
        ("island", 0, 1, "must be 1 to 65"),
        ("island", 66, 65, "must be 1 to 65"),
        ("layers", 0, 1, "must be 1 to 12"),
        ("layers", 13, 12, "must be 1 to 12"),
        ("growth", 5, 4, "must be 1 to 4"),
        ("every", 0, 1, "must be 1 to 4"),
        ("batch", 0, 1, "must be 1 to 4,096"),
        ("length", 2**24 + 1, 2**24, "must be 1 to 16,777,216"),
        ("channel", -1, 0, "must be 0 to "),
        ("start", -1, 0, "must be 0 to "),
        ("samples", 15, 16, "must be 16 to 4,096"),
        ("samples", 4097, 4096, "must be 16 to 4,096"),
        ("position", -1, 0, "must be 0 to "),
        ("seed", -1, 0, "must be 0 to 4,294,967,295"),
        ("seed", 2**32, 2**32 - 1, "must be 0 to 4,294,967,295"),
        ("rate", 0.0, 1e-4, "must be 0.0001 to 10"),
        ("rate", 10.5, 10.0, "must be 0.0001 to 10"),
        ("momentum", 1, 0.99, "must be 0 to 0.99"),
        ("momentum", -0.5, 0.0, "must be 0 to 0.99"),
        ("decay", 2.0, 1.0, "must be 0 to 1"),
        ("decay", -1e-9, 0.0, "must be 0 to 1"),
        ("steps", 0, 1, "must be 1 to 200"),
        ("steps", 201, 200, "must be 1 to 200"),
        ("step", -1, 0, "must be 0 to "),
    ],
)
def test_a_number_out_of_range_becomes_the_nearest_and_it_is_said(
    name: str, value: float, nearest: Any, reason: str
) -> None:
    state, notice = DEFAULT.edit(name, value)
    expected = DEFAULT.put(**{name: nearest})
    if name == "samples":  # the position has to stay among them, the section in the signal
        expected = expected.put(position=min(DEFAULT.signal.position, nearest - 1))
    assert_sound(state)
    assert state == expected
    assert notice is not None
    assert notice.startswith(f"{RULES[name].label} {reason}")
    text = f"{nearest:,}" if isinstance(nearest, int) else f"{nearest:g}"
    assert notice.endswith(f" was changed to {text}.")
    assert_plain(notice)


def test_an_even_island_is_made_odd_in_these_words() -> None:
    state, notice = DEFAULT.edit("island", 4)
    assert state.kernel.island == 5
    assert notice == "Island must be odd: 4 was changed to 5."


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [
        ("position", DEFAULT.signal.samples, DEFAULT.signal.samples - 1),
        ("position", 4000, DEFAULT.signal.samples - 1),
        ("start", ECG - DEFAULT.signal.samples + 1, ECG - DEFAULT.signal.samples),
        ("start", 131_071, ECG - DEFAULT.signal.samples),
        ("channel", 3, 0),
        ("step", 20, 19),
        ("step", 199, 19),
    ],
)
def test_what_does_not_fit_the_other_choices_becomes_the_nearest_and_it_is_said(
    name: str, value: int, nearest: int
) -> None:
    """A slider may lag behind the one that bounds it; its limits are kept by the browser alone."""
    state, notice = DEFAULT.edit(name, value)
    assert state == DEFAULT.put(**{name: nearest})
    assert notice is not None
    assert f"{RULES[name].label} " in notice
    text = f"{nearest:,}" if isinstance(nearest, int) else f"{nearest:g}"
    assert notice.endswith(f" was changed to {text}.")


@pytest.mark.parametrize("name", [name for name in RULES if name not in ("values", "stack")])
@pytest.mark.parametrize("value", [None, "x", float("nan"), (), b"1", object])
def test_a_value_of_another_kind_changes_nothing_and_it_is_said(name: str, value: Any) -> None:
    state, notice = DEFAULT.edit(name, value)
    assert state == DEFAULT
    assert notice is not None
    assert notice.startswith(f"{RULES[name].label} must be ")


TYPED = DEFAULT.edit("weights", "typed")[0]


@pytest.mark.parametrize(
    ("number", "nearest"), [(2000.0, 1000.0), (-1e9, -1000.0), (float("inf"), 1000.0)]
)
def test_a_typed_weight_out_of_range_becomes_the_nearest_and_it_is_said(
    number: float, nearest: float
) -> None:
    state, notice = TYPED.edit("values", [number, *TYPED.weights.values[1:]])
    assert state == TYPED.put(values=(nearest, *TYPED.weights.values[1:]))
    assert notice is not None
    assert "weight must be " in notice
    assert_plain(notice)


@pytest.mark.parametrize("number", [None, "x", float("nan"), True])
def test_a_typed_weight_that_is_no_number_changes_nothing_and_it_is_said(number: Any) -> None:
    state, notice = TYPED.edit("values", [number, *TYPED.weights.values[1:]])
    assert state == TYPED
    assert notice is not None
    assert "weight must be a number" in notice
    assert_plain(notice)


@pytest.mark.parametrize("values", [(), (1.0,), (1.0,) * 12, (1.0,) * 14, (1.0,) * 257])
def test_another_number_of_typed_weights_changes_nothing_and_it_is_said(
    values: tuple[float, ...],
) -> None:
    state, notice = TYPED.edit("values", values)
    assert state == TYPED
    assert notice


def test_typed_weights_are_taken_to_six_digits() -> None:
    state, notice = TYPED.edit("values", [1 / 3, -2, *TYPED.weights.values[2:]])
    assert notice is None
    assert state.weights.values == (0.333333, -2.0, *TYPED.weights.values[2:])


def test_typing_starts_from_the_weights_there_are() -> None:
    for kind in ("random", "average", "gaussian", "difference"):
        for name in ("weights", "initial"):
            before = DEFAULT.put(**{name: kind}, seed=5)
            state, notice = before.edit(name, "typed")
            assert notice is None
            assert state.get(name) == "typed"
            there = make_weights(kind, before.pattern, 5)
            assert state.weights.values == pytest.approx(there.tolist(), rel=5.1e-6)


def test_typing_in_a_second_place_starts_from_what_was_typed_in_the_first() -> None:
    typed, _ = TYPED.edit("values", list(range(13)))
    both, _ = typed.edit("initial", "typed")
    assert both == typed.put(initial="typed")
    one, _ = both.edit("weights", "average")
    assert one.weights.values == typed.weights.values
    none, _ = one.edit("initial", "random")
    assert none.weights.values == ()


@pytest.mark.parametrize("name", ["weights", "initial"])
def test_typing_starts_for_a_single_tap_too(name: str) -> None:
    """Which has no slope; the pages show other weights instead, and say so."""
    state = State.of(wing=0, island=1, **{name: "difference"})
    state, _ = state.edit(name, "typed")
    assert_sound(state)


def test_too_many_taps_to_type_weights_for_are_said() -> None:
    state = typed(DEFAULT, "1" * (MAX_TYPED_WEIGHTS + 1))
    for name in ("weights", "initial"):
        after, notice = state.edit(name, "typed")
        assert after == state
        assert notice == f"At most {MAX_TYPED_WEIGHTS} weights can be typed by hand."


def test_typed_weights_do_not_outgrow_what_a_link_can_hold() -> None:
    state = typed(TYPED, "1" * (MAX_TYPED_WEIGHTS + 1))
    assert_sound(state)
    assert from_query(to_query(state)) == (state, [])


@settings(max_examples=200)
@given(free, free | families.map(lambda family: Pattern.partially_dilated(**family)))
def test_typed_weights_stay_with_the_offset_they_were_typed_for(
    before: Pattern, after: Pattern
) -> None:
    typed = [float(number + 1) for number in range(before.taps)]
    state, _ = DEFAULT.with_pattern(before).edit("weights", "typed")
    state, notice = state.edit("values", typed)
    assert notice is None
    by_offset = dict(zip(before.offsets, typed, strict=True))
    state = state.with_pattern(after)
    assert state.weights.kind == "typed"
    assert state.weights.values == tuple(by_offset.get(offset, 0.0) for offset in after.offsets)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("wing", 5, (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0)),
        ("wing", 3, (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
        ("island", 7, (0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0)),
        ("dilation", 3, (0, 0, 2, 0, 5, 6, 7, 8, 9, 0, 12, 0, 0)),
        ("causal", True, (0, 1, 2, 3, 4, 0, 5, 6, 7)),
    ],
)
def test_typed_weights_when_a_number_changes(name: str, value: Any, kept: tuple[int, ...]) -> None:
    """1 to 13 at −10, −8, −6, −4, −2, −1, 0, 1, 2, 4, 6, 8 and 10."""
    state, _ = TYPED.edit("values", list(range(1, 14)))
    state, notice = state.edit(name, value)
    assert notice is None
    assert state.weights.values == kept


# Editing the pattern.


@pytest.mark.parametrize(
    ("name", "value"), [("wing", 2), ("dilation", 3), ("island", 7), ("causal", True)]
)
def test_a_number_takes_a_free_pattern_back_to_the_family(name: str, value: Any) -> None:
    state = typed(DEFAULT, "1100101", 0)
    assert (state.kernel.text, state.kernel.origin) == ("1100101", 0)
    state, notice = state.edit(name, value)
    assert notice is None
    assert state == DEFAULT.put(**{name: value})


def test_what_is_no_number_of_the_pattern_leaves_a_free_pattern_alone() -> None:
    state = typed(DEFAULT, "1100101", 0)
    for name, value in {"layers": 2, "signal": "noise", "weights": "random", "steps": 3}.items():
        assert state.edit(name, value)[0].kernel.text == "1100101"


@settings(max_examples=200)
@given(free | families.map(lambda family: Pattern.partially_dilated(**family)))
def test_any_pattern_is_the_family_s_if_the_controls_reach_it_and_free_if_not(
    pattern: Pattern,
) -> None:
    state = DEFAULT.put(text="11", origin=1).with_pattern(pattern)
    assert state.pattern == pattern
    if within_reach(pattern):
        assert (state.kernel.text, state.kernel.origin) == ("", 0)
        assert tuple(state.get(name) for name in FAMILY) == pattern.family
    else:
        assert (state.kernel.text, state.kernel.origin) == (str(pattern), pattern.origin)
    assert from_query(to_query(state))[0].pattern == pattern


@pytest.mark.parametrize(
    ("numbers", "reached"),
    [
        ((64, 64, 65), True),
        ((65, 2, 5), False),
        ((4, 65, 5), False),
        ((4, 2, 67), False),
    ],
)
def test_the_controls_reach_as_far_as_their_limits(
    numbers: tuple[int, int, int], reached: bool
) -> None:
    pattern = Pattern.partially_dilated(*numbers)
    state = DEFAULT.with_pattern(pattern)
    assert state.pattern == pattern
    assert (state.kernel.text == "") == reached


@pytest.mark.parametrize(
    ("text", "origin", "sentence"),
    [
        ("", None, "A pattern needs at least one tap, a 1."),
        ("  \n", None, "A pattern needs at least one tap, a 1."),
        ("0000", None, "A pattern needs at least one tap, a 1."),
        ("1021", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("1-1", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("١٠١", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("<b>", None, "A pattern is written with 0 for a gap and 1 for a tap, nothing else."),
        ("1" * 1025, None, "A pattern must be at most 1,024 elements long, not 1,025."),
        ("1" * 3000, None, "A pattern must be at most 1,024 elements long."),
        ("1101", 4, "The origin must be an element of the pattern, 0 to 3."),
        ("1101", -1, "The origin must be an element of the pattern, 0 to 3."),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said(text: str, origin: int | None, sentence: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_pattern(text, origin)
    assert f"{wrong.value.sentence}." == sentence
    assert_plain(sentence)


def test_a_pattern_of_the_most_elements_is_taken() -> None:
    text = "1" + "0" * (MAX_PATTERN_TEXT - 2) + "1"
    for written in (text, " ".join(text)):
        assert str(typed(DEFAULT, written).pattern) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1101011", "1101011"),
        ("0011010", "1101"),  # the origin is the second 1
        ("0001", "001"),  # the origin is the second 0
        ("00100", "1"),
        ("01111", "1111"),
    ],
)
def test_gaps_at_the_ends_are_left_out(text: str, kept: str) -> None:
    assert str(typed(DEFAULT, text).pattern) == kept


def test_blanks_in_a_typed_pattern_are_ignored() -> None:
    assert typed(DEFAULT, " 110\t1 0\u00a011\n") == typed(DEFAULT, "1101011")


# Any way through the controls.

edits = st.one_of(
    st.tuples(st.just("wing"), st.integers(-2, 70)),
    st.tuples(st.just("dilation"), st.integers(-2, 70)),
    st.tuples(st.just("island"), st.integers(-2, 70)),
    st.tuples(st.just("causal"), st.booleans()),
    st.tuples(st.just("layers"), st.integers(-1, 10)),
    st.tuples(st.sampled_from(["channel", "step", "steps"]), st.integers(-1, 201)),
    st.tuples(st.sampled_from(["start", "samples", "position"]), st.integers(-1, 140_000)),
    st.tuples(st.just("seed"), seeds),
    st.tuples(st.sampled_from(["rate", "momentum", "decay"]), st.floats()),
    st.tuples(st.just("values"), st.lists(st.floats() | st.none(), max_size=14)),
    *(st.tuples(st.just(name), st.sampled_from(sorted(CHOICES[name]))) for name in CHOICES),
    st.tuples(st.sampled_from(["weights", "initial"]), st.just("typed")),
    st.tuples(st.just("pattern"), st.text("01", max_size=30) | st.sampled_from(["1", "1" * 300])),
    st.tuples(st.just("origin"), st.integers(-1, 30)),
    st.tuples(st.just("preset"), free),
)


@settings(max_examples=300)
@given(st.lists(edits, max_size=12))
def test_any_way_through_the_controls_ends_in_a_state_that_a_link_keeps(
    way: list[tuple[str, Any]],
) -> None:
    state = DEFAULT
    for name, value in way:
        notice: str | None
        if name in ("pattern", "origin"):
            text, origin = (value, None) if name == "pattern" else (state.kernel.text, value)
            notice = None
            with contextlib.suppress(Invalid):
                state = typed(state, text, origin)
        elif name == "preset":
            state, notice = state.with_pattern(value), None
        else:
            state, notice = state.edit(name, value)
        assert_sound(state)
        assert notice is None or isinstance(notice, str)
        assert from_query(to_query(state)) == (state, [])


# The value itself.


def test_the_page_and_the_analysis_know_the_same_optimizers_and_gaps() -> None:
    from pdviz.analysis.training import loop as training_loop
    from pdviz.analysis.training import run as gradient_flow
    from pdviz.analysis.training import variants
    from pdviz.ui.pages.training import GAPS_HELP

    assert tuple(GAPS) == variants.GAPS
    assert tuple(OPTIMIZERS) == gradient_flow.OPTIMIZERS
    assert training_loop.DENSE_STEPS == 5
    assert "after five steps without a mask" in GAPS_HELP


def test_a_state_cannot_be_changed() -> None:
    for value in (DEFAULT, *(getattr(DEFAULT, part.name) for part in dataclasses.fields(State))):
        for field in dataclasses.fields(value):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(value, field.name, getattr(value, field.name))
        assert not hasattr(value, "__dict__")


def test_equal_states_are_one_key() -> None:
    state, _ = TYPED.edit("values", list(range(13)))
    again, _ = TYPED.edit("values", [float(number) for number in range(13)])
    assert len({state, again, TYPED, DEFAULT, State()}) == 3
