"""Padding "block": as many outputs as "same", each at the end of its block of `stride` samples."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.sequences import chunked, masked
from pdviz.conv.ways import Alternative, DenseConv1d, MaskedConv1d, SumConv1d

BACKENDS = ["conv", "branches", "fused"]
causal = st.sets(st.integers(-8, 0), min_size=1, max_size=5).map(lambda o: Pattern(tuple(o)))


def expected(layer: PartiallyDilatedConv1d, x: Tensor, stride: int) -> Tensor:
    """Output k reads from sample k·s + s − 1 backwards; the signal repeats its ends, or is 0."""
    mode = layer.padding_mode
    far = 2 * layer.pattern.kernel_size + stride
    columns = []
    for last in range(stride - 1, x.shape[-1] + stride - 1, stride):
        total = torch.zeros(x.shape[0], layer.out_channels, dtype=x.dtype)
        for k, offset in enumerate(layer.pattern.offsets):
            at = last + offset
            assert -far < at < x.shape[-1] + far
            if mode == "replicate":
                at = min(max(at, 0), x.shape[-1] - 1)
            elif mode == "circular":
                at %= x.shape[-1]
            elif mode == "reflect":
                at = abs(at)
                at = min(at, 2 * (x.shape[-1] - 1) - at)
            if 0 <= at < x.shape[-1]:
                total = total + x[..., at] @ layer.weight[..., k].T
        columns.append(total)
    output = torch.stack(columns, -1)
    return output if layer.bias is None else output + layer.bias[:, None]


@settings(max_examples=60)
@given(
    pattern=causal,
    stride=st.integers(1, 4),
    length=st.integers(12, 25),
    mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    backend=st.sampled_from(BACKENDS),
)
def test_output_k_belongs_to_the_last_sample_of_block_k(
    pattern: Pattern, stride: int, length: int, mode: str, backend: Any
) -> None:
    """The layer, what it folds to, its pieces, and a batch of unequal lengths."""
    stride = min(stride, pattern.kernel_size)
    layer = PartiallyDilatedConv1d(
        *(2, 3, pattern),
        stride=stride,
        padding="block",
        padding_mode=mode,
        backend=backend,
        dtype=torch.float64,
    )
    x = torch.randn(2, 2, length, dtype=torch.float64)
    output = layer(x)
    wanted = expected(layer, x, stride)
    assert output.shape[-1] == -(-length // stride)
    torch.testing.assert_close(output, wanted)
    torch.testing.assert_close(layer.fold()(x), wanted)
    torch.testing.assert_close(chunked(layer, x, 3), wanted)
    short = length - 2
    several, lengths = masked(layer, x, lengths=[length, short])
    assert lengths.tolist() == [-(-length // stride), -(-short // stride)]
    torch.testing.assert_close(several[:1], wanted[:1])
    own = expected(layer, x[1:, :, :short], stride)
    torch.testing.assert_close(several[1:, :, : lengths[1]], own)


@pytest.mark.parametrize("length", [24, 25, 27])
@pytest.mark.parametrize(("kernel_size", "stride"), [(4, 2), (8, 4), (7, 1), (16, 8)])
def test_it_pads_as_streaming_codecs_do(kernel_size: int, stride: int, length: int) -> None:
    """EnCodec: K − s on the left, and on the right what completes the last frame."""
    layer = PartiallyDilatedConv1d(
        1, 1, Pattern.partially_dilated(0, 1, 1 + 2 * (kernel_size // 2), True), stride=stride,
        padding="block",
    )  # fmt: skip
    kernel = layer.kernel()
    x = torch.randn(1, 1, length)
    total = kernel.shape[-1] - stride
    extra = -length % stride
    wanted = F.conv1d(F.pad(x, (total, extra)), kernel, layer.bias, stride)
    torch.testing.assert_close(layer(x), wanted)


def test_with_stride_1_it_is_same() -> None:
    pattern = Pattern.partially_dilated(causal=True)
    layer = PartiallyDilatedConv1d(1, 1, pattern, padding="block")
    x = torch.randn(1, 1, 50)
    output = layer(x)
    layer.padding = "same"
    assert torch.equal(output, layer(x))


@pytest.mark.parametrize(
    ("pattern", "stride", "message"),
    [
        (Pattern.parse("111"), 2, "takes a causal pattern; this one has taps up to offset +1"),
        (Pattern((-1, 0)), 3, "at least `stride` (=3) elements; this one has 2"),
    ],
)
def test_what_has_no_such_blocks_is_refused(pattern: Pattern, stride: int, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        PartiallyDilatedConv1d(1, 1, pattern, stride=stride, padding="block")


@pytest.mark.parametrize("way", [DenseConv1d, MaskedConv1d, SumConv1d])
def test_the_other_ways_have_the_same_blocks(way: type[Alternative]) -> None:
    pattern = Pattern.dilated(3, 2)
    pattern = Pattern(tuple(offset - 2 for offset in pattern.offsets))  # causal: −4, −2, 0
    layer = PartiallyDilatedConv1d(1, 2, pattern, stride=3, padding="block")
    x = torch.randn(1, 1, 20)
    torch.testing.assert_close(way.from_layer(layer)(x), layer(x))
