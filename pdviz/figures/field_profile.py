"""The theoretical and the effective receptive field of stacks, on one axis of input samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import plotly.graph_objects as go

from pdviz.analysis.effective_receptive_field import EffectiveField
from pdviz.analysis.profile_picture import ProfilePicture
from pdviz.analysis.receptive_field import ReceptiveField
from pdviz.figures.profile_marks import add_marks, short
from pdviz.figures.receptive_field import field_summary, summary_lines
from pdviz.figures.style import ACCENT, GAP, Sheet

_KEY: Final = 42
_HEAD: Final = 41
_LINE: Final = 17
_PROFILE: Final = 132
_STRIP: Final = 12
_SPACE: Final = 12
_LEFT: Final = 40
_STEPS: Final = 260
"""Up to so many columns a profile is drawn in steps, one an input; a line where there are more."""
_SMOOTH: Final = 192
_QUIET: Final = "rgba(138,147,163,0.38)"
_SHADES: Final = [[0.0, "rgba(111,91,214,0.0)"], [1.0, "rgba(111,91,214,1.0)"]]


class ProfileRow(NamedTuple):
    """One stack to draw.

    `title` names it with its weights; `std` is the closed form's; `measured` is None where no
    weights are at hand.
    """

    title: str
    picture: ProfilePicture
    field: ReceptiveField
    expected: EffectiveField
    measured: EffectiveField | None
    std: float | None


def field_profile_figure(rows: Sequence[ProfileRow]) -> go.Figure:
    """For each stack the profile of its effective field above a strip of what it reaches.

    Grey fill: expected from the path counts. Line: measured. Dotted: the Gaussian of the closed
    form. Brackets: the shortest stretches that hold half and nearly all of the effect, of the
    measured field where there is one. In the strip colour counts paths, on a logarithmic scale; a
    hole is a hole.
    """
    head = _HEAD + _LINE * max(len(summary_lines(row.field)) for row in rows)
    deep = head + _PROFILE + _STRIP + _SPACE
    plot = deep * len(rows)
    sheet = Sheet(plot + _KEY + 48, top=_KEY, bottom=48, left=_LEFT, right=10)
    for number, row in enumerate(rows):
        _add_row(sheet, row, number, 1 - (number * deep + head) / plot, plot)
    first = min(row.field.start for row in rows)
    last = max(row.field.start + row.field.extent - 1 for row in rows)
    room = 0.02 * (last - first) + 0.6
    sheet.layout["xaxis"] = {
        "range": [first - room, last + room],
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickformat": ",d",
        "nticks": 7,
        "title": {"text": "input position relative to the output, in samples"},
        "anchor": f"y{2 * len(rows)}",
    }
    sheet.heading(_key(rows), 1, yshift=2, align="left", xshift=4 - _LEFT)
    return sheet.figure()


def field_profile_alt(rows: Sequence[ProfileRow]) -> str:
    """What the figure shows, in sentences with the numbers."""
    return "Effective and theoretical receptive field of stacks on one axis of inputs. " + " ".join(
        f"{row.title}: {field_summary(row.field)}; {_spread(row)}{_held(row)}." for row in rows
    )


def field_profile_table(rows: Sequence[ProfileRow]) -> dict[str, list[Any]]:
    """The numbers drawn, one line for each column of each stack."""
    table: dict[str, list[Any]] = {
        "stack": [],
        "input position (samples from the output)": [],
        "inputs in the column": [],
        "inputs reached": [],
        "paths to an input reached": [],
        "expected share (% an input)": [],
        "measured share (% an input)": [],
        "Gaussian share (% an input)": [],
    }
    for title, picture, *_ in rows:
        count = len(picture.positions)
        columns: list[list[Any]] = [
            [title] * count,
            [int(p) if p.is_integer() else p for p in picture.positions.tolist()],
            [picture.width] * count,
            picture.reached.tolist(),
            picture.paths.tolist(),
            *(_share(mass, picture.width, count) for mass in picture.profiles),
        ]
        for cells, column in zip(table.values(), columns, strict=True):
            cells += column
    return table


def _share(mass: np.ndarray | None, width: int, count: int) -> list[Any]:
    return [None] * count if mass is None else (100 / width * mass).tolist()


def _key(rows: Sequence[ProfileRow]) -> str:
    """What each line is, in its colour, and what the height is."""
    names = [f'<span style="color:{GAP}">■ expected from path counts</span>']
    if any(row.measured is not None for row in rows):
        names.insert(0, f'<span style="color:{ACCENT}">━ measured</span>')
    if any(row.picture.gaussian is not None for row in rows):
        names.append("┈ Gaussian")
    return f"Height: share of the effect, in % an input<br>{'   '.join(names)}"


def _add_row(sheet: Sheet, row: ProfileRow, number: int, top: float, plot: int) -> None:
    picture, single = row.picture, row.picture.width == 1
    upper, lower = str(2 * number + 1) if number else "", str(2 * number + 2)
    foot = top - _PROFILE / plot
    drawn = [mass for mass in picture.profiles if mass is not None]
    height = 100 / picture.width * float(max(mass.max() for mass in drawn)) or 1.0
    where = "input %{x:,d}" if single else "near input %{x:,.0f}"
    _add_profile(
        sheet, picture.expected, picture, f"y{upper}", f"{where}<br>expected: %{{y:.3~g}} %"
    )
    if picture.gaussian is not None:
        _add_gaussian(sheet, row, f"y{upper}")
    if picture.measured is not None:
        _add_profile(
            sheet,
            picture.measured,
            picture,
            f"y{upper}",
            f"{where}<br>measured: %{{y:.3~g}} %",
            line={"color": ACCENT, "width": 1.6},
        )
    lead = row.expected if row.measured is None else row.measured
    sigma = None if picture.gaussian is None else (row.expected.mean, row.std or 0.0)
    add_marks(sheet, f"y{upper}", picture, lead, sigma, height)
    _add_strip(sheet, row, f"y{lower}")
    sheet.layout[f"yaxis{upper}"] = {
        "domain": [foot, top],
        "range": [0, 1.66 * height],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": True,
        "tickmode": "array",
        "tickvals": [0, _round(height)],
        "ticks": "",
        "anchor": "x",
    }
    sheet.layout[f"yaxis{lower}"] = {
        "domain": [foot - _STRIP / plot, foot],
        "visible": False,
        "fixedrange": True,
        "range": [-0.5, 0.5],
    }
    words = "<br>".join([f"<b>{row.title}</b>", *summary_lines(row.field), _spread(row)])
    sheet.heading(words, top, align="left", xshift=4 - _LEFT)


def _round(height: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten below a height, to mark on its axis."""
    power = 10 ** np.floor(np.log10(height))
    return float(next(step * power for step in (5, 2, 1) if step * power <= height * 1.0001))


