"""Effective receptive field of a stack: how much each input counts.

Its profile is the gradient g = ∂y₀ / ∂x of the output at 0 (Luo, Li, Urtasun and Zemel 2016). In a
linear stack g is the convolution of the layers' kernels, the kernel of layer l spread by its jump
S_l = Π_{i<l} s_i. Over random weights of mean 0, independent and of equal variance within a layer,
E[g²] is proportional to the number of paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan, sqrt
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis._arrays import frozen, inner
from pdviz.analysis.effective_field.stretches import Stretch, shortest_stretches
from pdviz.analysis.proof import Proof
from pdviz.analysis.receptive_field import ReceptiveField, receptive_field
from pdviz.analysis.stack import Layer, stack_kernel
from pdviz.analysis.stack.layer import check_weights, checked_extent

MEASURES: Final = ("energy", "magnitude")
"""What is measured of the gradient: its square, or its absolute value."""
SHARES: Final = (0.2, 0.3, 0.5, 0.99)
"""The shares of the mass whose shortest stretches are computed."""
_CHUNK: Final = 2**14
"""Positions whose moments are summed at a time, so that they stay in the processor's cache."""
_LUO: Final = 1 - 0.9545
"""The share of the largest gradient above which Luo et al. count an input as inside."""


class Scatter(NamedTuple):
    """Sampling error of an average over draws, estimated from the draws.

    To first order, and reliable where `effective_draws` is 12 or more: in deep stacks a few draws
    can outweigh all others.

    Attributes:
        effective_draws: how many draws of equal weight would be as informative, (Σ M)² / Σ M² with
            the measure M of a whole draw (Kish 1965).
        std: the standard error of the field's standard deviation.
        variation: half the sum of the standard errors of the mass. The total variation between
            the two profiles, half the sum of their differences, is about as large.
    """

    effective_draws: float
    std: float
    variation: float


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """The distribution of the gradient of the output at position 0 over the extent of n inputs.

    Attributes:
        measure: "energy", g², or "magnitude", |g|.
        start: the first input of the extent.
        gradient: (n,) g itself; None where the field is an average.
        mass: (n,) the share of each input, ≥ 0, summing to 1; all 0 if the field has vanished.
        mean, std: of the position, weighted by mass; NaN if the field has vanished.
        draws: how many draws of random numbers it is the average of; 1 if nothing is random.
        scatter: the sampling error of that average; None if nothing is random, or of one draw.
        outputs: of a field that autograd measured, the proof that each draw's output is Σ g · x,
            as it must be for layers without bias, ReLU or not (Euler, homogeneous functions).
    """

    measure: str
    start: int
    gradient: np.ndarray | None
    mass: np.ndarray
    mean: float
    std: float
    draws: int = 1
    scatter: Scatter | None = None
    outputs: Proof | None = None

    @property
    def positions(self) -> np.ndarray:
        """(n,) int64, the inputs of the extent, ascending."""
        positions = np.arange(self.start, self.start + len(self.mass))
        positions.flags.writeable = False
        return positions

    @property
    def vanished(self) -> bool:
        """Whether no gradient reaches any input: a layer of zeros, or ReLUs that all give 0."""
        return isnan(self.mean)

    @cached_property
    def stretches(self) -> Mapping[float, Stretch]:
        """For each of `SHARES` the shortest contiguous stretch that holds at least that share.

        Of several, the one whose middle is nearest to the mean, then the leftmost. Empty if the
        field has vanished. Computed when it is first read.
        """
        if self.vanished:
            return MappingProxyType({})
        stretches = shortest_stretches(self.mass, SHARES, self.mean - self.start)
        return MappingProxyType(
            {
                share: Stretch(self.start + stretch.first, self.start + stretch.last)
                for share, stretch in zip(SHARES, stretches, strict=True)
            }
        )


