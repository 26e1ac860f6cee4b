"""Sheets: builders of figures from plain dictionaries, with the settings that all of them share.

A `PixelSheet` has a single y axis that counts pixels, for figures of several panels: a browser
draws one pair of axes and a few traces in half of the time that axes, notes and shapes for every
panel take. So panels are laid out here, in pixels; the values of a trace are its `customdata`, and
all thin lines are one trace, as are all texts.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import plotly.graph_objects as go

from pdviz.figures.palette import GAP

_TYPED: Final = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")
"""The types of numbers that plotly.js has typed arrays of."""
CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
"""Options of plotly.js: no tool bar, which would lie over the figure on a touch screen."""
FINE: Final = 10
"""Steps of the y axis per pixel: heights in whole numbers take half of the space."""
LIFTED: Final = (float("nan"), 0.0)
"""The point between two lines of one trace: nothing is drawn to it or from it."""


class Chart(NamedTuple):
    """A figure in Plotly's JSON without a template, and its description in words."""

    spec: str
    alt: str


class Block(NamedTuple):
    """A rectangle on a sheet: its ends on the x axis, and its lower and upper edge in pixels."""

    left: float
    right: float
    low: float
    high: float


class Sheet:
    """Builder of a figure, with the margins and the behaviour that all figures share.

    Traces, notes and shapes are plain dictionaries, of which Plotly makes the figure unchecked: its
    check of every property takes longer than all else here. The tests do check.
    """

    def __init__(
        self, height: int, *, top: int = 8, bottom: int = 40, left: int = 8, right: int = 8
    ) -> None:
        self.layout: dict[str, Any] = {
            "height": height,
            "margin": {"t": top, "b": bottom, "l": left, "r": right, "pad": 0, "autoexpand": False},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {"namelength": -1},
            "bargap": 0.0,
            "barmode": "overlay",
            "annotations": [],
            "shapes": [],
        }
        self._traces: list[dict[str, Any]] = []
        self._words: dict[str, list[tuple[float, float, str, str, int]]] = {}

    def add(self, kind: str, **trace: Any) -> None:
        """Add a trace of this kind: "bar", "scatter" or "heatmap"."""
        self._traces.append({"type": kind, **trace})

    def note(self, text: str, **settings: Any) -> None:
        """Add a line of text without an arrow."""
        self.layout["annotations"].append({"text": text, "showarrow": False, **settings})

    def word(
        self,
        text: str,
        x: float,
        y: float,
        *,
        side: str = "top right",
        size: int = 12,
        axis: str = "y",
    ) -> None:
        """Add a text beside a place; `side` is Plotly's `textposition`, `axis` the one of `y`."""
        self._words.setdefault(axis, []).append((x, y, text, side, size))

    def heading(self, text: str, y: float, colour: str | None = None, **settings: Any) -> None:
        """Add a heading at the left edge, its foot at the height `y` of the paper."""
        font = {"size": 13} if colour is None else {"size": 13, "color": colour}
        place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom"}
        self.note(text, y=y, font=font, **place, **settings)

    def shape(self, kind: str, **settings: Any) -> None:
        """Add a "line" or "rect" below the traces, across the paper's height."""
        below = {"xref": "x", "yref": "paper", "layer": "below"}
        self.layout["shapes"].append({"type": kind, **below, **settings})

    def gathered(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return traces and layout, texts on top; Plotly must not change the margins."""
        for axis, words in self._words.items():
            places, heights, texts, sides, sizes = zip(*words, strict=True)
            self.add(
                "scatter",
                mode="text",
                name="words",
                x=places,
                y=self._heights(np.array(heights, dtype=np.float64)),
                text=texts,
                textposition=sides,
                textfont={"size": sizes},
                cliponaxis=False,
                hoverinfo="skip",
                **({} if axis == "y" else {"yaxis": axis}),
            )
        self._words = {}
        for name, axis in self.layout.items():
            if name.startswith(("xaxis", "yaxis")):
                axis["automargin"] = False
        return self._traces, {name: value for name, value in self.layout.items() if value != []}

    def _heights(self, heights: np.ndarray) -> np.ndarray:
        """Return heights in the unit of the y axis."""
        return heights

    def spec(self) -> str:
        """Return the figure in Plotly's JSON."""
        traces, layout = self.gathered()
        spec = {"data": traces, "layout": layout}
        return json.dumps(spec, default=_plain, allow_nan=False, separators=(",", ":"))

    def figure(self) -> go.Figure:
        """Return the figure."""
        traces, layout = self.gathered()
        figure = go.Figure(data=traces, layout=layout, _validate=False)
        for part in (figure, figure.layout, *figure.data):
            part._validate = True  # for later changes
        return figure


class PixelSheet(Sheet):
    """A sheet on which y is given in pixels below the upper edge of the plot, as a number < 0."""

    def __init__(
        self, plot: int, *, top: int = 2, bottom: int = 4, left: int = 8, right: int = 8
    ) -> None:
        super().__init__(plot + top + bottom, top=top, bottom=bottom, left=left, right=right)
        self.layout["yaxis"] = {"range": [-FINE * plot, 0], "visible": False, "fixedrange": True}
        self._lines: list[tuple[float, float]] = []
        self._blocks: list[Block] = []

    def block(self, left: float, right: float, low: float, high: float) -> None:
        """Add a rectangle in the colour of gaps; thousands of them are still one outline."""
        self._blocks.append(Block(left, right, low, high))

    def line(self, points: Iterable[tuple[float, float]]) -> None:
        """Add a thin line through these places, each an x and a y."""
        self._lines += [*points, LIFTED]

    def gathered(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return traces and layout; rectangles, lines and texts lie on top."""
        if self._blocks:
            x, y = np.array(_outline(self._blocks)).T
            self.add(
                "scatter",
                mode="lines",
                name="blocks",
                x=x.astype(np.float32),
                y=fine(y),
                line={"width": 0, "simplify": False},
                fill="toself",
                fillcolor=GAP,
                hoverinfo="skip",
            )
        self._blocks = []
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


def _outline(blocks: Sequence[Block]) -> list[tuple[float, float]]:
    """Return one outline around all blocks: over each to the next, and back along their feet.

    plotly.js makes an element of each line between two gaps in a trace, so there is no gap.
    """
    over = list[tuple[float, float]]()
    back = list[tuple[float, float]]()
    for left, right, low, high in blocks:
        over += [(left, low), (left, high), (right, high), (right, low)]
        if len(back) > 1 and back[-1][1] == back[-2][1] == low:
            back[-1] = (right, low)
        else:
            back += [(left, low), (right, low)]
    return over + back[::-1]


def fine(heights: np.ndarray) -> np.ndarray:
    """Return pixels in the steps of the y axis."""
    return np.round(FINE * heights).astype(np.int16)


def chart_of(sheet: Sheet, alt: str) -> Chart:
    """Return the chart of a sheet; the page that draws it gives it its theme."""
    return Chart(sheet.spec(), alt)


def _plain(value: Any) -> Any:
    """Return an array as plotly.js reads it: the bytes of numbers, or else a list."""
    if not isinstance(value, np.ndarray):
        return value.item()
    kind = value.dtype.str.lstrip("<|")
    if kind not in _TYPED:
        return value.tolist()
    data = base64.b64encode(value.tobytes()).decode("ascii")
    shape = {"shape": ", ".join(map(str, value.shape))} if value.ndim > 1 else {}
    return {"dtype": kind, "bdata": data, **shape}
