"""What the kernel editor sends: an edit is taken whole, and what is none changes nothing."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pdviz.limits import (
    MAX_DILATION,
    MAX_EVERY,
    MAX_EXTENT,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_PATTERN_TEXT,
    MAX_STRIDE,
    MAX_WING,
)
from pdviz.ui.state.edits import edit_stack
from pdviz.ui.state.parts import KernelChoice
from pdviz.ui.state.state import CHOICES, State
from tests.oracles.editor import had, is_whole, meant
from tests.ui.support.session import (
    PAGES,
    WIDEST,
    assert_alive,
    data_for,
    drawings,
    editor_taps,
    go,
    send,
    send_text,
    sentences,
    state_of,
    turn,
    visit,
)

SAME = {"growth": 1, "every": 1, "stack": []}
GOAL = {"family": [6, 3, 7, False], "layers": 2, **SAME}
FREE = {"text": "1100101", "origin": 5, "layers": 3, **SAME}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("value", "state", "query"),
    [
        (
            GOAL,
            State.of(wing=6, dilation=3, island=7, layers=2),
            {"wing": "6", "dilation": "3", "island": "7", "layers": "2"},
        ),
        ({"family": [4, 2, 5, True], "layers": 3, **SAME}, State.of(causal=True), {"causal": "1"}),
        ({"family": [0, 7, 5, False], "layers": 3, **SAME}, State.of(wing=0, dilation=7), None),
        ({"family": [4, 2, 5, False], "layers": 8, **SAME}, State.of(layers=8), {"layers": "8"}),
        (FREE, State.of(text="1100101", origin=5), {"pattern": "1100101", "origin": "5"}),
        (
            {"text": "101010101111101010101", "origin": 10, "layers": 1, **SAME},
            State.of(layers=1),  # text or not, it is the default
            {"layers": "1"},
        ),
        (
            {"text": "1" + "01" * 511 + "1", "origin": 0, "layers": 3, **SAME},
            State.of(text="1" + "01" * 511 + "1"),
            None,
        ),
    ],
)
def test_an_edit_changes_the_state_and_the_link(
    page: str, value: dict[str, Any], state: State, query: dict[str, str] | None
) -> None:
    app = send(visit(page), "editor", value)
    assert state_of(app) == state
    assert query is None or app.query_params == query
    data = data_for(app, "editor")
    assert (data["rev"], data["seq"]) == (0, 1)
    assert data["layers"] == state.stack.layers
    assert (data["text"], data["origin"]) == (state.kernel.text, state.kernel.origin)
    assert sentences(app) == []


def test_a_kernel_without_wings_keeps_the_dilation_it_had() -> None:
    app = visit(dilation="5")
    for wing in (0, 3):
        send(app, "editor", {"family": [wing, 5, 5, False], "layers": 3, **SAME})
        assert state_of(app) == State.of(wing=wing, dilation=5)
        assert data_for(app, "editor")["family"] == [wing, 5, 5, False]


def test_typed_weights_stay_with_the_offset_they_were_typed_for() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    send(app, "editor", {"text": "1101", "origin": 1, "layers": 3, **SAME})
    assert app.query_params["values"] == "1,2,0"


# Revision and sequence.


def test_edit_after_edit_is_taken_and_told_with_its_number() -> None:
    app = visit()
    for sequence, wing in ((1, 5), (2, 6), (7, 0), (100, 9)):
        send(
            app, "editor", {"family": [wing, 2, 5, False], "layers": 3, **SAME}, rev=0, seq=sequence
        )
        assert state_of(app).kernel.wing == wing
        assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (
            0,
            sequence,
        )
        app.run()  # what is still held is no other edit
        assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (
            0,
            sequence,
        )


@pytest.mark.parametrize("sequence", [3, 2, 1, 0, -1])
def test_an_edit_that_is_not_newer_changes_nothing(sequence: int) -> None:
    app = send(visit(), "editor", {"family": [6, 2, 5, False], "layers": 3, **SAME}, seq=3)
    send(app, "editor", GOAL, seq=sequence)
    assert state_of(app) == State.of(wing=6)
    assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (0, 3)


@pytest.mark.parametrize(
    "link", [{"wing": "6"}, {"causal": "1"}, {"pattern": "1101"}, {"layers": "5"}, {"goal": "7"}]
)
def test_another_link_in_the_same_tab_is_another_revision_and_older_edits_are_void(
    link: dict[str, str],
) -> None:
    app = send(visit(), "editor", {"family": [5, 2, 5, False], "layers": 3, **SAME})
    app.query_params.clear()
    app.query_params.update(link)
    app.run()
    assert_alive(app)
    state = state_of(app)
    assert app.query_params == link
    assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (1, 1)
    send(app, "editor", GOAL, rev=0, seq=2)
    assert state_of(app) == state
    send(app, "editor", GOAL, rev=2, seq=2)
    assert state_of(app) == state
    send(app, "editor", GOAL, rev=1, seq=2)
    assert state_of(app) == State.of(wing=6, dilation=3, island=7, layers=2, goal=state.stack.goal)
    assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (1, 2)


def test_what_the_editor_does_not_show_is_no_other_revision() -> None:
    app = send(visit("signal"), "editor", GOAL)
    turn(app, "position", State().signal.start + 9)
    assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (0, 1)
    assert state_of(app) == State.of(wing=6, dilation=3, island=7, layers=2, position=9)


def test_on_another_page_edits_go_on_and_what_was_sent_of_the_last_one_counts_once() -> None:
    app = send(visit(), "editor", GOAL)
    for number, page in enumerate(("signal", "gradient", "kernel"), start=1):
        edit = {"rev": 0, "seq": 2 * number, "value": FREE}
        go(app, page)
        data = data_for(app, "editor")
        assert (data["rev"], data["seq"]) == (0, 2 * number - 1)
        send_text(app, "editor", json.dumps({"edit": edit}))
        assert state_of(app).kernel.text == FREE["text"]
        send(app, "editor", {"family": [number, 3, 7, False], "layers": 2, **SAME})
        assert state_of(app) == State.of(wing=number, dilation=3, island=7, layers=2)
        assert data_for(app, "editor")["seq"] == 2 * number + 1
        send_text(app, "editor", json.dumps({"edit": edit}))
        assert state_of(app) == State.of(wing=number, dilation=3, island=7, layers=2)


# What is no edit.

WRONG_MESSAGES = [
    *("null", "3", '"edit"', "[]", "{}", "true", "NaN", '{"edit": null}', '{"edit": 3}'),
    *('{"edit": []}', '{"edit": "x"}', '{"edit": {}}', '{"value": {"layers": 2}}'),
    *(
        json.dumps({"edit": edit})
        for edit in (
            {"rev": 0, "seq": 1},
            {"rev": 0, "value": GOAL},
            {"seq": 1, "value": GOAL},
            {"rev": 0, "seq": 1, "value": GOAL, "more": 0},
            *({"rev": 0, "seq": wrong, "value": GOAL} for wrong in (True, 1.0, "1", None, [1])),
            *({"rev": 0, "seq": wrong, "value": GOAL} for wrong in (math.nan, math.inf, 2**53)),
            *({"rev": wrong, "seq": 1, "value": GOAL} for wrong in (False, 0.0, -0.0, "0", None)),
            *({"rev": wrong, "seq": 1, "value": GOAL} for wrong in (1, -1, 10**30, [], {})),
        )
    ),
]


@pytest.mark.parametrize("message", WRONG_MESSAGES)
def test_what_is_no_message_changes_nothing(message: str) -> None:
    app = visit()
    before = data_for(app, "editor")
    send_text(app, "editor", message)
    assert state_of(app) == State()
    assert data_for(app, "editor") == before
    assert state_of(send(app, "editor", FREE)).kernel.text == FREE["text"]  # and the session lives


def family(*numbers: Any, layers: Any = 3) -> dict[str, Any]:
    return {"family": list(numbers), "layers": layers, **SAME}


def free(text: Any = "1100101", origin: Any = 5, layers: Any = 3) -> dict[str, Any]:
    return {"text": text, "origin": origin, "layers": layers, **SAME}


def stacked(stride: Any, family: Any = None, text: Any = "", origin: Any = 0) -> dict[str, Any]:
    """A message in which the layer at the input has these of its own."""
    layer = {"stride": stride, "family": family, "text": text, "origin": origin}
    return {**GOAL, "stack": [layer]}


WRONG_VALUES = [
    *(None, True, 0, 1.5, "x", "1101", [], [6, 3, 7, False], {}, {"family": [6, 3, 7, False]}),
    *(
        {"layers": 2},
        {"text": "11", "origin": 0},
        {"text": "11", "layers": 2, **SAME},
        {"origin": 0},
    ),
    *({**GOAL, "text": "11"}, {**FREE, "family": None}, {**GOAL, "": 0}, {**FREE, "wing": 6}),
    *(
        {"wing": 6},
        {"step": 3},
        {"position": 3},
        {"state": {"wing": 6}},
        {"family": [], "layers": 3, **SAME},
    ),
    *(family(6, 3, 7), family(6, 3, 7, False, 0), family([6], 3, 7, False), family()),
    *(
        {"family": wrong, "layers": 3, **SAME}
        for wrong in ("6370", {"wing": 6}, None, 6, [[6, 3, 7, 0]])
    ),
    *(family(wrong, 3, 7, False) for wrong in (-1, MAX_WING + 1, 10**30, 6.0, True, "6", None)),
    *(family(6, wrong, 7, False) for wrong in (0, -3, MAX_DILATION + 1, 3.5, True, math.nan)),
    *(family(6, 3, wrong, False) for wrong in (6, 0, -1, MAX_ISLAND + 2, 7.0, True, math.inf)),
    *(family(6, 3, 7, wrong) for wrong in (0, 1, None, "false", [], 0.0)),
    *(family(6, 3, 7, False, layers=wrong) for wrong in (0, MAX_LAYERS + 1, 2.0, True, "2", None)),
    *(free(wrong) for wrong in ("", "0", "0000", "1200", "11x", "１１", "1,1", "<b>", "\ud800")),
    *(free(wrong, 0) for wrong in ("1" * (MAX_PATTERN_TEXT + 1), "1" * 100_000, " " * 100_000)),
    *(free(wrong) for wrong in (None, 11, True, ["1", "1"], {"1": 1}, 1.1)),
    *(free(origin=wrong) for wrong in (-1, 7, 10**30, True, False, 0.0, "0", None, [0], math.nan)),
    *(free(layers=wrong) for wrong in (0, MAX_LAYERS + 1, 3.0, True, "3", None, [3])),
    *({"family": [6, 3, 7, False], "layers": 2}, {**GOAL, "stack": None}, {**GOAL, "stack": "s2"}),
    *({**GOAL, "growth": wrong} for wrong in (0, MAX_GROWTH + 1, 2.0, True, "2", None, math.inf)),
    *({**GOAL, "every": wrong} for wrong in (0, MAX_EVERY + 1, 2.0, True, "2", None, [])),
    *(
        {**GOAL, "stack": wrong}
        for wrong in ([None] * 3, [3], ["w4d2i5"], [[2, None, "", 0]], [{}])
    ),
    *(stacked(wrong) for wrong in (0, MAX_STRIDE + 1, 10**30, 2.0, True, "2", None, math.nan)),
    *(stacked(2, wrong) for wrong in ([], [1, 2, 3], [1, 2, 4, False], [1, 2, 3, 0], "1230", {})),
    *(stacked(2, wrong) for wrong in ([65, 2, 3, False], [1, MAX_OWN_DILATION + 1, 3, False])),
    *(stacked(2, wrong) for wrong in ([-1, 2, 3, False], [1, 0, 3, True], [1.0, 2, 3, True])),
    *(stacked(2, None, wrong) for wrong in (None, 11, ["1"], "0", "12", "1" * 1025, "<b>", True)),
    *(stacked(2, None, "101", wrong) for wrong in (-1, 3, 10**30, True, 0.0, "0", None)),
    stacked(2, [1, 2, 3, False], "101"),
    *({**GOAL, "stack": [{"stride": 2, "family": None, "text": ""}]},),
    *({**GOAL, "stack": [{"stride": 2, "family": None, "text": "", "origin": 0, "more": 1}]},),
]


@pytest.mark.parametrize("start", [State(), State.of(text="1101", origin=0), State.of(wing=0)])
@pytest.mark.parametrize("value", WRONG_VALUES, ids=lambda value: repr(value)[:50])
def test_a_value_that_the_editor_does_not_send_changes_nothing(start: State, value: Any) -> None:
    assert edit_stack(start, value) == (start, None)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "x", [6, 3, 7, False], {**GOAL, "text": "11"}, family(6, 3, 6, False)),
        *(family(True, 3, 7, False), family(65, 3, 7, False), family(6.0, 3, 7, False)),
        *(family(math.nan, 3, 7, False), family(10**30, 3, 7, False), family(6, 3, 7, 0)),
        *(free("11x"), free("1" * (MAX_PATTERN_TEXT + 1), 0), free(origin=7), free(layers=13)),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_wrong_value_in_a_right_message_is_counted_and_changes_nothing_else(value: Any) -> None:
    app = send(visit(wing="3"), "editor", value)
    assert state_of(app) == State.of(wing=3)
    assert data_for(app, "editor")["family"] == [3, 2, 5, False]
    assert (data_for(app, "editor")["rev"], data_for(app, "editor")["seq"]) == (0, 1)
    assert sentences(app) == []
    assert state_of(send(app, "editor", FREE)).kernel.text == FREE["text"]


# Anything that JSON can say.

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
near_number = st.integers(-2, 70) | anything
near_family = st.lists(near_number, max_size=6) | st.tuples(
    st.integers(-1, MAX_WING + 1),
    st.integers(0, MAX_DILATION + 1),
    st.integers(0, MAX_ISLAND + 1),
    st.booleans() | st.sampled_from([0, 1]),
).map(list)
near_layers = st.integers(0, MAX_LAYERS + 1) | anything
near_text = st.text("01", max_size=40) | st.text("01x 2", max_size=9) | anything
near_layer = st.fixed_dictionaries(
    {
        "stride": st.integers(0, MAX_STRIDE + 1) | anything,
        "family": st.none() | near_family | anything,
        "text": st.just("") | near_text,
        "origin": near_number,
    }
)
near_stack = st.lists(st.none() | near_layer, max_size=4) | anything
same = st.fixed_dictionaries(
    {
        "layers": near_layers,
        "growth": st.just(1) | st.integers(0, MAX_GROWTH + 1) | anything,
        "every": st.just(1) | st.integers(0, MAX_EVERY + 1) | anything,
        "stack": st.just([]) | near_stack,
    }
)
near_value = (
    st.builds(lambda family, rest: {"family": family, **rest}, near_family | anything, same)
    | st.builds(
        lambda text, origin, rest: {"text": text, "origin": origin, **rest},
        near_text,
        near_number,
        same,
    )
    | st.dictionaries(st.sampled_from(["family", "text", "origin", "layers", "wing"]), near_number)
)
starts = st.sampled_from(
    [
        State(),
        State.of(wing=0, dilation=9),
        State.of(text="1101", origin=0),
        State.of(causal=True, layers=8),
    ]
)


@settings(max_examples=2000)
@given(starts, near_value | anything)
def test_any_value_is_taken_for_what_it_means_or_changes_nothing(start: State, value: Any) -> None:
    after, notice = edit_stack(start, value)
    assert notice is None
    expected = meant(value)
    if expected is None:
        assert after == start
        return
    assert had(after) == expected
    if "family" in value:
        assert after.kernel == KernelChoice(*value["family"])
    elsewhere = {"wing", "dilation", "island", "causal", "text", "origin"}
    elsewhere |= {"layers", "growth", "every", "stack"}
    for key in CHOICES.keys() - elsewhere:
        assert after.get(key) == start.get(key)


@given(starts, st.integers(-1, MAX_EXTENT + 1) | anything)
def test_a_goal_comes_with_the_stack_or_stays_as_it_was(start: State, goal: Any) -> None:
    after, _ = edit_stack(start, {**GOAL, "goal": goal})
    if is_whole(goal, 0, MAX_EXTENT):
        assert (after.stack.goal, after.kernel.wing) == (goal, 6)
        assert edit_stack(after, GOAL)[0].stack.goal == goal
    else:
        assert after == start


near_message = st.fixed_dictionaries(
    {"rev": st.just(0) | anything, "seq": st.integers(-1, 9) | anything, "value": near_value}
)


def test_a_session_lives_through_any_message() -> None:
    app = visit()

    @settings(max_examples=60)
    @given(st.fixed_dictionaries({"edit": near_message | anything}) | anything)
    def lives(message: Any) -> None:
        before, last = state_of(app), data_for(app, "editor")
        send_text(app, "editor", json.dumps(message))
        edit = message.get("edit") if isinstance(message, dict) else None
        expected = None
        if isinstance(edit, dict) and edit.keys() == {"rev", "seq", "value"}:
            new = is_whole(edit["seq"], last["seq"] + 1, 2**53 - 1)
            if new and type(edit["rev"]) is int and edit["rev"] == last["rev"]:
                expected = meant(edit["value"])
        if expected is None:
            assert state_of(app) == before
        else:
            assert had(state_of(app)) == expected
            assert editor_taps(app) == expected[0]
        send(app, "editor", GOAL)
        assert state_of(app) == State.of(wing=6, dilation=3, island=7, layers=2)

    lives()


# What an edit costs on the wire.


def edited_alone(app: AppTest, value: Any) -> dict[str, int]:
    """Let the page's fragment alone run, as an edit does; the bytes that were sent, by drawing."""
    (fragment,) = app._fragment_storage._fragments
    request = LocalScriptRunner.request_rerun

    def request_fragment(runner: LocalScriptRunner, data: Any) -> Any:
        runner._requests = ScriptRequests()  # AppTest's own first asks for the whole page
        return request(runner, dataclasses.replace(data, fragment_id=fragment))

    data = data_for(app, "editor")
    edit = {"rev": data["rev"], "seq": data["seq"] + 1, "value": value}
    states = app._tree.get_widget_states()
    states.widgets.add(id=drawings(app, "editor")[0].id, json_value=json.dumps({"edit": edit}))
    with mock.patch.object(LocalScriptRunner, "request_rerun", request_fragment):
        app._run(states)
    assert not app.exception
    sent = [component.proto for component in app.get("bidi_component")]
    return {proto.component_name: proto.ByteSize() for proto in sent}


@pytest.mark.parametrize("link", [{}, WIDEST, {"pattern": "1" + "01" * 511 + "1"}])
@pytest.mark.parametrize(
    "value", [GOAL, free("1" + "01" * 511 + "1", 0, 8), family(64, 64, 65, True)]
)
def test_an_edit_sends_the_editor_in_few_bytes_and_not_the_code_again(
    link: dict[str, str], value: Any
) -> None:
    app = visit(**link)
    assert drawings(app, "code")[0].ByteSize() > 50_000
    sent = edited_alone(app, value)
    assert sent.keys() == {"pdviz_editor", "pdviz_frame", "pdviz_dense", "pdviz_files"}
    assert sent["pdviz_editor"] < 20_000
    assert sum(sent.values()) < 30_000
    assert had(state_of(app)) == meant(value)
