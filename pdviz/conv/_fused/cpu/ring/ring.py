"""A ring buffer of samples that is read at the taps, for layers with one input channel per group.

Everything that a step needs lies ready: the message of the compiled loops is written once, and a
step fills in where the block is, where its outputs go and where the ring begins.
"""

from __future__ import annotations

import ctypes
from typing import Final, NoReturn

import numpy as np
import torch
from torch import Tensor

from pdviz.conv._fused.cpu.ring.loops import STEP, step_groups
from pdviz.conv._fused.cpu.ring.tiles import BEYOND, KINDS
from pdviz.conv._fused.cpu.taps import real_type
from pdviz.conv._fused.cpu.threads import do
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES

_WORTH_A_THREAD: Final = 2**18
"""Multiply-adds for which it pays to have one more thread: fewer than elsewhere, as a step finds it
awake where steps follow each other closely."""
_BLOCK, _RING = ((STEP.names or ()).index(name) for name in ("block", "ring"))
"""Where the words lie that a step fills in: from that on, and up to this."""


def _kind_at(indices: tuple[int, ...], k: int) -> int:
    """Return the first kind of which tap k and the taps after it are."""
    for number, (taps, apart) in enumerate(KINDS[:-1]):
        first = indices[k]
        if indices[k : k + taps] == tuple(range(first, first + taps * apart, apart)):
            return number
    return len(KINDS) - 1


def _runs(indices: tuple[int, ...]) -> list[int]:
    """Cut the taps into runs that are summed alike: where each begins and ends, and its kind."""
    words: list[int] = []
    k = 0
    while k < len(indices):
        number = _kind_at(indices, k)
        end = k + KINDS[number].taps
        if words[-1:] == [number]:
            words[-2] = end
        else:
            words += [k, end, number]
        k = end
    return words


class Ring:
    """The last samples of a stream, and the taps that read them.

    It begins with zeros. A step appends a block; its outputs are those of the kernel's last
    elements standing on each sample of the block.
    """

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        indices: tuple[int, ...],
        kernel_size: int,
        batch: int,
        channels: int,
    ) -> None:
        """Make a ring of zeros.

        Args:
            weight: (out_channels, 1, T) on the CPU, float32 or float64; copied, as is the bias.
            bias: (out_channels,) or None.
            indices: of the taps in the kernel, ascending.
            kernel_size: the span K.
            batch, channels: of the input; `channels` divides out_channels.
        """
        width = VECTOR_BYTES // weight.element_size()
        rows, multiplier = batch * channels, weight.shape[0] // channels
        beyond = width - 1 + BEYOND
        groups, slots = -(-rows // width), kernel_size - 1 + width
        self._batch, self._channels, self._out_channels = batch, channels, weight.shape[0]
        self._slots, self._slot = slots, 0
        self._ring = weight.new_zeros(groups, slots + beyond, width)
        shared = channels // width if channels % width == 0 else groups
        lanes = torch.arange(shared * width) % channels
        rows_of = weight.detach().reshape(channels, multiplier, -1)[lanes]
        rows_of = rows_of.view(shared, width, multiplier, -1)
        self._weight = rows_of.permute(2, 0, 3, 1).contiguous()
        values = weight.new_zeros(len(weight)) if bias is None else bias.detach()
        values = values.reshape(channels, multiplier)[lanes]
        self._bias = values.view(shared, width, multiplier).permute(2, 0, 1).contiguous()
        self._offsets = torch.from_numpy(np.array(indices, np.int64) - (kernel_size - 1))
        self._runs = torch.tensor(_runs(indices))
        self._cost = rows * multiplier * len(indices)
        self._groups = groups
        arrays = (self._ring, self._weight, self._bias, self._offsets, self._runs)
        places = [word for array in arrays for word in (array.data_ptr(), array.numel())]
        numbers = (slots, rows, multiplier, shared)
        blank = [0] * (_RING - _BLOCK)
        words = (0, 0, 0, 0, *numbers, *blank, *places)
        self._words = (ctypes.c_int64 * len(words))(*words)
        self._task = step_groups(real_type(weight))

    @property
    def nbytes(self) -> int:
        """The size of the buffer in bytes."""
        return self._ring.nbytes

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied: the message holds addresses."""
        raise TypeError("A stream can be neither copied nor pickled; make another one.")

    def clear(self) -> None:
        """Fill it with zeros again."""
        self._ring.zero_()
        self._slot = 0

    def step(self, samples: Tensor, skip: int = 0) -> Tensor:
        """Append a block and return its outputs: (N, C, B) → (N, out_channels, B − skip).

        Args:
            samples: contiguous, as the weights are; B ≥ 1.
            skip: how many of the first samples give no output, 0 to B.
        """
        block = samples.size(-1)
        output = samples.new_empty(self._batch, self._out_channels, block - skip)
        addresses = (samples.data_ptr(), samples.numel(), output.data_ptr(), output.numel())
        self._words[_BLOCK:_RING] = [block, skip, self._slot, *addresses]
        do(self._task, self._words, self._groups, 1 + self._cost * block // _WORTH_A_THREAD)
        self._slot = (self._slot + block) % self._slots
        return output
