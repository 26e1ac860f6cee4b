"""Proofs of an effective field, by convolution, autograd, path counts and the closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pdviz.analysis.effective_field.agreement import (
    field_profile,
    rounding_bound,
    same_fields,
    std_tolerance,
)
from pdviz.analysis.effective_field.closed_form import closed_form_std
from pdviz.analysis.effective_field.draws import draw, draw_kernels, draw_work
from pdviz.analysis.effective_field.field import EffectiveField, expected_field
from pdviz.analysis.effective_field.gradient_response import response_proof
from pdviz.analysis.effective_field.measured import (
    average,
    measured_field,
    within_limit,
)
from pdviz.analysis.effective_field.relu_gradients import MAX_RELU_WORK, relu_gradients
from pdviz.analysis.proof import Proof, Quantity, proof
from pdviz.analysis.stack import Layer, stack_extent, stack_kernel
from pdviz.analysis.stack.rounding import rounding

ERRORS: Final = 6.0
"""How many standard errors an average over draws may be off."""
MIN_EFFECTIVE_DRAWS: Final = 16
"""With fewer effective draws, their scatter is no estimate of the error of their average."""
BY_HAND: Final = "back by hand through the open ReLUs"

_MAX_VARIATION: Final = 0.01
"""Two profiles prove nothing if rounding may explain a total variation above this."""


def effective_field_proofs(
    layers: Sequence[Layer],
    field: EffectiveField,
    weights: Sequence[np.ndarray] | None = None,
    *,
    activation: str = "linear",
    seed: int = 0,
    expected: EffectiveField | None = None,
) -> tuple[Proof, ...]:
    """Return the proofs of `field`, and of the field that is expected of random weights.

    Args:
        layers: from the input to the output.
        field: `effective_field` of `weights`, or `measured_field` of `weights`, `activation` and
            `seed`.
        weights, activation, seed: the arguments of that function.
        expected: `expected_field(layers, field.measure)`, if it has been computed already.

    Returns:
        `EFFECTIVE_STD`, `EFFECTIVE_PROFILE` and a `STRETCH_…` for each of `SHARES`: of a linear
        stack, convolution of the kernels against autograd through the layers, for the same weights
        in each draw, and the closed form where there is one; with ReLUs, a backward pass by hand
        through the open ones against autograd, for the same weights and inputs, if it is within
        `MAX_RELU_WORK` and no important ReLU depends on rounding;
        `GRADIENT`: the gradient's sum and its response at some frequencies, against the products
        of the layers' own; for chosen weights in a linear stack, if they do not cancel;
        `OUTPUT`: autograd's gradient times the input against the output;
        `EXPECTED_STD`: path counts against the closed form, where there is one;
        `STD_OVER_DRAWS` and `PROFILE_OVER_DRAWS`: the average over random weights of a linear
        stack against the expected one, within `ERRORS` standard errors; left out where a few draws
        outweigh the others.
        Whatever needs autograd is left out where a single draw would be too much work.
    """
    proofs: list[Proof] = []
    if activation == "linear":
        proofs += _of_the_draws(layers, field, weights, seed)
    elif field.outputs is not None:
        proofs += _through_relus(layers, field, field.outputs, weights, seed)
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
    """Prove the field of the same weights by convolution and autograd, one of which is `field`."""
    kernels = draw_kernels(layers, weights, field.draws, np.random.default_rng(seed))
    autograd: EffectiveField | None = None
    if field.outputs is not None:
        gradients, autograd = _convolved(layers, kernels), field
        convolved = average(field.start, gradients, field.measure)
    else:
        assert field.gradient is not None
        gradients, convolved = field.gradient[None], field
        if within_limit(layers):
            autograd = measured_field(layers, weights, measure=field.measure, seed=seed)
    closed = None if weights is None else closed_form_std(layers, weights, field.measure)
    proofs: list[Proof] = []
    if autograd is not None or closed is not None:
        # Rounding is a share of the sum of magnitudes. Without autograd the gradients are as large
        # as that: there is a closed form, so no two paths of an input cancel.
        largest = np.abs(gradients)
        fields, note = [("convolution", convolved)], ""
        if autograd is None:
            note = "Autograd is left out: it would be too much work."
        else:
            largest = _convolved(layers, [np.abs(kernel) for kernel in kernels])
            fields.append(("autograd", autograd))
            if autograd.draws > 1:
                note = f"Over the same {autograd.draws} draws of the weights."
        bound = rounding_bound(convolved, gradients, rounding(layers) * largest)
        proofs += same_fields(fields, bound, note, closed)
    if weights is not None and convolved.gradient is not None:
        responses = response_proof(layers, weights, convolved)
        proofs += [] if responses is None else [responses]
    if autograd is not None and autograd.outputs is not None:
        proofs.append(autograd.outputs)
    return proofs


def _convolved(layers: Sequence[Layer], kernels: Sequence[np.ndarray]) -> np.ndarray:
    """Return the kernel of the whole stack in each draw, (draws, n)."""
    return np.array([stack_kernel(layers, draw) for draw in zip(*kernels, strict=True)])


def _through_relus(
    layers: Sequence[Layer],
    field: EffectiveField,
    outputs: Proof,
    weights: Sequence[np.ndarray] | None,
    seed: int,
) -> list[Proof]:
    """Prove the field by autograd, which gave `field`, and by hand; `outputs` as it is."""
    work = field.draws * draw_work(layers)
    if work > MAX_RELU_WORK:
        reason = f"it would take {work:,} multiply-adds, more than {MAX_RELU_WORK:,}"
        return [_without_hand(outputs, reason)]
    kernels, inputs, first = draw(layers, weights, field.draws, seed)
    backward = relu_gradients(layers, kernels, inputs)
    start, extent, _ = stack_extent(layers)
    inside = slice(start - first, start - first + extent)
    gradients, errors = backward.values[:, inside], backward.errors[:, inside]
    by_hand = average(start, gradients, field.measure)
    bound = rounding_bound(by_hand, gradients, errors)
    if bound.variation > _MAX_VARIATION or (backward.undecided and by_hand.vanished):
        reason = "rounding alone opens or shuts a ReLU that much passes through"
        return [_without_hand(outputs, reason)]
    note = f"Over the same {field.draws} draws." if field.draws > 1 else "Of the same input."
    if backward.undecided:
        note += (
            f" In {backward.undecided} of them rounding may open or shut a ReLU: what that one "
            "could let through is taken for rounding."
        )
    return [*same_fields([(BY_HAND, by_hand), ("autograd", field)], bound, note), outputs]


def _without_hand(outputs: Proof, reason: str) -> Proof:
    """Add to the note of `outputs` why the backward pass by hand is left out."""
    return replace(outputs, note=f"{outputs.note} The way back by hand is left out: {reason}.")


def _expected_std(layers: Sequence[Layer], expected: EffectiveField, std: float) -> Proof:
    return proof(
        Quantity.EXPECTED_STD,
        ("path counts", expected.std),
        ("closed form", std),
        tolerance=std_tolerance(expected, 2 * rounding(layers) * std**2),
    )


def _over_draws(
    layers: Sequence[Layer], field: EffectiveField, expected: EffectiveField, std: float
) -> list[Proof]:
    scatter = field.scatter
    if field.vanished or scatter is None or scatter.effective_draws < MIN_EFFECTIVE_DRAWS:
        return []
    mean = f"mean of {field.draws} draws"
    note = f"Random draws scatter: up to {ERRORS:g} standard errors are taken for agreement."
    exact = rounding(layers)
    proofs = [
        proof(
            Quantity.STD_OVER_DRAWS,
            (mean, field.std),
            ("expected value, closed form", std),
            tolerance=ERRORS * scatter.std + std_tolerance(expected, 2 * exact * std**2),
            note=note,
        )
    ]
    variation = ERRORS * scatter.variation + 2 * exact
    if variation < 1:  # no two profiles differ by more than 1
        fields = [(mean, field), ("expected value, path counts", expected)]
        proofs += field_profile(fields, variation, note, Quantity.PROFILE_OVER_DRAWS)
    return proofs
