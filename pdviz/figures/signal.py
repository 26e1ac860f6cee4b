"""A signal going through the kernel: the section looked at, and one window under the lens."""

from __future__ import annotations

from typing import Final

import numpy as np
import plotly.graph_objects as go

from pdviz.analysis.window import Window
from pdviz.figures.style import (
    ACCENT,
    COLOURS,
    GAP,
    PARTS,
    Sheet,
    element_names,
    offset_axis,
    texture,
)
from pdviz.pattern import Pattern

_COLUMNS: Final = 420


def section_figure(
    times: np.ndarray,
    samples: np.ndarray,
    output: np.ndarray,
    *,
    index: int,
    pattern: Pattern,
    unit: str,
    time_unit: str,
) -> go.Figure:
    """Input above, output below, on one time axis; the kernel's window is shaded.

    Args:
        times: (n,) the time of each sample, in `time_unit`.
        samples, output: (n,) in `unit`.
        index: the sample the window is at.
        pattern: how far the window reaches.
        unit, time_unit: for the axes.
    """
    sheet = Sheet(380, top=30, bottom=44, left=48)
    period = float(times[1] - times[0])
    first = float(times[index]) - (pattern.origin + 0.5) * period
    last = first + pattern.kernel_size * period
    line = {"width": 1.4}
    sheet.add(
        "scatter",
        name="input",
        x=times,
        y=samples,
        mode="lines",
        line={**line, "color": GAP},
        xaxis="x",
        yaxis="y",
        hovertemplate=f"%{{x:.6~g}} {time_unit}<br>input %{{y:.5~g}} {unit}<extra></extra>",
    )
    sheet.add(
        "scatter",
        name="output",
        x=times,
        y=output,
        mode="lines",
        line={**line, "color": ACCENT},
        xaxis="x",
        yaxis="y2",
        hovertemplate=f"%{{x:.6~g}} {time_unit}<br>output %{{y:.5~g}} {unit}<extra></extra>",
    )
    for axis, values, colour in (("y", samples, GAP), ("y2", output, ACCENT)):
        sheet.add(
            "scatter",
            name="here",
            x=[times[index]],
            y=[values[index]],
            mode="markers",
            xaxis="x",
            yaxis=axis,
            marker={"size": 10, "color": colour, "line": {"width": 2, "color": "white"}},
            hoverinfo="skip",
        )
    sheet.shape(
        "rect",
        x0=first,
        x1=last,
        y0=0.53,
        y1=1,
        fillcolor="rgba(138,147,163,0.18)",
        line={"width": 1, "color": GAP, "dash": "dot"},
    )
    sheet.shape(
        "line",
        x0=times[index],
        x1=times[index],
        y0=0,
        y1=1,
        line={"width": 1, "color": GAP, "dash": "dot"},
    )
    for text, y, colour in (("input", 1.0, GAP), ("output", 0.46, ACCENT)):
        sheet.heading(f"<b>{text}</b>, in {unit}", y, colour)
    sheet.layout.update(
        xaxis={
            "anchor": "y2",
            "range": [float(times[0]), float(times[-1])],
            "zeroline": False,
            "showgrid": False,
            "title": {"text": "time in seconds" if time_unit == "s" else "year"},
            "ticks": "outside",
            "ticklen": 4,
            "separatethousands": False,
            "tickformat": "" if time_unit == "s" else "d",
        },
        yaxis={"domain": [0.54, 1.0], "zeroline": False, "nticks": 5},
        yaxis2={"domain": [0.0, 0.46], "zeroline": False, "nticks": 5},
    )
    return sheet.figure()


def window_figure(pattern: Pattern, window: Window, unit: str) -> go.Figure:
    """The weights over the samples they multiply over the products, column by column.

    Samples under a gap are drawn in grey: they are there, and nothing multiplies them.
    """
    sheet = Sheet(420, top=28, bottom=44, left=48)
    names = np.array(element_names(pattern))
    width = max(0.7, pattern.kernel_size / _COLUMNS)
    rows = (
        ("y", "weights w[o]", window.kernel, "weight", ""),
        ("y2", "samples x[t + o]", window.samples, "sample", unit),
        ("y3", "products w[o] · x[t + o]", window.products, "product", unit),
    )
    tops = (1.0, 0.64, 0.29)
    for (axis, title, values, word, row_unit), top in zip(rows, tops, strict=True):
        for part in (*PARTS, "gap"):
            chosen = names == part
            if not chosen.any() or (part == "gap" and word != "sample"):
                continue
            sheet.add(
                "bar",
                name=f"{part}, {word}",
                x=window.offsets[chosen],
                y=values[chosen],
                width=width,
                marker={
                    "color": COLOURS[part],
                    "opacity": 0.4 if part == "gap" else 1,
                    **texture(part),
                },
                xaxis="x",
                yaxis=axis,
                hovertemplate=f"{part}, offset %{{x}}<br>{word} %{{y:.5~g}} {row_unit}"
                "<extra></extra>",
            )
        sheet.heading(f"<b>{title}</b>{f', in {row_unit}' if row_unit else ''}", top)
    shared = {"zeroline": True, "zerolinecolor": GAP, "zerolinewidth": 1, "nticks": 4}
    sheet.layout.update(
        xaxis=offset_axis(
            pattern, anchor="y3", title={"text": "offset from the output's position, in samples"}
        ),
        yaxis={"domain": [0.76, 1.0], **shared},
        yaxis2={"domain": [0.40, 0.64], **shared},
        yaxis3={"domain": [0.0, 0.29], **shared},
    )
    return sheet.figure()
