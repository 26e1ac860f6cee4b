"""Fused kernels for the CPU, from the outside in:

- `backend`, and `mixed_channels` where they mix: tensors in, tensors out;
- `channels_last`: the same for signals (N, L, C), where they lie; `ring`: for streams;
- `memory`: where results lie;
- `taps`: where the taps sit, sorted for the loops;
- `threads`: run a compiled task on several threads;
- `loops`: the tasks, over chunks of rows; `mixed_channels` has its own;
- `rows`: what is done with one row; `tiles`: the inner loops; `vectors`: their LLVM vectors;
- `compile`: how Numba compiles them.
"""
