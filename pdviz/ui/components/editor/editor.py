"""The editor: the pattern under a hand, and the stack of layers, with what it sees."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final, Literal

from pdviz.pattern import Pattern
from pdviz.ui.components.assets import drawing
from pdviz.ui.session import channel
from pdviz.ui.state.edits import FAMILY, LAYERS, edit_stack
from pdviz.ui.state.layers import SAME, LayerChoice
from pdviz.ui.state.state import State

Mode = Literal["compact", "folded", "kernel", "stack"]
"""What the editor shows: the strip alone, or folded until it is opened, the kernel with the cone of
its stack, or the strip with the stack's layers to be edited."""
HIDEABLE: Final[frozenset[Mode]] = frozenset({"compact", "stack"})
"""The modes with a strip that can be hidden; else it is the page's subject, or folded already."""

PRESETS: Final = MappingProxyType(
    {
        "Default": Pattern.partially_dilated(4, 2, 5),
        "Dense": Pattern.dense(21),
        "Plain dilated": Pattern.dilated(11, 2),
        "Causal": Pattern.partially_dilated(4, 2, 5, causal=True),
        "Wide": Pattern.partially_dilated(16, 16, 17),
    }
)
"""Ready-made patterns; the first three span 21 elements."""

STACKS: Final = MappingProxyType(
    {
        "Three layers": State(),
        "WaveNet block": State.of(wing=1, dilation=1, island=1, causal=True, layers=10, growth=2),
        "TCN": State.of(wing=2, dilation=1, island=1, causal=True, layers=8, growth=2, every=2),
        "Dilations 1, 2, 5": State.of(
            wing=1,
            dilation=1,
            island=1,
            stack=(SAME, LayerChoice(1, (1, 2, 1, False)), LayerChoice(1, (1, 5, 1, False))),
        ),
        "Growing wings": State.of(wing=2, dilation=3, island=3, layers=4, growth=3),
    }
)
"""Ready-made stacks: of the default; of van den Oord et al. 2016, ten layers of two taps; of Bai,
Kolter and Koltun 2018, two layers of three taps at each dilation; of Wang et al. 2018, three layers
whose dilations leave no holes; and islands with wings that grow."""

_NAME: Final = "editor"
_EDITOR = drawing("editor", "editor")


def editor(state: State, mode: Mode) -> None:
    """Show the pattern of `state`, or its stack, to be edited."""
    stamp = channel(_NAME, _choices(state), edit_stack)
    data = {**stamp, **editor_data(state), "goal": state.stack.goal, "mode": mode}
    _EDITOR(key=_NAME, data=data, on_edit_change=lambda: None)


def editor_data(state: State) -> dict[str, Any]:
    """Return what the editor draws, as plain JSON."""
    return {
        **_plain(state),
        "text": state.kernel.text,
        "origin": state.kernel.origin,
        "presets": [[name, pattern.family] for name, pattern in PRESETS.items()],
        "stacks": [[name, _plain(stack)] for name, stack in STACKS.items()],
    }


def _plain(state: State) -> dict[str, Any]:
    """Return the family and the layers of `state`, as plain JSON."""
    return {
        "family": None if state.kernel.text else [state.get(name) for name in FAMILY],
        "layers": state.stack.layers,
        "growth": state.stack.growth,
        "every": state.stack.every,
        "stack": [None if layer == SAME else _plain_layer(layer) for layer in state.stack.own],
    }


def _plain_layer(layer: LayerChoice) -> dict[str, Any]:
    family = None if layer.family is None else list(layer.family)
    return {"stride": layer.stride, "family": family, "text": layer.text, "origin": layer.origin}


def _choices(state: State) -> tuple[Any, ...]:
    names = (*FAMILY, "text", "origin", *LAYERS, "goal")
    return tuple(state.get(name) for name in names)
