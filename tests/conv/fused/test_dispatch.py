"""The fused backend where PyTorch listens, or a tensor is more than its memory: as `Conv1d`."""

import io
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, func, nn
from torch._subclasses import FakeTensor, FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import (
    CheckpointPolicy,
    checkpoint,
    create_selective_checkpoint_contexts,
)
from torch.utils.flop_counter import FlopCounterMode

from pdviz import PartiallyDilatedConv1d, Pattern, partially_dilated_conv1d

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

PATTERN = Pattern.partially_dilated(2, 3, 3)


@pytest.fixture(params=[16, 1], ids=["depthwise", "mixed"])
def layer(request: pytest.FixtureRequest) -> PartiallyDilatedConv1d:
    layer = PartiallyDilatedConv1d(16, 16, PATTERN, groups=request.param, backend="fused")
    layer(torch.randn(1, 16, 8))  # kernels are there: what follows could go straight to them
    return layer


def samples() -> Tensor:
    return torch.randn(2, 16, 20)


def negated(tensor: Tensor) -> Tensor:
    """The same tensor, as a view that negates."""
    return torch._neg_view(-tensor)


def gradients(output: Tensor, wanted: list[Tensor], upstream: Tensor) -> tuple[Tensor, ...]:
    return torch.autograd.grad(output, wanted, upstream, retain_graph=True)


def test_an_input_may_be_fake(layer: PartiallyDilatedConv1d) -> None:
    x = samples()
    with FakeTensorMode(allow_non_fake_inputs=True):
        output = layer(x)
    assert isinstance(output, FakeTensor)
    assert output.shape == layer(x).shape


@pytest.mark.parametrize("trace", [make_fx, torch.func.functionalize], ids=["traced", "functional"])
def test_a_traced_call_runs_on_other_inputs(
    layer: PartiallyDilatedConv1d, trace: Callable[..., Any]
) -> None:
    def run(x: Tensor) -> Tensor:
        return layer(x) * 2

    made = trace(run)
    made = made(samples()) if trace is make_fx else made
    other = samples()
    assert torch.allclose(made(other), run(other))


def test_a_view_that_negates_is_read_as_what_it_says(layer: PartiallyDilatedConv1d) -> None:
    x, upstream = samples().requires_grad_(), samples()
    parts = [layer.left, layer.island, layer.right]
    output = layer(x)
    assert torch.allclose(layer(negated(x)), output)
    odd = partially_dilated_conv1d(
        x,
        *(negated(part) for part in parts),
        PATTERN,
        negated(layer.bias),
        groups=layer.groups,
        backend="fused",
    )
    assert torch.allclose(odd, output)
    pairs = zip(
        gradients(output, [x, layer.weight], negated(upstream)),
        gradients(output, [x, layer.weight], upstream),
        strict=True,
    )
    assert all(torch.allclose(mine, expected) for mine, expected in pairs)
    numbers = torch.complex(samples(), samples())
    assert torch.allclose(layer(numbers.conj().imag), layer(-numbers.imag))


def test_many_upstreams_at_once_are_one_after_another(layer: PartiallyDilatedConv1d) -> None:
    x, upstreams = samples().requires_grad_(), torch.randn(3, 2, 16, 20)
    output, wanted = layer(x), [x, layer.weight]
    at_once = torch.autograd.grad(
        output, wanted, upstreams, is_grads_batched=True, retain_graph=True
    )
    each = [gradients(output, wanted, upstream) for upstream in upstreams]
    for mine, expected in zip(at_once, zip(*each, strict=True), strict=True):
        assert torch.allclose(mine, torch.stack(expected), atol=1e-5)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # its own
@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_the_jacobian_may_be_computed_at_once(layer: PartiallyDilatedConv1d, strategy: str) -> None:
    x, jacobian = torch.randn(1, 16, 4), torch.autograd.functional.jacobian
    at_once = jacobian(layer, x, vectorize=True, strategy=strategy)
    assert torch.allclose(at_once, jacobian(layer, x), atol=1e-6)


