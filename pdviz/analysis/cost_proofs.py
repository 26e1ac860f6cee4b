"""Proofs of a cost: its counts against PyTorch's own modules, built and run without any data.

A tensor on the "meta" device has a shape and nothing else: the real modules say how many weights
they hold and how long their output is, and PyTorch's flop counter what they multiply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from pdviz.analysis.agreement import Proof, proof
from pdviz.analysis.cost import WAYS, StackCost, cost
from pdviz.analysis.receptive_field import Layer, receptive_field
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv._alternative import Alternative, Options
from pdviz.conv._backends import Backend
from pdviz.conv.alternatives import DenseConv1d, GradientMaskedConv1d, SumConv1d
from pdviz.pattern import Pattern

NAMES: Final = {
    "conv1d": "one dense Conv1d",
    "sum": "the sum of two Conv1d",
    "mask": "gradient masking",
    "compact": "compact parameters, assembled",
    "fused": "compact parameters, taps alone",
}
"""What a proof calls each way."""
MAX_ELEMENTS: Final = 2**62
"""Most elements that a tensor may have, without data too."""
_OTHERS: Final[Mapping[str, type[Alternative]]] = {
    "conv1d": DenseConv1d,
    "sum": SumConv1d,
    "mask": GradientMaskedConv1d,
}
_MAX_RUNS: Final = 16
"""Of a layer with more evenly spaced runs of taps than this, not each is convolved by itself."""


def cost_proofs(
    layers: Sequence[Layer],
    *,
    batch: int = 1,
    channels: int = 64,
    length: int = 4096,
    groups: int = 64,
    dtype: str = "float32",
) -> tuple[Proof, ...]:
    """The proofs of what `cost` counts for the same arguments, over the whole stack.

    Of each way the weights and the multiply-adds; of the dense `Conv1d` also the output's length
    and the bytes of a forward pass.

    Raises:
        ValueError: as `cost`, or the input has more elements than PyTorch can number.
    """
    counted = cost(
        layers, batch=batch, channels=channels, length=length, groups=groups, dtype=dtype
    )
    span = max(layer.pattern.kernel_size for layer in counted.layers)
    elements = batch * channels * (length + span) + channels**2 * span
    if elements > MAX_ELEMENTS:
        raise ValueError(
            f"`batch` (={batch}), `channels` (={channels}) and `length` (={length}) make "
            f"{elements} elements; at most {MAX_ELEMENTS} are proved."
        )
    proofs = []
    for way in WAYS:
        total = counted.ways[way]
        if total is None:
            continue
        seen = _seen(way, counted)
        proofs.append(
            proof(
                f"weights held, {NAMES[way]}",
                ("counted", total.parameters),
                ("PyTorch's modules", sum(each.weights for each in seen)),
            )
        )
        proofs.append(_multiply_adds(way, counted, seen))
        if way == "conv1d":
            proofs.append(
                proof(
                    f"bytes of a forward pass, {NAMES[way]}",
                    ("counted", total.forward_bytes),
                    ("PyTorch's tensors", sum(each.bytes for each in seen)),
                )
            )
            proofs.append(
                proof(
                    "length of the output",
                    ("layer by layer", counted.layers[-1].output_length),
                    ("length over jump, rounded up", -(-length // prod(s for _, s in layers))),
                    ("PyTorch's tensors", seen[-1].output_length),
                )
            )
    return tuple(proofs)


class _Seen(NamedTuple):
    """What PyTorch says of one layer; `multiply_adds` None where that was not run."""

    weights: int
    multiply_adds: int | None
    output_length: int
    bytes: int


def _multiply_adds(way: str, counted: StackCost, seen: Sequence[_Seen]) -> Proof:
    total = counted.ways[way]
    assert total is not None
    ways: list[tuple[str, float]] = [("counted", total.multiply_adds)]
    note = ""
    run = [each.multiply_adds for each in seen if each.multiply_adds is not None]
    if len(run) == len(seen):
        ways.append(("PyTorch's flop counter, halved", sum(run)))
    else:
        note = "PyTorch's flop counter is left out: it would take too many convolutions."
    if way == "fused":
        met = counted.batch * counted.channels * (counted.channels // counted.groups)
        paths = sum(
            met * layer.output_length * int(receptive_field([Layer(layer.pattern)]).paths.sum())
            for layer in counted.layers
        )
        ways.append(("paths into each output", paths))
    return proof(f"multiply-adds, {NAMES[way]}", *ways, note=note)


def _seen(way: str, counted: StackCost) -> list[_Seen]:
    """What PyTorch says of every layer."""
    sizes = counted.batch, counted.channels, counted.groups, counted.dtype
    return [
        _run(way, layer.pattern, layer.stride, layer.length, *sizes) for layer in counted.layers
    ]


@lru_cache(maxsize=256)  # one layer is edited at a time, and many are alike
def _run(
    way: str,
    pattern: Pattern,
    stride: int,
    length: int,
    batch: int,
    channels: int,
    groups: int,
    dtype: str,
) -> _Seen:
    """Build and run one layer, without data."""
    kind: torch.dtype = getattr(torch, dtype)
    options: Options = {
        "stride": stride,
        "groups": groups,
        "bias": False,
        "device": "meta",
        "dtype": kind,
    }
    apart = way == "fused" and len(pattern.runs) <= _MAX_RUNS
    module: nn.Module
    if way in _OTHERS:
        module = _OTHERS[way](channels, channels, pattern, **options)
    else:
        backend: Backend = "branches" if apart else "conv"
        module = PartiallyDilatedConv1d(channels, channels, pattern, backend=backend, **options)
    given = torch.empty((batch, channels, length), dtype=kind, device="meta")
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        output = module(given)
    parameters = list(module.parameters())
    return _Seen(
        weights=sum(each.numel() for each in parameters),
        multiply_adds=counter.get_total_flops() // 2 if apart or way != "fused" else None,
        output_length=output.shape[-1],
        bytes=given.nbytes + output.nbytes + sum(each.nbytes for each in parameters),
    )
