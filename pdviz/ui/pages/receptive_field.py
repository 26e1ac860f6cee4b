"""Page: what a stack of layers sees, how evenly, and how strongly."""

from __future__ import annotations

from pdviz.ui.frame import show
from pdviz.ui.state import State


def body(state: State) -> None:
    """Draw the stack's numbers, each with its proof."""


show(
    "What a stack sees",
    "Stack layers, and see which inputs one output depends on, by how many paths, and how much.",
    body,
    mode="stack",
)