class Listener(TorchDispatchMode):
    """Keeps the names of the operators that run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None):
        self.names.append(str(function))
        return function(*args, **(kwargs or {}))


def test_a_mode_sees_the_operator_forward_and_backward(layer: PartiallyDilatedConv1d) -> None:
    with Listener() as listener:
        layer(samples().requires_grad_()).sum().backward()
    ours = [name for name in listener.names if name.startswith("pdviz")]
    assert ours == ["pdviz.convolve.default", "pdviz.convolve_backward.default"]


def test_a_checkpoint_may_keep_what_the_operator_gave(layer: PartiallyDilatedConv1d) -> None:
    seen = []

    def policy(context: Any, operator: Any, *arguments: Any, **options: Any) -> CheckpointPolicy:
        seen.append(str(operator))
        ours = str(operator).startswith("pdviz")
        return CheckpointPolicy.MUST_SAVE if ours else CheckpointPolicy.PREFER_RECOMPUTE

    x = samples().requires_grad_()
    stack = nn.Sequential(layer, nn.Tanh())
    output = checkpoint(
        stack,
        x,
        use_reentrant=False,
        context_fn=lambda: create_selective_checkpoint_contexts(policy),
    )
    (mine,) = torch.autograd.grad(output.sum(), x)
    (expected,) = torch.autograd.grad(stack(x).sum(), x)
    assert torch.allclose(mine, expected)
    assert "pdviz.convolve.default" in seen


GEOMETRY = (list(PATTERN.indices), PATTERN.kernel_size, 1, 7, 7, 4, "zeros")
COMPOSED: dict[str, Callable[..., Callable[..., Tensor]]] = {
    "grad": lambda loss: func.grad(loss, 1),
    "reverse over reverse": lambda loss: func.jacrev(func.grad(loss, 1), 1),
    "forward over reverse": lambda loss: func.jacfwd(func.grad(loss, 0), 1),
    "reverse over forward": lambda loss: func.jacrev(func.jacfwd(loss, 1), 0),
    "forward over forward": lambda loss: func.jacfwd(func.jacfwd(loss, 1), 1),
    "third order": lambda loss: func.jacrev(func.jacrev(func.grad(loss, 1), 0), 1),
    "of each sample": lambda loss: func.vmap(func.grad(loss, 1), in_dims=(0, None)),
    "functional": lambda loss: func.functionalize(func.jacrev(func.grad(loss, 1), 1)),
}


def loss_of(convolve: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda x, weight: convolve(x.reshape(-1, 4, 6), weight).sin().sum()


def ours(x: Tensor, weight: Tensor) -> Tensor:
    return torch.ops.pdviz.convolve(x, weight, None, *GEOMETRY)


def theirs(x: Tensor, weight: Tensor) -> Tensor:
    kernel = weight.new_zeros(4, 1, PATTERN.kernel_size)
    kernel = kernel.index_copy(-1, torch.tensor(PATTERN.indices), weight)
    return nn.functional.conv1d(x, kernel, padding=7, groups=4)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", COMPOSED)
def test_transforms_compose_over_the_operator_as_over_conv1d(name: str) -> None:
    x = torch.randn(2, 4, 6, dtype=torch.float64)
    weight = torch.randn(4, 1, PATTERN.taps, dtype=torch.float64)
    transform = COMPOSED[name]
    expected = transform(loss_of(theirs))(x, weight)
    assert torch.allclose(transform(loss_of(ours))(x, weight), expected, atol=1e-9)
    with torch.no_grad():  # which a transform's own gradients do not heed
        assert torch.allclose(transform(loss_of(ours))(x, weight), expected, atol=1e-9)


@pytest.mark.parametrize("name", ["grad", "reverse over reverse", "of each sample"])
def test_transforms_over_the_layer_compile_in_one_graph(name: str) -> None:
    layer = PartiallyDilatedConv1d(4, 4, PATTERN, groups=4, backend="fused", dtype=torch.float64)

    def loss(x: Tensor, weight: Tensor) -> Tensor:
        parameters = {"weight": weight}
        return func.functional_call(layer, parameters, (x.reshape(-1, 4, 6),)).sin().sum()

    torch._dynamo.reset()
    x = torch.randn(2, 4, 6, dtype=torch.float64)
    run = COMPOSED[name](loss)
    compiled = torch.compile(run, backend="aot_eager", fullgraph=True)
    assert torch.allclose(compiled(x, layer.weight), run(x, layer.weight), atol=1e-12)
    torch._dynamo.reset()


def test_a_branch_of_a_condition_may_hold_the_layer(layer: PartiallyDilatedConv1d) -> None:
    def run(x: Tensor) -> Tensor:
        return torch.cond(x.sum() > 0, lambda x: layer(x), lambda x: 2 * layer(x), (x,)).sum()

    for factor, x in ((1, samples().abs()), (2, -samples().abs())):
        x.requires_grad_()
        (mine,) = torch.autograd.grad(run(x), x)
        (expected,) = torch.autograd.grad(factor * layer(x).sum(), x)
        assert torch.allclose(mine, expected, atol=1e-5)


@pytest.mark.parametrize("backend", ["auto", "fused", "branches", "conv"])
@pytest.mark.parametrize("groups", [16, 1])
def test_graphs_of_torchscript_and_fx_compute_what_the_layer_does(
    backend: str, groups: int
) -> None:
    layer = PartiallyDilatedConv1d(16, 16, PATTERN, groups=groups, backend=backend)
    other = torch.randn(3, 16, 33)
    assert torch.equal(torch.fx.symbolic_trace(nn.Sequential(layer))(other), layer(other))
    if backend != "fused":  # which another process would lack
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of TorchScript as a whole
            warnings.simplefilter("ignore", torch.jit.TracerWarning)
            graph = torch.jit.trace(layer, samples())
            file = io.BytesIO()
            torch.jit.save(graph, file)
            file.seek(0)
            graph = torch.jit.load(file)
        assert torch.allclose(graph(other), layer(other), atol=1e-5)


@pytest.mark.parametrize(("groups", "stride"), [(16, 1), (4, 2), (1, 1)])
def test_the_flop_counter_counts_what_is_multiplied_at_taps(groups: int, stride: int) -> None:
    layer = PartiallyDilatedConv1d(16, 16, PATTERN, groups=groups, stride=stride, backend="fused")
    x = samples().requires_grad_()
    output = layer(x)
    taps = 2 * output.numel() * PATTERN.taps * 16 // groups
    with FlopCounterMode(display=False) as counter:
        layer(x)
    assert counter.get_total_flops() == taps
    with FlopCounterMode(display=False) as counter:
        output.sum().backward()
    assert counter.get_total_flops() == 2 * taps  # the gradients of input and weights
    with FlopCounterMode(display=False) as counter:
        torch.autograd.grad(layer(x.detach()).sum(), layer.weight)
    assert counter.get_total_flops() == 2 * taps  # forward, and of the weights alone


FIRST_CALLS = {
    "jvp": "torch.func.jvp(layer, (x,), (x,))",
    "vmap": "torch.vmap(layer)(x[None])",
    "grad": "torch.func.grad(lambda x: layer(x).sum())(x)",
    "device": "torch.set_default_device('meta'); layer(x).sum().backward()",
    "inference": "torch.inference_mode()(layer)(x)",
    "fake": "with FakeTensorMode(allow_non_fake_inputs=True): layer(x)",
    "trace": "with warnings.catch_warnings(): torch.jit.trace(layer, x)",
}
PROGRAM = """
import itertools, os, sys, torch, warnings
from torch._subclasses import FakeTensorMode
from pdviz import PartiallyDilatedConv1d, Pattern

x = torch.randn(2, 8, 16)
for backend, (name, call) in itertools.product(("fused", "conv"), {calls}.items()):
    if (backend, name) == ("fused", "trace"):
        continue
    layer = PartiallyDilatedConv1d(8, 8, "11011", groups=8, backend=backend)
    if child := os.fork():
        if os.waitpid(child, 0)[1]:
            print(backend, name)
        continue
    exec(call)
    expected = torch.nn.functional.conv1d(x, layer.kernel(), layer.bias, 1, 2, 1, 8)
    torch.testing.assert_close(layer(x), expected)
    os._exit(0)
"""


def test_the_first_call_leaves_nothing_of_where_it_was_made() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(calls=FIRST_CALLS)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert result.stdout.split() == [], result.stderr
