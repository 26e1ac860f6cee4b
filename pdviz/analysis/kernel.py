"""What one kernel is, counted: taps, span, reach, and what it saves against its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pdviz.pattern import Pattern


@dataclass(frozen=True, slots=True)
class KernelNumbers:
    """The counts of one kernel, for one pair of channels.

    Attributes:
        taps: weights, T; also the multiply-adds that one output takes.
        kernel_size: span, K, in elements.
        before, after: how far the kernel reaches from its origin, in samples.
        density: T / K.
        saved: the share of the weights of a dense kernel of the same span that this one does
            without, 1 − T / K.
        dense_multiply_adds: multiply-adds an output when the gaps are multiplied too, K.
    """

    taps: int
    kernel_size: int
    before: int
    after: int
    density: float
    saved: float
    dense_multiply_adds: int


def kernel_numbers(pattern: Pattern) -> KernelNumbers:
    """Count `pattern`'s taps and elements."""
    taps, size = pattern.taps, pattern.kernel_size
    return KernelNumbers(
        taps=taps,
        kernel_size=size,
        before=pattern.origin,
        after=size - 1 - pattern.origin,
        density=taps / size,
        saved=1 - taps / size,
        dense_multiply_adds=size,
    )


def dense_like(pattern: Pattern) -> Pattern:
    """The dense kernel over the same elements, with the same origin."""
    first = -pattern.origin
    return Pattern(tuple(range(first, first + pattern.kernel_size)))


def dilated_like(pattern: Pattern) -> Pattern | None:
    """The plain dilated kernel over the same elements: `pattern` itself where it is one.

    Otherwise one with a tap at the origin and the dilation of the pattern's family, or, of a free
    pattern, its widest step between neighbouring taps; where that does not divide the span, it is
    shorter by less than one step on either side. None where the step is 1: that would be the dense
    kernel.
    """
    if pattern.family is not None:
        step = pattern.family[1]
    else:
        step = max((after - before for before, after in pairwise(pattern.offsets)), default=1)
    if step == 1:
        return None
    if len(pattern.runs) == 1:
        return pattern
    before, after = pattern.origin // step, (pattern.kernel_size - 1 - pattern.origin) // step
    return Pattern(tuple(step * k for k in range(-before, after + 1)))
