"""The fused CPU kernels at sizes where their tiles, blocks, chains and threads come into play.

The oracle is a loop over the taps, each a slice of an input that NumPy padded, in float64.
"""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern, partially_dilated_conv1d

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

PADS = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
# About the kernels' own sizes: a vector has 4 to 16 lanes, a tile 24 to 256 outputs, a block 4096.
LENGTHS = st.one_of(
    st.integers(1, 40),
    st.sampled_from([47, 48, 49, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513]),
    st.integers(500, 1100),
    st.sampled_from([2048, 4095, 4096, 4097, 4500, 8193]),
)


@dataclass(frozen=True)
class Case:
    """One layer, one input, and what numbers to draw for them."""

    pattern: Pattern
    batch: int
    groups: int
    group_in: int
    group_out: int
    length: int
    stride: int
    padding: int | str
    mode: str
    dtype: torch.dtype
    seed: int

    @property
    def sides(self) -> tuple[int, int]:
        if self.padding == "same":
            return self.pattern.origin, self.pattern.kernel_size - 1 - self.pattern.origin
        return (0, 0) if self.padding == "valid" else (int(self.padding), int(self.padding))

    @property
    def possible(self) -> bool:
        left, right = self.sides
        if self.mode == "reflect" and max(left, right) >= self.length:
            return False
        if self.mode == "circular" and max(left, right) > self.length:
            return False
        return left + self.length + right >= self.pattern.kernel_size

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(self.seed)
        x = rng.normal(size=(self.batch, self.groups * self.group_in, self.length))
        shape = (self.groups * self.group_out, self.group_in, self.pattern.taps)
        return x, rng.normal(size=shape), rng.normal(size=shape[0])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    family = st.builds(
        Pattern.partially_dilated,
        st.integers(0, 9),
        st.sampled_from([1, 2, 3, 4, 7, 8, 16, 24, 32, 100]),
        st.sampled_from([1, 3, 9, 17, 33]),
        st.booleans(),
    )
    free = st.sets(st.integers(-400, 400), min_size=1, max_size=40).map(
        lambda taps: Pattern(tuple(taps))
    )
    mixing = draw(st.booleans())
    return Case(
        pattern=draw(family | free),
        batch=draw(st.integers(1, 3)),
        groups=draw(st.integers(1, 3)),
        group_in=draw(st.sampled_from([2, 3, 5, 8, 20])) if mixing else 1,
        group_out=draw(st.sampled_from([1, 2, 3, 4, 5, 8, 9, 13]))
        if mixing
        else draw(st.integers(1, 3)),
        length=draw(LENGTHS),
        stride=draw(st.sampled_from([1, 1, 1, 2, 3, 5])),
        padding=draw(st.sampled_from(["same", "same", "valid"]) | st.integers(0, 50)),
        mode=draw(st.sampled_from(["zeros", *PADS])),
        dtype=draw(st.sampled_from([torch.float32, torch.float64])),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def expected(
    case: Case, x: np.ndarray, weight: np.ndarray, bias: np.ndarray, upstream: np.ndarray | None
) -> list[np.ndarray]:
    """The output and, given its gradient, those of input, weight and bias."""
    (left, right), s = case.sides, case.stride
    index = np.pad(np.arange(1, case.length + 1), (left, right), mode=PADS[case.mode])
    padded = np.concatenate([np.zeros((*x.shape[:2], 1)), x], axis=-1)[..., index]  # 0: a zero
    outputs = (padded.shape[-1] - case.pattern.kernel_size) // s + 1
    grouped = padded.reshape(case.batch, case.groups, case.group_in, -1)
    w = weight.reshape(case.groups, case.group_out, case.group_in, -1)
    y = np.zeros((case.batch, case.groups, case.group_out, outputs))
    places = [slice(i, i + (outputs - 1) * s + 1, s) for i in case.pattern.indices]
    for k, place in enumerate(places):
        y += np.einsum("goi,ngit->ngot", w[..., k], grouped[..., place])
    output = y.reshape(case.batch, -1, outputs) + bias[:, None]
    if upstream is None:
        return [output]
    g = upstream.reshape(y.shape)
    by_padded, by_weight = np.zeros_like(grouped), np.zeros_like(w)
    for k, place in enumerate(places):
        by_padded[..., place] += np.einsum("goi,ngot->ngit", w[..., k], g)
        by_weight[..., k] = np.einsum("ngot,ngit->goi", g, grouped[..., place])
    by_input = np.zeros((*x.shape[:2], case.length + 1))
    np.add.at(by_input, (..., index), by_padded.reshape(padded.shape))
    return [output, by_input[..., 1:], by_weight.reshape(weight.shape), upstream.sum((0, 2))]


def actual(
    case: Case, x: np.ndarray, weight: np.ndarray, bias: np.ndarray, upstream: np.ndarray
) -> list[torch.Tensor]:
    """The same four by the fused backend."""
    tensors = [torch.tensor(a, dtype=case.dtype, requires_grad=True) for a in (x, weight, bias)]
    left, island = len(case.pattern.left), len(case.pattern.island)
    parts = tensors[1].tensor_split((left, left + island), dim=-1)
    output = partially_dilated_conv1d(
        tensors[0], *parts, case.pattern, tensors[2], stride=case.stride, padding=case.padding,
        groups=case.groups, padding_mode=case.mode, backend="fused",
    )  # fmt: skip
    gradients = torch.autograd.grad(output, tensors, torch.tensor(upstream, dtype=case.dtype))
    return [output.detach(), *gradients]


@settings(max_examples=600)
@given(cases().filter(lambda case: case.possible))
def test_output_and_gradients_are_the_loop_over_the_taps(case: Case) -> None:
    x, weight, bias = case.arrays()
    shape = expected(case, x, weight, bias, None)[0].shape
    upstream = np.random.default_rng(case.seed + 1).normal(size=shape)
    exact = expected(case, x, weight, bias, upstream)
    epsilon = torch.finfo(case.dtype).eps
    repeats = 1 if case.mode == "zeros" else 1 + max(case.sides)  # of one element, in the padding
    sizes = (case.pattern.taps * case.group_in, case.pattern.taps * case.group_out * repeats)
    terms = (*sizes, shape[0] * shape[2], shape[0] * shape[2])  # products in each sum, at most
    for ours, theirs, count in zip(
        actual(case, x, weight, bias, upstream), exact, terms, strict=True
    ):
        assert ours.shape == theirs.shape
        error = np.abs(ours.numpy() - theirs).max()
        # Partial sums of normal numbers grow with √count, and so does what each rounds.
        assert error <= 4 * epsilon * (10 + count)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="for x86 processors")
