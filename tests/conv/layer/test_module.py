"""The layer as a module: how it starts, how it is stored, what it becomes, and what runs it."""

import copy
import io
import math
import pickle
import shutil
import sysconfig
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.testing import CompileCounterWithBackend

from pdviz import PartiallyDilatedConv1d, Pattern, assemble_kernel
from pdviz.conv import prepare

BACKENDS = ["conv", "branches", "fused", "auto"]
MODES = ["zeros", "reflect", "replicate", "circular"]
PATTERNS = {
    "family": Pattern.partially_dilated(wing=2, dilation=2, island=3),
    "causal": Pattern.partially_dilated(wing=2, dilation=2, island=3, causal=True),
    "dense": Pattern.dense(5),
    "dense, even": Pattern.dense(4),
    "origin before the taps": Pattern.parse("01101", 0),
    "free": Pattern.parse("1101011", 2),
}


def layer_of(name: str, **options: object) -> PartiallyDilatedConv1d:
    """A small layer with this pattern, two channels a group in and three out."""
    defaults: dict[str, object] = {"groups": 2, "dtype": torch.float64}
    return PartiallyDilatedConv1d(4, 6, PATTERNS[name], **(defaults | options))


# How it starts


def test_parameters_are_compact() -> None:
    layer = PartiallyDilatedConv1d(64, 64, Pattern.partially_dilated(), groups=64)
    shapes = {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()}
    assert shapes == {"weight": (64, 1, 13), "bias": (64,)}
    assert layer.left.shape == layer.right.shape == (64, 1, 4)
    assert layer.island.shape == (64, 1, 5)
    assert all(isinstance(p, nn.Parameter) and p.requires_grad for p in layer.parameters())
    assert layer.kernel().shape == (64, 1, 21)
    assert PartiallyDilatedConv1d(4, 8, Pattern.dense(3), groups=2).weight.shape == (8, 2, 3)


def test_weights_start_uniform_with_the_fan_in_of_the_taps() -> None:
    layer = PartiallyDilatedConv1d(64, 96, Pattern.partially_dilated(), groups=2)
    bound = 1 / math.sqrt(13 * 32)  # 13 taps, not 21 elements; 32 input channels a group
    for parameter in layer.parameters():
        assert parameter.abs().max() <= bound
        assert parameter.abs().max() > 0.9 * bound
    for parameter in (layer.left, layer.island, layer.right):  # 12 288 draws or more
        assert parameter.var().item() == pytest.approx(bound**2 / 3, rel=0.05)
        assert abs(parameter.mean().item()) < 0.05 * bound


def test_output_starts_with_the_variance_of_conv1d() -> None:
    """Unit input gives a variance of 1/3 + bias, however many gaps the kernel has."""
    x = torch.randn(4, 64, 512)
    for pattern in (Pattern.partially_dilated(), Pattern.partially_dilated(4, 16, 5)):
        layer = PartiallyDilatedConv1d(64, 64, pattern, padding="valid", bias=False)
        assert layer(x).var().item() == pytest.approx(1 / 3, rel=0.1)


def test_dense_layer_starts_as_conv1d_does() -> None:
    torch.manual_seed(3)
    conv = nn.Conv1d(6, 4, 5, groups=2)
    torch.manual_seed(3)
    layer = PartiallyDilatedConv1d(6, 4, Pattern.dense(5), groups=2)
    assert torch.equal(layer.weight, conv.weight)
    assert torch.equal(layer.bias, conv.bias)


def test_reset_parameters_draws_again() -> None:
    layer = layer_of("family")
    before = [parameter.clone() for parameter in layer.parameters()]
    layer.reset_parameters()
    assert all((a != b).all() for a, b in zip(before, layer.parameters(), strict=True))


def test_arguments_are_kept() -> None:
    layer = PartiallyDilatedConv1d(
        4,
        6,
        PATTERNS["free"],
        stride=2,
        padding=3,
        groups=2,
        bias=False,
        padding_mode="circular",
        backend="branches",
        dtype=torch.bfloat16,
    )
    assert (layer.in_channels, layer.out_channels) == (4, 6)
    assert layer.pattern == PATTERNS["free"]
    assert (layer.stride, layer.padding, layer.groups) == ((2,), (3,), 2)
    assert (layer.padding_mode, layer.backend) == ("circular", "branches")
    assert layer.bias is None
    assert layer.weight.dtype == torch.bfloat16


