"""The fused backend as PyTorch sees it: an operator with shapes, derivatives and batches of it."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern, partially_dilated_conv1d
from pdviz.conv import _backends, lacking, prepare

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

PATTERN = Pattern.partially_dilated(1, 2, 3)  # 1011101


def sample(dtype: torch.dtype = torch.float64, **changes: Any) -> tuple[Any, ...]:
    """Arguments of `pdviz::convolve`: two groups, two channels in and three out of each."""
    geometry = {
        "indices": list(PATTERN.indices),
        "kernel_size": PATTERN.kernel_size,
        "stride": 1,
        "left": 3,
        "right": 3,
        "groups": 2,
        "padding_mode": "zeros",
    } | changes

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, dtype=dtype, requires_grad=True)

    each = 4 // geometry["groups"]
    return random(2, 4, 9), random(8, each, PATTERN.taps), random(8), *geometry.values()


SAMPLES = [
    {},
    {"groups": 4},
    {"groups": 1, "stride": 2},
    {"groups": 4, "stride": 3, "padding_mode": "circular"},
    {"padding_mode": "reflect", "left": 0, "right": 5},
    {"left": 0, "right": 0},
]


@pytest.mark.parametrize("changes", SAMPLES, ids=str)
def test_forward_is_a_proper_operator(changes: dict[str, Any]) -> None:
    arguments = sample(**changes)
    torch.library.opcheck(torch.ops.pdviz.convolve.default, arguments)
    torch.library.opcheck(torch.ops.pdviz.convolve.default, (*arguments[:2], None, *arguments[3:]))


@pytest.mark.parametrize(
    "wanted", [[True, True, True], [True, False, False], [False, True, False], [False, False, True]]
)
@pytest.mark.parametrize("changes", SAMPLES, ids=str)
def test_backward_is_a_proper_operator(changes: dict[str, Any], wanted: list[bool]) -> None:
    arguments = sample(**changes)
    upstream = torch.randn_like(torch.ops.pdviz.convolve(*arguments)).requires_grad_()
    arguments = (upstream.detach().requires_grad_(), *arguments[:2], *arguments[3:], wanted)
    torch.library.opcheck(torch.ops.pdviz.convolve_backward.default, arguments)


@pytest.mark.parametrize(
    "change",
    [
        {0: torch.zeros(2, 5, 9, dtype=torch.float64)},
        {1: torch.zeros(8, 2, 5)},
        {1: torch.zeros(8, 2, 4, dtype=torch.float64)},
        {1: torch.zeros(7, 2, 5, dtype=torch.float64)},
        {2: torch.zeros(7, dtype=torch.float64)},
        {3: [0, 2, 3, 4, 7]},
        {3: [-1, 2, 3, 4, 6]},
        {5: 0},
        {6: -1},
        {8: 3},
        {9: "edge"},
        {0: torch.zeros(2, 4, 0, dtype=torch.float64), 6: 9, 7: 9},
        {0: torch.zeros(2, 4, 9, 1, dtype=torch.float64)},
        {1: torch.zeros((), dtype=torch.float64)},
        {6: 9, 9: "reflect"},
        {7: 10, 9: "circular"},
        {6: 0, 7: 0, 4: 10},
    ],
    ids=str,
)
def test_an_operator_called_by_itself_reads_no_other_memory(change: dict[int, Any]) -> None:
    arguments = list(sample())
    for place, value in change.items():
        arguments[place] = value
    with pytest.raises(ValueError, match=r"pdviz::convolve: .* do not fit"):
        torch.ops.pdviz.convolve(*arguments)
    # The backward operator has no bias; it has a gradient that may not fit.
    upstream = torch.zeros(2, 7 if 2 in change else 8, 9, dtype=torch.float64)
    rest = (*arguments[:2], *arguments[3:], [True, True, True])
    with pytest.raises(ValueError, match=r"pdviz::convolve: .* do not fit"):
        torch.ops.pdviz.convolve_backward(upstream, *rest)


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_an_operator_called_by_itself_names_what_it_does_not_take(device: str) -> None:
    arguments = [each.to(device) if isinstance(each, torch.Tensor) else each for each in sample()]
    upstream = torch.ops.pdviz.convolve(*arguments)
    rest = arguments[3:]
    for dtype in (torch.int8, torch.complex64):
        tensors = [tensor.to(dtype) for tensor in arguments[:3]]
        with pytest.raises(TypeError, match=r"it takes .* and `input` is torch"):
            torch.ops.pdviz.convolve(*tensors, *rest)
        with pytest.raises(TypeError, match=r"it takes .* and `input` is torch"):
            torch.ops.pdviz.convolve_backward(
                upstream.to(dtype), *tensors[:2], *rest, [True, True, True]
            )
    with pytest.raises(TypeError, match="must be tensors"):
        torch.ops.pdviz.convolve(None, *arguments[1:])
    with pytest.raises(TypeError, match="must be tensors"):
        torch.ops.pdviz.convolve_backward(None, *arguments[:2], *rest, [True, True, True])
    with pytest.raises(ValueError, match=r"`needs_grad` \(=\[True\]\)"):
        torch.ops.pdviz.convolve_backward(upstream, *arguments[:2], *rest, [True])


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_third_gradients_agree_with_finite_differences(groups: int) -> None:
    """The two operators are closed under differentiation: a third order is nothing new."""
    x, weight, _, *geometry = sample(groups=groups)

    def second(x: Tensor, weight: Tensor) -> tuple[Tensor, ...]:
        output = torch.ops.pdviz.convolve(x, weight, None, *geometry)
        first = torch.autograd.grad(output.pow(3).sum(), (x, weight), create_graph=True)
        return torch.autograd.grad(
            sum(gradient.pow(2).sum() for gradient in first), (x, weight), create_graph=True
        )

    x, weight = (tensor[:, :, :5].detach().requires_grad_() for tensor in (x, weight))
    assert torch.autograd.gradcheck(second, (x[:1].detach().requires_grad_(), weight))


def test_compiled_and_eager_run_the_same_operator() -> None:
    layer = PartiallyDilatedConv1d(4, 4, PATTERN, groups=4, backend="fused", dtype=torch.float64)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    program = torch.export.export(layer, (x,))
    names = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
    assert "pdviz.convolve.default" in names
    assert not any("convolution" in name for name in names)
    assert torch.equal(program.module()(x), layer(x))


@pytest.mark.parametrize("groups", [2, 4])
def test_hessian_by_functional_transforms(groups: int) -> None:
    """`torch.func`: reverse over reverse, a batch of it at once."""
    x, weight, *_ = (
        argument.detach() if isinstance(argument, Tensor) else argument
        for argument in sample(groups=groups)
    )

    def loss(weight: Tensor) -> Tensor:
        compact = (weight[..., :1], weight[..., 1:4], weight[..., 4:])
        output = partially_dilated_conv1d(x, *compact, PATTERN, groups=groups, backend="fused")
        return output.pow(2).sum() / 2

    hessian = torch.func.jacrev(torch.func.grad(loss))(weight)
    flat = hessian.reshape(weight.numel(), weight.numel())
    # Of a quadratic loss: ½ wᵀ H w, whatever w is.
    value = weight.flatten() @ flat @ weight.flatten() / 2
    assert torch.allclose(value, loss(weight))
    assert torch.allclose(flat, flat.T)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # its own
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_forward_mode_agrees_with_reverse_mode(groups: int) -> None:
    """⟨∂L, direction⟩, and the Hessian by forward over reverse."""
    x, weight, bias, *_ = (
        argument.detach() if isinstance(argument, Tensor) else argument
        for argument in sample(groups=groups)
    )

    def loss(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        compact = (weight[..., :1], weight[..., 1:4], weight[..., 4:])
        output = partially_dilated_conv1d(
            x, *compact, PATTERN, bias, groups=groups, backend="fused"
        )
        return output.pow(3).sum()

    point, along = (x, weight, bias), tuple(map(torch.randn_like, (x, weight, bias)))
    value, derivative = torch.func.jvp(loss, point, along)
    gradients = torch.func.grad(loss, argnums=(0, 1, 2))(*point)
    expected = sum((g * d).sum() for g, d in zip(gradients, along, strict=True))
    assert torch.allclose(value, loss(*point))
    assert torch.allclose(derivative, expected)
    for argument in (0, 1, 2):
        forward = torch.func.jacfwd(torch.func.grad(loss, argnums=argument), argnums=argument)
        reverse = torch.func.jacrev(torch.func.grad(loss, argnums=argument), argnums=argument)
        assert torch.allclose(forward(*point), reverse(*point))
    only_input = torch.func.jvp(lambda x: loss(x, weight, bias), (x,), along[:1])[1]
    assert torch.allclose(only_input, (gradients[0] * along[0]).sum())


def test_weights_gradient_alone_costs_no_input_gradient() -> None:
    layer = PartiallyDilatedConv1d(2, 2, PATTERN, groups=2, backend="fused")
    x = torch.randn(1, 2, 30)
    layer(x).sum().backward()
    assert x.grad is None
    assert layer.weight.grad is not None
    layer.requires_grad_(False)
    x.requires_grad_()
    layer(x).sum().backward()
    assert x.grad is not None


# NaN and infinity


@settings(max_examples=200)
@given(
    taps=st.sets(st.integers(-40, 40), min_size=1, max_size=20),
    where=st.integers(0, 599),
    length=st.sampled_from([1, 30, 100, 300, 600]),
    stride=st.integers(1, 3),
    mixing=st.booleans(),
    bad=st.sampled_from([float("nan"), float("inf"), float("-inf")]),
)
def test_what_is_not_finite_reaches_the_outputs_that_have_a_tap_on_it_and_no_other(
    taps: set[int], where: int, length: int, stride: int, mixing: bool, bad: float
) -> None:
    pattern = Pattern(tuple(sorted(taps)))
    where %= length
    layer = PartiallyDilatedConv1d(
        2, 2, pattern, groups=1 if mixing else 2, stride=stride, backend="fused"
    )
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(1.0)
    x = torch.ones(1, 2, length)
    x[0, 0, where] = bad
    with torch.no_grad():
        spoilt = ~layer(x).isfinite()[0]
    touched = torch.zeros(spoilt.shape[-1], dtype=torch.bool)
    for t in range(len(touched)):
        touched[t] = where - t * stride in taps
    assert torch.equal(spoilt[0], touched)
    assert torch.equal(spoilt[1], touched if mixing else torch.zeros_like(touched))


def test_conv_on_the_assembled_kernel_spreads_nan_through_its_gaps() -> None:
    layers = {
        backend: PartiallyDilatedConv1d(1, 1, PATTERN, backend=backend)
        for backend in ("conv", "branches", "fused")
    }
    x = torch.zeros(1, 1, 21)
    x[0, 0, 10] = float("nan")
    reached = {
        backend: layer(x).isnan()[0, 0].nonzero().flatten().tolist()
        for backend, layer in layers.items()
    }
    assert reached["conv"] == list(range(7, 14))  # the whole span: 0 · NaN is NaN
    assert reached["branches"] == reached["fused"] == [7, 9, 10, 11, 13]


def test_nan_in_the_gradient_reaches_the_inputs_that_the_output_read() -> None:
    layer = PartiallyDilatedConv1d(1, 1, PATTERN, backend="fused")
    x = torch.zeros(1, 1, 21, requires_grad=True)
    upstream = torch.zeros(1, 1, 21)
    upstream[0, 0, 10] = float("nan")
    layer(x).backward(upstream)
    assert x.grad is not None
    assert x.grad.isnan()[0, 0].nonzero().flatten().tolist() == [7, 9, 10, 11, 13]


# What it cannot do, and which way "auto" takes


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As if the kernels could not be imported."""

    failed = []

    def fail(name: str) -> None:
        assert not failed, "what has failed halfway is imported again"
        failed.append(name)
        raise ImportError("No module named 'numba'")

    def forget() -> None:
        _backends._missing_module.cache_clear()
        _backends._reasons.clear()

    forget()
    monkeypatch.setattr(_backends, "import_module", fail)
    yield monkeypatch
    forget()


