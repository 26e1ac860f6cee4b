"""The layer in other frameworks, as modules that the benchmark can check and time.

JAX compiles the same shift-and-add as `torch.compile`. ONNX Runtime and OpenVINO run the
folded layer, one convolution with the assembled kernel, and have no gradients. Each keeps its own
arrays, so that no conversion is timed, and has as many threads as PyTorch where that can be said.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from pdviz.bench.shapes import Shape
from pdviz.conv import PartiallyDilatedConv1d

Task = Callable[[], object]


class _Rival(PartiallyDilatedConv1d):
    """The layer, run by something else."""

    def __init__(self, shape: Shape, device: torch.device, dtype: torch.dtype) -> None:
        if device.type != "cpu" or dtype != torch.float32:
            raise ValueError("measured on the CPU in float32 only")
        super().__init__(shape.channels, shape.channels, shape.pattern, groups=shape.groups)
        self.size = (shape.batch, shape.channels, shape.length)


class Jax(_Rival):
    """Adds one shifted product per tap, in JAX under `jit`; depthwise."""

    def __init__(self, shape: Shape, device: torch.device, dtype: torch.dtype) -> None:
        if not shape.depthwise:
            raise ValueError("measured for depthwise layers only")
        super().__init__(shape, device, dtype)
        jax, numpy = import_module("jax"), import_module("jax.numpy")
        pattern, length = shape.pattern, shape.length
        sides = (pattern.origin, pattern.kernel_size - 1 - pattern.origin)

        def forward(input: Any, weight: Any, bias: Any) -> Any:
            padded = numpy.pad(input, ((0, 0), (0, 0), sides))
            output = bias[:, None]
            for k, i in enumerate(pattern.indices):
                output = output + weight[:, 0, k, None] * padded[..., i : i + length]
            return output

        def gradients(upstream: Any, *inputs: Any) -> Any:
            return jax.vjp(forward, *inputs)[1](upstream)

        def both(upstream: Any, *inputs: Any) -> Any:
            output, pull = jax.vjp(forward, *inputs)
            return output, pull(upstream)

        self._array = numpy.asarray
        self._forward, self._gradients, self._both = map(jax.jit, (forward, gradients, both))

    def _arrays(self, *tensors: Tensor) -> list[Any]:
        return [self._array(tensor.detach().numpy()) for tensor in tensors]

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, C, L), with gradients."""
        run: Any = _ByJax.apply
        output: Tensor = run(self, input, self.weight, self.bias)
        return output

    def tasks(self, input: Tensor, upstream: Tensor) -> tuple[Task, Task]:
        """Return forward, and forward + backward, to be timed."""
        assert self.bias is not None
        arrays = self._arrays(input, self.weight, self.bias)
        (gradient,) = self._arrays(upstream)
        ready = import_module("jax").block_until_ready
        return lambda: ready(self._forward(*arrays)), lambda: ready(self._both(gradient, *arrays))


class _ByJax(torch.autograd.Function):
    """`Jax` for PyTorch's autograd: its gradients are checked as everyone's are."""

    @staticmethod
    def forward(ctx: Any, module: Jax, *inputs: Tensor) -> Tensor:
        """Convolve in JAX."""
        ctx.module, ctx.arrays = module, module._arrays(*inputs)
        return torch.from_numpy(np.array(module._forward(*ctx.arrays)))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the gradients in JAX."""
        (gradient,) = ctx.module._arrays(upstream)
        gradients = ctx.module._gradients(gradient, *ctx.arrays)
        return None, *(torch.from_numpy(np.array(each)) for each in gradients)


class _Folded(_Rival):
    """The folded layer as an ONNX file, for one size of input."""

    def _file(self) -> bytes:
        """Write one `Conv` with the assembled kernel."""
        onnx = import_module("onnx")
        help, tensor, pattern = onnx.helper, onnx.numpy_helper.from_array, self.pattern
        assert self.bias is not None
        weights = {"weight": self.kernel(), "bias": self.bias}
        pads = [pattern.origin, pattern.kernel_size - 1 - pattern.origin]
        node = help.make_node("Conv", ["x", *weights], ["y"], group=self.groups, pads=pads)
        ends = [
            [help.make_tensor_value_info(name, onnx.TensorProto.FLOAT, self.size)]
            for name in ("x", "y")
        ]
        values = [tensor(value.detach().numpy(), name) for name, value in weights.items()]
        graph = help.make_graph([node], "folded", *ends, values)
        model = help.make_model(
            graph, opset_imports=[help.make_opsetid("", 13)], ir_version=8
        )  # old enough for any version of a runtime
        file: bytes = model.SerializeToString()
        return file


class OnnxRuntime(_Folded):
    """ONNX Runtime, its input and output bound to memory that stays."""

    def __init__(self, shape: Shape, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(shape, device, dtype)
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = runtime.InferenceSession(
            self._file(), options, providers=["CPUExecutionProvider"]
        )
        self._value = runtime.OrtValue.ortvalue_from_numpy

    def _bind(self, input: Tensor) -> tuple[Task, Any]:
        values = [self._value(input.numpy()), self._value(np.empty(self.size, np.float32))]
        binding = self._session.io_binding()
        binding.bind_ortvalue_input("x", values[0])
        binding.bind_ortvalue_output("y", values[1])
        return lambda: self._session.run_with_iobinding(binding), values[1]

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        run, output = self._bind(input.detach())
        run()
        return torch.from_numpy(output.numpy().copy())

    def tasks(self, input: Tensor, upstream: Tensor) -> tuple[Task, None]:
        """Return forward, to be timed."""
        return self._bind(input)[0], None


class OpenVino(_Folded):
    """OpenVINO, its input and output shared with NumPy's arrays."""

    _OPTIONS: Final = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}

    def __init__(self, shape: Shape, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(shape, device, dtype)
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # sends data
        core = import_module("openvino").Core()
        options = {**self._OPTIONS, "INFERENCE_NUM_THREADS": torch.get_num_threads()}
        model = core.read_model(io.BytesIO(self._file()))
        self._request = core.compile_model(model, "CPU", options).create_infer_request()

    def forward(self, input: Tensor, **_: Any) -> Tensor:
        """Convolve: (N, C, L) → (N, out_channels, L)."""
        outputs = self._request.infer([input.detach().numpy()])
        return torch.from_numpy(np.array(outputs[0]))

    def tasks(self, input: Tensor, upstream: Tensor) -> tuple[Task, None]:
        """Return forward, to be timed."""
        array = [input.numpy()]
        return lambda: self._request.infer(array, share_inputs=True, share_outputs=True), None
