"""The editor: the pattern under a hand, and the stack of layers, with what it sees."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, Literal

import streamlit as st

from pdviz.pattern import Pattern
from pdviz.ui.choices import RULES
from pdviz.ui.components.code import source
from pdviz.ui.rules import Wrong, read_pattern
from pdviz.ui.session import channel
from pdviz.ui.stack import SAME, LayerChoice
from pdviz.ui.state import State

Mode = Literal["compact", "kernel", "stack"]
"""What the editor shows: the strip alone, the kernel with the cone of its stack, or the strip with
the stack's layers to be edited."""

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

_LAYERS: Final = ("layers", "growth", "every", "stack")
STACKS: Final = MappingProxyType(
    {
        "Three layers": State(),
        "WaveNet block": State(wing=1, dilation=1, island=1, causal=True, layers=10, growth=2),
        "TCN": State(wing=2, dilation=1, island=1, causal=True, layers=8, growth=2, every=2),
        "Dilations 1, 2, 5": State(
            wing=1,
            dilation=1,
            island=1,
            stack=(SAME, LayerChoice(1, (1, 2, 1, False)), LayerChoice(1, (1, 5, 1, False))),
        ),
        "Growing wings": State(wing=2, dilation=3, island=3, layers=4, growth=3),
    }
)
"""Ready-made stacks: of the default; of van den Oord et al. 2016, ten layers of two taps; of Bai,
Kolter and Koltun 2018, two layers of three taps at each dilation; of Wang et al. 2018, three layers
whose dilations leave no holes; and islands with wings that grow."""

_NAME: Final = "editor"
_FAMILY: Final = ("wing", "dilation", "island", "causal")
_EDITOR = st.components.v2.component(
    "pdviz_editor", html=source("editor.html"), css=source("editor.css"), js=source("mount.js")
)


def editor(state: State, mode: Mode) -> None:
    """Show the pattern of `state`, or its stack, to be edited."""
    told = channel(_NAME, _shown(state), edit_stack)
    data = {**told, **editor_data(state), "goal": state.goal, "mode": mode}
    _EDITOR(key=_NAME, data=data, on_edit_change=lambda: None)


def editor_data(state: State) -> dict[str, Any]:
    """What the editor draws, as plain JSON."""
    return {
        **_plain(state),
        "text": state.text,
        "origin": state.origin,
        "presets": [[name, pattern.family] for name, pattern in PRESETS.items()],
        "stacks": [[name, _plain(stack)] for name, stack in STACKS.items()],
    }


def _plain(state: State) -> dict[str, Any]:
    """The family and the layers of `state`, as plain JSON."""
    return {
        "family": None if state.text else [getattr(state, name) for name in _FAMILY],
        "layers": state.layers,
        "growth": state.growth,
        "every": state.every,
        "stack": [None if layer == SAME else _plain_layer(layer) for layer in state.stack],
    }


def _plain_layer(layer: LayerChoice) -> dict[str, Any]:
    family = None if layer.family is None else list(layer.family)
    return {"stride": layer.stride, "family": family, "text": layer.text, "origin": layer.origin}


def edit_stack(state: State, value: Any) -> tuple[State, None]:
    """`state` after what the editor sent; unchanged by anything that the editor does not send."""
    try:
        new = _with_pattern(state, value)
        numbers = {name: RULES[name].check(value[name]) for name in _LAYERS[:-1]}
        stack = RULES["stack"].check(_layers(value["stack"], numbers["layers"]))
        goal = RULES["goal"].check(value.get("goal", state.goal))
    except (Wrong, TypeError, KeyError):
        return state, None
    return replace(new, **numbers, stack=stack, goal=goal), None


def _layers(value: Any, most: int) -> list[LayerChoice]:
    """The layers in a message; what is in them is checked by their rule."""
    if not isinstance(value, list) or len(value) > most:
        raise TypeError
    return [SAME if layer is None else _layer(layer) for layer in value]


def _layer(value: Any) -> LayerChoice:
    if not isinstance(value, dict) or set(value) != {"stride", "family", "text", "origin"}:
        raise TypeError
    family = value["family"]
    if family is not None:
        if not isinstance(family, list) or value["text"] != "":
            raise TypeError
        return LayerChoice(value["stride"], tuple(family))
    return LayerChoice(value["stride"], None, value["text"], value["origin"])


def _shown(state: State) -> tuple[Any, ...]:
    names = (*_FAMILY, "text", "origin", *_LAYERS, "goal")
    return tuple(getattr(state, name) for name in names)


def _with_pattern(state: State, value: Any) -> State:
    """`state` with the pattern in a message, every part of which is checked."""
    if not isinstance(value, dict):
        raise TypeError
    names = set(value) - {"goal"}
    if names == {"family", *_LAYERS}:
        given = value["family"]
        if not isinstance(given, list) or len(given) != len(_FAMILY):
            raise TypeError
        family = [RULES[name].check(each) for name, each in zip(_FAMILY, given, strict=True)]
        return state.with_family(*family)
    if names != {"text", "origin", *_LAYERS}:
        raise KeyError
    text, origin = value["text"], value["origin"]
    if not isinstance(text, str) or type(origin) is not int:
        raise TypeError
    return state.with_pattern(read_pattern(text, origin))
