"""Figure of frequency responses: magnitude above, phase or group delay below."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any, Final, NamedTuple

import numpy as np

from pdviz.analysis.spectrum import FLOOR, Images, Spectrum
from pdviz.figures.palette import ACCENT, DENSE, DILATED, GAP
from pdviz.figures.sheet import Sheet
from pdviz.figures.ticks import even_ticks, ticks_at
from pdviz.figures.wording import level, number

_KINDS: Final = {
    "dilated": {"color": DILATED, "width": 4, "simplify": False},
    "weights": {"color": ACCENT, "width": 2.6, "simplify": False},
    "dense": {"color": DENSE, "width": 1.8, "dash": "dash", "simplify": False},
    "mask": {"color": GAP, "width": 1.6, "dash": "dot", "simplify": False},
}
"""Line of each kind, from below to on top: a thin dashed line over a wide one hides nothing of it.

Plotly must not simplify lines: left-out points would move the dashes.
"""
_LOWEST: Final = -80
_UPPER: Final = 290
_LOWER: Final = 150
_HEAD: Final = 24
_NAME: Final = 32
"""Height of a curve's name, two lines."""
_PIECES: Final = {"weights": "━", "mask": "┈", "dense": "╌", "dilated": "━"}
_BETWEEN: Final = 34
_LINE: Final = 17
_MOST_LINES: Final = 128
"""More images than these lie too close to be marked one by one."""
_MOST_PIECES: Final = 96
"""A phase in more pieces cannot be read, and takes long to draw."""
_MOST_NAMES: Final = 3
_BESIDE: Final = 0.05
"""Decibels by which the peak of an image must pass its level at the multiple to be beside it."""
_CLEAR: Final = 0.01
"""Of the magnitude's range: how far the highest level stays below its upper end."""
_LEFT: Final = 48
_RIGHT: Final = 86
"""Room for the names of the curves, at their ends."""


class Curve(NamedTuple):
    """One response to draw; `kind` is "weights", "mask", "dense" or "dilated"."""

    name: str
    spectrum: Spectrum
    kind: str


def spectrum_sheet(
    curves: Sequence[Curve],
    images: Images | None,
    *,
    below: str = "phase",
    unit: str = "cycles per sample",
    rate: float = 1.0,
) -> Sheet:
    """Draw the magnitude of each curve in decibels, and the phase or delay of weights and mask.

    Args:
        curves: at the same frequencies, the most important first.
        images: of the first curve; marked.
        below: "phase" or "delay".
        unit: of frequency, with `rate` samples in its unit of time.
        rate: what cycles per sample are multiplied by.
    """
    plot = _HEAD + _UPPER + _BETWEEN + _LOWER
    right = _RIGHT if len(curves) > 1 else 12
    sheet = Sheet(plot + 56, top=6, bottom=50, left=_LEFT, right=right)
    low, high = _range(curves)
    ends = [
        (float(each.min()), float(each.max())) for each in (c.spectrum.curve[1] for c in curves)
    ]
    marks = _named_images(images, unit, rate)
    headroom = (6 + _LINE * len(marks)) / _UPPER
    room = low + (high - low) / (1 - headroom)
    room = max(room, max(most for _, most in ends) + _CLEAR * (room - low))
    step = curves[0].spectrum.frequencies[1] * rate
    if images is not None:
        _add_images(sheet, images, marks, rate, (low, high, room))
    for curve in _from_below(curves):
        places, levels = curve.spectrum.curve
        sheet.add(
            "scatter",
            mode="lines",
            name=curve.name,
            x=(rate * places).astype(np.float32),
            y=levels.astype(np.float32),
            line=_KINDS[curve.kind],
            hovertemplate=f"{curve.name}<br>%{{x:,.3~r}} {unit}: %{{y:.1f}} dB<extra></extra>",
        )
    if len(curves) > 1:
        _name_curves(sheet, curves, 0.5 * rate, (low, room))
    lower = [curve for curve in curves if curve.kind in ("weights", "mask")] or list(curves[:1])
    words = _add_phase(sheet, lower, step, unit) if below == "phase" else None
    if words is None:
        words = _add_delay(sheet, lower, step, unit)
        words += "<br>The phase turns too often to be drawn" if below == "phase" else ""
    zero = " relative to frequency 0" if curves[0].spectrum.passes_zero else ""
    sheet.word(f"<b>Magnitude</b>{zero}, in dB", 0, room, size=13)
    sheet.word(words, 0, sheet.layout["yaxis2"]["range"][1], size=13, axis="y2")
    axis = {"showgrid": True, "zeroline": False, "fixedrange": True}
    sheet.layout["yaxis"] = {
        **axis,
        "domain": [1 - (_HEAD + _UPPER) / plot, 1 - _HEAD / plot],
        "range": [low, room],
        **ticks_at(
            range(10 * ceil(low / 10), 10 * floor(high / 10) + 1, _tick(high - low)),
            cut=min(least for least, _ in ends) < low,
        ),
    }
    sheet.layout["yaxis2"] |= {**axis, "domain": [0, _LOWER / plot]}
    sheet.layout["xaxis"] = {
        "range": [0, 0.5 * rate],
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        **even_ticks(0, 0.5 * rate, 7),
        "fixedrange": True,
        "title": {"text": f"frequency, in {unit}"},
        "anchor": "y2",
    }
    return sheet


