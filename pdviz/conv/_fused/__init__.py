"""Backend "fused": compiled kernels, as operators of PyTorch.

`operators` defines the operators, `geometry` the arguments that they take besides tensors; `cpu` is
compiled by Numba, `cuda` by Triton.
"""
