"""The kernels for a GPU, against loops over the taps: on a GPU, else in Triton's interpreter."""

import importlib
import sys
from dataclasses import dataclass
from types import ModuleType
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import pdviz.conv._fused.cuda
from pdviz import Pattern, partially_dilated_conv1d
from pdviz.conv._fused.geometry import Geometry as Told
from pdviz.conv._padding import amounts

triton = pytest.importorskip("triton", reason="Triton is not installed: it has no wheel for this")
import triton.language as tl  # noqa: E402
from triton.backends.compiler import GPUTarget  # noqa: E402
from triton.compiler import ASTSource  # noqa: E402

from pdviz.conv._fused.cuda import kernels as compiled  # noqa: E402

MODES = ["zeros", "reflect", "replicate", "circular"]
DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
ALL = (True, True, True)


def interpreted() -> ModuleType:
    """A second copy of the module, whose kernels run in NumPy; nothing else gets to see it."""
    names = ["pdviz.conv._fused.cuda.backend", "pdviz.conv._fused.cuda.kernels"]
    with pytest.MonkeyPatch.context() as patch, mock.patch.dict(sys.modules):
        patch.setenv("TRITON_INTERPRET", "1")
        for name in names:
            sys.modules.pop(name, None)
            attribute = name.rpartition(".")[2]
            patch.setattr(pdviz.conv._fused.cuda, attribute, None, raising=False)
            patch.delattr(pdviz.conv._fused.cuda, attribute)
        module = importlib.import_module("pdviz.conv._fused.cuda.backend")
        # The one way to add in which the interpreter knows NumPy's sum; any other takes seconds.
        sys.modules["pdviz.conv._fused.cuda.kernels"].add = tl.standard._sum_combine
        return module


ON_GPU = torch.cuda.is_available()
DEVICE = torch.device("cuda" if ON_GPU else "cpu")
cuda = importlib.import_module("pdviz.conv._fused.cuda.backend") if ON_GPU else interpreted()

# The oracle: one tap of one pair of channels at a time, in float64.


