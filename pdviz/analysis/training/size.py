"""How long a training run may be: every step records numbers for each element of the kernel."""

from __future__ import annotations

from pdviz.limits import MAX_TRACE_NUMBERS, MAX_TRAINING_STEPS


def most_steps(kernel_size: int) -> int:
    """Return how many steps may be recorded of a kernel with so many elements, at least 1.

    >>> most_steps(21), most_steps(8257)
    (200, 30)
    """
    return max(1, min(MAX_TRAINING_STEPS, MAX_TRACE_NUMBERS // kernel_size - 1))
