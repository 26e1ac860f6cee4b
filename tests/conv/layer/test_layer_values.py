"""What the layer computes, and its gradients, against loops over the taps written in NumPy."""

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Literal

import numpy as np
import pytest
import torch
from hypothesis import given, note, settings
from hypothesis import strategies as st
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern, assemble_kernel, partially_dilated_conv1d

BACKENDS = ["conv", "branches", "fused", "auto"]
MODES = ["zeros", "reflect", "replicate", "circular"]

# The oracle: offsets, not kernels; one product at a time; gradients derived by hand.


def sides(offsets: tuple[int, ...], padding: int | str) -> tuple[int, int]:
    """What is added before and after the input; "same" is what the offsets reach beyond it."""
    before, after = max(0, -offsets[0]), max(0, offsets[-1])
    if padding == "same":
        return before, after
    return (0, 0) if padding == "valid" else (int(padding), int(padding))


def sources(length: int, left: int, right: int, mode: str) -> np.ndarray:
    """For each element of the padded input, the index of the element it repeats; −1 for a zero."""
    if mode == "zeros":
        return np.pad(np.arange(length), (left, right), constant_values=-1)
    names = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    return np.pad(np.arange(length), (left, right), mode=names[mode])


@dataclass(frozen=True)
class Oracle:
    """The layer, written as its definition; arrays are float64."""

    offsets: tuple[int, ...]
    stride: int
    padding: int | str
    groups: int
    mode: str

    def terms(self, x: np.ndarray, weight: np.ndarray) -> tuple[list[tuple[int, ...]], int]:
        """Every product there is, as (output channel, output time, input channel, tap, source).

        Also the number of outputs.
        """
        left, right = sides(self.offsets, self.padding)
        source = sources(x.shape[-1], left, right, self.mode)
        origin = max(0, -self.offsets[0])  # of the kernel's K elements, the one at offset 0
        span = origin + max(0, self.offsets[-1]) + 1
        length = len(
            [t for t in range(len(source)) if t % self.stride == 0 and t + span <= len(source)]
        )
        out_channels, group_channels, _ = weight.shape
        uses = []
        for j in range(out_channels):
            group = j // (out_channels // self.groups)
            for i in range(group_channels):
                channel = group * group_channels + i
                for k, offset in enumerate(self.offsets):
                    for t in range(length):
                        at = source[origin + t * self.stride + offset]
                        if at >= 0:
                            uses.append((j, t, channel, i, k, int(at)))
        return uses, length

    def forward(self, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
        """y[n, j, t] = b[j] + Σ w[j, i, o] · x[n, i, t·stride + o]."""
        terms, length = self.terms(x, weight)
        y = np.zeros((x.shape[0], weight.shape[0], length))
        for j, t, channel, i, k, at in terms:
            y[:, j, t] += weight[j, i, k] * x[:, channel, at]
        return y if bias is None else y + bias[:, None]

    def backward(
        self, x: np.ndarray, weight: np.ndarray, upstream: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The gradients of Σ upstream · y: of the input, of the weights and of the bias."""
        terms, _ = self.terms(x, weight)
        input_gradient, weight_gradient = np.zeros_like(x), np.zeros_like(weight)
        for j, t, channel, i, k, at in terms:
            input_gradient[:, channel, at] += upstream[:, j, t] * weight[j, i, k]
            weight_gradient[j, i, k] += (upstream[:, j, t] * x[:, channel, at]).sum()
        return input_gradient, weight_gradient, upstream.sum(axis=(0, 2))


# What is drawn

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 3),
    st.integers(1, 3),
    st.sampled_from([1, 3, 5]),
    st.booleans(),
)
# Any few offsets about the origin; often it is a gap, sometimes outside all taps.
free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda taps: Pattern(tuple(taps)))


@dataclass(frozen=True)
class Case:
    """One layer and one input."""

    pattern: Pattern
    in_channels: int
    out_channels: int
    groups: int
    stride: int
    padding: int | Literal["same", "valid"]
    mode: str
    bias: bool
    batch: int | None
    length: int
    seed: int

    @property
    def oracle(self) -> Oracle:
        return Oracle(self.pattern.offsets, self.stride, self.padding, self.groups, self.mode)

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Input (always with a batch), weights and bias."""
        rng = np.random.default_rng(self.seed)
        x = rng.normal(size=(self.batch or 1, self.in_channels, self.length))
        group_channels = self.in_channels // self.groups
        weight = rng.normal(size=(self.out_channels, group_channels, self.pattern.taps))
        return x, weight, rng.normal(size=self.out_channels) if self.bias else None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    pattern = draw(families | free)
    groups = draw(st.integers(1, 3))
    padding = draw(st.sampled_from(["same", "valid"]) | st.integers(0, 7))
    mode = draw(st.sampled_from(MODES))
    left, right = sides(pattern.offsets, padding)
    span = max(0, -pattern.offsets[0]) + max(0, pattern.offsets[-1]) + 1
    shortest = max(1, span - left - right)
    if mode == "reflect":
        shortest = max(shortest, max(left, right) + 1)
    if mode == "circular":
        shortest = max(shortest, left, right)
    return Case(
        pattern=pattern,
        in_channels=groups * draw(st.integers(1, 2)),  # one a group: depthwise
        out_channels=groups * draw(st.integers(1, 2)),  # more than that: a depth multiplier
        groups=groups,
        stride=draw(st.integers(1, 4)),
        padding=padding,
        mode=mode,
        bias=draw(st.booleans()),
        batch=draw(st.none() | st.integers(1, 2)),
        length=shortest + draw(st.integers(0, 7)),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def parts(weight: np.ndarray, pattern: Pattern) -> list[np.ndarray]:
    """The weights as left wing, island and right wing."""
    left, island = len(pattern.left), len(pattern.island)
    return [weight[..., :left], weight[..., left : left + island], weight[..., left + island :]]


def assert_equal(actual: Tensor | None, expected: np.ndarray, tolerance: float) -> None:
    assert actual is not None
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual.detach().cpu().numpy(), expected, rtol=0, atol=tolerance)


@settings(max_examples=1000)
@given(case=cases())
def test_output_and_gradients_are_the_loop_over_the_taps(case: Case, device: torch.device) -> None:
    x, weight, bias = case.arrays()
    expected = case.oracle.forward(x, weight, bias)
    upstream = np.random.default_rng(case.seed + 1).normal(size=expected.shape)
    input_gradient, weight_gradient, bias_gradient = case.oracle.backward(x, weight, upstream)
    if case.batch is None:
        x, expected, upstream, input_gradient = x[0], expected[0], upstream[0], input_gradient[0]
    # On CUDA, cuDNN may round the products to TF32, of ten bits.
    tolerances = {torch.float64: 1e-10, torch.float32: 1e-4 if device.type == "cpu" else 5e-2}

    for backend, (dtype, tolerance) in product(BACKENDS, tolerances.items()):
        note(f"{backend}, {dtype}")
        tensor = partial(torch.tensor, dtype=dtype, device=device, requires_grad=True)
        input = tensor(x)
        compact = [tensor(part) for part in parts(weight, case.pattern)]
        bias_tensor = None if bias is None else tensor(bias)
        output = partially_dilated_conv1d(
            input,
            *compact,
            case.pattern,
            bias_tensor,
            stride=case.stride,
            padding=case.padding,
            groups=case.groups,
            padding_mode=case.mode,
            backend=backend,
        )
        assert output.dtype == dtype
        assert output.device.type == device.type
        if case.padding == "same":
            assert output.shape[-1] == -(-case.length // case.stride)  # ⌈L / s⌉
        assert_equal(output, expected, tolerance)

        output.backward(torch.tensor(upstream, dtype=dtype, device=device))
        assert_equal(input.grad, input_gradient, tolerance)
        for part, gradient in zip(compact, parts(weight_gradient, case.pattern), strict=True):
            assert_equal(part.grad, gradient, tolerance)
        if bias_tensor is not None:
            assert_equal(bias_tensor.grad, bias_gradient, tolerance)


@settings(max_examples=200)
@given(case=cases())
def test_module_computes_what_the_function_does(case: Case) -> None:
    x, weight, bias = case.arrays()
    layer = PartiallyDilatedConv1d(
        case.in_channels,
        case.out_channels,
        case.pattern,
        stride=case.stride,
        padding=case.padding,
        groups=case.groups,
        bias=case.bias,
        padding_mode=case.mode,
        dtype=torch.float64,
    )
    with torch.no_grad():
        names = ("left", "island", "right")
        for name, part in zip(names, parts(weight, case.pattern), strict=True):
            if part.size:
                getattr(layer, name).copy_(torch.tensor(part))
        if layer.bias is not None:
            layer.bias.copy_(torch.tensor(bias))
    expected = case.oracle.forward(x, weight, bias)
    assert_equal(layer(torch.tensor(x)), expected, 1e-10)
    # The kernel, written element by element.
    kernel = np.zeros((*weight.shape[:2], case.pattern.kernel_size))
    for k, offset in enumerate(case.pattern.offsets):
        kernel[..., offset + max(0, -case.pattern.offsets[0])] = weight[..., k]
    assert_equal(layer.kernel(), kernel, 0)
    assert layer.kernel().shape == kernel.shape


# Small enough to check by hand


def literal(pattern: Pattern) -> list[Tensor]:
    """The weights 1, 2, 3, … at the taps, one channel, as left wing, island and right wing."""
    weight = np.arange(1.0, pattern.taps + 1).reshape(1, 1, -1)
    return [torch.tensor(part) for part in parts(weight, pattern)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_five_taps_by_hand(backend: str) -> None:
    pattern = Pattern.partially_dilated(wing=1, dilation=2, island=3)  # 1011101
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]], dtype=torch.float64)
    bias = torch.tensor([100.0], dtype=torch.float64)
    # y[t] = 100 + 1·x[t−3] + 2·x[t−1] + 3·x[t] + 4·x[t+1] + 5·x[t+3]
    expected = [
        100 + 0 + 0 + 3 * 1 + 4 * 2 + 5 * 4,
        100 + 0 + 2 * 1 + 3 * 2 + 4 * 3 + 5 * 5,
        100 + 0 + 2 * 2 + 3 * 3 + 4 * 4 + 0,
        100 + 1 * 1 + 2 * 3 + 3 * 4 + 4 * 5 + 0,
        100 + 1 * 2 + 2 * 4 + 3 * 5 + 0 + 0,
    ]
    output = partially_dilated_conv1d(x, *literal(pattern), pattern, bias, backend=backend)
    assert output.tolist() == [expected]
    assert output.tolist() == [[131, 145, 129, 139, 125]]
    strided = partially_dilated_conv1d(
        x, *literal(pattern), pattern, bias, stride=2, backend=backend
    )
    assert strided.tolist() == [[131, 129, 125]]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("text", "origin", "options", "expected"),
    [
        # causal, 1·x[t−2] + 2·x[t]
        ("101", 2, {}, [2, 4, 7, 10]),
        # 1·x[t+2] + 2·x[t+3]: the origin before all taps
        ("0011", 0, {}, [11, 4, 0, 0]),
        # 1·x[t−3] + 2·x[t−2]: and after them
        ("1100", 3, {}, [0, 0, 2, 5]),
        ("1100", 3, {"padding_mode": "circular"}, [2 + 6, 3 + 8, 4 + 2, 1 + 4]),
        ("1100", 3, {"padding_mode": "replicate"}, [1 + 2, 1 + 2, 1 + 2, 1 + 4]),
        ("1100", 3, {"padding_mode": "reflect"}, [4 + 6, 3 + 4, 2 + 2, 1 + 4]),
        ("1100", 3, {"padding": "valid"}, [5]),
        ("11", 0, {"padding": 2}, [0, 2, 5, 8, 11, 4, 0]),
        ("11", 0, {"padding": 2, "stride": 4}, [0, 11]),
    ],
)
def test_origin_and_padding_by_hand(
    text: str, origin: int, options: dict[str, object], expected: list[int], backend: str
) -> None:
    pattern = Pattern.parse(text, origin)
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0]], dtype=torch.float64)
    output = partially_dilated_conv1d(x, *literal(pattern), pattern, backend=backend, **options)
    assert output.tolist() == [expected]


