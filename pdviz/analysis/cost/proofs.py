"""Proofs of a cost: its counts against PyTorch's own modules, built and run without any data.

A tensor on the "meta" device has a shape and nothing else. The real modules give the number of
weights and the length of the output, PyTorch's flop counter the multiply-adds, and the operations
that run the bytes that are read and written.
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

from pdviz.analysis.cost.cost import LayerCost, StackCost, cost
from pdviz.analysis.proof import Proof, Quantity, proof, row_proof
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv.ways import Alternative, DenseConv1d, GradientMaskedConv1d, Options, SumConv1d
from pdviz.pattern import Pattern
from pdviz.ways import Way

MAX_ELEMENTS: Final = 2**59
"""Most elements that a tensor may have, even without data: PyTorch counts bytes in 63 bits."""
_OTHERS: Final[Mapping[str, type[Alternative]]] = {
    Way.DENSE: DenseConv1d,
    Way.SUM: SumConv1d,
    Way.GRADIENT_MASK: GradientMaskedConv1d,
}
_MAX_RUNS: Final = 16
"""Most evenly spaced runs of a layer's taps that are convolved one by one to count their FLOP."""
_UNWRITTEN: Final = frozenset(
    {torch.ops.aten.constant_pad_nd, torch.ops.aten.cat, torch.ops.aten.new_zeros}
)
"""Operations whose result moves nothing until another operation reads it."""


class CostProofs(NamedTuple):
    """The proofs of a stack's cost.

    Attributes:
        ways: for each way that can make the stack the proof of its cost, with the parts "weights
            held", "multiply-adds", "bytes that must move" and "FLOP per byte".
        output_length: the proof of the length of the output.
    """

    ways: Mapping[Way, Proof]
    output_length: Proof


