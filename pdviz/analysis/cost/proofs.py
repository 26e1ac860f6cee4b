"""Proofs of a cost: its counts against PyTorch's own modules, built and run without any data.

A tensor on the "meta" device has a shape and nothing else: the real modules say how many weights
they hold and how long their output is, PyTorch's flop counter what they multiply, and the
operations that they run what is read and written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from pdviz.analysis.cost.cost import StackCost, cost
from pdviz.analysis.proof import Proof, proof, row_proof
from pdviz.analysis.receptive_field.field import receptive_field
from pdviz.analysis.stack.layer import Layer
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv._alternative import Alternative, Options
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
MAX_ELEMENTS: Final = 2**59
"""Most elements that a tensor may have, without data too: their bytes are numbered in 63 bits."""
_OTHERS: Final[Mapping[str, type[Alternative]]] = {
    "conv1d": DenseConv1d,
    "sum": SumConv1d,
    "mask": GradientMaskedConv1d,
}
_MAX_RUNS: Final = 16
"""Of a layer with more evenly spaced runs of taps than this, not each is convolved by itself."""
_UNWRITTEN: Final = frozenset(
    {torch.ops.aten.constant_pad_nd, torch.ops.aten.cat, torch.ops.aten.new_zeros}
)
"""What an operation makes without moving anything, until another one reads it."""


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

    Of each way that makes the stack one, by its name in `NAMES`, with the parts "weights held",
    "multiply-adds", "bytes that must move" and "FLOP a byte"; and that of the "length of the
    output".

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
    seen = {way: _seen(way, counted) for way, found in counted.ways.items() if found is not None}
    length_proof = proof(
        "length of the output",
        ("layer by layer", counted.layers[-1].output_length),
        ("length over jump, rounded up", -(-length // prod(stride for _, stride in layers))),
        ("PyTorch's tensors", seen["conv1d"][-1].output_length),
    )
    return (*(_row(way, counted, found) for way, found in seen.items()), length_proof)


def layer_cost_proofs(layers: Sequence[Layer], **options: Any) -> tuple[tuple[Proof, ...], ...]:
    """For each layer the proofs of what each way costs that makes it, by its name in `NAMES`.

    Args:
        layers, options: as of `cost_proofs`.

    Raises:
        ValueError: as `cost_proofs`.
    """
    return tuple(
        cost_proofs([Layer(each.pattern, each.stride)], **{**options, "length": each.length})[:-1]
        for each in cost(layers, **options).layers
    )


class _Seen(NamedTuple):
    """What PyTorch says of one layer; `flop` None where that was not run."""

    weights: int
    flop: int | None
    bytes: int
    output_length: int


def _row(way: str, counted: StackCost, seen: Sequence[_Seen]) -> Proof:
    """The proof of what one way costs."""
    total = counted.ways[way]
    assert total is not None
    weights, moved = sum(each.weights for each in seen), sum(each.bytes for each in seen)
    ways: dict[str, list[tuple[str, float]]] = {
        "weights held": [("counted", total.parameters), ("PyTorch's modules", weights)],
        "multiply-adds": [("counted", total.multiply_adds)],
        "bytes that must move": [("counted", total.forward_bytes), ("PyTorch's operations", moved)],
        "FLOP a byte": [("counted", total.intensity)],
    }

    def add(name: str, flop: int, over: str) -> None:
        ways["multiply-adds"].append((name, flop // 2))
        ways["FLOP a byte"].append((over, flop / moved))

    flop = [each.flop for each in seen if each.flop is not None]
    if len(flop) == len(seen):
        add("PyTorch's flop counter, halved", sum(flop), "PyTorch's flop counter, over those bytes")
    if way == "fused":
        add("paths into each output", 2 * _paths(counted), "two for each path, over those bytes")
    parts = {name: proof(name, *each) for name, each in ways.items()}
    row = row_proof(NAMES[way], parts)
    assert row is not None
    if len(flop) == len(seen):
        return row
    left_out = "PyTorch's flop counter is left out: it would take too many convolutions."
    return replace(row, note=f"{row.note} {left_out}")


def _paths(counted: StackCost) -> int:
    """Multiply-adds at the taps alone, from the paths through each layer by itself."""
    met = counted.batch * counted.channels * (counted.channels // counted.groups)
    return sum(
        met * layer.output_length * int(receptive_field([Layer(layer.pattern)]).paths.sum())
        for layer in counted.layers
    )


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
    given = torch.empty((batch, channels, length), dtype=kind, device="meta")
    if way in _OTHERS:
        return _operate(_OTHERS[way](channels, channels, pattern, **options), given)
    layer = PartiallyDilatedConv1d(channels, channels, pattern, backend="conv", **options)
    if way == "compact":
        return _operate(layer, given)
    layer.backend = "fused"  # an operator of our own, of which PyTorch's counter knows nothing
    seen = _operate(layer, given)
    if len(pattern.runs) > _MAX_RUNS:
        return seen._replace(flop=None)
    layer.backend = "branches"
    return seen._replace(flop=_operate(layer, given).flop)


def _operate(module: nn.Module, given: Tensor) -> _Seen:
    """Run a layer."""
    run = _Operations()
    with run, torch.no_grad():
        output = module(given)
    weights = sum(each.numel() for each in module.parameters())
    return _Seen(weights, run.flop, run.bytes, output.shape[-1])


class _Operations(TorchDispatchMode):
    """Adds up the bytes and the FLOP of all operations that run, by the convention of `cost`.

    Each reads what it is given and writes what it makes. Not written are views, what was padded or
    joined, and zeros: to read those is to read what they are made of.

    Attributes:
        bytes: that were read and written.
        flop: as PyTorch's flop counter has them.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes = 0
        self.flop = 0
        self._made_of: dict[Tensor, int] = {}

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = operation(*args, **(kwargs or {}))
        packet = operation.overloadpacket
        given = args[0] if packet is torch.ops.aten.cat else args
        read = sum(self._read(each) for each in given if isinstance(each, Tensor))
        if operation.is_view:
            self._made_of[result] = min(read, result.nbytes)
        elif packet in _UNWRITTEN:
            self._made_of[result] = 0 if packet is torch.ops.aten.new_zeros else read
        else:
            self.bytes += read + result.nbytes
        if packet in flop_registry:
            self.flop += flop_registry[packet](*args, **(kwargs or {}), out_val=result)
        return result

    def _read(self, tensor: Tensor) -> int:
        """Bytes that are read where this tensor is; indices are no numbers of the layer."""
        if not tensor.is_floating_point():
            return 0
        whole: int = tensor.nbytes
        return self._made_of.get(tensor, whole)