def test_assembled_kernel_by_hand() -> None:
    pattern = Pattern.partially_dilated(wing=2, dilation=2, island=3)
    kernel = assemble_kernel(*literal(pattern), pattern)
    assert kernel.tolist() == [[[1, 0, 2, 0, 3, 4, 5, 0, 6, 0, 7]]]
    causal = Pattern.partially_dilated(wing=2, dilation=3, island=1, causal=True)
    assert assemble_kernel(*literal(causal), causal).tolist() == [[[1, 0, 0, 2, 0, 0, 3]]]


# Behaviour at the edges


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate"])
@pytest.mark.parametrize("stride", [1, 2])
def test_causal_output_does_not_see_what_comes_later(mode: str, stride: int, backend: str) -> None:
    pattern = Pattern.partially_dilated(wing=2, dilation=2, island=3, causal=True)
    layer = PartiallyDilatedConv1d(
        2, 2, pattern, stride=stride, padding_mode=mode, backend=backend, dtype=torch.float64
    )
    now = 12
    before = torch.randn(2, 20, dtype=torch.float64)
    after = before.clone()
    after[:, now + 1 :] += 1
    changed = (layer(before) != layer(after)).any(dim=0)
    assert not changed[: now // stride + 1].any()
    assert changed[now // stride + 1]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("causal", [False, True])
def test_empty_batch_gives_an_empty_output_and_zero_gradients(
    causal: bool, mode: str, backend: str, device: torch.device
) -> None:
    pattern = Pattern.partially_dilated(causal=causal)
    layer = PartiallyDilatedConv1d(
        4, 6, pattern, stride=2, groups=2, padding_mode=mode, backend=backend, device=device
    )
    x = torch.empty(0, 4, 31, device=device, requires_grad=True)
    output = layer(x)
    assert output.shape == (0, 6, 16)
    output.sum().backward()
    assert x.grad is not None
    assert x.grad.shape == x.shape
    for parameter in layer.parameters():
        assert parameter.grad is not None
        assert not parameter.grad.any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_input_may_be_shorter_than_the_span(backend: str) -> None:
    pattern = Pattern.partially_dilated()  # spans 21
    layer = PartiallyDilatedConv1d(1, 1, pattern, bias=False, backend=backend)
    assert torch.allclose(layer(torch.ones(1, 1)), layer.island[0, :, 2:3])  # the centre tap alone
    assert layer(torch.ones(1, 1, 3)).shape == (1, 1, 3)


@pytest.mark.parametrize("backend", BACKENDS)
def test_wings_may_be_empty(backend: str) -> None:
    layer = PartiallyDilatedConv1d(3, 3, Pattern.dense(5), groups=3, backend=backend)
    assert layer.left is layer.right is None
    x = torch.randn(2, 3, 9)
    output = layer(x)
    expected = torch.nn.functional.conv1d(x, layer.island, layer.bias, padding=2, groups=3)
    assert torch.allclose(output, expected, atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_layout_of_the_input_makes_no_difference(backend: str) -> None:
    layer = PartiallyDilatedConv1d(4, 4, Pattern.partially_dilated(), groups=2, backend=backend)
    x = torch.randn(3, 50, 8)
    views = [
        x.transpose(1, 2)[:, :4],
        x.transpose(1, 2)[:, ::2],
        x.transpose(1, 2)[:, 4:, ::3],
        x[:, :4, :],
        x[:1, :4, :].expand(3, -1, -1),
    ]
    for view in views:
        assert torch.allclose(layer(view), layer(view.contiguous().clone()), atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_layout_of_the_parameters_makes_no_difference(backend: str) -> None:
    pattern = Pattern.partially_dilated(2, 2, 3)
    x = torch.randn(2, 4, 20)
    compact = [torch.randn(n, 4, 4).permute(2, 1, 0) for n in (2, 3, 2)]  # (4, 4, n)
    output = partially_dilated_conv1d(x, *compact, pattern, backend=backend)
    tidy = [part.contiguous() for part in compact]
    expected = partially_dilated_conv1d(x, *tidy, pattern, backend=backend)
    assert torch.allclose(output, expected, atol=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("mode", MODES)
def test_half_precision_is_within_its_rounding(
    mode: str, dtype: torch.dtype, backend: str, device: torch.device
) -> None:
    pattern = Pattern.partially_dilated(2, 2, 3)
    torch.manual_seed(0)
    layer = PartiallyDilatedConv1d(
        4, 4, pattern, groups=2, padding_mode=mode, backend=backend, device=device, dtype=dtype
    )
    x = torch.randn(2, 4, 30, device=device, dtype=dtype)
    output = layer(x)
    assert output.dtype == dtype
    oracle = Oracle(pattern.offsets, 1, "same", 2, mode)
    tensors = (x, layer.weight, layer.bias)
    as_arrays = [tensor.detach().cpu().double().numpy() for tensor in tensors]
    error = np.abs(output.detach().cpu().double().numpy() - oracle.forward(*as_arrays)).max()
    # Up to three runs are summed, each rounded: a few units in the last place of outputs below 4.
    assert error < 4 * 4 * torch.finfo(dtype).eps
    output.float().square().sum().backward()
    assert all(p.grad is not None and p.grad.dtype == dtype for p in layer.parameters())


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("conv", [(21, 1)]), ("branches", [(4, 2), (5, 1), (4, 2)])],
)
def test_backends_multiply_what_they_say(
    backend: str, expected: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One `conv1d` with every gap, or one for each wing and the island, without any."""
    calls = []
    conv1d = torch.nn.functional.conv1d

    def watched(input: Tensor, weight: Tensor, bias: Tensor | None, *rest: int) -> Tensor:
        _stride, _padding, dilation, _groups = rest
        calls.append((weight.shape[-1], dilation))
        return conv1d(input, weight, bias, *rest)

    monkeypatch.setattr(torch.nn.functional, "conv1d", watched)
    PartiallyDilatedConv1d(1, 1, Pattern.partially_dilated(), backend=backend)(torch.ones(1, 30))
    assert calls == expected


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("groups", [1, 16])
def test_threads_make_no_difference(groups: int, backend: str) -> None:
    pattern = Pattern.partially_dilated(8, 4, 9)
    layer = PartiallyDilatedConv1d(16, 16, pattern, groups=groups, backend=backend)
    x = torch.randn(4, 16, 2048)
    runs = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        layer.zero_grad()
        input = x.clone().requires_grad_()
        output = layer(input)
        output.sum().backward()
        means = [p.grad / (4 * 2048) for p in layer.parameters()]  # for one tolerance to fit all
        runs.append([output, input.grad, *means])
    for alone, together in zip(*runs, strict=True):
        assert torch.allclose(alone, together, atol=1e-4)


def test_caller_s_tensors_are_left_as_they_were() -> None:
    pattern = Pattern.partially_dilated()
    for backend in BACKENDS:
        tensors = [torch.randn(2, 1, n) for n in (4, 5, 4)] + [torch.randn(2, 40), torch.randn(2)]
        before = [tensor.clone() for tensor in tensors]
        *compact, x, bias = tensors
        partially_dilated_conv1d(x, *compact, pattern, bias, groups=2, backend=backend)
        assert all(torch.equal(a, b) for a, b in zip(tensors, before, strict=True))