def large(backend: str) -> tuple[PartiallyDilatedConv1d, Tensor]:
    layer = PartiallyDilatedConv1d(16, 16, Pattern.partially_dilated(), groups=16, backend=backend)
    return layer, torch.randn(4, 16, 2048)


@pytest.mark.usefixtures("without")
def test_without_numba_fused_is_refused_by_name() -> None:
    layer, x = large("fused")
    with pytest.raises(ValueError, match=r"`backend` \(='fused'\) cannot run here: it needs Numba"):
        layer(x)


@pytest.mark.usefixtures("without")
def test_without_numba_auto_falls_back_and_says_so_once() -> None:
    layer, x = large("auto")
    assert lacking("cpu") == "it needs Numba on cpu (No module named 'numba')"
    prepare(np.float64)  # does nothing
    with pytest.warns(RuntimeWarning, match="it needs Numba on cpu") as warned:
        output = torch.nn.Sequential(layer)(x)
    assert warned[0].filename == __file__  # where the layer was called
    assert torch.equal(layer(x), output)  # a second warning would be an error
    layer.backend = "conv"
    assert torch.allclose(output, layer(x), atol=1e-5)


@pytest.mark.usefixtures("without")
def test_where_warnings_are_errors_the_layer_stops_once() -> None:
    layer, x = large("auto")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="it needs Numba"):
            layer(x)
        assert layer(x).shape == x.shape


