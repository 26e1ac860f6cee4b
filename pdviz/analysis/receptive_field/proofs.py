"""Proofs of a receptive field: each of its numbers computed by independent methods."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

import numpy as np

from pdviz.analysis.proof import Agreement, Method, Proof, Quantity, proof
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.receptive_field.field import ReceptiveField, receptive_field
from pdviz.analysis.receptive_field.probe import Gradients, Probe
from pdviz.analysis.receptive_field.projective_field import outputs_reached, outputs_walked_to
from pdviz.analysis.receptive_field.residues import class_imbalance, imbalance, paths_by_class
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_PROOF_WORK

RELATIVE: Final = 1e-12
"""Largest difference between counts in float64 that counts as agreement, as a share of them."""
ABSOLUTE: Final = 1e-12
"""Largest difference between coverages, or imbalances, that counts as agreement."""

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

_Methods = list[tuple[str, float]]


def receptive_field_proofs(
    layers: Sequence[Layer],
    modulus: int,
    position: int = 0,
    field: ReceptiveField | None = None,
) -> tuple[Proof, ...]:
    """Return the proofs of a stack's numbers.

    Args:
        layers: from the input to the output.
        modulus: of the residue classes, as in `residues`.
        position: the input whose outputs are sought, as in `projective_field`.
        field: `receptive_field(layers)`, if it has been computed already.

    Raises:
        ValueError: as `receptive_field`, `residues` and `projective_field`.
    """
    field = receptive_field(layers) if field is None else field
    paths = prod(layer.pattern.taps for layer in layers)
    probe = Probe(layers)
    note = _too_much(probe, 2, "gradient")
    gradients = None if note else probe.gradients()
    return (
        *_outline(layers, field, gradients, note),
        *_reached(field, gradients, note),
        *_paths(field, paths, gradients, note),
        _imbalance(layers, field, modulus, gradients, note),
        _projected(layers, field, probe, position),
    )


def _too_much(probe: Probe, outputs: int, what: str) -> str:
    """Return why the layers are not run for so many outputs; "" if they may be."""
    work = probe.work(outputs)
    if work <= MAX_PROOF_WORK:
        return ""
    return (
        f"The {what} was left out: the layers would take {work:,} multiply-adds for it, more than "
        f"{MAX_PROOF_WORK:,}."
    )


def _outline(
    layers: Sequence[Layer], field: ReceptiveField, gradients: Gradients | None, note: str
) -> tuple[Proof, ...]:
    """Prove what follows from the outermost inputs (extent, start, centre), and the jump."""
    closed = closed_form(layers)
    extents: _Methods = [(CLOSED_FORM, closed.extent)]
    starts: _Methods = [(CLOSED_FORM, closed.start)]
    centres: _Methods = [(CLOSED_FORM, closed.centre)]
    jumps: _Methods = [(CLOSED_FORM, closed.jump), (STRIDES, field.jump)]
    supports = [(SET, field.support)]
    if gradients:
        supports.append((GRADIENT, gradients.support))
    for name, support in supports:
        first, last = int(support[0]), int(support[-1])
        extents.append((name, last - first + 1))
        starts.append((name, first))
        centres.append((name, (first + last) / 2))
    if gradients:  # how much further on the next output's inputs begin
        jumps.append((GRADIENT, int(gradients.other[0] - gradients.support[0])))
    return (
        proof(Quantity.EXTENT, *extents, note=note),
        proof(Quantity.START, *starts, note=note),
        proof(Quantity.JUMP, *jumps, note=note),
        proof(Quantity.CENTRE, *centres, note=note),
    )


def _reached(field: ReceptiveField, gradients: Gradients | None, note: str) -> tuple[Proof, ...]:
    """Prove what follows from the support: how many inputs, which share, and the longest hole."""
    counted = np.flatnonzero(field.paths) + field.start
    sets = [(SET, field.support), (COUNTS, counted)]
    shares: _Methods = [(SET, field.coverage), (COUNTS, len(counted) / len(field.paths))]
    holes: _Methods = [(SET, field.longest_hole), (COUNTS, _longest_hole(counted))]
    if gradients:
        support, other = gradients.support, gradients.other
        sets.append((GRADIENT, support))
        sets.append((f"{GRADIENT}, random weights", other - (other[0] - counted[0])))
        shares.append((GRADIENT, len(support) / len(gradients.counts)))
        holes.append((GRADIENT, _longest_hole(support)))
    return (
        _same_sets(Quantity.INPUTS_REACHED, sets, f"Compared input by input. {note}".strip()),
        proof(Quantity.COVERAGE, *shares, tolerance=ABSOLUTE, note=note),
        proof(Quantity.LONGEST_HOLE, *holes, note=note),
    )


def _paths(
    field: ReceptiveField, paths: int, gradients: Gradients | None, note: str
) -> tuple[Proof, ...]:
    """Prove how many paths there are: in all, and from each input."""
    total = field.paths.sum()
    summed = int(total) if field.exact else float(total)
    methods: _Methods = [(TAPS, paths), (COUNTS, summed)]
    share = RELATIVE + field.relative_error
    if gradients is None:
        tolerance = 0.0 if field.exact else share * paths
        return (proof(Quantity.PATHS, *methods, tolerance=tolerance, note=note),)
    methods.append((GRADIENT, float(gradients.counts.sum())))
    counts = field.paths.astype(np.float64)
    shares = np.array([np.inf])
    if len(gradients.counts) == len(counts):
        shares = np.abs(gradients.counts - counts) / np.maximum(counts, 1)
    most = (
        Method(f"{COUNTS}, the most", float(counts.max())),
        Method(GRADIENT, float(gradients.counts.max())),
    )
    each = Proof(
        Quantity.PATHS_FROM_EACH_INPUT,
        most,
        Agreement(float(shares.max()), 1.0, share, len(counts)),
        "Compared input by input, each difference as a share of the count; shown is the most.",
    )
    return proof(Quantity.PATHS, *methods, tolerance=share * paths, note=note), each


def _imbalance(
    layers: Sequence[Layer],
    field: ReceptiveField,
    modulus: int,
    gradients: Gradients | None,
    note: str,
) -> Proof:
    methods: _Methods = [
        (COUNTS, imbalance(field, modulus)),
        (CLASSES, class_imbalance(paths_by_class(layers, modulus))),
    ]
    if gradients:
        reached = np.flatnonzero(gradients.counts)
        remainders = (reached + gradients.support[0]) % modulus
        classes = np.bincount(remainders, weights=gradients.counts[reached], minlength=modulus)
        methods.append((GRADIENT, class_imbalance(classes)))
    return proof(Quantity.RESIDUE_IMBALANCE, *methods, tolerance=ABSOLUTE, note=note)


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
    return _same_sets(Quantity.OUTPUTS_REACHED, sets, note)


def _same_sets(quantity: Quantity, sets: Sequence[tuple[str, np.ndarray]], note: str) -> Proof:
    """Prove that all sets are the same; the difference is how many positions only some have."""
    (_, first), *others = sets
    difference = max(
        0 if np.array_equal(first, other) else max(len(np.setxor1d(first, other)), 1)
        for _, other in others
    )
    size = max(len(positions) for _, positions in sets)
    methods = tuple(Method(name, len(positions)) for name, positions in sets)
    agreement = Agreement(float(difference), float(size), 0.0, len(sets))
    return Proof(quantity, methods, agreement, note)


def _longest_hole(positions: np.ndarray) -> int:
    return int(np.diff(positions).max(initial=1)) - 1
