"""Cost of each way of making a partially dilated kernel: counted, not measured.

The ways, by name:

    "conv1d"   one dense `Conv1d` of the same span
    "sum"      the sum of a dense and a dilated `Conv1d`
    "mask"     a dense `Conv1d` whose gap gradients are zeroed after they are computed
    "compact"  compact parameters, assembled to a kernel with gaps that goes to one `conv1d`
    "fused"    compact parameters, multiplied at the taps alone

Conventions. Weights are counted, biases are not. An output takes one multiply-add for every weight,
even where that weight meets padding ("same" padding, so that L inputs give ⌈L / s⌉ outputs).
Training takes three times the multiply-adds of the forward pass: the gradients of input and weights
take as many each; a network's first layer, which needs no gradient of its input, is no exception.

Every operation reads its inputs once and writes its outputs once, as a whole: at least that many
bytes must move, if nothing stays in a cache from one operation to the next. Padding is part of the
convolution. Assembling a kernel is one operation, which reads the compact parameters and writes the
kernel, zeros and taps alike; without gaps they are the kernel. What PyTorch moves beyond that is
not counted: it pads one side only by a copy, and makes the zeros before it writes the taps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from pdviz.pattern import Family, Pattern
from pdviz.ways import COUNTED, Way, sum_offsets, why_no_sum

WAYS: Final = COUNTED
"""The ways, in the order of the table above."""
BYTES: Final[Mapping[str, int]] = MappingProxyType(
    {"float32": 4, "float64": 8, "bfloat16": 2, "float16": 2}
)
"""The bytes of one number, by the name of its dtype."""


class Shape(NamedTuple):
    """All of a pattern that its cost depends on, for kernels too long to be listed.

    Attributes:
        taps, kernel_size, family: as those of `Pattern`.
        alike: a shorter pattern of as many taps, which a sum of two `Conv1d` makes just as well.
    """

    taps: int
    kernel_size: int
    family: Family | None
    alike: Pattern


@dataclass(frozen=True, slots=True)
class WayCost:
    """The cost of one way, for one layer or a whole stack, and for one batch.

    Attributes:
        way: one of `WAYS`.
        parameters: how many weights there are.
        multiply_adds: of a forward pass.
        forward_bytes: the least that a forward pass reads and writes.
        backward_bytes: the least that a backward pass adds: the output's gradient and the input
            are read, the input's gradient and the weights' are written.
        activation_bytes: what the forward pass keeps for the backward one, beside the parameters:
            the input and, where a kernel is assembled, that kernel.
    """

    way: Way
    parameters: int
    multiply_adds: int
    forward_bytes: int
    backward_bytes: int
    activation_bytes: int

    @property
    def training_multiply_adds(self) -> int:
        """The multiply-adds of a forward and a backward pass."""
        return 3 * self.multiply_adds

    @property
    def training_bytes(self) -> int:
        """The least that a forward and a backward pass read and write."""
        return self.forward_bytes + self.backward_bytes

    @property
    def intensity(self) -> float:
        """Arithmetic intensity of a forward pass, in FLOP per byte; a multiply-add is two FLOP."""
        return 2 * self.multiply_adds / self.forward_bytes

    @property
    def training_intensity(self) -> float:
        """Arithmetic intensity of a forward and a backward pass, in FLOP per byte."""
        return 2 * self.training_multiply_adds / self.training_bytes


@dataclass(frozen=True, slots=True)
class LayerCost:
    """The cost of each way for one layer.

    Attributes:
        pattern, stride: of the layer.
        length: input samples per channel.
        output_length: output samples per channel, ⌈length / stride⌉.
        ways: by name, in the order of `WAYS`; None for a way that cannot make the pattern.
        reasons: for each such way, why: a sentence.
    """

    pattern: Pattern | Shape
    stride: int
    length: int
    output_length: int
    ways: Mapping[Way, WayCost | None]
    reasons: Mapping[Way, str]


@dataclass(frozen=True, slots=True)
class StackCost:
    """The cost of each way for a whole stack.

    Attributes:
        batch, channels, groups, dtype: the arguments of `cost`.
        layers: the cost of each layer, from the input to the output.
        ways: the sum over the layers, by name; None for a way that cannot make all of them.
        reasons: for each such way, why: a sentence.
    """

    batch: int
    channels: int
    groups: int
    dtype: str
    layers: tuple[LayerCost, ...]
    ways: Mapping[Way, WayCost | None]
    reasons: Mapping[Way, str]


def cost(
    layers: Sequence[tuple[Pattern | Shape, int]],
    *,
    batch: int = 1,
    channels: int = 64,
    length: int = 4096,
    groups: int = 64,
    dtype: str = "float32",
) -> StackCost:
    """Count the cost of each way; nothing is run, and nothing allocated.

    >>> costs = cost([(Pattern.partially_dilated(4, 2, 5), 1)], length=100)
    >>> {way: count and count.parameters for way, count in costs.ways.items()}
    {'conv1d': 1344, 'sum': 1024, 'mask': 1344, 'compact': 832, 'fused': 832}

    Args:
        layers: pattern, or its shape, and stride, from the input to the output.
        batch: batch size.
        channels: of the input and of every layer's output.
        length: input samples per channel.
        groups: divides `channels`; as many as those is depthwise.
        dtype: one of `BYTES`.

    Raises:
        ValueError: an argument is out of its range.
    """
    for name, value in (
        ("batch", batch),
        ("channels", channels),
        ("length", length),
        ("groups", groups),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"`{name}` (={value!r}) must be an integer of at least 1.")
    if channels % groups:
        raise ValueError(f"`groups` (={groups}) must divide `channels` (={channels}).")
    if dtype not in BYTES:
        raise ValueError(f"`dtype` (={dtype!r}) must be one of {tuple(BYTES)}.")
    if not layers:
        raise ValueError("`layers` (=()) must hold at least one layer.")
    counted = []
    remaining = length
    for number, (pattern, stride) in enumerate(layers):
        if isinstance(stride, bool) or not isinstance(stride, int) or stride < 1:
            raise ValueError(f"`layers[{number}].stride` (={stride!r}) must be at least 1.")
        sizes = _Sizes(
            input=batch * channels * remaining,
            output=batch * channels * -(-remaining // stride),
            weights=channels * (channels // groups),
            inputs_met=channels // groups,
            bytes=BYTES[dtype],
        )
        counted.append(_layer_cost(pattern, stride, remaining, sizes))
        remaining = counted[-1].output_length
    ways: dict[Way, WayCost | None] = {}
    reasons: dict[Way, str] = {}
    for way in WAYS:
        ways[way] = _total(way, (layer.ways[way] for layer in counted))
        for number, layer in enumerate(counted, 1):
            if way in layer.reasons and way not in reasons:
                place = f"Layer {number}: " if len(counted) > 1 else ""
                reasons[way] = place + layer.reasons[way]
    return StackCost(
        batch=batch,
        channels=channels,
        groups=groups,
        dtype=dtype,
        layers=tuple(counted),
        ways=MappingProxyType(ways),
        reasons=MappingProxyType(reasons),
    )


class _Sizes(NamedTuple):
    """The sizes that one layer's costs are computed from.

    `input`, `output`: how many numbers each has; `weights`: pairs of channels, each with its own
    kernel; `inputs_met`: input channels that an output channel reads; `bytes`: of one number.
    """

    input: int
    output: int
    weights: int
    inputs_met: int
    bytes: int


def _layer_cost(pattern: Pattern | Shape, stride: int, length: int, sizes: _Sizes) -> LayerCost:
    ways: dict[Way, WayCost | None] = {}
    reasons: dict[Way, str] = {}
    for way in WAYS:
        if way != Way.SUM:
            ways[way] = _one_convolution(way, pattern, sizes)
            continue
        taps = sum_offsets(pattern.alike if isinstance(pattern, Shape) else pattern)
        if taps is None:
            ways[way], reasons[way] = None, why_no_sum(pattern.family)
        else:
            ways[way] = _two_convolutions(way, [len(offsets) for offsets in taps], sizes)
    return LayerCost(
        pattern=pattern,
        stride=stride,
        length=length,
        output_length=-(-length // stride),
        ways=MappingProxyType(ways),
        reasons=MappingProxyType(reasons),
    )


def _one_convolution(way: Way, pattern: Pattern | Shape, sizes: _Sizes) -> WayCost:
    weights = pattern.taps if way in (Way.COMPACT, Way.FUSED) else pattern.kernel_size
    multiplied = pattern.taps if way == Way.FUSED else pattern.kernel_size
    parameters, kernel = weights * sizes.weights, multiplied * sizes.weights
    forward = sizes.input + kernel + sizes.output
    backward = sizes.output + 2 * sizes.input + 2 * kernel
    kept = sizes.input
    if way == Way.COMPACT and pattern.taps < pattern.kernel_size:
        forward += parameters + kernel  # read, and assembled
        backward += kernel + parameters  # the gradient's taps, gathered
        kept += kernel
    if way == Way.GRADIENT_MASK:
        backward += 2 * kernel  # the gradient once more, with its gaps zeroed
    return WayCost(
        way=way,
        parameters=parameters,
        multiply_adds=sizes.output * sizes.inputs_met * multiplied,
        forward_bytes=forward * sizes.bytes,
        backward_bytes=backward * sizes.bytes,
        activation_bytes=kept * sizes.bytes,
    )


def _two_convolutions(way: Way, taps: Sequence[int], sizes: _Sizes) -> WayCost:
    parameters = sum(taps) * sizes.weights
    forward = 2 * (sizes.input + sizes.output) + parameters + 3 * sizes.output
    backward = 2 * (sizes.output + 2 * sizes.input) + 2 * parameters + 3 * sizes.input
    return WayCost(
        way=way,
        parameters=parameters,
        multiply_adds=sizes.output * sizes.inputs_met * sum(taps),
        forward_bytes=forward * sizes.bytes,
        backward_bytes=backward * sizes.bytes,
        activation_bytes=sizes.input * sizes.bytes,
    )


def _total(way: Way, costs: Iterable[WayCost | None]) -> WayCost | None:
    """Return the sum over the layers, or None if one is None."""
    layers = list(costs)
    possible = [layer for layer in layers if layer is not None]
    if len(possible) < len(layers):
        return None
    return WayCost(
        way=way,
        parameters=sum(each.parameters for each in possible),
        multiply_adds=sum(each.multiply_adds for each in possible),
        forward_bytes=sum(each.forward_bytes for each in possible),
        backward_bytes=sum(each.backward_bytes for each in possible),
        activation_bytes=sum(each.activation_bytes for each in possible),
    )