# How it is written and stored


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (
            PartiallyDilatedConv1d(2, 4, Pattern.partially_dilated()),
            "2, 4, pattern=101010101111101010101, taps=13, kernel_size=21",
        ),
        (
            PartiallyDilatedConv1d(
                4,
                4,
                Pattern.partially_dilated(1, 2, 1, causal=True),
                stride=2,
                padding=3,
                groups=4,
                bias=False,
                padding_mode="reflect",
                backend="conv",
            ),
            "4, 4, pattern=101, taps=2, kernel_size=3, origin=2, stride=2, padding=3, groups=4, "
            "padding_mode='reflect', backend='conv', bias=False",
        ),
        (
            PartiallyDilatedConv1d(1, 1, Pattern.dilated(2, 98), padding="valid"),
            f"1, 1, pattern=1{'0' * 29}…{'0' * 29}1, taps=2, kernel_size=99, padding='valid'",
        ),
    ],
)
def test_repr_says_what_differs_from_the_defaults(layer: PartiallyDilatedConv1d, text: str) -> None:
    assert repr(layer) == f"PartiallyDilatedConv1d({text})"


@pytest.mark.parametrize("bias", [True, False])
def test_state_dict_round_trip(bias: bool) -> None:
    layer, other = layer_of("free", bias=bias), layer_of("free", bias=bias)
    assert list(layer.state_dict()) == ["weight", *(["bias"] if bias else []), "_extra_state"]
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    assert not torch.equal(layer(x), other(x))
    assert str(other.load_state_dict(torch.load(file))) == "<All keys matched successfully>"
    assert torch.equal(layer(x), other(x))


@pytest.mark.parametrize(
    "again",
    [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))],
    ids=["copy", "pickle"],
)
@pytest.mark.parametrize("name", PATTERNS)
def test_copies_are_equal_and_apart(
    name: str, again: Callable[[PartiallyDilatedConv1d], PartiallyDilatedConv1d]
) -> None:
    layer = layer_of(name, stride=2, padding_mode="replicate")
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    output = layer(x)
    copied = again(layer)
    assert copied.pattern == layer.pattern
    assert repr(copied) == repr(layer)
    assert torch.equal(copied(x), output)
    copied.reset_parameters()
    assert torch.equal(layer(x), output)


def test_to_changes_the_dtype_of_all_of_it() -> None:
    layer = layer_of("family").to(torch.float32)
    assert {parameter.dtype for parameter in layer.parameters()} == {torch.float32}
    assert layer(torch.randn(2, 4, 20)).dtype == torch.float32
    assert layer.kernel().dtype == torch.float32
    assert layer.double()(torch.randn(2, 4, 20, dtype=torch.float64)).dtype == torch.float64


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_layer_on_meta_knows_its_shapes_and_takes_weights_later(backend: str) -> None:
    source = layer_of("causal", backend=backend)
    layer = layer_of("causal", backend=backend, device="meta")
    assert layer(torch.empty(2, 4, 20, dtype=torch.float64, device="meta")).shape == (2, 6, 20)
    layer = layer.to_empty(device="cpu")
    layer.load_state_dict(source.state_dict())
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    assert torch.equal(layer(x), source(x))


def test_moving_to_a_device_moves_all_of_it(device: torch.device) -> None:
    layer = layer_of("family")
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    expected = layer(x)
    moved = layer.to(device)
    assert {parameter.device.type for parameter in moved.parameters()} == {device.type}
    assert moved.kernel().device.type == device.type
    for backend in BACKENDS:
        moved.backend = backend
        assert torch.allclose(moved(x.to(device)).cpu(), expected, rtol=0, atol=1e-10)
    assert moved.fold().weight.device.type == device.type


# What it becomes


@pytest.mark.parametrize("name", PATTERNS)
def test_kernel_is_the_assembled_kernel(name: str) -> None:
    layer = layer_of(name)
    kernel = layer.kernel()
    assert torch.equal(
        kernel, assemble_kernel(layer.left, layer.island, layer.right, layer.pattern)
    )
    assert kernel.requires_grad
    text = str(layer.pattern)
    assert kernel.shape == (6, 2, len(text))
    taps = [i for i, element in enumerate(text) if element == "1"]
    gaps = [i for i, element in enumerate(text) if element == "0"]
    assert torch.equal(kernel[..., taps], layer.weight)
    assert not kernel[..., gaps].any()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("padding", ["same", "valid", 0, 3])
