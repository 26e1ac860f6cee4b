"""Random weights and inputs for an effective receptive field, the same for every method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pdviz.analysis.stack import Layer, with_jumps


class Draws(NamedTuple):
    """Weights and inputs of several draws.

    Attributes:
        kernels: for each layer the weights of all draws, (draws, T), in ascending order of offset.
        inputs: (draws, length) the inputs that one output needs, standard normal.
        first: the position of the first of these inputs.
    """

    kernels: list[np.ndarray]
    inputs: np.ndarray
    first: int


def draw(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, draws: int, seed: int
) -> Draws:
    """Draw the weights, unless they are chosen, and the inputs, from one seed."""
    rng = np.random.default_rng(seed)
    kernels = draw_kernels(layers, weights, draws, rng)
    first, length = needed_inputs(layers)
    return Draws(kernels, rng.standard_normal((draws, length)), first)


def draw_kernels(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    draws: int,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Return for each layer the weights of all draws, (draws, T).

    They are `weights`, repeated, or else drawn from U(−1/√T, 1/√T), as the layer starts.
    """
    if weights is not None:
        return [np.tile(kernel, (draws, 1)) for kernel in weights]
    bounds = [layer.pattern.taps**-0.5 for layer in layers]
    return [
        rng.uniform(-bound, bound, (draws, layer.pattern.taps))
        for bound, layer in zip(bounds, layers, strict=True)
    ]


def needed_inputs(layers: Sequence[Layer]) -> tuple[int, int]:
    """Return the first input that one output needs, and how many it needs.

    Unlike the extent, that spans the kernels with their origins, not the outermost taps alone.
    """
    first, length = 0, 1
    for (pattern, _), jump in with_jumps(layers):
        first -= jump * pattern.origin
        length += jump * (pattern.kernel_size - 1)
    return first, length


def draw_work(layers: Sequence[Layer]) -> int:
    """Return the multiply-adds of one draw, forward, plus its inputs."""
    outputs, work = 1, 0
    for pattern, stride in reversed(layers):
        work += outputs * pattern.taps
        outputs = (outputs - 1) * stride + pattern.kernel_size
    return work + outputs
