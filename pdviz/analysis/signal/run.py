"""Run of the layer on a signal: its output, and the check against `Conv1d`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from pdviz.analysis._arrays import frozen
from pdviz.analysis.stack.module import layer_with
from pdviz.limits import MAX_FOLD_WORK
from pdviz.pattern import Pattern


@dataclass(frozen=True, slots=True, eq=False)
class SignalRun:
    """The output of the layer for one signal, depthwise, with the same kernel for every channel.

    Attributes:
        output: (C, L) float32.
        fold_difference: the largest |layer − folded Conv1d| over the outputs compared.
        fold_scale: the largest |output| among them.
        compared: (first, last + 1) of those outputs.
    """

    output: np.ndarray
    fold_difference: float
    fold_scale: float
    compared: tuple[int, int]


def device_names() -> dict[str, str]:
    """List the devices that PyTorch can use here: {"cpu": "CPU", "cuda:0": "NVIDIA …", …}."""
    names = {"cpu": "CPU"}
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            names[f"cuda:{number}"] = torch.cuda.get_device_name(number)
    return names


def run_signal(
    pattern: Pattern,
    compact: np.ndarray,
    samples: np.ndarray,
    *,
    device: str = "cpu",
    around: int = 0,
) -> SignalRun:
    """Run the layer over `samples` with zeros beyond their ends ("same" padding).

    Args:
        pattern: where the taps sit.
        compact: (T,) the weights of every channel, in ascending order of offset.
        samples: (C, L).
        device: one of `device_names()`.
        around: the sample around which outputs are compared with the folded `Conv1d`, if comparing
            all of them would take more than `limits.MAX_FOLD_WORK` multiply-adds.

    Raises:
        ValueError: `compact` does not fit the pattern, or `samples` is not (C, L) or is empty.
    """
    if samples.ndim != 2 or 0 in samples.shape:
        raise ValueError(f"`samples` has shape {samples.shape}; it takes (C, L), both at least 1.")
    channels, length = samples.shape
    layer = layer_with(pattern, compact, channels=channels, dtype=torch.float32).to(device).eval()
    with torch.inference_mode():
        inputs = torch.tensor(samples, dtype=torch.float32, device=device)
        output: torch.Tensor = layer(inputs)

        kernel_size, origin = pattern.kernel_size, pattern.origin
        count = min(length, max(1, MAX_FOLD_WORK // (kernel_size * channels)))
        first = min(max(around - count // 2, 0), length - count)
        left = max(first - origin, 0)
        right = min(first + count + kernel_size - 1 - origin, length)
        folded = layer.fold()(inputs[:, left:right])[:, first - left :][:, :count]
        ours = output[:, first : first + count]
        difference = (ours - folded).abs().max().item()
        scale = ours.abs().max().item()
    return SignalRun(
        output=frozen(output.cpu().numpy(), np.float32),
        fold_difference=difference,
        fold_scale=scale,
        compared=(first, first + count),
    )
