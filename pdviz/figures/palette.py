"""Palette of all figures and drawings.

Left wing, island and right wing have the same colour everywhere. The colours are told apart with
protanopia and deuteranopia; with tritanopia the wings' stripes help, which lean to opposite sides
in the drawings. All stand out from a white and from a near-black background alike; figures leave
text and background to the page's theme.
"""

from typing import Final

LEFT: Final = "#3A86C8"
ISLAND: Final = "#E08214"
RIGHT: Final = "#1B9E77"
GAP: Final = "#8A93A3"
"""Gaps, guide lines and whatever else stays in the background."""
ACCENT: Final = "#6F5BD6"
"""Counts, losses and targets: what belongs to no part of the kernel."""
DENSE: Final = "#9A7B2A"
DILATED: Final = "#CC4778"
"""Curves of a dense stack and of a plain dilated one, in figures without the parts of a kernel."""

COLOURS: Final = {"left wing": LEFT, "island": ISLAND, "right wing": RIGHT, "gap": GAP}


def rgba(colour: str, alpha: float) -> str:
    """Return a colour, such as "#6F5BD6", with this opacity as CSS writes it.

    >>> rgba("#6F5BD6", 0.5)
    'rgba(111,91,214,0.5)'
    """
    return "rgba({},{},{},{})".format(*bytes.fromhex(colour[1:]), alpha)


SHADES: Final = {"light": ("#8F83DD", "#3F2DA8"), "dark": ("#6A5ACF", "#CFC7FF")}
"""Colours of the fewest and of the most paths, by the page's theme.

The fewest still stand out from the page, 3 : 1 or more, so that no input that is reached looks like
a hole.
"""
PATH_SHADES: Final = (
    (0.0, rgba(SHADES["light"][0], 0.0)),
    (1 / 256, SHADES["light"][0]),
    (1.0, SHADES["light"][1]),
)
"""The colour scale of path counts; 0 is a hole. Drawings replace it by that of their theme."""