def spectrum_alt(
    curves: Sequence[Curve],
    images: Images | None,
    *,
    unit: str = "cycles per sample",
    rate: float = 1.0,
) -> str:
    """Describe the figure in sentences with its numbers."""
    parts = [f"Frequency response from 0 to {number(0.5 * rate)} {unit}."]
    for name, spectrum, _ in curves:
        least = float(spectrum.curve[1].min())
        cut = spectrum.half_power_frequency
        half = "no half power" if cut is None else f"half the power at {number(cut * rate)} {unit}"
        parts.append(f"{_capital(name)}: {half}, lowest {level(least)}.")
    if images is not None and len(images.frequencies):
        parts += [f"{_capital(text)}." for _, text in _named_images(images, unit, rate)]
    return " ".join(parts)


def spectrum_table(
    curves: Sequence[Curve], *, unit: str = "cycles per sample", rate: float = 1.0
) -> dict[str, list[Any]]:
    """List the numbers drawn: a row for each frequency, three columns for each curve.

    The frequencies are those of the axis and of the peaks of all curves.
    """
    frequencies = np.unique(np.concatenate([curve.spectrum.curve[0] for curve in curves]))
    table = {f"frequency ({unit})": (rate * frequencies).tolist()}
    for name, spectrum, _ in curves:
        values = spectrum.at(frequencies)
        table[f"{name}: magnitude (dB)"] = values.decibels.tolist()
        table[f"{name}: phase (degrees)"] = np.degrees(values.phase).tolist()
        table[f"{name}: group delay (samples)"] = values.group_delay.tolist()
    return table


