"""Agreement of fields of the same gradients, and the largest difference that rounding explains."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.effective_field.field import SHARES, EffectiveField
from pdviz.analysis.effective_field.stretches import shortest_stretches
from pdviz.analysis.proof import Agreement, Method, Proof, Quantity, proof
from pdviz.analysis.stack.rounding import EPSILON

Fields = Sequence[tuple[str, EffectiveField]]
"""Fields, each with the name of the method that gave it."""

STRETCHES: Final = {
    0.2: Quantity.STRETCH_20,
    0.3: Quantity.STRETCH_30,
    0.5: Quantity.STRETCH_50,
    0.99: Quantity.STRETCH_99,
}
"""The quantity that each of `SHARES` has as its shortest stretch."""


class Bound(NamedTuple):
    """The largest difference between two methods that rounding can explain."""

    variation: float
    std: float


def rounding_bound(field: EffectiveField, gradients: np.ndarray, errors: np.ndarray) -> Bound:
    """Return the bound for one field, computed by two methods from the same gradients.

    Args:
        field: the mean over the draws of what is measured of the gradients.
        gradients: (draws, n) the gradients.
        errors: (draws, n) the largest error of each of them, in either method.
    """
    if field.vanished:
        return Bound(0.0, 0.0)
    scale = np.abs(gradients).max()
    sizes, errors = np.abs(gradients) / scale, errors / scale
    if field.measure == "energy":
        sizes, errors = sizes**2, 2 * sizes * errors + errors**2
    each = 2 * errors.sum(axis=0) / sizes.sum()
    variation = float(each.sum())
    variance = float(each @ (field.positions - field.mean) ** 2) + variation * field.std**2
    if variation < 1:  # the other method's sum is off, too, and its mean may have moved
        variance *= (1 + 2 * variation) / (1 - variation)
    return Bound(variation, std_tolerance(field, variance))


def std_tolerance(field: EffectiveField, variance: float) -> float:
    """Return how far the standard deviation may be off.

    `variance` is how far the variance may be off before the rounding of the sums over the extent.
    """
    extent = len(field.mass)
    variance += 2 * EPSILON * extent * field.std**2 + (EPSILON * extent**2) ** 2
    return variance / field.std if field.std**2 > variance else sqrt(variance)


def same_fields(
    fields: Fields, bound: Bound, note: str, closed: float | None = None
) -> list[Proof]:
    """Prove that one or two fields are the same: their σ, shortest stretches and profile.

    Args:
        fields: from two methods, or from one.
        bound: as `rounding_bound` gives it.
        note: of every proof.
        closed: σ by its closed form, where there is one.
    """
    if any(field.vanished for _, field in fields):
        return field_profile(fields, bound.variation, "No gradient reaches any input.")
    stds = [(name, field.std) for name, field in fields]
    if closed is not None:
        stds.append(("closed form", closed))
    proofs = []
    if len(stds) > 1:
        proofs.append(proof(Quantity.EFFECTIVE_STD, *stds, tolerance=bound.std, note=note))
    if len(fields) > 1:
        proofs += [_stretch(fields, share, bound.variation, note) for share in SHARES]
    return proofs + field_profile(fields, bound.variation, note)


def _stretch(fields: Fields, share: float, variation: float, note: str) -> Proof:
    """Prove the shortest stretch with a share of the mass; rounding can move where it ends."""
    mass = fields[0][1].mass
    shares = (max(share - 2 * variation, 0.0), min(share + 2 * variation, 1.0))
    shortest, longest = shortest_stretches(mass, shares, len(mass) / 2)
    lengths = [(name, field.stretches[share].length) for name, field in fields]
    tolerance = longest.length - shortest.length
    return proof(STRETCHES[share], *lengths, tolerance=tolerance, note=note)


def field_profile(
    fields: Fields,
    tolerance: float,
    note: str,
    quantity: Quantity = Quantity.EFFECTIVE_PROFILE,
) -> list[Proof]:
    """Prove two profiles by their total variation, half the sum of all differences.

    Of a single profile there is nothing to prove.
    """
    if len(fields) < 2:
        return []
    (_, first), (_, second) = fields
    agreement = Agreement(
        difference=float(np.abs(first.mass - second.mass).sum()) / 2,
        size=1.0,
        tolerance=tolerance,
        count=len(first.mass),
    )
    methods = tuple(Method(name, float(field.mass.max())) for name, field in fields)
    text = "Each method by its largest share; the difference is half the sum over all inputs."
    return [Proof(quantity, methods, agreement, f"{text} {note}".rstrip())]
