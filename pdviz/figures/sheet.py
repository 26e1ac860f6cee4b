"""Sheets on which figures are gathered as plain dictionaries, with the settings all of them share.

A `PixelSheet` has a single y axis that counts pixels, for figures of several panels: a browser
draws one pair of axes and a few traces in half of the time that every panel's own axes, notes and
shapes take. So what stands in a panel is placed here, its values are the `customdata` of its
traces, and all thin lines, and all words, are one trace each.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
import plotly.graph_objects as go

from pdviz.figures.palette import GAP

_TYPED: Final = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")
"""The numbers of which plotly.js has typed arrays."""
CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
"""No tool bar: it would lie over the drawing where there is no pointer to leave it."""
FINE: Final = 10
"""Steps of the y axis in a pixel: whole numbers take half of the space of others."""
LIFTED: Final = (float("nan"), 0.0)
"""Where the pen is lifted between two lines."""


class Chart(NamedTuple):
    """A figure in Plotly's JSON without a template, and what it shows in words."""

    spec: str
    alt: str


class Sheet:
    """A figure in the making, with the margins and the behaviour that all of them share.

    Traces, notes and shapes are gathered as plain dictionaries, of which Plotly makes the figure
    unchecked: its check of every property takes longer than all else here. The tests do check.
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
        """Traces and layout, words on top; the margins stay as they are."""
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
        """Heights as the y axis has them."""
        return heights

    def spec(self) -> str:
        """What was gathered, in Plotly's JSON."""
        traces, layout = self.gathered()
        spec = {"data": traces, "layout": layout}
        return json.dumps(spec, default=_plain, allow_nan=False, separators=(",", ":"))

    def figure(self) -> go.Figure:
        """What was gathered, as a Plotly figure."""
        traces, layout = self.gathered()
        figure = go.Figure(data=traces, layout=layout, _validate=False)
        for part in (figure, figure.layout, *figure.data):
            part._validate = True  # what is changed from now on
        return figure


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


def fine(heights: np.ndarray) -> np.ndarray:
    """Pixels as the y axis counts them."""
    return np.round(FINE * heights).astype(np.int16)


def chart_of(sheet: Sheet, alt: str) -> Chart:
    """The chart of a sheet; its looks are left to where it is drawn."""
    return Chart(sheet.spec(), alt)


def _plain(value: Any) -> Any:
    """An array as plotly.js reads it: the bytes of numbers, or else a list."""
    if not isinstance(value, np.ndarray):
        return value.item()
    kind = value.dtype.str.lstrip("<|")
    if kind not in _TYPED:
        return value.tolist()
    data = base64.b64encode(value.tobytes()).decode("ascii")
    shape = {"shape": ", ".join(map(str, value.shape))} if value.ndim > 1 else {}
    return {"dtype": kind, "bdata": data, **shape}
