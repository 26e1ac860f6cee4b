"""Choices of what frames every page."""

from __future__ import annotations

from dataclasses import dataclass

from pdviz.ui.state.rules import Flag, choice


@dataclass(frozen=True, slots=True)
class FrameView:
    """How pages are shown: for a projector or not, and with the strip of taps or without."""

    present: bool = choice(False, Flag("Presentation"))
    strip: bool = choice(True, Flag("Strip of taps"))
