"""Numbers on a page, each with a badge that opens to its proof: the ways to it, with values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from pdviz.analysis.agreement import Proof
from pdviz.ui.components.code import source
from pdviz.ui.words import power

_NUMBERS = st.components.v2.component(
    "pdviz_numbers",
    html=source("numbers.html"),
    css=source("numbers.css"),
    js=source("mount.js"),
)
_COUNTS: Final = {2: "two ways", 3: "three ways", 4: "four ways", 5: "five ways"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a page shows it.

    `value` is written out, `unit` stands small behind it, `means` says in a sentence what it is.
    """

    label: str
    value: str
    unit: str = ""
    means: str = ""
    proof: Proof | None = None


def numbers(name: str, shown: Sequence[Number]) -> None:
    """Show numbers side by side; `name` is the key of the drawing."""
    _NUMBERS(key=name, data={"cards": [_card(number) for number in shown]})


def _card(number: Number) -> dict[str, Any]:
    return {
        "label": number.label,
        "value": number.value,
        "unit": number.unit,
        "means": number.means,
        "proof": None if number.proof is None else _proof(number.proof),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    count = len(proof.ways)
    ways = _COUNTS.get(count, f"{count} ways")
    return {
        "ok": proof.ok,
        "badge": f"{ways} agree" if proof.ok else f"{ways} disagree",
        "ways": [[way.name, written(way.value)] for way in proof.ways],
        "says": " ".join(filter(None, (_says(proof), proof.note))),
    }


def _says(proof: Proof) -> str:
    """How the ways agree, and what would be taken for agreement."""
    agreement = proof.agreement
    if agreement.tolerance == 0 and proof.ok:
        return "They are exactly the same, as they must be."
    allowed = (
        f"up to {power(agreement.tolerance)} is taken for rounding"
        if agreement.tolerance
        else "they must be exactly the same"
    )
    verdict = "" if proof.ok else "They do not agree: at least one of them is wrong. "
    return f"{verdict}The largest difference is {power(agreement.difference)}; {allowed}."


def written(value: float) -> str:
    """A value in full: whole numbers with all digits, others with ten."""
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else f"{value}".replace("-", "−")
    return f"{value:.10g}".replace("-", "−")