@dataclass(frozen=True)
class Geometry:
    """All but the tensors that `forward` and `backward` take."""

    indices: tuple[int, ...]
    kernel_size: int
    stride: int
    left: int
    right: int
    groups: int
    mode: str

    def outputs(self, length: int) -> int:
        return (self.left + length + self.right - self.kernel_size) // self.stride + 1

    def sources(self, length: int) -> list[np.ndarray]:
        """For each tap, the element that each output reads; −1 for a zero."""
        around = (self.left, self.right)
        if self.mode == "zeros":
            padded = np.pad(np.arange(length), around, constant_values=-1)
        else:
            names = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
            padded = np.pad(np.arange(length), around, mode=names[self.mode])
        steps = self.stride * np.arange(self.outputs(length))
        return [padded[index + steps] for index in self.indices]

    def products(self, x: np.ndarray, w: np.ndarray) -> list[tuple]:
        """(output channel, its outputs; input channel, the elements they read; weight's place)."""
        cases = []
        for j, i, k in np.ndindex(w.shape):
            channel = j // (w.shape[0] // self.groups) * w.shape[1] + i
            source = self.sources(x.shape[-1])[k]
            there = np.flatnonzero(source >= 0)
            cases.append(
                ((slice(None), j, there), (slice(None), channel, source[there]), (j, i, k))
            )
        return cases

    def forward(self, x: np.ndarray, w: np.ndarray, b: np.ndarray | None) -> np.ndarray:
        y = np.zeros((x.shape[0], w.shape[0], self.outputs(x.shape[-1])))
        for outputs, inputs, place in self.products(x, w):
            y[outputs] += w[place] * x[inputs]
        return y if b is None else y + b[:, None]

    def backward(self, u: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
        gx, gw = np.zeros(x.shape), np.zeros(w.shape)
        for outputs, inputs, place in self.products(x, w):
            np.add.at(gx, inputs, w[place] * u[outputs])
            gw[place] += (u[outputs] * x[inputs]).sum()
        return gx, gw, u.sum(axis=(0, 2))

    def run(
        self, x: Tensor, w: Tensor, b: Tensor | None, u: Tensor, wanted: tuple[bool, ...] = ALL
    ) -> list[Tensor]:
        """What the module computes: the output and the gradients."""
        geometry = Told(
            self.indices,
            self.kernel_size,
            self.stride,
            self.left,
            self.right,
            self.groups,
            self.mode,
        )
        y = cuda.forward(x, w, b, geometry)
        return [y, *cuda.backward(u, x, w, geometry, wanted)]


def tensors(
    geometry: Geometry, batch: int, multiplier: int, mixed: int, length: int, dtype: torch.dtype
) -> list[Tensor]:
    """Input, weights, bias and upstream gradient; `mixed` input channels a group."""
    groups = geometry.groups
    shapes = [
        (batch, groups * mixed, length),
        (groups * multiplier, mixed, len(geometry.indices)),
        (groups * multiplier,),
        (batch, groups * multiplier, geometry.outputs(length)),
    ]
    return [torch.randn(shape, dtype=torch.float64).to(DEVICE, dtype) for shape in shapes]


def check(geometry: Geometry, x: Tensor, w: Tensor, b: Tensor | None, u: Tensor) -> None:
    """Compare with the oracle, to the rounding of each term of a sum at its size."""
    given = [None if t is None else t.double().cpu().numpy() for t in (x, w, b, u)]
    sizes = [None if t is None else np.abs(t) for t in given]
    expected = [geometry.forward(*given[:3]), *geometry.backward(given[3], *given[:2])]
    bounds = [geometry.forward(*sizes[:3]), *geometry.backward(sizes[3], *sizes[:2])]
    units = {torch.float64: 64, torch.float32: 64, torch.float16: 2, torch.bfloat16: 2}[x.dtype]
    info = torch.finfo(x.dtype)
    names = ["output", "input gradient", "weight gradient", "bias gradient"]
    for name, actual, value, bound in zip(
        names, geometry.run(x, w, b, u), expected, bounds, strict=True
    ):
        assert actual.shape == value.shape, name
        assert actual.dtype == x.dtype, name
        assert actual.is_contiguous(), name
        error = np.abs(actual.double().cpu().numpy() - value)
        assert (error <= units * info.eps * bound + info.tiny).all(), name


# Small tiles, so that small inputs have several, and the ones that are used.
TILES = [
    {"_TILE": 32, "_OUTPUTS": 16, "_PROGRAMS": 5},
    {"_TILE": 32, "_OUTPUTS": 32, "_PROGRAMS": 9, "_position_dtype": lambda *_: tl.int64},
    {"_TILE": 1024, "_OUTPUTS": 256, "_PROGRAMS": 4096},
]

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 4),
    st.integers(1, 4),
    st.sampled_from([1, 3, 5, 17]),
    st.booleans(),
)
free = st.sets(st.integers(-9, 9), min_size=1, max_size=6).map(lambda taps: Pattern(tuple(taps)))


@st.composite
def problems(draw: st.DrawFn) -> tuple[Geometry, int]:
    """A geometry, and a length that it can take."""
    pattern = draw(families | free)
    padding = draw(st.sampled_from(["same", "valid"]) | st.integers(0, 9))
    mode = draw(st.sampled_from(MODES))
    left, right = amounts(pattern, padding)
    shortest = max(1, pattern.kernel_size - left - right)
    if mode in ("reflect", "circular"):
        shortest = max(shortest, max(left, right) + (mode == "reflect"))
    geometry = Geometry(
        indices=pattern.indices,
        kernel_size=pattern.kernel_size,
        stride=draw(st.integers(1, 4)),
        left=left,
        right=right,
        groups=draw(st.integers(1, 3)),
        mode=mode,
    )
    return geometry, shortest + draw(st.integers(0, 60))


@settings(max_examples=250)
@given(
    problem=problems(),
    batch=st.integers(1, 3),
    multiplier=st.integers(1, 3),
    mixed=st.integers(1, 2),
    bias=st.booleans(),
    dtype=st.sampled_from(DTYPES),
    tiles=st.sampled_from(TILES),
    seed=st.integers(0, 2**32 - 1),
)
def test_output_and_gradients_are_the_loop_over_the_taps(
    problem: tuple[Geometry, int],
    batch: int,
    multiplier: int,
    mixed: int,
    bias: bool,
    dtype: torch.dtype,
    tiles: dict[str, object],
    seed: int,
) -> None:
    geometry, length = problem
    torch.manual_seed(seed)
    x, w, b, u = tensors(geometry, batch, multiplier, mixed, length, dtype)
    with mock.patch.multiple(cuda, **tiles):
        check(geometry, x, w, b if bias else None, u)


