"""What is written over a profile: brackets round most of its mass, and its standard deviation."""

from __future__ import annotations

from typing import Final

from pdviz.analysis.effective_receptive_field import EffectiveField
from pdviz.analysis.profile_picture import ProfilePicture
from pdviz.figures.style import GAP, Sheet

_WINDOWS: Final = ((0.99, 1.42), (0.5, 1.14))
"""Whose stretches are bracketed, and how high above the profile, as a multiple of its height."""
_WORDS: Final = 0.14
"""The width of a few words as a share of the profile's."""


def add_marks(
    sheet: Sheet,
    axis: str,
    picture: ProfilePicture,
    field: EffectiveField,
    sigma: tuple[float, float] | None,
    height: float,
) -> None:
    """Brackets over the shortest stretches, their names above them, and σ beside its curve.

    Args:
        axis: of the profile.
        picture: of the profile.
        field: whose stretches are bracketed.
        sigma: mean and standard deviation of the Gaussian drawn.
        height: of the profile, in % an input.
    """
    first = float(picture.positions[0]) - picture.width / 2
    last = float(picture.positions[-1]) + picture.width / 2
    marks: list[tuple[float | None, float | None, str, str]] = []
    for share, level in _WINDOWS:
        if share not in field.fractions:
            continue
        window = field.fractions[share]
        low, high = window.first - 0.5, window.last + 0.5
        top, tick = level * height, 0.05 * height
        words = f"{share:.0%} in {window.length:,} input{'s' if window.length > 1 else ''}"
        near = ((low + high) / 2 - first) / (last - first)
        if near < 0.33:
            at, side = low, "top right"
        elif near > 0.67:
            at, side = high, "top left"
        else:
            at, side = (low + high) / 2, "top center"
        bracket = [(low, top - tick), (low, top), (high, top), (high, top - tick), (None, None)]
        marks += [(x, y, "", side) for x, y in bracket]
        marks += [(at, top, words, side), (None, None, "", side)]
    if sigma is not None:
        marks.append(_std_mark(picture, *sigma))
    if not marks:
        return
    x, y, text, place = (list(column) for column in zip(*marks, strict=True))
    sheet.add(
        "scatter",
        mode="lines+text",
        x=x,
        y=y,
        text=text,
        textposition=place,
        textfont={"size": 12},
        cliponaxis=False,
        line={"color": GAP, "width": 1.2},
        yaxis=axis,
        hoverinfo="skip",
    )


def short(value: float) -> str:
    """A length in few digits."""
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{decimals}f}"


def _std_mark(picture: ProfilePicture, mean: float, std: float) -> tuple[float, float, str, str]:
    """The σ of the Gaussian, at its foot and above whatever else is drawn there."""
    first, last = picture.positions[[0, -1]].tolist()
    side = mean + 1.6 * std
    leftward = side > first + 0.8 * (last - first)
    side = min(side, last)
    width = _WORDS * (last - first)
    beside = picture.positions - side
    beside = (beside > -width) & (beside <= 0) if leftward else (beside > 0) & (beside <= width)
    drawn = [mass[beside].max(initial=0.0) for mass in picture.profiles if mass is not None]
    height = 100 / picture.width * float(max(drawn))
    return side, height, f"σ = {short(std)}", "top left" if leftward else "top right"
