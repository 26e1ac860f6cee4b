"""Marks over the profiles of effective fields: brackets of the shortest stretches, and σ."""

from __future__ import annotations

from typing import Final

import numpy as np

from pdviz.analysis.effective_field import EffectiveField, ProfileColumns
from pdviz.figures.sheet import PixelSheet
from pdviz.figures.wording import counted, short_length, whole_percent

PEAK: Final = 80
"""Height of the tallest line of a profile, in pixels."""
_WINDOWS: Final = ((0.99, 1.42), (0.5, 1.14))
"""Shares whose stretches get a bracket, each with its height as a multiple of the profile's."""
_TICK: Final = 4
_WORDS: Final = 0.14
"""The width of a few words as a share of the profile's."""


def add_marks(
    sheet: PixelSheet,
    columns: ProfileColumns,
    field: EffectiveField,
    sigma: tuple[float, float] | None,
    foot: float,
    scale: float,
) -> None:
    """Draw brackets over the shortest stretches, their names above them, and σ beside its curve.

    Args:
        sheet: the sheet to draw on.
        columns: of the profile.
        field: whose stretches are bracketed.
        sigma: mean and standard deviation of the Gaussian drawn.
        foot: where the profile is 0, in pixels.
        scale: pixels for one per cent per input.
    """
    first = float(columns.positions[0]) - columns.width / 2
    last = float(columns.positions[-1]) + columns.width / 2
    for share, level in _WINDOWS:
        if share not in field.stretches:
            continue
        window = field.stretches[share]
        low, high = window.first - 0.5, window.last + 0.5
        top = foot + level * PEAK
        sheet.line([(low, top - _TICK), (low, top), (high, top), (high, top - _TICK)])
        words = f"{whole_percent(share)} in {counted(window.length, 'input')}"
        near = ((low + high) / 2 - first) / (last - first)
        if near < 0.33:
            at, side = low, "top right"
        elif near > 0.67:
            at, side = high, "top left"
        else:
            at, side = (low + high) / 2, "top center"
        sheet.word(words, at, top, side=side)
    if sigma is not None:
        mean, std = sigma
        side, height, at = _std_place(columns, mean, std)
        height *= scale * 100 / columns.width
        sheet.word(f"σ = {short_length(std)}", at, foot + height, side=side)


def _std_place(columns: ProfileColumns, mean: float, std: float) -> tuple[str, float, float]:
    """Find the place of σ: at the foot of the Gaussian where less is drawn, above the profiles.

    Returns:
        On which side of the place, how high as a mass, and the place in samples.
    """
    first, last = columns.positions[[0, -1]].tolist()
    width = _WORDS * (last - first)
    tallest = np.max([mass for mass in columns.profiles if mass is not None], axis=0)
    places = []
    for outward in (1, -1):
        at = min(max(mean + outward * 1.6 * std, first), last)
        room = last - at if outward > 0 else at - first
        direction = outward if room > width else -outward
        beside = direction * (columns.positions - at)
        height = float(tallest[(beside > -columns.width) & (beside < width)].max(initial=0.0))
        places.append((height, "top right" if direction > 0 else "top left", at))
    height, side, at = min(places, key=lambda place: place[0])
    return side, height, at
