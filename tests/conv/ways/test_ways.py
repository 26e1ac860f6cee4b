"""The other ways: what each computes, which pattern it makes, what training does to its gaps."""

import copy
import io
import math
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.ways import (
    Alternative,
    DenseConv1d,
    GradientMaskedConv1d,
    MaskedConv1d,
    SumConv1d,
)
from pdviz.ways import sum_offsets

WAYS: dict[str, type[Alternative]] = {
    "conv1d": DenseConv1d,
    "sum": SumConv1d,
    "gradient mask": GradientMaskedConv1d,
    "mask": MaskedConv1d,
}
MODES = ["zeros", "reflect", "replicate", "circular"]
DEFAULT = Pattern.partially_dilated()
GAPS = [i for i, tap in enumerate(DEFAULT.mask) if not tap]
TAPS = list(DEFAULT.indices)


def has_sum(pattern: Pattern) -> bool:
    """Whether some run and some evenly spaced taps make the pattern: each is tried."""
    taps = set(pattern.offsets)
    grids = [
        set(range(first, last + 1, step))
        for first in taps
        for last in taps
        for step in range(1, max(2, last - first + 1))
        if first <= last and (last - first) % step == 0
    ]
    within = [grid for grid in grids if grid <= taps]
    runs = [grid for grid in within if max(grid) - min(grid) == len(grid) - 1]
    return any(run | grid == taps for run in runs for grid in within)


# What they compute

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 3),
    st.integers(1, 4),
    st.sampled_from([1, 3, 5]),
    st.booleans(),
)
free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda taps: Pattern(tuple(taps)))


@dataclass(frozen=True)
class Case:
    """One way with its options, and the seed of its numbers."""

    name: str
    pattern: Pattern
    options: dict[str, Any]
    channels: tuple[int, int]
    batch: int | None
    more: int
    seed: int

    def way(self) -> Alternative:
        torch.manual_seed(self.seed)
        way = WAYS[self.name](*self.channels, self.pattern, **self.options, dtype=torch.float64)
        weights = [p for name, p in way.named_parameters() if name != "bias"]
        assert sum(weight.shape[-1] for weight in weights) == way.weights_held
        return way

    def input(self, pattern: Pattern) -> Tensor:
        """An input that is just long enough for this pattern, or a little longer."""
        left, right = sides(pattern, self.options["padding"])
        shortest = max(1, pattern.kernel_size - left - right)
        if self.options["padding_mode"] != "zeros":
            shortest = max(shortest, left + 1, right + 1)
        shape = (self.channels[0], shortest + self.more)
        return torch.randn(shape if self.batch is None else (self.batch, *shape)).double()


def sides(pattern: Pattern, padding: int | str | tuple[int, int]) -> tuple[int, int]:
    if isinstance(padding, tuple):
        return padding
    if padding == "same":
        return max(0, -pattern.offsets[0]), max(0, pattern.offsets[-1])
    return (0, 0) if padding == "valid" else (int(padding), int(padding))


