"""Proofs of a table of rivals, row by row: each stack's numbers by methods unlike `compare`'s.

`compare` works on a set of bits, by doubling, and takes σ from a formula. Here the kernels' masks
are convolved, element by element, into the number of paths from each input, as a share of all; for
wide stacks the window of every run of taps is searched by prefix sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2, sqrt
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.proof import Proof, Quantity, proof, row_proof
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.receptive_field.tap_windows import windowed_support, windowed_work
from pdviz.analysis.rivals.rivals import Comparison
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.rounding import EPSILON, rounding
from pdviz.pattern import Pattern

MAX_CONVOLVED: Final = 2**20
"""Most multiply-adds that convolving the masks of a stack may take: about 0.2 ms."""
MAX_WINDOWED: Final = 2**22
"""Most elements that all windows of all stacks may have together, which take 10 to 30 ms."""
_MAX_BITS: Final = 1000
"""With more paths than 2 to this, the share of a single one may be too small for float64."""

SET: Final = "set of inputs reached"
CLOSED_FORM: Final = "closed form (Araujo, Norris and Sim 2019)"
VARIANCES: Final = "closed form, from the variance of each layer's offsets"

_Methods = list[tuple[str, float]]
_Column = dict[Quantity, Proof | str]
"""For each number of one stack its proof, or why there is none."""


def comparison_proofs(
    stacks: Mapping[str, tuple[Sequence[Layer], Comparison]],
) -> tuple[Proof, ...]:
    """Return the proofs of the rows of a table that has a column for each stack.

    Args:
        stacks: for each column by name the layers, from the input to the output, and what
            `compare` gave for them.

    Returns:
        `WEIGHTS`, `EXTENT`, `INPUTS_REACHED`, `COVERAGE`, `LONGEST_HOLE`, `LONGEST_RUN` and
        `EXPECTED_STD`, each with a part for every column. Where a stack's windows would pass what
        earlier stacks have left of `MAX_WINDOWED`, its number in some rows has no second method,
        and the notes say so; a row without any proof is left out.

    Raises:
        ValueError: as `compare`.
    """
    budget = MAX_WINDOWED
    columns: dict[Quantity, dict[str, Proof | str]] = {}
    for name, (layers, comparison) in stacks.items():
        reached = _by_paths(layers)
        if reached is None:
            work = windowed_work(layers)
            if work <= budget:
                budget -= work
                reached = _Reached("windows over the taps", windowed_support(layers), None)
        for quantity, cell in _column(layers, comparison, reached).items():
            columns.setdefault(quantity, {})[name] = cell
    rows = (row_proof(quantity, column) for quantity, column in columns.items())
    return tuple(row for row in rows if row is not None)


def weights_proof(layers: Sequence[Layer], weights: int) -> Proof:
    """Return the proof of how many weights a stack has: its taps, and the ones of its masks."""
    ones = {pattern: int(np.count_nonzero(_mask(pattern))) for pattern, _ in layers}
    total = sum(ones[pattern] for pattern, _ in layers)
    return proof(Quantity.WEIGHTS, ("taps of the layers", weights), ("ones in their masks", total))


class _Reached(NamedTuple):
    """Which inputs are reached, by a second method.

    Attributes:
        method: its name.
        mask: (extent,) whether each input is reached.
        paths: (extent,) each input's share of all paths, if the method gives it.
    """

    method: str
    mask: np.ndarray
    paths: np.ndarray | None


def _column(layers: Sequence[Layer], comparison: Comparison, reached: _Reached | None) -> _Column:
    """Prove each number of one stack."""
    extent = closed_form(layers).extent
    extents: _Methods = [(SET, comparison.extent), (CLOSED_FORM, extent)]
    column: _Column = {Quantity.WEIGHTS: weights_proof(layers, comparison.weights)}
    if reached is None:
        column[Quantity.EXTENT] = proof(Quantity.EXTENT, *extents)
        missing = (
            *(Quantity.INPUTS_REACHED, Quantity.COVERAGE),
            *(Quantity.LONGEST_HOLE, Quantity.LONGEST_RUN),
        )
        column |= dict.fromkeys(missing, "to look through its windows would take too long")
    else:
        positions = np.flatnonzero(reached.mask)
        steps = np.diff(positions)
        breaks = np.flatnonzero(steps != 1)
        runs = np.diff(breaks, prepend=-1, append=len(steps))
        extents.append((reached.method, int(positions[-1] - positions[0]) + 1))
        share = len(positions) / extent
        rows: dict[Quantity, tuple[float, float]] = {
            Quantity.INPUTS_REACHED: (comparison.reached, len(positions)),
            Quantity.COVERAGE: (comparison.coverage, share),
            Quantity.LONGEST_HOLE: (comparison.longest_hole, int(steps.max(initial=1)) - 1),
            Quantity.LONGEST_RUN: (comparison.longest_run, int(runs.max())),
        }
        column[Quantity.EXTENT] = proof(Quantity.EXTENT, *extents)
        for quantity, (first, second) in rows.items():
            tolerance = 0.0 if isinstance(second, int) else EPSILON
            methods = ((SET, first), (reached.method, second))
            column[quantity] = proof(quantity, *methods, tolerance=tolerance)
    paths = None if reached is None else reached.paths
    column[Quantity.EXPECTED_STD] = _std(layers, comparison.std, paths)
    return column


def _std(layers: Sequence[Layer], std: float, paths: np.ndarray | None) -> Proof:
    """Prove σ by the formula, by the same from the masks, and from the paths to each input.

    Every term of the sums is positive, so that rounding moves a variance by a share of it, and by
    the square of how far it moves the mean.
    """
    variances = {pattern: float(np.flatnonzero(_mask(pattern)).var()) for pattern, _ in layers}
    variance = 0.0
    for layer, jump in with_jumps(layers):
        variance += float(jump) ** 2 * variances[layer.pattern]
    methods: _Methods = [(VARIANCES, std), ("the same, from the masks", sqrt(variance))]
    share = 2 * rounding(layers)
    error = share * variance
    if paths is not None:
        places = np.arange(len(paths)) - (len(paths) - 1) / 2
        mean = float(paths @ places)
        methods.append(("path counts", sqrt(float(paths @ (places - mean) ** 2))))
        sums = share + 2 * EPSILON * len(paths)
        error += sums * variance + (sums * len(paths)) ** 2
    tolerance = error / sqrt(variance) if variance > error else sqrt(error)
    return proof(Quantity.EXPECTED_STD, *methods, tolerance=tolerance)


def _mask(pattern: Pattern) -> np.ndarray:
    """Return whether each element from the first to the last tap has a tap."""
    first = pattern.first
    mask = np.zeros(pattern.last - first + 1, dtype=np.bool_)
    for run in pattern.runs:
        mask[run.start - first : run.stop - first : run.step] = True
    return mask


def _by_paths(layers: Sequence[Layer]) -> _Reached | None:
    """Find the inputs by the share of all paths from each; None where that would take too long.

    Only products of positive numbers are added: a hole is exactly 0, and nothing else is.
    """
    if sum(log2(layer.pattern.taps) for layer in layers) > _MAX_BITS:
        return None
    length, work = 1, 0
    for (pattern, _), jump in with_jumps(layers):
        span = (pattern.last - pattern.first) * jump + 1
        work += length * span
        length += span - 1
    if work > MAX_CONVOLVED:
        return None
    paths = np.ones(1)
    for (pattern, _), jump in with_jumps(layers):
        mask = _mask(pattern)
        spread = np.zeros((len(mask) - 1) * jump + 1)
        spread[::jump] = mask / pattern.taps
        paths = np.convolve(paths, spread)
    return _Reached("path counts", paths > 0, paths)
