"""Proofs of a table of responses, row by row: each stack's numbers by direct sums over its taps.

`spectrum` and `images` fold each kernel and transform it. Here every tap has its own wave, and what
a layer lets through is taken as a share of what it does at frequency 0, so that weights of any
scale may be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, log, log10
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis._arrays import offsets_of
from pdviz.analysis.proof import Agreement, Proof, Way, proof, row_proof
from pdviz.analysis.rivals.receptive_field_proofs import weights_proof
from pdviz.analysis.spectrum.spectrum import FLOOR, Images, Spectrum
from pdviz.analysis.spectrum.tap_sums import RELATIVE, waves_of
from pdviz.analysis.stack.layer import Layer, check_weights
from pdviz.pattern import Pattern

MAX_WAVES: Final = 2**16
"""Most waves in a direct sum, one for each tap and frequency: about 3 ms."""
_COMPARED: Final = 16
"""Images that are compared, and frequencies looked at below a cut-off, at most."""
_CUTOFF: Final = 1e-6
"""How far the power at the cut-off may be from a half."""
_LEVEL: Final = 20 / log(10)
"""Decibels for a small share more."""

_SEARCH: Final = "search for half of the power"
_SUM: Final = "direct sum over the taps"
_SILENT: Final = "nothing passes at frequency 0"
_TOO_MANY: Final = "its taps are too many to be summed one by one"


class Response(NamedTuple):
    """A column of the table: a stack, and what is shown of it.

    Attributes:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset; None: every tap is 1.
        held: how many weights the stack has.
        spectrum: what `spectrum` gave for them.
        images: what `images` did.
    """

    layers: Sequence[Layer]
    weights: Sequence[np.ndarray] | None
    held: int
    spectrum: Spectrum
    images: Images


def response_proofs(stacks: Mapping[str, Response]) -> tuple[Proof, ...]:
    """The proofs of the rows of a table that has a column for each stack.

    Args:
        stacks: by the column's name.

    Returns:
        "weights", "image ratio", "strongest image" in decibels, "half power at" in cycles per
        sample, ∞ where the power never falls to half, and "group delay at 0" in samples, each with
        a part for every column that has such a number; a row that none has is left out. Of a stack
        of more than `MAX_WAVES` taps only the first and the last are proved.

    Raises:
        ValueError: the weights of a stack do not fit.
    """
    columns: dict[str, dict[str, Proof | str]] = {}
    for name, stack in stacks.items():
        for quantity, column in _column(stack).items():
            columns.setdefault(quantity, {})[name] = column
    rows = (row_proof(quantity, column) for quantity, column in columns.items())
    return tuple(row for row in rows if row is not None)


def _column(stack: Response) -> dict[str, Proof | str]:
    taps = _Taps(stack.layers, stack.weights)
    column: dict[str, Proof | str] = {"weights": weights_proof(stack.layers, stack.held)}
    if not stack.spectrum.passes_zero:
        rest = ("image ratio", "strongest image", "half power at", "group delay at 0")
        return column | dict.fromkeys(rest, _SILENT)
    if taps.taps <= MAX_WAVES:
        column |= _images(taps, stack.images)
        column["half power at"] = _half_power(taps, stack.spectrum.cutoff)
    else:
        column |= dict.fromkeys(("image ratio", "strongest image", "half power at"), _TOO_MANY)
    column["group delay at 0"] = _delay(taps, float(stack.spectrum.group_delay[0]))
    return column


class _Taps:
    """The taps of a stack by their places among the inputs; layers whose taps are alike together.

    Attributes:
        groups: the places (T,) and the weights (layers, T) of each group.
        taps: how many places there are.
        conditions: (layers,) Σ|w| / |Σw|: how much larger than the sum what rounding works on is.
    """

    def __init__(self, layers: Sequence[Layer], weights: Sequence[np.ndarray] | None) -> None:
        if weights is None:
            weights = [np.ones(layer.pattern.taps) for layer in layers]
        alike: dict[tuple[Pattern, int], list[np.ndarray]] = {}
        jump = 1
        for (pattern, stride), kernel in zip(layers, check_weights(layers, weights), strict=True):
            alike.setdefault((pattern, jump), []).append(kernel)
            jump *= stride
        self.groups = [
            (offsets_of(pattern) * apart, np.array(kernels))
            for (pattern, apart), kernels in alike.items()
        ]
        self.taps = sum(len(places) for places, _ in self.groups)
        with np.errstate(divide="ignore"):  # where nothing passes, nothing else is asked
            self.conditions = np.concatenate(
                [np.abs(w).sum(axis=1) / np.abs(w.sum(axis=1)) for _, w in self.groups]
            )

    def evenly(self, most: int) -> int:
        """How many frequencies, up to `most`, fit `MAX_WAVES`."""
        return min(most, MAX_WAVES // self.taps)

    def error(self, shares: np.ndarray) -> float:
        """How far rounding may take the product of the layers' shares (layers, n)."""
        share = RELATIVE * self.conditions[:, None]
        product = shares.prod(axis=0)
        off = (shares + share).prod(axis=0) - product + product * ((1 + share).prod() - 1)
        return float(off.max())


