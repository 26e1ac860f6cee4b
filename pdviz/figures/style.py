"""The palette that every picture shares, and the settings of every figure.

Left wing, island and right wing have the same colour everywhere. The colours are told apart with
protanopia and deuteranopia; with tritanopia the wings' stripes help, which lean to opposite sides
in the drawings. All stand out from a white and from a near-black background alike; figures leave
text and background to the page's theme.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from pdviz.pattern import Pattern

LEFT: Final = "#3A86C8"
ISLAND: Final = "#E08214"
RIGHT: Final = "#1B9E77"
GAP: Final = "#8A93A3"
"""Gaps, guide lines and whatever else stays in the background."""
ACCENT: Final = "#6F5BD6"
"""Counts, losses and targets: what belongs to no part of the kernel."""

PARTS: Final = ("left wing", "island", "right wing")
COLOURS: Final = {"left wing": LEFT, "island": ISLAND, "right wing": RIGHT, "gap": GAP}
_TYPED: Final = ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")
"""The numbers of which plotly.js has typed arrays."""
CONFIG: Final = {"displayModeBar": False, "scrollZoom": False}
"""No tool bar: it would lie over the drawing where there is no pointer to leave it."""


def part_names(pattern: Pattern) -> list[str]:
    """For each tap, in ascending order of offset, the part it belongs to."""
    counts = (len(pattern.left), len(pattern.island), len(pattern.right))
    return [name for name, count in zip(PARTS, counts, strict=True) for _ in range(count)]


def element_names(pattern: Pattern) -> list[str]:
    """For each of the K elements of the kernel, the part it belongs to, or "gap"."""
    names = ["gap"] * pattern.kernel_size
    for index, name in zip(pattern.indices, part_names(pattern), strict=True):
        names[index] = name
    return names


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
