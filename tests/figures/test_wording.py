"""Wording of numbers: the table that Python and JavaScript share, and what rounding must not do."""

from __future__ import annotations

import json
import math
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
    }
    assert functions - rivals == {row[0] for row in TABLE["both"] + TABLE["python"]}


@given(st.floats(0, 1))
def test_a_share_is_whole_only_where_it_is(share: float) -> None:
    assert (wording.percent(share) == "100%") == (share == 1)
    assert (wording.whole_percent(share) == "100%") == (share == 1)
    assert (wording.percent(share) == "0.0%") == (share == 0)


def test_what_is_no_number_is_said_to_be_undefined() -> None:
    assert wording.in_full(math.nan) == "undefined"
    assert wording.in_full(-math.inf) == "−inf"
