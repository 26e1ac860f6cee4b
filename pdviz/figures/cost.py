"""What each way to a kernel costs, as bars."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pdviz.analysis.cost import StackCost, WayCost
from pdviz.figures.palette import ACCENT, GAP
from pdviz.figures.sheet import FINE, PixelSheet, fine
from pdviz.ways import COST_LABELS

_ROW: Final = 27
_NAME: Final = 18
"""How far below the top of its row a name has its foot, and the bar its upper edge."""
_BAR: Final = 7
_HEAD: Final = 30
_SPACE: Final = 10
_INSET: Final = 0.002
"""Words at the very edge may count as outside."""
_IMPOSSIBLE: Final = "cannot make it"


def cost_sheet(costs: StackCost, *, training: bool = False) -> PixelSheet:
    """Parameters, multiply-adds and bytes of each way, of a forward pass or of a training step.

    Each way has its bar, its name above it and the number at its right; a way that cannot make the
    stack says so.
    """
    panels = _panels(costs, training)
    panel = _HEAD + _ROW * len(costs.ways) + _SPACE
    sheet = PixelSheet(panel * len(panels), top=4, left=4, right=4)
    lengths, heights, bars = list[float](), list[float](), list[tuple[str, int]]()
    for number, (title, values) in enumerate(panels.items()):
        top = -number * panel - _HEAD
        sheet.word(f"<b>{title}</b>", _INSET, top + 2, size=13)
        longest = max((value for value in values.values() if value), default=1)
        for row, (name, value) in enumerate(values.items()):
            foot = top - _ROW * row - _NAME
            said = _IMPOSSIBLE if value is None else _amount(value, title)
            sheet.word(COST_LABELS[name], _INSET, foot)
            sheet.word(said, 1 - _INSET, foot, side="top left")
            if value is not None:
                lengths.append(value / longest)
                heights.append(foot - _BAR / 2)
                bars.append((name, value))
    sheet.add(
        "bar",
        orientation="h",
        x=lengths,
        y=fine(np.array(heights)),
        width=FINE * _BAR,
        marker={"color": [ACCENT if name == "fused" else GAP for name, _ in bars]},
        customdata=[value for _, value in bars],
        hovertemplate=[f"{COST_LABELS[name]}: {value:,}<extra></extra>" for name, value in bars],
    )
    sheet.layout["xaxis"] = {"range": [0, 1], "visible": False, "fixedrange": True}
    return sheet


def cost_alt(costs: StackCost, *, training: bool = False) -> str:
    """What the figure shows, in sentences with the numbers."""
    parts = []
    for title, values in _panels(costs, training).items():
        each = [
            f"{COST_LABELS[name]} {_IMPOSSIBLE if value is None else _amount(value, title)}"
            for name, value in values.items()
        ]
        parts.append(f"{title}: {'; '.join(each)}.")
    return " ".join(parts)


def cost_table(costs: StackCost) -> dict[str, list[Any]]:
    """The numbers of every way, a line each; cells are empty for a way that cannot make it."""
    ways = [costs.ways[name] for name in costs.ways]
    table: dict[str, list[Any]] = {"way": [COST_LABELS[name] for name in costs.ways]}
    columns = {
        "parameters": "parameters",
        "multiply-adds of a forward pass": "multiply_adds",
        "bytes moved by a forward pass": "forward_bytes",
        "FLOP per byte of a forward pass": "intensity",
        "multiply-adds of forward and backward": "training_multiply_adds",
        "bytes moved by forward and backward": "training_bytes",
        "FLOP per byte of forward and backward": "training_intensity",
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
