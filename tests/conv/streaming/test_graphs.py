"""`step` in graphs: compiled whole, exported, for ONNX, and over a batch by `vmap`."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.streaming import flush, init_state, step

CENTRED = Pattern.partially_dilated(2, 3, 3)
CAUSAL = Pattern.partially_dilated(2, 3, 3, causal=True)


class Step(nn.Module):
    """One step of a layer: (state, samples) → (outputs, state)."""

    def __init__(self, layer: PartiallyDilatedConv1d) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, state: Tensor, samples: Tensor) -> tuple[Tensor, Tensor]:
        layer = self.layer
        return step(
            state,
            samples,
            layer.weight,
            layer.pattern,
            layer.bias,
            stride=layer.stride,
            groups=layer.groups,
            backend=layer.backend,
        )


def make(pattern: Pattern, backend: Any = "auto", **options: Any) -> PartiallyDilatedConv1d:
    return PartiallyDilatedConv1d(8, 8, pattern, backend=backend, **options).requires_grad_(False)


def start(layer: PartiallyDilatedConv1d, full: bool = False) -> Tensor:
    return init_state(
        layer.weight, layer.pattern, batch=2, stride=layer.stride, groups=layer.groups, full=full
    )


def run(run_step: Any, state: Tensor, signal: Tensor, size: int) -> Tensor:
    outputs = []
    for block in signal.split(size, dim=-1):
        output, state = run_step(state, block)
        outputs.append(output)
    return torch.cat(outputs, -1)


@pytest.mark.parametrize("backend", ["conv", "fused"])
@pytest.mark.parametrize("pattern", [CENTRED, CAUSAL], ids=["centred", "causal"])
def test_a_step_compiles_as_one_graph(pattern: Pattern, backend: str) -> None:
    if backend == "fused":
        pytest.importorskip("numba")
    layer = make(pattern, backend, groups=8)
    signal = torch.randn(2, 8, 40)
    torch.compiler.reset()
    compiled = torch.compile(Step(layer), fullgraph=True, backend="aot_eager")
    outputs = run(compiled, start(layer), signal, 4)
    whole = layer(signal)
    assert outputs.shape[-1] == 40 - max(pattern.last, 0)
    torch.testing.assert_close(outputs, whole[..., : outputs.shape[-1]])


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("backend", ["auto", "fused"])
def test_a_step_is_exported_with_blocks_of_any_size(stride: int, backend: str) -> None:
    """Any that gives two outputs or more: PyTorch exports a size of 1 by itself."""
    if backend == "fused":
        pytest.importorskip("numba")
    layer = make(CAUSAL, backend, stride=stride, groups=8)
    state = start(layer, full=True)
    blocks = stride * torch.export.Dim("blocks", min=2, max=64)
    program = torch.export.export(
        Step(layer), (state, torch.randn(2, 8, 6)), dynamic_shapes=({}, {2: blocks})
    )
    signal = torch.randn(2, 8, 40)
    whole = layer(signal)
    for size in (4, 8, 40):
        outputs = run(program.module(), state, signal, size)
        torch.testing.assert_close(outputs, whole)


@pytest.mark.filterwarnings("ignore")  # of the exporter's own
@pytest.mark.parametrize("pattern", [CENTRED, CAUSAL], ids=["centred", "causal"])
def test_a_step_runs_as_onnx(pattern: Pattern, tmp_path: Any) -> None:
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    layer = make(pattern, groups=8)
    state, signal = start(layer, full=True), torch.randn(2, 8, 40)
    file = tmp_path / "step.onnx"
    torch.onnx.export(
        Step(layer).eval(),
        (state, signal[..., :4]),
        file,
        input_names=["state", "samples"],
        output_names=["outputs", "next"],
        dynamo=True,
        verbose=False,
    )
    session = runtime.InferenceSession(str(file))

    def run_step(state: Any, samples: Tensor) -> tuple[Tensor, Any]:
        outputs, after = session.run(None, {"state": state, "samples": samples.numpy()})
        return torch.from_numpy(outputs), after

    outputs = run(run_step, state.numpy(), signal, 4)
    latency = max(pattern.last, 0)
    torch.testing.assert_close(outputs[..., latency:], layer(signal)[..., : 40 - latency])


@pytest.mark.parametrize("backend", ["conv", "branches", "fused"])
def test_vmap_runs_many_streams(backend: Any) -> None:
    if backend == "fused":
        pytest.importorskip("numba")
    layer = make(CENTRED, backend, groups=8)
    signals = torch.randn(3, 2, 8, 30)
    states = torch.stack([start(layer)] * 3)
    run_step = torch.vmap(Step(layer))
    outputs = run(run_step, states, signals, 5)
    for one, signal in zip(outputs, signals, strict=True):
        torch.testing.assert_close(one, layer(signal)[..., : one.shape[-1]])


@pytest.mark.parametrize("stride", [1, 2, 5, 30])
def test_a_full_state_begins_with_outputs_before_the_first_sample(stride: int) -> None:
    layer = make(CENTRED, "conv", stride=stride)
    signal = torch.randn(2, 8, 60)
    whole = layer(signal)
    state = start(layer, full=True)
    outputs = []
    for block in signal.split(stride, dim=-1):
        output, state = Step(layer)(state, block)
        assert output.shape[-1] == 1
        outputs.append(output)
    early = CENTRED.last // stride
    last = flush(state, layer.weight, CENTRED, layer.bias, stride=stride, backend="conv")
    outputs = torch.cat([*outputs, last], -1)[..., early:]
    torch.testing.assert_close(outputs, whole)
