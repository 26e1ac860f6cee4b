"""Layer of a stack: pattern and stride, and what follows from them before anything is counted.

Layers go from the input to the output. A layer's jump is the number of inputs of the stack between
two neighbouring inputs of that layer: the product of the strides before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pdviz.analysis.stack.kernel import widest_step
from pdviz.limits import MAX_EXTENT, MAX_KERNEL_SIZE, MAX_POSITION
from pdviz.pattern import Pattern


class Layer(NamedTuple):
    """One layer of a stack: its pattern, and its stride."""

    pattern: Pattern
    stride: int = 1


def with_jumps(layers: Sequence[Layer]) -> Iterator[tuple[Layer, int]]:
    """Yield each layer with its jump.

    >>> [jump for _, jump in with_jumps([Layer(Pattern.dense(3), stride=2)] * 3)]
    [1, 2, 4]
    """
    jump = 1
    for layer in layers:
        yield layer, jump
        jump *= layer.stride


def narrowest_first(layers: Sequence[Layer]) -> list[tuple[Pattern, int]]:
    """List each layer's pattern with its jump, the layer that spans the fewest inputs first.

    Products commute, and in this order what they make is short for as long as it can be.
    """
    pairs = [(layer.pattern, jump) for layer, jump in with_jumps(layers)]
    return sorted(pairs, key=lambda pair: pair[1] * (pair[0].last - pair[0].first))


def least_dilation(layers: Sequence[Layer]) -> int:
    """Return the smallest `widest_step` of the layers with gaps, in inputs; 1 if there are none.

    >>> least_dilation([Layer(Pattern.dense(3)), Layer(Pattern.dilated(3, 4))])
    4
    """
    steps = ((widest_step(layer.pattern), jump) for layer, jump in with_jumps(layers))
    inputs = (step * jump for step, jump in steps if step > 1)
    return min((each for each in inputs if each <= MAX_KERNEL_SIZE), default=1)


def stack_extent(layers: Sequence[Layer]) -> tuple[int, int, int]:
    """Return start, extent and jump from the outermost taps alone; nothing is allocated.

    >>> stack_extent([Layer(Pattern.partially_dilated(4, 2, 5))] * 3)
    (-30, 61, 1)

    Raises:
        ValueError: a stride is below 1.
    """
    first = last = 0
    jump = 1
    for number, layer in enumerate(layers):
        if isinstance(layer.stride, bool) or not isinstance(layer.stride, int) or layer.stride < 1:
            raise ValueError(f"`layers[{number}].stride` (={layer.stride!r}) must be at least 1.")
        first += jump * layer.pattern.first
        last += jump * layer.pattern.last
        jump *= layer.stride
    return first, last - first + 1, jump


def checked_extent(layers: Sequence[Layer]) -> tuple[int, int, int]:
    """Return `stack_extent` of a stack that is small enough to be counted.

    Raises:
        ValueError: a stride is below 1, the extent would pass `limits.MAX_EXTENT`, or a position
            `limits.MAX_POSITION`.
    """
    start, extent, jump = stack_extent(layers)
    if extent > MAX_EXTENT:
        raise ValueError(f"`layers` reach over {extent} inputs; at most {MAX_EXTENT} are counted.")
    if max(abs(start), abs(start + extent), jump) >= MAX_POSITION:
        raise ValueError(
            f"`layers` reach from input {start} to {start + extent - 1} with jump {jump}; "
            f"positions are counted up to {MAX_POSITION}."
        )
    return start, extent, jump


def check_weights(layers: Sequence[Layer], weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the weights as float64.

    Raises:
        ValueError: there is not one finite weight for each tap of each layer.
    """
    if len(weights) != len(layers):
        raise ValueError(f"`weights` are of {len(weights)} layers; `layers` has {len(layers)}.")
    kernels = [np.asarray(kernel, dtype=np.float64) for kernel in weights]
    for number, (kernel, layer) in enumerate(zip(kernels, layers, strict=True)):
        if kernel.shape != (layer.pattern.taps,):
            raise ValueError(
                f"`weights[{number}]` has shape {kernel.shape}; "
                f"the pattern takes {(layer.pattern.taps,)}."
            )
        if not np.isfinite(kernel).all():
            raise ValueError(f"`weights[{number}]` must hold finite numbers.")
    return kernels
