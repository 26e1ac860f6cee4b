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

COLOURS: Final = {"left wing": LEFT, "island": ISLAND, "right wing": RIGHT, "gap": GAP}


def rgba(colour: str, alpha: float) -> str:
    """Return a colour, such as "#6F5BD6", with this opacity as CSS writes it.

    >>> rgba("#6F5BD6", 0.5)
    'rgba(111,91,214,0.5)'
    """
    return "rgba({},{},{},{})".format(*bytes.fromhex(colour[1:]), alpha)


PATH_SHADES: Final = ((0.0, rgba(ACCENT, 0.0)), (1.0, rgba(ACCENT, 1.0)))
"""The colour scale of path counts, from no shade to the full accent."""
