"""What real layers say of a receptive field: a gradient, and the response to a single 1.

The layers are those of the stack, in float64, with every weight 1 in their first channel and random
positive weights in their second. The gradient of one output at an input is then, in the first, the
number of paths between them; and in both it is 0 where there is none, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import torch

from pdviz.analysis._arrays import frozen
from pdviz.analysis.stack.layer import Layer
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv._backends import Backend
from pdviz.pattern import Pattern


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """The gradient of output 0 in the first channel, and of output 1 in the second.

    Attributes:
        support: (reached,) the inputs where the first is not 0, ascending, relative to output 0.
        counts: (extent,) the first, from the first of them to the last.
        other: (reached',) the inputs where the second is not 0, relative to output 0 as well.
    """

    support: np.ndarray
    counts: np.ndarray
    other: np.ndarray


class Probe:
    """The layers of a stack, made when the first question is asked."""

    def __init__(self, layers: Sequence[Layer], seed: int = 0) -> None:
        """Take the stack, from the input to the output, and the seed of the random weights."""
        self._layers = layers
        self._seed = seed
        self._modules: list[PartiallyDilatedConv1d] = []

    def work(self, outputs: int) -> int:
        """The multiply-adds of so many neighbouring outputs, forward in one channel."""
        work, count = 0, max(outputs, 1)
        for pattern, stride in reversed(self._layers):
            work += count * _multiplied(pattern)
            count = (count - 1) * stride + pattern.kernel_size
        return work + count

    def gradients(self) -> Gradients:
        """Autograd through the layers, from outputs 0 and 1 that no padding reaches."""
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
        """The outputs that have input `position` between the ends of their kernels."""
        zero, length = self._window(1)
        jump = self._jump()
        return range(-((length - 1 - zero - position) // jump), (position + zero) // jump + 1)

    def response(self, position: int, near: range) -> np.ndarray:
        """Which of the outputs `near` it answer a 1 at input `position`.

        The response to a 1 is a column of the Jacobian, of which a gradient is a row.
        """
        if not near:
            return np.empty(0, dtype=np.int64)
        zero, length = self._window(len(near))
        inputs = torch.zeros(1, 2, length, dtype=torch.float64)
        inputs[..., position - near.start * self._jump() + zero] = 1
        with torch.no_grad():
            answers = self._run(inputs)[0].numpy()
        return np.flatnonzero(answers.any(axis=0)) + near.start

    def _jump(self) -> int:
        return prod(layer.stride for layer in self._layers)

    def _window(self, outputs: int) -> tuple[int, int]:
        """Which element of the input is position 0, and how many it has for so many outputs."""
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
    """The layer, without padding; its weights are not trained."""
    module = PartiallyDilatedConv1d(
        2,
        2,
        layer.pattern,
        stride=layer.stride,
        padding="valid",
        groups=2,
        bias=False,
        backend=_backend(layer.pattern),
        dtype=torch.float64,
    ).requires_grad_(False)
    for parameter in module.parameters():
        parameter[0] = 1
        parameter[1].uniform_(0.5, 1.5, generator=generator)
    return module


def _backend(pattern: Pattern) -> Backend:
    """Native convolutions alone: nothing is compiled for a page."""
    return "branches" if pattern.kernel_size > 8 * len(pattern.runs) else "conv"


def _multiplied(pattern: Pattern) -> int:
    """The elements of the kernel that are multiplied."""
    return pattern.taps if _backend(pattern) == "branches" else pattern.kernel_size
