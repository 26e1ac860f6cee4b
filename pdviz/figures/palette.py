"""The palette that every picture shares.

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
