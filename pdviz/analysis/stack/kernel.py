"""Numbers of a single kernel, and the dense and plain dilated kernels it is compared with."""

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
        before, after: samples from the origin to either end of the kernel.
        density: T / K.
        saved: the share of the weights that it saves against a dense kernel of the same span,
            1 − T / K.
        dense_multiply_adds: multiply-adds per output when the gaps are multiplied too, K.
    """

    taps: int
    kernel_size: int
    before: int
    after: int
    density: float
    saved: float
    dense_multiply_adds: int


def kernel_numbers(pattern: Pattern) -> KernelNumbers:
    """Count the taps and elements of a pattern.

    >>> numbers = kernel_numbers(Pattern.partially_dilated(4, 2, 5))
    >>> numbers.taps, numbers.kernel_size, numbers.before, numbers.after
    (13, 21, 10, 10)
    """
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
    """Return the dense kernel over the same elements, with the same origin."""
    first = -pattern.origin
    return Pattern(range(first, first + pattern.kernel_size))


def dilated_like(pattern: Pattern) -> Pattern | None:
    """Return the plain dilated kernel over the same elements: `pattern` itself where it is one.

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
    """Return the dense kernel with as many taps: `pattern` itself where it is one.

    If all taps are on one side of the origin, as in a causal pattern, so are those of the dense
    kernel, from the origin on; others are centred as `Conv1d`'s "same" is.
    """
    return pattern if is_dense(pattern) else _with_taps(pattern, 1)


def dilated_with_taps(pattern: Pattern) -> Pattern | None:
    """Return the plain dilated kernel with as many taps and the pattern's `widest_step`.

    `pattern` itself where it is plain dilated or dense; aligned as `dense_with_taps`. None where
    it would be longer than `limits.MAX_KERNEL_SIZE`.
    """
    if len(pattern.runs) == 1:
        return pattern
    step = widest_step(pattern)
    return _with_taps(pattern, step) if step * (pattern.taps - 1) < MAX_KERNEL_SIZE else None


def widest_step(pattern: Pattern) -> int:
    """Return the dilation of the pattern's family; of a free pattern, its widest step."""
    if pattern.family is not None:
        return pattern.family[1]
    return max((after - before for before, after in pairwise(pattern.offsets)), default=1)


def is_dense(pattern: Pattern) -> bool:
    """Return whether there is no gap between the taps."""
    return pattern.last - pattern.first == pattern.taps - 1


def _with_taps(pattern: Pattern, step: int) -> Pattern:
    length = step * (pattern.taps - 1)
    if pattern.last <= 0:
        return Pattern(range(-length, 1, step))
    if pattern.first >= 0:
        return Pattern(range(0, length + 1, step))
    return Pattern.dilated(pattern.taps, step)
