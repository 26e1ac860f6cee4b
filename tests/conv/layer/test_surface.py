"""The layer in the place of a `Conv1d`: its arguments, attributes, and what becomes of both."""

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import fusion, parametrizations, prune

from pdviz import PartiallyDilatedConv1d, Pattern, assemble_kernel, partially_dilated_conv1d
from pdviz.conv.ways import MaskedConv1d, SumConv1d

PATTERN = Pattern.partially_dilated(1, 2, 3)  # 1011101: K = 7
BACKENDS = ["conv", "branches", "fused", "auto"]
MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}


def samples(length: int = 20) -> Tensor:
    return torch.randn(2, 4, length, dtype=torch.float64)


# Arguments


def test_arguments_come_in_the_order_of_conv1d() -> None:
    own = list(inspect.signature(PartiallyDilatedConv1d).parameters)
    of_conv = list(inspect.signature(nn.Conv1d).parameters)
    assert own == ["pattern" if name == "kernel_size" else name for name in of_conv] + ["backend"]
    arguments: tuple[Any, ...] = (2, 3, 1, 2, False, "circular", "cpu", torch.float64)
    layer = PartiallyDilatedConv1d(4, 6, PATTERN, *arguments)
    conv = nn.Conv1d(4, 6, 7, *arguments)
    conv.load_state_dict(layer.fold().state_dict())
    x = samples()
    assert torch.allclose(layer(x), conv(x), atol=1e-12)


def test_attributes_are_those_of_the_conv1d_with_the_same_span() -> None:
    options: dict[str, Any] = {"stride": 2, "padding": 3, "groups": 2, "padding_mode": "reflect"}
    layer, conv = PartiallyDilatedConv1d(4, 6, PATTERN, **options), nn.Conv1d(4, 6, 7, **options)
    names = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation"]
    for name in [*names, "groups", "padding_mode"]:
        assert getattr(layer, name) == getattr(conv, name), name
    assert (
        PartiallyDilatedConv1d(4, 6, PATTERN).padding == nn.Conv1d(4, 6, 7, padding="same").padding
    )


@pytest.mark.parametrize("make", [PartiallyDilatedConv1d, MaskedConv1d, SumConv1d])
@pytest.mark.parametrize(
    ("name", "written", "plain"),
    [
        ("groups", np.int64(2), 2),
        ("stride", np.int32(2), 2),
        ("stride", (2,), 2),
        ("stride", [np.uint8(2)], 2),
        ("padding", np.int64(4), 4),
        ("padding", (4,), 4),
        ("padding", [3, np.int8(4)], (3, 4)),
        ("padding", (4, 4), 4),
        ("in_channels", np.int64(4), 4),
        ("out_channels", np.array(6), 6),
        ("pattern", "1011101", PATTERN),
        ("dilation", (1,), 1),
    ],
)
def test_integers_of_any_type_and_tuples_of_one_are_taken(
    make: Any, name: str, written: Any, plain: Any
) -> None:
    if name == "dilation" and make is not PartiallyDilatedConv1d:
        pytest.skip("which takes none")
    options = {"in_channels": 4, "out_channels": 6, "pattern": PATTERN, "dtype": torch.float64}
    layer, other = make(**(options | {name: written})), make(**(options | {name: plain}))
    other.load_state_dict(layer.state_dict())
    x = samples()
    assert torch.equal(layer(x), other(x))
    assert repr(layer) == repr(other)
    assert {type(layer.in_channels), type(layer.out_channels), type(layer.groups)} == {int}
    assert layer.pattern == PATTERN


def test_the_functions_take_a_text_for_a_pattern() -> None:
    parts = torch.randn(6, 2, 1), torch.randn(6, 2, 3), torch.randn(6, 2, 1)
    x = torch.randn(2, 4, 20)
    expected = partially_dilated_conv1d(x, *parts, PATTERN, groups=2, stride=2)
    options: dict[str, Any] = {"groups": np.int64(2), "stride": (2,)}
    assert torch.equal(partially_dilated_conv1d(x, *parts, "1011101", **options), expected)
    kernel = assemble_kernel(*parts, PATTERN)
    assert torch.equal(assemble_kernel(*parts, "1011101"), kernel)
    conv = nn.Conv1d(4, 6, 7, groups=2)
    assert PartiallyDilatedConv1d.from_conv(conv, "1011101").pattern == PATTERN


