"""Kernels for signals whose channels lie side by side: `layer(x.transpose(1, 2))` of (N, L, C).

`signals` takes tensors, `loops` are the tasks, `tiles` the inner loops.
"""

from pdviz.conv._fused.cpu.channels_last.signals import applies as applies
from pdviz.conv._fused.cpu.channels_last.signals import backward as backward
from pdviz.conv._fused.cpu.channels_last.signals import forward as forward
