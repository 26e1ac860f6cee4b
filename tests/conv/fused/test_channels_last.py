"""Signals whose channels lie side by side: `layer(x.transpose(1, 2))` of a contiguous (N, L, C)."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.profiler import ProfilerActivity, profile

from pdviz import PartiallyDilatedConv1d, Pattern

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

PATTERN = Pattern.parse("1101011")


@dataclass(frozen=True)
class Case:
    """One depthwise layer and the shape of its input."""

    pattern: Pattern
    batch: int
    channels: int
    length: int
    padding: str | int
    dtype: torch.dtype
    bias: bool

    @property
    def possible(self) -> bool:
        padding = {"same": self.pattern.kernel_size - 1, "valid": 0}.get(str(self.padding))
        total = 2 * int(self.padding) if padding is None else padding
        return self.length + total >= self.pattern.kernel_size

    def layer(self) -> PartiallyDilatedConv1d:
        return PartiallyDilatedConv1d(
            self.channels,
            self.channels,
            self.pattern,
            padding=self.padding,  # type: ignore[arg-type]
            groups=self.channels,
            bias=self.bias,
            backend="fused",
            dtype=self.dtype,
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    near, far = st.integers(-9, 9), st.integers(-150, 150)
    offsets = draw(st.sets(draw(st.sampled_from([near, far])), min_size=1, max_size=24))
    return Case(
        Pattern(tuple(sorted(offsets))),
        batch=draw(st.integers(1, 3)),
        channels=draw(st.sampled_from([2, 16, 17, 31, 32, 33, 50, 64, 70])),
        length=draw(st.one_of(st.integers(2, 20), st.sampled_from([63, 64, 65, 128, 200, 300]))),
        padding=draw(st.sampled_from(["same", "valid", 0, 3, 20])),
        dtype=draw(st.sampled_from([torch.float64, torch.float32])),
        bias=draw(st.booleans()),
    )


def results(
    layer: PartiallyDilatedConv1d, x: torch.Tensor, upstream: torch.Tensor
) -> list[torch.Tensor]:
    """Return the output and all gradients."""
    y = layer(x)
    return [y.detach(), *torch.autograd.grad(y, (x, *layer.parameters()), upstream)]


@settings(deadline=None, max_examples=80)
@given(cases().filter(lambda case: case.possible), st.integers(0, 2**31), st.booleans())
def test_values_and_gradients_are_those_of_a_copy(case: Case, seed: int, alike: bool) -> None:
    """The copy is of (N, C, L); the output's gradient lies like the output, or like the copy."""
    draw = torch.Generator().manual_seed(seed)
    layer = case.layer()
    shape = (case.batch, case.length, case.channels)
    x = torch.randn(shape, generator=draw, dtype=case.dtype).transpose(1, 2).requires_grad_()
    copy = x.detach().contiguous().requires_grad_()
    upstream = torch.randn(layer(copy).shape, generator=draw, dtype=case.dtype)
    if alike:
        upstream = upstream.transpose(1, 2).contiguous().transpose(1, 2)
    tolerance = 1e-10 if case.dtype == torch.float64 else 1e-4
    expected, actual = results(layer, copy, upstream), results(layer, x, upstream)
    for right, value in zip(expected, actual, strict=True):
        torch.testing.assert_close(value, right, rtol=tolerance, atol=tolerance * 10)


def test_no_copy_is_made_and_the_output_lies_alike() -> None:
    layer = PartiallyDilatedConv1d(64, 64, PATTERN, groups=64, backend="fused")
    signal = torch.randn(4, 500, 64)
    x = signal.transpose(1, 2).requires_grad_()
    layer(x).sum().backward()  # compiled by now
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        y = layer(x)
    assert y.transpose(1, 2).is_contiguous()
    assert y.stride() == x.stride()
    made = sum(max(0, event.self_cpu_memory_usage) for event in record.key_averages())
    assert signal.nbytes <= made < 1.5 * signal.nbytes
    upstream = torch.randn_like(y)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        (gradient,) = torch.autograd.grad(y, x, upstream)
    assert gradient.stride() == x.stride()
    made = sum(max(0, event.self_cpu_memory_usage) for event in record.key_averages())
    assert signal.nbytes <= made < 1.5 * signal.nbytes


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_lies_alike_too(dtype: torch.dtype) -> None:
    layer = PartiallyDilatedConv1d(32, 32, PATTERN, groups=32, backend="fused", dtype=dtype)
    x = torch.randn(2, 50, 32, dtype=dtype).transpose(1, 2)
    y = layer(x)
    assert y.stride() == x.stride()
    assert torch.equal(y, layer(x.contiguous()))


def test_one_signal_without_a_batch_and_other_strides() -> None:
    layer = PartiallyDilatedConv1d(32, 32, PATTERN, groups=32, backend="fused")
    signal = torch.randn(50, 32)
    assert layer(signal.t()).stride() == (1, 32)
    torch.testing.assert_close(layer(signal.t()), layer(signal.t().contiguous()))
    for odd in (
        torch.randn(3, 60, 32)[:, 5:50].transpose(1, 2),
        torch.randn(3, 50, 64)[..., ::2].transpose(1, 2),
        torch.randn(1, 50, 32).expand(3, 50, 32).transpose(1, 2),
        torch.randn(50, 3, 32).permute(1, 2, 0),
    ):
        torch.testing.assert_close(layer(odd), layer(odd.contiguous()))


@pytest.mark.parametrize("multiplier", [1, 3])
def test_a_frozen_layer_has_the_same_input_gradient(multiplier: int) -> None:
    """Of the input only the shape is read then, and the output's gradient says how it lies."""
    layer = PartiallyDilatedConv1d(16, 16 * multiplier, PATTERN, groups=16, backend="fused")
    layer.requires_grad_(False)
    x = torch.randn(2, 16, 40, requires_grad=True)
    y = layer(x)
    upstream = torch.randn_like(y)
    (right,) = torch.autograd.grad(y, x, upstream)
    alike = upstream.transpose(1, 2).contiguous().transpose(1, 2)
    (gradient,) = torch.autograd.grad(layer(x), x, alike)
    torch.testing.assert_close(gradient, right)


def test_second_derivatives_and_a_graph() -> None:
    layer = PartiallyDilatedConv1d(16, 16, PATTERN, groups=16, backend="fused", dtype=torch.float64)
    x = torch.randn(1, 9, 16, dtype=torch.float64).transpose(1, 2).requires_grad_()

    def energy(x: torch.Tensor) -> torch.Tensor:
        (gradient,) = torch.autograd.grad((layer(x) ** 3).sum(), x, create_graph=True)
        return torch.autograd.grad((gradient**2).sum(), x)[0]

    copy = x.detach().contiguous().requires_grad_()
    torch.testing.assert_close(energy(x), energy(copy))
    exported = torch.export.export(layer, (x,)).module()
    torch.testing.assert_close(exported(x), layer(x))
    operator = torch.ops.pdviz.convolve
    geometry = ([0, 1, 3, 5, 6], 7, 1, 3, 3, 16, "zeros")
    torch.library.opcheck(operator, (x, layer.weight, layer.bias, *geometry), raise_exception=True)