@pytest.mark.parametrize("name", PATTERNS)
def test_fold_computes_the_same(name: str, padding: int | str, stride: int, bias: bool) -> None:
    text, origin = str(PATTERNS[name]), PATTERNS[name].origin
    one_sided = padding == "same" and 2 * origin != len(text) - 1
    for mode, backend in product(MODES, BACKENDS):
        layer = layer_of(
            name, padding=padding, stride=stride, bias=bias, padding_mode=mode, backend=backend
        )
        folded = layer.fold()
        assert type(folded) is (nn.Sequential if one_sided else nn.Conv1d)
        conv = folded[1] if isinstance(folded, nn.Sequential) else folded
        assert len(list(folded.modules())) == (3 if one_sided else 1)
        assert type(conv) is nn.Conv1d
        assert torch.equal(conv.weight, layer.kernel())
        assert conv.kernel_size == (len(text),)
        assert conv.dilation == (1,)
        assert conv.stride == (stride,)
        assert conv.groups == 2
        assert (conv.bias is None) is not bias
        for shape in [(2, 4, 20), (4, 20), (1, 4, 11)]:
            x = torch.randn(shape, dtype=torch.float64)
            torch.testing.assert_close(folded(x), layer(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_causal_fold_pads_on_one_side(mode: str) -> None:
    folded = layer_of("causal", padding_mode=mode).fold()
    assert isinstance(folded, nn.Sequential)
    expected = {
        "zeros": nn.ZeroPad1d,
        "reflect": nn.ReflectionPad1d,
        "replicate": nn.ReplicationPad1d,
        "circular": nn.CircularPad1d,
    }
    assert type(folded[0]) is expected[mode]
    assert folded[0].padding == (6, 0)
    assert folded[1].padding == (0,)


@pytest.mark.parametrize("name", ["family", "causal"])
def test_fold_keeps_dtype_training_and_what_is_frozen(name: str) -> None:
    layer = layer_of(name, dtype=torch.bfloat16).eval()
    layer.requires_grad_(False)
    folded = layer.fold()
    assert {parameter.dtype for parameter in folded.parameters()} == {torch.bfloat16}
    assert not any(module.training for module in folded.modules())
    assert not any(parameter.requires_grad for parameter in folded.parameters())
    folded = layer_of(name).fold()
    assert all(module.training for module in folded.modules())
    assert all(p.requires_grad and p.is_leaf for p in folded.parameters())


@pytest.mark.parametrize("name", ["family", "dense"])
def test_fold_is_a_copy(name: str) -> None:
    layer = layer_of(name)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    before = layer(x)
    folded = layer.fold()
    with torch.no_grad():
        for parameter in folded.parameters():
            parameter.zero_()
    assert torch.equal(layer(x), before)
    state = layer_of(name).fold().state_dict()
    assert list(state) == ["weight", "bias"]
    folded.load_state_dict(state)


@pytest.mark.parametrize("bias", [True, False])
def test_from_conv_takes_the_weights_at_the_taps(bias: bool) -> None:
    conv = nn.Conv1d(4, 6, 7, stride=2, padding=3, groups=2, bias=bias, padding_mode="circular")
    pattern = PATTERNS["free"]  # 1101011
    layer = PartiallyDilatedConv1d.from_conv(conv, pattern, backend="branches")
    masked = conv.weight * torch.tensor(pattern.mask)
    assert torch.equal(layer.kernel(), masked)
    assert (layer.stride, layer.padding, layer.groups) == ((2,), (3,), 2)
    assert (layer.padding_mode, layer.backend) == ("circular", "branches")
    with torch.no_grad():
        conv.weight.copy_(masked)
    x = torch.randn(2, 4, 20)
    assert torch.allclose(layer(x), conv(x), atol=1e-6)
    assert (layer.bias is None) is not bias


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")  # as meant
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("padding", ["same", "valid", 2])
@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4])
def test_from_conv_with_all_of_its_taps_computes_what_conv1d_does(
    kernel_size: int, dilation: int, padding: str | int, mode: str
) -> None:
    conv = nn.Conv1d(
        4, 4, kernel_size, padding=padding, dilation=dilation, groups=4, padding_mode=mode
    )
    layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.dilated(kernel_size, dilation))
    x = torch.randn(2, 4, 15)
    assert torch.allclose(layer(x), conv(x), atol=1e-6)


def test_from_conv_reads_zero_at_the_gaps_of_a_dilated_conv() -> None:
    conv = nn.Conv1d(1, 1, 4, dilation=2, padding=3)  # 1010101
    layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.partially_dilated(1, 2, 3))  # 1011101
    first, second, third, fourth = conv.weight[0, 0].tolist()
    assert layer.left.flatten().tolist() == [first]
    assert layer.island.flatten().tolist() == [second, 0, third]
    assert layer.right.flatten().tolist() == [fourth]


