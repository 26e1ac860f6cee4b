"""A figure whose single y axis counts pixels, for drawings of several panels.

A browser draws one pair of axes and a few traces in half of the time that every panel's own axes,
notes and shapes take. So what stands in a panel is placed here, its values are the `customdata` of
its traces, and all thin lines, and all words, are one trace each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from pdviz.figures.style import GAP, Sheet, even_ticks

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

    def line(self, points: Iterable[tuple[float, float]]) -> None:
        """Add a thin line through these places, each an x and a y."""
        self._lines += [*points, LIFTED]

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
        self._lines = []
        return super().gathered()

    def _heights(self, heights: np.ndarray) -> np.ndarray:
        return fine(heights)


def sample_ticks(first: float, last: float) -> dict[str, Any]:
    """The ticks of an axis of samples: few enough for their numbers to stand side by side."""
    most = 7 if max(abs(first), abs(last)) < 1000 else 5
    return {**even_ticks(first, last, most, least=1), "ticks": "outside", "ticklen": 4}


def fine(heights: np.ndarray) -> np.ndarray:
    """Pixels as the y axis counts them."""
    return np.round(FINE * heights).astype(np.int16)