def _add_profile(
    sheet: Sheet,
    mass: np.ndarray,
    picture: ProfilePicture,
    axis: str,
    hover: str,
    line: dict[str, Any] | None = None,
) -> None:
    """Steps or a line; a fill where no line is given. Falls to 0 at both ends."""
    steps = len(mass) <= _STEPS
    values = np.zeros(len(mass) + 2, dtype=np.float32)
    values[1:-1] = 100 / picture.width * mass
    sheet.add(
        "scatter",
        mode="lines",
        x0=float(picture.positions[0]) - picture.width,
        dx=picture.width,
        y=values,
        line={**(line or {"width": 0}), "shape": "hvh" if steps else "linear"},
        fill="tozeroy" if line is None else "none",
        fillcolor=_QUIET,
        yaxis=axis,
        hovertemplate=hover + "<extra></extra>",
    )


def _add_gaussian(sheet: Sheet, row: ProfileRow, axis: str) -> None:
    picture = row.picture
    assert picture.gaussian is not None
    shown = slice(None, None, -(-len(picture.positions) // _SMOOTH))
    values = (100 / picture.width * picture.gaussian)[shown].astype(np.float32)
    sheet.add(
        "scatter",
        mode="lines",
        x=picture.positions[shown].astype(np.float32),
        y=values,
        line={"color": GAP, "width": 2, "dash": "dot", "shape": "spline"},
        yaxis=axis,
        hoverinfo="skip",
    )


def _add_strip(sheet: Sheet, row: ProfileRow, axis: str) -> None:
    picture, field = row.picture, row.field
    single = picture.width == 1
    counts = picture.paths if single else picture.reached
    small = float(counts.max()) < 3e38
    sheet.add(
        "heatmap",
        x0=float(picture.positions[0]),
        dx=picture.width,
        y=[0],
        z=np.round(255 * picture.shade).astype(np.uint8)[None],
        customdata=counts.astype(np.float32 if small else np.float64)[None],
        zmin=0,
        zmax=255,
        colorscale=_SHADES,
        showscale=False,
        yaxis=axis,
        hovertemplate=(
            "input %{x:,d}<br>paths to the output: %{customdata:,.6~g}"
            if single
            else f"near input %{{x:,.0f}}<br>%{{customdata}} of {picture.width} reached"
        )
        + "<extra></extra>",
    )
    sheet.layout["shapes"].append(
        {
            "type": "rect",
            "xref": "x",
            "yref": axis,
            "x0": field.start - 0.5,
            "x1": field.start + field.extent - 0.5,
            "y0": -0.5,
            "y1": 0.5,
            "line": {"color": GAP, "width": 1},
        }
    )


def _spread(row: ProfileRow) -> str:
    """The standard deviations, in words."""
    parts = [] if row.std is None else [f"{short(row.std)} expected by closed form"]
    if row.measured is not None and not row.measured.vanished:
        parts.insert(0, f"{short(row.measured.std)} measured")
    if not parts:
        parts = [f"{short(row.expected.std)} expected"]
    return f"σ = {', '.join(parts)}"


def _held(row: ProfileRow) -> str:
    lead = row.expected if row.measured is None else row.measured
    if lead.vanished:
        return "; no effect is left"
    half, most = lead.fractions[0.5].length, lead.fractions[0.99].length
    return f"; half of the effect in {half:,} input{'s' * (half > 1)}, 99% in {most:,}"
