"""What the drawings send, applied to a state.

Each message comes from a browser, so every part of it is checked; what a drawing does not send
leaves the state as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from pdviz.ui.state.fields import RULES
from pdviz.ui.state.layers import SAME, LayerChoice
from pdviz.ui.state.rules import Wrong, read_pattern
from pdviz.ui.state.state import State

FAMILY: Final = ("wing", "dilation", "island", "causal")
"""The numbers of a pattern of the family, in the order in which messages have them."""
LAYERS: Final = ("layers", "growth", "every", "stack")
"""What a message says of the stack."""


def edit_stack(state: State, value: Any) -> tuple[State, None]:
    """`state` after what the editor sent; unchanged by anything that the editor does not send."""
    try:
        new = _with_pattern(state, value)
        numbers = {name: RULES[name].check(value[name]) for name in LAYERS[:-1]}
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


def _with_pattern(state: State, value: Any) -> State:
    """`state` with the pattern in a message, every part of which is checked."""
    if not isinstance(value, dict):
        raise TypeError
    names = set(value) - {"goal"}
    if names == {"family", *LAYERS}:
        given = value["family"]
        if not isinstance(given, list) or len(given) != len(FAMILY):
            raise TypeError
        family = [RULES[name].check(each) for name, each in zip(FAMILY, given, strict=True)]
        return state.with_family(*family)
    if names != {"text", "origin", *LAYERS}:
        raise KeyError
    text, origin = value["text"], value["origin"]
    if not isinstance(text, str) or type(origin) is not int:
        raise TypeError
    return state.with_pattern(read_pattern(text, origin))


def move_kernel(state: State, value: Any, *, samples: int, start: int) -> tuple[State, None]:
    """`state` after what the drawing sent; unchanged by anything that the drawing does not send.

    Args:
        value: {"position": 0 … samples − 1}.
        samples, start: of the section that was shown.
    """
    if not isinstance(value, dict) or set(value) != {"position"}:
        return state, None
    position = value["position"]
    if type(position) is not int or not 0 <= position < samples:
        return state, None
    return state.edit("position", position + start - state.start)[0], None


def edit_view(
    state: State, value: Any, *, steps: int, count: int, first: int
) -> tuple[State, None]:
    """`state` after what the stage sent; unchanged by anything that the stage does not send.

    Args:
        value: {"step": 0 … steps − 1}, {"position": 0 … count − 1} or both.
        steps: of the run that was shown.
        count, first: samples in the section that was shown, and the first of them.
    """
    most = {"step": steps - 1, "position": count - 1}
    if not isinstance(value, dict) or not set(value) <= set(most):
        return state, None
    if any(type(n) is not int or not 0 <= n <= most[name] for name, n in value.items()):
        return state, None
    for name, number in value.items():
        offset = first - state.start if name == "position" else 0
        state = state.edit(name, number + offset)[0]
    return state, None
