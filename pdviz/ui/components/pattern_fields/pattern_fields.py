"""The pattern in number fields beside every page; they edit what the editor draws."""

from __future__ import annotations

from typing import Final

from pdviz.ui.components.assets import drawing
from pdviz.ui.state.state import State

_PATTERN: Final = drawing("pattern", "pattern_fields")


def pattern_fields(state: State) -> None:
    """Show the fields; call it in every full run, outside what an edit runs again.

    They show the editor's pattern. The server sends only the numbers of the family that a free
    pattern goes back to.
    """
    last = [state.kernel.wing, state.kernel.dilation, state.kernel.island, state.kernel.causal]
    _PATTERN(key="pattern", data={"last": last})
