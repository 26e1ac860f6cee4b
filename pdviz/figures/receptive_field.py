"""The receptive fields of stacks, one under another on the same axis of input samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import plotly.graph_objects as go

from pdviz.analysis.field_picture import FieldPicture
from pdviz.analysis.receptive_field import ReceptiveField
from pdviz.figures.style import Sheet

_ROW: Final = 17
_THIN_ROW: Final = 13
_MOST_ROWS: Final = 9
"""More rows than these are thin."""
_MARGIN: Final = 66
_HEAD: Final = 31
_LINE: Final = 17
_WIDEST: Final = 62
"""The longest line of text on a phone, in characters."""
_SHADES: Final = [[0.0, "rgba(111,91,214,0.0)"], [1.0, "rgba(111,91,214,1.0)"]]


class FieldPanel(NamedTuple):
    """One stack to draw: its name, its picture, and its field at the input."""

    title: str
    picture: FieldPicture
    field: ReceptiveField


def field_summary(field: ReceptiveField) -> str:
    """What a stack reaches, in words: "reaches 53 of 61 inputs (87%), widest hole 1, …"."""
    reached = f"{len(field.support):,} of {field.extent:,} inputs ({_percent(field.coverage)})"
    if not field.largest_gap:
        return f"reaches {reached}, no holes"
    return f"reaches {reached}, widest hole {field.largest_gap:,}, unbroken {field.longest_run:,}"


def summary_lines(field: ReceptiveField) -> list[str]:
    """The summary in as many lines as a phone needs."""
    words = field_summary(field)
    if len(words) <= _WIDEST:
        return [words]
    reached, holes = words.split("), ")
    return [f"{reached}),", holes]


def _percent(share: float) -> str:
    """A share in per cent, 100 only where it is the whole."""
    return f"{share:.0%}" if share == 1 else f"{min(share, 0.99):.0%}"


def receptive_field_figure(panels: Sequence[FieldPanel]) -> go.Figure:
    """Panels of depth (downward, from the output to the input) against input position.

    Colour counts paths, on a logarithmic scale within each row; a hole is a hole.
    """
    rows = panels[0].picture.shade.shape[0]
    lines = max(len(summary_lines(p.field)) for p in panels)
    head = _HEAD + _LINE * lines
    panel = head + (_ROW if rows <= _MOST_ROWS else _THIN_ROW) * rows
    plot = panel * len(panels)
    sheet = Sheet(plot + 52, top=4, bottom=48, left=_MARGIN)
    first = min(p.picture.positions[0] for p in panels) - 0.6
    last = max(p.picture.positions[-1] for p in panels) + 0.6
    names = ["output", *(f"{d} layer{'s' if d > 1 else ''}" for d in range(1, rows))]
    for number, (title, picture, field) in enumerate(panels):
        axis = str(number + 1) if number else ""
        top = 1 - (number * panel + head) / plot
        bottom = 1 - (number + 1) * panel / plot
        wide = picture.width > 1
        counts = np.dstack([picture.reached, picture.standing]).astype(np.int32)
        sheet.add(
            "heatmap",
            name=title,
            x=picture.positions,
            y=names,
            z=picture.shade.astype(np.float32),
            customdata=counts if wide else picture.paths,
            zmin=0,
            zmax=1,
            colorscale=_SHADES,
            showscale=False,
            hoverongaps=False,
            xgap=1 if len(picture.positions) <= 260 else 0,
            ygap=2,
            xaxis="x",
            yaxis=f"y{axis}",
            hovertemplate=(
                "through %{y}, near %{x:.0f}<br>%{customdata[0]} of %{customdata[1]} reached"
                if wide
                else "through %{y}, input %{x}<br>paths to the output: %{customdata}"
            )
            + "<extra></extra>",
        )
        sheet.layout[f"yaxis{axis}"] = {
            "domain": [bottom, top],
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
            "tickmode": "array",
            "tickvals": [names[0], names[-1]] if rows > 4 else names,
            "fixedrange": True,
        }
        sheet.heading(
            "<br>".join([f"<b>{title}</b>", *summary_lines(field)]),
            top,
            align="left",
            xshift=4 - _MARGIN,
        )
    sheet.layout["xaxis"] = {
        "range": [first, last],
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickformat": ",d",
        "title": {"text": "input position relative to the output, in samples"},
        "anchor": f"y{len(panels)}" if len(panels) > 1 else "y",
    }
    return sheet.figure()
