"""Whether several ways to the same number agree: what every proof on a page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two or more ways to the same numbers agree.

    Attributes:
        difference: the largest that there is.
        size: the largest magnitude of what was compared.
        tolerance: the largest difference that is taken for agreement.
        count: how many numbers, or how many ways, were compared.
    """

    difference: float
    size: float
    tolerance: float
    count: int

    @property
    def ok(self) -> bool:
        """Whether they agree; what is not a number agrees with nothing."""
        return self.difference <= self.tolerance

    @property
    def relative(self) -> float:
        """The difference as a share of the size."""
        return self.difference / self.size if self.size else self.difference


class Way(NamedTuple):
    """One way to a number: what it is called, and the value that it gives."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Proof:
    """One number, by ways that know nothing of each other.

    Attributes:
        quantity: which number it is, such as "extent".
        ways: each way with its value; of a whole array, the value that stands for it.
        agreement: how they agree; of a whole array, over all of its elements.
        note: what was compared and which way was left out, and why; "" if there is nothing to say.
        parts: of a row of a table, the proof of each column by its name; else empty. The ways and
            the agreement are then those of the column where the ways differ most.
    """

    quantity: str
    ways: tuple[Way, ...]
    agreement: Agreement
    note: str = ""
    parts: tuple[tuple[str, Proof], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the ways agree."""
        return self.agreement.ok


def proof(quantity: str, *ways: tuple[str, float], tolerance: float = 0.0, note: str = "") -> Proof:
    """The proof of a single number, from the values that each way gives.

    Args:
        quantity: which number it is.
        ways: (name, value) of each way, at least two.
        tolerance: the largest difference between any two that is taken for agreement.
        note: as `Proof.note`.
    """
    values = [value for _, value in ways]
    whole = all(isinstance(value, int) for value in values)
    # Of Python integers the difference is exact, however large they are.
    difference = max(values) - min(values) if whole else _spread(values)
    size = max(abs(value) for value in values)
    agreement = Agreement(float(difference), float(size), tolerance, len(values))
    return Proof(quantity, tuple(Way(*way) for way in ways), agreement, note)


def row_proof(quantity: str, columns: Mapping[str, Proof | str]) -> Proof | None:
    """The proof of a whole row of a table, from those of its columns.

    Args:
        quantity: which number the row holds.
        columns: by name the proof of each, or, in a sentence without its full stop, why there is
            none.

    Returns:
        The proof with its parts; it speaks for the column where the ways disagree, or else differ
        most as a share of their tolerance; for the first one where none differ. None without any.
    """
    parts = {name: each for name, each in columns.items() if isinstance(each, Proof)}
    if not parts:
        return None
    name, worst = max(parts.items(), key=lambda part: _strain(part[1].agreement))
    count = (
        "every column" if len(parts) == len(columns) else f"{len(parts)} of {len(columns)} columns"
    )
    most = f"; the difference is that of {name}" if worst.agreement.difference else ""
    note = f"Compared in {count}{most}. {worst.note}"
    why = {each for each in columns.values() if isinstance(each, str)}
    for reason in sorted(why):
        without = ", ".join(column for column, each in columns.items() if each == reason)
        note = f"{note.rstrip()} Not of {without}: {reason}."
    return Proof(quantity, worst.ways, worst.agreement, note.rstrip(), tuple(parts.items()))


def _strain(agreement: Agreement) -> tuple[bool, float]:
    """By how much the ways differ, to be compared with others: disagreement is most."""
    if not agreement.ok:
        return True, 0.0
    difference, tolerance = agreement.difference, agreement.tolerance
    return False, difference / tolerance if difference else 0.0


def _spread(values: list[float]) -> float:
    """The largest difference; of equal infinities none, of anything and not-a-number NaN."""
    if any(value != value for value in values):
        return float("nan")
    return 0.0 if min(values) == max(values) else max(values) - min(values)