@st.composite
def cases(draw: st.DrawFn, patterns: st.SearchStrategy[Pattern] = families | free) -> Case:
    pattern = draw(patterns)
    groups = draw(st.integers(1, 3))
    return Case(
        name=draw(st.sampled_from([n for n in WAYS if n != "sum" or has_sum(pattern)])),
        pattern=pattern,
        options={
            "stride": draw(st.integers(1, 3)),
            "padding": draw(st.sampled_from(["same", "valid", (4, 1), (0, 3)]) | st.integers(0, 5)),
            "groups": groups,
            "bias": draw(st.booleans()),
            "padding_mode": draw(st.sampled_from(MODES)),
        },
        channels=(groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))),
        batch=draw(st.none() | st.integers(1, 2)),
        more=draw(st.integers(0, 7)),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def loop(way: Alternative, x: np.ndarray) -> np.ndarray:
    """y[n, j, t] = b[j] + Σ w[j, i, o] · x[n, i, t·stride + o], one product at a time."""
    pattern, kernel = way.effective_pattern, way.effective_kernel().detach().numpy()
    pads = sides(pattern, way.padding)
    modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    x = np.pad(x, ((0, 0), (0, 0), pads), mode=modes[way.padding_mode])
    origin = max(0, -pattern.offsets[0])
    span = origin + max(0, pattern.offsets[-1]) + 1
    bias = np.zeros(len(kernel)) if way.bias is None else way.bias.detach().numpy()
    y = np.zeros((len(x), len(kernel), (x.shape[-1] - span) // way.stride + 1))
    for j in range(y.shape[1]):
        for t in range(y.shape[2]):
            y[:, j, t] = bias[j]
            for i in range(kernel.shape[1]):
                channel = j // (len(kernel) // way.groups) * kernel.shape[1] + i
                for o in pattern.offsets:
                    y[:, j, t] += (
                        kernel[j, i, origin + o] * x[:, channel, origin + t * way.stride + o]
                    )
    return y


@settings(max_examples=300)
@given(case=cases())
def test_each_computes_the_loop_over_its_effective_kernel(case: Case) -> None:
    way = case.way()
    pattern = way.effective_pattern
    kernel = way.effective_kernel()
    assert kernel.shape == (
        case.channels[1],
        case.channels[0] // way.groups,
        pattern.kernel_size,
    )
    gaps = [i for i, tap in enumerate(pattern.mask) if not tap]
    assert not kernel[..., gaps].any()
    assert (kernel[..., list(pattern.indices)] != 0).all()
    x = case.input(pattern)
    output = way(x)
    expected = loop(way, (x if case.batch else x.unsqueeze(0)).numpy())
    if case.batch is None:
        expected = expected[0]
    assert output.shape == expected.shape
    np.testing.assert_allclose(output.detach().numpy(), expected, rtol=0, atol=1e-10)


@settings(max_examples=300)
@given(case=cases())
def test_each_computes_what_the_layer_it_was_made_from_does(case: Case) -> None:
    torch.manual_seed(case.seed)
    layer = PartiallyDilatedConv1d(
        *case.channels, case.pattern, **case.options, dtype=torch.float64
    )
    cls = WAYS[case.name]
    way = cls.from_layer(layer)
    assert torch.equal(way.effective_kernel(), layer.kernel())
    x = case.input(case.pattern).requires_grad_()
    ours, theirs = way(x), layer(x)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)
    upstream = torch.randn_like(ours)
    (actual,) = torch.autograd.grad(ours, x, upstream)
    (expected,) = torch.autograd.grad(theirs, x, upstream)
    torch.testing.assert_close(actual, expected, rtol=0, atol=1e-10)


@settings(max_examples=100)
@given(case=cases())
def test_gradient_reaches_the_weights_through_the_effective_kernel(case: Case) -> None:
    """The weights' gradient is that of the assembled kernel, given to every weight at its tap."""
    way = case.way()
    kernel = way.effective_kernel()
    direction = torch.randn_like(kernel)
    (kernel * direction).sum().backward()
    step = {name: p.grad for name, p in way.named_parameters() if name != "bias"}
    if case.name == "sum":
        places = [[o + case.pattern.origin for o in taps] for taps in sum_offsets(case.pattern)]
        assert torch.equal(step["dense"], direction[..., places[0]])
        assert torch.equal(step["dilated"], direction[..., places[1]])
    elif case.name == "conv1d":
        assert torch.equal(step["weight"], direction)
    else:
        assert torch.equal(step["weight"], direction * torch.tensor(case.pattern.mask))


@pytest.mark.parametrize("padding", ["same", "valid", 3])
@pytest.mark.parametrize("name", WAYS)
def test_each_runs_the_conv1d_calls_it_says(
    name: str, padding: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    conv1d = torch.nn.functional.conv1d

    def watched(input: Tensor, weight: Tensor, bias: Tensor | None, *rest: int) -> Tensor:
        calls.append((weight.shape[-1], rest[2], bias is not None))
        return conv1d(input, weight, bias, *rest)

    monkeypatch.setattr(torch.nn.functional, "conv1d", watched)
    WAYS[name](1, 1, DEFAULT, padding=padding)(torch.ones(1, 30))
    assert calls == ([(5, 1, True), (11, 2, False)] if name == "sum" else [(21, 1, True)])


@pytest.mark.parametrize("name", WAYS)
def test_each_runs_where_the_device_is_and_in_its_dtype(name: str, device: torch.device) -> None:
    way = WAYS[name](4, 4, DEFAULT, groups=4, dtype=torch.float64)
    x = torch.randn(2, 4, 40, dtype=torch.float64)
    expected = way(x)
    torch.testing.assert_close(way.to(device)(x.to(device)).cpu(), expected, rtol=0, atol=1e-10)
    for dtype in (torch.float32, torch.float64):  # what is kept of the mask has to follow
        way = way.to(dtype)
        way.zero_grad()
        output = way(x.to(device, dtype))
        output.sum().backward()
        assert output.dtype == way.effective_kernel().dtype == dtype
        assert {parameter.grad.dtype for parameter in way.parameters()} == {dtype}


@pytest.mark.parametrize("name", WAYS)
def test_a_way_made_on_meta_takes_its_weights_later(name: str) -> None:
    source = WAYS[name](4, 4, DEFAULT, groups=2)
    way = WAYS[name](4, 4, DEFAULT, groups=2, device="meta").to_empty(device="cpu")
    way.load_state_dict(source.state_dict())
    x = torch.randn(4, 30)
    assert torch.equal(way(x), source(x))
    way(x).sum().backward()
    if name in ("mask", "gradient mask"):
        assert not way.weight.grad[..., GAPS].any()


def test_mask_first_made_without_gradients_can_still_train() -> None:
    way = MaskedConv1d(1, 1, DEFAULT)
    with torch.inference_mode():
        way(torch.ones(1, 30))
    way(torch.ones(1, 30)).sum().backward()
    assert way.weight.grad is not None


# How they start


def test_dense_starts_as_conv1d_does() -> None:
    torch.manual_seed(3)
    conv = nn.Conv1d(6, 4, 21, groups=2)
    torch.manual_seed(3)
    dense = DenseConv1d(6, 4, DEFAULT, groups=2)
    assert torch.equal(dense.weight, conv.weight)
    assert torch.equal(dense.bias, conv.bias)
    torch.manual_seed(3)
    masked = GradientMaskedConv1d(6, 4, DEFAULT, groups=2, start="conv")
    assert torch.equal(masked.weight, conv.weight)


@pytest.mark.parametrize("name", WAYS)
def test_weights_start_uniform_with_the_fan_in_of_their_conv1d(name: str) -> None:
    way = WAYS[name](64, 64, DEFAULT, groups=2)
    lengths = {"dense": 5, "dilated": 11, "weight": 21, "bias": 5 if name == "sum" else 21}
    for part, parameter in way.named_parameters():
        bound = 1 / math.sqrt(lengths[part] * 32)
        assert 0.9 * bound < parameter.abs().max() <= bound
    before = copy.deepcopy(way.state_dict())
    way.reset_parameters()
    assert all((before[key] != way.state_dict()[key]).any() for key in before)


def test_gaps_of_gradient_masking_start_at_zero_unless_asked() -> None:
    zero = GradientMaskedConv1d(2, 2, DEFAULT)
    assert not zero.weight[..., GAPS].any()
    assert zero.weight[..., TAPS].all()
    assert zero.effective_pattern == DEFAULT
    zero.reset_parameters()
    assert not zero.weight[..., GAPS].any()
    conv = GradientMaskedConv1d(2, 2, DEFAULT, start="conv")
    assert conv.weight.all()
    assert conv.effective_pattern == Pattern.dense(21)
    assert conv.pattern == DEFAULT


def test_one_weight_of_one_channel_makes_a_gap_a_tap() -> None:
    way = GradientMaskedConv1d(4, 4, DEFAULT, groups=2)
    for index, offset in (((3, 1, 1), -9), ((0, 0, 19), 9)):
        kernel = torch.zeros(4, 2, 21)
        kernel[index] = 1
        way.load_kernel(kernel)
        assert set(way.effective_pattern.offsets) - set(DEFAULT.offsets) == {offset}


# Which pattern is made, and with how many weights


def test_the_sum_makes_every_pattern_that_a_run_and_a_grid_make_and_no_other() -> None:
    """All patterns within 11 elements, the output at any place."""
    for bits in range(1, 2**11):
        pattern = Pattern(tuple(o - 4 for o in range(11) if bits >> o & 1))
        offsets = sum_offsets(pattern)
        assert (offsets is not None) == has_sum(pattern), pattern
        if offsets is not None:
            dense, dilated = offsets
            assert {*dense, *dilated} == set(pattern.offsets)
            assert dense.step == 1


@settings(max_examples=300)
@given(st.integers(0, 6), st.integers(1, 7), st.integers(0, 6), st.booleans())
def test_wings_are_on_one_grid_if_it_fits_the_island_or_there_is_one_wing_or_one_tap_in_each(
    wing: int, dilation: int, half: int, causal: bool
) -> None:
    pattern = Pattern.partially_dilated(wing, dilation, 2 * half + 1, causal)
    wing, dilation, island, causal = pattern.family
    possible = causal or wing < 2 or (island - 1) % dilation == 0
    assert (sum_offsets(pattern) is not None) == possible
    if not possible:
        with pytest.raises(ValueError, match=f"no multiple of {dilation}"):
            SumConv1d(1, 1, pattern, device="meta")
        return
    way = SumConv1d(1, 1, pattern, device="meta")
    assert way.pattern == way.effective_pattern == pattern
    assert way.weights_held == pattern.taps + len(way.doubled)
    dilated = sum_offsets(pattern)[1]
    assert wing == 0 or (wing == 1 and not causal) or dilated.step == dilation


def test_the_sum_of_the_default_holds_sixteen_weights_for_thirteen_taps() -> None:
    way = SumConv1d(1, 1, DEFAULT)
    assert way.effective_pattern == DEFAULT
    assert (way.weights_held, DEFAULT.taps) == (16, 13)
    assert way.doubled == (-2, 0, 2)
    assert (way.dense.shape[-1], way.dilated.shape[-1]) == (5, 11)


@pytest.mark.parametrize(
    ("family", "offsets", "count", "doubled"),
    [
        ((4, 4, 5), (-18, -14, -10, -6, -2, -1, 0, 1, 2, 6, 10, 14, 18), 15, (-2, 2)),
        ((2, 2, 3, True), (-6, -4, -2, -1, 0), 7, (-2, 0)),
        ((1, 3, 3, True), (-5, -2, -1, 0), 5, (-2,)),
        ((2, 3, 3, True), (-8, -5, -2, -1, 0), 6, (-2,)),
        ((2, 2, 3), (-5, -3, -1, 0, 1, 3, 5), 9, (-1, 1)),
        ((1, 3, 5), (-5, -2, -1, 0, 1, 2, 5), 8, (0,)),
        ((0, 1, 3), (-1, 0, 1), 4, (0,)),
        ((2, 3, 1), (-6, -3, 0, 3, 6), 6, (0,)),
    ],
)
def test_sums_worked_by_hand(
    family: tuple[Any, ...], offsets: tuple[int, ...], count: int, doubled: tuple[int, ...]
) -> None:
    way = SumConv1d(1, 1, Pattern.partially_dilated(*family))
    assert way.effective_pattern.offsets == offsets
    assert way.weights_held == count
    assert way.doubled == doubled


@pytest.mark.parametrize(("name", "count"), [("conv1d", 21), ("gradient mask", 21), ("mask", 21)])
def test_the_others_hold_a_weight_for_every_element(name: str, count: int) -> None:
    way = WAYS[name](1, 1, DEFAULT)
    assert way.weights_held == count
    assert way.effective_pattern == (Pattern.dense(21) if name == "conv1d" else DEFAULT)


# What training does


def trained(way: nn.Module, optimizer: torch.optim.Optimizer, steps: int = 5) -> None:
    """Some steps toward a random target, whose kernel gradient is nonzero everywhere."""
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        x = torch.randn(2, 2, 60, generator=generator, dtype=torch.float64)
        target = torch.randn(2, 2, 60, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        (way(x) - target).square().mean().backward()
        optimizer.step()


def test_one_step_of_sgd_moves_the_sum_twice_as_far_at_doubled_taps() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    way = SumConv1d.from_layer(layer)
    start = layer.kernel().detach()
    for module in (layer, way):
        trained(module, torch.optim.SGD(module.parameters(), lr=0.1), steps=1)
    once = layer.kernel().detach() - start
    ratio = ((way.effective_kernel().detach() - start) / once)[..., TAPS]
    expected = [2.0 if offset in (-2, 0, 2) else 1.0 for offset in DEFAULT.offsets]
    torch.testing.assert_close(ratio, torch.tensor(expected).double().expand_as(ratio))
    assert once[..., TAPS].all()


@pytest.mark.parametrize("name", ["gradient mask", "mask"])
def test_one_step_of_sgd_is_that_of_the_layer(name: str) -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    way = WAYS[name].from_layer(layer)
    for module in (layer, way):
        trained(module, torch.optim.SGD(module.parameters(), lr=0.1))
    torch.testing.assert_close(way.effective_kernel(), layer.kernel(), rtol=0, atol=1e-12)


def test_dense_fills_its_gaps() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    way = DenseConv1d.from_layer(layer)
    assert not way.effective_kernel()[..., GAPS].any()
    trained(way, torch.optim.SGD(way.parameters(), lr=0.1), steps=1)
    assert way.effective_kernel()[..., GAPS].all()


OPTIMIZERS: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "SGD with decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3),
    "SGD with momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.3),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.3),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_gaps_that_start_at_zero_stay_there(
    optimizer: Callable[[Any], torch.optim.Optimizer],
) -> None:
    way = GradientMaskedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    before = way.effective_kernel().detach()
    trained(way, optimizer(way.parameters()))
    assert not way.effective_kernel()[..., GAPS].any()
    assert (way.effective_kernel() != before)[..., TAPS].all()
    assert way.effective_pattern == DEFAULT


@pytest.mark.parametrize(
    ("name", "shrunk"),
    [("SGD", 1.0), ("SGD with momentum", 1.0), ("SGD with decay", 0.97**5), ("AdamW", 0.97**5)],
)
def test_gaps_that_do_not_start_at_zero_only_decay(name: str, shrunk: float) -> None:
    """Their gradient is zero, so that all there is comes from the decay: (1 − lr · decay)⁵."""
    way = GradientMaskedConv1d(2, 2, DEFAULT, start="conv", dtype=torch.float64)
    gaps = way.effective_kernel().detach()[..., GAPS]
    assert gaps.all()
    trained(way, OPTIMIZERS[name](way.parameters()))
    after = way.effective_kernel()[..., GAPS]
    torch.testing.assert_close(after, gaps * shrunk, rtol=1e-12, atol=0)
    assert way.effective_pattern == Pattern.dense(21)


def test_adam_drives_gaps_by_their_decay_as_by_a_gradient() -> None:
    """Decay is Adam's gradient there, and its first step is lr · sign, however small the gap is."""
    way = GradientMaskedConv1d(2, 2, DEFAULT, start="conv", dtype=torch.float64)
    gaps = way.effective_kernel().detach()[..., GAPS]
    trained(way, OPTIMIZERS["Adam"](way.parameters()), steps=1)
    moved = way.effective_kernel().detach()[..., GAPS] - gaps
    torch.testing.assert_close(moved, -0.1 * gaps.sign(), rtol=0, atol=1e-5)
    assert (moved.abs() > gaps.abs()).any()  # past zero: not what "decay" promises


def test_momentum_from_before_moves_gaps_although_their_gradient_is_zero() -> None:
    """The optimizer trained a dense kernel; then its gaps are set to zero and masked."""
    dense = DenseConv1d(2, 2, DEFAULT, dtype=torch.float64)
    before = torch.optim.SGD(dense.parameters(), lr=0.1, momentum=0.9)
    trained(dense, before)
    way = GradientMaskedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    kernel = dense.effective_kernel().detach()
    kernel[..., GAPS] = 0
    way.load_kernel(kernel)
    after = torch.optim.SGD(way.parameters(), lr=0.1, momentum=0.9)
    after.load_state_dict(before.state_dict())
    left = before.state[dense.weight]["momentum_buffer"][..., GAPS].clone()
    assert left.all()
    trained(way, after, steps=2)
    drift = way.effective_kernel()[..., GAPS]
    torch.testing.assert_close(drift, -0.1 * (0.9 + 0.9**2) * left, rtol=1e-12, atol=0)
    assert way.effective_pattern == Pattern.dense(21)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_gaps_of_the_mask_are_zero_whatever_the_optimizer_does(
    optimizer: Callable[[Any], torch.optim.Optimizer],
) -> None:
    way = MaskedConv1d(2, 2, DEFAULT, dtype=torch.float64)
    assert way.weight[..., GAPS].all()
    assert not way.effective_kernel()[..., GAPS].any()
    trained(way, optimizer(way.parameters()))
    with torch.no_grad():
        way.weight += 1
    assert not way.effective_kernel()[..., GAPS].any()
    spike = torch.zeros(2, 61, dtype=torch.float64)
    spike[0, 30] = 1
    response = (way(spike) - way.bias[:, None]).detach()
    assert {30 - int(t) for t in response[0].nonzero()} == set(DEFAULT.offsets)


def test_the_hook_masks_what_is_added_to_a_gradient_and_nothing_that_was_there() -> None:
    way = GradientMaskedConv1d(2, 2, DEFAULT)
    x = torch.randn(2, 40)
    way.weight.grad = torch.ones_like(way.weight)
    way(x).square().sum().backward()
    assert (way.weight.grad[..., GAPS] == 1).all()
    assert (way.weight.grad[..., TAPS] != 1).all()
    (gradient,) = torch.autograd.grad(way(x).square().sum(), way.weight)
    assert not gradient[..., GAPS].any()
    way.weight.grad = None
    for _ in range(2):  # a stack may use a weight twice
        x = way(x)
    x.square().sum().backward()
    assert not way.weight.grad[..., GAPS].any()
    assert way.weight.grad[..., TAPS].all()


# Copies, states and what they are made from


def replaced(way: Alternative) -> Alternative:
    """The same module with new parameters, as loading with `assign` makes them."""
    way.load_state_dict({k: v.clone() for k, v in way.state_dict().items()}, assign=True)
    return way


COPIES: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda way: pickle.loads(pickle.dumps(way)),
    "assign": replaced,
}


@pytest.mark.parametrize("ran", [False, True], ids=["fresh", "ran"])
@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("name", WAYS)
def test_copies_compute_and_mask_as_what_they_are_copies_of(
    name: str, again: Callable[[Any], Any], ran: bool
) -> None:
    way = WAYS[name](2, 2, DEFAULT, padding_mode="circular", dtype=torch.float64)
    x = torch.randn(2, 2, 40, dtype=torch.float64)
    if ran:
        way(x).sum().backward()
        way.zero_grad()
    expected = way(x)
    expected.square().sum().backward()
    gradients = [p.grad.clone() for p in way.parameters()]
    way.zero_grad()
    copied = again(way)
    assert repr(copied) == repr(way)
    output = copied(x)
    assert torch.equal(output, expected)
    output.square().sum().backward()
    for parameter, gradient in zip(copied.parameters(), gradients, strict=True):
        assert torch.equal(parameter.grad, gradient)
    if name == "gradient mask":
        assert not copied.weight.grad[..., GAPS].any()


def test_a_whole_model_is_copied_with_its_hooks() -> None:
    model = nn.Sequential(GradientMaskedConv1d(2, 2, DEFAULT), nn.ReLU())
    model(torch.randn(2, 40)).sum().backward()
    copied = copy.deepcopy(model)
    trained(copied.double(), torch.optim.AdamW(copied.parameters(), lr=0.1))
    assert not copied[0].weight[..., GAPS].any()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", WAYS)
def test_state_dict_round_trip(name: str, bias: bool) -> None:
    way, other = (WAYS[name](4, 6, DEFAULT, groups=2, bias=bias) for _ in range(2))
    names = ["dense", "dilated"] if name == "sum" else ["weight"]
    assert sorted(way.state_dict()) == sorted(names + ["bias"] * bias)
    file = io.BytesIO()
    torch.save(way.state_dict(), file)
    file.seek(0)
    x = torch.randn(4, 30)
    assert not torch.equal(way(x), other(x))
    other.load_state_dict(torch.load(file))
    assert torch.equal(way(x), other(x))


@settings(max_examples=200)
@given(case=cases())
def test_a_loaded_kernel_is_the_effective_kernel(case: Case) -> None:
    way = case.way()
    pattern = way.effective_pattern
    kernel = torch.randn(case.channels[1], case.channels[0] // way.groups, pattern.kernel_size)
    kernel = kernel.double() * torch.tensor(pattern.mask)
    before = None if way.bias is None else way.bias.clone()
    way.load_kernel(kernel)
    assert torch.equal(way.effective_kernel(), kernel)
    assert before is None or torch.equal(way.bias, before)
    if isinstance(way, SumConv1d):
        first = sum_offsets(pattern)[0].start
        for offset in way.doubled:
            half = kernel[..., offset + pattern.origin] / 2
            assert torch.equal(way.dense[..., offset - first], half)


def test_effective_kernel_shares_no_memory_with_the_weights() -> None:
    for cls in WAYS.values():
        way = cls(2, 2, DEFAULT)
        kernel = way.effective_kernel().detach()
        before = kernel.clone()
        with torch.no_grad():
            for parameter in way.parameters():
                parameter += 1
        assert torch.equal(kernel, before)


def test_what_is_frozen_and_the_mode_are_taken_from_the_layer() -> None:
    layer = PartiallyDilatedConv1d(2, 2, DEFAULT, dtype=torch.float64).eval()
    layer.requires_grad_(False)
    for cls in WAYS.values():
        way = cls.from_layer(layer)
        assert not way.training
        assert not any(parameter.requires_grad for parameter in way.parameters())
        way(torch.randn(2, 40).double())
        assert torch.equal(way.bias, layer.bias)
        way.requires_grad_(True)
        before = layer.kernel()
        trained(way, torch.optim.SGD(way.parameters(), lr=0.1), steps=1)
        assert torch.equal(layer.kernel(), before)  # copies, not the layer's own
        if isinstance(way, GradientMaskedConv1d):
            assert not way.weight[..., GAPS].any()


# What is refused


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "`in_channels` (=0) must be at least 1"),
        ({"out_channels": 2.0}, TypeError, "`out_channels` (=2.0) must be an integer"),
        ({"groups": 3}, ValueError, "`groups` (=3) must divide `in_channels` (=4)"),
        ({"pattern": 101}, TypeError, "`pattern` (=101) must be a Pattern"),
        ({"stride": 0}, ValueError, "`stride` (=0) must be at least 1"),
        ({"padding": "full"}, ValueError, "`padding` (='full') must be"),
        ({"padding_mode": "edge"}, ValueError, "`padding_mode` (='edge') must be one of"),
        ({"bias": 1}, TypeError, "`bias` (=1) must be True or False"),
    ],
)
@pytest.mark.parametrize("cls", WAYS.values(), ids=WAYS)
def test_wrong_arguments_are_refused_by_name(
    cls: type[Alternative], changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    arguments = {"in_channels": 4, "out_channels": 4, "pattern": DEFAULT}
    with pytest.raises(error, match=re.escape(message)):
        cls(**(arguments | changes))


@pytest.mark.parametrize("text", ["1101011", "10010110101", "110101111"])
def test_the_sum_refuses_what_is_no_run_and_a_grid(text: str) -> None:
    pattern = Pattern.parse(text)
    message = re.escape(f"`pattern` (={text}): The sum of a dense and a dilated Conv1d has one run")
    with pytest.raises(ValueError, match=message):
        SumConv1d(1, 1, pattern)
    with pytest.raises(ValueError, match=message):
        SumConv1d.from_layer(PartiallyDilatedConv1d(1, 1, pattern))


@pytest.mark.parametrize("start", ["one", None, 0])
def test_a_wrong_start_is_refused(start: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f"`start` (={start!r}) must be 'zero' or")):
        GradientMaskedConv1d(1, 1, DEFAULT, start=start)


