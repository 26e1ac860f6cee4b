"""Lengths and masks through stacks: each sequence as if it ran through all layers alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.conv.sequences import masked

MODES = ["zeros", "reflect", "replicate", "circular"]


def layer(*channels: int, **options: Any) -> PartiallyDilatedConv1d:
    pattern = Pattern.partially_dilated(1, 2, 3)
    return PartiallyDilatedConv1d(*channels, pattern, dtype=torch.float64, **options)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("padding", ["same", "valid", 2])
@pytest.mark.parametrize("backend", ["branches", "fused"])
def test_each_sequence_runs_through_a_stack_as_if_alone(
    mode: str, padding: str | int, backend: str
) -> None:
    """A sigmoid and biases put something beyond every end, which reaches nothing."""
    options = {"padding_mode": mode, "padding": padding, "backend": backend}
    stack = nn.Sequential(
        layer(2, 4, groups=2, stride=2, **options),
        nn.Sequential(nn.Sigmoid(), nn.Conv1d(4, 2, 1, dtype=torch.float64)),
        layer(2, 2, groups=2, **options),
        nn.Sigmoid(),
    )
    lengths = [60, 33, 0, 48]
    x = torch.randn(4, 2, 60, dtype=torch.float64)
    for row, length in zip(x, lengths, strict=True):
        row[:, length:] = torch.nan
    x.requires_grad_()
    output, ends = masked(stack, x, lengths=lengths)
    upstream = torch.randn_like(output)
    by_x, *by_parameters = torch.autograd.grad(output, [x, *stack.parameters()], upstream)
    totals = [torch.zeros_like(parameter) for parameter in stack.parameters()]
    for n, length in enumerate(lengths):
        assert (output[n, :, ends[n] :] == 0).all()
        assert (by_x[n, :, length:] == 0).all()
        if length == 0:
            assert ends[n] == 0
            continue
        own = x[n, :, :length].detach().requires_grad_()
        wanted = stack(own)
        assert wanted.shape[-1] == ends[n]
        torch.testing.assert_close(output[n, :, : ends[n]], wanted)
        sources = [own, *stack.parameters()]
        by_own, *parts = torch.autograd.grad(wanted, sources, upstream[n, :, : ends[n]])
        torch.testing.assert_close(by_x[n, :, :length], by_own)
        for total, part in zip(totals, parts, strict=True):
            total += part
    torch.testing.assert_close(by_parameters, totals)


@pytest.mark.parametrize("missing", ["zero", "renormalize"])
def test_each_layer_gets_the_mask_of_the_one_before(missing: Any) -> None:
    first, second = layer(2, 4, groups=2, stride=2), layer(4, 2, groups=2)
    x = torch.randn(3, 2, 60, dtype=torch.float64)
    mask = torch.rand(3, 2, 60) < 0.1
    output, last = masked(
        nn.Sequential(first, nn.Sigmoid(), second, nn.Sigmoid()), x, mask=mask, missing=missing
    )
    between = first.output_mask(mask)
    wanted: Tensor = first(x, mask=mask, missing=missing).sigmoid()
    wanted = second(wanted, mask=between, missing=missing).sigmoid()
    assert torch.equal(last, second.output_mask(between))
    assert not last.all()
    torch.testing.assert_close(output, wanted.masked_fill(~last, 0))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ValueError, r"`lengths` \(=None\) or `mask` \(=None\)"),
        ({"lengths": [9], "mask": torch.ones(1, 9) > 0}, ValueError, "exclude each other"),
        ({"lengths": [10]}, ValueError, "`lengths` has 10; `input` has length 9"),
        ({"lengths": [9], "input": torch.zeros(2, 9)}, ValueError, r"`input` \(=\(2, 9\)\)"),
        ({"lengths": [9], "stack": nn.Softmax(-1)}, TypeError, r"`stack` \(=Softmax\(dim=-1\)\)"),
        ({"lengths": [9], "stack": nn.BatchNorm1d(2)}, TypeError, "BatchNorm1d in eval mode"),
    ],
)
def test_bad_arguments_are_refused(arguments: Any, error: Any, message: str) -> None:
    defaults = {"stack": layer(2, 2), "input": torch.zeros(1, 2, 9, dtype=torch.float64)}
    with pytest.raises(error, match=message):
        masked(**(defaults | arguments))