SAME = {"left": 3, "right": 3, "groups": 3}
"""Around the taps of `LOPSIDED`."""
LOPSIDED = {"indices": (0, 2, 3, 6), "kernel_size": 7}


@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 32, 33, 65])
def test_lengths_about_a_tile_s(length: int, stride: int) -> None:
    geometry = Geometry(**LOPSIDED, stride=stride, **SAME, mode="zeros")
    for outputs in (16, 32):
        with mock.patch.multiple(cuda, _TILE=32, _OUTPUTS=outputs, _PROGRAMS=8):
            check(geometry, *tensors(geometry, 3, 2, 1, length, torch.float32))


@pytest.mark.parametrize("mixed", [1, 2])
def test_a_step_beyond_the_input_gives_one_output(mixed: int) -> None:
    geometry = Geometry(**LOPSIDED, stride=10**6, **SAME, mode="zeros")
    check(geometry, *tensors(geometry, 2, 2, mixed, 20, torch.float64))


@pytest.mark.parametrize("mixed", [1, 2])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_gradient_is_the_same_alone(at: int, mixed: int) -> None:
    wanted = tuple(i == at for i in range(3))
    geometry = Geometry(**LOPSIDED, stride=2, **SAME, mode="reflect")
    given = tensors(geometry, 2, 2, mixed, 20, torch.float64)
    together, alone = geometry.run(*given), geometry.run(*given, wanted=wanted)
    torch.testing.assert_close(alone[1 + at], together[1 + at])


