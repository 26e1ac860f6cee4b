"""Ticks of an axis, at even numbers and written out: whoever draws the figure has the same."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any


def even_ticks(first: float, last: float, most: int, *, least: float = 0.0) -> dict[str, Any]:
    """An axis's ticks at even numbers, at most so many, and what is written there.

    They are said, not left to Plotly, so that whoever else draws the figure has the same. `least`
    is how far apart they are at least.
    """
    power = 10.0 ** floor(log10(max((last - first) / most, least)))
    for step in (power, 2 * power, 5 * power, 10 * power):
        begin, end = ceil(first / step - 1e-9), floor(last / step + 1e-9)
        if end - begin < most and step >= least:
            break
    return said_ticks([step * number for number in range(begin, end + 1)])


def said_ticks(places: Sequence[float]) -> dict[str, Any]:
    """An axis's ticks at these places, and what is written there."""
    texts = [f"{float(f'{place:.10g}'):,.10g}".replace("-", "−") for place in places]
    return {"tickmode": "array", "tickvals": list(places), "ticktext": texts, "tickangle": 0}


def sample_ticks(first: float, last: float) -> dict[str, Any]:
    """The ticks of an axis of samples: few enough for their numbers to stand side by side."""
    most = 7 if max(abs(first), abs(last)) < 1000 else 5
    return {**even_ticks(first, last, most, least=1), "ticks": "outside", "ticklen": 4}
