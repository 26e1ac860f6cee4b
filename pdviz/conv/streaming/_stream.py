"""A layer, or a stack of layers, run on samples as they come."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from pdviz.conv._arguments import read_integer
from pdviz.conv.streaming._buffers import RingBuffer, buffer_for
from pdviz.conv.streaming._layers import Convolution, read
from pdviz.conv.streaming._steps import check_samples


class Stream:
    """A layer or a stack that takes samples in blocks of any size, one sample or many.

    All outputs in order, and those of `flush`, are what the module returns for all samples at once.

    >>> from pdviz import PartiallyDilatedConv1d, Pattern
    >>> pattern = Pattern.partially_dilated(wing=4, dilation=2, island=5)
    >>> layer = PartiallyDilatedConv1d(2, 2, pattern, groups=2)
    >>> stream = Stream(nn.Sequential(layer, nn.ReLU()), batch=1)
    >>> stream.latency
    10
    >>> signal = torch.randn(1, 2, 50)
    >>> outputs = [stream(block) for block in signal.split(8, dim=-1)]
    >>> [block.shape[-1] for block in outputs]
    [0, 6, 8, 8, 8, 8, 2]
    >>> whole = torch.cat([*outputs, stream.flush()], dim=-1)
    >>> torch.allclose(whole, layer(signal).relu(), atol=1e-5)
    True

    It is for inference: it takes the weights as they are when it is made, or reset, and keeps no
    gradients. For those, and for `torch.compile`, export and `vmap`, there is `step`, a function.
    """

    def __init__(self, module: nn.Module, *, batch: int | None = None) -> None:
        """Make a stream that has not begun.

        Args:
            module: a `PartiallyDilatedConv1d` or `Conv1d`, or a `Sequential` (of `Sequential`s) of
                them and of modules that treat each sample by itself: activations, and in eval mode
                Dropout and BatchNorm1d. A padding module may stand in front of a convolution, as
                `fold` makes it.
            batch: how many streams run side by side; None: one, without the axis.

        Raises:
            TypeError: a module is none of those; the message says which.
            ValueError: padding reads samples that have not come, a module is in training mode that
                must not be, the modules do not fit each other, or `batch` is wrong.
        """
        if not isinstance(module, nn.Module):
            raise TypeError(f"`module` (={module!r}) must be a torch.nn.Module.")
        if batch is not None:
            batch = read_integer("batch", batch)
        self._module: Final = module
        self._batch: Final = batch
        self._read()

    def _read(self) -> None:
        """Read the module anew: its weights, and with them what a block must be like."""
        with torch.inference_mode(False), torch.no_grad():
            steps = read(self._module)
            self._steps = [buffer_for(step, self._batch or 1) for step in steps]
        first = self._steps[0]
        single = len(steps) == 1 and self._batch is not None and isinstance(first, RingBuffer)
        self._only = first if single else None  # it has no need of what the others need
        layers = [step for step in steps if isinstance(step, Convolution)]
        latency, stride = 0, 1
        for layer in layers:
            latency += stride * max(layer.window.pattern.last, 0)
            stride *= layer.window.stride
        self._latency, self._stride = latency, stride
        channels, weight = layers[0].in_channels, layers[0].weight
        shape = (channels, 0) if self._batch is None else (self._batch, channels, 0)
        self._like = weight.new_empty(shape).detach()
        self._shape, self._dtype, self._device = self._like.shape[:-1], weight.dtype, weight.device

    @property
    def latency(self) -> int:
        """Samples by which the outputs are late: that for t appears with sample t + latency."""
        return self._latency

    @property
    def stride(self) -> int:
        """Samples from one output to the next: the product of the strides."""
        return self._stride

    @property
    def bytes(self) -> int:
        """The size of the state: the most bytes that are kept between two steps."""
        return sum(step.nbytes for step in self._steps)

    def step(self, samples: Tensor) -> Tensor:
        """Take a block and return the outputs that it completes, which may be none.

        Args:
            samples: (batch, in_channels, B), or (in_channels, B) without `batch`; any B, 0 too.

        Returns:
            (batch, out_channels, …), or without the batch.

        Raises:
            TypeError, ValueError: `samples` does not fit, or requires a gradient; the message says
                so, and the stream stays as it was.
        """
        if (
            type(samples) is not Tensor
            or samples.shape[:-1] != self._shape
            or samples.dtype is not self._dtype
            or samples.device != self._device
            or samples.requires_grad
            or samples.is_neg()
        ):
            check_samples(samples, self._like)
            if samples.requires_grad and torch.is_grad_enabled():
                raise ValueError(
                    "`samples` requires a gradient, and a Stream keeps none: use the function "
                    "`step`, or torch.no_grad()."
                )
            samples = samples.detach().as_subclass(Tensor).resolve_neg()
        if self._only is not None:
            return self._only.step(samples)
        with torch.no_grad():
            output = samples if self._batch is not None else samples.unsqueeze(0)
            for step in self._steps:
                output = step.step(output)
            return output if self._batch is not None else output.squeeze(0)

    __call__ = step

    def flush(self) -> Tensor:
        """Return the last outputs, whose taps reach beyond the end, and begin anew.

        There are none if no sample has come.
        """
        with torch.no_grad():
            output = self._like if self._batch is not None else self._like.unsqueeze(0)
            for step in self._steps:
                output = step.finish(output)
            return output if self._batch is not None else output.squeeze(0)

    def reset(self) -> None:
        """Begin anew, with the module's weights as they are now."""
        self._read()
