"""Fused kernels for the CPU, from the outside in:

- `backend`, and `mixed` where channels mix: tensors in, tensors out;
- `channels_last`: the same for signals (N, L, C), where they lie;
- `taps`: where the taps sit, sorted for the loops;
- `threads`: run a compiled task on several threads;
- `loops`, `mixed_loops`: the tasks, over chunks of rows;
- `rows`: what is done with one row; `tiles`: the inner loops; `vectors`: their LLVM vectors;
- `compile`: how Numba compiles them.
"""
