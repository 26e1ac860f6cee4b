"""The sum of a dense and a dilated convolution in place of the layer."""

from __future__ import annotations

from torch import nn

from pdviz.conv._functional import abbreviated
from pdviz.conv.ways.base import Alternative
from pdviz.pattern import Pattern
from pdviz.ways import sum_offsets


class SumConv1d(Alternative):
    """The sum of a dense `Conv1d`, the island, and a dilated one, whose taps also make the wings.

    The dilated taps are the multiples of the dilation, counted from the origin: the fewest that
    leave `wing` of them beyond the island (on each side, or before a causal one). That is the
    pattern asked for only if the island's reach (to the left, if causal) is a multiple of the
    dilation too; `effective_pattern` says what is made otherwise. Without wings one dilated tap is
    left, at the origin. The bias is the dense one's.
    """

    _names = ("dense", "dilated")
    dense: nn.Parameter
    dilated: nn.Parameter

    @property
    def doubled(self) -> tuple[int, ...]:
        """The offsets of the taps that are held twice; one step of SGD moves them twice as far."""
        dense, dilated = self._supports
        return tuple(offset for offset in dilated if offset in dense)

    @classmethod
    def _supports_for(cls, pattern: Pattern) -> tuple[range, ...]:
        offsets = sum_offsets(pattern)
        if offsets is None:
            raise ValueError(
                f"`pattern` (={abbreviated(pattern)}) must be one that Pattern.partially_dilated "
                "makes: the sum of a dense and a dilated Conv1d has wings of evenly spaced taps, "
                "alike on both sides or, if causal, on the left alone."
            )
        return offsets
