"""Whether several ways to the same number agree: what every proof on a page is made of."""

from __future__ import annotations

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
    """

    quantity: str
    ways: tuple[Way, ...]
    agreement: Agreement
    note: str = ""

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


def _spread(values: list[float]) -> float:
    """The largest difference; of equal infinities none, of anything and not-a-number NaN."""
    if any(value != value for value in values):
        return float("nan")
    return 0.0 if min(values) == max(values) else max(values) - min(values)
