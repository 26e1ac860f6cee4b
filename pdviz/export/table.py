"""Table of the numbers of a figure, as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from math import isnan
from numbers import Integral, Real
from typing import Any, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings of a text that a spreadsheet would compute as a formula."""


def csv_text(columns: Mapping[str, Sequence[Any]]) -> str:
    r"""Write columns as comma-separated values (RFC 4180): a header row, lines end in CR LF.

    Numbers are written so that reading them gives the same number; what is missing (None or not a
    number) is an empty cell. A text that a spreadsheet would compute gets an apostrophe in front.

    >>> csv_text({"offset (samples)": [-1, 0], "weight": [0.5, None]})
    'offset (samples),weight\r\n-1,0.5\r\n0,\r\n'

    Args:
        columns: for each header, which names the unit, its cells: numbers, texts, or None.

    Raises:
        ValueError: the columns are not of the same length.
        TypeError: a cell is none of these.
    """
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"`columns` have different lengths: {lengths}.")
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([_cell(name) for name in columns])
    writer.writerows(
        zip(*([_cell(cell) for cell in cells] for cells in columns.values()), strict=True)
    )
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return "" if isnan(value) else repr(float(value))
    raise TypeError(f"A cell of `columns` is {value!r}; it takes a number, a text or None.")
