"""What a value that the editor might have sent stands for, worked out apart from the server."""

from __future__ import annotations

from typing import Any

from pdviz.limits import (
    MAX_DILATION,
    MAX_EVERY,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_PATTERN_TEXT,
    MAX_STRIDE,
    MAX_WING,
)
from pdviz.ui.state.layers import LayerChoice
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets


def is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def family_taps(numbers: Any, most: int = MAX_DILATION) -> tuple[int, ...] | None:
    """The taps of wing, dilation, island and causal, None where they are not."""
    if not isinstance(numbers, list) or len(numbers) != 4:
        return None
    wing, dilation, island, causal = numbers
    right = is_whole(wing, 0, MAX_WING) and is_whole(dilation, 1, most)
    right &= is_whole(island, 1, MAX_ISLAND) and type(causal) is bool
    return offsets(wing, dilation, island, causal) if right and island % 2 else None


def text_taps(text: Any, origin: Any) -> tuple[int, ...] | None:
    """The taps of a text; blanks mean nothing here, as in the field for a text."""
    if not isinstance(text, str):
        return None
    text = "".join(text.split())
    right = set(text) <= {"0", "1"} and text.count("1") > 0 and len(text) <= MAX_PATTERN_TEXT
    if not right or not is_whole(origin, 0, len(text) - 1):
        return None
    return tuple(i - origin for i, c in enumerate(text) if c == "1")


def layer_meant(layer: Any) -> tuple[tuple[int, ...] | None, int] | None:
    """The taps of its own, if it has, and the stride of a layer; None if there is no such layer."""
    if layer is None:
        return None, 1
    if not isinstance(layer, dict) or layer.keys() != {"stride", "family", "text", "origin"}:
        return None
    if not is_whole(layer["stride"], 1, MAX_STRIDE):
        return None
    if layer["family"] is not None:
        taps = family_taps(layer["family"], MAX_OWN_DILATION)
        return None if taps is None or layer["text"] != "" else (taps, layer["stride"])
    if layer["text"] == "" and type(layer["origin"]) is int:
        return None, layer["stride"]
    taps = text_taps(layer["text"], layer["origin"])
    return None if taps is None or type(layer["origin"]) is not int else (taps, layer["stride"])


Meant = tuple[tuple[int, ...], int, int, int, list[Any]]


def meant(value: Any) -> Meant | None:
    """Taps, layers, growth, every and layers of their own that a value stands for.

    None if the editor could not have sent it.
    """
    rest = {"layers", "growth", "every", "stack"}
    if not isinstance(value, dict) or not is_whole(value.get("layers"), 1, MAX_LAYERS):
        return None
    if value.keys() == {"family"} | rest:
        taps = family_taps(value["family"])
    elif value.keys() == {"text", "origin"} | rest:
        taps = text_taps(value["text"], value["origin"])
    else:
        return None
    right = is_whole(value["growth"], 1, MAX_GROWTH) and is_whole(value["every"], 1, MAX_EVERY)
    stack = value["stack"]
    if taps is None or not right or not isinstance(stack, list) or len(stack) > value["layers"]:
        return None
    own = [layer_meant(layer) for layer in stack]
    if None in own:
        return None
    while own and own[-1] == (None, 1):
        own.pop()
    return taps, value["layers"], value["growth"], value["every"], own


def had(state: State) -> Meant:
    """The same of a state."""

    def own(layer: LayerChoice) -> tuple[int, ...] | None:
        if layer.family is not None:
            return offsets(*layer.family)
        return tuple(i - layer.origin for i, c in enumerate(layer.text) if c == "1") or None

    layers = [(own(layer), layer.stride) for layer in state.stack.own]
    return state.pattern.offsets, state.stack.layers, state.stack.growth, state.stack.every, layers