@pytest.mark.parametrize("cls", WAYS.values(), ids=WAYS)
def test_wrong_inputs_kernels_and_layers_are_refused(cls: type[Alternative]) -> None:
    way = cls(4, 4, DEFAULT, groups=2)
    with pytest.raises(ValueError, match=r"`input` has shape \(3, 30\): 3 channels"):
        way(torch.zeros(3, 30))
    with pytest.raises(ValueError, match=r"`input` has length 0"):
        way(torch.zeros(4, 0))
    with pytest.raises(TypeError, match=r"`input` is torch.float64 and `parameters`"):
        way(torch.zeros(4, 30).double())
    short = cls(4, 4, DEFAULT, padding="valid")
    with pytest.raises(ValueError, match="must reach the kernel size 21"):
        short(torch.zeros(4, 20))
    with pytest.raises(TypeError, match=r"`kernel` \(=3\) must be a tensor"):
        way.load_kernel(3)
    with pytest.raises(ValueError, match=r"has shape \(4, 2, 20\); it must be \(4, 2, 21\)"):
        way.load_kernel(torch.zeros(4, 2, 20))
    with pytest.raises(TypeError, match=r"must be a PartiallyDilatedConv1d"):
        cls.from_layer(nn.Conv1d(4, 4, 21))


@pytest.mark.parametrize("cls", [SumConv1d, MaskedConv1d])
def test_a_kernel_with_gaps_filled_is_refused_where_gaps_stay_zero(cls: type[Alternative]) -> None:
    way = cls(1, 1, DEFAULT)
    before = way.effective_kernel()
    with pytest.raises(ValueError, match=r"`kernel` must be zero at the gaps of 101010101111"):
        way.load_kernel(torch.ones(1, 1, 21))
    assert torch.equal(way.effective_kernel(), before)


@pytest.mark.parametrize("cls", [DenseConv1d, GradientMaskedConv1d])
def test_a_kernel_with_gaps_filled_is_taken_where_they_can_be(cls: type[Alternative]) -> None:
    way = cls(1, 1, DEFAULT)
    way.load_kernel(torch.ones(1, 1, 21))
    assert torch.equal(way.effective_kernel(), torch.ones(1, 1, 21))
    assert way.effective_pattern == Pattern.dense(21)
