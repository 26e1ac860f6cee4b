"""Proofs of a table of responses, row by row: each stack's numbers by direct sums over its taps.

`spectrum` and `images` fold each kernel and transform it. Here every tap has its own wave, and a
layer's response is taken as a share of its response at frequency 0, so that weights of any scale
can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, log, log10
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis._arrays import offsets_of
from pdviz.analysis.proof import Agreement, Method, Proof, Quantity, proof, row_proof
from pdviz.analysis.rivals.receptive_field_proofs import weights_proof
from pdviz.analysis.spectrum import FLOOR, Images, Spectrum
from pdviz.analysis.spectrum.peak_proof import TOLERANCE, other_peak
from pdviz.analysis.spectrum.tap_sums import MAX_WAVES, RELATIVE, waves_of
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.layer import check_weights
from pdviz.pattern import Pattern

_FREQUENCIES: Final = 16
"""Most images that are compared, and most frequencies checked below the half-power frequency."""
_HALF_POWER: Final = 1e-6
"""How far the power at the half-power frequency may be from a half."""
_DECIBELS_PER_SHARE: Final = 20 / log(10)
"""A magnitude that grows by a small share x gains this times x in decibels (d 20·log10 m)."""

_SEARCH: Final = "search for half of the power"
_SUM: Final = "direct sum over the taps"
_SILENT: Final = "nothing passes at frequency 0"
_TOO_MANY: Final = "its taps are too many to be summed one by one"


class Response(NamedTuple):
    """A column of the table: a stack, and the numbers to prove.

    Attributes:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset; None: every tap is 1.
        weight_count: how many weights the stack has.
        spectrum: what `spectrum` gave for it.
        images: what `images` gave for it.
    """

    layers: Sequence[Layer]
    weights: Sequence[np.ndarray] | None
    weight_count: int
    spectrum: Spectrum
    images: Images


def response_proofs(stacks: Mapping[str, Response]) -> tuple[Proof, ...]:
    """Return the proofs of the rows of a table that has a column for each stack.

    Args:
        stacks: by the column's name.

    Returns:
        `WEIGHTS`, `IMAGE_RATIO`, `STRONGEST_IMAGE` in decibels, `IMAGE_AT_MULTIPLE`,
        `HALF_POWER_FREQUENCY` in cycles
        per sample, ∞ where the power never falls to half, and `GROUP_DELAY_AT_ZERO` in samples,
        each with a part for every column that has such a number; a row that none has is left out.
        Only the first and the last are proved of a stack of more than `MAX_WAVES` taps.

    Raises:
        ValueError: the weights of a stack do not fit.
    """
    columns: dict[Quantity, dict[str, Proof | str]] = {}
    for name, stack in stacks.items():
        for quantity, cell in _column(stack).items():
            columns.setdefault(quantity, {})[name] = cell
    rows = (row_proof(quantity, column) for quantity, column in columns.items())
    return tuple(row for row in rows if row is not None)


_Column = dict[Quantity, Proof | str]
"""For each number of one stack its proof, or why there is none."""
_PEAKS: Final = (Quantity.IMAGE_RATIO, Quantity.STRONGEST_IMAGE)
_IMAGES: Final = (*_PEAKS, Quantity.IMAGE_AT_MULTIPLE)


def _column(stack: Response) -> _Column:
    """Prove each number of one stack."""
    taps = _Taps(stack.layers, stack.weights)
    column: _Column = {Quantity.WEIGHTS: weights_proof(stack.layers, stack.weight_count)}
    summed = (*_IMAGES, Quantity.HALF_POWER_FREQUENCY)
    if not stack.spectrum.passes_zero:
        return column | dict.fromkeys((*summed, Quantity.GROUP_DELAY_AT_ZERO), _SILENT)
    if taps.count <= MAX_WAVES:
        column |= _peak_proofs(stack)
        column[Quantity.IMAGE_AT_MULTIPLE] = _image_proof(taps, stack.images)
        frequency = stack.spectrum.half_power_frequency
        column[Quantity.HALF_POWER_FREQUENCY] = _half_power(taps, frequency)
    else:
        column |= dict.fromkeys(summed, _TOO_MANY)
    column[Quantity.GROUP_DELAY_AT_ZERO] = _delay(taps, float(stack.spectrum.group_delay[0]))
    return column


class _Taps:
    """The taps of a stack by their places among the inputs; layers with the same taps are grouped.

    Attributes:
        groups: the places (T,) and the weights (layers, T) of each group.
        count: how many places there are.
        conditions: (layers,) Σ|w| / |Σw|, by which rounding errors of the sum are magnified.
    """

    def __init__(self, layers: Sequence[Layer], weights: Sequence[np.ndarray] | None) -> None:
        if weights is None:
            weights = [np.ones(layer.pattern.taps) for layer in layers]
        alike: dict[tuple[Pattern, int], list[np.ndarray]] = {}
        kernels = check_weights(layers, weights)
        for (layer, jump), kernel in zip(with_jumps(layers), kernels, strict=True):
            alike.setdefault((layer.pattern, jump), []).append(kernel)
        self.groups = [
            (offsets_of(pattern) * jump, np.array(group))
            for (pattern, jump), group in alike.items()
        ]
        self.count = sum(len(places) for places, _ in self.groups)
        with np.errstate(divide="ignore"):  # infinite where nothing passes, and then not used
            self.conditions = np.concatenate(
                [np.abs(w).sum(axis=1) / np.abs(w.sum(axis=1)) for _, w in self.groups]
            )

    def evenly(self, most: int) -> int:
        """Return how many frequencies, up to `most`, fit `MAX_WAVES`."""
        return min(most, MAX_WAVES // self.count)

    def error(self, shares: np.ndarray) -> float:
        """Return how far rounding may move the product of the layers' shares (layers, n).

        Each share is off by its numerator's error, which a factor 0 does not cancel, and by its
        denominator's, which is relative.
        """
        share = RELATIVE * self.conditions[:, None]
        product = shares.prod(axis=0)
        error = (shares + share).prod(axis=0) - product + product * ((1 + share).prod() - 1)
        return float(error.max())


def _peak_proofs(stack: Response) -> _Column:
    """Prove the highest image, and its level."""
    images = stack.images
    if images.ratio is None:
        return dict.fromkeys(_PEAKS, "it has no image")
    other = other_peak(stack.layers, stack.weights, images)
    if other is None:
        return dict.fromkeys(_PEAKS, "it is too wide, or its images too faint, for another method")
    tolerance = TOLERANCE * images.ratio + RELATIVE * len(stack.layers)
    methods = (("peaks of the layers' product, on a fine grid", images.ratio), other)
    ratio = proof(Quantity.IMAGE_RATIO, *methods, tolerance=tolerance)
    # In decibels a relative error matters. Where rounding is more than 1 % of the image, its level
    # says nothing; below that, −ln(1 − x) ≤ x / (1 − x) bounds what it can change.
    lowest = 10 ** (FLOOR / 20)
    share = tolerance / max(images.ratio, lowest)
    if share > 0.01:
        reason = "rounding may be as large as it is"
        return {Quantity.IMAGE_RATIO: ratio, Quantity.STRONGEST_IMAGE: reason}
    levels = [(name, 20 * log10(max(value, lowest))) for name, value in methods]
    allowed = _DECIBELS_PER_SHARE * share / (1 - share)
    level = proof(Quantity.STRONGEST_IMAGE, *levels, tolerance=allowed)
    return {Quantity.IMAGE_RATIO: ratio, Quantity.STRONGEST_IMAGE: level}


def _image_proof(taps: _Taps, images: Images) -> Proof | str:
    """Prove the highest image at its multiple, and as many of the others as there is time for."""
    if images.multiple is None:
        return "it has no image"
    count = taps.evenly(_FREQUENCIES)
    spread = np.linspace(1, images.dilation // 2, count).round().astype(np.int64)
    numerators = np.unique(np.append(spread, images.multiple))
    shares = np.concatenate(
        [
            np.abs(weights @ waves_of(numerators, places, images.dilation).T)
            / np.abs(weights.sum(axis=1, keepdims=True))
            for places, weights in taps.groups
        ]
    )
    summed, folded = shares.prod(axis=0), images.magnitude[numerators - 1]
    own = int(np.searchsorted(numerators, images.multiple))
    size = float(folded[own])
    note = f"Compared at {len(numerators)} of {len(images.frequencies)} images."
    methods = (Method("FFT of the sums by remainder", size), Method(_SUM, float(summed[own])))
    difference = float(np.abs(folded - summed).max())
    agreement = Agreement(difference, size, taps.error(shares), len(folded))
    return Proof(Quantity.IMAGE_AT_MULTIPLE, methods, agreement, note)


def _half_power(taps: _Taps, frequency: float | None) -> Proof | str:
    """Prove the half-power frequency: one Newton step from it, unless the power falls earlier."""
    quantity = Quantity.HALF_POWER_FREQUENCY
    count, last = taps.evenly(_FREQUENCIES), 0.5 if frequency is None else frequency
    points = np.arange(1, count + 1) / count * last
    power, slope = _powers(taps, points)
    tolerance = _HALF_POWER + 2 * RELATIVE * float(taps.conditions.sum())
    low = np.flatnonzero(power < 0.5 - tolerance)
    note = f"The power was looked at in {len(points)} frequencies up to {last:.4g}."
    if frequency is None:
        other = float(points[low[0]]) if len(low) else inf
        return proof(quantity, (_SEARCH, inf), (_SUM, other), note=note)
    if len(low) and low[0] < len(points) - 1:  # the search has missed an earlier one
        other = float(points[low[0]])
        return proof(quantity, (_SEARCH, frequency), (_SUM, other), note=note)
    # An error in power is one in frequency divided by the slope: too flat a slope proves nothing.
    steepness = abs(float(slope[-1]))
    if not tolerance < 0.01 * frequency * steepness:
        return "the power hardly falls there"
    other = frequency + (0.5 - float(power[-1])) / float(slope[-1])
    methods = ((_SEARCH, frequency), (_SUM, other))
    return proof(quantity, *methods, tolerance=tolerance / steepness, note=note)


def _powers(taps: _Taps, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the power as a share of that at 0, and its slope, at n cycles per sample: (n,) each.

    With G = Σ w e^{2πifo} the relative slope of |G|² is 2 Re(G′/G) = −4π Im(Σ o w e^{2πifo} / G);
    the relative slopes of the layers add up.
    """
    power, relative = np.ones(len(frequencies)), np.zeros(len(frequencies))
    for places, weights in taps.groups:
        near = places - places[0]  # a shift does not change the power
        waves = np.exp(2j * np.pi * np.multiply.outer(near, frequencies))
        response = weights @ waves
        moments = (weights * near) @ waves
        power *= (np.abs(response / weights.sum(axis=1, keepdims=True)) ** 2).prod(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative += (-4 * np.pi * (moments / response).imag).sum(axis=0)
    return power, power * relative


def _delay(taps: _Taps, delay: float) -> Proof:
    """Prove the delay at 0 by the weights' mean place, Σ place · w / Σ w, layer by layer.

    It is dφ/dω of Σ w e^{iω · place} at ω = 0: by so much, negated, a slow wave is delayed.
    """
    other, error = 0.0, 0.0
    for places, weights in taps.groups:
        moved, totals = weights * places.astype(np.float64), weights.sum(axis=1)
        middles = moved.sum(axis=1) / totals
        other -= float(middles.sum())
        sizes = np.abs(moved).sum(axis=1) + np.abs(middles) * np.abs(weights).sum(axis=1)
        error += RELATIVE * float((sizes / np.abs(totals)).sum())
    methods = (("formula, layer by layer", delay), ("middle of the weights", other))
    return proof(Quantity.GROUP_DELAY_AT_ZERO, *methods, tolerance=error)
