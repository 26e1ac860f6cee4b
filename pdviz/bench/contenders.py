"""Every way to run the layer that is measured, as modules with one shape.

Each has `kernel()`, the kernel (out_channels, in_channels // groups, K) that it multiplies with,
and `pattern`, where that may differ from zero: what its output and gradients are checked against.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pdviz.bench.rivals import Jax, OnnxRuntime, OpenVino
from pdviz.bench.shapes import Shape
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv.ways import DenseConv1d, MaskedConv1d, SumConv1d
from pdviz.pattern import Pattern


@dataclass(frozen=True)
class Contender:
    """A way to run the layer that is timed: its name, and how to make it for a shape."""

    name: str
    title: str
    make: Callable[[Shape, torch.device, torch.dtype], Any]
    slow_to_start: bool = False  # left out of a quick run
    compiled: bool = False
    forward_only: bool = False  # without gradients


class _Layer(PartiallyDilatedConv1d):
    """The layer with another `forward`."""

    def _padded(self, input: Tensor) -> Tensor:
        origin, size = self.pattern.origin, self.pattern.kernel_size
        return F.pad(input, (origin, size - 1 - origin))


class _ByFourier(_Layer):
    """Multiplies spectra, each as long as the padded input."""

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        padded = self._padded(input)
        size = padded.shape[-1]
        signal = torch.fft.rfft(padded).unflatten(1, (self.groups, -1))
        kernel = torch.fft.rfft(self.kernel(), n=size).conj().unflatten(0, (self.groups, -1))
        if signal.shape[2] == 1:
            spectrum = (signal * kernel.squeeze(2)).flatten(1, 2)
        else:
            spectrum = torch.einsum("ngif,goif->ngof", signal, kernel).flatten(1, 2)
        assert self.bias is not None
        output: Tensor = torch.fft.irfft(spectrum, n=size)[..., : input.shape[-1]]
        return output + self.bias[:, None]


class _ShiftAndAdd(_Layer):
    """Adds one shifted product per tap, written out for a compiler to fuse."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._run = torch.compile(self._sum, fullgraph=True, dynamic=False)

    def _sum(self, input: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        padded, length = self._padded(input), input.shape[-1]
        output = bias[:, None]
        for k, i in enumerate(self.pattern.indices):
            output = output + weight[:, 0, k, None] * padded[..., i : i + length]
        return output

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, C, L), depthwise."""
        assert self.bias is not None
        output: Tensor = self._run(input, self.weight, self.bias)
        return output


class _FftConv(_Layer):
    """fft-conv-pytorch's function on the assembled kernel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._run = import_module("fft_conv_pytorch").fft_conv

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        padding = self.pattern.origin
        output: Tensor = self._run(
            input, self.kernel(), self.bias, padding=padding, groups=self.groups
        )
        return output


class _Dcls(nn.Module):
    """DCLS's layer (learnable spacings), its positions fixed at the taps."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.pattern = shape.pattern
        self.layer = import_module("DCLS.construct.modules").Dcls1d(
            shape.channels,
            shape.channels,
            kernel_count=shape.pattern.taps,
            dilated_kernel_size=shape.pattern.kernel_size,
            padding=shape.pattern.origin,
            groups=shape.groups,
            version="v0",
        )
        self.layer.P.requires_grad_(False)
        middle = shape.pattern.kernel_size // 2
        with torch.no_grad():
            self.layer.P.copy_(torch.tensor(shape.pattern.indices) - middle)

    @property
    def bias(self) -> Tensor:
        """(out_channels,)."""
        bias: Tensor = self.layer.bias
        return bias

    def kernel(self) -> Tensor:
        """Return the kernel that it constructs."""
        kernel: Tensor = self.layer.DCK(self.layer.weight, self.layer.P, self.layer.SIG)
        return kernel

    def forward(self, input: Tensor) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        output: Tensor = self.layer(input)
        return output


class _Alternative(nn.Module):
    """One of the layer's alternatives, with the names used here."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module
        self.pattern: Pattern = module.effective_pattern
        self.bias: Tensor = module.bias

    def kernel(self) -> Tensor:
        """Return its effective kernel."""
        kernel: Tensor = self.module.effective_kernel()
        return kernel

    def forward(self, input: Tensor) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        output: Tensor = self.module(input)
        return output


def _layer(kind: type[nn.Module], **options: Any) -> Callable[..., nn.Module]:
    def make(shape: Shape, device: torch.device, dtype: torch.dtype) -> nn.Module:
        channels, place = shape.channels, {"device": device, "dtype": dtype}
        return kind(channels, channels, shape.pattern, groups=shape.groups, **options, **place)

    return make


def _alternative(kind: type[nn.Module]) -> Callable[..., nn.Module]:
    make = _layer(kind)
    return lambda *arguments: _Alternative(make(*arguments))


def _depthwise(make: Callable[..., nn.Module]) -> Callable[..., nn.Module]:
    def checked(shape: Shape, device: torch.device, dtype: torch.dtype) -> nn.Module:
        if not shape.depthwise:
            raise ValueError("measured for depthwise layers only")
        return make(shape, device, dtype)

    return checked


def _dcls(shape: Shape, device: torch.device, dtype: torch.dtype) -> nn.Module:
    return _Dcls(shape).to(device=device, dtype=dtype)


CONTENDERS: Final = (
    Contender("dense", "Conv1d of the same span", _alternative(DenseConv1d)),
    Contender("sum", "sum of a dense and a dilated Conv1d", _alternative(SumConv1d)),
    Contender("masked-kernel", "mask × dense kernel", _alternative(MaskedConv1d)),
    Contender("conv", "assembled kernel → conv1d", _layer(PartiallyDilatedConv1d, backend="conv")),
    Contender(
        "branches",
        "one conv1d for each wing and the island",
        _layer(PartiallyDilatedConv1d, backend="branches"),
    ),
    Contender("fft", "product of spectra (rfft)", _layer(_ByFourier)),
    Contender(
        "compiled",
        "shift-and-add under torch.compile",
        _depthwise(_layer(_ShiftAndAdd)),
        slow_to_start=True,
        compiled=True,
    ),
    Contender("jax", "shift-and-add under JAX's jit", Jax, slow_to_start=True, compiled=True),
    Contender("onnxruntime", "ONNX Runtime, folded", OnnxRuntime, forward_only=True),
    Contender("openvino", "OpenVINO, folded", OpenVino, forward_only=True),
    Contender("fft-conv", "fft-conv-pytorch", _layer(_FftConv)),
    Contender("dcls", "DCLS (Dcls1d)", _depthwise(_dcls)),
    Contender("fused", "fused", _layer(PartiallyDilatedConv1d, backend="fused")),
)
