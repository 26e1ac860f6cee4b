"""What each backend supports, tried out: `python -m tests.conv.support` writes README's table.

Every line is a question to a small layer on the CPU, and its answer for each backend: "yes", words,
or "–" where PyTorch or the layer refuses.
"""

from __future__ import annotations

import copy
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern

README = Path(__file__).parents[2] / "pdviz" / "conv" / "README.md"
BEGIN, END = "<!-- support: begin -->\n", "<!-- support: end -->"
BACKENDS = ("auto", "conv", "branches", "fused")
PATTERN = Pattern.partially_dilated(2, 3, 3)
CHANNELS = 8

Check = Callable[[str], str]


def layer(backend: str, **options: Any) -> PartiallyDilatedConv1d:
    """A depthwise layer for which "auto" takes "fused"."""
    torch.manual_seed(0)
    options = {"pattern": PATTERN, "groups": CHANNELS, **options}
    return PartiallyDilatedConv1d(CHANNELS, CHANNELS, backend=backend, **options)


def signal(batch: int = 2, length: int = 64, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(
        batch, CHANNELS, length, generator=torch.Generator().manual_seed(1), dtype=dtype
    )


def _same(actual: Tensor, expected: Tensor) -> str:
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)
    return "yes"


def _compile(backend: str) -> str:
    module, x = layer(backend), signal().requires_grad_()
    torch.compiler.reset()
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    (expected,) = torch.autograd.grad(module(x).square().sum(), x)
    (actual,) = torch.autograd.grad(compiled(x).square().sum(), x)
    return _same(actual, expected)


def _export(backend: str) -> str:
    module = layer(backend).eval()
    sizes = ({0: torch.export.Dim("batch"), 2: torch.export.Dim("length", min=32)},)
    program = torch.export.export(module, (signal(),), dynamic_shapes=sizes).module()
    other = signal(3, 100)
    return _same(program(other), module(other))


def _onnx(backend: str) -> str:
    import onnxruntime

    module = layer(backend).eval()
    program = torch.onnx.export(module, (signal(),), dynamo=True, verbose=False)
    file = io.BytesIO()
    program.save(file)
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {session.get_inputs()[0].name: signal().numpy()})
    return _same(torch.from_numpy(output), module(signal()))


def _torchscript(backend: str) -> str:
    module = layer(backend).eval()
    file = io.BytesIO()
    torch.jit.save(torch.jit.trace(module, signal()), file)
    file.seek(0)
    return _same(torch.jit.load(file)(signal()), module(signal()))


def _fx(backend: str) -> str:
    module = layer(backend)
    return _same(torch.fx.symbolic_trace(module)(signal()), module(signal()))


def _autocast(backend: str) -> str:
    module = layer(backend)
    with torch.autocast("cpu", torch.bfloat16):
        output = module(signal())
    assert output.dtype == torch.bfloat16
    torch.testing.assert_close(output.float(), module(signal()), atol=0.05, rtol=0.05)
    return "yes"


def _float16(backend: str) -> str:
    """PyTorch's own `conv1d` is right, but may take seconds; it is not run here."""
    if backend in ("conv", "branches"):
        return "may take seconds"
    output = layer(backend, dtype=torch.float16)(signal(dtype=torch.float16))
    expected = layer(backend)(signal())
    torch.testing.assert_close(output.float(), expected, atol=0.02, rtol=0.02)
    return "yes"


def _vmap(backend: str) -> str:
    module, x = layer(backend), torch.stack([signal(), 2 * signal()])
    return _same(torch.vmap(module)(x), torch.stack([module(each) for each in x]))


def _per_sample_gradients(backend: str) -> str:
    module, x = layer(backend), signal()
    weights = dict(module.named_parameters())

    def loss(weights: dict[str, Tensor], sample: Tensor) -> Tensor:
        return torch.func.functional_call(module, weights, (sample,)).square().sum()

    gradients = torch.vmap(torch.func.grad(loss), (None, 0))(weights, x)
    for i, sample in enumerate(x):
        expected = torch.autograd.grad(loss(weights, sample), list(weights.values()))
        for name, gradient in zip(weights, expected, strict=True):
            _same(gradients[name][i], gradient)
    return "yes"


def _second_order(backend: str) -> str:
    module, x = layer(backend, dtype=torch.float64), signal(1, 16, torch.float64)
    assert torch.autograd.gradgradcheck(module, x.requires_grad_(), fast_mode=True)
    return "yes"


