"""Proofs of a receptive field: each of its numbers by ways that know nothing of each other."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

import numpy as np

from pdviz.analysis.proof import Agreement, Proof, Way, proof
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.receptive_field.field import ReceptiveField, receptive_field
from pdviz.analysis.receptive_field.probe import Gradients, Probe
from pdviz.analysis.receptive_field.projective_field import outputs_reached, outputs_walked_to
from pdviz.analysis.receptive_field.residues import imbalance, paths_by_class, unevenness
from pdviz.analysis.stack.layer import Layer
from pdviz.limits import MAX_PROOF_WORK

RELATIVE: Final = 1e-12
"""Largest difference between counts in float64 that is taken, as a share of the count."""
ABSOLUTE: Final = 1e-12
"""Largest difference between shares that is taken."""

CLOSED_FORM: Final = "closed form (Araujo, Norris and Sim 2019)"
SET: Final = "set of inputs reached"
COUNTS: Final = "path counts"
TAPS: Final = "product of the layers’ taps"
STRIDES: Final = "product of the strides"
GRADIENT: Final = "gradient through the layers"
CLASSES: Final = "taps by residue, layer by layer"
FIELD: Final = "receptive field, turned round"
RESPONSE: Final = "response of the layers to a single 1"
WALK: Final = "walk from the input, layer by layer"

_Ways = list[tuple[str, float]]


def receptive_field_proofs(
    layers: Sequence[Layer],
    modulus: int,
    position: int = 0,
    field: ReceptiveField | None = None,
) -> tuple[Proof, ...]:
    """The proofs of a stack's numbers; `layers` from the input to the output.

    Args:
        layers: the stack.
        modulus: of the residue classes, as of `residues`.
        position: the input whose outputs are looked for, as of `projective_field`.
        field: what `receptive_field` gives for the stack, if it is there already.

    Raises:
        ValueError: as `receptive_field`, `residues` and `projective_field`.
    """
    field = receptive_field(layers) if field is None else field
    paths = prod(layer.pattern.taps for layer in layers)
    probe = Probe(layers)
    note = _too_much(probe, 2, "gradient")
    seen = None if note else probe.gradients()
    return (
        *_outline(layers, field, seen, note),
        *_reached(field, seen, note),
        *_paths(field, paths, seen, note),
        _imbalance(layers, field, modulus, seen, note),
        _projected(layers, field, probe, position),
    )


def _too_much(probe: Probe, outputs: int, what: str) -> str:
    """Why the layers are not run for so many outputs; "" if they may be."""
    work = probe.work(outputs)
    if work <= MAX_PROOF_WORK:
        return ""
    return (
        f"The {what} was left out: the layers would take {work:,} multiply-adds for it, more than "
        f"{MAX_PROOF_WORK:,}."
    )


def _outline(
    layers: Sequence[Layer], field: ReceptiveField, seen: Gradients | None, note: str
) -> tuple[Proof, ...]:
    """What the outermost inputs say: extent, start and centre; and the jump."""
    closed = closed_form(layers)
    extents: _Ways = [(CLOSED_FORM, closed.extent)]
    starts: _Ways = [(CLOSED_FORM, closed.start)]
    centres: _Ways = [(CLOSED_FORM, closed.centre)]
    jumps: _Ways = [(CLOSED_FORM, closed.jump), (STRIDES, field.jump)]
    for name, support in [(SET, field.support), *([(GRADIENT, seen.support)] if seen else [])]:
        first, last = int(support[0]), int(support[-1])
        extents.append((name, last - first + 1))
        starts.append((name, first))
        centres.append((name, (first + last) / 2))
    if seen:  # how much further on the next output's inputs begin
        jumps.append((GRADIENT, int(seen.other[0] - seen.support[0])))
    return (
        proof("extent", *extents, note=note),
        proof("start", *starts, note=note),
        proof("jump", *jumps, note=note),
        proof("centre", *centres, note=note),
    )


def _reached(field: ReceptiveField, seen: Gradients | None, note: str) -> tuple[Proof, ...]:
    """What the support says: how many are reached, which share, and the largest gap."""
    counted = np.flatnonzero(field.paths) + field.start
    sets = [(SET, field.support), (COUNTS, counted)]
    shares: _Ways = [(SET, field.coverage), (COUNTS, len(counted) / len(field.paths))]
    gaps: _Ways = [(SET, field.largest_gap), (COUNTS, _largest_gap(counted))]
    if seen:
        sets.append((GRADIENT, seen.support))
        sets.append((f"{GRADIENT}, random weights", seen.other - (seen.other[0] - counted[0])))
        shares.append((GRADIENT, len(seen.support) / len(seen.counts)))
        gaps.append((GRADIENT, _largest_gap(seen.support)))
    return (
        _same_sets("inputs reached", sets, f"Compared input by input. {note}".strip()),
        proof("coverage", *shares, tolerance=ABSOLUTE, note=note),
        proof("largest gap", *gaps, note=note),
    )


def _paths(
    field: ReceptiveField, paths: int, seen: Gradients | None, note: str
) -> tuple[Proof, ...]:
    """How many paths there are: in all, and from each input."""
    total = field.paths.sum()
    summed = int(total) if field.exact else float(total)
    ways: _Ways = [(TAPS, paths), (COUNTS, summed)]
    share = RELATIVE + field.relative_error
    if seen is None:
        tolerance = 0.0 if field.exact else share * paths
        return (proof("paths in all", *ways, tolerance=tolerance, note=note),)
    ways.append((GRADIENT, float(seen.counts.sum())))
    counts = field.paths.astype(np.float64)
    shares = np.array([np.inf])
    if len(seen.counts) == len(counts):
        shares = np.abs(seen.counts - counts) / np.maximum(counts, 1)
    each = Proof(
        "paths from each input",
        (Way(f"{COUNTS}, the most", float(counts.max())), Way(GRADIENT, float(seen.counts.max()))),
        Agreement(float(shares.max()), 1.0, share, len(counts)),
        "Compared input by input, each difference as a share of the count; shown is the most.",
    )
    return proof("paths in all", *ways, tolerance=share * paths, note=note), each


def _imbalance(
    layers: Sequence[Layer],
    field: ReceptiveField,
    modulus: int,
    seen: Gradients | None,
    note: str,
) -> Proof:
    ways: _Ways = [
        (COUNTS, imbalance(field, modulus)),
        (CLASSES, unevenness(paths_by_class(layers, modulus))),
    ]
    if seen:
        reached = np.flatnonzero(seen.counts)
        where = (reached + seen.support[0]) % modulus
        classes = np.bincount(where, weights=seen.counts[reached], minlength=modulus)
        ways.append((GRADIENT, unevenness(classes)))
    return proof(f"residue imbalance modulo {modulus}", *ways, tolerance=ABSOLUTE, note=note)


def _projected(
    layers: Sequence[Layer], field: ReceptiveField, probe: Probe, position: int
) -> Proof:
    sets = [
        (FIELD, outputs_reached(field, position)),
        (WALK, outputs_walked_to(layers, position)),
    ]
    near = probe.outputs_near(position)
    note = _too_much(probe, len(near), "response")
    if not note:
        sets.append((RESPONSE, probe.response(position, near)))
    return _same_sets("outputs that the input reaches", sets, note)


def _same_sets(quantity: str, sets: Sequence[tuple[str, np.ndarray]], note: str) -> Proof:
    """The proof that all are the same positions: the difference is how many only some have."""
    (_, given), *others = sets
    apart = max(
        0 if np.array_equal(given, other) else max(len(np.setxor1d(given, other)), 1)
        for _, other in others
    )
    size = max(len(positions) for _, positions in sets)
    ways = tuple(Way(name, len(positions)) for name, positions in sets)
    return Proof(quantity, ways, Agreement(float(apart), float(size), 0.0, len(sets)), note)


def _largest_gap(positions: np.ndarray) -> int:
    return int(np.diff(positions).max(initial=1)) - 1
