"""Figure of the cost of each way to make a kernel, as bars."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from pdviz.analysis.cost import StackCost
from pdviz.figures.palette import ACCENT, GAP
from pdviz.figures.sheet import FINE, PixelSheet, fine
from pdviz.figures.wording import amount
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
    """Draw weights, multiply-adds and bytes of each way, in a forward pass or a training step.

    Each way has its bar, its name above it and the number at its right; a way that cannot make the
    stack says so.
    """
    panels = _panels(costs, training)
    height = _HEAD + _ROW * len(costs.ways) + _SPACE
    sheet = PixelSheet(height * len(panels), top=4, left=4, right=4)
    lengths, heights, bars = list[float](), list[float](), list[tuple[str, int]]()
    for number, panel in enumerate(panels):
        top = -number * height - _HEAD
        sheet.word(f"<b>{panel.title}</b>", _INSET, top + 2, size=13)
        longest = max((value for value in panel.values.values() if value), default=1)
        for row, (name, value) in enumerate(panel.values.items()):
            foot = top - _ROW * row - _NAME
            sheet.word(COST_LABELS[name], _INSET, foot)
            sheet.word(panel.write(value), 1 - _INSET, foot, side="top left")
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
    """Describe the figure in sentences with its numbers."""
    sentences = []
    for panel in _panels(costs, training):
        amounts = [f"{COST_LABELS[name]} {panel.write(n)}" for name, n in panel.values.items()]
        sentences.append(f"{panel.title}: {'; '.join(amounts)}.")
    return " ".join(sentences)


def cost_table(costs: StackCost) -> dict[str, list[Any]]:
    """List the numbers of every way, a row each; cells are empty if it cannot make the stack."""
    ways = [costs.ways[name] for name in costs.ways]
    table: dict[str, list[Any]] = {
        "way to make the kernel": [COST_LABELS[name] for name in costs.ways]
    }
    columns = {
        "weights": "parameters",
        "multiply-adds of a forward pass": "multiply_adds",
        "bytes that must move in a forward pass": "forward_bytes",
        "FLOP per byte of a forward pass": "intensity",
        "multiply-adds of forward and backward": "training_multiply_adds",
        "bytes that must move in forward and backward": "training_bytes",
        "FLOP per byte of forward and backward": "training_intensity",
        "bytes kept for the backward pass": "activation_bytes",
    }
    for title, name in columns.items():
        table[title] = [None if way is None else getattr(way, name) for way in ways]
    return table


class _Panel(NamedTuple):
    """One number of every way: its title and its unit.

    Of a way that cannot make the stack the value is None.
    """

    title: str
    unit: str
    values: dict[str, int | None]

    def write(self, value: int | None) -> str:
        """Write a value of this panel."""
        if value is None:
            return _IMPOSSIBLE
        return amount(value, self.unit)


def _panels(costs: StackCost, training: bool) -> list[_Panel]:
    """Return the panels, from top to bottom."""
    run = "forward and backward" if training else "a forward pass"
    multiply_adds, moved = (
        ("training_multiply_adds", "training_bytes")
        if training
        else ("multiply_adds", "forward_bytes")
    )

    def values(attribute: str) -> dict[str, int | None]:
        ways = costs.ways.items()
        return {name: None if way is None else getattr(way, attribute) for name, way in ways}

    return [
        _Panel("Weights", "", values("parameters")),
        _Panel(f"Multiply-adds, {run}", "", values(multiply_adds)),
        _Panel(f"Bytes that must move, {run}", "bytes", values(moved)),
    ]