def _forward_mode(backend: str) -> str:
    module, x, v = layer(backend), signal(), signal().flip(0)
    _, along = torch.func.jvp(module, (x,), (v,))
    assert module.bias is not None
    return _same(along, module(v) - module.bias[:, None])


@contextmanager
def _alone() -> Iterator[None]:
    """A group of processes that has one."""
    dist.init_process_group("gloo", rank=0, world_size=1, store=dist.HashStore())
    try:
        yield
    finally:
        dist.destroy_process_group()


def _ddp(backend: str) -> str:
    module, x = layer(backend), signal()
    expected = copy.deepcopy(module)
    expected(x).square().sum().backward()
    with _alone():
        torch.nn.parallel.DistributedDataParallel(module)(x).square().sum().backward()
    for ours, theirs in zip(module.parameters(), expected.parameters(), strict=True):
        assert ours.grad is not None
        assert theirs.grad is not None
        _same(ours.grad, theirs.grad)
    return "yes"


def _fsdp(backend: str) -> str:
    from torch.distributed.fsdp import fully_shard

    module, x = layer(backend), signal()
    expected = copy.deepcopy(module)
    expected(x).square().sum().backward()
    with _alone():
        mesh = dist.init_device_mesh("cpu", (1,))
        sharded = fully_shard(module, mesh=mesh)
        sharded(x).square().sum().backward()
        for ours, theirs in zip(sharded.parameters(), expected.parameters(), strict=True):
            assert theirs.grad is not None
            _same(ours.grad.full_tensor(), theirs.grad)  # type: ignore[union-attr]
    return "yes"


def _deterministic(backend: str) -> str:
    """Forward and backward, again and with another number of threads, bit for bit."""
    module = layer(backend)
    before, results = torch.get_num_threads(), []
    for threads in (1, 2, 2):
        torch.set_num_threads(threads)
        x = signal(4, 2048).requires_grad_()
        output = module(x)
        gradients = torch.autograd.grad(output.square().sum(), [x, *module.parameters()])
        results.append((output, *gradients))
    torch.set_num_threads(before)
    first, *others = results
    equal = [all(torch.equal(*pair) for pair in zip(first, other, strict=True)) for other in others]
    again = all(torch.equal(*pair) for pair in zip(*others, strict=True))
    if all(equal):
        return "bit for bit, whatever the threads"
    return "bit for bit with equal threads" if again else "–"


def _nan(backend: str) -> str:
    x = signal(1, 64)
    x[..., 32] = torch.nan
    reached = {32 - t for t in layer(backend)(x)[0, 0].isnan().nonzero().flatten().tolist()}
    # y[t] has a tap on x[32] where 32 − t is an offset
    if reached == set(PATTERN.offsets):
        return "reaches outputs with a tap on it"
    assert reached == set(range(PATTERN.first, PATTERN.last + 1))
    return "reaches all within the span"


CHECKS: dict[str, Check] = {
    "`torch.compile`, one graph, gradients": _compile,
    "`torch.export`, batch and length open": _export,
    "`torch.onnx.export`, run by ONNX Runtime": _onnx,
    "TorchScript (`torch.jit.trace`)": _torchscript,
    "`torch.fx`": _fx,
    "autocast to bfloat16": _autocast,
    "float16 on the CPU": _float16,
    "`torch.vmap`": _vmap,
    "gradients per sample (`vmap` of `grad`)": _per_sample_gradients,
    "second derivatives": _second_order,
    "forward-mode derivatives": _forward_mode,
    "`DistributedDataParallel`": _ddp,
    "FSDP (`fully_shard`)": _fsdp,
    "same result again": _deterministic,
    "NaN in the input": _nan,
}


def answer(check: Check, backend: str) -> str:
    """What a backend says to a question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own, about PyTorch
        try:
            return check(backend)
        except AssertionError:
            raise
        except Exception:  # refused, however
            return "–"


def table() -> str:
    """README's table, as it is now."""
    rows = [["on the CPU", *(f'`"{name}"`' for name in BACKENDS)], ["---"] * (len(BACKENDS) + 1)]
    for title, check in CHECKS.items():
        rows.append([title, *(answer(check, each) for each in BACKENDS)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written() -> str:
    """README's table, as it is written there."""
    return README.read_text("utf-8").split(BEGIN)[1].split(END)[0]


if __name__ == "__main__":
    text = README.read_text("utf-8")
    before, rest = text.split(BEGIN)
    README.write_text(before + BEGIN + table() + END + rest.split(END)[1], "utf-8")
    sys.stdout.write(table())
