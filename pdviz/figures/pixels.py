"""A figure whose single y axis counts pixels, for drawings of several panels.

A browser draws one pair of axes and a few traces in half of the time that every panel's own axes,
notes and shapes take. So what stands in a panel is placed here, its values are the `customdata` of
its traces, and all thin lines, and all words, are one trace each.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from math import ceil, floor
from typing import Any, Final

import numpy as np

from pdviz.figures.style import GAP, Sheet

FINE: Final = 10
"""Steps of the y axis in a pixel: whole numbers take half of the space of others."""
LIFTED: Final = (float("nan"), 0.0)
"""Where the pen is lifted between two lines."""


class PixelSheet(Sheet):
    """A sheet on which y is given in pixels below the upper edge of the plot, as a number < 0."""

    def __init__(
        self, plot: int, *, top: int = 2, bottom: int = 4, left: int = 8, right: int = 8
    ) -> None:
        super().__init__(plot + top + bottom, top=top, bottom=bottom, left=left, right=right)
        self.layout["yaxis"] = {"range": [-FINE * plot, 0], "visible": False, "fixedrange": True}
        self._lines: list[tuple[float, float]] = []
        self._words: list[tuple[float, float, str, str, int]] = []

    def line(self, points: Iterable[tuple[float, float]]) -> None:
        """Add a thin line through these places, each an x and a y."""
        self._lines += [*points, LIFTED]

    def word(
        self, text: str, x: float, y: float, *, side: str = "top right", size: int = 12
    ) -> None:
        """Add a text beside a place; `side` is Plotly's `textposition`."""
        self._words.append((x, y, text, side, size))

    def gathered(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Traces and layout; lines and words lie on top."""
        if self._lines:
            x, y = np.array(self._lines).T
            self.add(
                "scatter",
                mode="lines",
                name="lines",
                x=x.astype(np.float32),
                y=fine(y),
                line={"color": GAP, "width": 1.2},
                hoverinfo="skip",
            )
        if self._words:
            places, heights, texts, sides, sizes = zip(*self._words, strict=True)
            self.add(
                "scatter",
                mode="text",
                name="words",
                x=places,
                y=fine(np.array(heights)),
                text=texts,
                textposition=sides,
                textfont={"size": sizes},
                cliponaxis=False,
                hoverinfo="skip",
            )
        self._lines, self._words = [], []
        return super().gathered()


def sample_ticks(first: float, last: float) -> dict[str, Any]:
    """Where an axis of samples has its ticks: at even whole numbers, few enough to stand level.

    They are said, not left to Plotly, so that whoever else draws the figure has the same.
    """
    most = 7 if max(abs(first), abs(last)) < 1000 else 5
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if floor(last / step) - ceil(first / step) < most)
    begin, end = ceil(first / step), floor(last / step)
    return {
        "tickmode": "array",
        "tickvals": [step * number for number in range(begin, end + 1)],
        "tickangle": 0,
        "tickformat": ",d",
        "ticks": "outside",
        "ticklen": 4,
    }


def fine(heights: np.ndarray) -> np.ndarray:
    """Pixels as the y axis counts them."""
    return np.round(FINE * heights).astype(np.int16)
