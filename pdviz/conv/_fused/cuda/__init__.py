"""Fused kernels for CUDA: `backend` runs the Triton kernels of `kernels`.

Where channels mix, `mixed` runs PyTorch's batched matrix products instead, one per tap.
"""
