"""Sequences of unequal length in one batch, against each sequence alone, in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import forward_ad

from pdviz import PartiallyDilatedConv1d, Pattern

BACKENDS = ["branches", "conv", "fused"]
DEFAULT = Pattern.partially_dilated()  # 13 taps, K = 21


@dataclass(frozen=True)
class Case:
    """One layer, and the lengths of a batch."""

    pattern: Pattern
    channels: tuple[int, int, int]
    stride: int
    padding: str | int
    mode: str
    bias: bool
    backend: str
    lengths: tuple[int, ...]
    beyond: int

    def layer(self, backend: str) -> PartiallyDilatedConv1d:
        torch.manual_seed(3)
        in_channels, out_channels, groups = self.channels
        return PartiallyDilatedConv1d(
            *(in_channels, out_channels, self.pattern),
            stride=self.stride,
            padding=self.padding,  # type: ignore[arg-type]
            groups=groups,
            bias=self.bias,
            padding_mode=self.mode,
            backend=backend,  # type: ignore[arg-type]
            dtype=torch.float64,
        )

    def input(self) -> Tensor:
        """Random numbers, and NaN beyond each sequence's end."""
        longest = max(self.lengths) + self.beyond
        x = torch.randn(len(self.lengths), self.channels[0], longest, dtype=torch.float64)
        for row, length in zip(x, self.lengths, strict=True):
            row[:, length:] = torch.nan
        return x


@st.composite
def cases(draw: st.DrawFn) -> Case:
    family = st.builds(
        Pattern.partially_dilated,
        st.integers(0, 4),
        st.integers(1, 3),
        st.sampled_from([1, 3, 5]),
        st.booleans(),
    )
    free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda o: Pattern(tuple(o)))
    pattern = draw(family | free)
    padding = draw(st.sampled_from(["same", "same", "valid"]) | st.integers(0, 5))
    least = pattern.kernel_size + 5  # longer than any padding
    lengths = st.sampled_from([0, least, 150]) | st.integers(least, 100)
    return Case(
        pattern=pattern,
        channels=draw(st.sampled_from([(3, 3, 3), (2, 4, 2), (4, 2, 2), (1, 1, 1), (3, 2, 1)])),
        stride=draw(st.sampled_from([1, 1, 2, 3, 400])),
        padding=padding,
        mode=draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"])),
        bias=draw(st.booleans()),
        backend=draw(st.sampled_from([*BACKENDS, "fused"])),
        lengths=tuple(draw(st.lists(lengths, min_size=1, max_size=4).filter(any))),
        beyond=draw(st.sampled_from([0, 0, 7])),
    )


def gradients(output: Tensor, upstream: Tensor, *sources: Tensor | None) -> tuple[Tensor, ...]:
    there = [source for source in sources if source is not None]
    return torch.autograd.grad(output, there, upstream)


