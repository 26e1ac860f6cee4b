"""The frame of a page: what the page shows, in one line, and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pdviz.ui.components.assets import drawing
from pdviz.ui.components.editor.editor import HIDEABLE, Mode
from pdviz.ui.session import channel
from pdviz.ui.state.edits import edit_frame
from pdviz.ui.state.parts.frame import FrameView
from pdviz.ui.state.state import State

_NAME: Final = "frame"
_FRAME = drawing("frame", "frame")  # its line has room for two: nothing moves where one becomes two
_THEMES = drawing("themes", "frame", html="themes")
_DENSE = drawing("dense", "frame", html="dense")


def frame(state: State, mode: Mode, *, stack: bool, weights: str) -> None:
    """Say what a page shows, and offer to start again and to show it for a projector.

    Args:
        state: what is chosen; the drawing follows the editor's edits of it by itself.
        mode: what the editor of the page shows.
        stack: whether the page shows the whole stack, or one layer alone.
        weights: the title of the weights that it shows; "" for none.
    """
    view = state.frame
    data = {
        **channel(_NAME, view, edit_frame),
        **{"present": view.present, "strip": view.strip, "stack": stack, "weights": weights},
        "hideable": mode in HIDEABLE,
        "first": replace(state, frame=FrameView()) == State(),
    }
    _FRAME(key=_NAME, data=data, on_edit_change=lambda: None)


def dense() -> None:
    """Write the dense convolution that the editor's kernel starts from, with its numbers."""
    _DENSE(key="dense")


def themes() -> None:
    """Offer the themes; call it in every full run, outside what an edit runs again."""
    _THEMES(key="themes")
