"""The layer's transpose, beside the layer itself and beside `ConvTranspose1d`."""

from dataclasses import dataclass
from typing import Any, Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv import PartiallyDilatedConvTranspose1d
from pdviz.conv.variants import partially_dilated_conv_transpose1d

Backend = Literal["auto", "conv", "fused"]
BACKENDS: tuple[Backend, ...] = ("auto", "conv", "fused")


@dataclass(frozen=True)
class Case:
    """One transpose and the shape of its input."""

    pattern: Pattern
    groups: int
    group_in: int
    group_out: int
    batch: int
    length: int
    stride: int
    sides: tuple[int, int]
    extra: int
    seed: int

    @property
    def outputs(self) -> int:
        whole = (self.length - 1) * self.stride + self.pattern.kernel_size + self.extra
        return whole - sum(self.sides)

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Draw input, weight, bias and the output's gradient."""
        draw = torch.Generator().manual_seed(self.seed)
        channels, out_channels = self.groups * self.group_in, self.groups * self.group_out
        shapes = (
            (self.batch, channels, self.length),
            (channels, self.group_out, self.pattern.taps),
            (out_channels,),
            (self.batch, out_channels, self.outputs),
        )
        x, w, b, g = (
            torch.randn(shape, generator=draw, dtype=torch.float64).requires_grad_()
            for shape in shapes
        )
        return x, w, b, g

    def options(self) -> dict[str, Any]:
        return {
            "stride": self.stride,
            "padding": self.sides,
            "output_padding": self.extra,
            "groups": self.groups,
        }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    offsets = draw(st.sets(st.integers(-9, 9), min_size=1, max_size=8))
    pattern = Pattern(tuple(sorted(offsets)))
    stride = draw(st.integers(1, 5))
    length = draw(st.one_of(st.integers(1, 12), st.sampled_from([63, 64, 65, 260])))
    most = (length - 1) * stride + pattern.kernel_size - 1
    left = draw(st.integers(0, min(most, 12)))
    numbers = [draw(st.integers(1, 3)) for _ in range(3)]
    return Case(
        pattern,
        *numbers,
        batch=draw(st.integers(1, 2)),
        length=length,
        stride=stride,
        sides=(left, draw(st.integers(0, min(most - left, 12)))),
        extra=draw(st.integers(0, stride - 1)),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def native(case: Case, x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Run PyTorch's own transpose with a kernel that is filled tap by tap, and cut its output."""
    columns = [torch.zeros_like(w[..., 0])] * case.pattern.kernel_size
    for tap, index in enumerate(case.pattern.indices):
        columns[index] = w[..., tap]
    kernel = torch.stack(columns, -1)
    whole = F.conv_transpose1d(x, kernel, b, case.stride, 0, case.extra, case.groups)
    return whole[..., case.sides[0] : whole.shape[-1] - case.sides[1]]


@settings(deadline=None, max_examples=60)
@given(cases(), st.sampled_from(BACKENDS))
def test_values_and_gradients_to_second_order_are_those_of_conv_transpose1d(
    case: Case, backend: Backend
) -> None:
    x, w, b, upstream = case.tensors()
    results = []
    for own in (False, True):
        if own:
            y = partially_dilated_conv_transpose1d(
                x, w, case.pattern, b, **case.options(), backend=backend
            )
        else:
            y = native(case, x, w, b)
        first = torch.autograd.grad(y, (x, w, b), upstream, create_graph=True)
        energy = sum((g**2).sum() for g in first)
        second = torch.autograd.grad(energy, (x, w, upstream))
        results.append([y, *first, *second])
    for expected, actual in zip(*results, strict=True):
        torch.testing.assert_close(actual, expected, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(cases(), st.sampled_from(BACKENDS))
def test_it_is_the_adjoint_of_the_layer(case: Case, backend: Backend) -> None:
    x, w, _, y = case.tensors()
    options = case.options()
    del options["output_padding"]
    channels = case.groups * case.group_out, case.groups * case.group_in
    layer = PartiallyDilatedConv1d(
        *channels, case.pattern, **options, bias=False, dtype=torch.float64
    )
    transpose = PartiallyDilatedConvTranspose1d(
        *channels[::-1], case.pattern, **options, bias=False, dtype=torch.float64, backend=backend
    )
    with torch.no_grad():
        layer.weight.copy_(w)
        transpose.weight.copy_(w)
        forward, back = (layer(y) * x).sum(), (y * transpose(x, case.outputs)).sum()
    torch.testing.assert_close(forward, back, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_same_padding_has_an_output_for_every_input_and_stride(backend: Backend) -> None:
    layer = PartiallyDilatedConvTranspose1d(2, 3, "1101011", 4, output_padding=3, backend=backend)
    assert layer(torch.zeros(2, 2, 10)).shape == (2, 3, 40)
    assert layer(torch.zeros(2, 10)).shape == (3, 40)
    assert [layer(torch.zeros(2, 10), size).shape[-1] for size in (37, 38, [40])] == [37, 38, 40]
    assert layer(torch.zeros(1, 2, 10), [1, 3, 39]).shape == (1, 3, 39)
    assert layer(torch.zeros(0, 2, 10)).shape == (0, 3, 40)


@pytest.mark.parametrize("backend", ["conv", "fused"])
@pytest.mark.parametrize("stride", [1, 2, 5])
def test_a_causal_up_sampler_takes_no_later_input(backend: Backend, stride: int) -> None:
    """By either way that the docstring names; and the transpose of a causal layer looks ahead."""
    causal = Pattern.partially_dilated(wing=2, dilation=3, island=3, causal=True)
    ahead = Pattern.parse("1101011", origin=0)
    ways: list[tuple[Pattern, dict[str, Any]]] = [
        (causal, {"padding": (0, causal.kernel_size - stride)}),
        (ahead, {"output_padding": stride - 1}),
    ]
    for pattern, options in ways:
        layer = PartiallyDilatedConvTranspose1d(
            1, 1, pattern, stride, bias=False, backend=backend, **options
        )
        x = torch.zeros(1, 1, 12)
        x[..., 5] = 1
        y = layer(x)
        assert y.shape[-1] == 12 * stride
        assert int(y.nonzero()[:, -1].min()) == 5 * stride
    mirror = PartiallyDilatedConvTranspose1d(1, 1, causal, stride, bias=False, backend=backend)
    assert int(mirror(x).nonzero()[:, -1].max()) == 5 * stride


@settings(deadline=None, max_examples=30)
@given(cases())
def test_folded_it_is_a_conv_transpose1d(case: Case) -> None:
    x = case.tensors()[0]
    channels = case.groups * case.group_in, case.groups * case.group_out
    layer = PartiallyDilatedConvTranspose1d(
        *channels, case.pattern, **case.options(), dtype=torch.float64
    ).eval()
    layer.weight.requires_grad_(False)
    folded = layer.fold()
    conv = folded[0] if isinstance(folded, nn.Sequential) else folded
    assert isinstance(conv, nn.ConvTranspose1d)
    assert not conv.training
    assert not conv.weight.requires_grad
    torch.testing.assert_close(folded(x), layer(x), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(conv.weight, layer.kernel())


def test_arguments_are_in_the_order_of_conv_transpose1d() -> None:
    arguments = (2, 1, 1, 2, False, 1, "zeros", "cpu", torch.float64)
    layer = PartiallyDilatedConvTranspose1d(4, 6, "10101", *arguments)
    conv = nn.ConvTranspose1d(4, 6, 5, *arguments)  # type: ignore[arg-type]
    for name in ("stride", "padding", "output_padding", "groups", "dilation", "kernel_size"):
        assert getattr(layer, name) == getattr(conv, name), name
    assert layer.bias is None
    assert layer.weight.dtype == torch.float64
    assert layer.kernel().shape == conv.weight.shape


def test_weights_start_within_the_bound_of_the_taps() -> None:
    layer = PartiallyDilatedConvTranspose1d(64, 32, "1100000011", groups=2)
    bound = (4 * 16) ** -0.5
    assert 0.9 * bound < float(layer.weight.detach().abs().max()) <= bound
    assert layer.bias is not None
    assert float(layer.bias.detach().abs().max()) <= bound


def test_a_state_dict_knows_the_pattern() -> None:
    layer = PartiallyDilatedConvTranspose1d(2, 2, Pattern.dilated(3, 3))
    other = PartiallyDilatedConvTranspose1d(2, 2, Pattern.dilated(3, 5))
    with pytest.raises(RuntimeError, match="the weights are for taps at"):
        other.load_state_dict(layer.state_dict())
    twin = PartiallyDilatedConvTranspose1d(2, 2, Pattern.dilated(3, 3))
    twin.load_state_dict(layer.state_dict())
    x = torch.randn(1, 2, 20)
    assert torch.equal(twin(x), layer(x))
    again = PartiallyDilatedConvTranspose1d(2, 2, Pattern.dilated(3, 3))
    again.load_state_dict(layer.fold().state_dict())
    assert torch.equal(again.weight, layer.weight)


def test_its_text_names_what_is_not_the_default() -> None:
    layer = PartiallyDilatedConvTranspose1d(2, 4, "10101", 2, output_padding=1, bias=False)
    assert repr(layer) == (
        "PartiallyDilatedConvTranspose1d(2, 4, pattern=10101, taps=3, kernel_size=5, stride=2, "
        "output_padding=1, bias=False)"
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype: torch.dtype) -> None:
    x = torch.randn(2, 4, 30)
    layer = PartiallyDilatedConvTranspose1d(4, 4, "1101011", 2, groups=4, backend="fused")
    exact = layer(x)
    half = PartiallyDilatedConvTranspose1d(4, 4, "1101011", 2, groups=4, dtype=dtype)
    half.load_state_dict(layer.state_dict())
    y = half(x.to(dtype))
    assert y.dtype == dtype
    torch.testing.assert_close(y.float(), exact, rtol=2e-2, atol=2e-2)
    y.sum().backward()
    if dtype == torch.bfloat16:
        with torch.autocast("cpu", dtype):
            assert layer(x).dtype == dtype
            double = x.double()
            assert layer.double()(double).dtype == torch.float64


def test_shapes_alone_and_a_compiled_graph() -> None:
    layer = PartiallyDilatedConvTranspose1d(4, 2, "1101011", 3, groups=2, backend="fused")
    shapes = PartiallyDilatedConvTranspose1d(4, 2, "1101011", 3, groups=2, device="meta")
    assert shapes(torch.empty(5, 4, 9, device="meta")).shape == (5, 2, 25)
    x = torch.randn(2, 4, 9)
    graph = torch.fx.symbolic_trace(layer)
    assert torch.equal(graph(x), layer(x))
    exported = torch.export.export(layer, (x,)).module()
    torch.testing.assert_close(exported(x), layer(x))
    batch = torch.randn(3, 2, 4, 9)
    expected = torch.stack([layer(sample) for sample in batch])
    torch.testing.assert_close(torch.vmap(layer)(batch), expected)


WEIGHT = torch.zeros(4, 3, 5)
X = torch.zeros(2, 4, 9)
REFUSALS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"output_padding": 2, "stride": 2}, ValueError, r"`output_padding` \(=2\)"),
    ({"output_padding": -1}, ValueError, r"`output_padding` \(=-1\)"),
    ({"output_padding": True}, TypeError, "`output_padding`"),
    ({"backend": "branches"}, ValueError, "`backend`"),
    ({"stride": 0}, ValueError, "`stride`"),
    ({"padding": 20}, ValueError, r"`padding` \(=\(20, 20\)\) leaves nothing"),
    ({"groups": 3}, ValueError, r"`groups` \(=3\) must divide"),
    ({"input": X[0, 0]}, ValueError, "`input` has shape"),
    ({"input": X[:, :3]}, ValueError, "3 channels, where `weight` takes 4"),
    ({"input": X[..., :0]}, ValueError, "length 0"),
    ({"input": X.double()}, TypeError, "`input` is torch.float64"),
    ({"weight": WEIGHT[..., :4]}, ValueError, "`weight` has shape"),
    ({"weight": None}, TypeError, "`weight`"),
    ({"bias": torch.zeros(4)}, ValueError, "`bias`"),
    ({"pattern": "1b1"}, ValueError, "`pattern`"),
]


@pytest.mark.parametrize(("arguments", "kind", "text"), REFUSALS, ids=[r[2] for r in REFUSALS])
def test_wrong_arguments_are_named(
    arguments: dict[str, Any], kind: type[Exception], text: str
) -> None:
    right = {"input": X, "weight": WEIGHT, "pattern": "1101011"}
    with pytest.raises(kind, match=text):
        partially_dilated_conv_transpose1d(**{**right, **arguments})


def test_wrong_options_and_sizes_are_named() -> None:
    with pytest.raises(ValueError, match=r"`padding_mode` \(='reflect'\) must be 'zeros'"):
        PartiallyDilatedConvTranspose1d(2, 2, "101", padding_mode="reflect")
    with pytest.raises(ValueError, match=r"`groups` \(=2\) must divide `out_channels` \(=3\)"):
        PartiallyDilatedConvTranspose1d(2, 3, "101", groups=2)
    with pytest.raises(ValueError, match=r"`dilation` \(=2\) must be 1"):
        PartiallyDilatedConvTranspose1d(2, 2, "101", dilation=2)
    layer = PartiallyDilatedConvTranspose1d(2, 2, "101", 3)
    for size in (27, 31, [1, 28]):
        with pytest.raises(ValueError, match="`output_size`"):
            layer(torch.zeros(1, 2, 10), size)