def test_from_conv_keeps_dtype_training_and_what_is_frozen() -> None:
    conv = nn.Conv1d(2, 2, 5, dtype=torch.float64).eval().requires_grad_(False)
    layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.parse("10101"))
    assert {parameter.dtype for parameter in layer.parameters()} == {torch.float64}
    assert not layer.training
    assert not any(parameter.requires_grad for parameter in layer.parameters())
    layer = PartiallyDilatedConv1d.from_conv(nn.Conv1d(2, 2, 5), Pattern.parse("10101"))
    assert layer.training
    assert all(p.requires_grad and p.is_leaf for p in layer.parameters())


@pytest.mark.parametrize("padding", ["valid", 0, 4])
@pytest.mark.parametrize("mode", MODES)
def test_conv_to_layer_and_back_is_the_same_conv(mode: str, padding: int | str) -> None:
    conv = nn.Conv1d(4, 6, 5, stride=2, padding=padding, groups=2, padding_mode=mode)
    back = PartiallyDilatedConv1d.from_conv(conv, Pattern.dense(5)).fold()
    assert torch.equal(back.weight, conv.weight)
    assert torch.equal(back.bias, conv.bias)
    x = torch.randn(2, 4, 20)
    assert torch.equal(back(x), conv(x))


@pytest.mark.parametrize("padding", ["same", "valid", 3])
@pytest.mark.parametrize("name", ["family", "dense"])
def test_layer_to_conv_and_back_is_the_same_layer(name: str, padding: int | str) -> None:
    layer = layer_of(name, padding=padding, padding_mode="replicate")
    back = PartiallyDilatedConv1d.from_conv(layer.fold(), layer.pattern)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    assert torch.equal(back(x), layer(x))
    pairs = zip(layer.state_dict().items(), back.state_dict().items(), strict=True)
    assert all(a[0] == b[0] and torch.equal(a[1], b[1]) for a, b in pairs)


# What runs it


@pytest.fixture
def fresh_compiler() -> Iterator[None]:
    """Nothing compiled before or after: what one test compiles, another does not meet."""
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def assert_same_run(
    run: Callable[[Tensor], Tensor], layer: PartiallyDilatedConv1d, x: Tensor, tolerance: float
) -> None:
    """`run` gives the layer's output and gradients."""
    results = []
    for function in (layer, run):
        layer.zero_grad()
        input = x.clone().requires_grad_()
        output = function(input)
        output.square().sum().backward()
        results.append([output, input.grad, *(p.grad for p in layer.parameters())])
    for expected, actual in zip(*results, strict=True):
        torch.testing.assert_close(actual, expected, rtol=0, atol=tolerance)


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("options", [{}, {"padding_mode": "circular", "stride": 2}], ids=str)
@pytest.mark.parametrize("name", ["family", "causal"])
def test_compiles_in_one_graph(name: str, options: dict[str, object], backend: str) -> None:
    layer = layer_of(name, backend=backend, **options)
    graphs = CompileCounterWithBackend("aot_eager")
    compiled = torch.compile(layer, fullgraph=True, backend=graphs)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    assert_same_run(compiled, layer, x, 1e-12)
    assert graphs.frame_count == 1


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_layer_may_be_compiled_before_it_has_run(backend: str) -> None:
    """Nothing that the graph reads of the pattern is only found out when first asked for."""
    pattern = Pattern.partially_dilated(3, 2, 5)
    layer = PartiallyDilatedConv1d(4, 4, pattern, groups=4, backend=backend)
    layer = pickle.loads(pickle.dumps(layer))
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    x = torch.randn(2, 4, 20)
    assert torch.allclose(compiled(x), layer.fold()(x), atol=1e-5)


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("backend", BACKENDS)
def test_compiled_layer_takes_inputs_of_any_length(backend: str) -> None:
    layer = layer_of("causal", backend=backend)
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager", dynamic=True)
    for length in (20, 33, 7):
        x = torch.randn(2, 4, length, dtype=torch.float64)
        assert_same_run(compiled, layer, x, 1e-12)


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.filterwarnings(  # Inductor's own import of PyTorch's own deprecated function
    "ignore:`torch.jit.script_method` is deprecated:DeprecationWarning"
)
@pytest.mark.skipif(
    not any(shutil.which(compiler) for compiler in ("g++", "clang++"))
    or not Path(sysconfig.get_path("include"), "Python.h").exists(),
    reason="Inductor needs a C++ compiler and Python's headers: apt-get install g++ python3-dev",
)
def test_compiles_with_inductor() -> None:
    layer = layer_of("family", backend="branches", dtype=torch.float32)
    x = torch.randn(2, 4, 20)
    assert_same_run(torch.compile(layer, fullgraph=True), layer, x, 1e-4)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("padding", "stride"), [("same", 1), ("valid", 3)])
