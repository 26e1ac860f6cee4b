"""Tables that come out: read back by another reader they hold the same numbers."""

import csv
import io
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdviz.export.table import csv_text


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_table_by_hand() -> None:
    columns = {
        "way": ["dense, wide", 'a "quoted" one', "two\r\nlines"],
        "bytes": [1, np.int64(2**62), None],
        "share (%)": [0.1, math.nan, np.float32(0.5)],
    }
    assert csv_text(columns) == (
        "way,bytes,share (%)\r\n"
        '"dense, wide",1,0.1\r\n'
        '"a ""quoted"" one",4611686018427387904,\r\n'
        '"two\r\nlines",,0.5\r\n'
    )


def test_no_column_and_no_row() -> None:
    assert csv_text({}) == "\r\n"
    assert csv_text({"a": [], "b": []}) == "a,b\r\n"


@given(st.lists(st.floats(allow_nan=False)), st.data())
def test_numbers_are_read_back_exactly(numbers: list[float], data: st.DataObject) -> None:
    whole = data.draw(st.lists(st.integers(), min_size=len(numbers), max_size=len(numbers)))
    _, *rows = read(csv_text({"x": np.array(numbers), "n": whole}))
    assert [float(x) for x, _ in rows] == numbers
    assert [int(n) for _, n in rows] == whole


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_texts_are_read_back_but_for_what_a_spreadsheet_would_compute(texts: list[str]) -> None:
    _, *rows = read(csv_text({"text": texts, "n": [1] * len(texts)}))
    for text, (cell, _) in zip(texts, rows, strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_kept_from_being_one_in_headers_too(text: str) -> None:
    (header, row) = read(csv_text({text: [text]}))
    assert header == row == [f"'{text}"]


def test_a_negative_number_is_no_formula() -> None:
    assert csv_text({"x": [-1, -2.5]}) == "x\r\n-1\r\n-2.5\r\n"


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`columns` have different lengths: {'a': 1, 'b': 2}\."):
        csv_text({"a": [1], "b": [1, 2]})


@pytest.mark.parametrize("cell", [b"bytes", [1], 1j, object()])
def test_a_cell_that_is_neither_number_nor_text_is_refused(cell: Any) -> None:
    with pytest.raises(TypeError, match="takes a number, a text or None"):
        csv_text({"a": [cell]})