def _from_below(curves: Sequence[Curve]) -> list[Curve]:
    """Return the curves in the order in which they are drawn over each other."""
    return sorted(curves, key=lambda curve: list(_KINDS).index(curve.kind))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _range(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the range of the magnitude that is drawn: the deepest notches are cut off."""
    low = min(float(np.percentile(curve.spectrum.decibels, 4)) for curve in curves)
    high = max(float(curve.spectrum.curve[1].max()) for curve in curves)
    high = max(10 * ceil(high / 10 - 0.05), _LOWEST + 20)
    return min(max(10 * floor(low / 10), _LOWEST), high - 20), high


def _tick(span: float) -> int:
    return 10 if span <= 50 else 20


def _named_images(images: Images | None, unit: str, rate: float) -> list[tuple[float, str]]:
    """List frequency, in cycles per sample, and name of the strongest images, from low to high.

    Named by their fraction of a cycle per sample, or in the unit that `rate` makes of it.
    """
    if images is None:
        return []
    strongest = np.argsort(-images.peaks, kind="stable")[:_MOST_NAMES]
    return [_named_image(images, m, unit, rate) for m in sorted(strongest.tolist())]


def _named_image(images: Images, number: int, unit: str, rate: float) -> tuple[float, str]:
    """Return where the image near a multiple of 1 / dilation peaks, and its name and levels."""
    place = multiple_in_words(number + 1, images.dilation, unit, rate)
    peak = float(images.decibels[number])
    at = 20 * log10(max(float(images.magnitude[number]), 10 ** (FLOOR / 20)))
    frequency = float(images.peak_frequencies[number])
    if peak - at < _BESIDE:
        return frequency, f"image at {place}: {level(peak)}"
    return frequency, f"image near {place}: {level(peak)} (at it {level(at)})"


def multiple_in_words(turns: int, dilation: int, unit: str, rate: float) -> str:
    """Write a multiple of 1 / dilation: a fraction of a cycle per sample, or in another unit.

    >>> multiple_in_words(2, 4, "cycles per sample", 1.0), multiple_in_words(1, 2, "hertz", 360.0)
    ('1/2', '180 hertz')
    """
    if unit == "cycles per sample":
        return str(Fraction(turns, dilation))
    return f"{number(rate * turns / dilation)} {unit}"


def _add_images(
    sheet: Sheet,
    images: Images,
    marks: Sequence[tuple[float, str]],
    rate: float,
    levels: tuple[float, float, float],
) -> None:
    """Draw upright lines at the images, and above them the names of the strongest, one per line."""
    low, high, room = levels
    if 0 < len(images.frequencies) <= _MOST_LINES:
        deep = low - 10 * (room - low)  # out of sight: one line is drawn sooner than many
        sheet.add(
            "scatter",
            mode="lines",
            name="images",
            x=np.repeat(rate * images.frequencies, 3).astype(np.float32),
            y=np.tile(np.array([deep, high, deep], dtype=np.float32), len(images.frequencies)),
            line={"color": GAP, "width": 1},
            hoverinfo="skip",
        )
    for line, (frequency, text) in enumerate(marks):
        side = "bottom right" if frequency < 0.2 else "bottom left"
        lower = (4 + _LINE * line) * (room - low) / _UPPER
        sheet.word(text, rate * frequency, room - lower, side=side)


def _name_curves(
    sheet: Sheet, curves: Sequence[Curve], end: float, levels: tuple[float, float]
) -> None:
    """Write the name of every curve at its end, behind a piece of its line; none overlap."""
    low, high = levels
    pixel = (high - low) / _UPPER
    ends = [min(max(float(curve.spectrum.decibels[-1]), low), high) for curve in curves]
    order = sorted(range(len(curves)), key=lambda k: (-ends[k], k))
    floor_of = {
        k: low + (_NAME * (len(order) - n) - _NAME / 2) * pixel for n, k in enumerate(order)
    }
    ceiling = high - _NAME / 2 * pixel
    for k in order:
        place = max(min(ends[k], ceiling), floor_of[k])
        ceiling = place - _NAME * pixel
        name, kind = curves[k].name, curves[k].kind
        piece = f"<span style='color:{_KINDS[kind]['color']}'>{_PIECES[kind]}</span>"
        words = name.split()
        if len(words) > 2 and words[-1] == "weights":  # "Typed by hand": they are weights anyhow
            words.pop()
        words = [*filter(None, [" ".join(words[:-1])]), words[-1]]
        sheet.word(f" {piece} {'<br>     '.join(words)}", end, place, side="middle right")


def _add_phase(sheet: Sheet, curves: Sequence[Curve], step: float, unit: str) -> str | None:
    """Draw the phase; the line breaks where it jumps by a turn, or by half a turn at a zero.

    Returns:
        The heading; None if the phase of the first curve turns too fast to be drawn.
    """
    drawn = []
    for name, spectrum, kind in _from_below(curves):
        turn = 2 * np.pi * spectrum.frequencies[1]
        expected = -turn * (spectrum.group_delay[1:] + spectrum.group_delay[:-1]) / 2
        steps = np.diff(spectrum.phase)
        with np.errstate(invalid="ignore"):
            broken = ~(np.abs(steps - expected) < 1)  # not a number is broken too
        drawn.append((name, np.degrees(spectrum.phase), np.flatnonzero(broken) + 1, kind))
    if any(len(broken) > _MOST_PIECES for *_, broken, kind in drawn if kind == curves[0].kind):
        return None
    for name, phase, broken, kind in drawn:
        if len(broken) > _MOST_PIECES:
            continue
        places = np.insert(np.arange(len(phase)) * step, broken, np.nan)
        sheet.add(
            "scatter",
            mode="lines",
            x=places.astype(np.float32),
            y=np.insert(phase, broken, np.nan).astype(np.float32),
            line=_KINDS[kind],
            yaxis="y2",
            hovertemplate=f"{name}<br>%{{x:,.3~r}} {unit}: %{{y:.0f}}°<extra></extra>",
        )
    sheet.layout["yaxis2"] = {"range": [-195, 195], **ticks_at([-180, -90, 0, 90, 180])}
    return "<b>Phase</b>, in degrees"


def _add_delay(sheet: Sheet, curves: Sequence[Curve], step: float, unit: str) -> str:
    """Draw the group delay.

    The line breaks where nothing passes; delays beyond the range, near zeros of the response, are
    cut off.

    Returns:
        The heading, which says whether some are.
    """
    for name, spectrum, kind in _from_below(curves):
        sheet.add(
            "scatter",
            mode="lines",
            x0=0,
            dx=step,
            y=spectrum.group_delay.astype(np.float32),
            line=_KINDS[kind],
            yaxis="y2",
            hovertemplate=f"{name}<br>%{{x:,.3~r}} {unit}: %{{y:.3~f}} samples<extra></extra>",
        )
    delays = np.concatenate([curve.spectrum.group_delay for curve in curves])
    delays = delays[np.isfinite(delays)]
    low, high = np.percentile(delays, [5, 95]).tolist() if len(delays) else (0.0, 0.0)
    room = max(0.25 * (high - low), 1.0)
    ends = (low - room, high + room)
    sheet.layout["yaxis2"] = {"range": list(ends), **even_ticks(*ends, 5)}
    outside = len(delays) > 0 and (delays.min() < ends[0] or delays.max() > ends[1])
    return f"<b>Group delay</b>, in samples{' (extremes cut off)' if outside else ''}"