@pytest.mark.parametrize("channels", [(4, 2), (4, 4), (8, 1)], ids=str)
def test_exports_with_batch_and_length_left_open(
    channels: tuple[int, int], padding: str, stride: int, backend: str
) -> None:
    width, groups = channels
    layer = PartiallyDilatedConv1d(
        width, 8, PATTERNS["causal"], groups=groups, padding=padding, stride=stride, backend=backend
    )
    open_sizes = {
        0: torch.export.Dim("batch", min=1, max=2**20),
        2: torch.export.Dim("length", min=16, max=2**20),  # more than one output
    }
    x = torch.randn(2, width, 20)
    program = torch.export.export(layer, (x,), dynamic_shapes={"input": open_sizes})
    for batch, length in ((1, 16), (2, 301), (3, 70_000)):  # of the last "auto" thinks otherwise
        x = torch.randn(batch, width, length)
        assert torch.allclose(program.module()(x), layer(x), atol=1e-4)


@pytest.mark.parametrize("backend", BACKENDS)
def test_vmap_over_inputs_is_the_batch(backend: str) -> None:
    layer = layer_of("free", backend=backend)
    x = torch.randn(3, 4, 20, dtype=torch.float64)
    assert torch.allclose(torch.func.vmap(layer)(x), layer(x), atol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_for_each_sample_by_vmap_and_grad(backend: str) -> None:
    layer = layer_of("family", backend=backend)
    x = torch.randn(3, 4, 20, dtype=torch.float64)
    parameters = {name: parameter.detach() for name, parameter in layer.named_parameters()}

    def loss(parameters: dict[str, Tensor], sample: Tensor) -> Tensor:
        return torch.func.functional_call(layer, parameters, (sample,)).square().sum()

    gradients = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(parameters, x)
    for i, sample in enumerate(x):
        layer.zero_grad()
        layer(sample).square().sum().backward()
        for name, parameter in layer.named_parameters():
            torch.testing.assert_close(gradients[name][i], parameter.grad, rtol=0, atol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
def test_vmap_over_layers_is_an_ensemble(backend: str) -> None:
    layers = [layer_of("causal", backend=backend) for _ in range(3)]
    parameters, _ = torch.func.stack_module_state(layers)
    x = torch.randn(4, 20, dtype=torch.float64)

    def run(parameters: dict[str, Tensor]) -> Tensor:
        return torch.func.functional_call(layers[0], parameters, (x,))

    together = torch.func.vmap(run)(parameters)
    assert torch.allclose(together, torch.stack([layer(x) for layer in layers]), atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("mode", ["zeros", "reflect"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_autocast_runs_in_half_and_keeps_gradients_whole(
    backend: str, mode: str, dtype: torch.dtype
) -> None:
    """An input already in bfloat16, from a layer before this one, meets float32 parameters."""
    layer = layer_of("family", backend=backend, padding_mode=mode, dtype=torch.float32)
    x = torch.randn(2, 4, 20).to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = layer(x)
    assert output.dtype == torch.bfloat16
    assert torch.allclose(output.float(), layer(x.float()), atol=0.05)
    output.float().sum().backward()
    assert {p.grad.dtype for p in layer.parameters() if p.grad is not None} == {torch.float32}
    assert all(p.grad is not None for p in layer.parameters())


@pytest.mark.parametrize("backend", BACKENDS)
def test_autocast_leaves_float64_as_conv1d_does(backend: str) -> None:
    layer = layer_of("family", backend=backend)
    x = torch.randn(2, 4, 20, dtype=torch.float64)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert layer(x).dtype == torch.float64
        with pytest.raises(TypeError, match=r"float64 and `parameters` torch\.float32"):
            layer.float()(x)
        with pytest.raises(TypeError, match=r"float32 and `parameters` torch\.float64"):
            layer.double()(x.float())


def test_a_stack_trains_in_a_sequential() -> None:
    model = nn.Sequential(
        PartiallyDilatedConv1d(1, 4, Pattern.partially_dilated(causal=True)),
        nn.ReLU(),
        PartiallyDilatedConv1d(4, 1, Pattern.partially_dilated(2, 4, 3, causal=True)),
    )
    x = torch.randn(8, 1, 64)
    target = x.roll(3, dims=-1)  # what was three steps ago: in reach of both layers
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (model(x) - target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_kernels_can_be_compiled_before_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they cannot run there is nothing to compile."""
    prepare(np.float64)
    monkeypatch.setattr("pdviz.conv._backends._missing", lambda device: "it needs Numba")
    monkeypatch.setattr("pdviz.conv._backends.import_module", None)
    prepare(np.float64)
