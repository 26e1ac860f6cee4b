"""What each way costs: counted one by one, and as PyTorch's own modules and operations say."""

from collections.abc import Sequence
from dataclasses import FrozenInstanceError, replace
from itertools import product
from math import ceil
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.analysis.cost import BYTES, WAYS, StackCost, WayCost, cost
from pdviz.analysis.cost import proofs as proofs_module
from pdviz.analysis.cost.proofs import (
    MAX_ELEMENTS,
    CostProofs,
    cost_proofs,
    layer_cost_proofs,
)
from pdviz.analysis.proof import Proof
from pdviz.analysis.stack import Layer
from pdviz.conv.ways import DenseConv1d, GradientMaskedConv1d, SumConv1d
from pdviz.limits import MAX_LAYERS
from pdviz.ways import sum_offsets
from tests.oracles.spectrum import patterns

DEFAULT = Pattern.partially_dilated()


def way_of(layers: Sequence[Layer], way: str, **options: Any) -> WayCost:
    costs = cost(layers, **options).ways[way]
    assert costs is not None
    return costs


shapes = st.builds(
    lambda batch, length, groups, share: {
        "batch": batch,
        "channels": groups * share,
        "length": length,
        "groups": groups,
    },
    st.integers(1, 3),
    st.integers(1, 40),
    st.integers(1, 4),
    st.integers(1, 3),
)
stacks = st.lists(st.builds(Layer, patterns, st.integers(1, 3)), min_size=1, max_size=4)


def test_the_default_layer_by_hand() -> None:
    """One channel, four samples: 21 elements, of which 13 are taps; 5 + 11 under the sum."""
    costs = cost([Layer(DEFAULT)], batch=1, channels=1, length=4, groups=1)
    numbers = {
        way: (each.parameters, each.multiply_adds, each.forward_bytes, each.backward_bytes)
        for way, each in costs.ways.items()
        if each is not None
    }
    assert numbers == {
        "conv1d": (21, 84, 4 * (4 + 21 + 4), 4 * (4 + 4 + 4 + 2 * 21)),
        # two convolutions, and an addition that reads two outputs and writes one; backward each
        # of the two makes a gradient of the input, and those are added
        "sum": (16, 64, 4 * (2 * (4 + 4) + 16 + 12), 4 * (2 * (4 + 4 + 4) + 2 * 16 + 12)),
        # the gradient is read and written once more
        "mask": (21, 84, 4 * (4 + 21 + 4), 4 * (4 + 4 + 4 + 4 * 21)),
        # the kernel is assembled from the taps, and its gradient gathered to theirs
        "compact": (13, 84, 4 * (29 + 13 + 21), 4 * (12 + 2 * 21 + 21 + 13)),
        "fused": (13, 52, 4 * (4 + 13 + 4), 4 * (12 + 2 * 13)),
    }
    kept = {way: each.activation_bytes for way, each in costs.ways.items() if each is not None}
    assert kept == {"conv1d": 16, "sum": 16, "mask": 16, "compact": 16 + 84, "fused": 16}
    fused = costs.ways["fused"]
    assert fused is not None
    assert fused.training_multiply_adds == 156
    assert fused.training_bytes == fused.forward_bytes + fused.backward_bytes
    assert fused.intensity == 2 * 52 / (4 * 21)
    assert fused.training_intensity == 2 * 156 / fused.training_bytes


@settings(max_examples=150)
@given(stacks, shapes)
def test_multiply_adds_are_the_products_that_are_made(
    stack: list[Layer], shape: dict[str, int]
) -> None:
    """Every product of an output with a weight, enumerated; padding is multiplied too."""
    dense = taps = 0
    length = shape["length"]
    for pattern, stride in stack:
        outputs = len(range(0, length, stride))
        met = shape["channels"] // shape["groups"]
        for _ in product(range(shape["batch"]), range(shape["channels"]), range(met)):
            dense += outputs * len(pattern.mask)
            taps += outputs * sum(pattern.mask)
        length = outputs
    costs = cost(stack, **shape)
    counts = {way: each and each.multiply_adds for way, each in costs.ways.items()}
    assert counts["conv1d"] == counts["mask"] == counts["compact"] == dense
    assert counts["fused"] == taps
    assert costs.layers[-1].output_length == length
    assert costs.layers[0].length == shape["length"]


