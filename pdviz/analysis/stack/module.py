"""The layer itself with chosen compact parameters, for the analyses that run it."""

import numpy as np
import torch

from pdviz.analysis._arrays import check_compact
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.pattern import Pattern


def layer_with(
    pattern: Pattern, compact: np.ndarray, *, channels: int = 1, dtype: torch.dtype
) -> PartiallyDilatedConv1d:
    """Return a depthwise layer without bias, every channel with the parameters `compact` (T,)."""
    check_compact(pattern, compact)
    layer = PartiallyDilatedConv1d(
        channels, channels, pattern, groups=channels, bias=False, dtype=dtype
    )
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(compact))
    return layer
