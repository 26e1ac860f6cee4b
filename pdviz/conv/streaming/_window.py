"""What one output of a stream reads, and how a stream begins, goes on and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._arguments import Arguments, read_arguments
from pdviz.conv._backends import cannot_fuse, choose, fused_at, run
from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._padding import Padding, amounts
from pdviz.pattern import Pattern


class Window(NamedTuple):
    """What one output of a stream reads, and how the stream begins and ends.

    `lead` elements in front of the kernel are read by nobody. With them a window is at least as
    long as the stride, so that the next one begins in what has come; and taps lie in the same
    phases of the stride as in a batch, so that the fused backend sums them in the same order.
    """

    pattern: Pattern
    stride: int
    left: int  # padding in front of the stream
    right: int
    groups: int
    padding_mode: str

    @property
    def lead(self) -> int:
        zeros = self.padding_mode == "zeros"
        least = max(0, self.stride + (not zeros) - self.pattern.kernel_size)
        phase = -self.left if zeros else 0  # as the fused backend counts phases
        return least + (phase - least) % self.stride

    @property
    def size(self) -> int:
        """Elements of it: one more than the state holds between two steps, once it is full."""
        return self.lead + self.pattern.kernel_size

    @property
    def front(self) -> int:
        """Elements of the state before the first sample: zeros; others are known with it."""
        return self.lead + self.left if self.padding_mode == "zeros" else 0

    @property
    def wait(self) -> int:
        """Samples that come before the one with the first output; negative: outputs more."""
        return self.pattern.kernel_size - 1 - self.left


def window_of(
    pattern: Pattern | str,
    stride: int | tuple[int],
    padding: Padding,
    groups: int,
    padding_mode: str,
) -> Window:
    """Make the window of a layer with these options.

    Raises:
        TypeError, ValueError: an option is wrong, or its padding reads samples that have not come.
    """
    args = read_arguments(pattern, stride, padding, groups, padding_mode)
    left, right = amounts(args.pattern, args.padding)
    check_mode(padding_mode, left, right)
    return Window(args.pattern, args.stride, left, right, args.groups, padding_mode)


def check_mode(padding_mode: str, left: int, right: int) -> None:
    """Raise if this much padding of this kind reads samples that have not come."""
    if padding_mode in ("reflect", "circular") and (left or right):
        reads = "what follows the first samples" if padding_mode == "reflect" else "the last ones"
        raise ValueError(
            f'`padding_mode` (={padding_mode!r}) must be "zeros" or "replicate" in a stream: in '
            f"front of the first samples it puts {reads}, which have not come yet."
        )


def begin(state: Tensor, samples: Tensor, window: Window) -> Tensor:
    """Append a block to a state; in front of the first sample goes what the padding repeats."""
    if window.padding_mode != "zeros" and state.shape[-1] == 0 and samples.shape[-1] > 0:
        state = samples[..., :1].expand(*samples.shape[:-1], window.lead + window.left)
    return torch.cat((state, samples), -1)


def end(state: Tensor, window: Window) -> Tensor:
    """Append the right padding to a state."""
    if window.padding_mode == "zeros":
        return F.pad(state, (0, window.right))
    if state.shape[-1] == 0:  # no sample has come
        return state
    return torch.cat((state, state[..., -1:].expand(*state.shape[:-1], window.right)), -1)


def advance(
    samples: Tensor, window: Window, out_channels: int, convolve: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Convolve what the state and a block make together; return the outputs and what remains."""
    outputs = (samples.shape[-1] - window.size) // window.stride + 1
    if outputs <= 0:
        return samples.new_empty((*samples.shape[:-2], out_channels, 0)), samples
    read = samples[..., : (outputs - 1) * window.stride + window.size]
    rest = samples[..., outputs * window.stride :].clone()
    if read.dim() == 3:
        return convolve(read), rest
    return convolve(read.unsqueeze(0)).squeeze(0), rest


def convolve_window(
    samples: Tensor, weight: Tensor, bias: Tensor | None, window: Window, backend: str
) -> Tensor:
    """Run the layer without padding on (N, C, size + (outputs − 1) · stride) samples."""
    pattern, stride, lead = window.pattern, window.stride, window.lead
    args = Arguments(pattern, stride, "valid", window.groups, "zeros")
    if backend == "auto":
        backend = choose(samples, weight, args)
    if backend != "fused" or stride == 1 or cannot_fuse(samples):
        return run(samples[..., lead:], weight, bias, args, backend)
    indices = tuple(index + lead for index in pattern.indices)
    # The padding is read by no tap; with it a single output, too, keeps the order of the stride.
    geometry = Geometry(indices, window.size, stride, 0, stride - 1, window.groups, "zeros")
    return fused_at(samples, weight, bias, geometry)
