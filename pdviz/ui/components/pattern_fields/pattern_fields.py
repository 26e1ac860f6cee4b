"""The pattern in plain fields beside every page: another hand of the editor, which tells of it."""

from __future__ import annotations

from typing import Final

from pdviz.ui.components.assets import drawing
from pdviz.ui.state.state import State

_PATTERN: Final = drawing("pattern", "pattern_fields")


def pattern_fields(state: State) -> None:
    """Show the fields; call it in every full run, outside what an edit runs again.

    What they show is the editor's; they are told the numbers of the family alone, which a free
    pattern goes back to.
    """
    last = [state.kernel.wing, state.kernel.dilation, state.kernel.island, state.kernel.causal]
    _PATTERN(key="pattern", data={"last": last})
