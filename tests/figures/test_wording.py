"""Wording of numbers: the table that Python and JavaScript share, and what rounding must not do."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdviz.figures import wording

TABLE = json.loads(Path(__file__).with_name("wording.json").read_text("utf-8"))


@pytest.mark.parametrize(("function", "arguments", "text"), TABLE["both"] + TABLE["python"])
def test_wording_is_that_of_the_table(function: str, arguments: list[Any], text: str) -> None:
    assert getattr(wording, function)(*arguments) == text


def test_every_wording_of_a_number_is_in_the_table() -> None:
    rivals = {"in_words", "titled", "column_of"}
    functions = {
        name
        for name, value in vars(wording).items()
        if callable(value) and getattr(value, "__module__", "") == wording.__name__
        if not name.startswith("_")
    }
    assert functions - rivals == {row[0] for row in TABLE["both"] + TABLE["python"]}


def value_of(text: str) -> float:
    """The number that a text stands for, as a reader takes it."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    match = re.fullmatch(r"(−?)([\d,.]*)(·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert match, text
    digits = float(match[2].replace(",", "") or "1")
    return (-1 if match[1] else 1) * digits * 10.0 ** int((match[4] or "⁰").translate(raised))


sizes = st.floats(-30, 30).map(lambda exponent: 10.0**exponent)


@given(sizes, st.sampled_from([-1, 1]))
def test_what_is_not_zero_keeps_its_digits(size: float, sign: int) -> None:
    value = sign * size
    assert value_of(wording.number(value)) == pytest.approx(value, rel=0.51e-3)
    assert value_of(wording.in_full(value)) == pytest.approx(value, rel=0.51e-9)
    assert value_of(wording.power(value)) == pytest.approx(value, rel=0.051)
    assert value_of(wording.scientific(value, 2)) == pytest.approx(value, rel=0.051)
    if size > 1e-9:
        assert value_of(wording.length(value)) == pytest.approx(value, rel=0.51e-3)
    if 1e-4 <= size <= 1:
        share = float(wording.percent(size).removesuffix("%")) / 100
        assert share == pytest.approx(size, rel=0.051)


@given(st.floats(0, 1))
def test_a_share_is_whole_only_where_it_is(share: float) -> None:
    assert (wording.percent(share) == "100%") == (share == 1)
    assert (wording.whole_percent(share) == "100%") == (share == 1)
    assert (wording.percent(share) == "0%") == (share == 0)


def test_what_is_no_number_is_said_to_be_undefined() -> None:
    assert wording.in_full(math.nan) == "undefined"
    assert wording.in_full(-math.inf) == "−∞"
