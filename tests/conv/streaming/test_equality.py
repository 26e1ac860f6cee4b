"""In blocks of any size, a stream's outputs are those of the whole signal, sample by sample."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.streaming import Stream, flush, init_state, step
from tests.conv.streaming.cases import Case, random_case, random_sizes, run_in_blocks


def run_functions(case: Case, sizes: list[int], backend: str = "auto") -> Tensor:
    """All outputs of the pure functions."""
    weight, pattern, options = case.weight, case.pattern, case.options
    batch = case.signal.shape[0] if case.signal.dim() == 3 else None
    state = init_state(weight, pattern, batch=batch, **options)
    outputs = []
    for block in case.signal.split(sizes, dim=-1):
        before = state.clone()
        output, after = step(state, block, weight, pattern, case.bias, backend=backend, **options)
        assert torch.equal(state, before)
        state = after
        outputs.append(output)
    last = flush(state, weight, pattern, case.bias, backend=backend, **options)
    return torch.cat([*outputs, last], dim=-1)


def in_order(case: Case, outputs: int) -> bool:
    """Tell whether the fused backend sums the whole signal's taps in the order of a stream.

    It does not where a stride leaves one output alone, and so does not matter.
    """
    return case.options["stride"] == 1 or outputs > 1


def test_a_thousand_random_layers_by_definition() -> None:
    random = np.random.default_rng(0)
    for number in range(1000):
        case = random_case(random, 300, torch.float64)
        sizes = random_sizes(random, case.signal.shape[-1])
        whole = case.by_definition()
        backend = ("fused", "conv", "branches", "auto")[number % 4]
        if number % 8 < 4:
            outputs = run_functions(case, sizes, backend)
        else:
            outputs = run_in_blocks(Stream(case.layer(backend), batch=2), case.signal, sizes)
        assert outputs.shape == whole.shape, case
        assert torch.allclose(outputs, whole, rtol=1e-10, atol=1e-10), case


def test_a_thousand_random_layers_bit_for_bit() -> None:
    """Signals are short here: of long ones the fused backend sums some taps in another order."""
    tiles = pytest.importorskip("pdviz.conv._fused.cpu.tiles")
    vectors = pytest.importorskip("pdviz.conv._fused.cpu.vectors")
    random = np.random.default_rng(1)
    equal = 0
    for number in range(1000):
        dtype = (torch.float32, torch.float64)[number % 2]
        lanes = vectors.VECTOR_BYTES // dtype.itemsize
        case = random_case(random, (tiles.VECTORS - tiles.FEW_VECTORS) * lanes, dtype)
        sizes = random_sizes(random, case.signal.shape[-1])
        layer = case.layer("fused")
        with torch.no_grad():
            whole = layer(case.signal)
        if in_order(case, whole.shape[-1]):
            equal += 1
            if number % 4 < 2:
                outputs = run_functions(case, sizes, "fused")
            else:
                outputs = run_in_blocks(Stream(layer, batch=2), case.signal, sizes)
            assert torch.equal(outputs, whole), case
    assert equal > 800


@pytest.mark.parametrize("text", ["1010111", "11000000000000000011", "1" + "0" * 50 + "1"])
def test_long_signals_bit_for_bit_where_no_taps_are_a_vector_apart(text: str) -> None:
    pytest.importorskip("numba")
    layer = PartiallyDilatedConv1d(5, 5, Pattern.parse(text), groups=5, backend="fused")
    signal = torch.randn(3, 5, 1000)
    with torch.no_grad():
        whole = layer(signal)
    for sizes in ([1] * 1000, [64] * 15 + [40], [17, 0, 500, 483]):
        assert torch.equal(run_in_blocks(Stream(layer, batch=3), signal, sizes), whole)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "replicate"])
@pytest.mark.parametrize("stride", [1, 2])
def test_every_split_of_seven_samples(causal: bool, padding_mode: str, stride: int) -> None:
    pattern = Pattern.partially_dilated(1, 2, 3, causal)
    layer = PartiallyDilatedConv1d(
        1, 1, pattern, stride=stride, padding_mode=padding_mode, backend="conv"
    )
    fast = PartiallyDilatedConv1d(1, 1, pattern, stride=stride, padding_mode=padding_mode)
    fast.load_state_dict(layer.state_dict())
    signal = torch.randn(1, 1, 7)
    with torch.no_grad():
        whole = layer(signal)
    streams = Stream(layer, batch=1), Stream(fast, batch=1)
    for cuts in itertools.product([False, True], repeat=6):
        places = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), 7]
        sizes = [end - begin for begin, end in itertools.pairwise(places)]
        for stream in streams:
            torch.testing.assert_close(run_in_blocks(stream, signal, sizes), whole)


@pytest.mark.parametrize("rows", [(1, 1), (2, 8), (1, 16), (3, 7), (2, 32)])
@pytest.mark.parametrize("multiplier", [1, 3])
def test_rows_of_every_number_of_lanes(rows: tuple[int, int], multiplier: int) -> None:
    batch, channels = rows
    pattern = Pattern.partially_dilated(2, 5, 3)
    layer = PartiallyDilatedConv1d(channels, channels * multiplier, pattern, groups=channels)
    signal = torch.randn(batch, channels, 90)
    with torch.no_grad():
        whole = layer(signal)
    for size in (1, 7, 16, 33):
        sizes = [size] * (90 // size)
        sizes.append(90 - sum(sizes))
        outputs = run_in_blocks(Stream(layer, batch=batch), signal, sizes)
        torch.testing.assert_close(outputs, whole)


@pytest.mark.parametrize("dilation", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_block_may_begin_anywhere_in_the_ring(dilation: int, dtype: torch.dtype) -> None:
    """Blocks of 17 or 19 walk over all of it; taps so far apart are summed together."""
    pattern = Pattern.partially_dilated(4, dilation, 5)
    layer = PartiallyDilatedConv1d(16, 16, pattern, groups=16, dtype=dtype)
    for size in (17, 19):
        sizes = [size] * (pattern.kernel_size + 40)
        signal = torch.randn(1, 16, sum(sizes), dtype=dtype)
        with torch.no_grad():
            whole = layer(signal)
        torch.testing.assert_close(run_in_blocks(Stream(layer, batch=1), signal, sizes), whole)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_dtype_with_several_threads(dtype: torch.dtype) -> None:
    pytest.importorskip("numba")
    torch.set_num_threads(2)
    layer = PartiallyDilatedConv1d(
        64, 64, Pattern.partially_dilated(8, 4, 9), groups=64, dtype=dtype, backend="fused"
    )
    signal = torch.randn(8, 64, 200).to(dtype)
    with torch.no_grad():
        whole = layer(signal)
    outputs = run_in_blocks(Stream(layer, batch=8), signal, [64, 64, 64, 8])
    assert outputs.dtype == dtype
    torch.testing.assert_close(outputs, whole)


def test_gradients_flow_through_the_state() -> None:
    """Of the function; those of the whole signal are the reference."""
    layer = PartiallyDilatedConv1d(2, 2, Pattern.partially_dilated(2, 3, 3), dtype=torch.float64)
    weight = layer.weight.detach().requires_grad_()
    bias = torch.randn(2, dtype=torch.float64, requires_grad=True)
    signal = torch.randn(2, 2, 30, dtype=torch.float64, requires_grad=True)
    case = Case(layer.pattern, weight, bias, signal)
    upstream = torch.randn(2, 2, 30, dtype=torch.float64)
    inputs = (weight, bias, signal)
    expected = torch.autograd.grad(case.by_definition(), inputs, upstream)
    for backend in ("conv", "branches", "fused"):
        if backend == "fused":
            pytest.importorskip("numba")
        state = init_state(weight, layer.pattern, batch=2)
        outputs = []
        for block in signal.split(7, dim=-1):
            output, state = step(state, block, weight, layer.pattern, bias, backend=backend)
            outputs.append(output)
        outputs.append(flush(state, weight, layer.pattern, bias, backend=backend))
        gradients = torch.autograd.grad(torch.cat(outputs, -1), inputs, upstream)
        torch.testing.assert_close(gradients, expected)
