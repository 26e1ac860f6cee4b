"""Variants of the layer that can be trained, each as the module that a person would train.

All of them start from the same kernel, so that any difference afterwards is due to the variant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import torch
from torch import Tensor

from pdviz.analysis._arrays import frozen
from pdviz.analysis.stack.module import layer_with
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv.ways import Alternative, DenseConv1d, GradientMaskedConv1d, SumConv1d
from pdviz.pattern import Pattern
from pdviz.ways import Way

GAPS: Final = ("zero", "conv", "pruned")
"""How the weights at gaps start under gradient masking; see `start_variant`."""
_MODULES: Final[Mapping[Way, type[Alternative]]] = MappingProxyType(
    {
        Way.SUM: SumConv1d,
        Way.GRADIENT_MASK: GradientMaskedConv1d,
        Way.DENSE: DenseConv1d,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class ParameterLayout:
    """Where the P parameters of a variant go in the kernel of K elements.

    Attributes:
        pattern: the pattern.
        elements: (P,) the element of the kernel that each parameter is written into or added to.
        rows: (P,) 0, or 1 for the dilated `Conv1d` of "sum".
        unmasked: (P,) false where the gradient is zeroed after it was computed.
    """

    pattern: Pattern
    elements: np.ndarray
    rows: np.ndarray
    unmasked: np.ndarray

    @property
    def doubled(self) -> tuple[int, ...]:
        """The elements that two parameters are added into, ascending."""
        counts = np.bincount(self.elements, minlength=self.pattern.kernel_size)
        return tuple(np.flatnonzero(counts > 1).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A module that is ready to be trained.

    Attributes:
        module: one channel, no bias, float64.
        layout: where its parameters go in the kernel.
        start: (1, 1, K) the kernel that it starts from.
    """

    module: PartiallyDilatedConv1d | Alternative
    layout: ParameterLayout
    start: Tensor


def start_variant(way: str, pattern: Pattern, compact: np.ndarray, gaps: str, seed: int) -> Variant:
    """Make one of the variants, with `compact` at its taps.

    Args:
        way: "compact", "sum", "mask" or "conv1d".
        pattern: the pattern.
        compact: (T,) the weights of its taps.
        gaps: of "mask": "conv" draws the weights at gaps as `Conv1d` does; else they are zero.
        seed: random seed of "conv".

    Raises:
        ValueError: the variant is "sum", which cannot make the pattern.
    """
    if way == Way.COMPACT:
        layer = layer_with(pattern, compact, dtype=torch.float64)
        layout = _layout_of(layer_with(pattern, compact, dtype=torch.float64), pattern)
        return Variant(layer, layout, layer.kernel().detach())
    kind = _MODULES[Way(way)]
    module, another = (kind(1, 1, pattern, bias=False, dtype=torch.float64) for _ in range(2))
    start = torch.zeros(1, 1, pattern.kernel_size, dtype=torch.float64)
    if way == Way.GRADIENT_MASK and gaps == "conv":
        bound = 1 / math.sqrt(pattern.kernel_size)
        start.uniform_(-bound, bound, generator=torch.Generator().manual_seed(seed))
    start[0, 0, list(pattern.indices)] = torch.tensor(compact, dtype=torch.float64)
    module.load_kernel(start)
    return Variant(module, _layout_of(another, pattern), start)


def kernel_of(module: PartiallyDilatedConv1d | Alternative) -> Tensor:
    """Return the kernel (1, 1, K) that a module computes with: a new tensor, differentiable."""
    if isinstance(module, PartiallyDilatedConv1d):
        return module.kernel()
    return module.effective_kernel()


def _layout_of(module: PartiallyDilatedConv1d | Alternative, pattern: Pattern) -> ParameterLayout:
    """Find where the parameters of a module go in its kernel, by asking the module itself.

    One tensor at a time, its parameters are numbered from 1 and all others set to 0; the kernel
    then shows where each number went. For the sum of a dense and a dilated `Conv1d`:

        dense 1 2 3, dilated 0 0 0   →   kernel 0 1 2 3 0   →   elements 1 2 3
        dense 0 0 0, dilated 1 2 3   →   kernel 1 0 2 0 3   →   elements 0 2 4

    The module is overwritten, so it must not be used for anything else.
    """
    elements: list[int] = []
    rows: list[int] = []
    parameters = list(module.parameters())
    with torch.no_grad():
        for row, parameter in enumerate(parameters):
            for other in parameters:
                other.zero_()
            parameter.copy_(torch.arange(1.0, parameter.numel() + 1))
            kernel = kernel_of(module)[0, 0]
            written = kernel.nonzero()[:, 0]
            elements += written[kernel[written].argsort()].tolist()
            rows += [row if isinstance(module, SumConv1d) else 0] * parameter.numel()
    taps = np.array(pattern.mask, dtype=bool)
    masked = isinstance(module, GradientMaskedConv1d)
    return ParameterLayout(
        pattern=pattern,
        elements=frozen(elements, np.int64),
        rows=frozen(rows, np.int64),
        unmasked=frozen(taps[elements] if masked else np.ones(len(elements)), np.bool_),
    )