@given(
    left=st.integers(0, 9),
    right=st.integers(0, 9),
    mode=st.sampled_from(list(MODES)),
    backend=st.sampled_from(BACKENDS),
    causal=st.booleans(),
    stride=st.integers(1, 3),
    groups=st.sampled_from([1, 2, 4]),
)
def test_padding_on_each_side_is_padding_by_hand(
    left: int, right: int, mode: str, backend: Any, causal: bool, stride: int, groups: int
) -> None:
    pattern = Pattern.partially_dilated(2, 2, 3, causal=causal)
    options: dict[str, Any] = {"stride": stride, "groups": groups, "dtype": torch.float64}
    layer = PartiallyDilatedConv1d(
        4, 4, pattern, padding=(left, right), padding_mode=mode, backend=backend, **options
    )
    valid = PartiallyDilatedConv1d(4, 4, pattern, padding="valid", backend="conv", **options)
    valid.load_state_dict(layer.state_dict())
    x = samples().requires_grad_()
    padded = F.pad(x, (left, right), mode=MODES[mode])
    output, expected = layer(x), valid(padded)
    assert torch.allclose(output, expected, atol=1e-12)
    upstream = torch.randn_like(output)
    mine = torch.autograd.grad(output, [x, layer.weight], upstream)
    theirs = torch.autograd.grad(expected, [x, valid.weight], upstream)
    assert all(torch.allclose(a, b, atol=1e-11) for a, b in zip(mine, theirs, strict=True))
    folded = layer.fold()
    assert type(folded) is (nn.Conv1d if left == right else nn.Sequential)
    assert torch.allclose(folded(x), expected, atol=1e-12)
    parts = (layer.left, layer.island, layer.right)
    options = {"stride": stride, "groups": groups, "padding_mode": mode, "backend": backend}
    by_function = partially_dilated_conv1d(
        x, *parts, pattern, layer.bias, padding=(left, right), **options
    )
    assert torch.equal(by_function, output)


# From kernels, and to `Conv1d`


@pytest.mark.parametrize("bias", [True, False])
def test_a_kernel_becomes_a_layer(bias: bool) -> None:
    kernel = torch.randn(6, 2, 7, dtype=torch.float64) * torch.tensor(PATTERN.mask)
    vector = torch.randn(6, dtype=torch.float64) if bias else None
    layer = PartiallyDilatedConv1d.from_kernel(
        kernel, "1011101", bias=vector, groups=2, stride=2, padding=3, backend="branches"
    )
    assert torch.equal(layer.kernel(), kernel)
    assert all(p.requires_grad and p.is_leaf for p in layer.parameters())
    x = samples()
    assert torch.allclose(layer(x), F.conv1d(x, kernel, vector, 2, 3, 1, 2), atol=1e-12)
    weight, other = layer.weight, torch.randn_like(kernel) * torch.tensor(PATTERN.mask)
    layer.load_kernel(other)
    assert layer.weight is weight
    assert torch.equal(layer.kernel(), other)
    parametrizations.weight_norm(layer).load_kernel(kernel)
    assert torch.allclose(layer.kernel(), kernel, atol=1e-12)


def test_a_pruned_weight_is_not_lost_in_silence() -> None:
    layer = PartiallyDilatedConv1d(1, 1, PATTERN)
    prune.l1_unstructured(layer, "weight", 2)
    with pytest.raises(RuntimeError, match="`weight` is computed from another parameter"):
        layer.load_kernel(torch.zeros(1, 1, 7))