@settings(max_examples=150)
@given(cases())
def test_each_sequence_comes_out_as_if_it_were_alone(case: Case) -> None:
    """Values, and the gradients of input, weights and bias; zeros beyond, whatever is there."""
    layer, alone = case.layer(case.backend), case.layer("branches")
    x = case.input().requires_grad_()
    output = layer(x, lengths=list(case.lengths))
    counts = layer.output_lengths(case.lengths)
    upstream = torch.randn_like(output)
    by_x, *by_parameters = gradients(output, upstream, x, layer.weight, layer.bias)

    totals = [torch.zeros_like(gradient) for gradient in by_parameters]
    for n, length in enumerate(case.lengths):
        assert (output[n, :, counts[n] :] == 0).all()
        assert (by_x[n, :, length:] == 0).all()
        if length == 0:
            assert counts[n] == 0
            continue
        own = x[n, :, :length].detach().requires_grad_()
        wanted = alone(own)
        assert wanted.shape[-1] == counts[n]
        torch.testing.assert_close(output[n, :, : counts[n]], wanted)
        by_own, *parts = gradients(
            wanted, upstream[n, :, : counts[n]], own, alone.weight, alone.bias
        )
        torch.testing.assert_close(by_x[n, :, :length], by_own)
        for total, part in zip(totals, parts, strict=True):
            total += part
    torch.testing.assert_close(by_parameters, totals)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_gradients_and_second_gradients_agree_with_finite_differences(
    mode: str, backend: str
) -> None:
    layer = PartiallyDilatedConv1d(
        *(2, 2, Pattern.parse("1101")),
        groups=2,
        padding_mode=mode,
        backend=backend,  # type: ignore[arg-type]
        dtype=torch.float64,
    )
    x = torch.randn(2, 2, 6, dtype=torch.float64, requires_grad=True)

    def run(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        parameters = {"weight": weight, "bias": bias}
        kwargs = {"lengths": torch.tensor([6, 4])}
        result: Tensor = torch.func.functional_call(layer, parameters, (x,), kwargs)
        return result

    inputs = x, layer.weight, layer.bias
    torch.autograd.gradcheck(run, inputs)
    torch.autograd.gradgradcheck(run, inputs)


def test_lengths_may_be_written_in_any_way() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, groups=2)
    x = torch.randn(3, 2, 40)
    wanted = layer(x, lengths=torch.tensor([40, 12, 0]))
    front = torch.arange(40) < torch.tensor([40, 12, 0])[:, None]
    for lengths in (
        [40, 12, 0],
        (40, np.int32(12), 0),
        np.array([40, 12, 0]),
        front,
        front.numpy(),
    ):
        assert torch.equal(layer(x, lengths=lengths), wanted)
    assert torch.equal(layer(x, lengths=torch.tensor([40, 12, 0], dtype=torch.uint8)), wanted)
    assert layer.output_lengths(front).tolist() == [40, 12, 0]


def test_a_batch_of_full_length_is_the_layer_itself() -> None:
    layer = PartiallyDilatedConv1d(4, 4, DEFAULT, groups=4)
    x = torch.randn(2, 4, 500)
    assert torch.equal(layer(x, lengths=[500, 500]), layer(x))


@pytest.mark.parametrize("channels", [(4, 4, 4), (4, 6, 2)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_every_precision_runs(dtype: torch.dtype, channels: tuple[int, int, int]) -> None:
    layer = PartiallyDilatedConv1d(*channels[:2], DEFAULT, groups=channels[2], dtype=dtype)
    x = torch.randn(2, 4, 300, dtype=dtype)
    output = layer(x, lengths=[300, 90])
    assert output.dtype == dtype
    torch.testing.assert_close(output[1, :, :90], layer(x[1, :, :90]), rtol=2e-2, atol=2e-2)


def test_autocast_runs_the_layer_in_its_precision() -> None:
    layer = PartiallyDilatedConv1d(4, 4, DEFAULT, groups=4)
    x = torch.randn(2, 4, 300)
    with torch.autocast("cpu", torch.bfloat16):
        output = layer(x, lengths=[300, 90])
        alone = layer(x[1, :, :90])
    assert output.dtype == alone.dtype == torch.bfloat16
    torch.testing.assert_close(output[1, :, :90], alone)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # its own
def test_vmap_and_forward_mode_agree_with_loops() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, groups=2, dtype=torch.float64)
    x = torch.randn(3, 2, 2, 40, dtype=torch.float64)
    lengths = torch.tensor([40, 23])
    batched = torch.func.vmap(lambda each: layer(each, lengths=lengths))(x)
    torch.testing.assert_close(batched, torch.stack([layer(each, lengths=lengths) for each in x]))
    tangent = torch.randn_like(x[0])
    with forward_ad.dual_level():
        output = layer(forward_ad.make_dual(x[0], tangent), lengths=lengths)
        along = forward_ad.unpack_dual(output).tangent
    bias = layer.bias
    assert bias is not None
    with torch.no_grad():
        bias.zero_()  # the layer is linear in its input but for the bias
    torch.testing.assert_close(along, layer(tangent, lengths=lengths))


def test_a_compiled_layer_takes_lengths() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, groups=2)
    x = torch.randn(2, 2, 40)
    run = torch.compile(layer, backend="aot_eager", fullgraph=True)
    for lengths in (torch.tensor([40, 12]), torch.tensor([31, 40])):
        torch.testing.assert_close(run(x, lengths=lengths), layer(x, lengths=lengths))