@pytest.mark.parametrize(
    ("in_channels", "out_channels", "groups", "pattern"),
    [
        (4096, 4, 1, Pattern.partially_dilated(4, 2, 5)),
        (4, 4096, 1, Pattern.partially_dilated(4, 2, 5)),
        (1, 64, 1, Pattern.partially_dilated(4, 2, 5)),
        (2, 2, 1, Pattern.dense(2001)),
        (2, 2, 2, Pattern.dense(2001)),
    ],
    ids=["many inputs", "many outputs", "one input", "many taps", "many taps, depthwise"],
)
def test_rounding_is_of_the_size_of_conv1d(
    in_channels: int, out_channels: int, groups: int, pattern: Pattern
) -> None:
    """Positive numbers in float32: the largest relative error beside `conv1d`'s own, to float64."""
    length = 60 + pattern.kernel_size // 2
    x = torch.rand(1, in_channels, length, dtype=torch.float64)
    w = torch.rand(out_channels, in_channels // groups, pattern.taps, dtype=torch.float64)
    upstream = torch.rand(1, out_channels, length, dtype=torch.float64)

    def values(backend: Literal["conv", "fused"], dtype: torch.dtype) -> list[torch.Tensor]:
        a, b = (tensor.to(dtype).requires_grad_() for tensor in (x, w))
        parts = b.split([len(pattern.left), len(pattern.island), len(pattern.right)], -1)
        y = partially_dilated_conv1d(a, *parts, pattern, groups=groups, backend=backend)
        return [y.detach(), *torch.autograd.grad(y, (a, b), upstream.to(dtype))]

    x, w, upstream = (tensor.float().double() for tensor in (x, w, upstream))
    exact = values("conv", torch.float64)
    errors = {
        backend: [
            float(((value.double() - right).abs() / right).max())
            for value, right in zip(values(backend, torch.float32), exact, strict=True)
        ]
        for backend in ("conv", "fused")
    }
    for fused, conv in zip(errors["fused"], errors["conv"], strict=True):
        assert fused <= 3 * max(conv, 2.0**-22), errors


def test_narrower_registers_compute_the_same(tmp_path: Path) -> None:
    """Compiled for a processor without AVX-512, whose tiles and vectors are half as large."""
    script = """
import torch
from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv._fused.cpu.vectors import VECTOR_BYTES
assert VECTOR_BYTES == 32
for groups, dilation, length in [(6, 8, 700), (6, 3, 129), (6, 100, 90), (1, 8, 700), (2, 5, 77)]:
    pattern = Pattern.partially_dilated(4, dilation, 9)
    layer = PartiallyDilatedConv1d(6, 12, pattern, groups=groups, backend="fused")
    x = torch.randn(2, 6, length, requires_grad=True)
    upstream, results = None, []
    for backend in ("fused", "conv"):
        layer.backend = backend
        output = layer(x)
        upstream = torch.randn_like(output) if upstream is None else upstream
        results.append([output, *torch.autograd.grad(output, [x, *layer.parameters()], upstream)])
    for ours, theirs in zip(*results):
        assert torch.allclose(ours, theirs, atol=1e-3, rtol=1e-4), (groups, dilation, length)
print("done")
"""
    narrow = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,+avx,+sse4.2"}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        env=os.environ | narrow | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "done"), ran.stderr
