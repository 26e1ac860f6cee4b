"""Each rule by itself: what it takes, what it refuses and how, and that a link keeps it."""

import decimal
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdviz.limits import MAX_TYPED_WEIGHTS, MAX_WEIGHT
from pdviz.ui.state.rules import Decimal, Device, Flag, Invalid, Numbers, OneOf, Rule, Whole

WHOLE = Whole("Layers", 1, 8)
ODD = Whole("Island", 1, 65, odd=True)
DECIMAL = Decimal("Learning rate", 1e-4, 10.0)
FLAG = Flag("Causal")
CHOICE = OneOf("Signal", {"ecg": "Electrocardiogram", "step": "Unit step"})
DEVICE = Device("Device")
WEIGHTS = Numbers("Typed weights")
EVERY_RULE = (WHOLE, ODD, DECIMAL, FLAG, CHOICE, DEVICE, WEIGHTS)

NOT_NUMBERS = (
    *("", " ", "x", "1 ", " 1", "1\n", "\n1", "1_0", "٤", "４", "½", "0x1", "1,2", "--1", "+-1"),
    *("nan", "NaN", "inf", "-inf", "Infinity", "1e", "e1", "1e+", "1 e1", "1\x00", "\ud800", "−1"),
)
"""Texts that stand for no number, though Python or JavaScript would take some of them for one."""


HUGE = pytest.param(10**400, id="10**400")
"""JSON knows no largest integer, Python neither, but a float does."""


def refused(sentence: str) -> pytest.RaisesExc[Invalid]:
    return pytest.raises(Invalid, match=f"^{re.escape(sentence)}$")


def refusal(rule: Rule, value: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        rule.check(value)
    assert str(caught.value) == caught.value.sentence
    return caught.value


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.label)
@pytest.mark.parametrize("value", [None, object(), b"1", {}, set(), 1j, [None], ["1"], ("a",)])
def test_a_value_of_another_type_is_refused_in_a_sentence_with_the_label(
    rule: Rule, value: Any
) -> None:
    sentence = refusal(rule, value).sentence
    assert sentence.startswith((rule.label, "Each weight"))
    assert " must be " in sentence


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.label)
@given(text=st.text() | st.sampled_from(NOT_NUMBERS))
def test_any_text_is_read_or_refused(rule: Rule, text: str) -> None:
    try:
        value = rule.read(text)
    except Invalid as wrong:
        sentence = wrong.sentence
    else:
        sentence = f"{rule.label} is fine"
        assert rule.check(value) == value
        assert rule.read(rule.write(value)) == value
    assert sentence.startswith((rule.label, "Each weight"))


@given(st.integers(-100, 100))
def test_a_whole_number_is_taken_or_the_nearest_named(value: int) -> None:
    if 1 <= value <= 8:
        assert WHOLE.check(value) == value
    else:
        wrong = refusal(WHOLE, value)
        assert wrong.sentence == "Layers must be 1 to 8"
        assert wrong.nearest == min(range(1, 9), key=lambda near: abs(near - value))


@given(st.integers(-100, 100))
def test_an_odd_number_is_taken_or_a_nearest_named(value: int) -> None:
    if value in range(1, 66, 2):
        assert ODD.check(value) == value
    else:
        wrong = refusal(ODD, value)
        inside = 1 <= value <= 65
        assert wrong.sentence == ("Island must be odd" if inside else "Island must be 1 to 65")
        distance = min(abs(near - value) for near in range(1, 66, 2))
        assert wrong.nearest in range(1, 66, 2)
        assert abs(wrong.nearest - value) == distance


@pytest.mark.parametrize("value", [True, False, 1.0, 2.5, "2", math.nan])
def test_only_an_int_is_a_whole_number(value: Any) -> None:
    wrong = refusal(WHOLE, value)
    assert wrong.sentence == "Layers must be a whole number"
    assert wrong.nearest is None


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_a_whole_number_is_read_from_its_digits(value: int) -> None:
    rule = Whole("Any", -(10**12), 10**12)
    assert rule.read(str(value)) == value
    assert rule.read(rule.write(value)) == value


@pytest.mark.parametrize("text", [*NOT_NUMBERS, "+1", "1.0", "1e0", "1" * 13, "9" * 5000])
def test_a_whole_number_is_not_read_from_anything_else(text: str) -> None:
    with refused("Layers must be a whole number"):
        WHOLE.read(text)


@given(st.floats(1e-4, 10.0))
def test_a_decimal_number_comes_back_from_a_link_to_the_last_bit(value: float) -> None:
    assert DECIMAL.check(value) == value
    assert DECIMAL.read(DECIMAL.write(value)) == value


def test_a_decimal_number_is_a_float_even_if_whole() -> None:
    assert type(DECIMAL.check(1)) is float


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        *((0, 1e-4), (-3.0, 1e-4), (-math.inf, 1e-4)),
        *((10.000001, 10.0), (math.inf, 10.0), pytest.param(10**400, 10.0, id="10**400")),
    ],
)
def test_a_decimal_number_out_of_range_names_the_nearest(value: float, nearest: float) -> None:
    wrong = refusal(DECIMAL, value)
    assert wrong.sentence == "Learning rate must be 0.0001 to 10"
    assert wrong.nearest == nearest


