"""Numbers are put into words in one place: `figures/wording.py`, and `base/format.js` for drawings.

A format elsewhere writes a hyphen for a minus, an exponent as "e-07", or 0.00 for what is not zero.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository.imports import COMPONENTS, PACKAGE, ROOT, SCRIPTS

FILES = [
    file
    for folder in ("figures", "ui", "export")
    for file in sorted((PACKAGE / folder).rglob("*.py"))
    if file != PACKAGE / "figures" / "wording.py"
]
ALLOWED = {
    ",": "counts: whole numbers that are never negative",
    "04X": "the number of a character",
    ".6g": "weights in a link, which is read again (`state/rules.py`)",
}
"""The formats that may stand anywhere, and why."""

D3 = re.compile(r"%\{[^{}:]+:([^{}]*)\}")
D3_ALLOWED = re.compile(r",?(\.\d~?[rf]|d)?|,\.0f")
"""Formats of Plotly's that write no exponent; its minus sign is `figures/page.py`'s."""

SCRIPT = re.compile(r"\.(toPrecision|toExponential|toLocaleString)\(|Intl\.NumberFormat")
DECIMALS = re.compile(r"\.toFixed\((?![12]\))|\.toFixed\(\d\)\s*\}?\s*%")
"""One or two decimals are for places in pixels; more, or a number of them, and shares are words."""


def formats(file: Path) -> Iterator[tuple[int, str]]:
    """The line and the format of each number that a file formats by itself."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield node.lineno, ast.unparse(node.format_spec)[2:-1]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "format":
            yield node.lineno, "format()"
        if isinstance(node, ast.Attribute) and node.attr.startswith("format_float"):
            yield node.lineno, node.attr


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_python_formats_no_number_by_itself(file: Path) -> None:
    strays = [(line, form) for line, form in formats(file) if form not in ALLOWED]
    assert not strays, f"{relative(file)}: use figures/wording.py"


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_plotly_is_told_no_format_with_an_exponent(file: Path) -> None:
    text = file.read_text("utf-8").replace("{{", "{").replace("}}", "}")
    assert [form for form in D3.findall(text) if not D3_ALLOWED.fullmatch(form)] == []


def test_drawings_format_no_number_by_themselves() -> None:
    for file in SCRIPTS:
        if file == COMPONENTS / "base" / "format.js":
            continue
        for line, text in enumerate(file.read_text("utf-8").splitlines(), start=1):
            stray = SCRIPT.search(text) or DECIMALS.search(text)
            assert not stray, f"{relative(file)}, line {line}: use base/format.js"


def test_strays_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "stray.py"
    file.write_text('f"{x:.2g} {y:,} {z:.1%}"; format(x, "e"); np.format_float_positional(x)')
    strays = {form for _, form in formats(file)}
    assert strays == {".2g", ",", ".1%", "format()", "format_float_positional"}
    assert D3_ALLOWED.fullmatch(",.3~r")
    assert not D3_ALLOWED.fullmatch(".3~g")
    assert DECIMALS.search("`${(100 * share).toFixed(1)}%`")
    assert not DECIMALS.search("`M${x.toFixed(1)} 4`")
