"""Figure of how strong the image of frequency 0 is, by the width of the island."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from pdviz.figures.palette import ACCENT, GAP, ISLAND
from pdviz.figures.sheet import Sheet
from pdviz.figures.ticks import ticks_at
from pdviz.figures.wording import level

_HEIGHT: Final = 250
_RIGHT: Final = 96
_LOWEST: Final = -80
_ABOVE: Final = 0.07
"""Of the levels' range: room above the highest, for the whole of its point."""


class IslandImages(NamedTuple):
    """The strongest image for every width of the island: all else stays as it is.

    `peaks` and `at_multiples` are levels in decibels, (n,) each; `now` is the width chosen.
    """

    widths: np.ndarray
    peaks: np.ndarray
    at_multiples: np.ndarray
    dilation: int
    now: int


def islands_sheet(images: IslandImages) -> Sheet:
    """Draw the level of the image at its peak, and at its multiple of 1 / d, by the width."""
    sheet = Sheet(_HEIGHT, top=26, bottom=46, left=48, right=_RIGHT)
    least = min(images.peaks.min(), images.at_multiples.min())
    low = max(10 * np.floor(least / 10), _LOWEST)
    high = max(10 * np.ceil(max(images.peaks.max(), images.at_multiples.max()) / 10), low + 20)
    room = high + _ABOVE * (high - low)
    lines: tuple[tuple[str, str, np.ndarray, str, dict[str, Any], int], ...] = (
        ("at its peak", "━", images.peaks, ACCENT, {"width": 4.4}, 7),
        (
            f"at its multiple<br>     of 1/{images.dilation}",
            "╌",
            images.at_multiples,
            GAP,
            {"width": 2, "dash": "dash"},
            3,
        ),
    )
    ends = [min(max(float(levels[-1]), low), high) for _, _, levels, *_ in lines]
    apart = 0.2 * (high - low)  # two names of up to two lines
    if abs(ends[0] - ends[1]) < apart:
        ends[0] = max(ends[0], low + apart)
        ends[1] = ends[0] - apart
    for (name, piece, levels, colour, line, size), end in zip(lines, ends, strict=True):
        text = name.replace("<br>     ", " ")
        sheet.add(
            "scatter",
            mode="lines+markers",
            name=text,
            x=images.widths.astype(np.float32),
            y=levels.astype(np.float32),
            line={"color": colour, **line},
            marker={"color": colour, "size": size},
            hovertemplate=f"island %{{x}}, image {text}<br>%{{y:.1f}} dB<extra></extra>",
        )
        key = f"<span style='color:{colour}'>{piece}</span>"
        sheet.word(f" {key} {name}", float(images.widths[-1]) + 0.6, end, side="middle right")
    here = int(np.flatnonzero(images.widths == images.now)[0])
    sheet.add(
        "scatter",
        mode="markers",
        name="chosen",
        x=[images.now],
        y=[float(images.peaks[here])],
        marker={"color": ISLAND, "size": 11, "line": {"color": ACCENT, "width": 2}},
        hoverinfo="skip",
    )
    first, last = float(images.widths[0]) - 0.6, float(images.widths[-1]) + 0.6
    sheet.word("<b>Strongest image by the width of the island</b>, in dB", first, room, size=13)
    axis = {"zeroline": False, "fixedrange": True}
    sheet.layout["yaxis"] = {
        **axis,
        "range": [low, room],
        **ticks_at(range(int(low), int(high) + 1, 10 if high - low <= 40 else 20), cut=least < low),
    }
    sheet.layout["xaxis"] = {
        **axis,
        "range": [first, last],
        "showgrid": False,
        "ticks": "outside",
        "ticklen": 4,
        **ticks_at(images.widths[:: -(-len(images.widths) // 12)].tolist()),
        "title": {"text": "island, in taps"},
    }
    return sheet


def islands_alt(images: IslandImages) -> str:
    """Describe the figure in sentences with its numbers."""
    pairs = zip(images.widths.tolist(), images.peaks.tolist(), strict=True)
    levels = ", ".join(f"{width}: {level(peak)}" for width, peak in pairs)
    return f"Peak of the strongest image by the width of the island. {levels}."


def islands_table(images: IslandImages) -> dict[str, list[Any]]:
    """List the numbers drawn, a row for each width."""
    return {
        "island (taps)": images.widths.tolist(),
        "strongest image at its peak (dB)": images.peaks.tolist(),
        f"at its multiple of 1/{images.dilation} (dB)": images.at_multiples.tolist(),
    }
