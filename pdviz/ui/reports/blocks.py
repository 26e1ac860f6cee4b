"""Blocks of reports, as plain JSON: numbers and tables with proofs, figures, texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal
from urllib.parse import urlencode

from pdviz.analysis.proof import Proof, Quantity
from pdviz.figures.wording import in_full, power
from pdviz.ui.reports.figures import FIGURES, saved_name, saved_title
from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State

_COUNTS: Final = {2: "two", 3: "three", 4: "four", 5: "five"}

Block = dict[str, Any]
"""A block of a report, as its drawing receives it."""


class Pending(Enum):
    """Placeholder for proofs that are still to be computed."""

    PENDING = "pending"


PENDING: Final = Pending.PENDING
"""Stands for one proof, or for all of them."""
Proofs = Mapping[Quantity, Proof] | Pending
"""Proofs by the quantity that each proves."""
RowProofs = Mapping[str, Proof | None] | Pending
"""The proofs of a table's rows by their titles; None for a row with only one method."""


def proof_of(
    proofs: Proofs, quantity: Quantity, *, optional: bool = False
) -> Proof | Pending | None:
    """Return the proof of a quantity, pending or computed; None if an optional one is missing.

    Raises:
        KeyError: the proof is missing and not optional.
    """
    if isinstance(proofs, Pending):
        return proofs
    return proofs.get(quantity) if optional else proofs[quantity]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a page shows it.

    `value` is its text, `unit` stands small behind it, and `means` explains it in a sentence.
    """

    label: str
    value: str
    unit: str = ""
    means: str = ""
    proof: Proof | Pending | None = None


def heading(text: str) -> Block:
    """Return a heading."""
    return {"kind": "heading", "text": text}


def sentences(*lines: str, kind: Literal["sentences", "list"] = "sentences") -> Block:
    """Return sentences, or a list of them; text between two ** is strong."""
    return {"kind": kind, "lines": list(lines)}


def note(text: str, kind: Literal["info", "warning", "caption"] = "info") -> Block:
    """Return a sentence that is set apart."""
    return {"kind": kind, "text": text}


def numbers(cards: Sequence[Number]) -> Block:
    """Return numbers side by side, each with the badge of its proof."""
    return {"kind": "numbers", "cards": [_card(number) for number in cards]}


def table(
    name: str,
    columns: Mapping[str, Sequence[str]],
    proofs: RowProofs | None = None,
    means: Mapping[str, str] | None = None,
) -> Block:
    """Return a table.

    Args:
        name: its title for a screen reader; unique in its report.
        columns: the cells of each column by its title; those of the first are the rows' titles.
        proofs: the proof of each row by its title. None if the table has nothing to prove.
        means: a sentence by the title of each row that explains it.
    """
    rows = list(zip(*columns.values(), strict=True))
    return {
        "kind": "table",
        "name": name,
        "heads": list(columns),
        "proved": proofs is not None,
        "rows": [
            {
                "title": title,
                "cells": cells,
                "meaning": (means or {}).get(title, ""),
                "proof": _row_proof(proofs, title),
            }
            for title, *cells in rows
        ],
    }


def figure(name: str, state: State) -> Block:
    """Return a figure of the state, with the link from which it is saved as a file.

    The browser makes SVG and PNG from the chart as it is drawn; the server makes HTML and CSV from
    the link, when they are requested.

    Args:
        name: the figure; see `reports.figures.FIGURES`.
        state: the choices that it shows.
    """
    spec, alt = FIGURES[name](state).chart
    query = urlencode(to_query(state))
    saved = {"title": saved_title(name, state), "file": saved_name(name, state)}
    return {"kind": "figure", "name": name, "spec": spec, "alt": alt, "query": query, **saved}


def _card(number: Number) -> dict[str, Any]:
    return {
        "label": number.label,
        "value": number.value,
        "unit": number.unit,
        "meaning": number.means,
        "proof": _proof(number.proof),
    }


def _row_proof(proofs: RowProofs | None, title: str) -> dict[str, Any] | Literal["pending"] | None:
    if proofs is None or isinstance(proofs, Pending):
        return _proof(proofs)
    return _proof(proofs[title])


def _proof(proof: Proof | Pending | None) -> dict[str, Any] | Literal["pending"] | None:
    if proof is None:
        return None
    if isinstance(proof, Pending):
        return "pending"
    columns = proof.parts or (("", proof),)
    count = min(len(each.methods) for _, each in columns)
    number = _COUNTS.get(count, str(count))
    return {
        "ok": proof.ok,
        "badge": f"checked {number} ways" if proof.ok else f"{number} methods disagree",
        "methods": [
            [f"{column}: {method.name}" if column else method.name, in_full(method.value)]
            for column, each in columns
            for method in each.methods
        ],
        "verdict": " ".join(filter(None, (_verdict(proof), proof.note))),
    }


def _verdict(proof: Proof) -> str:
    """Say how far the methods agree, and which difference is taken for rounding."""
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
