"""Effective receptive field measured by autograd, through the layers' own function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pdviz.analysis.effective_field.draws import draw, draw_work, needed_inputs
from pdviz.analysis.effective_field.field import (
    EffectiveField,
    Scatter,
    check_measure,
    field_of,
    measured,
)
from pdviz.analysis.proof import Agreement, Method, Proof, Quantity
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.layer import check_weights, checked_extent
from pdviz.analysis.stack.rounding import EPSILON, rounding
from pdviz.conv import partially_dilated_conv1d
from pdviz.limits import MAX_DRAWS_WORK, MAX_PROBE_WORK, MAX_SEED

ACTIVATIONS: Final = ("linear", "relu")
"""What follows every layer but the last."""
_WORK_PER_INPUT: Final = 16
"""Multiply-adds that take as long as drawing one input and averaging over its gradient."""


def measured_field(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None = None,
    *,
    measure: str = "energy",
    activation: str = "linear",
    draws: int = 64,
    seed: int = 0,
) -> EffectiveField:
    """Measure the field by autograd, through `partially_dilated_conv1d` without bias, in float64.

    No border matters: the input, standard normal, is as long as one output needs. All draws run in
    one pass, as the channels of depthwise layers.

    Args:
        layers: from the input to the output.
        weights: for each layer (T,), in ascending order of offset; None: drawn anew for each
            draw, U(−1/√T, 1/√T), as the layer starts.
        measure: one of `MEASURES`; the field is its mean over the draws.
        activation: one of `ACTIVATIONS`. With "relu" the gradient depends on the input.
        draws: how many draws of input and weights, ≥ 1; fewer are made, down to one, where they
            would pass `limits.MAX_DRAWS_WORK`, and the field says how many. A linear stack with
            chosen weights takes one draw, since its gradient depends on nothing else.
        seed: random seed of every draw, 0 to `limits.MAX_SEED`.

    Returns:
        The field; it has vanished if the gradient of every draw is 0, for example where every path
        leads through a ReLU that is shut.

    Raises:
        TypeError: `draws` or `seed` is not an integer.
        ValueError: an argument is wrong or does not fit, one draw alone would pass
            `limits.MAX_PROBE_WORK`, or a gradient is too large for float64.
    """
    check_measure(measure)
    if activation not in ACTIVATIONS:
        raise ValueError(f"`activation` (={activation!r}) must be one of {ACTIVATIONS}.")
    _check_integer("draws", draws, 1)
    _check_integer("seed", seed, 0, MAX_SEED)
    start, extent, _ = checked_extent(layers)
    chosen = None if weights is None else check_weights(layers, weights)
    random = chosen is None or activation != "linear"
    draws = _affordable(layers, draws if random else 1)
    kernels, inputs, first = draw(layers, chosen, draws, seed)
    passes = _backpropagate(layers, kernels, inputs, activation)
    if not np.isfinite(passes.gradients).all():
        raise ValueError("`weights` make a gradient that is too large for float64.")
    outputs = _outputs(layers, kernels, inputs, passes)
    gradients = passes.gradients[:, start - first : start - first + extent]
    if random:
        return replace(average(start, gradients, measure), outputs=outputs)
    mass = measured(gradients[0], measure)
    field = field_of(start, mass, measure, gradient=gradients[0].copy())
    return replace(field, outputs=outputs)


def within_limit(layers: Sequence[Layer]) -> bool:
    """Return whether a single draw is within `limits.MAX_PROBE_WORK`."""
    return draw_work(layers) <= MAX_PROBE_WORK


def average(start: int, gradients: np.ndarray, measure: str) -> EffectiveField:
    """Return the mean over the draws of what is measured of their gradients, (draws, n).

    Its scatter is that of ratios of sums, to first order: with m the measure at each input of one
    draw and M its sum, the draw adds Σ (x − mean)² m − σ² M to the variance, and m − mass · M to
    the mass, both divided by the sum of all M.
    """
    draws = len(gradients)
    each = measured(gradients, measure)
    field = field_of(start, each.sum(axis=0), measure, draws=draws)
    if field.vanished or draws < 2:
        return field
    totals = each.sum(axis=1)
    total = float(totals.sum())
    unbiased = sqrt(draws / (draws - 1))
    squares = (field.positions - field.mean) ** 2
    moves = each @ squares - field.std**2 * totals
    each -= totals[:, None] * field.mass
    scatter = Scatter(
        effective_draws=total**2 / float(totals @ totals),
        std=unbiased * float(np.linalg.norm(moves)) / (2 * field.std * total) if field.std else 0.0,
        variation=unbiased * float(np.linalg.norm(each, axis=0).sum()) / (2 * total),
    )
    return replace(field, scatter=scatter)


class _Pass(NamedTuple):
    """One forward and backward pass over all draws."""

    gradients: np.ndarray  # (draws, length) of each output with respect to its input
    outputs: np.ndarray  # (draws,)


def _backpropagate(
    layers: Sequence[Layer], kernels: Sequence[np.ndarray], inputs: np.ndarray, activation: str
) -> _Pass:
    x = torch.from_numpy(inputs)[None].requires_grad_()
    y: Tensor = x
    for number, (layer, kernel) in enumerate(zip(layers, kernels, strict=True)):
        if number and activation == "relu":
            y = torch.relu(y)
        y = _run(layer, torch.from_numpy(kernel)[:, None], y)
    (gradient,) = torch.autograd.grad(y.sum(), x)  # the draws are channels that do not mix
    return _Pass(gradient[0].numpy(), y.detach().numpy()[0, :, 0])


def _run(layer: Layer, compact: Tensor, x: Tensor) -> Tensor:
    """Run a layer over (1, draws, length), with one draw of its weights (draws, 1, T) per channel.

    No border is padded.
    """
    pattern = layer.pattern
    counts = [len(pattern.left), len(pattern.island), len(pattern.right)]
    left, island, right = torch.split(compact, counts, dim=-1)
    return partially_dilated_conv1d(
        x, left, island, right, pattern, stride=layer.stride, padding="valid", groups=len(compact)
    )


def _affordable(layers: Sequence[Layer], draws: int) -> int:
    """Return how many of the draws the limits allow, at least one."""
    work = draw_work(layers)
    if work > MAX_PROBE_WORK:
        raise ValueError(
            f"`layers` take {work} multiply-adds per draw; at most {MAX_PROBE_WORK} are done."
        )
    _, inputs = needed_inputs(layers)
    return max(min(draws, MAX_DRAWS_WORK // (work + _WORK_PER_INPUT * inputs)), 1)


def _outputs(
    layers: Sequence[Layer], kernels: Sequence[np.ndarray], inputs: np.ndarray, passes: _Pass
) -> Proof:
    """Prove the outputs by Euler's theorem: if f(c · x) = c · f(x) for c > 0, f = Σ x · ∂f/∂x."""
    sums = np.einsum("dx,dx->d", passes.gradients, inputs)
    largest = np.abs(inputs).max(axis=1)  # in the end the largest output that there could be
    for kernel in kernels:
        largest = largest * np.abs(kernel).sum(axis=1)
    differences = np.abs(sums - passes.outputs) / np.where(largest, largest, 1.0)
    draw = int(differences.argmax())
    agreement = Agreement(
        difference=float(differences[draw]),
        size=1.0,
        tolerance=2 * rounding(layers) + EPSILON * inputs.shape[1],
        count=len(inputs),
    )
    return Proof(
        Quantity.OUTPUT,
        (
            Method("forward", float(passes.outputs[draw])),
            Method("gradient times input", float(sums[draw])),
        ),
        agreement,
        "Of the draw in which they differ most; as a share of the largest output there could be.",
    )


def _check_integer(name: str, value: object, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"`{name}` (={value!r}) must be an integer.")
    if value < least or (most is not None and value > most):
        takes = f"at least {least}" if most is None else f"{least} to {most}"
        raise ValueError(f"`{name}` (={value}) must be {takes}.")
