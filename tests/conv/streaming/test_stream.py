"""A `Stream` of a layer or a stack: its outputs, its latency, its size, and what it refuses."""

from __future__ import annotations

import copy
import importlib
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.streaming import Stream, init_state, step
from tests.conv.streaming.cases import run_in_blocks, stack

CENTRED = Pattern.partially_dilated(2, 3, 3)
WIDE = Pattern.partially_dilated(3, 8, 5)
CAUSAL = Pattern.partially_dilated(2, 3, 3, causal=True)


def layer(pattern: Pattern = CENTRED, channels: int = 4, **options: Any) -> PartiallyDilatedConv1d:
    return PartiallyDilatedConv1d(channels, channels, pattern, **{"groups": channels, **options})


STACKS = {
    "one": lambda: layer(),
    "causal": lambda: stack(layer(CAUSAL), nn.ReLU(), layer(CAUSAL, groups=1), nn.Tanh()),
    "strides": lambda: stack(layer(stride=2), nn.GELU(), layer(stride=3, groups=2), layer()),
    "nested": lambda: stack(
        nn.Sequential(layer(), nn.BatchNorm1d(4), nn.PReLU(4)), nn.Dropout(), nn.Conv1d(4, 6, 1)
    ),
    "paddings": lambda: stack(
        layer(padding="valid"), layer(padding=30), layer(padding=2, padding_mode="replicate")
    ),
    "folded": lambda: stack(layer(CAUSAL, padding_mode="replicate").fold(), layer(CAUSAL).fold()),
    "native": lambda: stack(
        nn.Conv1d(4, 4, 4, padding="same"),
        nn.Conv1d(4, 4, 3, stride=2, padding=1, dilation=2, padding_mode="replicate"),
        nn.ConstantPad1d((3, 1), 0.0),
        nn.Conv1d(4, 4, 5, groups=2),
    ),
}


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("size", [1, 6, 37, 120])
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_a_stack_equals_its_batch_run(name: str, size: int) -> None:
    module = STACKS[name]().double()
    signal = torch.randn(2, 4, 120, dtype=torch.float64)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d):
            part.running_mean.normal_()
            part.running_var.uniform_(1, 2)
    with torch.no_grad():
        whole = module(signal)
        alone = module(signal[0]) if name != "nested" else whole[0]
    stream = Stream(module, batch=2)
    sizes = [size] * (120 // size) + [120 % size]
    for _ in range(2):  # it begins anew by itself
        torch.testing.assert_close(run_in_blocks(stream, signal, sizes), whole)
    torch.testing.assert_close(run_in_blocks(Stream(module), signal[0], sizes), alone)


@pytest.mark.parametrize("name", ["one", "causal", "strides", "nested", "folded"])
def test_the_latency_is_when_the_first_output_comes(name: str) -> None:
    stream = Stream(STACKS[name](), batch=1)
    counts = [stream.step(torch.randn(1, 4, 1)).shape[-1] for _ in range(stream.latency + 14)]
    first = next(place for place, count in enumerate(counts) if count)
    assert first == stream.latency
    then = [1 if place % stream.stride == 0 else 0 for place in range(14)]
    assert counts[first:] == then


def test_latencies_of_a_stack_add_in_samples_of_its_input() -> None:
    assert Stream(layer(CENTRED)).latency == CENTRED.last == 7
    assert Stream(layer(CAUSAL)).latency == 0
    assert Stream(layer(Pattern((-5, -3)))).latency == 0
    stream = Stream(STACKS["strides"]())
    assert (stream.latency, stream.stride) == (7 + 2 * 7 + 6 * 7, 6)
    assert Stream(layer(CAUSAL).fold()).latency == 0


@pytest.mark.parametrize("backend", ["conv", "fused"])
def test_the_bytes_are_those_of_the_tensors_that_are_kept(backend: Any) -> None:
    if backend == "fused":
        pytest.importorskip("numba")
    module = layer(WIDE, backend=backend, padding_mode="replicate", channels=16)
    stream = Stream(module, batch=3)
    stream.step(torch.randn(3, 16, 100))
    buffer = stream._steps[0]
    if backend == "conv":
        kept = buffer._state.nbytes
        assert kept == 3 * 16 * (WIDE.kernel_size - 1) * 4
    else:
        kept = buffer._ring._ring.nbytes + buffer._last.nbytes
        beyond = importlib.import_module("pdviz.conv._fused.cpu.ring.tiles").BEYOND
        groups, slots, lanes = buffer._ring._ring.shape
        assert groups == 48 // lanes
        assert slots == WIDE.kernel_size - 1 + lanes + (lanes - 1 + beyond)
    assert stream.bytes == kept


def test_the_state_stays_as_large_as_it_is() -> None:
    """However many samples come."""
    stream = Stream(STACKS["strides"](), batch=1)
    before = stream.bytes
    for _ in range(300):
        stream.step(torch.randn(1, 4, 50))
    assert stream.bytes == before


def test_empty_blocks_and_an_empty_stream_give_nothing() -> None:
    for module in (layer(), layer(groups=1, padding_mode="replicate"), layer(padding=40)):
        stream = Stream(module, batch=2)
        assert stream.flush().shape == (2, 4, 0)
        assert stream.step(torch.empty(2, 4, 0)).shape == (2, 4, 0)
        signal = torch.randn(2, 4, 20)
        outputs = run_in_blocks(stream, signal, [0, 9, 0, 11, 0])
        torch.testing.assert_close(outputs, module(signal).detach())


@pytest.mark.parametrize(("kernel_size", "stride"), [(1, 1), (1, 3), (3, 3), (2, 2)])
@pytest.mark.parametrize("padding", [0, 2])
def test_a_stream_does_not_begin_twice(kernel_size: int, stride: int, padding: int) -> None:
    """Where each block is used up whole, the padding in front still comes but once."""
    pattern = Pattern.dense(kernel_size)
    options = {"stride": stride, "padding": padding, "padding_mode": "replicate"}
    module = layer(pattern, backend="conv", **options)
    signal = torch.randn(1, 4, 12)
    for size in (stride, 1, 12):
        outputs = run_in_blocks(Stream(module, batch=1), signal, [size] * (12 // size))
        torch.testing.assert_close(outputs, module(signal).detach())


def test_reset_begins_anew_with_the_weights_of_now() -> None:
    module = layer()
    stream, signal = Stream(module, batch=1), torch.randn(1, 4, 30)
    stream.step(signal)
    with torch.no_grad():
        before = module(signal)
        module.weight.mul_(2)
    torch.testing.assert_close(
        run_in_blocks(Stream(module, batch=1), signal, [30]), module(signal).detach()
    )
    stream.flush()
    torch.testing.assert_close(run_in_blocks(stream, signal, [30]), before)
    stream.step(signal)
    stream.reset()
    torch.testing.assert_close(run_in_blocks(stream, signal, [30]), module(signal).detach())


def test_blocks_need_not_lie_in_order_in_memory() -> None:
    module = layer()
    signal = torch.randn(30, 4, 2).transpose(0, 2)
    expected = module(signal).detach()
    torch.testing.assert_close(run_in_blocks(Stream(module, batch=2), signal, [7, 23]), expected)
    negative = torch._neg_view(-signal.contiguous())
    torch.testing.assert_close(run_in_blocks(Stream(module, batch=2), negative, [30]), expected)
    parameter = nn.Parameter(signal, requires_grad=False)
    torch.testing.assert_close(run_in_blocks(Stream(module, batch=2), parameter, [30]), expected)


def test_a_stream_goes_in_and_out_of_inference_mode() -> None:
    for padding_mode in ("zeros", "replicate"):
        for groups in (4, 1):
            module = layer(groups=groups, padding_mode=padding_mode)
            signal = torch.randn(1, 4, 40)
            with torch.inference_mode():
                stream = Stream(module, batch=1)
                outputs = [stream.step(signal[..., :20])]
            outputs += [stream.step(signal[..., 20:]), stream.flush()]
            torch.testing.assert_close(torch.cat(outputs, -1), module(signal).detach())


# What is refused.


@pytest.mark.parametrize("groups", [4, 1])
@pytest.mark.parametrize(
    ("samples", "error", "message"),
    [
        ([1.0], TypeError, r"`samples` \(=\[1.0\]\) must be a tensor"),
        (
            torch.zeros(2, 5, 3),
            ValueError,
            r"`samples` has shape \(2, 5, 3\).* \(2, 4, any length\)",
        ),
        (torch.zeros(3, 4, 3), ValueError, r"`samples` has shape \(3, 4, 3\)"),
        (torch.zeros(4, 3), ValueError, r"`samples` has shape \(4, 3\)"),
        (torch.zeros(2, 4, 3).double(), TypeError, "`samples` is torch.float64; .* torch.float32"),
        (torch.zeros(2, 4, 3, device="meta"), ValueError, "`samples` is on meta; this .* on cpu"),
        (torch.zeros(2, 4, 3, requires_grad=True), ValueError, "`samples` requires a gradient"),
    ],
)
def test_samples_that_do_not_fit_are_refused_and_change_nothing(
    samples: Any, error: type, message: str, groups: int
) -> None:
    module = layer(groups=groups)
    stream, signal = Stream(module, batch=2), torch.randn(2, 4, 20)
    first = stream.step(signal[..., :9])
    with pytest.raises(error, match=message):
        stream.step(samples)
    outputs = torch.cat([first, stream.step(signal[..., 9:]), stream.flush()], -1)
    torch.testing.assert_close(outputs, module(signal).detach())
    assert not outputs.requires_grad


class Doubling(PartiallyDilatedConv1d):
    def forward(self, input: Tensor) -> Tensor:
        return 2 * super().forward(input)


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (3, TypeError, r"`module` \(=3\) must be a torch.nn.Module"),
        (nn.ReLU(), ValueError, "must have a convolution"),
        (
            nn.Sequential(layer(), nn.Sequential(nn.GroupNorm(2, 4))),
            TypeError,
            "'1.0', GroupNorm, is",
        ),
        (nn.Sequential(layer(), nn.Linear(4, 4)), TypeError, "'1', Linear, is not known"),
        (nn.LSTM(4, 4), TypeError, r"`module` \(=LSTM\) is not known"),
        (Doubling(4, 4, CENTRED), TypeError, r"`module` \(=Doubling\) is not known"),
        (nn.Sequential(layer(), nn.Dropout()), ValueError, "'1', Dropout, must be in eval mode"),
        (stack(layer(), nn.BatchNorm1d(4, track_running_stats=False)), ValueError, "statistics"),
        (stack(layer(), layer(channels=8)), ValueError, "'1', .* takes 8 channels.* '0', .* 4"),
        (layer(padding_mode="reflect"), ValueError, "'reflect'.*what follows the first samples"),
        (layer(padding_mode="circular"), ValueError, "'circular'.*the last ones, .* not come yet"),
        (nn.Conv1d(4, 4, 3, padding="same", padding_mode="reflect"), ValueError, "'reflect'"),
        (stack(nn.ReflectionPad1d(2), nn.Conv1d(4, 4, 3)), ValueError, "'reflect'"),
        (
            stack(nn.ZeroPad1d(2), nn.Conv1d(4, 4, 3, padding=1)),
            TypeError,
            "'1', Conv1d, pads what",
        ),
        (
            stack(nn.ZeroPad1d(2), nn.ZeroPad1d(2), layer()),
            TypeError,
            "'1', ZeroPad1d,: no padding",
        ),
        (stack(nn.ZeroPad1d(2), nn.ReLU(), layer()), TypeError, "'1', ReLU, follows a padding"),
        (stack(layer(), nn.ZeroPad1d(2)), TypeError, "ends with a padding, '1'"),
        (stack(nn.ConstantPad1d(2, 1.0), layer()), TypeError, "'0', ConstantPad1d, pads with 1.0"),
        (stack(nn.ZeroPad1d(-2), layer()), TypeError, "'0', ZeroPad1d, cuts off samples"),
    ],
)
def test_modules_that_cannot_be_streamed_are_named(module: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        Stream(module)


def test_a_mode_that_reads_nothing_ahead_is_taken() -> None:
    module = layer(padding="valid", padding_mode="reflect", groups=1)
    signal = torch.randn(1, 4, 40)
    outputs = run_in_blocks(Stream(module, batch=1), signal, [13, 27])
    torch.testing.assert_close(outputs, module(signal).detach())


@pytest.mark.parametrize("batch", [0, 1.5])
def test_the_batch_is_checked(batch: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="`batch`"):
        Stream(layer(), batch=batch)


def test_the_functions_name_what_is_wrong() -> None:
    weight = torch.randn(4, 1, CENTRED.taps)
    state = init_state(weight, CENTRED, batch=2, groups=4)
    block = torch.zeros(2, 4, 3)
    with pytest.raises(ValueError, match=r"`weight` has shape \(4, 1, 6\); this pattern takes"):
        step(state, block, weight[..., 1:], CENTRED, groups=4)
    with pytest.raises(TypeError, match="`state`"):
        step(None, block, weight, CENTRED, groups=4)
    with pytest.raises(ValueError, match=r"`state` has shape .* 4 channels, .* takes 1"):
        step(state, block, weight, CENTRED)
    with pytest.raises(ValueError, match="`samples` has shape"):
        step(state, block[:1], weight, CENTRED, groups=4)
    with pytest.raises(ValueError, match="'reflect'"):
        init_state(weight, CENTRED, padding_mode="reflect", groups=4)
    with pytest.raises(ValueError, match="`full`"):
        init_state(weight, CENTRED, padding_mode="replicate", groups=4, full=True)
    with pytest.raises(ValueError, match="`batch`"):
        init_state(weight, CENTRED, batch=0, groups=4)


def test_a_ring_is_not_copied() -> None:
    """Its message holds addresses of memory that a copy would not own."""
    pytest.importorskip("numba")
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        copy.deepcopy(Stream(layer()))
