"""Kernels for layers whose channels mix: `products` takes tensors, `loops` are the tasks."""

from pdviz.conv._fused.cpu.mixed_channels.products import backward as backward
from pdviz.conv._fused.cpu.mixed_channels.products import forward as forward
