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


def stack_numbers(stack: Sequence[tuple[Sequence[int], int]]) -> dict[str, str]:
    """What a table says of a stack of (taps, stride): the inputs reached are bits of a number."""
    reached = 1
    for taps, stride in reversed(stack):
        if stride > 1:
            text = f"{reached:b}"
            reached = int(("0" * (stride - 1)).join(text), 2)
        union = 0
        for offset in taps:
            union |= reached << (offset - min(taps))
        reached = union
    text = f"{reached:b}".strip("0")
    count, extent = text.count("1"), len(text)
    share = "100%" if count == extent else f"{min(100 * count / extent, 99.9):.1f}%"
    return {
        "Weights": f"{sum(len(taps) for taps, _ in stack):,}",
        "Receptive field": f"{extent:,}",
        "Inputs reached": f"{count:,}",
        "Coverage": share,
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
    """A number as a page writes it, from 0.0001 to 9,999 in size."""
    assert value == 0 or 1e-4 <= abs(value) < 1e4
    return f"{float(f'{value:.4g}'):,.10g}".replace("-", "−")
