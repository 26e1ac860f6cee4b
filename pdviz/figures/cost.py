"""What each way to a kernel costs, as bars."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go

from pdviz.analysis.cost import StackCost, WayCost
from pdviz.figures.style import ACCENT, GAP, Sheet

NAMES: Final = {
    "conv1d": "Dense Conv1d",
    "sum": "Sum of two Conv1d",
    "mask": "Gradient masking",
    "compact": "Compact, assembled",
    "fused": "Compact, taps alone",
}
"""Each way as the figure names it."""
_ROW: Final = 27
_HEAD: Final = 30
_SPACE: Final = 10
_IMPOSSIBLE: Final = "cannot make it"


def cost_figure(costs: StackCost, *, training: bool = False) -> go.Figure:
    """Parameters, multiply-adds and bytes of each way, of a forward pass or of a training step.

    Each way has its bar, its name above it and the number at its right; a way that cannot make the
    stack says so.
    """
    panels = _panels(costs, training)
    panel = _HEAD + _ROW * len(costs.ways) + _SPACE
    plot = panel * len(panels)
    sheet = Sheet(plot + 8, top=4, bottom=4, left=4, right=4)
    rows = list(costs.ways)[::-1]  # the first one at the top
    for number, (title, values) in enumerate(panels.items()):
        axis = str(number + 1) if number else ""
        known = [name for name in rows if values[name] is not None]
        top = 1 - (number * panel + _HEAD) / plot
        sheet.add(
            "bar",
            orientation="h",
            x=[values[name] for name in known],
            y=[rows.index(name) for name in known],
            width=0.26,
            marker={"color": [ACCENT if name == "fused" else GAP for name in known]},
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            hovertemplate=[f"{NAMES[n]}: {values[n]:,}<extra></extra>" for n in known],
        )
        high = max((value for value in values.values() if value), default=1)
        inset = 0.002 * high  # words at the very edge may count as outside
        said = [_IMPOSSIBLE if (n := values[name]) is None else _amount(n, title) for name in rows]
        sheet.add(
            "scatter",
            mode="text",
            x=[inset] * len(rows) + [high - inset] * len(rows),
            y=[row + 0.14 for row in range(len(rows))] * 2,
            text=[*(NAMES[name] for name in rows), *said],
            textposition=["top right"] * len(rows) + ["top left"] * len(rows),
            textfont={"size": 12},
            cliponaxis=False,
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            hoverinfo="skip",
        )
        sheet.layout[f"xaxis{axis}"] = {
            "range": [0, high],
            "visible": False,
            "fixedrange": True,
            "anchor": f"y{axis}",
        }
        sheet.layout[f"yaxis{axis}"] = {
            "domain": [top - _ROW * len(rows) / plot, top],
            "range": [-0.2, len(rows) - 0.2],
            "visible": False,
            "fixedrange": True,
            "anchor": f"x{axis}",
        }
        sheet.heading(f"<b>{title}</b>", top, yshift=1, align="left")
    return sheet.figure()


def cost_alt(costs: StackCost, *, training: bool = False) -> str:
    """What the figure shows, in sentences with the numbers."""
    parts = []
    for title, values in _panels(costs, training).items():
        each = [
            f"{NAMES[name]} {_IMPOSSIBLE if value is None else _amount(value, title)}"
            for name, value in values.items()
        ]
        parts.append(f"{title}: {'; '.join(each)}.")
    return " ".join(parts)


def cost_table(costs: StackCost) -> dict[str, list[Any]]:
    """The numbers of every way, a line each; cells are empty for a way that cannot make it."""
    ways = [costs.ways[name] for name in costs.ways]
    table: dict[str, list[Any]] = {"way": [NAMES[name] for name in costs.ways]}
    columns = {
        "parameters": "parameters",
        "multiply-adds of a forward pass": "multiply_adds",
        "bytes moved by a forward pass": "forward_bytes",
        "FLOP a byte of a forward pass": "intensity",
        "multiply-adds of forward and backward": "training_multiply_adds",
        "bytes moved by forward and backward": "training_bytes",
        "FLOP a byte of forward and backward": "training_intensity",
        "bytes kept for the backward pass": "activation_bytes",
    }
    for title, name in columns.items():
        table[title] = [None if way is None else getattr(way, name) for way in ways]
    return table


def _panels(costs: StackCost, training: bool) -> dict[str, dict[str, int | None]]:
    """For each panel's title the number of each way."""
    run = "forward and backward" if training else "a forward pass"

    def multiply_adds(way: WayCost) -> int:
        return way.training_multiply_adds if training else way.multiply_adds

    def moved(way: WayCost) -> int:
        return way.training_bytes if training else way.forward_bytes

    kinds = {
        "Parameters": lambda way: way.parameters,
        f"Multiply-adds, {run}": multiply_adds,
        f"Bytes that must move, {run}": moved,
    }
    return {
        title: {name: None if way is None else read(way) for name, way in costs.ways.items()}
        for title, read in kinds.items()
    }


def _amount(value: int, title: str) -> str:
    """A number as it is said: parameters to the last one, the rest to three digits."""
    if title == "Parameters" or value < 10_000:
        return f"{value:,}"
    unit = " bytes" if title.startswith("Bytes") else ""
    size, word = next(
        (size, word)
        for size, word in ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"), (1, ""))
        if value >= size
    )
    if size == 1:
        return f"{value:,}{unit}"
    digits = value / size
    return f"{digits:.3g}{word}{unit}" if digits < 1000 else f"{digits:,.0f}{word}{unit}"
