"""Stated limits on size, checked before anything is allocated.

The library's own limits come first; those of the shared server in the browser follow. A page states
the limits that a person can meet, with these numbers.
"""

from typing import Final

# The library.
MAX_KERNEL_SIZE: Final = 2**20
"""Longest kernel a `Pattern` may span, in elements."""
MAX_EXTENT: Final = 2**20
"""Widest receptive field that is computed, in input samples."""
MAX_POSITION: Final = 2**62
"""Farthest input from an output's own position, and largest jump, that are counted."""
FLOOR: Final = -120.0
"""Lowest level that is told apart from silence, in decibels."""
MAX_PROOF_WORK: Final = 2**20
"""Most multiply-adds of one channel, forward, that real layers take to prove a receptive field."""
MAX_FIELD_WORK: Final = 2**32
"""Most multiply-adds that the convolution of a stack's kernels may take."""
MAX_PROBE_WORK: Final = 2**24
"""Most multiply-adds that one draw of the gradient through a stack may take, forward."""
MAX_DRAWS_WORK: Final = 2**22
"""Most multiply-adds that all draws of the gradient may take; wide stacks get fewer draws."""

# The interface.
MAX_WING: Final = 64
MAX_DILATION: Final = 64
MAX_ISLAND: Final = 65
MAX_LAYERS: Final = 12
MAX_GROWTH: Final = 4
"""Largest factor by which the dilation grows from layer to layer."""
MAX_EVERY: Final = 4
"""Most layers that share one dilation before it grows."""
MAX_STRIDE: Final = 8
MAX_OWN_DILATION: Final = 1024
"""Largest dilation of a layer that has a pattern of its own."""
MAX_PATTERN_TEXT: Final = 1024
"""Longest pattern that may be typed or linked, in characters."""
MAX_SEED: Final = 2**32 - 1
MAX_TYPED_WEIGHTS: Final = 256
"""Most compact parameters that may be typed or linked by value."""
MAX_WEIGHT: Final = 1e3
"""Largest magnitude of a typed weight or target."""
MAX_QUERY: Final = 16_384
"""Longest value of one parameter in a link, in characters."""
MAX_SIGNAL_LENGTH: Final = 131_072
"""Longest signal, in samples a channel."""
MAX_CHANNELS: Final = 16
MIN_SECTION: Final = 16
MAX_SECTION: Final = 4096
"""Most samples of a signal that are drawn at once."""
MAX_FOLD_WORK: Final = 2**22
"""Most multiply-adds that the folded `Conv1d` may take, to be compared with the layer or timed."""
MAX_TRACE_SPAN: Final = MAX_ISLAND + 2 * MAX_WING * MAX_DILATION
"""Longest kernel whose training run is recorded, in elements: the longest of the sliders, 8257."""
MAX_COMPARED_SPAN: Final = 161
"""Longest kernel whose ways are trained and drawn side by side, in elements."""
MAX_TRAINING_STEPS: Final = 200
MAX_TRACE_NUMBERS: Final = 2**18
"""Most weights of kernels in a run, (steps + 1) · elements: 200 steps of 1,304 elements, 30 of the
longest. That takes 1.5 s on one core, and 8 MB for kernels, parameters and gradients."""
MAX_TRACE_LENGTH: Final = 256
"""Longest stretch of signal that a gradient trace runs over, in samples."""
MIN_LEARNING_RATE: Final = 1e-4
MAX_LEARNING_RATE: Final = 10.0
MAX_MOMENTUM: Final = 0.99
MAX_WEIGHT_DECAY: Final = 1.0
MAX_LOSS: Final = 1e9
"""A training run ends when its loss passes this."""
MAX_BATCH: Final = 4096
MAX_WIDTH: Final = 65_536
"""Most channels that costs are counted for."""
MAX_RUN_LENGTH: Final = 2**24
"""Longest signal that costs are counted for, in samples."""
COMPUTE_WAIT: Final = 20.0
"""Longest wait for a turn at the shared processor or GPU, in seconds."""
