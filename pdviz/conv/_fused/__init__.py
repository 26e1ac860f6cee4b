"""Backend "fused": kernels of our own, as operators of PyTorch.

`operators` is what PyTorch knows of them. On the CPU, `cpu` and `cpu_mixed` (where channels mix)
have `taps` sorted, and hand `loops` and `mixed_loops` to the threads of `team`; these go row by row
(`rows`) over `tiles`, which are made of `vectors`, and `compile` is how Numba makes them. On CUDA,
`cuda` runs `cuda_kernels` by Triton, and `cuda_mixed` matrix products.
"""
