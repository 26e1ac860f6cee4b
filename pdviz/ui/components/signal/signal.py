"""The layer on a signal: what goes in and what comes out, and the kernel that a hand moves along.

Everything that a move of the kernel needs is sent at once, so that it is drawn without the server;
what is sent back is the position to look at. After an edit of the pattern the drawing requests the
section by itself, which is quicker than a run of the page; see `pdviz.ui.serving.routes`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlencode

from pdviz.ui.components.assets import drawing
from pdviz.ui.reports.blocks import Block
from pdviz.ui.session import channel, last_edit
from pdviz.ui.state.edits import move_kernel
from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State

_NAME: Final = "signal"
_SIGNAL = drawing("signal", "signal")


def signal_drawing(state: State, section: Block) -> None:
    """Show a section of the signal and the layer's output; see `reports.signal.section`."""
    edit = partial(move_kernel, samples=state.signal.samples, start=state.signal.start)
    stamp = channel(_NAME, replace(state.signal, device=""), edit)
    link = {key: text for key, text in to_query(state).items() if key != "position"}
    request = {"edited": last_edit("editor"), "query": urlencode(link)}
    _SIGNAL(key=_NAME, data={**section, **request, **stamp}, on_edit_change=lambda: None)