@settings(max_examples=500)
@given(patterns)
def test_the_sum_is_that_of_the_real_modules(pattern: Pattern) -> None:
    counted = cost([Layer(pattern)], channels=1, groups=1)
    taps = sum_offsets(pattern)
    if taps is None:
        assert counted.ways["sum"] is None
        assert counted.reasons["sum"].endswith(".")
        with pytest.raises(ValueError, match="`pattern`") as refused:
            SumConv1d(1, 1, pattern, device="meta")
        assert counted.reasons["sum"] in str(refused.value)
        return
    assert counted.reasons == {}
    module = SumConv1d(1, 1, pattern, bias=False, device="meta")
    assert module.effective_pattern == pattern
    assert [len(offsets) for offsets in taps] == [each.numel() for each in module.parameters()]
    assert {*taps[0], *taps[1]} == set(pattern.offsets)
    assert sorted({*taps[0]} & {*taps[1]}) == sorted(module.doubled)


@settings(max_examples=100)
@given(stacks, shapes, st.sampled_from(list(BYTES)))
def test_parameters_are_those_of_the_real_modules(
    stack: list[Layer], shape: dict[str, int], dtype: str
) -> None:
    costs = cost(stack, **shape, dtype=dtype)
    kinds = {
        "conv1d": DenseConv1d,
        "sum": SumConv1d,
        "mask": GradientMaskedConv1d,
        "compact": PartiallyDilatedConv1d,
        "fused": PartiallyDilatedConv1d,
    }
    for way, kind in kinds.items():
        counted = costs.ways[way]
        if counted is None:
            continue
        modules = [
            kind(
                shape["channels"],
                shape["channels"],
                layer.pattern,
                groups=shape["groups"],
                bias=False,
                device="meta",
            )
            for layer in stack
        ]
        stored_weights = sum(each.numel() for module in modules for each in module.parameters())
        assert counted.parameters == stored_weights


@settings(max_examples=150)
@given(stacks, shapes, st.sampled_from(list(BYTES)))
def test_a_stack_costs_what_its_layers_do(
    stack: list[Layer], shape: dict[str, int], dtype: str
) -> None:
    whole = cost(stack, **shape, dtype=dtype)
    length = shape["length"]
    alone = []
    for layer in stack:
        alone.append(cost([layer], **{**shape, "length": length}, dtype=dtype))
        length = ceil(length / layer.stride)
    for way in WAYS:
        costs = [each.ways[way] for each in alone]
        assert [layer.ways[way] for layer in whole.layers] == costs
        total = whole.ways[way]
        if None in costs:
            assert total is None
            first = costs.index(None)
            reason = alone[first].reasons[way]
            assert whole.reasons[way] == (
                f"Layer {first + 1}: {reason}" if len(stack) > 1 else reason
            )
            continue
        assert total is not None
        assert way not in whole.reasons
        for name in ("parameters", "multiply_adds", "forward_bytes", "backward_bytes"):
            assert getattr(total, name) == sum(getattr(each, name) for each in costs)
        assert total.activation_bytes == sum(each.activation_bytes for each in costs if each)
    assert {way for way, each in whole.ways.items() if each is None} == set(whole.reasons)


@pytest.mark.parametrize(("dtype", "size"), BYTES.items())
def test_bytes_follow_the_dtype(dtype: str, size: int) -> None:
    assert torch.empty(1, dtype=getattr(torch, dtype)).nbytes == size
    single = way_of([Layer(DEFAULT)], "sum", dtype="float32")
    costs = way_of([Layer(DEFAULT)], "sum", dtype=dtype)
    assert costs.forward_bytes * 4 == single.forward_bytes * size
    assert costs.backward_bytes * 4 == single.backward_bytes * size
    assert costs.multiply_adds == single.multiply_adds


