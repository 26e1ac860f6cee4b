"""A training run: the loss, and the way of every compact parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from pdviz.figures.style import ACCENT, COLOURS, GAP, Sheet, part_names

if TYPE_CHECKING:
    from pdviz.analysis.gradient_flow import TrainingRun


def training_figure(run: TrainingRun, step: int) -> go.Figure:
    """Loss (logarithmic) above, compact parameters below, against steps; `step` is marked."""
    sheet = Sheet(420, top=28, bottom=44, left=64)
    steps = np.arange(run.steps + 1)
    sheet.add(
        "scatter",
        name="loss",
        x=steps,
        y=run.loss,
        mode="lines+markers" if run.steps <= 60 else "lines",
        yaxis="y",
        line={"color": ACCENT, "width": 2},
        marker={"size": 5},
        hovertemplate="after %{x} steps<br>loss %{y:.5~g}<extra></extra>",
    )
    dashes = {"left wing": "dash", "island": "solid", "right wing": "dot"}
    for number, part in enumerate(part_names(run.pattern)):
        sheet.add(
            "scatter",
            name=f"{part} {run.pattern.offsets[number]}",
            x=steps,
            y=run.compact[:, number],
            mode="lines",
            line={"color": COLOURS[part], "width": 1.3, "dash": dashes[part]},
            yaxis="y2",
            hovertemplate=f"{part}, offset {run.pattern.offsets[number]}"
            "<br>after %{x} steps: %{y:.5~g}<extra></extra>",
        )
    sheet.shape(
        "line",
        x0=step,
        x1=step,
        y0=0,
        y1=1,
        line={"width": 1, "color": GAP, "dash": "dot"},
    )
    sheet.heading("<b>loss</b>", 1.0, ACCENT)
    sheet.heading("<b>compact parameters</b>", 0.54)
    sheet.layout.update(
        xaxis={
            "anchor": "y2",
            "title": {"text": "optimizer steps taken"},
            "showgrid": False,
            "zeroline": False,
            "range": [-0.02 * run.steps, 1.02 * run.steps],
            "ticks": "outside",
            "ticklen": 4,
        },
        yaxis={
            "domain": [0.62, 1.0],
            **_loss_axis(run.loss),
        },
        yaxis2={"domain": [0.0, 0.54], "zeroline": True, "zerolinecolor": GAP, "nticks": 6},
    )
    return sheet.figure()


def _loss_axis(loss: np.ndarray) -> dict[str, object]:
    """Logarithmic, a tick every so many decades, where the loss changes by more than one."""
    if (loss > 0).all() and loss.max() / loss.min() >= 30:
        decades = np.log10(loss.max() / loss.min())
        return {"type": "log", "dtick": max(1, int(decades / 3)), "exponentformat": "power"}
    return {"type": "linear", "rangemode": "tozero", "nticks": 5}
