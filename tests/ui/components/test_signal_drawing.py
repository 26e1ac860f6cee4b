"""What the signal page's drawing is told and what it may ask for: numbers, and a place."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern, signals
from pdviz.analysis.signal import window_at
from pdviz.analysis.stack import make_weights
from pdviz.limits import MAX_SECTION, MIN_SECTION
from pdviz.ui.queries.signal import SignalQuery
from pdviz.ui.reports.signal import section
from pdviz.ui.state.edits import move_kernel
from pdviz.ui.state.state import State
from tests.oracles.pages import layer_output, offsets
from tests.ui.support.session import WIDEST, data_for, output_of, send, state_of, turn, visit

FIELDS = {
    *("title", "unit", "outputUnit", "timeUnit", "timeStart", "rate", "first", "count"),
    *("position", "wholeFirst", "wholeStop", "samplesFirst", "samples", "output", "offsets"),
    *("kind", "weights", "left", "island"),
}
KINDS = {"samples": "<f4", "output": "<f4", "weights": "<f8", "offsets": "<i4"}


def decoded(data: dict[str, Any], name: str) -> np.ndarray:
    """As the browser reads it."""
    return np.frombuffer(base64.b64decode(data[name]), KINDS[name])


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any pattern over any section of any signal, near its ends more often than not."""
    name = draw(st.sampled_from(sorted(signals.SIGNALS)))
    signal = signals.load(name)
    samples = draw(st.integers(MIN_SECTION, min(MAX_SECTION, signal.length)))
    most = signal.length - samples
    start = draw(st.sampled_from([0, most]) | st.integers(0, most))
    state = State.of(
        signal=name,
        channel=draw(st.integers(0, len(signal.channels) - 1)),
        start=start,
        samples=samples,
        position=draw(st.sampled_from([0, samples - 1]) | st.integers(0, samples - 1)),
    )
    free = st.sets(st.integers(-40, 40), min_size=1, max_size=12).map(lambda s: Pattern(tuple(s)))
    family = st.builds(
        Pattern.partially_dilated,
        st.integers(0, 64),
        st.integers(1, 64),
        st.sampled_from([1, 3, 5, 65]),
        st.booleans(),
    )
    return state.with_pattern(draw(free | family))


def data_of(state: State) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """What is sent, the weights, and an output in which each number is its own."""
    state = state.put(weights="random", seed=3)
    query = SignalQuery.from_state(state)
    output = np.arange(state.signal.samples, dtype=np.float32)
    return section(state, query, output), make_weights("random", state.pattern, 3), output


# What is sent.


@settings(max_examples=150, deadline=None)
@given(states())
def test_every_sample_under_every_place_of_the_kernel_is_sent_and_no_other(state: State) -> None:
    data, compact, output = data_of(state)
    assert set(data) == FIELDS
    data = json.loads(json.dumps(data, allow_nan=False))
    signal = signals.load(state.signal.name, 3).samples[state.signal.channel]
    pattern = state.pattern
    lowest = state.signal.start + min(*pattern.offsets, 0)
    highest = state.signal.start + state.signal.samples - 1 + max(*pattern.offsets, 0)
    assert data["samplesFirst"] == max(lowest, 0)
    reached = signal[max(lowest, 0) : min(highest, len(signal) - 1) + 1]
    assert np.array_equal(decoded(data, "samples"), reached)
    assert np.array_equal(decoded(data, "output"), output)
    assert decoded(data, "offsets").tolist() == list(pattern.offsets)
    assert np.array_equal(decoded(data, "weights"), compact)
    assert (data["left"], data["island"]) == (len(pattern.left), len(pattern.island))
    assert (data["first"], data["count"]) == (state.signal.start, state.signal.samples)
    assert data["position"] == state.signal.position


@settings(max_examples=100, deadline=None)
@given(states(), st.floats(0, 1))
def test_what_is_sent_adds_up_to_the_output_that_the_page_shows(state: State, u: float) -> None:
    data, compact, _ = data_of(state)
    samples, first = decoded(data, "samples"), data["samplesFirst"]
    signal = signals.load(state.signal.name, 3).samples[state.signal.channel]
    for position in (
        0,
        state.signal.position,
        int(u * (state.signal.samples - 1)),
        state.signal.samples - 1,
    ):
        at = state.signal.start + position
        total = 0.0
        for offset, weight in zip(decoded(data, "offsets"), decoded(data, "weights"), strict=True):
            index = at + offset - first
            total += weight * float(samples[index]) if 0 <= index < len(samples) else 0.0
        window = window_at(state.pattern, compact, signal, at)
        assert total == pytest.approx(
            window.output, rel=1e-12, abs=1e-13 * float(abs(signal).max())
        )


@settings(max_examples=100, deadline=None)
@given(states())
def test_outputs_are_whole_where_no_zero_stands_in(state: State) -> None:
    data, _, _ = data_of(state)
    length = signals.load(state.signal.name).length
    pattern = state.pattern
    elements = range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1)
    for at in {*range(0, length, 97), 0, length - 1, data["wholeFirst"], data["wholeFirst"] - 1}:
        inside = at + elements[0] >= 0 and at + elements[-1] < length
        assert (data["wholeFirst"] <= at < data["wholeStop"]) == inside