class Traffic(TorchDispatchMode):
    """The bytes of every tensor that an operation reads or writes, but for views of it."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if func.overloadpacket in (torch.ops.aten.convolution, torch.ops.aten.add):
            self.bytes += sum(each.nbytes for each in args if isinstance(each, torch.Tensor))
            self.bytes += result.nbytes
        return result


@pytest.mark.parametrize("pattern", [DEFAULT, Pattern.partially_dilated(3, 1, 7)])
@pytest.mark.parametrize(("way", "kind"), [("conv1d", DenseConv1d), ("sum", SumConv1d)])
def test_bytes_are_those_of_the_operations_that_run(
    pattern: Pattern, way: str, kind: type[DenseConv1d | SumConv1d]
) -> None:
    module = kind(6, 6, pattern, groups=3, stride=2, bias=False, device="meta")
    with Traffic() as traffic, torch.no_grad():
        module(torch.empty(2, 6, 31, device="meta"))
    layers = [Layer(pattern, 2)]
    costs = way_of(layers, way, batch=2, channels=6, length=31, groups=3)
    assert costs.forward_bytes == traffic.bytes


def test_arithmetic_intensity_is_a_quarter_of_the_taps() -> None:
    """Depthwise in float32, a long input: 2 T FLOP for 8 bytes forward (Williams et al. 2009).

    Forward and backward together 6 T FLOP for 20 bytes: input and output once each, then output's
    gradient, input and input's gradient.
    """
    shape = {"batch": 8, "channels": 64, "length": 2**24, "groups": 64}
    layer = [Layer(DEFAULT)]
    assert way_of(layer, "fused", **shape).intensity == pytest.approx(13 / 4, rel=1e-5)
    assert way_of(layer, "conv1d", **shape).intensity == pytest.approx(21 / 4, rel=1e-5)
    assert way_of(layer, "fused", **shape).training_intensity == pytest.approx(
        6 * 13 / 20, rel=1e-5
    )
    passes = {way: way_of(layer, way, **shape).forward_bytes / (4 * 8 * 64 * 2**24) for way in WAYS}
    assert passes == pytest.approx(
        {"conv1d": 2, "sum": 7, "mask": 2, "compact": 2, "fused": 2}, rel=1e-5
    )


def test_why_the_sum_cannot_make_a_pattern() -> None:
    free = cost([Layer(Pattern((-3, -2, 0, 2, 3)))])
    assert free.ways["sum"] is None
    assert free.layers[0].ways["sum"] is None
    assert "evenly spaced" in free.reasons["sum"]
    shifted = cost([Layer(DEFAULT), Layer(Pattern.partially_dilated(4, 3, 5))])
    assert shifted.layers[0].ways["sum"] is not None
    assert shifted.ways["sum"] is None
    assert shifted.reasons["sum"].startswith("Layer 2: ")
    assert "it is 10, no multiple of 3" in shifted.reasons["sum"]


@pytest.mark.parametrize(
    ("layers", "options", "message"),
    [
        ([Layer(DEFAULT)], {"batch": 0}, r"`batch` \(=0\)"),
        ([Layer(DEFAULT)], {"batch": True}, r"`batch` \(=True\)"),
        ([Layer(DEFAULT)], {"channels": -1}, r"`channels` \(=-1\)"),
        ([Layer(DEFAULT)], {"length": 2.5}, r"`length` \(=2.5\)"),
        ([Layer(DEFAULT)], {"groups": 0}, r"`groups` \(=0\)"),
        ([Layer(DEFAULT)], {"channels": 6, "groups": 4}, r"`groups` \(=4\) must divide"),
        ([Layer(DEFAULT)], {"dtype": "int8"}, r"`dtype` \(='int8'\)"),
        ([], {}, "`layers`"),
        ([Layer(DEFAULT, 0)], {}, r"`layers\[0\].stride` \(=0\)"),
    ],
)
def test_what_cannot_be_counted(layers: list[Layer], options: dict[str, Any], message: str) -> None:
    for function in (cost, cost_proofs):
        with pytest.raises(ValueError, match=message):
            function(layers, **options)


def test_what_comes_out_cannot_be_changed() -> None:
    costs = cost([Layer(DEFAULT)])
    with pytest.raises(FrozenInstanceError):
        costs.batch = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        costs.ways["sum"] = None  # type: ignore[index]
    assert list(costs.ways) == list(costs.layers[0].ways) == list(WAYS)


# Proofs

PARTS = ["weights", "multiply-adds", "bytes that must move", "FLOP per byte"]


def rows_of(layers: Sequence[Layer], **options: Any) -> dict[str, Proof]:
    """The proof of each way, by the way."""
    return dict(cost_proofs(layers, **options).ways)


def all_of(proofs: CostProofs) -> list[Proof]:
    return [*proofs.ways.values(), proofs.output_length]


@settings(max_examples=100)
@given(stacks, shapes, st.sampled_from(list(BYTES)))
def test_every_proof_holds_of_every_stack(
    stack: list[Layer], shape: dict[str, int], dtype: str
) -> None:
    rows = rows_of(stack, **shape, dtype=dtype)
    counted = cost(stack, **shape, dtype=dtype).ways
    assert set(rows) == {way for way, each in counted.items() if each is not None}
    for way, row in rows.items():
        costs = counted[way]
        assert costs is not None
        assert [name for name, _ in row.parts] == PARTS
        values = costs.parameters, costs.multiply_adds, costs.forward_bytes, costs.intensity
        for (name, part), value in zip(row.parts, values, strict=True):
            assert part.ok, (way, part)
            assert part.quantity == name
            assert part.agreement.tolerance == 0
            assert len(part.methods) >= 2
            assert part.methods[0] == ("counted", value)
        assert row.ok
    assert cost_proofs(stack, **shape, dtype=dtype).output_length.ok


def test_each_layer_is_proved_by_itself() -> None:
    stack = [Layer(DEFAULT, 2), Layer(Pattern.partially_dilated(3, 5, 7)), Layer(Pattern((0, 3)))]
    shape = {"batch": 3, "channels": 8, "groups": 4, "length": 101}
    counted = cost(stack, **shape).layers
    costs = layer_cost_proofs(stack, **shape)
    assert len(costs) == len(counted)
    for layer, rows in zip(counted, costs, strict=True):
        ways = {way: each for way, each in layer.ways.items() if each is not None}
        assert list(rows) == list(ways)
        for way, row in rows.items():
            one = ways[way]
            assert row.ok
            assert [part.methods[0].value for _, part in row.parts] == [
                one.parameters,
                one.multiply_adds,
                one.forward_bytes,
                one.intensity,
            ]


def test_a_disagreement_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = proofs_module.cost
    monkeypatch.setattr(
        proofs_module, "cost", lambda layers, **options: real([*layers, layers[-1]], **options)
    )
    layers = [Layer(DEFAULT, 2)] * 2
    assert all(row.ok for row in rows_of(layers).values())
    assert not cost_proofs(layers).output_length.ok
    monkeypatch.setattr(proofs_module, "cost", real)
    run = proofs_module._run
    monkeypatch.setattr(
        proofs_module,
        "_run",
        lambda *args: run(*args)._replace(weights=1, flop=2, output_length=3, bytes=4),
    )
    assert not any(each.ok for each in all_of(cost_proofs(layers)))
    for row in rows_of(layers).values():
        assert not any(part.ok for _, part in row.parts)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("parameters", ["weights"]),
        ("multiply_adds", ["multiply-adds", "FLOP per byte"]),
        ("forward_bytes", ["bytes that must move", "FLOP per byte"]),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_count_is_seen_where_it_is_made(
    way: str, name: str, parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = proofs_module.cost

    def wrong(layers: Sequence[Layer], **options: Any) -> StackCost:
        costs = real(layers, **options)
        one = costs.ways[way]
        assert one is not None
        changed: WayCost = replace(one, **{name: getattr(one, name) + 4})
        return replace(costs, ways={**costs.ways, way: changed})

    monkeypatch.setattr(proofs_module, "cost", wrong)
    rows = rows_of([Layer(DEFAULT)])
    failed = {other: [p for p, part in row.parts if not part.ok] for other, row in rows.items()}
    assert failed == {other: parts if other == way else [] for other in WAYS}
    assert [other for other, row in rows.items() if not row.ok] == [way]


@pytest.mark.parametrize(
    ("pattern", "moved"),
    [
        # 4 samples in and out, and the kernel: 13 taps of 21
        (DEFAULT, {"conv1d": 29, "sum": 44, "mask": 29, "compact": 29 + 13 + 21, "fused": 21}),
        # the same: 9 taps of 13, 5 and 7 under the sum; padding on one side alone moves nothing
        (
            Pattern.partially_dilated(causal=True),
            {"conv1d": 21, "sum": 40, "mask": 21, "compact": 21 + 9 + 13, "fused": 17},
        ),
        # an island alone: the sum's other kernel is one tap, and its parameters are the kernel
        (Pattern.dense(3), {"conv1d": 11, "sum": 32, "mask": 11, "compact": 11, "fused": 11}),
    ],
)
def test_the_operations_move_what_was_worked_out_by_hand(
    pattern: Pattern, moved: dict[str, int]
) -> None:
    """One channel, four samples: the sum reads them twice and adds 4 and 4 to 4."""
    shape = {"batch": 1, "channels": 1, "length": 4, "groups": 1}
    rows = rows_of([Layer(pattern)], **shape)
    bytes_moved = {way: dict(row.parts)["bytes that must move"] for way, row in rows.items()}
    assert {way: part.methods[1] for way, part in bytes_moved.items()} == {
        way: ("PyTorch's operations", 4 * numbers) for way, numbers in moved.items()
    }


def test_an_operation_counts_whatever_it_is_and_a_view_does_not() -> None:
    run = proofs_module._Operations()
    signal, kernel = torch.empty(1, 2, 10, device="meta"), torch.empty(3, 2, 4, device="meta")
    with run, torch.no_grad():
        signal.transpose(0, 1)[..., 2:]
        assert (run.bytes, run.flop) == (0, 0)
        output = F.conv1d(F.pad(signal, (3, 0))[..., :], kernel)
        assert (run.bytes, run.flop) == (4 * (20 + 24 + 30), 2 * 30 * 8)
        output[..., 5:].abs()
        assert run.bytes == 4 * (20 + 24 + 30) + 4 * (15 + 15)
        torch.cat([output, output]) * 2
        assert run.bytes == 4 * (20 + 24 + 30) + 4 * (15 + 15) + 4 * (60 + 60)


def test_the_taps_alone_are_proved_three_ways() -> None:
    """One channel, four samples, 13 taps: 52 multiply-adds, and 21 numbers of four bytes."""
    row = rows_of([Layer(DEFAULT)], batch=1, channels=1, length=4, groups=1)["fused"]
    parts = dict(row.parts)
    assert parts["multiply-adds"].methods == (
        *(("counted", 52), ("PyTorch's flop counter, halved", 52), ("paths into each output", 52)),
    )
    intensity = [method.value for method in parts["FLOP per byte"].methods]
    assert intensity == [104 / 84] * 3
    assert [len(part.methods) for part in parts.values()] == [2, 3, 2, 3]
    assert row.note == "Compared in every column."


def test_of_scattered_taps_the_flop_counter_is_left_out_and_said() -> None:
    offsets = tuple(k * (k + 1) // 2 for k in range(80))
    row = rows_of([Layer(DEFAULT), Layer(Pattern(offsets))])["fused"]
    assert row.ok
    assert all(part.ok for _, part in row.parts)
    ways = [method.name for method in dict(row.parts)["multiply-adds"].methods]
    assert ways == ["counted", "paths into each output"]
    assert "left out" in row.note


def test_an_input_that_cannot_be_numbered_is_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {MAX_ELEMENTS}"):
        cost_proofs([Layer(DEFAULT)], length=2**60)
    assert way_of([Layer(DEFAULT)], "fused", length=2**60).multiply_adds == 64 * 13 * 2**60


def test_the_longest_input_that_is_not_refused_is_proved() -> None:
    shape = {"channels": 1, "groups": 1, "length": MAX_ELEMENTS - 2 * 21}
    proofs = cost_proofs([Layer(DEFAULT)], **shape, dtype="float64")
    assert all(each.ok for each in all_of(proofs))


def test_the_longest_stack_is_proved_whole() -> None:
    layers = [
        Layer(Pattern.partially_dilated(64, 64 - k, 65), 1 + k % 2) for k in range(MAX_LAYERS)
    ]
    assert all(each.ok for each in all_of(cost_proofs(layers)))
