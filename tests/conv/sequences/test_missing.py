"""Missing samples, against loops over the taps in float64 that skip what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern

BACKENDS = ["branches", "conv", "fused"]
PADS = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True)
class Case:
    """One layer, and how many samples of how long an input are there."""

    pattern: Pattern
    channels: tuple[int, int, int]
    stride: int
    padding: str | int
    mode: str
    bias: bool
    backend: str
    length: int
    share: float
    per_channel: bool
    missing: str

    def layer(self) -> PartiallyDilatedConv1d:
        in_channels, out_channels, groups = self.channels
        return PartiallyDilatedConv1d(
            *(in_channels, out_channels, self.pattern),
            stride=self.stride,
            padding=self.padding,  # type: ignore[arg-type]
            groups=groups,
            bias=self.bias,
            padding_mode=self.mode,
            backend=self.backend,  # type: ignore[arg-type]
            dtype=torch.float64,
        )

    def mask(self) -> Tensor:
        shape = (2, self.channels[0], self.length) if self.per_channel else (2, self.length)
        return torch.rand(shape) < self.share


@st.composite
def cases(draw: st.DrawFn) -> Case:
    offsets = st.sets(st.integers(-4, 4), min_size=1, max_size=5)
    pattern = draw(offsets.map(lambda o: Pattern(tuple(o))))
    return Case(
        pattern=pattern,
        channels=draw(st.sampled_from([(2, 2, 2), (2, 4, 2), (4, 2, 2), (1, 1, 1), (2, 3, 1)])),
        stride=draw(st.sampled_from([1, 1, 2, 3])),
        padding=draw(st.sampled_from(["same", "valid", 3])),
        mode=draw(st.sampled_from(["zeros", *PADS])),
        bias=draw(st.booleans()),
        backend=draw(st.sampled_from(BACKENDS)),
        length=draw(st.integers(10, 14)),
        share=draw(st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])),
        per_channel=draw(st.booleans()),
        missing=draw(st.sampled_from(["zero", "renormalize"])),
    )


def sides(pattern: Pattern, padding: str | int) -> tuple[int, int]:
    before, after = max(0, -pattern.offsets[0]), max(0, pattern.offsets[-1])
    if padding == "same":
        return before, after
    return (0, 0) if padding == "valid" else (int(padding), int(padding))


def sources(case: Case) -> list[int]:
    """For each element of the padded input the one that it repeats; −1 for a zero."""
    padded = sides(case.pattern, case.padding)
    if case.mode == "zeros":
        return list(np.pad(np.arange(case.length), padded, constant_values=-1))
    return list(np.pad(np.arange(case.length), padded, mode=PADS[case.mode]))  # type: ignore[call-overload]


def expected(
    case: Case, x: Tensor, mask: Tensor, weight: Tensor, bias: Tensor | None
) -> tuple[Tensor, Tensor]:
    """The output and its mask, tap by tap; autograd differentiates it."""
    there = mask if case.per_channel else mask[:, None].expand_as(x)
    source = sources(case)
    before = max(0, -case.pattern.offsets[0])
    span = before + max(0, case.pattern.offsets[-1]) + 1
    starts = range(0, len(source) - span + 1, case.stride)
    out_channels, group_in, taps = weight.shape
    group_out = out_channels // case.channels[2]
    output = [[[torch.zeros((), dtype=x.dtype) for _ in starts] for _ in weight] for _ in x]
    seen = torch.zeros(len(x), out_channels, len(starts), dtype=torch.bool)
    for n in range(len(x)):
        for j in range(out_channels):
            for t, start in enumerate(starts):
                total, read = torch.zeros((), dtype=x.dtype), 0
                for i in range(group_in):
                    channel = j // group_out * group_in + i
                    for k, offset in enumerate(case.pattern.offsets):
                        at = source[start + before + offset]
                        if at < 0:
                            read += 1  # a zero of the padding is there, and no sample
                        elif there[n, channel, at]:
                            read += 1
                            seen[n, j, t] = True
                            total = total + weight[j, i, k] * x[n, channel, at]
                if case.missing == "renormalize":
                    if not seen[n, j, t]:
                        continue
                    total = total * (group_in * taps / read)
                output[n][j][t] = total if bias is None else total + bias[j]
    rows = [torch.stack([torch.stack(row) for row in sample]) for sample in output]
    return torch.stack(rows), seen if case.per_channel else seen[:, 0]


@settings(max_examples=100)
@given(cases())
def test_missing_samples_are_skipped(case: Case) -> None:
    """Values, gradients and the next mask; NaN at missing samples leaks into none of them."""
    layer, mask = case.layer(), case.mask()
    x = torch.randn(2, case.channels[0], case.length, dtype=torch.float64)
    there = mask if case.per_channel else mask[:, None].expand_as(x)
    x = x.masked_fill(~there, torch.nan).requires_grad_()
    output = layer(x, mask=mask, missing=case.missing)  # type: ignore[arg-type]
    wanted, wanted_mask = expected(case, x, mask, layer.weight, layer.bias)
    torch.testing.assert_close(output, wanted)
    assert torch.equal(layer.output_mask(mask), wanted_mask)

    upstream = torch.randn_like(output)
    sources = [each for each in (x, layer.weight, layer.bias) if each is not None]
    results = [
        torch.autograd.grad(each, sources, upstream, allow_unused=True, materialize_grads=True)
        if each.requires_grad
        else tuple(torch.zeros_like(source) for source in sources)  # nothing is there at all
        for each in (output, wanted)
    ]
    for gradient, wanted_gradient in zip(*results, strict=True):
        torch.testing.assert_close(gradient, wanted_gradient)
    assert (results[0][0][~there] == 0).all()


@pytest.mark.parametrize("missing", ["zero", "renormalize"])
@pytest.mark.parametrize("padding", ["same", "valid", 4])
@pytest.mark.parametrize("channels", [(3, 3, 3), (4, 2, 2)])
def test_a_layer_with_nothing_missing_is_itself(
    missing: str, padding: str | int, channels: tuple[int, int, int]
) -> None:
    pattern = Pattern.partially_dilated()
    layer = PartiallyDilatedConv1d(*channels[:2], pattern, groups=channels[2], padding=padding)  # type: ignore[arg-type]
    x = torch.randn(2, channels[0], 50)
    for shape in [(2, 50), x.shape]:
        mask = torch.ones(shape, dtype=torch.bool)
        torch.testing.assert_close(layer(x, mask=mask, missing=missing), layer(x))  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["zero", "renormalize"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_and_second_gradients_agree_with_finite_differences(
    backend: str, missing: str
) -> None:
    layer = PartiallyDilatedConv1d(
        *(2, 4, Pattern.parse("1101")),
        groups=2,
        backend=backend,  # type: ignore[arg-type]
        dtype=torch.float64,
    )
    x = torch.randn(2, 2, 5, dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([[1, 0, 1, 1, 0], [0, 0, 0, 0, 1]]) > 0

    def run(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        parameters = {"weight": weight, "bias": bias}
        kwargs = {"mask": mask, "missing": missing}
        result: Tensor = torch.func.functional_call(layer, parameters, (x,), kwargs)
        return result

    inputs = x, layer.weight, layer.bias
    torch.autograd.gradcheck(run, inputs)
    torch.autograd.gradgradcheck(run, inputs)


@pytest.mark.parametrize("shape", [(20,), (3, 20)])
def test_an_input_without_a_batch_has_a_mask_without_one(shape: tuple[int, ...]) -> None:
    layer = PartiallyDilatedConv1d(3, 3, Pattern.dense(3), groups=3)
    x, mask = torch.randn(3, 20), torch.rand(shape) < 0.5
    batch = layer(x[None], mask=mask[None], missing="renormalize")
    torch.testing.assert_close(layer(x, mask=mask, missing="renormalize"), batch[0])


def test_counts_are_exact_under_autocast() -> None:
    """Of 511 taps one is missing: half precision cannot tell that from none."""
    pattern = Pattern.dense(511)
    layer = PartiallyDilatedConv1d(1, 1, pattern, padding="valid", bias=False)
    with torch.no_grad():
        layer.weight.fill_(1)
    x, mask = torch.ones(1, 1, 511), torch.ones(1, 511, dtype=torch.bool)
    mask[0, :300] = False
    with torch.autocast("cpu", torch.bfloat16):
        output = layer(x, mask=mask, missing="renormalize")
    assert abs(output.item() - 511) < 4  # of bfloat16 itself


def test_a_compiled_layer_takes_a_mask() -> None:
    layer = PartiallyDilatedConv1d(2, 2, Pattern.dense(5), groups=2)
    x, mask = torch.randn(2, 2, 40), torch.rand(2, 40) < 0.5
    run = torch.compile(layer, backend="aot_eager", fullgraph=True)
    compiled = run(x, mask=mask, missing="renormalize")
    torch.testing.assert_close(compiled, layer(x, mask=mask, missing="renormalize"))