def _images(taps: _Taps, found: Images) -> dict[str, Proof | str]:
    """The largest image, and as many of the others as there is time for."""
    if found.ratio is None:
        return dict.fromkeys(("image ratio", "strongest image"), "it has no image")
    spread = np.linspace(1, found.dilation // 2, taps.evenly(_COMPARED)).round().astype(np.int64)
    numerators = np.unique(np.append(spread, int(found.magnitude.argmax()) + 1))
    shares = np.concatenate(
        [
            np.abs(weights @ waves_of(numerators, places, found.dilation).T)
            / np.abs(weights.sum(axis=1, keepdims=True))
            for places, weights in taps.groups
        ]
    )
    summed, given = shares.prod(axis=0), found.magnitude[numerators - 1]
    tolerance, ratio = taps.error(shares), found.ratio
    difference = max(float(np.abs(given - summed).max()), float(abs(ratio - given.max())))
    note = f"Compared at {len(numerators)} of {len(found.frequencies)} images."
    ways = (Way("FFT of the sums by remainder", ratio), Way(_SUM, float(summed.max())))
    ratios = Proof("image ratio", ways, Agreement(difference, ratio, tolerance, len(given)), note)
    least = 10 ** (FLOOR / 20)
    levels = [(way.name, 20 * log10(max(way.value, least))) for way in ways]
    share = tolerance / max(ratio, least)
    if share > 0.01:
        return {"image ratio": ratios, "strongest image": "rounding may be as large as it is"}
    slack = _LEVEL * share / (1 - share)
    return {
        "image ratio": ratios,
        "strongest image": proof("strongest image", *levels, tolerance=slack, note=note),
    }


def _half_power(taps: _Taps, cutoff: float | None) -> Proof | str:
    """Where the power falls to half along its slope at the cut-off, unless it does before."""
    last = 0.5 if cutoff is None else cutoff
    points = np.arange(1, taps.evenly(_COMPARED) + 1) / taps.evenly(_COMPARED) * last
    power, slope = _powers(taps, points)
    tolerance = _CUTOFF + 2 * RELATIVE * float(taps.conditions.sum())
    low = np.flatnonzero(power < 0.5 - tolerance)
    note = f"The power was looked at in {len(points)} frequencies up to {last:.4g}."
    if cutoff is None:
        other = float(points[low[0]]) if len(low) else inf
        return proof("half power at", (_SEARCH, inf), (_SUM, other), note=note)
    if len(low) and low[0] < len(points) - 1:
        return proof("half power at", (_SEARCH, cutoff), (_SUM, float(points[low[0]])), note=note)
    if not tolerance < 0.01 * cutoff * abs(float(slope[-1])):
        return "the power hardly falls there"
    other = cutoff + (0.5 - float(power[-1])) / float(slope[-1])
    allowed = tolerance / abs(float(slope[-1]))
    return proof("half power at", (_SEARCH, cutoff), (_SUM, other), tolerance=allowed, note=note)


def _powers(taps: _Taps, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) the power as a share of that at 0, and its slope, at n cycles per sample."""
    power, relative = np.ones(len(frequencies)), np.zeros(len(frequencies))
    for places, weights in taps.groups:
        near = places - places[0]  # a shift changes no power
        waves = np.exp(2j * np.pi * np.multiply.outer(near, frequencies))
        response = weights @ waves
        moments = (weights * near) @ waves
        power *= (np.abs(response / weights.sum(axis=1, keepdims=True)) ** 2).prod(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative += (-4 * np.pi * (moments / response).imag).sum(axis=0)
    return power, power * relative


def _delay(taps: _Taps, delay: float) -> Proof:
    """The middle of the weights, Σ place · w / Σ w, layer by layer: what moves a slow wave."""
    other, error = 0.0, 0.0
    for places, weights in taps.groups:
        moved, totals = weights * places.astype(np.float64), weights.sum(axis=1)
        middles = moved.sum(axis=1) / totals
        other -= float(middles.sum())
        sizes = np.abs(moved).sum(axis=1) + np.abs(middles) * np.abs(weights).sum(axis=1)
        error += RELATIVE * float((sizes / np.abs(totals)).sum())
    ways = (("formula, layer by layer", delay), ("middle of the weights", other))
    return proof("group delay at 0", *ways, tolerance=error)
