"""The layer on a signal: what goes in and what comes out, and the kernel that a hand moves along.

Everything that a move of the kernel needs is sent at once, so that it is drawn without the server;
what is sent back is the position to look at.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from pdviz.ui.components.assets import drawing
from pdviz.ui.reports.blocks import Block
from pdviz.ui.session import channel
from pdviz.ui.state.edits import move_kernel
from pdviz.ui.state.state import State

_NAME: Final = "signal"
_SIGNAL = drawing("signal", "signal")


def signal_drawing(state: State, section: Block) -> None:
    """Show a section of the signal and the layer's output; see `reports.signal.section`."""
    edit = partial(move_kernel, samples=state.signal.samples, start=state.signal.start)
    stamp = channel(_NAME, replace(state.signal, device=""), edit)
    _SIGNAL(key=_NAME, data={**section, **stamp}, on_edit_change=lambda: None)