@pytest.mark.parametrize(
    ("kernel", "error", "message"),
    [
        (np.zeros((4, 4, 7)), TypeError, r"`kernel` \(=array\("),
        (torch.zeros(4, 4, 5), ValueError, r"`kernel` has shape \(4, 4, 5\); it must be \(.* 7\)"),
        (torch.zeros(4, 7), ValueError, r"`kernel` has shape \(4, 7\); it must be \(.* 7\)"),
        (torch.zeros(0, 4, 7), ValueError, r"`kernel` has shape \(0, 4, 7\)"),
        (torch.ones(4, 4, 7), ValueError, "`kernel` must be zero at the gaps of 1011101"),
        (torch.zeros(4, 4, 7).fill_(torch.nan), ValueError, "must be zero at the gaps of 1011101"),
    ],
)
def test_what_is_no_kernel_of_the_pattern_is_refused(
    kernel: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        PartiallyDilatedConv1d.from_kernel(kernel, PATTERN)
    with pytest.raises(error, match=message):
        PartiallyDilatedConv1d(4, 4, PATTERN).load_kernel(kernel)


def test_a_kernel_or_bias_of_other_channels_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(4, 2, 7\); it must be \(4, 4, 7\)"):
        PartiallyDilatedConv1d(4, 4, PATTERN).load_kernel(torch.zeros(4, 2, 7))
    with pytest.raises(ValueError, match=r"`bias` \(=\(3,\)\) must be a tensor, \(4,\)"):
        PartiallyDilatedConv1d.from_kernel(torch.zeros(4, 4, 7), PATTERN, bias=torch.zeros(3))
    with pytest.raises(TypeError, match=r"`groups` \(=2.0\) must be an integer"):
        PartiallyDilatedConv1d.from_kernel(torch.zeros(4, 4, 7), PATTERN, groups=2.0)


@given(
    taps=st.integers(1, 6),
    dilation=st.integers(1, 4),
    padding=st.sampled_from(["same", "valid", 3, (2, 2), (4, 1)]),
    origin=st.integers(-2, 24),
    mode=st.sampled_from(list(MODES)),
)
def test_evenly_spaced_taps_fold_to_a_dilated_conv1d(
    taps: int, dilation: int, padding: Any, origin: int, mode: str
) -> None:
    offsets = range(-origin, -origin + (taps - 1) * dilation + 1, dilation)
    pattern = Pattern(tuple(offsets))
    options: dict[str, Any] = {"padding": padding, "padding_mode": mode, "dtype": torch.float64}
    layer = PartiallyDilatedConv1d(4, 4, pattern, groups=2, **options)
    folded = layer.fold()
    conv = folded[1] if isinstance(folded, nn.Sequential) else folded
    if 0 <= origin <= (taps - 1) * dilation:  # all of the span is between taps
        assert conv.weight.shape[-1] == taps
        assert conv.dilation == (dilation if taps > 1 else 1,)
    x = samples(40)
    assert torch.allclose(folded(x), layer(x), atol=1e-12)
    back = PartiallyDilatedConv1d(4, 4, pattern, groups=2, **options)
    back.load_state_dict(conv.state_dict())
    assert torch.equal(back.weight, layer.weight)


# What others do to a layer


def test_batch_norm_is_fused_into_the_layer() -> None:
    layer, norm, x = PartiallyDilatedConv1d(4, 6, PATTERN), nn.BatchNorm1d(6), torch.randn(8, 4, 30)
    norm(layer(x))  # its running statistics
    nn.init.normal_(norm.weight)
    layer.eval(), norm.eval()
    fused = fusion.fuse_conv_bn_eval(layer, norm)
    assert type(fused) is PartiallyDilatedConv1d
    assert torch.allclose(fused(x), norm(layer(x)), atol=1e-5)


def test_pruning_norms_and_initialisers_find_the_weight() -> None:
    layer, x = PartiallyDilatedConv1d(4, 4, PATTERN), torch.randn(2, 4, 30)
    nn.init.kaiming_normal_(layer.weight)
    prune.l1_unstructured(layer, "weight", 0.5)
    layer(x).sum().backward()
    assert (layer.weight == 0).sum() == layer.weight.numel() // 2
    prune.remove(layer, "weight")
    parametrizations.weight_norm(layer)
    norms = layer.parametrizations.weight.original0
    assert norms.shape == (4, 1, 1)  # one of each filter, over all of its taps
    assert torch.allclose(norms.flatten(), layer.kernel().flatten(1).norm(dim=1))
    layer = PartiallyDilatedConv1d(4, 4, PATTERN)
    parametrizations.spectral_norm(layer)
    assert layer(x).shape == x.shape
    names = {name for name, _ in PartiallyDilatedConv1d(4, 4, PATTERN).named_parameters()}
    assert names == {name for name, _ in nn.Conv1d(4, 4, 7).named_parameters()}


# A program to be loaded elsewhere


def operators(program: torch.export.ExportedProgram) -> set[str]:
    return {str(node.target).split(".")[0] for node in program.graph.nodes if node.op != "output"}


@pytest.mark.parametrize("groups", [16, 1])
@pytest.mark.parametrize("strict", [True, False])
def test_an_exported_program_has_no_operator_of_our_own(groups: int, strict: bool) -> None:
    pattern = Pattern.partially_dilated(2, 2, 3)
    x = torch.randn(2, 16, 4000)  # which "auto" gives to "fused"
    layer = PartiallyDilatedConv1d(16, 16, pattern, groups=groups)
    program = torch.export.export(layer, (x,), strict=strict)
    assert "pdviz" not in operators(program)
    assert torch.allclose(program.module()(x), layer(x), atol=1e-5)
    layer.backend = "fused"
    assert "pdviz" in operators(torch.export.export(layer, (x,), strict=strict))


def test_an_exported_program_runs_where_pdviz_is_not(tmp_path: Path) -> None:
    x = torch.randn(2, 16, 4000)
    layer = PartiallyDilatedConv1d(16, 16, Pattern.partially_dilated(causal=True), groups=16)
    torch.export.save(torch.export.export(layer, (x,)), tmp_path / "program.pt2")
    torch.save((x, layer(x).detach()), tmp_path / "values.pt")
    code = """
import sys
sys.modules["pdviz"] = None
import torch
program = torch.export.load("program.pt2").module()
x, expected = torch.load("values.pt")
torch.testing.assert_close(program(x), expected, rtol=1e-4, atol=1e-5)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
