"""Ticks of an axis, at even numbers and written out.

Their texts are part of the figure, so that the sketch that is drawn in place of Plotly's chart has
the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from pdviz.figures.wording import tick


def even_ticks(first: float, last: float, most: int, *, least: float = 0.0) -> dict[str, Any]:
    """Return ticks at even numbers, at most `most` of them and at least `least` apart."""
    power = 10.0 ** floor(log10(max((last - first) / most, least)))
    for step in (power, 2 * power, 5 * power, 10 * power):
        begin, end = ceil(first / step - 1e-9), floor(last / step + 1e-9)
        if end - begin < most and step >= least:
            break
    return ticks_at([step * number for number in range(begin, end + 1)])


def ticks_at(places: Sequence[float], *, cut: bool = False) -> dict[str, Any]:
    """Return ticks at these places, with their texts.

    If the axis is cut off at the first of them, its text says so: "≤ −80".
    """
    texts = [tick(place) for place in places]
    if cut:
        texts[0] = f"≤ {texts[0]}"
    return {"tickmode": "array", "tickvals": list(places), "ticktext": texts, "tickangle": 0}


def sample_ticks(first: float, last: float) -> dict[str, Any]:
    """Return the ticks of an axis of samples: few, so that their numbers stand side by side."""
    most = 7 if max(abs(first), abs(last)) < 1000 else 5
    return {**even_ticks(first, last, most, least=1), "ticks": "outside", "ticklen": 4}
