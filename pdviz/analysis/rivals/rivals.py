"""Rivals of a stack: dense and plain dilated kernels of equal span, or of equal weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pdviz.analysis.effective_field import closed_form_std
from pdviz.analysis.receptive_field.field import reached_inputs
from pdviz.analysis.receptive_field.reached_set import longest_rows
from pdviz.analysis.stack import Layer, stack_extent
from pdviz.analysis.stack.kernel import (
    dense_like,
    dense_with_taps,
    dilated_like,
    dilated_with_taps,
    is_dense,
)
from pdviz.pattern import Pattern

FITS: Final = ("span", "weights")
"""What a rival has in common with the stack, layer by layer."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A stack that could be chosen instead; only its size has been counted.

    Attributes:
        name: "this stack", "dense" or "plain dilated".
        layers: from the input to the output, with the stack's strides.
        weights: taps over all layers, for one pair of channels each.
        extent: inputs from the first to the last one reached; may pass `limits.MAX_EXTENT`, and
            then `compare` raises.
        same: whether it equals the stack, tap for tap.
    """

    name: str
    layers: tuple[Layer, ...]
    weights: int
    extent: int
    same: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The numbers of a stack that are compared with another's.

    Attributes:
        weights: taps over all layers, for one pair of channels each.
        extent: inputs from the first to the last one reached, with the holes between.
        reached: how many inputs of the extent are reached; `coverage`: their share of it.
        longest_hole: the longest row of inputs inside the extent that are not reached.
        longest_run: the longest row of inputs that are all reached.
        std: of the effective receptive field that random weights have on average, as energy.
    """

    weights: int
    extent: int
    reached: int
    coverage: float
    longest_hole: int
    longest_run: int
    std: float


def rivals(layers: Sequence[Layer], fit: str = "span") -> tuple[Rival, ...]:
    """Return the stack itself, and its rivals with every layer dense, or plain dilated.

    A layer that is dense stays as it is in both, and one that is plain dilated in the second.

    >>> stack = [Layer(Pattern.partially_dilated(4, 2, 5))] * 3
    >>> [(rival.name, rival.weights, rival.extent) for rival in rivals(stack)]
    [('this stack', 39, 61), ('dense', 63, 61), ('plain dilated', 33, 61)]

    Args:
        layers: from the input to the output.
        fit: "span": each layer over the same elements, as `dense_like` and `dilated_like` make it;
            "weights": each with as many taps, as `dense_with_taps` and `dilated_with_taps` do,
            whatever the reach.

    Returns:
        "this stack", "dense" and "plain dilated", in this order; the last is left out where one of
        its kernels would pass `limits.MAX_KERNEL_SIZE`.

    Raises:
        ValueError: `fit` is unknown, or a stride is below 1.
    """
    if fit not in FITS:
        raise ValueError(f"`fit` (={fit!r}) must be one of {FITS}.")
    stack = tuple(layers)
    results = [_rival("this stack", stack, stack)]
    for name, change in _CHANGES[fit].items():
        patterns = {pattern: change(pattern) for pattern, _ in stack}
        changed = [Layer(new, stride) for old, stride in stack if (new := patterns[old])]
        if len(changed) == len(stack):
            results.append(_rival(name, tuple(changed), stack))
    return tuple(results)


def compare(layers: Sequence[Layer]) -> Comparison:
    """Count what a stack sees, a rival or any other; no paths are counted.

    >>> stack = compare([Layer(Pattern.partially_dilated(4, 2, 5))] * 3)
    >>> stack.reached, stack.extent, stack.longest_hole
    (53, 61, 1)

    Raises:
        ValueError: as `receptive_field` does.
    """
    mask = reached_inputs(layers)
    reached = int(np.count_nonzero(mask))
    hole, run = longest_rows(mask)
    std = closed_form_std(layers)
    assert std is not None  # for random weights as energy there is a closed form
    return Comparison(
        weights=_weights(layers),
        extent=len(mask),
        reached=reached,
        coverage=reached / len(mask),
        longest_hole=hole,
        longest_run=run,
        std=std,
    )


def _weights(layers: Sequence[Layer]) -> int:
    return sum(layer.pattern.taps for layer in layers)


def _rival(name: str, layers: tuple[Layer, ...], stack: tuple[Layer, ...]) -> Rival:
    return Rival(
        name=name,
        layers=layers,
        weights=_weights(layers),
        extent=stack_extent(layers)[1],
        same=layers == stack,
    )


def _dense_span(pattern: Pattern) -> Pattern:
    return pattern if is_dense(pattern) else dense_like(pattern)


def _dilated_span(pattern: Pattern) -> Pattern:
    return dilated_like(pattern) or pattern  # None: its widest step is 1, and it is dense already


_CHANGES: Final[dict[str, dict[str, Callable[[Pattern], Pattern | None]]]] = {
    "span": {"dense": _dense_span, "plain dilated": _dilated_span},
    "weights": {"dense": dense_with_taps, "plain dilated": dilated_with_taps},
}
