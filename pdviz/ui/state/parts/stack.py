"""Choice of the stack: how many layers, how their dilation grows, and which differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pdviz.limits import MAX_EVERY, MAX_EXTENT, MAX_GROWTH, MAX_LAYERS
from pdviz.ui.state.layers import LayerChoice, Layers, trimmed
from pdviz.ui.state.rules import Whole, choice


@dataclass(frozen=True, slots=True)
class StackChoice:
    """The layers, from the input to the output.

    The dilation of the shared pattern is multiplied by `growth` after `every` layers. `own` holds,
    from the input on, the layers that differ. `goal` is the number of samples in a row that the
    stack is to cover, 0 for none.
    """

    layers: int = choice(3, Whole("Layers", 1, MAX_LAYERS))
    growth: int = choice(1, Whole("Growth of the dilation", 1, MAX_GROWTH))
    every: int = choice(1, Whole("Layers at each dilation", 1, MAX_EVERY))
    own: tuple[LayerChoice, ...] = choice((), Layers("Layer patterns"), key="stack")
    goal: int = choice(0, Whole("Samples to cover", 0, MAX_EXTENT, zero="no goal"))

    def settled(self) -> StackChoice:
        """Drop layers of their own that the stack does not have."""
        return replace(self, own=trimmed(self.own[: self.layers]))
