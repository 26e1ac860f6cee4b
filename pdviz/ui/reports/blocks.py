"""The parts that a page's answer is made of, as plain JSON: numbers and tables with proofs, figures
and words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal
from urllib.parse import urlencode

from pdviz.analysis.proof import Proof, Quantity
from pdviz.figures.wording import in_full, power
from pdviz.ui.reports.figures import PICTURES
from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State

_COUNTS: Final = {2: "two ways", 3: "three ways", 4: "four ways", 5: "five ways"}

Part = dict[str, Any]
"""A part of a report, as the drawing is told it."""


class Awaited(Enum):
    """The place of proofs that are still being computed."""

    AWAITED = "pending"


AWAITED: Final = Awaited.AWAITED
"""In place of one proof, or of all of them."""
Proofs = Mapping[Quantity, Proof] | Awaited
"""Proofs by the quantity that each proves."""
RowProofs = Mapping[str, Proof | None] | Awaited
"""The proofs of a table's rows by their titles; None for a row with only one method."""


def proof_of(
    proofs: Proofs, quantity: Quantity, *, optional: bool = False
) -> Proof | Awaited | None:
    """Return the proof of a quantity, awaited or computed; None if an optional one is missing.

    Raises:
        KeyError: the proof is missing and not optional.
    """
    if isinstance(proofs, Awaited):
        return proofs
    return proofs.get(quantity) if optional else proofs[quantity]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a page shows it.

    `value` is written out, `unit` stands small behind it, `means` says in a sentence what it is.
    """

    label: str
    value: str
    unit: str = ""
    means: str = ""
    proof: Proof | Awaited | None = None


def heading(text: str) -> Part:
    """A heading."""
    return {"kind": "heading", "text": text}


def sentences(*lines: str, kind: Literal["sentences", "list"] = "sentences") -> Part:
    """Sentences, or a list of them; what stands between two ** is strong."""
    return {"kind": kind, "lines": list(lines)}


def note(text: str, kind: Literal["info", "warning", "caption"] = "info") -> Part:
    """A sentence that is set apart."""
    return {"kind": kind, "text": text}


def numbers(shown: Sequence[Number]) -> Part:
    """Numbers side by side, each with the badge of its proof."""
    return {"kind": "numbers", "cards": [_card(number) for number in shown]}


def table(
    name: str,
    columns: Mapping[str, Sequence[str]],
    proofs: RowProofs | None = None,
    means: Mapping[str, str] | None = None,
) -> Part:
    """A table.

    Args:
        name: what it is, for those who hear it; one of a kind in its report.
        columns: the cells of each column by its title; those of the first are the rows' titles.
        proofs: the proof of each row by its title. None: the table has nothing to prove.
        means: what a row is, by its title, in a sentence.
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


def figure(name: str, state: State) -> Part:
    """A figure of the state, with the files that a person takes with them.

    SVG and PNG are made in the browser from the chart as it is drawn; HTML and CSV by the server,
    from the link, when they are asked for.

    Args:
        name: which one; see `pictures.PICTURES`.
        state: what it is of.
    """
    spec, alt = PICTURES[name](state).chart
    query = urlencode(to_query(state))
    return {"kind": "figure", "name": name, "spec": spec, "alt": alt, "query": query}


def _card(number: Number) -> dict[str, Any]:
    return {
        "label": number.label,
        "value": number.value,
        "unit": number.unit,
        "meaning": number.means,
        "proof": _proof(number.proof),
    }


def _row_proof(proofs: RowProofs | None, title: str) -> dict[str, Any] | Literal["pending"] | None:
    if proofs is None or isinstance(proofs, Awaited):
        return _proof(proofs)
    return _proof(proofs[title])


def _proof(proof: Proof | Awaited | None) -> dict[str, Any] | Literal["pending"] | None:
    if proof is None:
        return None
    if isinstance(proof, Awaited):
        return "pending"
    parts = proof.parts or (("", proof),)
    count = min(len(part.methods) for _, part in parts)
    ways = _COUNTS.get(count, f"{count} ways")
    return {
        "ok": proof.ok,
        "badge": f"{ways} agree" if proof.ok else f"{ways} disagree",
        "methods": [
            [f"{column}: {method.name}" if column else method.name, in_full(method.value)]
            for column, part in parts
            for method in part.methods
        ],
        "verdict": " ".join(filter(None, (_says(proof), proof.note))),
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
