"""Receptive field measured on real layers: by a gradient, and by the response to a single 1.

The layers are those of the stack, in float64, with every weight 1 in their first channel and random
positive weights in their second. In the first channel the gradient of an output at an input is the
number of paths between them; in both it is 0 exactly where there is no path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import torch

from pdviz.analysis._arrays import frozen
from pdviz.analysis.stack import Layer
from pdviz.conv import PartiallyDilatedConv1d, native_backend
from pdviz.pattern import Pattern


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """The gradient of output 0 in the first channel, and of output 1 in the second.

    Attributes:
        support: (reached,) the inputs where that of output 0 is not 0, ascending.
        counts: (extent,) that of output 0, from the first of these inputs to the last.
        other: (reached',) the inputs where that of output 1 is not 0, relative to output 0, too.
    """

    support: np.ndarray
    counts: np.ndarray
    other: np.ndarray


class Probe:
    """The layers of a stack, built when they are first run."""

    def __init__(self, layers: Sequence[Layer], seed: int = 0) -> None:
        """Store the stack, from the input to the output, and the seed of the random weights."""
        self._layers = layers
        self._seed = seed
        self._modules: list[PartiallyDilatedConv1d] = []

    def work(self, outputs: int) -> int:
        """Return the multiply-adds of so many neighbouring outputs, forward in one channel."""
        work, count = 0, max(outputs, 1)
        for pattern, stride in reversed(self._layers):
            work += count * _multiplied(pattern)
            count = (count - 1) * stride + pattern.kernel_size
        return work + count

    def gradients(self) -> Gradients:
        """Run autograd through the layers, from outputs 0 and 1, neither of which sees padding."""
        zero, length = self._window(2)
        inputs = torch.zeros(1, 2, length, dtype=torch.float64, requires_grad=True)
        outputs = self._run(inputs)
        (gradient,) = torch.autograd.grad(outputs[0, 0, 0] + outputs[0, 1, 1], inputs)
        first, second = gradient[0].numpy()
        reached = np.flatnonzero(first)
        return Gradients(
            support=frozen(reached - zero, np.int64),
            counts=frozen(first[reached[0] : reached[-1] + 1]),
            other=frozen(np.flatnonzero(second) - zero, np.int64),
        )

    def outputs_near(self, position: int) -> range:
        """Return the outputs that have input `position` between the ends of their kernels."""
        zero, length = self._window(1)
        jump = self._jump()
        return range(-((length - 1 - zero - position) // jump), (position + zero) // jump + 1)

    def response(self, position: int, near: range) -> np.ndarray:
        """Return which of the outputs `near` respond to a 1 at input `position`.

        The response to a 1 is a column of the Jacobian, of which a gradient is a row.
        """
        if not near:
            return np.empty(0, dtype=np.int64)
        zero, length = self._window(len(near))
        inputs = torch.zeros(1, 2, length, dtype=torch.float64)
        inputs[..., position - near.start * self._jump() + zero] = 1
        with torch.no_grad():
            response = self._run(inputs)[0].numpy()
        return np.flatnonzero(response.any(axis=0)) + near.start

    def _jump(self) -> int:
        return prod(layer.stride for layer in self._layers)

    def _window(self, outputs: int) -> tuple[int, int]:
        """Return the index of position 0 in the input for so many outputs, and its length."""
        zero, length = 0, outputs
        for pattern, stride in reversed(self._layers):
            zero = zero * stride + pattern.origin
            length = (length - 1) * stride + pattern.kernel_size
        return zero, length

    def _run(self, inputs: torch.Tensor) -> torch.Tensor:
        if not self._modules:
            generator = torch.Generator().manual_seed(self._seed)
            self._modules = [_module(layer, generator) for layer in self._layers]
        for module in self._modules:
            inputs = module(inputs)
        return inputs


def _module(layer: Layer, generator: torch.Generator) -> PartiallyDilatedConv1d:
    """Build a layer without padding, whose weights are not trained."""
    module = PartiallyDilatedConv1d(
        2,
        2,
        layer.pattern,
        stride=layer.stride,
        padding="valid",
        groups=2,
        bias=False,
        backend=native_backend(layer.pattern, depthwise=True),  # nothing to compile for a proof
        dtype=torch.float64,
    ).requires_grad_(False)
    module.weight[0] = 1
    module.weight[1].uniform_(0.5, 1.5, generator=generator)
    return module


def _multiplied(pattern: Pattern) -> int:
    """Return how many elements of the kernel are multiplied."""
    taps_alone = native_backend(pattern, depthwise=True) == "branches"
    return pattern.taps if taps_alone else pattern.kernel_size
