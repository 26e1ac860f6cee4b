"""Figure of the receptive fields of stacks, one under another on one axis of input samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from pdviz.analysis.receptive_field import FieldColumns, ProjectiveField, ReceptiveField
from pdviz.figures.palette import GAP, PATH_SHADES
from pdviz.figures.sheet import Sheet
from pdviz.figures.wording import counted, path_count, percent

_ROW: Final = 17
_THIN_ROW: Final = 13
_MOST_ROWS: Final = 9
"""More rows than these are thin."""
_HOLE: Final = 1.5
"""How high the line is that marks a hole."""
_MARGIN: Final = 66
_HEAD: Final = 31
_LINE: Final = 17
_WIDEST: Final = 62
"""The longest line of text on a phone, in characters."""


class FieldPanel(NamedTuple):
    """One stack to draw: its name, its columns at every depth, and its field at the last one."""

    title: str
    columns: FieldColumns
    field: ReceptiveField | ProjectiveField


def field_summary(field: ReceptiveField | ProjectiveField) -> str:
    """Summarise what a stack reaches: "reaches 53 of 61 inputs (86.9%), longest hole 1, …".

    Of a projective field: the outputs that an input reaches.
    """
    return ", ".join(_summary_parts(field))


def summary_lines(field: ReceptiveField | ProjectiveField) -> list[str]:
    """Return the summary in as many lines as a phone needs."""
    parts = _summary_parts(field)
    summary = ", ".join(parts)
    return [summary] if len(summary) <= _WIDEST else [f"{parts[0]},", *parts[1:]]


def _summary_parts(field: ReceptiveField | ProjectiveField) -> tuple[str, ...]:
    """Return what is reached, and the holes in it."""
    if not field.extent:
        return ("reaches no output",)
    ends = "input" if isinstance(field, ReceptiveField) else "output"
    share = percent(field.coverage)
    reached = f"reaches {len(field.support):,} of {counted(field.extent, ends)} ({share})"
    if not field.longest_hole:
        return reached, "no holes"
    holes = f"longest hole {field.longest_hole:,}"
    if isinstance(field, ProjectiveField):
        return reached, holes
    return reached, f"{holes}, longest run without a hole {field.longest_run:,}"


def receptive_field_sheet(panels: Sequence[FieldPanel]) -> Sheet:
    """Draw panels of depth against position: downward from the output to the inputs that it sees.

    Of projective fields (all panels alike): from the input to the outputs that it reaches. Colour
    counts paths, on a logarithmic scale within each row; a hole is a hole.
    """
    begin, _ = _begin_and_end(panels)
    rows = panels[0].columns.shade.shape[0]
    lines = max(len(summary_lines(p.field)) for p in panels)
    head = _HEAD + _LINE * lines
    row = _ROW if rows <= _MOST_ROWS else _THIN_ROW
    panel = head + row * rows
    plot = panel * len(panels)
    sheet = Sheet(plot + 52, top=4, bottom=48, left=_MARGIN)
    first = min(p.columns.positions[0] - 0.6 * p.columns.width for p in panels)
    last = max(p.columns.positions[-1] + 0.6 * p.columns.width for p in panels)
    names = [begin, *(counted(depth, "layer") for depth in range(1, rows))]
    for number, (title, columns, field) in enumerate(panels):
        axis = str(number + 1) if number else ""
        top = 1 - (number * panel + head) / plot
        bottom = 1 - (number + 1) * panel / plot
        wide = columns.width > 1
        counts = np.dstack([columns.reached, columns.standing]).astype(np.int32)
        sheet.add(
            "heatmap",
            name=title,
            x=columns.positions,
            y=names,
            z=columns.shade.astype(np.float32),
            customdata=counts if wide else _path_texts(columns.paths),
            zmin=0,
            zmax=1,
            colorscale=PATH_SHADES,
            showscale=False,
            hoverongaps=False,
            xgap=1 if len(columns.positions) <= 260 else 0,
            ygap=2,
            xaxis="x",
            yaxis=f"y{axis}",
            hovertemplate=(
                "through %{y}, near %{x:.0f}<br>%{customdata[0]} of %{customdata[1]} reached"
                if wide
                else f"through %{{y}}, at %{{x}}<br>paths to the {begin}: %{{customdata}}"
            )
            + "<extra></extra>",
        )
        _add_holes(sheet, columns, names, f"y{axis}", row)
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
        "title": {"text": f"{_position(panels)}, in samples"},
        "anchor": f"y{len(panels)}" if len(panels) > 1 else "y",
    }
    return sheet


def _add_holes(
    sheet: Sheet, columns: FieldColumns, names: Sequence[str], axis: str, height: int
) -> None:
    """Draw a thin line where a row, so high, has a hole between what is reached.

    As an image: plotly.js makes an element of every line.
    """
    reached = columns.reached > 0
    begun = np.logical_or.accumulate(reached, axis=1)
    to_come = np.logical_or.accumulate(reached[:, ::-1], axis=1)[:, ::-1]
    holes = ~reached & begun & to_come & (columns.standing > 0)
    if holes.any():
        sheet.add(
            "heatmap",
            name="holes",
            x=columns.positions,
            y=names,
            z=np.where(holes, 1, np.nan).astype(np.float32),
            zmin=0,
            zmax=1,
            colorscale=[(0, GAP), (1, GAP)],
            showscale=False,
            hoverinfo="skip",
            ygap=height - _HOLE,
            yaxis=axis,
        )


def depth_table(panels: Sequence[FieldPanel]) -> dict[str, list[Any]]:
    """List the numbers drawn: a row for each column that is reached at some depth.

    Columns of several positions have the number of positions reached, but no paths.
    """
    begin, end = _begin_and_end(panels)
    position, reached, paths = (
        f"{_position(panels)} (samples)",
        f"{end}s reached",
        f"paths to the {begin}",
    )
    headers = ("stack", "layers", position, reached, paths)
    table: dict[str, list[Any]] = {header: [] for header in headers}
    for title, columns, _ in panels:
        for depth, column in np.argwhere(columns.reached > 0).tolist():
            table["stack"].append(title)
            table["layers"].append(depth)
            table[position].append(float(columns.positions[column]))
            table[reached].append(int(columns.reached[depth, column]))
            table[paths].append(columns.paths[depth, column] or None)
    return table


def _begin_and_end(panels: Sequence[FieldPanel]) -> tuple[str, str]:
    """Return what the fields are of, and what they consist of: all panels are alike."""
    forward = isinstance(panels[0].field, ProjectiveField)
    return ("input", "output") if forward else ("output", "input")


def _position(panels: Sequence[FieldPanel]) -> str:
    """Return the name of the positions, for the axis and for the table."""
    begin, end = _begin_and_end(panels)
    return f"{end} position relative to the {begin}"


def _path_texts(paths: np.ndarray) -> np.ndarray:
    return np.array([[path_count(number) for number in row] for row in paths.tolist()], object)
