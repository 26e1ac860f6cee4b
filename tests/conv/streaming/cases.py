"""Random layers, signals and blocks to cut a signal into; and what a layer is by definition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv import assemble_kernel
from pdviz.conv._padding import amounts


@dataclass(frozen=True)
class Case:
    pattern: Pattern
    weight: Tensor
    bias: Tensor | None
    signal: Tensor
    options: dict[str, Any] = field(default_factory=dict)

    def layer(self, backend: str = "auto") -> PartiallyDilatedConv1d:
        groups = self.options.get("groups", 1)
        layer = PartiallyDilatedConv1d(
            self.weight.shape[1] * groups,
            len(self.weight),
            self.pattern,
            bias=self.bias is not None,
            dtype=self.weight.dtype,
            backend=backend,
            **self.options,
        )
        with torch.no_grad():
            layer.weight.copy_(self.weight)
            if layer.bias is not None:
                layer.bias.copy_(self.bias)
        return layer

    def by_definition(self) -> Tensor:
        """One native convolution with the assembled kernel, of the signal padded by hand."""
        left, right = amounts(self.pattern, self.options.get("padding", "same"))
        mode = "constant" if self.options.get("padding_mode", "zeros") == "zeros" else "replicate"
        padded = F.pad(self.signal, (left, right), mode=mode)
        kernel = assemble_kernel(*split(self.weight, self.pattern), self.pattern)
        stride, groups = self.options.get("stride", 1), self.options.get("groups", 1)
        return F.conv1d(padded, kernel, self.bias, stride, groups=groups)


def split(weight: Tensor, pattern: Pattern) -> tuple[Tensor, Tensor, Tensor]:
    sizes = [len(pattern.left), len(pattern.island), len(pattern.right)]
    return weight.split(sizes, dim=-1)


def random_case(random: np.random.Generator, most: int, dtype: torch.dtype) -> Case:
    """A layer of any kind, and a signal for at most so many outputs."""
    first = int(random.choice([-40, -21, -8, 0, 3]))
    taps = int(random.integers(1, 9))
    reach = int(random.choice([taps, 22, 60]))
    offsets = np.sort(first + random.choice(reach, taps, replace=False))
    pattern = Pattern(tuple(int(offset) for offset in offsets))
    groups, channels, outputs = [(1, 1, 1), (3, 1, 3), (3, 1, 6), (1, 2, 3), (2, 2, 4)][
        random.integers(5)
    ]
    stride = int(random.choice([1, 1, 1, 2, 3, 7, 70]))
    both = int(random.integers(80)), int(random.integers(80))
    padding = ["same", "same", "valid", both[0], both][random.integers(5)]
    length = int(random.integers(1, 3 * pattern.kernel_size + 20))
    left, right = amounts(pattern, padding)
    length = max(length, pattern.kernel_size - left - right)
    length = min(length, max(1, most * stride + pattern.kernel_size - 1 - left - right))
    return Case(
        pattern,
        torch.from_numpy(random.normal(size=(outputs, channels, taps))).to(dtype),
        None if random.integers(2) else torch.from_numpy(random.normal(size=outputs)).to(dtype),
        torch.from_numpy(random.normal(size=(2, channels * groups, length))).to(dtype),
        {
            "stride": stride,
            "padding": padding,
            "groups": groups,
            "padding_mode": str(random.choice(["zeros", "replicate"])),
        },
    )


def random_sizes(random: np.random.Generator, length: int) -> list[int]:
    """Sizes of blocks, some of them empty, for so many samples."""
    sizes: list[int] = []
    most = int(random.choice([1, 3, 20, 80]))
    while sum(sizes) < length and len(sizes) < 5:
        sizes.append(min(int(random.integers(0, most + 1)), length - sum(sizes)))
    return [*sizes, length - sum(sizes)]


def run_in_blocks(stream: Any, signal: Tensor, sizes: list[int]) -> Tensor:
    """All outputs of a `Stream` for a signal in blocks of these sizes."""
    outputs = [stream.step(block) for block in signal.split(sizes, dim=-1)]
    return torch.cat([*outputs, stream.flush()], dim=-1)


def stack(*modules: nn.Module) -> nn.Sequential:
    return nn.Sequential(*modules).eval()
