"""What the kernels of every device are told besides tensors."""

from __future__ import annotations

from typing import NamedTuple


class Geometry(NamedTuple):
    """Where the taps sit and how they move; the arguments that the operators take after tensors."""

    indices: tuple[int, ...]  # of the taps in the kernel, ascending
    kernel_size: int
    stride: int
    left: int  # padding in front
    right: int
    groups: int
    padding_mode: str

    def outputs(self, length: int) -> int:
        """Elements of an output whose input has so many."""
        return (self.left + length + self.right - self.kernel_size) // self.stride + 1
