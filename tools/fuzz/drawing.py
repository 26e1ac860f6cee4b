"""Random sizes, options and tensors that lie in memory in odd ways."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from pdviz import Pattern

REAL: Final = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
OTHERS: Final = (torch.int64, torch.uint8, torch.bool, torch.complex64)
MODES: Final = ("zeros", "reflect", "replicate", "circular")
LAYOUTS: Final = (
    "last",
    "last",
    "last",
    "time first",
    "sliced",
    "offset",
    "negative",
    "expanded",
    "subclass",
)
JUNK: Final[tuple[Any, ...]] = (
    *(None, -1, 0, 2, 3, 7, 2**40, 2**62, 2**63, -(2**63), 1.5, float("nan"), True, 1j),
    *("", "x", "same", "1101", b"1", (), (1,), (1, 2), [3], {}, object(), torch.tensor(2)),
    *(torch.zeros(0), torch.zeros(2, 3), torch.float32, Pattern.dense(3), range(3)),
)
"""What wrong arguments are."""


class Subclass(Tensor):
    """A tensor that is more than its memory."""


@dataclass(frozen=True)
class Sizes:
    """A layer's options, and the sizes of its input."""

    dtype: torch.dtype
    device: str
    pattern: Pattern
    groups: int
    inside: int  # channels of a group
    outside: int
    batch: int
    length: int
    stride: int
    padding: str | int
    mode: str
    backend: str

    @property
    def channels(self) -> int:
        return self.groups * self.inside

    @property
    def out_channels(self) -> int:
        return self.groups * self.outside

    @property
    def sides(self) -> tuple[int, int]:
        if self.padding == "same":
            return self.pattern.origin, self.pattern.kernel_size - 1 - self.pattern.origin
        return (0, 0) if self.padding == "valid" else (int(self.padding), int(self.padding))

    @property
    def real(self) -> bool:
        return self.dtype in REAL

    @property
    def possible(self) -> bool:
        """Whether the layer must take such an input."""
        longest = max(self.sides)
        if self.mode == "reflect" and longest >= self.length:
            return False
        if self.mode == "circular" and longest > self.length:
            return False
        if self.batch == 0 and self.mode in ("reflect", "circular"):
            return False
        reached = self.length + sum(self.sides) >= self.pattern.kernel_size
        return self.real and self.length > 0 and reached

    @property
    def options(self) -> dict[str, Any]:
        return {
            **{"stride": self.stride, "padding": self.padding, "groups": self.groups},
            **{"padding_mode": self.mode, "backend": self.backend},
        }


class Drawing:
    """A random source, the sizes that it drew, and notes of what it made of them."""

    def __init__(self, seed: int, number: int) -> None:
        self.random = random.Random(f"{seed} {number}")
        choice = self.random.choice
        dtype = choice((*(torch.float32,) * 8, *REAL, *OTHERS))
        device = choice((*("cpu",) * 7, "meta"))
        reach = choice((0, 1, 3, 3, 9, 9, 40, 300))
        offsets = {self.random.randint(-reach, reach) for _ in range(choice((1, 2, 3, 8, 30)))}
        huge = device == "meta" and self.random.random() < 0.5
        backends = ["auto", "fused", "fused", "conv", "branches"]
        if dtype == torch.float16:  # of which PyTorch's own `conv1d` may take minutes
            backends = ["auto", "fused"]
        self.sizes = Sizes(
            dtype=dtype,
            device=device,
            pattern=Pattern(tuple(sorted(offsets))),
            groups=choice((1, 1, 2, 5, 16, 33)),
            inside=choice((1, 1, 2, 3, 9)),
            outside=choice((1, 1, 1, 2, 9)),
            batch=2**10 if huge else choice((0, 1, 1, 2, 2, 3)),
            length=2**34 if huge else choice((0, 1, 2, 3, 17, 48, 64, 65, 100, 200, 400, 700)),
            stride=choice((1, 1, 1, 2, 3, 8, 2**40)),
            padding=choice(("same", "same", "same", "valid", 0, 1, 7, 100)),
            mode=choice((*("zeros",) * 4, *MODES)),
            backend=choice(backends),
        )
        self.notes = [f"{self.sizes}"]

    def tensor(self, *shape: int) -> Tensor:
        """Draw a tensor, in memory of one kind or another; on "meta" a shape alone."""
        dtype = self.sizes.dtype
        if self.sizes.device == "meta":
            return torch.empty(shape, dtype=dtype, device="meta")
        generator = torch.Generator().manual_seed(self.random.randrange(2**32))
        values = torch.randn(shape, generator=generator, dtype=torch.float64)
        if not (dtype.is_floating_point or dtype.is_complex):
            values = (values * 3).round().abs()
        return self._laid(values.to(dtype))

    def maybe(self, *shape: int) -> Tensor | None:
        """Draw a tensor or None."""
        return self.tensor(*shape) if self.random.random() < 0.5 else None

    def _laid(self, tensor: Tensor) -> Tensor:
        """Return the same values, lying otherwise in memory; or some of them, repeated."""
        layout = self.random.choice((*("plain",) * 5, *LAYOUTS))
        self.notes.append(layout)
        if layout == "last" and tensor.dim() > 1:
            return tensor.transpose(-1, -2).contiguous().transpose(-1, -2)
        if layout == "time first" and tensor.dim() == 3:
            return tensor.permute(2, 0, 1).contiguous().permute(1, 2, 0)
        if layout == "sliced":
            wide = torch.full((*tensor.shape, 2), 77, dtype=tensor.dtype)
            wide[..., 0] = tensor
            return wide[..., 0]
        if layout == "offset":
            memory = torch.full((tensor.numel() + 3,), 77, dtype=tensor.dtype)
            memory[3:] = tensor.flatten()
            return memory[3:].view(tensor.shape)
        if layout == "negative" and tensor.dtype not in (torch.bool, torch.uint8):
            return torch._neg_view(-tensor)
        if layout == "expanded" and tensor.numel():
            axis = self.random.randrange(tensor.dim())
            return tensor.narrow(axis, 0, 1).expand(tensor.shape)
        return tensor.as_subclass(Subclass) if layout == "subclass" else tensor


def plain(tensor: Tensor) -> Tensor:
    """Return the values in float64 or complex128, as an ordinary tensor."""
    wide = torch.complex128 if tensor.dtype.is_complex else torch.float64
    return tensor.detach().as_subclass(Tensor).to(wide)