def cost_proofs(
    layers: Sequence[Layer],
    *,
    batch: int = 1,
    channels: int = 64,
    length: int = 4096,
    groups: int = 64,
    dtype: str = "float32",
) -> CostProofs:
    """Return the proofs of what `cost` counts for the same arguments, over the whole stack.

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
    runs = {way: _run_layers(way, counted) for way, total in counted.ways.items() if total}
    output_length = proof(
        Quantity.OUTPUT_LENGTH,
        ("layer by layer", counted.layers[-1].output_length),
        ("length over jump, rounded up", -(-length // prod(stride for _, stride in layers))),
        ("PyTorch's tensors", runs[Way.DENSE][-1].output_length),
    )
    rows = {way: _row(way, counted, layer_runs) for way, layer_runs in runs.items()}
    return CostProofs(rows, output_length)


def layer_cost_proofs(layers: Sequence[Layer], **options: Any) -> tuple[Mapping[Way, Proof], ...]:
    """Return for each layer the proofs of the ways that can make it, as in `CostProofs.ways`.

    Args:
        layers, options: the arguments of `cost_proofs`.

    Raises:
        ValueError: as `cost_proofs`.
    """
    return tuple(
        cost_proofs(
            [Layer(_pattern_of(each), each.stride)], **{**options, "length": each.length}
        ).ways
        for each in cost(layers, **options).layers
    )


def _pattern_of(layer: LayerCost) -> Pattern:
    """Return the pattern of a layer, which has one: no shape is ever proved."""
    assert isinstance(layer.pattern, Pattern)
    return layer.pattern


class _Run(NamedTuple):
    """What PyTorch counts for one layer; `flop` is None where that was not counted."""

    weights: int
    flop: int | None
    bytes: int
    output_length: int


def _row(way: Way, counted: StackCost, runs: Sequence[_Run]) -> Proof:
    """Prove the cost of one way."""
    total = counted.ways[way]
    assert total is not None
    weights, moved = sum(run.weights for run in runs), sum(run.bytes for run in runs)
    bytes_moved = [("counted", total.forward_bytes), ("PyTorch's operations", moved)]
    methods: dict[Quantity, list[tuple[str, float]]] = {
        Quantity.WEIGHTS: [("counted", total.parameters), ("PyTorch's modules", weights)],
        Quantity.MULTIPLY_ADDS: [("counted", total.multiply_adds)],
        Quantity.BYTES_MOVED: [*bytes_moved],
        Quantity.INTENSITY: [("counted", total.intensity)],
    }

    def add(name: str, flop: int, intensity_name: str) -> None:
        methods[Quantity.MULTIPLY_ADDS].append((name, flop // 2))
        methods[Quantity.INTENSITY].append((intensity_name, flop / moved))

    flop = [run.flop for run in runs if run.flop is not None]
    if len(flop) == len(runs):
        add("PyTorch's flop counter, halved", sum(flop), "PyTorch's flop counter, over those bytes")
    if way == Way.FUSED:
        add("paths into each output", 2 * _paths(counted), "two for each path, over those bytes")
    parts = {quantity.value: proof(quantity, *each) for quantity, each in methods.items()}
    row = row_proof(Quantity.COST, parts)
    assert row is not None
    if len(flop) == len(runs):
        return row
    left_out = "PyTorch's flop counter is left out: it would take too many convolutions."
    return replace(row, note=f"{row.note} {left_out}")


def _paths(counted: StackCost) -> int:
    """Return the multiply-adds at the taps alone, from the paths through each layer by itself."""
    met = counted.batch * counted.channels * (counted.channels // counted.groups)
    return sum(
        met * layer.output_length * int(receptive_field([Layer(_pattern_of(layer))]).paths.sum())
        for layer in counted.layers
    )


def _run_layers(way: Way, counted: StackCost) -> list[_Run]:
    """Run every layer."""
    sizes = counted.batch, counted.channels, counted.groups, counted.dtype
    return [
        _run(way, _pattern_of(layer), layer.stride, layer.length, *sizes)
        for layer in counted.layers
    ]


@lru_cache(maxsize=256)  # one layer is edited at a time, and many are the same
def _run(
    way: Way,
    pattern: Pattern,
    stride: int,
    length: int,
    batch: int,
    channels: int,
    groups: int,
    dtype: str,
) -> _Run:
    """Build and run one layer, without data."""
    kind: torch.dtype = getattr(torch, dtype)
    options: Options = {
        "stride": stride,
        "groups": groups,
        "bias": False,
        "device": "meta",
        "dtype": kind,
    }
    inputs = torch.empty((batch, channels, length), dtype=kind, device="meta")
    if way in _OTHERS:
        return _operate(_OTHERS[way](channels, channels, pattern, **options), inputs)
    layer = PartiallyDilatedConv1d(channels, channels, pattern, backend="conv", **options)
    if way == Way.COMPACT:
        return _operate(layer, inputs)
    layer.backend = "fused"  # our own operator, for which PyTorch's counter has no formula
    run = _operate(layer, inputs)
    if len(pattern.runs) > _MAX_RUNS:
        return run._replace(flop=None)
    layer.backend = "branches"
    return run._replace(flop=_operate(layer, inputs).flop)


def _operate(module: nn.Module, inputs: Tensor) -> _Run:
    """Run a layer on `inputs`, and count its operations."""
    operations = _Operations()
    with operations, torch.no_grad():
        output = module(inputs)
    weights = sum(parameter.numel() for parameter in module.parameters())
    return _Run(weights, operations.flop, operations.bytes, output.shape[-1])


class _Operations(TorchDispatchMode):
    """A counter of the bytes and the FLOP of all operations that run, by the convention of `cost`.

    Each operation reads its arguments and writes its result. Views, padded or concatenated tensors
    and zeros are not written: reading them means reading what they are made of.

    Attributes:
        bytes: how many were read and written.
        flop: as PyTorch's flop counter counts them.
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
        arguments = args[0] if packet is torch.ops.aten.cat else args
        read = sum(self._read(each) for each in arguments if isinstance(each, Tensor))
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
        """Return the bytes that reading this tensor reads; indices do not count."""
        if not tensor.is_floating_point():
            return 0
        whole: int = tensor.nbytes
        return self._made_of.get(tensor, whole)
