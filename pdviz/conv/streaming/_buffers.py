"""What a stream keeps of its samples: a ring buffer read at the taps, a tensor, or nothing.

All take blocks (N, C, B), of the right kind by now, and return the outputs that these complete.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pdviz.conv._arguments import Arguments
from pdviz.conv._backends import cannot_fuse, choose, scatter
from pdviz.conv.streaming._layers import Convolution
from pdviz.conv.streaming._window import advance, begin, convolve_window, end


class Buffer(Protocol):
    """One step of a stream, and its state."""

    @property
    def nbytes(self) -> int:
        """The most bytes that are kept between two steps."""

    def step(self, samples: Tensor) -> Tensor:
        """Take a block, which may be empty, and return the outputs that it completes."""

    def finish(self, samples: Tensor) -> Tensor:
        """Take the last block, return all outputs that are left, and begin anew."""


def buffer_for(layer: Convolution | nn.Module, batch: int) -> Buffer:
    """Make the state of a layer: a ring where the compiled loops run it, else a tensor."""
    if not isinstance(layer, Convolution):
        return _Pointwise(layer)
    weight, window = layer.weight, layer.window
    ring = (
        weight.shape[1] == 1
        and window.stride == 1
        and layer.backend in ("auto", "fused")
        and weight.device.type == "cpu"
        and weight.dtype in (torch.float32, torch.float64)
        and cannot_fuse(weight) is None
    )
    return RingBuffer(layer, batch) if ring else _TensorBuffer(layer, batch)


class _Pointwise:
    """Of a module that treats each sample by itself."""

    nbytes = 0

    def __init__(self, module: nn.Module) -> None:
        self._module = module

    def step(self, samples: Tensor) -> Tensor:
        result: Tensor = self._module(samples) if samples.shape[-1] else samples
        return result

    finish = step


class RingBuffer:
    """Of depthwise layers with stride 1 on the CPU."""

    def __init__(self, layer: Convolution, batch: int) -> None:
        window, channels = layer.window, layer.in_channels
        pattern = window.pattern
        kind: Any = import_module("pdviz.conv._fused.cpu.ring").Ring  # it brings Numba
        self._ring: Final = kind(
            layer.weight, layer.bias, pattern.indices, pattern.kernel_size, batch, channels
        )
        self._window = window
        self._nothing = layer.weight.new_empty(batch, layer.out_channels, 0).detach()
        self._repeats = window.padding_mode != "zeros"
        self._last = layer.weight.new_zeros(batch, channels, 1).detach()
        self._start()

    def _start(self) -> None:
        self._begun = False
        self._wait = max(0, self._window.wait)

    @property
    def nbytes(self) -> int:
        size: int = self._ring.nbytes + self._last.nbytes * self._repeats
        return size

    def step(self, samples: Tensor) -> Tensor:
        block = samples.size(-1)
        if block == 0:
            return self._nothing.clone()
        samples = samples.contiguous()
        if self._repeats:
            self._last.copy_(samples[..., -1:])
        front = None if self._begun else self._begin(samples)
        skip = self._wait
        if skip:
            skip = min(skip, block)
            self._wait -= skip
        output: Tensor = self._ring.step(samples, skip)
        return output if front is None else torch.cat((front, output), -1)

    def _begin(self, samples: Tensor) -> Tensor | None:
        """Take the left padding; return its outputs where it is as long as the kernel."""
        self._begun = True
        left, reach = self._window.left, self._window.pattern.kernel_size - 1
        if left == 0 or not (self._repeats or left > reach):
            return None  # it is zeros, which are there
        first = samples[..., :1] if self._repeats else torch.zeros_like(samples[..., :1])
        padding = first.expand(*samples.shape[:-1], left).contiguous()
        output: Tensor = self._ring.step(padding, min(left, reach))
        return output if left > reach else None

    def finish(self, samples: Tensor) -> Tensor:
        output, right = self.step(samples), self._window.right
        if self._begun and right > self._wait:
            last = self._last.expand(*self._last.shape[:-1], right)
            output = torch.cat((output, self._ring.step(last.contiguous(), self._wait)), -1)
        self._ring.clear()
        self._start()
        return output


class _TensorBuffer:
    """Of every other layer, by the pure functions."""

    def __init__(self, layer: Convolution, batch: int) -> None:
        self._weight = layer.weight.detach().clone()
        self._bias = None if layer.bias is None else layer.bias.detach().clone()
        self._window, self._backend = layer.window, layer.backend
        self._kernel: Tensor | None = None
        self._empty = self._weight.new_empty(batch, layer.in_channels, 0)
        self._start()

    @property
    def nbytes(self) -> int:
        most = max(self._window.size - 1, self._window.front)
        return self._empty.shape[0] * self._empty.shape[1] * most * self._empty.element_size()

    def _start(self) -> None:
        self._state, self._begun = F.pad(self._empty, (0, self._window.front)), False

    def step(self, samples: Tensor) -> Tensor:
        self._begun = self._begun or samples.shape[-1] > 0
        return self._advance(begin(self._state, samples, self._window))

    def finish(self, samples: Tensor) -> Tensor:
        output = self.step(samples)
        if self._begun:
            output = torch.cat((output, self._advance(end(self._state, self._window))), -1)
        self._start()
        return output

    def _advance(self, samples: Tensor) -> Tensor:
        output, self._state = advance(samples, self._window, len(self._weight), self._convolve)
        return output

    def _convolve(self, samples: Tensor) -> Tensor:
        window, backend = self._window, self._backend
        args = Arguments(window.pattern, window.stride, "valid", window.groups, "zeros")
        if backend == "auto":
            backend = choose(samples, self._weight, args)
        if backend != "conv":
            return convolve_window(samples, self._weight, self._bias, window, backend)
        if self._kernel is None:
            self._kernel = scatter(self._weight, window.pattern)
        read = samples[..., window.lead :]
        return F.conv1d(read, self._kernel, self._bias, window.stride, 0, 1, window.groups)
