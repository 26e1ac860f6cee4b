"""The benchmark's result as one page of figures: times at each shape, and how they grow."""

from __future__ import annotations

from html import escape
from math import log10
from typing import Any, Final

import plotly.graph_objects as go
import plotly.io

from pdviz.figures.palette import GAP, ISLAND, LEFT, RIGHT
from pdviz.figures.sheet import Sheet
from pdviz.figures.wording import three_digits

Result = dict[str, Any]

_NAMES: Final = {
    "conv": ("assembled → conv1d", LEFT, "square"),
    "branches": ("branches", RIGHT, "triangle-up"),
    "fused": ("fused", ISLAND, "circle"),
}
"""Label, colour and mark of the ways whose growth is drawn."""
_GROWTH: Final = {
    "span": ("kernel_size", "kernel size K, at 49 taps"),
    "taps": ("taps", "taps T, within a kernel of 1025 elements"),
}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2rem 0 0}p{color:#555}"
)


def shape_figure(row: Result) -> go.Figure:
    """Draw median and quartiles of forward + backward, a line per way, the fastest at the top."""
    ways = {name: way for name, way in row["ways"].items() if "both" in way}
    order = sorted(ways, key=lambda name: ways[name]["both"]["median"], reverse=True)
    times = [ways[name]["both"] for name in order]
    medians = [1e3 * time["median"] for time in times]
    forward = [three_digits(1e3 * ways[name]["forward"]["median"]) for name in order]
    colours = [ISLAND if name == "fused" else GAP for name in order]
    least = 1e3 * row["least_both"]
    sheet = Sheet(70 + 44 * len(order), top=14, bottom=52, left=12, right=12)
    sheet.add(
        "scatter",
        mode="markers",
        x=medians,
        y=list(range(len(order))),
        marker={"color": colours, "size": 12},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [1e3 * (time["high"] - time["median"]) for time in times],
            "arrayminus": [1e3 * (time["median"] - time["low"]) for time in times],
            "color": GAP,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[
            [ways[name]["title"], before, time["runs"]]
            for name, before, time in zip(order, forward, times, strict=True)
        ],
        hovertemplate="%{customdata[0]}<br>forward + backward %{x:,.3~r} ms, "
        "forward %{customdata[1]} ms<br>%{customdata[2]} runs<extra></extra>",
    )
    for number, (name, median) in enumerate(zip(order, medians, strict=True)):
        side = {
            "xref": "paper",
            "y": number,
            "yshift": 15,
            "bgcolor": "white",
            "font": {"size": 13},
        }
        sheet.note(ways[name]["title"], x=0, xanchor="left", **side)
        sheet.note(f"{three_digits(median)} ms", x=1, xanchor="right", **side)
    sheet.shape("line", x0=least, x1=least, y0=0, y1=1, line={"width": 1.5, "dash": "dot"})
    lowest, highest = 1e3 * min(t["low"] for t in times), 1e3 * max(t["high"] for t in times)
    ends = [log10(min(least, lowest)) - 0.08, log10(max(least, highest)) + 0.08]
    axis = {"type": "log", "range": ends, "dtick": 1, "ticks": "outside", "showgrid": True}
    sheet.layout.update(
        xaxis={**axis, "title": {"text": "forward + backward, milliseconds"}},
        yaxis={"visible": False, "range": [-0.5, len(order) - 0.4]},
    )
    return sheet.figure()


def growth_figure(rows: list[Result], kind: str) -> go.Figure:
    """Draw forward + backward against kernel size or taps, both axes logarithmic."""
    key, title = _GROWTH[kind]
    sheet = Sheet(380, top=24, bottom=52, left=64, right=84)
    for name, (label, colour, mark) in _NAMES.items():
        points = [(row[key], row["both"][name]) for row in rows if name in row["both"]]
        if not points:
            continue
        values = [1e3 * time["median"] for _, time in points]
        sheet.add(
            "scatter",
            mode="lines+markers",
            x=[x for x, _ in points],
            y=values,
            name=label,
            line={"color": colour, "width": 2},
            marker={"symbol": mark, "size": 9},
            hovertemplate=f"{label}<br>%{{x}}: %{{y:,.3~r}} ms<extra></extra>",
        )
        sheet.add(
            "scatter",
            mode="text",
            x=[points[-1][0]],
            y=[values[-1]],
            text=[f"  {label}"],
            textposition="top left" if name == "conv" else "middle right",
            textfont={"color": colour},
            cliponaxis=False,
            hoverinfo="skip",
        )
    sheet.layout.update(
        xaxis={"type": "log", "title": {"text": title}},
        yaxis={"type": "log", "title": {"text": "forward + backward, milliseconds"}},
    )
    return sheet.figure()


def page(result: Result, header: str) -> str:
    """Return all figures as one HTML document that needs nothing else."""
    parts = []
    for row in result["shapes"]:
        mixing = "depthwise" if row["groups"] == row["channels"] else "channels mix"
        parts.append(
            (
                f"{row['name']}: batch {row['batch']}, {row['channels']} channels, length "
                f"{row['length']}, {mixing}; K = {row['kernel_size']}, T = {row['taps']}",
                "The dotted line is what the machine's matrix product and copy rates allow.",
                shape_figure(row),
            )
        )
    for kind, title in (("span", "The span grows, the taps stay"), ("taps", "The taps grow")):
        rows = result["growth"][kind]
        parts.append((title, "8 × 64 × 4096, depthwise.", growth_figure(rows, kind)))
    body = []
    for number, (title, text, figure) in enumerate(parts):
        figure.update_layout(template="plotly_white")
        drawn = plotly.io.to_html(
            figure, full_html=False, include_plotlyjs=number == 0, config={"displayModeBar": False}
        )
        body.append(f"<h2>{escape(title)}</h2><p>{escape(text)}</p>{drawn}")
    intro = "".join(f"<p>{escape(line)}</p>" for line in header.splitlines())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>pdviz benchmark</title><style>{_STYLE}</style></head><body>"
        f"<h1>What a partially dilated layer costs</h1>{intro}{''.join(body)}</body></html>\n"
    )