@pytest.mark.parametrize("groups", [4, 1])
@pytest.mark.parametrize("backend", ["auto", "fused", "branches", "conv"])
def test_a_stride_beyond_the_input_gives_one_output(backend: str, groups: int) -> None:
    def run(stride: int) -> list[Tensor]:
        torch.manual_seed(0)
        layer = PartiallyDilatedConv1d(
            4, 4, PATTERN, groups=groups, stride=stride, backend=backend, dtype=torch.float64
        )
        x = torch.randn(2, 4, 50, dtype=torch.float64, requires_grad=True)
        output = layer(x)
        return [output, *torch.autograd.grad(output.sum(), [x, layer.weight])]

    for mine, expected in zip(run(2**40), run(50), strict=True):
        assert torch.allclose(mine, expected, atol=1e-12)


@pytest.mark.parametrize("backend", ["fused"])
def test_other_kinds_of_numbers_are_refused_by_name(backend: str) -> None:
    layer = PartiallyDilatedConv1d(2, 2, PATTERN, backend=backend, dtype=torch.complex64)
    message = "it takes float16, bfloat16, float32, float64, and `input` is torch.complex64"
    with pytest.raises(ValueError, match=message):
        layer(torch.zeros(1, 2, 9, dtype=torch.complex64))


@pytest.mark.parametrize(
    ("channels", "groups", "batch", "length", "pattern", "expected"),
    [
        (1, 1, 1, 64, Pattern.partially_dilated(), "conv"),
        (1, 1, 1, 64, Pattern.partially_dilated(8, 4, 9), "branches"),
        (1, 1, 1, 16384, Pattern.partially_dilated(), "fused"),
        (8, 8, 1, 64, Pattern.dense(3), "fused"),
        (64, 64, 8, 4096, Pattern.partially_dilated(), "fused"),
        (64, 1, 2, 4096, Pattern.partially_dilated(), "fused"),
        (64, 1, 2, 4096, Pattern.dense(3), "conv"),
        (64, 1, 2, 4096, Pattern.dilated(11, 100), "fused"),
        (64, 16, 2, 4096, Pattern.dense(3), "fused"),
        (8, 1, 1, 64, Pattern.partially_dilated(), "branches"),
    ],
    ids=str,
)
def test_auto_takes_the_way_that_its_rule_says(
    channels: int, groups: int, batch: int, length: int, pattern: Pattern, expected: str
) -> None:
    args = _backends.Arguments(pattern, 1, "same", groups, "zeros")
    compact = torch.empty(channels, channels // groups, pattern.taps)
    assert _backends.choose(torch.empty(batch, channels, length), compact, args) == expected


@pytest.mark.parametrize("groups", [4, 1])
def test_auto_computes_half_precision_on_the_cpu_itself(groups: int) -> None:
    layer = PartiallyDilatedConv1d(4, 4, Pattern.dense(15), groups=groups)
    x = torch.randn(2, 4, 40)
    assert layer.half().backend_for(x.half()) == "fused"
    assert torch.allclose(layer(x.half()).float(), layer.float()(x), atol=0.02)


def test_auto_takes_complex_numbers_another_way() -> None:
    layer = PartiallyDilatedConv1d(16, 16, PATTERN, groups=16, dtype=torch.complex64)
    x = torch.randn(4, 16, 2048, dtype=torch.complex64)
    assert torch.allclose(layer(x), layer.fold()(x), atol=1e-5)
