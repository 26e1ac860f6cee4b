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
    SYMBOLS,
    Sheet,
    element_names,
    offset_axis,
    part_names,
    texture,
)
from pdviz.pattern import Pattern

_COLUMNS: Final = 420
_TAPS_SEEN: Final = 24
"""Taps are marked on a section of at most so many kernels' length."""


def section_figure(
    times: np.ndarray,
    samples: np.ndarray,
    output: np.ndarray,
    *,
    index: int,
    pattern: Pattern,
    whole: tuple[int, int],
    unit: str,
    output_unit: str,
    time_unit: str,
) -> go.Figure:
    """Input above, output below, on one time axis; the window and its taps over the samples.

    Args:
        times: (n,) the time of each sample, in `time_unit`.
        samples, output: (n,) in `unit` and `output_unit`.
        index: the sample the window is at.
        pattern: how far the window reaches, and the samples that its taps multiply.
        whole: first and last + 1 of the outputs whose window lies inside the signal. Where zeros
            stand in for samples the output is shaded, and the axis does not make room for it.
        unit, output_unit, time_unit: for the axes.
    """
    sheet = Sheet(380, top=30, bottom=44, left=48)
    period = float(times[1] - times[0])
    guide = {"width": 1, "color": GAP, "dash": "dot"}
    first = float(times[index]) - (pattern.origin + 0.5) * period
    rows = (
        ("y", "input", samples, unit, GAP),
        ("y2", "output", output, output_unit, ACCENT),
    )
    for axis, name, values, row_unit, colour in rows:
        sheet.add(
            "scatter",
            name=name,
            x=times,
            y=values,
            mode="lines",
            line={"width": 1.4, "color": colour},
            yaxis=axis,
            hovertemplate=f"%{{x:.6~g}} {time_unit}<br>{name} %{{y:.5~g}} {row_unit}"
            "<extra></extra>",
        )
        sheet.add(
            "scatter",
            name="here",
            x=[times[index]],
            y=[values[index]],
            mode="markers",
            yaxis=axis,
            marker={"size": 10, "color": colour, "line": {"width": 2, "color": "white"}},
            hoverinfo="skip",
        )
        sheet.heading(f"<b>{name}</b>, in {row_unit}", 1.0 if axis == "y" else 0.46, colour)
    if len(times) <= _TAPS_SEEN * pattern.kernel_size:
        _draw_taps(sheet, pattern, times, samples, index)
    end = first + pattern.kernel_size * period
    tint = "rgba(138,147,163,0.18)"
    sheet.shape("rect", x0=first, x1=end, y0=0.53, y1=1, fillcolor=tint, line=guide)
    sheet.shape("line", x0=times[index], x1=times[index], y0=0, y1=1, line=guide)
    low = min(max(whole[0], 0), len(times))
    high = max(min(whole[1], len(times)), low)
    ends = [(0, low), (high, len(times))] if low < high else [(0, len(times))]
    for start, stop in ends:
        if start < stop:
            edges = (float(times[start]) - period / 2, float(times[stop - 1]) + period / 2)
            line = {"width": 0}
            sheet.shape("rect", x0=edges[0], x1=edges[1], y0=0, y1=0.46, fillcolor=tint, line=line)
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
        yaxis2={"domain": [0.0, 0.46], "zeroline": False, "nticks": 5, **_room(output[low:high])},
    )
    return sheet.figure()


def _draw_taps(
    sheet: Sheet, pattern: Pattern, times: np.ndarray, samples: np.ndarray, index: int
) -> None:
    """A mark on every sample that a tap multiplies."""
    names = part_names(pattern)
    for part in PARTS:
        under = [index + o for o, name in zip(pattern.offsets, names, strict=True) if name == part]
        seen = [i for i in under if 0 <= i < len(times)]
        if seen:
            sheet.add(
                "scatter",
                name=f"{part}, taps",
                x=times[seen],
                y=samples[seen],
                mode="markers",
                marker={"size": 6, "color": COLOURS[part], "symbol": SYMBOLS[part]},
                hoverinfo="skip",
            )


def _room(values: np.ndarray) -> dict[str, list[float]]:
    """The range of an axis on which these values fit; what Plotly finds if there are none."""
    if values.size == 0 or values.min() == values.max():
        return {}
    margin = 0.08 * float(values.max() - values.min())
    return {"range": [float(values.min()) - margin, float(values.max()) + margin]}


def window_figure(pattern: Pattern, window: Window, unit: str, output_unit: str) -> go.Figure:
    """The weights over the samples they multiply over the products, column by column.

    Samples under a gap are drawn in grey: they are there, and nothing multiplies them.
    """
    sheet = Sheet(420, top=28, bottom=44, left=48)
    names = np.array(element_names(pattern))
    width = max(0.7, pattern.kernel_size / _COLUMNS)
    rows = (
        ("y", "weights w[o]", window.kernel, "weight", ""),
        ("y2", "samples x[t + o]", window.samples, "sample", unit),
        ("y3", "products w[o] · x[t + o]", window.products, "product", output_unit),
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
