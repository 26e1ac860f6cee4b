"""The kernel as a strip of taps and gaps, and the compact parameters it is assembled from."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from pdviz.figures.style import (
    COLOURS,
    GAP,
    PARTS,
    Sheet,
    offset_axis,
    part_names,
    texture,
)
from pdviz.pattern import Pattern

_MAX_LINKED: Final = 129
"""Widest kernel whose elements are drawn one by one, with the way each parameter goes."""
_COLUMNS: Final = 420
"""A tap is drawn at least 1 / _COLUMNS of the strip wide, or it could not be seen."""

_KERNEL_BASE, _COMPACT_BASE = 2.0, 0.0
_OFFSETS, _ORIGIN_MARK, _LINK_TOP = 1.82, 1.68, 1.64


def kernel_figure(pattern: Pattern) -> go.Figure:
    """The assembled kernel over its offsets; below it the compact parameters, packed side by side.

    Every parameter is joined to the place it is written to; gaps are empty places. Kernels of more
    than 129 elements are drawn as a strip alone, with taps wide enough to be seen.
    """
    linked = pattern.kernel_size <= _MAX_LINKED
    sheet = Sheet(250 if linked else 170, top=34, bottom=32 if linked else 48)
    axis = offset_axis(pattern, title={"text": "offset from the output's position, in samples"})
    sheet.layout["xaxis"] = axis
    sheet.layout["yaxis"] = {
        "range": [-0.25 if linked else 1.6, 3.2],
        "visible": False,
        "fixedrange": True,
    }
    if linked:
        axis.update(showticklabels=False, ticks="")
        axis["title"] = {
            "text": "above: by offset in samples, ▲ the output’s own; below: the weights, packed"
        }
        _draw_gaps(sheet, pattern)
        _draw_compact(sheet, pattern)
        _draw_offsets(sheet, pattern, int(axis["dtick"]))
    else:
        ends = [-pattern.origin - 0.5, pattern.kernel_size - 0.5 - pattern.origin]
        sheet.add(
            "scatter",
            x=ends,
            y=[2.5, 2.5],
            mode="lines",
            line={"color": GAP, "width": 1},
            hoverinfo="skip",
        )
    _draw_taps(sheet, pattern)
    _draw_names(sheet, pattern)
    sheet.note(
        "▲",
        x=0,
        y=_ORIGIN_MARK if linked else _KERNEL_BASE,
        yanchor="top",
        font={"size": 11},
        hovertext="offset 0: the output belongs here",
    )
    return sheet.figure()


def compact_positions(pattern: Pattern) -> list[float]:
    """Where each compact parameter stands when they are packed under the middle of the kernel."""
    middle = (pattern.kernel_size - 1) / 2 - pattern.origin
    return [middle + number - (pattern.taps - 1) / 2 for number in range(pattern.taps)]


def _draw_taps(sheet: Sheet, pattern: Pattern) -> None:
    width = max(0.86, pattern.kernel_size / _COLUMNS)
    names = part_names(pattern)
    for part in PARTS:
        offsets = [o for o, name in zip(pattern.offsets, names, strict=True) if name == part]
        if not offsets:
            continue
        sheet.add(
            "bar",
            name=part,
            x=offsets,
            y=[1.0] * len(offsets),
            base=_KERNEL_BASE,
            width=width,
            text=["1"] * len(offsets) if pattern.kernel_size <= 61 else None,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": "white"},
            marker={"color": COLOURS[part], **texture(part)},
            hovertemplate=f"{part}<br>tap at offset %{{x}}<extra></extra>",
        )


def _draw_gaps(sheet: Sheet, pattern: Pattern) -> None:
    gaps = [i - pattern.origin for i, tap in enumerate(pattern.mask) if not tap]
    if gaps:
        sheet.add(
            "bar",
            name="gap",
            x=gaps,
            y=[1.0] * len(gaps),
            base=_KERNEL_BASE,
            width=0.86,
            text=["0"] * len(gaps) if pattern.kernel_size <= 61 else None,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": GAP},
            marker={
                "color": "rgba(138,147,163,0.06)",
                "line": {"width": 1, "color": "rgba(138,147,163,0.45)"},
            },
            hovertemplate="gap at offset %{x}: always zero<extra></extra>",
        )


def _draw_offsets(sheet: Sheet, pattern: Pattern, step: int) -> None:
    """The offset under every `step`-th element, counted from 0."""
    last = pattern.kernel_size - 1 - pattern.origin
    offsets = [o for o in range(-pattern.origin, last + 1) if o % step == 0]
    sheet.add(
        "scatter",
        name="offsets",
        x=offsets,
        y=[_OFFSETS] * len(offsets),
        mode="text",
        text=[str(o).replace("-", "−") for o in offsets],
        textfont={"size": 11},
        hoverinfo="skip",
    )


def _draw_compact(sheet: Sheet, pattern: Pattern) -> None:
    names, places = part_names(pattern), compact_positions(pattern)
    numbers = range(1, pattern.taps + 1)
    for part in PARTS:
        members = [i for i, name in enumerate(names) if name == part]
        if not members:
            continue
        x: list[float | None] = []
        y: list[float | None] = []
        for i in members:
            x += [places[i], places[i], pattern.offsets[i], pattern.offsets[i], None]
            y += [_COMPACT_BASE + 0.8, _COMPACT_BASE + 0.95, _LINK_TOP - 0.2, _LINK_TOP, None]
        sheet.add(
            "scatter",
            x=x,
            y=y,
            mode="lines",
            line={"color": COLOURS[part], "width": 1},
            opacity=0.6,
            hoverinfo="skip",
        )
        sheet.add(
            "bar",
            name=f"{part}, compact",
            x=[places[i] for i in members],
            y=[0.8] * len(members),
            base=_COMPACT_BASE,
            width=0.86,
            marker={"color": COLOURS[part], **texture(part)},
            customdata=[[numbers[i], pattern.offsets[i]] for i in members],
            hovertemplate=f"{part}<br>compact parameter %{{customdata[0]}} of {pattern.taps}"
            "<br>written to offset %{customdata[1]}<extra></extra>",
        )


def _draw_names(sheet: Sheet, pattern: Pattern) -> None:
    """The name and number of taps of each part, above it."""
    for part, offsets in zip(PARTS, (pattern.left, pattern.island, pattern.right), strict=True):
        if offsets:
            middle = (offsets[0] + offsets[-1]) / 2
            share = (middle + pattern.origin) / pattern.kernel_size
            sheet.note(
                f"<b>{part}</b> {len(offsets)}",
                x=middle,
                xanchor="left" if share < 0.08 else "right" if share > 0.92 else "center",
                y=3.08,
                yanchor="bottom",
                font={"color": COLOURS[part], "size": 13},
            )
