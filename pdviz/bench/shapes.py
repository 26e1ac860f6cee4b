"""What is measured: layers and the inputs they meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pdviz.pattern import Pattern


@dataclass(frozen=True)
class Shape:
    """A layer with as many channels out as in, and its input: (batch, channels, length)."""

    name: str
    batch: int
    channels: int
    length: int
    pattern: Pattern
    depthwise: bool = True

    @property
    def groups(self) -> int:
        """Groups of channels that do not mix: all, or one."""
        return self.channels if self.depthwise else 1

    @property
    def elements(self) -> int:
        """Elements of the input, and of the output."""
        return self.batch * self.channels * self.length

    @property
    def multiply_adds(self) -> int:
        """Of one pass forward that multiplies taps alone; each gradient takes as many again."""
        return self.elements * self.channels // self.groups * self.pattern.taps

    def __str__(self) -> str:
        channels = f"{self.channels} channels"
        mixing = "depthwise" if self.depthwise else f"{channels} → {channels}, mixing"
        return (
            f"{self.name}: {self.batch} × {self.channels} × {self.length}, {mixing}, "
            f"K = {self.pattern.kernel_size}, T = {self.pattern.taps}"
        )


def _quarter(shape: Shape) -> Shape:
    """Return the shape with a quarter of its elements, which takes a quarter of the time."""
    batch = max(1, shape.batch // 4)
    length = shape.length * shape.batch // (4 * batch)
    return replace(shape, name=f"{shape.name}/4", batch=batch, length=length)


def _shape(
    name: str, size: tuple[int, int, int], family: tuple[int, int, int], depthwise: bool = True
) -> Shape:
    return Shape(name, *size, Pattern.partially_dilated(*family), depthwise)


REFERENCE: Final = (
    _shape("R1", (8, 64, 4096), (4, 2, 5)),
    _shape("R2", (8, 64, 4096), (8, 4, 9)),
    _shape("R3", (8, 64, 4096), (16, 16, 17)),
    _shape("R4", (4, 64, 8192), (32, 32, 33)),
)
MIXING: Final = (
    _shape("M1", (2, 64, 4096), (4, 2, 5), depthwise=False),
    _shape("M3", (2, 64, 4096), (16, 16, 17), depthwise=False),
    _shape("M4", (1, 64, 8192), (32, 32, 33), depthwise=False),
)
QUICK: Final = tuple(map(_quarter, (REFERENCE[0], REFERENCE[2], MIXING[1])))

SPANS: Final = tuple(
    _shape(f"d = {dilation}", (8, 64, 4096), (16, dilation, 17))
    for dilation in (1, 2, 4, 8, 16, 32, 64, 128)
)
"""The same 49 taps over a growing span."""
TAPS: Final = tuple(
    Shape(f"wing {wing}", 8, 64, 4096, Pattern.partially_dilated(wing, 512 // wing, 1))
    for wing in (1, 2, 4, 8, 16, 32, 64, 128, 256)
)
"""More and more taps over the same 1025 elements."""

QUICK_SPANS: Final = tuple(map(_quarter, SPANS[::3]))
QUICK_TAPS: Final = tuple(map(_quarter, TAPS[:8:3]))