@pytest.mark.parametrize("value", [math.nan, True, "0.1"])
def test_not_a_number_is_no_decimal_number(value: Any) -> None:
    wrong = refusal(DECIMAL, value)
    assert wrong.sentence == "Learning rate must be a number"
    assert wrong.nearest is None


@pytest.mark.parametrize(
    "text", [*NOT_NUMBERS, ".", "1.2.3", "1e5000", "0." + "0" * 30 + "1", "1" * 25, "1e-0001"]
)
def test_a_decimal_number_is_not_read_from_anything_else(text: str) -> None:
    with refused("Learning rate must be a number"):
        DECIMAL.read(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), ("+.5", 0.5), ("5e-1", 0.5), ("1.", 1.0), ("1E0", 1.0)]
)
def test_a_decimal_number_is_read_in_any_common_form(text: str, value: float) -> None:
    assert DECIMAL.read(text) == value


def test_a_number_too_large_for_a_float_is_out_of_range() -> None:
    with refused("Learning rate must be 0.0001 to 10"):
        DECIMAL.read("1e999")


def test_a_flag_is_0_or_1_in_a_link() -> None:
    assert FLAG.read("0") is False
    assert FLAG.read("1") is True
    assert [FLAG.write(False), FLAG.write(True)] == ["0", "1"]


@pytest.mark.parametrize("text", ["", "2", "true", "True", "on", "01", "1 ", "١"])
def test_a_flag_is_nothing_else_in_a_link(text: str) -> None:
    with refused("Causal must be off (0) or on (1)"):
        FLAG.read(text)


@pytest.mark.parametrize("value", [0, 1, "1", None])
def test_only_a_bool_is_a_flag(value: Any) -> None:
    assert refusal(FLAG, value).sentence == "Causal must be on or off"


def test_a_choice_is_one_of_its_names() -> None:
    assert CHOICE.check("step") == CHOICE.read("step") == CHOICE.write("step") == "step"


@pytest.mark.parametrize("text", ["", "ECG", "ecg ", "Electrocardiogram", "0", "None"])
def test_a_choice_is_no_other_name(text: str) -> None:
    with refused("Signal must be one of Electrocardiogram (ecg), Unit step (step)"):
        CHOICE.read(text)


@pytest.mark.parametrize("name", ["cpu", "cuda:0", "cuda:7", "cuda:15"])
def test_a_device_is_the_cpu_or_a_numbered_gpu(name: str) -> None:
    assert DEVICE.check(name) == DEVICE.read(name) == DEVICE.write(name) == name


@pytest.mark.parametrize(
    "text", ["", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:100", "cuda:٣", "CPU", "cpu\n", "cpu:0"]
)
def test_a_device_is_nothing_else(text: str) -> None:
    with refused("Device must be cpu, cuda:0, cuda:1 …"):
        DEVICE.read(text)


@given(st.lists(st.floats(-MAX_WEIGHT, MAX_WEIGHT), max_size=20))
def test_weights_are_kept_to_six_digits_and_come_back_from_a_link(numbers: list[float]) -> None:
    taken = WEIGHTS.check(numbers)
    assert isinstance(taken, tuple)
    assert len(taken) == len(numbers)
    for kept, given_number in zip(taken, numbers, strict=True):
        assert math.isclose(kept, given_number, rel_tol=5.1e-6, abs_tol=1e-307)
        assert len(decimal.Decimal(repr(kept)).normalize().as_tuple().digits) <= 6
    assert WEIGHTS.check(taken) == taken
    assert WEIGHTS.read(WEIGHTS.write(taken)) == taken


def test_no_weights_are_an_empty_text() -> None:
    assert WEIGHTS.write(()) == ""
    assert WEIGHTS.read("") == ()


def test_as_many_weights_as_may_be_typed_and_no_more() -> None:
    most = "-0.0123457," * (MAX_TYPED_WEIGHTS - 1) + "-1.23457e-05"
    assert len(WEIGHTS.read(most)) == MAX_TYPED_WEIGHTS
    for text in (most + ",1", most + "," * 100_000, ",".join(["1"] * 10_000)):
        with pytest.raises(Invalid):
            WEIGHTS.read(text)
    with refused(f"Typed weights must be at most {MAX_TYPED_WEIGHTS} numbers"):
        WEIGHTS.check([0.0] * (MAX_TYPED_WEIGHTS + 1))


@pytest.mark.parametrize("text", ["1,", ",", "1,,2", "1;2", "1, 2", "1,x", "1,nan", "1,inf", "(1)"])
def test_weights_are_numbers_between_commas(text: str) -> None:
    with refused("Each weight must be a number"):
        WEIGHTS.read(text)


@pytest.mark.parametrize("number", [1000.1, -1000.1, math.inf, -math.inf, HUGE])
def test_a_weight_out_of_range_is_refused_and_what_is_nearest_are_weights(number: float) -> None:
    """The nearest is something that this rule itself takes: all the numbers, not one of them."""
    wrong = refusal(WEIGHTS, (1.0, number, 2.0))
    assert "−1,000 to 1,000" in wrong.sentence
    if wrong.nearest is not None:
        assert wrong.nearest == (1.0, 1000.0 if number > 0 else -1000.0, 2.0)
        assert WEIGHTS.check(wrong.nearest) == wrong.nearest


@pytest.mark.parametrize("number", [math.nan, None, "1", True])
def test_a_weight_is_a_number(number: Any) -> None:
    assert refusal(WEIGHTS, [1.0, number]).sentence == "Each weight must be a number"
