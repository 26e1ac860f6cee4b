"""Proofs of numbers: each computed by independent methods, and whether those agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Quantity(StrEnum):
    """Every number that is proved; what joins a value on a page to its proof."""

    # of a receptive field
    EXTENT = "extent"
    START = "start"
    JUMP = "jump"
    CENTRE = "centre"
    INPUTS_REACHED = "inputs reached"
    COVERAGE = "coverage"
    LONGEST_HOLE = "longest hole"
    LONGEST_RUN = "longest run"
    PATHS = "paths in all"
    PATHS_FROM_EACH_INPUT = "paths from each input"
    RESIDUE_IMBALANCE = "residue imbalance"
    OUTPUTS_REACHED = "outputs that the input reaches"
    # of an effective receptive field
    EFFECTIVE_STD = "effective std"
    STRETCH_20 = "effective 20% stretch"
    STRETCH_30 = "effective 30% stretch"
    STRETCH_50 = "effective 50% stretch"
    STRETCH_99 = "effective 99% stretch"
    EFFECTIVE_PROFILE = "effective profile"
    GRADIENT = "gradient"
    OUTPUT = "output"
    EXPECTED_STD = "expected std"
    STD_OVER_DRAWS = "std over draws"
    PROFILE_OVER_DRAWS = "profile over draws"
    # of a frequency response
    FREQUENCY_RESPONSE = "frequency response"
    GAIN = "gain at frequency 0"
    IMAGE_RATIO = "image ratio"
    IMAGE_AT_MULTIPLE = "image at its multiple"
    LARGEST_IMAGE = "largest image"
    PATTERN_IMAGE_RATIO = "pattern's image ratio"
    STRONGEST_IMAGE = "strongest image"
    HALF_POWER_FREQUENCY = "half-power frequency"
    GROUP_DELAY = "group delay"
    GROUP_DELAY_AT_ZERO = "group delay at 0"
    NOISE_GAIN = "noise gain"
    # of a cost
    COST = "cost"
    WEIGHTS = "weights"
    MULTIPLY_ADDS = "multiply-adds"
    BYTES_MOVED = "bytes that must move"
    INTENSITY = "FLOP per byte"
    OUTPUT_LENGTH = "length of the output"
    # of a training step
    FINITE_DIFFERENCES = "gradient by finite differences"
    SAME_KERNEL = "one kernel in every variant"
    GATHERED_GRADIENT = "gradient gathered from the kernel"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How closely two or more methods agree.

    Attributes:
        difference: the largest difference between any two of them.
        size: the largest magnitude of what was compared.
        tolerance: the largest difference that counts as agreement.
        count: how many numbers, or how many methods, were compared.
    """

    difference: float
    size: float
    tolerance: float
    count: int

    @property
    def ok(self) -> bool:
        """Whether the methods agree; not-a-number agrees with nothing."""
        return self.difference <= self.tolerance

    @property
    def relative(self) -> float:
        """The difference as a share of the size."""
        return self.difference / self.size if self.size else self.difference


class Method(NamedTuple):
    """One method of computing a number: its name, and the value that it gives."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Proof:
    """One number, computed by independent methods.

    Attributes:
        quantity: which number it is.
        methods: each method with its value; for a whole array, one value that represents it.
        agreement: how closely they agree; for a whole array, over all of its elements.
        note: what was compared, and which method was left out and why; "" if there is nothing to
            say.
        parts: for a row of a table, the proof of each column by its name; else empty. The methods
            and the agreement are then those of the column where the methods differ most.
    """

    quantity: Quantity
    methods: tuple[Method, ...]
    agreement: Agreement
    note: str = ""
    parts: tuple[tuple[str, Proof], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the methods agree."""
        return self.agreement.ok


def proof(
    quantity: Quantity, *methods: tuple[str, float], tolerance: float = 0.0, note: str = ""
) -> Proof:
    """Return the proof of a single number, from the value that each method gives.

    >>> proof(Quantity.EXTENT, ("closed form", 61), ("set of inputs reached", 61)).ok
    True

    Args:
        quantity: which number it is.
        methods: (name, value) of each method, at least two.
        tolerance: the largest difference between any two that counts as agreement.
        note: as `Proof.note`.
    """
    values = [value for _, value in methods]
    integers = all(isinstance(value, int) for value in values)
    # The difference of Python integers is exact, however large they are.
    difference = max(values) - min(values) if integers else _spread(values)
    size = max(abs(value) for value in values)
    agreement = Agreement(float(difference), float(size), tolerance, len(values))
    return Proof(quantity, tuple(Method(*method) for method in methods), agreement, note)


def row_proof(quantity: Quantity, columns: Mapping[str, Proof | str]) -> Proof | None:
    """Return the proof of a whole row of a table, from those of its columns.

    Args:
        quantity: which number the row holds.
        columns: for each column by name its proof, or a sentence, without its full stop, that says
            why it has none.

    Returns:
        The proof with its parts; it represents the column where the methods disagree, or else
        differ most as a share of their tolerance; the first one where none differ. None if no
        column has a proof.
    """
    parts = {name: column for name, column in columns.items() if isinstance(column, Proof)}
    if not parts:
        return None
    name, worst = max(parts.items(), key=lambda part: _strain(part[1].agreement))
    count = (
        "every column" if len(parts) == len(columns) else f"{len(parts)} of {len(columns)} columns"
    )
    most = f"; the difference is that of {name}" if worst.agreement.difference else ""
    note = f"Compared in {count}{most}. {worst.note}"
    for reason in sorted({column for column in columns.values() if isinstance(column, str)}):
        without = ", ".join(name for name, column in columns.items() if column == reason)
        note = f"{note.rstrip()} Not of {without}: {reason}."
    return Proof(quantity, worst.methods, worst.agreement, note.rstrip(), tuple(parts.items()))


def by_quantity(proofs: tuple[Proof, ...]) -> dict[Quantity, Proof]:
    """Return the proofs by the quantity that each proves."""
    return {each.quantity: each for each in proofs}


def _strain(agreement: Agreement) -> tuple[bool, float]:
    """Return how much the methods differ, comparable between columns: disagreement is the most."""
    if not agreement.ok:
        return True, 0.0
    difference, tolerance = agreement.difference, agreement.tolerance
    return False, difference / tolerance if difference else 0.0


def _spread(values: list[float]) -> float:
    """Return the largest difference; 0 for equal infinities, NaN if any value is not a number."""
    if any(value != value for value in values):
        return float("nan")
    return 0.0 if min(values) == max(values) else max(values) - min(values)
