"""Proofs of an effective receptive field: convolution, autograd, path counts and closed form."""

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
from pdviz.analysis.effective_field.draws import draw, draw_kernels, draw_work
from pdviz.analysis.effective_field.field import EffectiveField, closed_form_std, expected_field
from pdviz.analysis.effective_field.gradient_response import response_proof
from pdviz.analysis.effective_field.measured import (
    average,
    measured_field,
    within_limit,
)
from pdviz.analysis.effective_field.relu_gradients import MAX_MASKED_WORK, masked_gradients
from pdviz.analysis.proof import Proof, proof
from pdviz.analysis.stack.composed import stack_kernel
from pdviz.analysis.stack.layer import Layer, stack_extent
from pdviz.analysis.stack.rounding import rounding

ERRORS: Final = 6.0
"""How many standard errors an average over draws may be off."""
FEWEST: Final = 16
"""With fewer effective draws their scatter does not tell how far their average is off."""
BY_HAND: Final = "back by hand through the open ReLUs"

_VAGUE: Final = 0.01
"""Profiles that rounding may take so far apart, in total variation, prove nothing."""


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
        weights in each draw, and the closed form where there is one; with ReLUs, a backward pass
        by hand through those that are open against autograd, for the same weights and inputs, as
        long as it is within `MAX_MASKED_WORK` and no ReLU of weight hangs on rounding;
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
    """The same weights by convolution and by autograd, whichever of the two `field` is."""
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
        # Without autograd: where there is a closed form, no two paths of an input cancel.
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
    """(draws, n): the kernel of the whole stack in each draw."""
    return np.array([stack_kernel(layers, draw) for draw in zip(*kernels, strict=True)])


def _through_relus(
    layers: Sequence[Layer],
    field: EffectiveField,
    outputs: Proof,
    weights: Sequence[np.ndarray] | None,
    seed: int,
) -> list[Proof]:
    """The same weights and inputs by autograd, as `field` was found, and by hand; and `outputs`."""
    work = field.draws * draw_work(layers)
    if work > MAX_MASKED_WORK:
        why = f"it would take {work:,} multiply-adds, more than {MAX_MASKED_WORK:,}"
        return [_alone(outputs, why)]
    kernels, inputs, first = draw(layers, weights, field.draws, seed)
    found = masked_gradients(layers, kernels, inputs)
    start, extent, _ = stack_extent(layers)
    inside = slice(start - first, start - first + extent)
    gradients, errors = found.values[:, inside], found.errors[:, inside]
    by_hand = average(start, gradients, field.measure)
    bound = rounding_bound(by_hand, gradients, errors)
    if bound.variation > _VAGUE or (found.undecided and by_hand.vanished):
        return [_alone(outputs, "rounding alone opens or shuts a ReLU that much passes through")]
    note = f"Over the same {field.draws} draws." if field.draws > 1 else "Of the same input."
    if found.undecided:
        note += (
            f" In {found.undecided} of them rounding may open or shut a ReLU: what that one could "
            "let through is taken for rounding."
        )
    return [*same_fields([(BY_HAND, by_hand), ("autograd", field)], bound, note), outputs]


def _alone(outputs: Proof, why: str) -> Proof:
    """The proof of the outputs, saying why autograd is the one way to the rest."""
    return replace(outputs, note=f"{outputs.note} The way back by hand is left out: {why}.")


def _expected_std(layers: Sequence[Layer], expected: EffectiveField, std: float) -> Proof:
    return proof(
        "expected std",
        ("path counts", expected.std),
        ("closed form", std),
        tolerance=std_tolerance(expected, 2 * rounding(layers) * std**2),
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
            tolerance=ERRORS * scatter.std + std_tolerance(expected, 2 * exact * std**2),
            note=note,
        )
    ]
    variation = ERRORS * scatter.variation + 2 * exact
    if variation < 1:  # no two profiles differ by more than 1
        fields = [(way, field), ("endless draws, path counts", expected)]
        proofs += field_profile(fields, variation, note, "profile over draws")
    return proofs
