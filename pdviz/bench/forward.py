"""The layer's forward pass beside the one `conv1d` that it saves, on a given signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from pdviz.analysis.stack.module import layer_with
from pdviz.bench.measure import Times, side_by_side
from pdviz.limits import MAX_FOLD_WORK
from pdviz.pattern import Pattern

_BUDGET: Final = 0.2
"""Seconds of each of the two."""
_LEAST: Final = 5
"""Fewest runs of each: a median of less says nothing of the spread."""


@dataclass(frozen=True)
class ForwardTimes:
    """Times of the forward pass, both of the same float32 samples.

    Attributes:
        layer: of the layer.
        conv1d: of the layer folded into one `Conv1d`: the assembled kernel, gaps and all.
        backend: what the layer ran by.
        channels, length: of what they ran over.
        threads: of PyTorch.
    """

    layer: Times
    conv1d: Times
    backend: str
    channels: int
    length: int
    threads: int


def time_forward(
    pattern: Pattern, compact: np.ndarray, samples: np.ndarray, *, device: str = "cpu"
) -> ForwardTimes:
    """Time both, in turns, over as many of the samples as `limits.MAX_FOLD_WORK` allows.

    Args:
        pattern: where the taps sit.
        compact: (T,) the weights of every channel, in ascending order of offset.
        samples: (C, L).
        device: "cpu", "cuda:0", …
    """
    channels, whole = samples.shape
    length = min(whole, max(1, MAX_FOLD_WORK // (pattern.kernel_size * channels)))
    layer = layer_with(pattern, compact, channels=channels, dtype=torch.float32).to(device).eval()
    folded = layer.fold()
    inputs = torch.tensor(samples[:, :length], dtype=torch.float32, device=device)
    with torch.inference_mode():
        ours, rival = side_by_side(
            [lambda: layer(inputs), lambda: folded(inputs)],
            inputs.device,
            budget=_BUDGET,
            least=_LEAST,
        )
        backend = layer.backend_for(inputs)
    return ForwardTimes(ours, rival, backend, channels, length, torch.get_num_threads())
