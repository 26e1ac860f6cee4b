"""How fields of the same gradients agree, and how far rounding may take them apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from pdviz.analysis.effective_field.field import SHARES, EffectiveField
from pdviz.analysis.effective_field.stretches import shortest_stretches
from pdviz.analysis.proof import Agreement, Proof, Way, proof
from pdviz.analysis.stack.rounding import EPSILON

Fields = Sequence[tuple[str, EffectiveField]]
"""Fields by the ways that gave them."""


class Bound(NamedTuple):
    """The largest difference between two ways that rounding can explain."""

    variation: float
    std: float


def rounding_bound(field: EffectiveField, gradients: np.ndarray, errors: np.ndarray) -> Bound:
    """From the largest error of each gradient, (draws, n), in each of the two ways."""
    if field.vanished:
        return Bound(0.0, 0.0)
    scale = np.abs(gradients).max()
    sizes, errors = np.abs(gradients) / scale, errors / scale
    if field.measure == "energy":
        sizes, errors = sizes**2, 2 * sizes * errors + errors**2
    each = 2 * errors.sum(axis=0) / sizes.sum()
    variation = float(each.sum())
    variance = float(each @ (field.positions - field.mean) ** 2) + variation * field.std**2
    if variation < 1:  # of the other way's sum, and with the square of how far the mean may move
        variance *= (1 + 2 * variation) / (1 - variation)
    return Bound(variation, std_tolerance(field, variance))


def std_tolerance(field: EffectiveField, variance: float) -> float:
    """How far the standard deviation can be off, if the variance is by `variance` before sums."""
    extent = len(field.mass)
    variance += 2 * EPSILON * extent * field.std**2 + (EPSILON * extent**2) ** 2
    return variance / field.std if field.std**2 > variance else sqrt(variance)


def same_fields(
    fields: Fields, bound: Bound, note: str, closed: float | None = None
) -> list[Proof]:
    """The proofs that one or two fields are the same: of σ, the shortest stretches, the profile.

    Args:
        fields: by two ways, or by one.
        bound: as of `rounding_bound`.
        note: of every proof.
        closed: σ by its closed form, where there is one.
    """
    if any(field.vanished for _, field in fields):
        return field_profile(fields, bound.variation, "No gradient reaches any input.")
    stds = [(name, field.std) for name, field in fields]
    if closed is not None:
        stds.append(("closed form", closed))
    proofs = (
        [] if len(stds) < 2 else [proof("effective std", *stds, tolerance=bound.std, note=note)]
    )
    if len(fields) > 1:
        proofs += [_stretch(fields, share, bound.variation, note) for share in SHARES]
    return proofs + field_profile(fields, bound.variation, note)


def _stretch(fields: Fields, share: float, variation: float, note: str) -> Proof:
    """The shortest stretch with a share of the mass; rounding can move where it is reached."""
    mass = fields[0][1].mass
    shares = (max(share - 2 * variation, 0.0), min(share + 2 * variation, 1.0))
    shortest, longest = shortest_stretches(mass, shares, len(mass) / 2)
    lengths = [(name, field.fractions[share].length) for name, field in fields]
    tolerance = longest.length - shortest.length
    return proof(f"effective {share:.0%} stretch", *lengths, tolerance=tolerance, note=note)


def field_profile(
    fields: Fields, tolerance: float, note: str, quantity: str = "effective profile"
) -> list[Proof]:
    """Total variation, half the sum of all differences, between two profiles; nothing of one."""
    if len(fields) < 2:
        return []
    (_, one), (_, other) = fields
    agreement = Agreement(
        difference=float(np.abs(one.mass - other.mass).sum()) / 2,
        size=1.0,
        tolerance=tolerance,
        count=len(one.mass),
    )
    ways = tuple(Way(name, float(field.mass.max())) for name, field in fields)
    text = "Each way by its largest share; the difference is half the sum over all inputs."
    return [Proof(quantity, ways, agreement, f"{text} {note}".rstrip())]
