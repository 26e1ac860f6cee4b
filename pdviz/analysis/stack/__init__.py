"""A stack of layers, before any question about it is answered; and a single kernel, counted.

layer      Layer, its jump, a stack's extent and the checks of its size and weights
kernel     the numbers of one kernel, and the dense and plain dilated kernels like it
weights    ready-made and typed values of the compact parameters
composed   the one kernel that equals a whole linear stack
shade      how dark a position is drawn, by its number of paths
rounding   bounds on rounding errors
module     the layer itself with chosen weights (needs torch)
"""

from pdviz.analysis.stack.composed import TooMuchWork, stack_kernel
from pdviz.analysis.stack.kernel import kernel_numbers
from pdviz.analysis.stack.layer import Layer, stack_extent, with_jumps
from pdviz.analysis.stack.weights import WEIGHTS, make_weights

__all__ = [
    "WEIGHTS",
    "Layer",
    "TooMuchWork",
    "kernel_numbers",
    "make_weights",
    "stack_extent",
    "stack_kernel",
    "with_jumps",
]
