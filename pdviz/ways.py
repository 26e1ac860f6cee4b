"""The ways to make a partially dilated kernel, and the one place that names and explains them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import gcd
from types import MappingProxyType
from typing import Final, NamedTuple

from pdviz.pattern import Family, Pattern


class Way(StrEnum):
    """A way to make the kernel; its value is what links and results call it."""

    DENSE = "conv1d"
    SUM = "sum"
    GRADIENT_MASK = "mask"
    COMPACT = "compact"
    FUSED = "fused"

    __repr__ = str.__repr__  # so that a list of ways in a message reads as one of names

    @property
    def label(self) -> str:
        """The name that a reader sees."""
        return _WORDS[self].label

    @property
    def explanation(self) -> str:
        """One sentence on what it computes."""
        return _WORDS[self].explanation

    @property
    def rows(self) -> tuple[str, ...]:
        """A title for each of its weights."""
        return _WORDS[self].rows


class _Words(NamedTuple):
    label: str
    explanation: str
    rows: tuple[str, ...]


_WORDS: Final[Mapping[Way, _Words]] = MappingProxyType(
    {
        Way.DENSE: _Words(
            "Dense Conv1d",
            "One dense Conv1d of the same span, every gap a tap.",
            ("dense Conv1d",),
        ),
        Way.SUM: _Words(
            "Sum of two Conv1d",
            "A dense and a dilated Conv1d, added up: taps under both are held twice.",
            ("dense Conv1d", "dilated Conv1d"),
        ),
        Way.GRADIENT_MASK: _Words(
            "Gradient masking",
            "A dense Conv1d whose gap gradients are zeroed after they are computed.",
            ("dense Conv1d, gap gradients zeroed",),
        ),
        Way.COMPACT: _Words(
            "Compact parameters",
            "Compact parameters, written into a kernel of zeros that goes to one Conv1d.",
            ("compact parameters",),
        ),
        Way.FUSED: _Words(
            "Compact, taps alone",
            "Compact parameters, multiplied at the taps alone: the gaps are skipped.",
            ("compact parameters",),
        ),
    }
)
TRAINED: Final = (Way.COMPACT, Way.SUM, Way.GRADIENT_MASK, Way.DENSE)
"""The ways that differ in training; `COMPACT` and `FUSED` are one there, with the same weights."""
COUNTED: Final = (Way.DENSE, Way.SUM, Way.GRADIENT_MASK, Way.COMPACT, Way.FUSED)
"""The ways whose cost is counted; `COMPACT` and `FUSED` differ there, by what they multiply."""
COST_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {way: "Compact, assembled" if way is Way.COMPACT else way.label for way in COUNTED}
)
"""The ways' labels where compact parameters are told apart by what is multiplied."""


def sum_offsets(pattern: Pattern) -> tuple[range, range] | None:
    """Return the offsets of a dense and of a dilated `Conv1d` whose sum has the pattern's taps.

    The dense one is a run of taps, the dilated one has all others, evenly spaced: at the smallest
    step at which every tap between its outermost ones is a tap of the pattern, and on from there
    as far as that is so. Where it lies is a matter of padding, which may be more on one side than
    on the other, or less than nothing: cropping. None if there is no such sum.

    Wings on both sides are on one grid if the island's width less one is a multiple of their
    dilation, or if there is one tap in each; a wing on one side alone always is.

    >>> sum_offsets(Pattern.partially_dilated(wing=2, dilation=2, island=5))
    (range(-2, 3), range(-6, 7, 2))
    >>> sum_offsets(Pattern.partially_dilated(wing=2, dilation=2, island=3))
    (range(-1, 2), range(-5, 6, 2))
    >>> sum_offsets(Pattern.partially_dilated(wing=2, dilation=3, island=3, causal=True))
    (range(-2, 1), range(-8, -1, 3))
    >>> sum_offsets(Pattern.partially_dilated(wing=2, dilation=3, island=5)) is None
    True
    """
    taps = frozenset(pattern.offsets)
    for dense in _dense_runs(pattern):
        dilated = _grid(taps, dense)
        if dilated is not None:
            return dense, dilated
    return None


def why_no_sum(family: Family | None) -> str:
    """Say in a sentence why no sum of a dense and a dilated `Conv1d` has a pattern's taps."""
    if family is None:
        return (
            "The sum of a dense and a dilated Conv1d has one run of taps and, beside it, evenly "
            "spaced ones. These taps are not of that kind, so the sum cannot make them."
        )
    _, dilation, island, _ = family
    return (
        f"The taps of one dilated Conv1d are evenly spaced, here {dilation} apart. From wing to "
        f"wing, across the island of {island}, it is {island - 1 + 2 * dilation}, no multiple of "
        f"{dilation}: the sum of a dense and a dilated Conv1d cannot make this pattern."
    )


def _dense_runs(pattern: Pattern) -> list[range]:
    """List the runs of taps that may be the dense `Conv1d`: if none of them is, no run is.

    Two neighbours among the other taps make these a run themselves, and of two runs either may be
    the dense one: so of longer runs the first is enough. If there are only single taps, at most one
    is out of line: one of the first three, or the first that breaks their spacing.
    """
    offsets = pattern.offsets
    starts = [o for k, o in enumerate(offsets) if k == 0 or offsets[k - 1] != o - 1]
    ends = [o + 1 for k, o in enumerate(offsets) if o + 1 not in offsets[k + 1 : k + 2]]
    longer = [range(a, b) for a, b in zip(starts, ends, strict=True) if b - a > 1]
    if longer:
        return longer[:1]
    step = offsets[1] - offsets[0] if offsets[1:] else 1
    out_of_line = [o for k, o in enumerate(offsets) if o != offsets[0] + k * step][:1]
    return [range(o, o + 1) for o in (*pattern.island, *offsets[:3], *out_of_line)]


def _grid(taps: frozenset[int], dense: range) -> range | None:
    """Return evenly spaced taps that include all but the dense ones, or None.

    Without any other, it is the tap that is nearest to the origin.
    """
    rest = sorted(tap for tap in taps if tap not in dense)
    if not rest:
        nearest = min(dense, key=abs)
        return range(nearest, nearest + 1)
    first, last = rest[0], rest[-1]
    common = gcd(*(tap - first for tap in rest))
    steps = sorted(tap - first for tap in taps if first < tap <= rest[1]) if rest[1:] else []
    if not steps:  # one tap: as far from the others as it is from the dense ones
        steps = [min(abs(tap - first) for tap in dense)]
    for step in steps:
        if common % step == 0 and taps.issuperset(range(first, last + 1, step)):
            while first - step in taps:
                first -= step
            while last + step in taps:
                last += step
            return range(first, last + 1, step)
    return None
