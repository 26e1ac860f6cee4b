"""The sum of a dense and a dilated convolution in place of the layer."""

from __future__ import annotations

from torch import nn

from pdviz.conv._arguments import abbreviated
from pdviz.conv.ways.base import Alternative
from pdviz.pattern import Pattern
from pdviz.ways import sum_offsets, why_no_sum


class SumConv1d(Alternative):
    """The sum of a dense `Conv1d`, the island, and a dilated one, whose taps also make the wings.

    `pdviz.ways.sum_offsets` says which taps each has, and which patterns such a sum can make. If
    there are no wings the dilated one is a single tap. The bias is the dense one's.
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
            raise ValueError(f"`pattern` (={abbreviated(pattern)}): {why_no_sum(pattern.family)}")
        return offsets
