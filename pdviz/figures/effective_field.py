"""Figure of the theoretical and effective receptive fields of stacks, on one axis of samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from pdviz.analysis.effective_field import EffectiveField, ProfileColumns
from pdviz.analysis.receptive_field import ReceptiveField
from pdviz.figures.marks import PEAK, add_marks
from pdviz.figures.palette import ACCENT, GAP, PATH_SHADES, rgba
from pdviz.figures.receptive_field import field_summary, summary_lines
from pdviz.figures.sheet import FINE, PixelSheet, fine
from pdviz.figures.ticks import sample_ticks
from pdviz.figures.wording import counted, scientific, short_length, three_digits

_KEY: Final = 42
_HEAD: Final = 41
_LINE: Final = 17
_PROFILE: Final = 132
_STRIP: Final = 12
_HOLE: Final = 1.2
"""How high the line is that marks a hole."""
_MANY: Final = 1e15
"""Counts of paths from here on are written with a power of ten."""
_SPACE: Final = 12
_EDGE: Final = 8
_STEPS: Final = 260
"""Most columns of a profile that is drawn in steps; a wider one is a line."""
_SMOOTH: Final = 192
_QUIET: Final = rgba(GAP, 0.38)


class EffectiveFieldRow(NamedTuple):
    """One stack to draw.

    `title` names it with its weights; `std` is that of the closed form; `measured` is None if the
    effect of its weights was not measured.
    """

    title: str
    columns: ProfileColumns
    field: ReceptiveField
    expected: EffectiveField
    measured: EffectiveField | None
    std: float | None

    @property
    def main(self) -> EffectiveField:
        """The measured field, or else the expected one."""
        return self.expected if self.measured is None else self.measured


def effective_field_sheet(rows: Sequence[EffectiveFieldRow]) -> PixelSheet:
    """Draw for each stack the profile of its effective field above a strip of its reached inputs.

    Grey fill: expected of random weights, from the path counts. Line: measured. Dotted: the normal
    curve of the closed form. Brackets: the shortest stretches that hold half and nearly all of the
    effect, of the measured field where there is one. In the strip colour counts paths, on a
    logarithmic scale; a hole is a hole.
    """
    head = _HEAD + _LINE * max(len(summary_lines(row.field)) for row in rows)
    deep = head + _PROFILE + _STRIP + _SPACE
    plot = _KEY + deep * len(rows)
    first = min(row.field.start for row in rows)
    last = max(row.field.start + row.field.extent - 1 for row in rows)
    room = 0.03 * (last - first) + 0.6  # for half of a label, where a tick is at the end
    for columns in (row.columns for row in rows):  # and for the zeros at the ends of a profile
        begin, end = columns.positions[[0, -1]].tolist()
        room = max(room, first - begin + columns.width, end + columns.width - last)
    sheet = PixelSheet(plot, bottom=48, right=10)
    sheet.word(_key(rows), first - room, 6 - _KEY, size=13)
    feet = [-_KEY - number * deep - head - _PROFILE for number in range(len(rows))]
    for row, foot in zip(rows, feet, strict=True):
        sheet.word(_heading(row), first - room, foot + _PROFILE, size=13)
        _add_strip(sheet, row, foot)
        add_marks(sheet, row.columns, row.main, _gaussian(row), foot, _scale(row))
    _add_profiles(sheet, rows, feet, "expected", {"width": 0}, fill="toself", fillcolor=_QUIET)
    _add_gaussians(sheet, rows, feet)
    _add_profiles(sheet, rows, feet, "measured", {"color": ACCENT, "width": 1.6})
    sheet.layout["xaxis"] = {
        "range": [first - room, last + room],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        **sample_ticks(first - room, last + room),
        "title": {"text": "input position relative to the output, in samples"},
    }
    return sheet


def effective_field_alt(rows: Sequence[EffectiveFieldRow]) -> str:
    """Describe the figure in sentences with its numbers."""
    return "Effective and theoretical receptive field of stacks on one axis of inputs. " + " ".join(
        f"{row.title}: {field_summary(row.field)}; {_spread(row)}{_concentration(row)}."
        for row in rows
    )


def effective_field_table(rows: Sequence[EffectiveFieldRow]) -> dict[str, list[Any]]:
    """List the numbers drawn, a row for each column of each stack."""
    table: dict[str, list[Any]] = {
        "stack": [],
        "input position relative to the output (samples)": [],
        "inputs in the column": [],
        "inputs reached": [],
        "paths to an input reached": [],
        "expected share (% per input)": [],
        "measured share (% per input)": [],
        "normal curve (% per input)": [],
    }
    for title, columns, *_ in rows:
        count = len(columns.positions)
        contents: list[list[Any]] = [
            [title] * count,
            [int(p) if p.is_integer() else p for p in columns.positions.tolist()],
            [columns.width] * count,
            columns.reached.tolist(),
            columns.paths.tolist(),
            *(_share(mass, columns.width, count) for mass in columns.profiles),
        ]
        for cells, column in zip(table.values(), contents, strict=True):
            cells += column
    return table


def _share(mass: np.ndarray | None, width: int, count: int) -> list[Any]:
    return [None] * count if mass is None else (100 / width * mass).tolist()


def _key(rows: Sequence[EffectiveFieldRow]) -> str:
    """Write what each line is, behind a piece of it in its colour, and what its height means."""
    names = [f'<span style="color:{GAP}">■</span> expected']
    if any(row.measured is not None for row in rows):
        names.insert(0, f'<span style="color:{ACCENT}">━</span> measured')
    if any(row.columns.gaussian is not None for row in rows):
        names.append(f'<span style="color:{GAP}">┈</span> normal curve of the same σ')
    return f"Height: share of the effect, each row to its own peak<br>{'   '.join(names)}"


def _heading(row: EffectiveFieldRow) -> str:
    """Write name, what is reached, σ, and the share of the most effective input."""
    spread = _spread(row)
    if not row.main.vanished:
        spread += f", peak {three_digits(100 * float(row.main.mass.max()))}%"
    return "<br>".join([f"<b>{row.title}</b>", *summary_lines(row.field), spread])


def _gaussian(row: EffectiveFieldRow) -> tuple[float, float] | None:
    """Return mean and standard deviation of the normal distribution drawn."""
    return None if row.columns.gaussian is None else (row.expected.mean, row.std or 0.0)


def _scale(row: EffectiveFieldRow) -> float:
    """Return pixels for one per cent per input: the tallest line of every row is equally high."""
    drawn = [mass for mass in row.columns.profiles if mass is not None]
    return PEAK / (100 / row.columns.width * float(max(mass.max() for mass in drawn)) or 1.0)


def _add_profiles(
    sheet: PixelSheet,
    rows: Sequence[EffectiveFieldRow],
    feet: Sequence[float],
    name: str,
    line: dict[str, Any],
    **settings: Any,
) -> None:
    """Draw this profile of every stack that has it, in steps or as a line; 0 at both ends."""
    places, heights, values = list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    count = 0
    for row, foot in zip(rows, feet, strict=True):
        mass, columns = getattr(row.columns, name), row.columns
        if mass is None:
            continue
        value = np.zeros(len(mass) + 3)
        value[1:-2] = 100 / columns.width * mass
        count = max(count, len(mass))
        places.append(columns.positions[0] + columns.width * np.arange(-1.0, len(mass) + 2))
        places[-1][-1] = np.nan  # nothing is drawn to the next stack
        heights.append(foot + _scale(row) * value)
        values.append(value)
    if not places:
        return
    where = "input %{x:,d}" if rows[0].columns.width == 1 else "near input %{x:,.0f}"
    sheet.add(
        "scatter",
        mode="lines",
        name=name,
        x=np.concatenate(places).astype(np.float32),
        y=fine(np.concatenate(heights)),
        customdata=np.concatenate(values).astype(np.float32),
        line={**line, "shape": "hvh" if count <= _STEPS else "linear", "simplify": False},
        hoveron="points",
        hovertemplate=f"{where}<br>{name}: %{{customdata:,.3~r}} %<extra></extra>",
        **settings,
    )


def _add_gaussians(
    sheet: PixelSheet, rows: Sequence[EffectiveFieldRow], feet: Sequence[float]
) -> None:
    """Draw the normal distributions, dotted."""
    places, heights = list[np.ndarray](), list[np.ndarray]()
    for row, foot in zip(rows, feet, strict=True):
        columns = row.columns
        if columns.gaussian is None:
            continue
        points = slice(None, None, -(-len(columns.positions) // _SMOOTH))
        share = 100 / columns.width * columns.gaussian[points]
        places += [columns.positions[points], np.array([np.nan])]
        heights += [foot + _scale(row) * share, np.array([foot])]
    if not places:
        return
    sheet.add(
        "scatter",
        mode="lines",
        name="normal curve",
        x=np.concatenate(places).astype(np.float32),
        y=fine(np.concatenate(heights)),
        line={"color": GAP, "width": 2, "dash": "dot", "shape": "spline", "simplify": False},
        hoverinfo="skip",
    )


def _add_strip(sheet: PixelSheet, row: EffectiveFieldRow, foot: float) -> None:
    """Draw the inputs reached, by shade, in a frame from end to end of the extent."""
    columns, single = row.columns, row.columns.width == 1
    left, low = row.field.start - 0.5, foot - _STRIP
    right = left + row.field.extent
    sheet.line([(left, low), (left, foot), (right, foot), (right, low), (left, low)])
    holes = np.flatnonzero(columns.reached == 0)
    inside = holes[(columns.positions[holes] > left) & (columns.positions[holes] < right)]
    middle = foot - _STRIP / 2
    for run in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1) if len(inside) else ():
        first, last = columns.positions[run[[0, -1]]].tolist()
        half = columns.width / 2
        sheet.block(first - half, last + half, middle - _HOLE / 2, middle + _HOLE / 2)
    counts = columns.paths if single else columns.reached
    if single:
        kind = "float32" if float(counts.max()) < 3e38 else "float64"
    else:
        kind = "uint16" if columns.width < 2**16 else "float32"
    many = single and float(counts.max()) >= _MANY
    count = "about %{customdata}" if many else "%{customdata:,.6~r}"
    sheet.add(
        "heatmap",
        x0=float(columns.positions[0]),
        dx=columns.width,
        y0=FINE * (foot - _STRIP / 2),
        dy=FINE * _STRIP,
        z=np.round(255 * columns.shade).astype(np.uint8)[None],
        customdata=[_in_words(counts)] if many else counts.astype(kind)[None],
        zmin=0,
        zmax=255,
        colorscale=PATH_SHADES,
        showscale=False,
        hovertemplate=(
            f"input %{{x:,d}}<br>paths to the output: {count}"
            if single
            else f"near input %{{x:,.0f}}<br>%{{customdata}} of {columns.width} reached"
        )
        + "<extra></extra>",
    )


def _in_words(counts: np.ndarray) -> list[str]:
    """Write counts that a format of Plotly's would write with too many digits."""
    return [scientific(count, 3) if count else "0" for count in counts.tolist()]


def _spread(row: EffectiveFieldRow) -> str:
    """Write the standard deviations: what was measured, and what is expected."""
    parts = [] if row.std is None else [f"{short_length(row.std)} expected"]
    if row.measured is not None and not row.measured.vanished:
        parts.insert(0, f"{short_length(row.measured.std)} measured")
    if not parts:
        parts = [f"{short_length(row.expected.std)} expected"]
    return f"σ = {', '.join(parts)}"


def _concentration(row: EffectiveFieldRow) -> str:
    field = row.main
    if field.vanished:
        return "; no effect is left"
    half, most = field.stretches[0.5].length, field.stretches[0.99].length
    return f"; half of the effect in {counted(half, 'input')}, 99% in {most:,}"
