"""Cost: what does each way of making the kernel cost?

cost     parameters, multiply-adds and bytes of each way, counted
proofs   the same from PyTorch's own modules, without data (needs torch)
"""

from pdviz.analysis.cost.cost import BYTES, WAYS, LayerCost, Shape, StackCost, WayCost, cost

__all__ = ["BYTES", "WAYS", "LayerCost", "Shape", "StackCost", "WayCost", "cost"]