@pytest.mark.parametrize("mixed", [1, 2])
@pytest.mark.parametrize("mode", MODES)
def test_every_run_gives_the_same_bits(mode: str, mixed: int) -> None:
    geometry = Geometry(**LOPSIDED, stride=2, **SAME, mode=mode)
    given = tensors(geometry, 3, 2, mixed, 700 if ON_GPU else 70, torch.float32)
    for first, second in zip(geometry.run(*given), geometry.run(*given), strict=True):
        assert torch.equal(first, second)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("mixed", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_nan_and_infinity_reach_what_has_a_tap_on_them(
    wrong: float, mode: str, stride: int, mixed: int
) -> None:
    geometry = Geometry(**LOPSIDED, stride=stride, **SAME, mode=mode)
    ones = [torch.ones_like(t) for t in tensors(geometry, 2, 1, mixed, 40, torch.float32)]
    for at in (1, 17):
        x, w, b, u = (t.clone() for t in ones)
        x[1, 0, at] = wrong
        u[0, 0, at // stride] = wrong
        arrays = [t.double().cpu().numpy() for t in (x, w, b, u)]
        expected = [geometry.forward(*arrays[:3]), *geometry.backward(arrays[3], *arrays[:2])]
        with mock.patch.multiple(cuda, **TILES[0]):
            actual = geometry.run(x, w, b, u)
        if mixed > 1 and mode == "zeros":  # there the weights' is multiplied, as by `conv1d`
            del actual[2], expected[2]
        for tensor, array in zip(actual, expected, strict=True):
            np.testing.assert_array_equal(tensor.double().cpu().numpy(), array)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("stride", [1, 2])
def test_an_infinite_weight_does_not_meet_the_zeros_around_the_input(stride: int) -> None:
    geometry = Geometry(**LOPSIDED, stride=stride, **SAME, mode="zeros")
    x, w, b, u = (torch.ones_like(t) for t in tensors(geometry, 2, 1, 1, 40, torch.float32))
    w[0, 0, 0] = float("inf")
    expected = geometry.forward(*(t.double().cpu().numpy() for t in (x, w, b)))
    output, input_gradient = geometry.run(x, w, b, u)[:2]
    np.testing.assert_array_equal(output.double().cpu().numpy(), expected)
    assert torch.isinf(output[:, 0]).any()
    assert not torch.isinf(output[:, 0]).all()
    expected = geometry.backward(*(t.double().cpu().numpy() for t in (u, x, w)))[0]
    np.testing.assert_array_equal(input_gradient.double().cpu().numpy(), expected)


def test_what_no_output_reads_does_not_reach_the_weights() -> None:
    """The last outputs' tile passes the end of their row, but stays inside the input's."""
    geometry = Geometry((0,), 21, stride=1, left=0, right=0, groups=1, mode="zeros")
    x, w, b, u = (torch.ones_like(t) for t in tensors(geometry, 1, 1, 1, 40, torch.float32))
    x[..., 20:] = float("nan")
    with mock.patch.multiple(cuda, **TILES[0]):
        _, input_gradient, weight_gradient, _ = geometry.run(x, w, b, u)
    assert input_gradient.flatten().tolist() == [1.0] * 20 + [0.0] * 20
    assert weight_gradient.item() == 20


def test_tables_are_sent_to_the_device_once() -> None:
    geometry = Geometry(**LOPSIDED, stride=2, **SAME, mode="zeros")
    given = tensors(geometry, 1, 1, 1, 20, torch.float32)
    geometry.run(*given)
    with mock.patch.object(torch, "tensor", side_effect=AssertionError("a copy")):
        geometry.run(*given)


# What the interpreter does not show: that the compiler takes the kernels, and how they read


@pytest.mark.parametrize("capability", [80, 90])
@pytest.mark.parametrize("name", ["float32", "bfloat16", "float64"])
@pytest.mark.parametrize("step", [1, 2])
def test_kernels_compile_and_neighbours_read_neighbours(
    step: int, name: str, capability: int, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Each lane of a warp reads one element of a stretch: whole cache lines."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    short = {"float32": "fp32", "bfloat16": "bf16", "float64": "fp64"}[name]
    sum_dtype = tl.float64 if name == "float64" else tl.float32
    in_dtype = ["source", "weight", "bias", "target", "upstream"]
    pointers = dict.fromkeys(in_dtype, f"*{short}") | dict.fromkeys(["table", "bounds"], "*i32")
    pointers["partial"] = "*fp64" if short == "fp64" else "*fp32"
    constants = {"sum_dtype": sum_dtype, "position_dtype": tl.int32, "block_size": 256}
    if step == 1:
        constants["step"] = 1  # as Triton does by itself
    for kernel, own in (
        (compiled.correlate, {"has_bias": True, "rows_at_once": 4}),
        (compiled.sum_products, {"flat": False, "taps_at_once": 16}),
        (compiled.sum_products, {"flat": True, "taps_at_once": 1}),
    ):
        fixed = constants | own
        names = kernel.arg_names
        signature = {n: "constexpr" if n in fixed else pointers.get(n, "i32") for n in names}
        places = {(names.index(n),): value for n, value in fixed.items()}
        aligned = {(names.index(n),): [["tt.divisibility", 16]] for n in names if n in pointers}
        built = triton.compile(
            ASTSource(kernel, signature, places, aligned), target=GPUTarget("cuda", capability, 32)
        )
        assert "sizePerThread = [1, 1], threadsPerWarp = [1, 32]" in built.asm["ttgir"]
        assert built.asm["cubin"]


@pytest.mark.skipif(not ON_GPU, reason="no CUDA device: run on a machine with an NVIDIA GPU")
@pytest.mark.parametrize("channels_mixed", [False, True])
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(torch.float32, 1e-5), (torch.float16, 4e-3), (torch.bfloat16, 3e-2)],
    ids=str,
)
def test_layer_on_a_gpu_is_conv1d_in_float64(
    dtype: torch.dtype, tolerance: float, channels_mixed: bool
) -> None:
    """At a realistic size; to a part of the largest element."""
    pattern = Pattern.partially_dilated(wing=8, dilation=4, island=9)
    groups = 4 if channels_mixed else 64
    shapes = [(8, 64, 4096)] + [(64, 64 // groups, n) for n in (8, 9, 8)] + [(64,)]
    given = [torch.randn(shape, device=DEVICE).to(dtype) for shape in shapes]
    upstream = torch.randn(shapes[0], device=DEVICE).to(dtype)
    results = []
    with (
        torch.backends.cuda.matmul.flags(allow_tf32=False)
        if False
        else mock.patch.object(torch.backends.cuda.matmul, "allow_tf32", False)
    ):
        for backend, kind in (("fused", dtype), ("conv", torch.float64)):
            leaves = [t.to(kind).requires_grad_() for t in given]
            x, *compact, bias = leaves
            y = partially_dilated_conv1d(x, *compact, pattern, bias, groups=groups, backend=backend)
            gradients = torch.autograd.grad(y, leaves, upstream.to(kind))
            results.append([y, *gradients])
    for actual, expected in zip(*results, strict=True):
        error = (actual.double() - expected).abs().max() / expected.abs().max()
        assert error < tolerance
