"""Proofs of an effective receptive field: convolution, autograd, path counts and closed form."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, prod, sqrt
from typing import Final, NamedTuple

import numpy as np

from pdviz.analysis.agreement import Agreement, Proof, Way, proof
from pdviz.analysis.convolution import stack_kernel
from pdviz.analysis.effective_receptive_field import (
    SHARES,
    EffectiveField,
    closed_form_std,
    expected_field,
)
from pdviz.analysis.effective_receptive_field_autograd import (
    EPSILON,
    average,
    draw_kernels,
    measured_field,
    rounding,
    within_limit,
)
from pdviz.analysis.receptive_field import Layer
from pdviz.analysis.shares import shortest_stretches

ERRORS: Final = 6.0
"""How many standard errors an average over draws may be off."""
FEWEST: Final = 16
"""With fewer effective draws their scatter does not tell how far their average is off."""

_FREQUENCIES: Final = 8
_PRIME: Final = 1_048_573
_STEP: Final = 324_028
"""A point z is exp(2πi · step / prime) to some power: about (√5 − 1) / 4 of a turn apart."""


def effective_field_proofs(
    layers: Sequence[Layer],
    field: EffectiveField,
    weights: Sequence[np.ndarray] | None = None,
    *,
    activation: str = "linear",
    seed: int = 0,
    expected: EffectiveField | None = None,
) -> tuple[Proof, ...]:
    """The proofs of `field` and of the field that is expected of random weights.

    Args:
        layers: from the input to the output.
        field: as `effective_field` gave it for `weights`, or `measured_field` for `weights`,
            `activation` and `seed`.
        weights, activation, seed: as given to those.
        expected: `expected_field(layers, field.measure)`, if it is at hand.

    Returns:
        "effective std", "effective profile" and for each of `SHARES` "effective 50% stretch": of a
        linear stack, convolution of the kernels against autograd through the layers, for the same
        weights in each draw, and the closed form where there is one;
        "gradient": the gradient's sum and its response at some frequencies, against the products
        of the layers' own; of given weights in a linear stack, as long as they do not cancel;
        "output": autograd's gradient times the input against the output;
        "expected std": path counts against the closed form, where there is one;
        "std over draws" and "profile over draws": the average over random weights of a linear
        stack against the expected one, within `ERRORS` standard errors; left out where a few draws
        outweigh the others.
        What autograd has a part in is left out where a single draw would be too much work.
    """
    proofs: list[Proof] = []
    if activation == "linear":
        proofs += _of_the_draws(layers, field, weights, seed)
    elif field.outputs is not None:
        proofs.append(field.outputs)
    std = closed_form_std(layers, None, field.measure)
    if std is not None:
        if expected is None:
            expected = expected_field(layers, field.measure)
        proofs.append(_expected_std(layers, expected, std))
        if weights is None and activation == "linear":
            proofs += _over_draws(layers, field, expected, std)
    return tuple(proofs)


def _of_the_draws(
    layers: Sequence[Layer],
    field: EffectiveField,
    weights: Sequence[np.ndarray] | None,
    seed: int,
) -> list[Proof]:
    """The same weights by convolution and by autograd, whichever of the two `field` is."""
    kernels = draw_kernels(layers, weights, field.draws, np.random.default_rng(seed))
    autograd: EffectiveField | None = None
    if field.outputs is not None:
        gradients, autograd = _convolved(layers, kernels), field
        convolved = average(int(field.positions[0]), gradients, field.measure)
    else:
        assert field.gradient is not None
        gradients, convolved = field.gradient[None], field
        if within_limit(layers):
            autograd = measured_field(layers, weights, measure=field.measure, seed=seed)
    closed = None if weights is None else closed_form_std(layers, weights, field.measure)
    proofs: list[Proof] = []
    if autograd is not None or closed is not None:
        # Without autograd: where there is a closed form, no two paths of an input cancel.
        largest = np.abs(gradients)
        if autograd is not None:
            largest = _convolved(layers, [np.abs(kernel) for kernel in kernels])
        bound = _rounding_bound(convolved, gradients, rounding(layers) * largest)
        proofs += _same_weights(convolved, autograd, closed, bound)
    if weights is not None and convolved.gradient is not None:
        responses = _responses(layers, weights, convolved)
        proofs += [] if responses is None else [responses]
    if autograd is not None and autograd.outputs is not None:
        proofs.append(autograd.outputs)
    return proofs


def _convolved(layers: Sequence[Layer], kernels: Sequence[np.ndarray]) -> np.ndarray:
    """(draws, n): the kernel of the whole stack in each draw."""
    return np.array([stack_kernel(layers, draw) for draw in zip(*kernels, strict=True)])


def _same_weights(
    convolved: EffectiveField,
    autograd: EffectiveField | None,
    closed: float | None,
    bound: _Bound,
) -> list[Proof]:
    fields = [("convolution", convolved)]
    note = "Autograd is left out: it would be too much work."
    if autograd is not None:
        fields.append(("autograd", autograd))
        note = f"Over the same {autograd.draws} draws of the weights." if autograd.draws > 1 else ""
    if any(field.vanished for _, field in fields):
        note = "No gradient reaches any input."
        return [] if autograd is None else [_profile(fields, bound.variation, note)]
    stds = [(name, field.std) for name, field in fields]
    if closed is not None:
        stds.append(("closed form", closed))
    proofs = [proof("effective std", *stds, tolerance=bound.std, note=note)]
    if autograd is not None:
        proofs += [_stretch(fields, share, bound.variation, note) for share in SHARES]
        proofs.append(_profile(fields, bound.variation, note))
    return proofs


def _stretch(
    fields: list[tuple[str, EffectiveField]], share: float, variation: float, note: str
) -> Proof:
    """The shortest stretch with a share of the mass; rounding can move where it is reached."""
    mass = fields[0][1].mass
    shares = (max(share - 2 * variation, 0.0), min(share + 2 * variation, 1.0))
    shortest, longest = shortest_stretches(mass, shares, len(mass) / 2)
    lengths = [(name, field.fractions[share].length) for name, field in fields]
    tolerance = longest.length - shortest.length
    return proof(f"effective {share:.0%} stretch", *lengths, tolerance=tolerance, note=note)


def _profile(
    fields: list[tuple[str, EffectiveField]],
    tolerance: float,
    note: str,
    quantity: str = "effective profile",
) -> Proof:
    """Total variation, half the sum of all differences, between two profiles."""
    (_, one), (_, other) = fields
    agreement = Agreement(
        difference=float(np.abs(one.mass - other.mass).sum()) / 2,
        size=1.0,
        tolerance=tolerance,
        count=len(one.mass),
    )
    ways = tuple(Way(name, float(field.mass.max())) for name, field in fields)
    text = "Each way by its largest share; the difference is half the sum over all inputs."
    return Proof(quantity, ways, agreement, f"{text} {note}".rstrip())


def _expected_std(layers: Sequence[Layer], expected: EffectiveField, std: float) -> Proof:
    return proof(
        "expected std",
        ("path counts", expected.std),
        ("closed form", std),
        tolerance=_std_tolerance(expected, 2 * rounding(layers) * std**2),
    )


def _over_draws(
    layers: Sequence[Layer], field: EffectiveField, expected: EffectiveField, std: float
) -> list[Proof]:
    scatter = field.scatter
    if field.vanished or scatter is None or scatter.effective_draws < FEWEST:
        return []
    way = f"mean of {field.draws} draws"
    note = f"Random draws scatter: up to {ERRORS:g} standard errors are taken for agreement."
    exact = rounding(layers)
    proofs = [
        proof(
            "std over draws",
            (way, field.std),
            ("endless draws, closed form", std),
            tolerance=ERRORS * scatter.std + _std_tolerance(expected, 2 * exact * std**2),
            note=note,
        )
    ]
    variation = ERRORS * scatter.variation + 2 * exact
    if variation < 1:  # no two profiles differ by more than 1
        fields = [(way, field), ("endless draws, path counts", expected)]
        proofs.append(_profile(fields, variation, note, "profile over draws"))
    return proofs


def _responses(
    layers: Sequence[Layer], weights: Sequence[np.ndarray], field: EffectiveField
) -> Proof | None:
    """Σ g(x) z^x = Π_l Σ w(o) z^(S_l · o) at points z of the unit circle, 1 among them.

    None where rounding could explain a large difference: where kernels cancel each other.
    """
    assert field.gradient is not None
    mean = float(np.linalg.norm(field.gradient))  # the root mean square response (Parseval)
    largest = prod(float(np.abs(kernel).sum()) for kernel in weights)
    tolerance = 1e-11 * mean + EPSILON * largest
    if tolerance > 0.01 * mean:
        return None
    products, jump = np.ones(_FREQUENCIES, dtype=np.complex128), 1
    for layer, kernel in zip(layers, weights, strict=True):
        products *= _powers(np.array(layer.pattern.offsets) % _PRIME * (jump % _PRIME)) @ kernel
        jump *= layer.stride
    # x = first + row · width + column, so that few powers make all of them.
    width = isqrt(len(field.gradient)) + 1
    rows = -(-len(field.gradient) // width)
    table = np.zeros((rows, width))
    table.ravel()[: len(field.gradient)] = field.gradient
    by_column = _powers(np.arange(width))
    by_row = _powers(np.arange(rows) * width + field.positions[0])
    sums = ((by_column.real @ table.T + 1j * (by_column.imag @ table.T)) * by_row).sum(axis=1)
    off = np.abs(sums - products)
    worst = int(off.argmax())
    return Proof(
        "gradient",
        (Way("convolution", float(abs(sums[worst]))), Way("layers", float(abs(products[worst])))),
        Agreement(float(off[worst]), mean, tolerance, _FREQUENCIES),
        f"The response at {_FREQUENCIES} frequencies, shown where it differs most.",
    )


def _powers(exponents: np.ndarray) -> np.ndarray:
    """(frequencies, n): z^exponent; whole turns are taken off as integers, without rounding."""
    steps = np.arange(_FREQUENCIES, dtype=np.int64)[:, None] * _STEP % _PRIME
    turns = steps * (exponents % _PRIME) % _PRIME
    powers: np.ndarray = np.exp(2j * np.pi / _PRIME * turns)
    return powers


class _Bound(NamedTuple):
    """The largest difference between two ways that rounding can explain."""

    variation: float
    std: float


def _rounding_bound(field: EffectiveField, gradients: np.ndarray, errors: np.ndarray) -> _Bound:
    """From the largest error of each gradient, (draws, n), in each of the two ways."""
    if field.vanished:
        return _Bound(0.0, 0.0)
    scale = np.abs(gradients).max()
    sizes, errors = np.abs(gradients) / scale, errors / scale
    if field.measure == "energy":
        sizes, errors = sizes**2, 2 * sizes * errors + errors**2
    each = 2 * errors.sum(axis=0) / sizes.sum()
    variation = float(each.sum())
    variance = float(each @ (field.positions - field.mean) ** 2) + variation * field.std**2
    return _Bound(variation, _std_tolerance(field, variance))


def _std_tolerance(field: EffectiveField, variance: float) -> float:
    """How far the standard deviation can be off, if the variance is by `variance` before sums."""
    extent = len(field.mass)
    variance += 2 * EPSILON * extent * field.std**2 + (EPSILON * extent**2) ** 2
    return variance / field.std if field.std**2 > variance else sqrt(variance)