@pytest.mark.parametrize("name", signals.SIGNALS)
def test_times_are_evenly_spaced_as_the_drawing_takes_them_to_be(name: str) -> None:
    signal = signals.load(name)
    data, _, _ = data_of(State().edit("signal", name)[0])
    index = np.arange(signal.length)
    assert data["timeStart"] + index / data["rate"] == pytest.approx(signal.times(), rel=1e-15)
    assert data["timeUnit"] in ("s", "year")


def test_units_are_those_of_the_channel() -> None:
    state = State().edit("signal", "macro")[0].edit("channel", 8)[0]
    data = section(state, SignalQuery.from_state(state), np.zeros(203))
    assert (data["title"], data["unit"], data["outputUnit"]) == ("US economy", "%", "%")
    slope = state.put(weights="difference")
    data = section(slope, SignalQuery.from_state(slope), np.zeros(203))
    assert (data["unit"], data["outputUnit"]) == ("%", "% per sample")


@settings(max_examples=40, deadline=None)
@given(states(), st.integers(0, 4095))
def test_another_place_changes_nothing_but_the_place(state: State, position: int) -> None:
    before, _, _ = data_of(state)
    moved = state.put(position=min(position, state.signal.samples - 1))
    after, _, _ = data_of(moved)
    assert {**after, "position": state.signal.position} == before


def test_the_widest_section_is_small_enough_to_be_sent_at_every_edit() -> None:
    wide = State().with_family(64, 64, 65, False)
    data, _, _ = data_of(wide.put(samples=4096, start=20_000))
    assert len(decoded(data, "samples")) == 4096 + 8256
    assert len(json.dumps(data)) < 100_000


# What may be asked for.


@given(states(), st.data())
def test_the_kernel_goes_where_it_is_brought(state: State, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, state.signal.samples - 1))
    moved, notice = move_kernel(
        state, {"position": position}, samples=state.signal.samples, start=state.signal.start
    )
    assert moved == state.put(position=position)
    assert notice is None


@given(st.integers(0, 359), st.integers(0, 2000), st.integers(16, 4096))
def test_a_place_of_a_section_that_was_left_stays_within_the_new_one(
    position: int, start: int, samples: int
) -> None:
    now = State().put(start=start, samples=samples, position=0)
    moved, _ = move_kernel(now, {"position": position}, samples=360, start=160)
    assert moved.signal.position == min(max(160 + position - start, 0), samples - 1)
    assert moved.put(position=0) == now


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["position", "step", ""]), inner, max_size=3)
    ),
    max_leaves=6,
)


def is_a_move(value: Any) -> bool:
    if not isinstance(value, dict) or list(value) != ["position"]:
        return False
    return type(value["position"]) is int and 0 <= value["position"] < 360


@settings(max_examples=500)
@given(json_values.filter(lambda value: not is_a_move(value)))
def test_anything_else_changes_nothing(value: Any) -> None:
    assert move_kernel(State(), value, samples=360, start=160) == (State(), None)


@pytest.mark.parametrize(
    "value",
    [
        *({"position": wrong} for wrong in (-1, 360, True, 5.0, "5", None, [5], 2**70)),
        *({"position": 5, "start": 0}, {"start": 5}, {}, [5], 5, "5", None),
    ],
)
def test_a_page_refuses_what_is_no_place_of_the_section(value: Any) -> None:
    app = visit("signal")
    send(app, "signal", value)
    assert state_of(app) == State()


def test_a_page_takes_a_place_and_says_so() -> None:
    app = visit("signal")
    before = data_for(app, "signal")
    send(app, "signal", {"position": 97})
    assert state_of(app) == State().put(position=97)
    assert app.query_params["position"] == "97"
    after = data_for(app, "signal")
    assert after == {**before, "position": 97, "seq": before["seq"] + 1}
    samples = signals.load("ecg").samples[0]
    taps = offsets()
    bell = np.exp(-(np.array(taps) ** 2) / (2 * 3.5**2))
    expected = layer_output(samples, taps, bell / bell.sum(), 160 + 97)
    assert output_of(app) == ("mV", pytest.approx(expected, rel=1e-5))


def test_the_drawing_is_told_when_a_slider_moves_the_kernel() -> None:
    app = visit("signal")
    before = data_for(app, "signal")
    after = data_for(turn(app, "position", State().signal.start + 20), "signal")
    assert after["position"] == 20
    assert after["rev"] == before["rev"] + 1
    stale = send(app, "signal", {"position": 99}, rev=before["rev"], seq=before["seq"] + 1)
    assert state_of(stale).signal.position == 20


def test_the_output_sent_is_the_layer_s() -> None:
    for link in ({}, {"causal": "1", "start": "0"}, {**WIDEST, "samples": "64", "start": "9000"}):
        app = visit("signal", **link)
        data, state = data_for(app, "signal"), state_of(app)
        samples = signals.load("ecg").samples[0]
        taps, weights = decoded(data, "offsets").tolist(), decoded(data, "weights")
        direct = [
            layer_output(samples, taps, weights, state.signal.start + i)
            for i in range(state.signal.samples)
        ]
        assert decoded(data, "output") == pytest.approx(direct, abs=1e-5)
