"""What the pages ought to show, worked out once more and in another way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def offsets(
    wing: int = 4, dilation: int = 2, island: int = 5, causal: bool = False
) -> tuple[int, ...]:
    """Where the family's taps sit."""
    last = 0 if causal else island // 2
    first = last - island + 1
    taps = {*range(first, last + 1), *(first - dilation * k for k in range(1, wing + 1))}
    right = () if causal else (last + dilation * k for k in range(1, wing + 1))
    return tuple(sorted(taps.union(right)))


def written(taps: Sequence[int]) -> str:
    """The pattern of these offsets, as text."""
    return "".join("01"[o in taps] for o in range(min(*taps, 0), max(*taps, 0) + 1))


def stack_numbers(taps: Sequence[int], layers: int) -> dict[str, str]:
    """What the kernel page's table says of a stack: the inputs reached are the bits of a number."""
    first = min(*taps, 0)
    reached, lowest = 1, 0
    for _ in range(layers):
        seen = 0
        for offset in taps:
            seen |= reached << (offset - first)
        reached, lowest = seen, lowest + first
    text = f"{reached:b}".strip("0")
    count, extent = text.count("1"), len(text)
    weights = f"{layers * len(taps):,}"
    return {
        "Weights": weights if layers == 1 else f"{layers} × {len(taps):,} = {weights}",
        "Receptive field": f"{extent:,}",
        "Inputs reached": f"{count:,}",
        "Coverage": f"{100 * count / extent:.1f}%",
        "Longest hole": f"{max(map(len, text.split('1'))):,}",
        "Longest run without a hole": f"{max(map(len, text.split('0'))):,}",
    }


def gaussian(taps: Sequence[int]) -> np.ndarray:
    """A bell over the span, six standard deviations wide, its values at the taps; sum 1."""
    size = max(*taps, 0) - min(*taps, 0) + 1
    values = np.exp(-(np.array(taps) ** 2) / (2 * (size / 6) ** 2))
    return np.asarray(values / values.sum())


def layer_output(samples: np.ndarray, taps: Sequence[int], weights: Any, at: int) -> float:
    """y[at] = Σ w[o] · x[at + o], zeros outside."""
    return sum(
        float(weight) * float(samples[at + offset])
        for offset, weight in zip(taps, weights, strict=True)
        if 0 <= at + offset < len(samples)
    )


def words(value: float) -> str:
    """A number as a page writes it."""
    return f"{value:.4g}".replace("-", "−")
