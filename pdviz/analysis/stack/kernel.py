"""What one kernel is, counted: taps, span, reach, and what it saves against its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pdviz.limits import MAX_KERNEL_SIZE
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
    return Pattern(range(first, first + pattern.kernel_size))


def dilated_like(pattern: Pattern) -> Pattern | None:
    """The plain dilated kernel over the same elements: `pattern` itself where it is one.

    Otherwise one with a tap at the origin and the pattern's `widest_step`; where that does not
    divide the span, it is shorter by less than one step on either side. None where the step is 1:
    that would be the dense kernel.
    """
    step = widest_step(pattern)
    if step == 1:
        return None
    if len(pattern.runs) == 1:
        return pattern
    before, after = pattern.origin // step, (pattern.kernel_size - 1 - pattern.origin) // step
    return Pattern(range(-before * step, after * step + 1, step))


def dense_with_taps(pattern: Pattern) -> Pattern:
    """The dense kernel with as many taps: `pattern` itself where it is one.

    Taps on one side of the origin alone, as a causal pattern's, stay on it and begin at the
    origin; others are centred as `Conv1d`'s "same" is.
    """
    return pattern if is_dense(pattern) else _with_taps(pattern, 1)


def dilated_with_taps(pattern: Pattern) -> Pattern | None:
    """The plain dilated kernel with as many taps and the pattern's `widest_step`.

    `pattern` itself where it is plain dilated or dense; aligned as `dense_with_taps`. None where
    it would be longer than `limits.MAX_KERNEL_SIZE`.
    """
    if len(pattern.runs) == 1:
        return pattern
    step = widest_step(pattern)
    return _with_taps(pattern, step) if step * (pattern.taps - 1) < MAX_KERNEL_SIZE else None


def widest_step(pattern: Pattern) -> int:
    """The dilation of the pattern's family; of a free pattern, its widest step between taps."""
    if pattern.family is not None:
        return pattern.family[1]
    return max((after - before for before, after in pairwise(pattern.offsets)), default=1)


def is_dense(pattern: Pattern) -> bool:
    """Whether there is no gap between its taps."""
    return pattern.last - pattern.first == pattern.taps - 1


def _with_taps(pattern: Pattern, step: int) -> Pattern:
    reach = step * (pattern.taps - 1)
    if pattern.last <= 0:
        return Pattern(range(-reach, 1, step))
    if pattern.first >= 0:
        return Pattern(range(0, reach + 1, step))
    return Pattern.dilated(pattern.taps, step)
