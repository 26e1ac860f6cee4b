"""One dense convolution in place of the layer."""

from __future__ import annotations

from torch import nn

from pdviz.conv.ways.base import Alternative


class DenseConv1d(Alternative):
    """The starting point: a dense `Conv1d` of the pattern's span, all K elements taps."""

    weight: nn.Parameter
