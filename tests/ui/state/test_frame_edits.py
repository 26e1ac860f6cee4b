"""What the frame of a page sends: the view, and a new start."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given

from pdviz.ui.state.edits import edit_frame
from pdviz.ui.state.state import State
from tests.ui.components.test_editor_messages import anything
from tests.ui.support.states import states

CHOSEN = State.of(wing=6, growth=3, weights="average", present=True)


def test_a_new_start_keeps_the_view_and_nothing_else() -> None:
    for present, strip in product((0, 1), (0, 1)):
        message = {"present": present, "strip": strip, "again": 1}
        view = State.of(present=present == 1, strip=strip == 1)
        assert edit_frame(CHOSEN, message) == (view, None)


@given(states())
def test_the_view_changes_nothing_else(state: State) -> None:
    for present, strip in product((0, 1), (0, 1)):
        edited = edit_frame(state, {"present": present, "strip": strip})
        assert edited == (state.put(present=present == 1, strip=strip == 1), None)


VIEW = {"present": 0, "strip": 0}


@pytest.mark.parametrize(
    "message",
    [
        *(None, {}, [["present", 1]], {"present": 1}, {"again": 1}, {"wing": 1}, {1: 1}),
        *({**VIEW, "again": True}, {**VIEW, "again": 2}, {**VIEW, "present": True}),
        *({**VIEW, "strip": 2}, {**VIEW, "strip": "1"}, {**VIEW, "present": None}),
        *({**VIEW, "wing": 1}, {**VIEW, "start": 1}),
    ],
)
def test_another_message_changes_nothing(message: Any) -> None:
    assert edit_frame(CHOSEN, message) == (CHOSEN, None)


@given(anything)
def test_whatever_is_sent_leaves_a_state(message: Any) -> None:
    assert isinstance(edit_frame(CHOSEN, message)[0], State)