def effective_field(
    layers: Sequence[Layer], weights: Sequence[np.ndarray], measure: str = "energy"
) -> EffectiveField:
    """Compute the field of a linear stack with these weights, by convolution, in float64.

    >>> from pdviz import Pattern
    >>> binomial = np.array([0.25, 0.5, 0.25])
    >>> field = effective_field([Layer(Pattern.dense(3))] * 2, [binomial] * 2, "magnitude")
    >>> field.start, field.mass.tolist(), field.std
    (-2, [0.0625, 0.25, 0.375, 0.25, 0.0625], 1.0)

    Args:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset.
        measure: one of `MEASURES`.

    Raises:
        ValueError: an argument is wrong or does not fit, the extent would pass `limits.MAX_EXTENT`
            or the work `limits.MAX_FIELD_WORK`, or the gradient is too large for float64.
    """
    check_measure(measure)
    start, _, _ = checked_extent(layers)
    kernels = check_weights(layers, weights)
    gradient = stack_kernel(layers, kernels)
    if not np.isfinite(gradient).all():
        raise ValueError("`weights` make a gradient that is too large for float64.")
    return field_of(start, measured(gradient, measure), measure, gradient=gradient)


def expected_field(
    layers: Sequence[Layer], measure: str = "energy", *, paths: ReceptiveField | None = None
) -> EffectiveField:
    """Compute the field that random weights of mean 0 have on average, without drawing any.

    "energy" is E[g²], exactly: proportional to the path counts, for weights that are independent
    and of equal variance within a layer. "magnitude" is its root, √E[g²], which the average of |g|
    never exceeds; the two have the same shape where the paths are many or one.

    Args:
        layers: from the input to the output.
        measure: one of `MEASURES`.
        paths: `receptive_field(layers)`, if it has been computed already.

    Raises:
        ValueError: the measure is unknown, or as `receptive_field` does.
    """
    check_measure(measure)
    field = receptive_field(layers) if paths is None else paths
    mass = field.paths.astype(np.float64)
    return field_of(field.start, mass if measure == "energy" else np.sqrt(mass), measure)


def luo_positions(field: EffectiveField) -> np.ndarray:
    """Return the inputs that Luo et al. 2016 count as inside: int64, ascending.

    These are the inputs whose gradient exceeds 1 − 95.45 % of the largest, which a Gaussian has at
    its centre; for an average, the root of the mean energy stands for the gradient.
    """
    threshold = _LUO**2 if field.measure == "energy" else _LUO
    inside = field.mass > threshold * field.mass.max(initial=0.0)
    return frozen(field.positions[inside], np.int64)


def check_measure(measure: str) -> None:
    """Raise unless `measure` is one of `MEASURES`."""
    if measure not in MEASURES:
        raise ValueError(f"`measure` (={measure!r}) must be one of {MEASURES}.")


def field_of(
    start: int,
    raw: np.ndarray,
    measure: str,
    *,
    gradient: np.ndarray | None = None,
    draws: int = 1,
) -> EffectiveField:
    """Return the field of what is measured at each input of the extent.

    `raw` is (n,) float64 ≥ 0, not yet normalised; it becomes the field's mass, in place.
    """
    total = float(raw.sum())
    mass = raw
    mean = std = nan
    if total:
        mass /= total
        place, variance = _moments(mass)
        mean, std = start + place, sqrt(variance)
    for array in (mass, gradient):
        if array is not None:
            array.flags.writeable = False
    return EffectiveField(
        measure=measure,
        start=start,
        gradient=gradient,
        mass=mass,
        mean=mean,
        std=std,
        draws=draws,
    )


def _moments(mass: np.ndarray) -> tuple[float, float]:
    """Return mean and variance of the index, summed in chunks, about the middle."""
    middle = (len(mass) - 1) / 2
    places = np.arange(min(len(mass), _CHUNK)) - middle
    chunks = [(first, mass[first : first + _CHUNK]) for first in range(0, len(mass), _CHUNK)]
    shift = sum(inner(chunk, places[: len(chunk)] + first) for first, chunk in chunks)
    variance = 0.0
    for first, chunk in chunks:
        squares = places[: len(chunk)] + (first - shift)
        squares *= squares
        variance += inner(chunk, squares)
    return middle + shift, variance


def measured(gradient: np.ndarray, measure: str) -> np.ndarray:
    """Return g² or |g|, of a gradient scaled to a largest magnitude of 1: no square underflows."""
    magnitude: np.ndarray = np.abs(gradient)
    largest = magnitude.max(initial=0.0)
    if largest:
        magnitude /= largest
    if measure == "energy":
        np.square(magnitude, out=magnitude)
    return magnitude
