"""What the kernels of every device take besides tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from torch import Tensor


class Geometry(NamedTuple):
    """Where the taps sit and how they move; the arguments that the operators take after tensors.

    `*geometry` writes it out for an operator, `read` reads it back.
    """

    indices: tuple[int, ...]  # of the taps in the kernel, ascending
    kernel_size: int
    stride: int
    left: int  # padding in front
    right: int
    groups: int
    padding_mode: str

    @classmethod
    def read(cls, arguments: Sequence[Any]) -> Self:
        """Make one of an operator's arguments, in which the indices are a list."""
        indices, *numbers = arguments
        return cls(tuple(indices), *numbers)

    def within(self, length: int) -> Self:
        """Return the same for an input of this length, with no larger a stride than matters."""
        last = self.left + length + self.right - self.kernel_size + 1
        return self._replace(stride=last) if self.stride > last > 0 else self

    def outputs(self, length: int) -> int:
        """Count the elements of an output whose input has so many."""
        return (self.left + length + self.right - self.kernel_size) // self.stride + 1


class Limits(NamedTuple):
    """What the samples of a batch lack, where they lack something; each None or as it says."""

    lengths: Tensor | None = None  # (N,), int64: elements of each sample,
    counts: Tensor | None = None  # (N,), int64: and its outputs
    keep: Tensor | None = None  # (N, 1 or C, L), boolean: the elements that are there
    scale: Tensor | None = None  # (N, 1 or C, L_out): of the sums; 0 where the output is 0
