"""Edits: what the drawings send, applied to a state.

Each message comes from a browser, so every part of it is checked; one that no drawing sends leaves
the state as it is.
"""

from __future__ import annotations

from typing import Any, Final

from pdviz.ui.state.layers import SAME, LayerChoice
from pdviz.ui.state.rules import Invalid, read_pattern
from pdviz.ui.state.state import RULES, State

FAMILY: Final = ("wing", "dilation", "island", "causal")
"""The numbers of a pattern of the family, in the order that messages have them in."""
LAYERS: Final = ("layers", "growth", "every", "stack")
"""The choices that a message holds of the stack, by their keys."""
VIEW: Final = ("present", "strip")
"""How pages are shown, by the keys."""


def edit_stack(state: State, message: Any) -> tuple[State, None]:
    """Apply an edit of the editor: the pattern, the stack of layers and the goal.

    Args:
        state: what is chosen.
        message: {"family": [wing, dilation, island, causal]} or {"text": "1101", "origin": 1}, with
            "layers", "growth", "every", "stack" and, where it changes, "goal".
    """
    try:
        _require(isinstance(message, dict))
        new = _with_pattern(state, message)
        numbers = {key: RULES[key].check(message[key]) for key in LAYERS[:-1]}
        stack = RULES["stack"].check(_layers(message["stack"], numbers["layers"]))
        goal = RULES["goal"].check(message.get("goal", state.stack.goal))
    except Invalid:
        return state, None
    return new.put(**numbers, stack=stack, goal=goal), None


def edit_number(state: State, message: Any, *, key: str) -> tuple[State, str | None]:
    """Apply an edit of the field of a number.

    Args:
        state: what is chosen.
        message: {key: number}.
        key: of the choice.
    """
    if not isinstance(message, dict) or set(message) != {key} or not _is_number(message[key]):
        return state, None
    return state.edit(key, message[key])


def edit_weights(state: State, message: Any) -> tuple[State, str | None]:
    """Apply an edit of the fields of the typed weights: {"values": [0.5, …]}, one per tap."""
    if not isinstance(message, dict) or set(message) != {"values"}:
        return state, None
    values = message["values"]
    if not isinstance(values, list) or not all(map(_is_number, values)):
        return state, None
    return state.edit("values", tuple(values))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def move_kernel(state: State, message: Any, *, samples: int, start: int) -> tuple[State, None]:
    """Apply an edit of the signal's drawing: the output under the kernel.

    Args:
        state: what is chosen.
        message: {"position": 0 … samples − 1}.
        samples, start: of the section that the drawing showed.
    """
    return _move(state, message, {"position": samples - 1}, start)


def edit_view(
    state: State, message: Any, *, steps: int, count: int, first: int
) -> tuple[State, None]:
    """Apply an edit of the stage: the step and the output looked at.

    Args:
        state: what is chosen.
        message: {"step": 0 … steps − 1}, {"position": 0 … count − 1} or both.
        steps: of the run that the stage showed.
        count, first: samples in the section that it showed, and the first of them.
    """
    return _move(state, message, {"step": steps - 1, "position": count - 1}, first)


def edit_frame(state: State, message: Any) -> tuple[State, None]:
    """Apply an edit of the frame: the view, and with it maybe the state of a first visit.

    Args:
        state: what is chosen.
        message: {"present": 0 or 1, "strip": 0 or 1}, for a new start with "again": 1.
    """
    if not isinstance(message, dict) or set(message) - {"again"} != set(VIEW):
        return state, None
    if any(type(value) is not int or value not in (0, 1) for value in message.values()):
        return state, None
    view = {key: message[key] == 1 for key in VIEW}
    return (State() if message.get("again") else state).put(**view), None


def edit_way(state: State, message: Any) -> tuple[State, None]:
    """Apply an edit of the ways side by side: the one to show on the stage.

    Args:
        state: what is chosen.
        message: {"way": "sum"}, or another of the ways that are trained.
    """
    try:
        _require(isinstance(message, dict) and set(message) == {"way"})
        return state.put(way=RULES["way"].check(message["way"])), None
    except Invalid:
        return state, None


def _move(state: State, message: Any, most: dict[str, int], first: int) -> tuple[State, None]:
    """Apply whole numbers from 0 to `most`; a position counts from the sample `first`."""
    if not isinstance(message, dict) or not set(message) <= set(most):
        return state, None
    if any(type(n) is not int or not 0 <= n <= most[key] for key, n in message.items()):
        return state, None
    for key, number in message.items():
        offset = first - state.signal.start if key == "position" else 0
        state = state.edit(key, number + offset)[0]
    return state, None


def _with_pattern(state: State, message: dict[str, Any]) -> State:
    """Choose the pattern of a message."""
    keys = set(message) - {"goal"}
    if keys == {"family", *LAYERS}:
        numbers = message["family"]
        _require(isinstance(numbers, list) and len(numbers) == len(FAMILY))
        return state.with_family(
            *(RULES[key].check(number) for key, number in zip(FAMILY, numbers, strict=True))
        )
    _require(keys == {"text", "origin", *LAYERS})
    text, origin = message["text"], message["origin"]
    _require(isinstance(text, str) and type(origin) is int)
    return state.with_pattern(read_pattern(text, origin))


def _layers(values: Any, most: int) -> list[LayerChoice]:
    """Read the layers of a message; their rule checks what is in them."""
    _require(isinstance(values, list) and len(values) <= most)
    return [SAME if value is None else _layer(value) for value in values]


def _layer(value: Any) -> LayerChoice:
    _require(isinstance(value, dict) and set(value) == {"stride", "family", "text", "origin"})
    family = value["family"]
    if family is None:
        return LayerChoice(value["stride"], None, value["text"], value["origin"])
    _require(isinstance(family, list) and value["text"] == "")
    return LayerChoice(value["stride"], tuple(family))


def _require(valid: bool) -> None:
    if not valid:
        raise Invalid("No drawing sends this message")
