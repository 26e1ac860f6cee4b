"""A signal in pieces, against the whole of it at once, in float64."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.sequences import chunked

MODES = ["zeros", "reflect", "replicate", "circular"]


def layer(*channels: int, pattern: Pattern | None = None, **options: Any) -> PartiallyDilatedConv1d:
    pattern = pattern or Pattern.partially_dilated(2, 2, 3)
    return PartiallyDilatedConv1d(*channels[:2], pattern, dtype=torch.float64, **options)


@dataclass(frozen=True)
class Case:
    """A stack of two layers, a signal and how it is cut."""

    patterns: tuple[Pattern, Pattern]
    strides: tuple[int, int]
    paddings: tuple[str | int, str | int]
    modes: tuple[str, str]
    backend: str
    depthwise: bool
    length: int
    piece: int

    def stack(self) -> nn.Sequential:
        (first, second), (a, b) = self.patterns, self.strides
        groups = 2 if self.depthwise else 1
        options: dict[str, Any] = {"groups": groups, "backend": self.backend}
        (left, right), (one, two) = self.paddings, self.modes
        return nn.Sequential(
            layer(2, 4, pattern=first, stride=a, padding=left, padding_mode=one, **options),
            nn.Tanh(),
            nn.Sequential(nn.Conv1d(4, 2, 1, dtype=torch.float64), nn.PReLU(dtype=torch.float64)),
            layer(2, 2, pattern=second, stride=b, padding=right, padding_mode=two, **options),
            nn.Sigmoid(),
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda o: Pattern(tuple(o)))
    causal = st.builds(
        Pattern.partially_dilated, st.integers(0, 3), st.integers(1, 3), st.just(3), st.just(True)
    )
    paddings = st.sampled_from(["same", "valid"]) | st.integers(0, 9)
    strides = st.integers(1, 3)
    modes = st.sampled_from(MODES)
    length = draw(st.integers(60, 90))
    return Case(
        patterns=(draw(free | causal), draw(free | causal)),
        strides=(draw(strides), draw(strides)),
        paddings=(draw(paddings), draw(paddings)),
        modes=(draw(modes), draw(modes)),
        backend=draw(st.sampled_from(["branches", "fused"])),
        depthwise=draw(st.booleans()),
        length=length,
        piece=draw(st.sampled_from([1, 3, 7, 16, 50, 1000])),
    )


@settings(max_examples=60)
@given(cases())
def test_pieces_make_the_whole(case: Case) -> None:
    """Values, and the gradients of the input and of every parameter."""
    stack = case.stack()
    x = torch.randn(2, 2, case.length, dtype=torch.float64, requires_grad=True)
    whole = stack(x)
    output = chunked(stack, x, max(case.piece, math.ceil(whole.shape[-1] / 12)))
    torch.testing.assert_close(output, whole)
    upstream = torch.randn_like(whole)
    sources = [x, *stack.parameters()]
    gradients = torch.autograd.grad(output, sources, upstream)
    torch.testing.assert_close(gradients, torch.autograd.grad(whole, sources, upstream))
    with torch.no_grad():
        torch.testing.assert_close(chunked(stack, x, 20), whole)


@pytest.mark.parametrize("mode", MODES)
def test_gradients_agree_with_finite_differences(mode: str) -> None:
    first = layer(1, 2, pattern=Pattern.parse("1101"), padding_mode=mode)
    stack = nn.Sequential(first, nn.Tanh(), layer(2, 1, pattern=Pattern.parse("101"), stride=2))
    x = torch.randn(1, 1, 9, dtype=torch.float64, requires_grad=True)
    torch.autograd.gradcheck(lambda x: chunked(stack, x, 2), x)

    def by_weight(weight: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            first.weight.copy_(weight)
        output: torch.Tensor = chunked(stack, x.detach(), 2)
        return output

    start = first.weight.detach().clone()
    output = by_weight(start)
    upstream = torch.randn_like(output)
    (gradient,) = torch.autograd.grad(output, first.weight, upstream)
    step = torch.randn_like(start)
    with torch.no_grad():
        higher, lower = by_weight(start + 1e-6 * step), by_weight(start - 1e-6 * step)
    slope = ((higher - lower) * upstream).sum() / 2e-6
    torch.testing.assert_close((gradient * step).sum(), slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("groups", [1, 4])
def test_a_fused_piece_has_the_bits_of_the_whole_where_sums_have_one_order(groups: int) -> None:
    """Whole numbers have no rounding, so that the order of a sum is no matter."""
    stack = nn.Sequential(
        *(layer(4, 4, groups=groups, backend="fused", bias=False).float() for _ in range(2))
    )
    with torch.no_grad():
        for parameter in stack.parameters():
            parameter.copy_(torch.randint(-3, 4, parameter.shape))
    x = torch.randint(-3, 4, (1, 4, 3000)).float()
    assert torch.equal(chunked(stack, x, 700), stack(x))


def test_a_lone_layer_runs_without_a_batch() -> None:
    lone = layer(2, 2)
    x = torch.randn(2, 50, dtype=torch.float64)
    torch.testing.assert_close(chunked(lone, x, 8), lone(x))


def test_only_what_is_trained_gets_a_gradient() -> None:
    stack = nn.Sequential(layer(1, 1), layer(1, 1))
    stack[0].requires_grad_(False)
    chunked(stack, torch.randn(1, 1, 40, dtype=torch.float64), 8).sum().backward()
    assert stack[0].weight.grad is None
    assert stack[1].weight.grad is not None


def test_autocast_holds_on_the_way_back() -> None:
    stack = nn.Sequential(layer(4, 4).float(), nn.ReLU(), layer(4, 4).float())
    x = torch.randn(1, 4, 100)
    gradients = []
    for run in (stack, lambda x: chunked(stack, x, 30)):
        with torch.autocast("cpu", torch.bfloat16):
            output = run(x)
        assert output.dtype == torch.bfloat16
        gradients.append(torch.autograd.grad(output.float().sum(), stack[0].weight)[0])
    torch.testing.assert_close(gradients[1], gradients[0], rtol=0.05, atol=0.05)


@pytest.mark.parametrize(
    ("stack", "error", "message"),
    [
        (nn.Sequential(layer(1, 1), nn.Conv1d(1, 1, 3)), TypeError, r"`stack.1` \(=Conv1d\(1, 1"),
        (nn.Sequential(nn.Sequential(nn.LSTM(1, 1))), TypeError, "`stack.0.0` .* must be a Part"),
        (nn.Sequential(nn.BatchNorm1d(1)), TypeError, "BatchNorm1d in eval mode"),
        (nn.Sequential(layer(1, 1), nn.Dropout(0.1)), ValueError, "draw other random numbers"),
        (lambda x: x, TypeError, r"`stack` \(=<function"),
    ],
)
def test_stacks_that_cannot_be_cut_are_refused(stack: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        chunked(stack, torch.zeros(1, 1, 30, dtype=torch.float64), 8)


def test_what_draws_nothing_in_eval_mode_runs() -> None:
    class Doubled(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * x

    norm = nn.BatchNorm1d(1, dtype=torch.float64)
    stack = nn.Sequential(layer(1, 1), nn.Dropout(0.1), norm, Doubled()).eval()
    x = torch.randn(1, 1, 30, dtype=torch.float64)
    torch.testing.assert_close(chunked(stack, x, 8, pointwise=(Doubled,)), stack(x))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"length": 0}, ValueError, r"`length` \(=0\) must be at least 1"),
        ({"length": 2.0}, TypeError, r"`length` \(=2.0\) must be an integer"),
        ({"input": torch.zeros(5)}, ValueError, r"`input` \(=\(5,\)\) must be a tensor, \(N, C"),
        ({"input": None}, ValueError, r"`input` \(=None\)"),
        ({"input": torch.zeros(1, 1, 3)}, ValueError, "`input` has length 3"),
    ],
)
def test_bad_arguments_are_refused(changes: Any, error: Any, message: str) -> None:
    arguments = {"stack": layer(1, 1, padding="valid"), "input": torch.zeros(1, 1, 30), "length": 8}
    with pytest.raises(error, match=message):
        chunked(**(arguments | changes))


PEAK = """
import resource, torch
from torch import nn
from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.sequences import chunked
torch.set_num_threads(1)
layers = [PartiallyDilatedConv1d(8, 8, Pattern.dense(9), groups=8) for _ in range(6)]
stack = nn.Sequential(*(m for layer in layers for m in (layer, nn.Tanh())))
x = torch.randn(1, 8, {length}, requires_grad=True)
chunked(stack, x[..., :9000], 4096).sum().backward()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chunked(stack, x, 8192).sum().backward()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory in KiB")
def test_memory_between_layers_is_that_of_one_piece() -> None:
    """Above input, output and their gradients, which are 4 such tensors; the whole keeps 12."""
    length = 500_000
    tensor = 8 * length * 4 / 1024
    code = PEAK.format(length=length)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 6 * tensor
