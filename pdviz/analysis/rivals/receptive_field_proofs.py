"""Proofs of a table of rivals, row by row: each stack's numbers by ways unlike those of `compare`.

That counts on a set of bits, by doubling, and asks the formula for σ. Here the kernels' masks are
convolved, element by element, into the number of paths from each input, as a share of all; or, of
wide stacks, every tap's window is looked through by prefix sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2, sqrt
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.proof import Proof, proof, row_proof
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.receptive_field.tap_windows import windowed_support, windowed_work
from pdviz.analysis.rivals.rivals import Comparison
from pdviz.analysis.stack.layer import Layer
from pdviz.analysis.stack.rounding import EPSILON, rounding
from pdviz.pattern import Pattern

MAX_CONVOLVED: Final = 2**20
"""Most multiply-adds that convolving the masks of a stack may take: about 0.2 ms."""
MAX_WINDOWED: Final = 2**22
"""Most elements of all windows of all stacks together: 10 to 30 ms."""
_MAX_BITS: Final = 1000
"""Shares of more paths than 2 to this may be too small for float64."""

SET: Final = "set of inputs reached"
CLOSED_FORM: Final = "closed form (Araujo, Norris and Sim 2019)"
VARIANCES: Final = "closed form, from the variance of each layer's offsets"

_Ways = list[tuple[str, float]]


def comparison_proofs(
    stacks: Mapping[str, tuple[Sequence[Layer], Comparison]],
) -> tuple[Proof, ...]:
    """The proofs of the rows of a table that has a column for each stack.

    Args:
        stacks: by the column's name the layers, from the input to the output, and what `compare`
            gave for them.

    Returns:
        "weights", "extent", "inputs reached", "coverage", "largest gap", "longest run" and
        "expected std", each with a part for every column. Where a stack's windows would pass what
        those before it have left of `MAX_WINDOWED`, its number in some rows has no second way, and
        the notes say so; a row without any is left out.

    Raises:
        ValueError: as `compare`.
    """
    left = MAX_WINDOWED
    columns: dict[str, dict[str, Proof | str]] = {}
    for name, (layers, given) in stacks.items():
        seen = _paths(layers)
        if seen is None:
            work = windowed_work(layers)
            if work <= left:
                left -= work
                seen = _Seen("windows over the taps", windowed_support(layers), None)
        for quantity, column in _column(layers, given, seen).items():
            columns.setdefault(quantity, {})[name] = column
    rows = (row_proof(quantity, column) for quantity, column in columns.items())
    return tuple(row for row in rows if row is not None)


def weights_proof(layers: Sequence[Layer], weights: int) -> Proof:
    """The proof of how many weights a stack has: its taps, and the ones of its masks."""
    ones = {pattern: int(np.count_nonzero(_mask(pattern))) for pattern, _ in layers}
    counted = sum(ones[pattern] for pattern, _ in layers)
    return proof("weights", ("taps of the layers", weights), ("ones in their masks", counted))


class _Seen(NamedTuple):
    """Which inputs are reached, and the way it was found: (extent,) bool; the share of paths."""

    way: str
    reached: np.ndarray
    paths: np.ndarray | None


def _column(
    layers: Sequence[Layer], given: Comparison, seen: _Seen | None
) -> dict[str, Proof | str]:
    """Each number of one stack."""
    extent = closed_form(layers).extent
    extents: _Ways = [(SET, given.extent), (CLOSED_FORM, extent)]
    column: dict[str, Proof | str] = {"weights": weights_proof(layers, given.weights)}
    if seen is None:
        column["extent"] = proof("extent", *extents)
        for quantity in ("inputs reached", "coverage", "largest gap", "longest run"):
            column[quantity] = "to look through its windows would take too long"
    else:
        way, positions = seen.way, np.flatnonzero(seen.reached)
        steps = np.diff(positions)
        breaks = np.flatnonzero(steps != 1)
        runs = np.diff(breaks, prepend=-1, append=len(steps))
        extents.append((way, int(positions[-1] - positions[0]) + 1))
        share = len(positions) / extent
        rows: dict[str, tuple[float, float]] = {
            "inputs reached": (given.reached, len(positions)),
            "coverage": (given.coverage, share),
            "largest gap": (given.largest_gap, int(steps.max(initial=1)) - 1),
            "longest run": (given.longest_run, int(runs.max())),
        }
        column["extent"] = proof("extent", *extents)
        for quantity, (one, other) in rows.items():
            exact = isinstance(other, int)
            tolerance = 0.0 if exact else EPSILON
            column[quantity] = proof(quantity, (SET, one), (way, other), tolerance=tolerance)
    column["expected std"] = _std(layers, given.std, None if seen is None else seen.paths)
    return column


def _std(layers: Sequence[Layer], std: float, paths: np.ndarray | None) -> Proof:
    """By the formula, by the same from the masks, and from the paths to each input.

    All that is added up is positive, so that no variance is further off than rounding's share of
    it, and the square of how far the mean may be.
    """
    variance, jump = 0.0, 1
    own = {pattern: float(np.flatnonzero(_mask(pattern)).var()) for pattern, _ in layers}
    for pattern, stride in layers:
        variance += float(jump) ** 2 * own[pattern]
        jump *= stride
    ways: _Ways = [(VARIANCES, std), ("the same, from the masks", sqrt(variance))]
    share = 2 * rounding(layers)
    off = share * variance
    if paths is not None:
        places = np.arange(len(paths)) - (len(paths) - 1) / 2
        mean = float(paths @ places)
        ways.append(("path counts", sqrt(float(paths @ (places - mean) ** 2))))
        sums = share + 2 * EPSILON * len(paths)
        off += sums * variance + (sums * len(paths)) ** 2
    tolerance = off / sqrt(variance) if variance > off else sqrt(off)
    return proof("expected std", *ways, tolerance=tolerance)


def _mask(pattern: Pattern) -> np.ndarray:
    """(last − first tap + 1,) whether each element has a tap."""
    first = pattern.first
    mask = np.zeros(pattern.last - first + 1, dtype=np.bool_)
    for run in pattern.runs:
        mask[run.start - first : run.stop - first : run.step] = True
    return mask


def _paths(layers: Sequence[Layer]) -> _Seen | None:
    """The share of all paths that comes from each input; None where that would take too long.

    Products of positive numbers are added: a hole is exactly 0, and nothing else is.
    """
    if sum(log2(layer.pattern.taps) for layer in layers) > _MAX_BITS:
        return None
    length, work, jump, jumps = 1, 0, 1, []
    for pattern, stride in layers:
        jumps.append(jump)
        span = (pattern.last - pattern.first) * jump + 1
        work += length * span
        length += span - 1
        jump *= stride
    if work > MAX_CONVOLVED:
        return None
    paths = np.ones(1)
    for (pattern, _), apart in zip(layers, jumps, strict=True):
        mask = _mask(pattern)
        spread = np.zeros((len(mask) - 1) * apart + 1)
        spread[::apart] = mask / pattern.taps
        paths = np.convolve(paths, spread)
    return _Seen("path counts", paths > 0, paths)
