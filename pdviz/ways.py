"""The ways to make a partially dilated kernel, and the one place that names and explains them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from pdviz.pattern import Pattern


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
    """Return the offsets of the dense and of the dilated `Conv1d` whose sum comes nearest.

    The dilated taps are the multiples of the dilation, counted from the origin: the fewest that
    leave `wing` of them beyond the island (on each side, or before a causal one). The sum is the
    pattern itself if there are no wings, or the island's reach (to the left, if causal) is a
    multiple of the dilation. Without wings there is one dilated tap, at the origin. None for a
    free pattern, whose wings are not evenly spaced.

    >>> sum_offsets(Pattern.partially_dilated(wing=2, dilation=2, island=5))
    (range(-2, 3), range(-6, 7, 2))
    """
    if pattern.family is None:
        return None
    wing, dilation, island, causal = pattern.family
    reach = island - 1 if causal else (island - 1) // 2
    end = (wing + reach // dilation) * dilation if wing else 0
    last, last_dilated = (0, 0) if causal else (reach, end)
    return range(-reach, last + 1), range(-end, last_dilated + 1, dilation)
