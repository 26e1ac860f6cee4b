"""Streaming, timed beside its share of a batch and beside `conv1d` on a rolled buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.bench.measure import Times, side_by_side
from pdviz.bench.shapes import REFERENCE, Shape
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv.streaming import Stream
from pdviz.pattern import Pattern

SHAPES: Final = (
    REFERENCE[1],
    Shape("small", 1, 1, 4096, Pattern.partially_dilated()),
)
BLOCKS: Final = (1, 64)
"""Samples of one step."""
BUDGET: Final = 1.0
"""Seconds of each of the three."""


@dataclass(frozen=True)
class StepTimes:
    """Seconds of one step with `block` samples.

    Attributes:
        share: `block` of `length` parts of what the layer takes for the whole batch.
        rolled: `conv1d` with the assembled kernel on the last samples, put together anew.
    """

    shape: Shape
    block: int
    bytes: int  # of the stream's state
    stream: Times
    share: float
    rolled: Times

    def __str__(self) -> str:
        micro = [1e6 * time for time in (self.stream.median, self.share, self.rolled.median)]
        return (
            f"{self.shape}: {self.block} samples in {micro[0]:.1f} µs, "
            f"{micro[0] / micro[1]:.1f} × their share of a batch ({micro[1]:.2f} µs); conv1d on a "
            f"rolled buffer {micro[2]:.1f} µs; state {self.bytes:,} bytes"
        )


class _Rolled:
    """What one would write by hand: keep the last K − 1 samples, and convolve with the block."""

    def __init__(self, layer: PartiallyDilatedConv1d, batch: int) -> None:
        self._kernel = layer.kernel().detach()
        self._bias = None if layer.bias is None else layer.bias.detach()
        self._groups = layer.groups
        self._last = torch.zeros(batch, layer.in_channels, layer.pattern.kernel_size - 1)

    def step(self, samples: Tensor) -> Tensor:
        whole = torch.cat((self._last, samples), -1)
        self._last = whole[..., samples.shape[-1] :]
        return F.conv1d(whole, self._kernel, self._bias, groups=self._groups)


def time_steps(shape: Shape, block: int, *, budget: float) -> StepTimes:
    """Time steps of a stream, batches and steps by hand, which take turns; float32 on the CPU."""
    layer = PartiallyDilatedConv1d(
        shape.channels, shape.channels, shape.pattern, groups=shape.groups
    )
    stream, rolled = Stream(layer, batch=shape.batch), _Rolled(layer, shape.batch)
    samples = torch.randn(shape.batch, shape.channels, block)
    signal = torch.randn(shape.batch, shape.channels, shape.length)
    with torch.no_grad():
        step, batch, by_hand = side_by_side(
            [
                lambda: stream.step(samples),
                lambda: layer(signal),
                lambda: rolled.step(samples),
            ],
            signal.device,
            budget=budget,
            most=20_000,
        )
    return StepTimes(shape, block, stream.bytes, step, batch.median * block / shape.length, by_hand)


def main() -> None:
    """Print the times of every shape and block."""
    print(f"{torch.get_num_threads()} threads, float32, medians")
    for shape in SHAPES:
        for block in BLOCKS:
            print(time_steps(shape, block, budget=BUDGET))
