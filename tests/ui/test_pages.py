"""The pages as a session runs them: every control moves the state, the link and the numbers."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pdviz import Pattern, signals
from pdviz.analysis.gradient_flow import TrainingRun, Update, record_run
from pdviz.analysis.targets import make_target, standardise
from pdviz.analysis.weights import make_weights
from pdviz.figures.style import PARTS
from pdviz.limits import MAX_TRACE_SPAN
from pdviz.ui import compute
from pdviz.ui.state import State

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("kernel", "signal", "gradient")
WIDEST = {"wing": "64", "dilation": "64", "island": "65", "layers": "8"}


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has, so that every machine runs the same tests."""
    monkeypatch.setattr(compute, "devices", lambda: {"cpu": "CPU"})


def visit(page: str = "kernel", **link: str) -> AppTest:
    """A new session that opens a link to that page."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(link)
    if page != "kernel":
        app.switch_page(f"pdviz/ui/pages/{page}.py")
    app.run()
    assert_alive(app)
    return app


def assert_alive(app: AppTest) -> None:
    """Nothing was raised, and the link is of the state."""
    assert not app.exception
    assert app.query_params == state_of(app).to_query()
    assert State.from_query(app.query_params) == (state_of(app), [])


def go(app: AppTest, page: str) -> AppTest:
    """Follow the link to a page as a browser does: it sends nothing of the page that is left."""
    app.switch_page(f"pdviz/ui/pages/{page}.py")
    app._run()
    assert_alive(app)
    return app


def state_of(app: AppTest) -> State:
    found = [value for value in app.session_state.values() if isinstance(value, State)]
    assert len(found) == 1
    return found[0]


def control(app: AppTest, name: str) -> Any:
    """The widget bound to a field of the state."""
    kinds = (
        *("number_input", "slider", "toggle", "selectbox", "text_input", "pills"),
        "segmented_control",
    )
    widgets = [widget for kind in kinds for widget in getattr(app, kind)]
    (found,) = [w for w in widgets if re.match(rf"control-{name}(?![a-z])", w.key or "")]
    return found


def has_control(app: AppTest, name: str) -> bool:
    try:
        control(app, name)
    except ValueError:
        return False
    return True


def turn(app: AppTest, name: str, value: Any) -> AppTest:
    """Move a control as a person does."""
    control(app, name).set_value(value).run()
    assert_alive(app)
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def sentences(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


def chart(app: AppTest, number: int = 0) -> dict[str, Any]:
    """What a chart is told to draw."""
    spec = json.loads(app.get("plotly_chart")[number].proto.spec)
    assert isinstance(spec, dict)
    return spec


def numbers(values: Any) -> list[float]:
    """The numbers of a chart, which plotly may write as base64."""
    if isinstance(values, Mapping):
        flat = np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"]))
        return list(flat)
    return list(values)


def bars(app: AppTest, part: str) -> list[float]:
    (trace,) = [t for t in chart(app)["data"] if t.get("name") == part]
    return numbers(trace["x"])


def stage(app: AppTest) -> dict[str, Any]:
    (component,) = stages(app)
    data = json.loads(component.proto.json)
    assert isinstance(data, dict)
    return data


def stages(app: AppTest) -> list[Any]:
    return [c for c in app.get("bidi_component") if c.proto.component_name == "pdviz_stage"]


def drawn(data: dict[str, Any], name: str) -> np.ndarray:
    """Numbers that the stage is sent, as the browser reads them."""
    value = data["values"][name]
    return np.frombuffer(base64.b64decode(value["data"]), "<f4").reshape(value["shape"])


def kernel_metrics(offsets: tuple[int, ...]) -> dict[str, str]:
    """What the kernel page has to say about these taps."""
    first, last, taps = min(*offsets, 0), max(*offsets, 0), len(offsets)
    size = last - first + 1
    return {
        "Taps": f"{taps:,}",
        "Span": f"{size:,}",
        "Reach": f"{f'−{-first:,}' if first else 0} … {f'+{last:,}' if last else 0}",
        "Density": f"{100 * taps / size:.1f}%",
        "Weights saved": f"{100 - 100 * taps / size:.1f}%",
        "Multiply-adds an output": f"{taps:,}",
    }


def family(wing: int = 4, dilation: int = 2, island: int = 5, causal: bool = False) -> set[int]:
    last = 0 if causal else island // 2
    first = last - island + 1
    taps = {*range(first, last + 1), *(first - dilation * k for k in range(1, wing + 1))}
    return taps if causal else taps | {last + dilation * k for k in range(1, wing + 1)}


def offsets(**numbers: Any) -> tuple[int, ...]:
    return tuple(sorted(family(**numbers)))


# Opening a page.

LINKS: dict[str, dict[str, str]] = {
    "default": {},
    "widest": WIDEST,
    "widest causal": {**WIDEST, "causal": "1"},
    "free": {"pattern": "1100100001011", "origin": "11"},
    "one tap": {"pattern": "1"},
    "one tap far off": {"pattern": "1" + "0" * 900, "origin": "900"},
    "longest free": {"pattern": "1" + "10" * 511 + "1"},
    "far side of the signal": {"start": "107280", "samples": "720", "position": "719"},
    "shortest signal": {"signal": "macro", "channel": "11", "samples": "16", "start": "187"},
    "impulse": {"signal": "impulse", "weights": "difference", "initial": "difference"},
    "typed": {"weights": "typed", "initial": "typed", "pattern": "111", "values": "1,-2.5,1e-5"},
    "diverging": {"rate": "10", "steps": "200", "step": "199", "scope": "signal"},
    "sum": {"way": "sum", "momentum": "0.9", "decay": "0.1"},
    "sum of another pattern": {"way": "sum", "dilation": "3"},
    "sum of a free pattern": {"way": "sum", "pattern": "1101011"},
    "masked": {"way": "mask", "gaps": "pruned", "momentum": "0.99", "steps": "200"},
    "dense": {"way": "conv1d", "optimizer": "adam", "decay": "1", "momentum": "0.5"},
    "whole signal, Adam": {"optimizer": "adam", "scope": "signal", "target": "smooth"},
}

BROKEN: dict[str, dict[str, Any]] = {
    "numbers": {"wing": "999", "dilation": "0", "island": "4", "layers": "x", "seed": "-1"},
    "markup": {"signal": "<script>", "weights": "**b**", "device": ":smile:", "target": "[a](b)"},
    "pattern": {"pattern": "12"},
    "origin": {"pattern": "101", "origin": "9"},
    "nothing after the equals sign": dict.fromkeys(("wing", "signal", "rate", "causal"), ""),
    "huge": {"pattern": "1" * 5000, "values": "1," * 5000, "wing": "9" * 9000},
    "typed without numbers": {"weights": "typed", "initial": "typed"},
    "clashing": {"signal": "macro", "start": "100000", "position": "719", "channel": "15"},
    "not a number": {"rate": "nan", "values": "nan,inf", "position": "1e3"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", LINKS)
def test_a_page_opens_from_any_link(page: str, link: str) -> None:
    app = visit(page, **LINKS[link])
    state, notices = State.from_query(LINKS[link])
    assert notices == []
    assert state_of(app) == state
    assert not [text for text in sentences(app) if "link" in text]
    too_wide = state.pattern.kernel_size > MAX_TRACE_SPAN
    assert len(stages(app)) == (page == "gradient" and not too_wide)
    if page != "kernel":
        assert len(app.get("plotly_chart")) == {"signal": 2, "gradient": 0}[page]
    assert all(element.proto.alt for element in app.get("plotly_chart"))
    assert len(app.header) == 1


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", BROKEN)
def test_a_page_opens_from_a_broken_link_and_says_what_was_wrong(page: str, link: str) -> None:
    app = visit(page, **BROKEN[link])
    state, notices = State.from_query(BROKEN[link])
    assert state_of(app) == state
    said = [text for text in sentences(app) if "link" in text]
    assert len(said) == 1
    assert len(notices) >= 1
    for notice in notices:
        assert notice in said[0]
    if page == "kernel":
        assert metrics(app) == kernel_metrics(state.pattern.offsets)


def test_what_was_wrong_with_a_link_is_said_until_the_next_edit() -> None:
    app = visit(wing="999")
    app.run()
    assert any("Wing" in text for text in sentences(app))
    turn(app, "island", 7)
    assert sentences(app) == []


def test_of_a_parameter_given_twice_one_is_taken() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["wing"] = ["5", "6"]
    app.run()
    assert not app.exception
    assert state_of(app).wing in (5, 6)
    assert state_of(turn(app, "layers", 2)).wing in (5, 6)


def test_another_link_in_the_same_tab_replaces_the_state() -> None:
    app = visit(wing="6", layers="2")
    app.query_params.clear()
    app.query_params["wing"] = "7"
    app.run()
    assert state_of(app) == State(wing=7)
    assert control(app, "wing").value == 7


# The shared controls, and the kernel page.


@pytest.mark.parametrize(
    ("name", "value", "taps"),
    [
        ("wing", 6, offsets(wing=6)),
        ("wing", 0, offsets(wing=0)),
        ("dilation", 5, offsets(dilation=5)),
        ("island", 9, offsets(island=9)),
        ("causal", True, offsets(causal=True)),
        ("text", "1101 0111", (-3, -2, 0, 2, 3, 4)),
        ("preset", "Dense", tuple(range(-10, 11))),
        ("preset", "Plain dilated", tuple(range(-10, 11, 2))),
        ("preset", "Causal", offsets(causal=True)),
        ("preset", "Wide", offsets(wing=16, dilation=16, island=17)),
    ],
)
def test_a_control_of_the_pattern_changes_the_kernel_and_all_its_numbers(
    name: str, value: Any, taps: tuple[int, ...]
) -> None:
    app = turn(visit(), name, value)
    assert state_of(app).pattern == Pattern(taps)
    assert metrics(app) == kernel_metrics(taps)
    parts = [t["name"] for t in chart(app)["data"] if t.get("name")]
    drawn = [x for part in PARTS if part in parts for x in bars(app, part)]
    assert sorted(drawn) == list(taps)
    text = "".join("1" if o in taps else "0" for o in range(min(*taps, 0), max(*taps, 0) + 1))
    assert control(app, "text").value == text
    assert [code.value for code in app.code] == [text]
    assert sentences(app) == []


def test_each_number_of_the_pattern_after_the_other() -> None:
    app = visit()
    for name, value in (("wing", 2), ("dilation", 7), ("island", 3), ("causal", True), ("wing", 5)):
        turn(app, name, value)
    assert metrics(app) == kernel_metrics(offsets(wing=5, dilation=7, island=3, causal=True))
    assert app.query_params == {"wing": "5", "dilation": "7", "island": "3", "causal": "1"}


def test_the_ready_made_pattern_that_is_shown_is_chosen() -> None:
    app = visit()
    assert control(app, "preset").value == "Default"
    assert control(turn(app, "wing", 5), "preset").value is None
    assert control(turn(app, "wing", 4), "preset").value == "Default"
    assert control(turn(app, "causal", True), "preset").value == "Causal"


def test_the_origin_of_a_free_pattern_is_moved_by_its_own_control() -> None:
    app = visit()
    assert not has_control(app, "origin")
    turn(app, "text", "1100101")
    assert control(app, "origin").value == 3
    turn(app, "origin", 0)
    assert metrics(app) == kernel_metrics((0, 1, 4, 6))
    assert app.query_params == {"pattern": "1100101", "origin": "0"}
    turn(app, "wing", 3)
    turn(app, "layers", 2)
    assert not has_control(app, "origin")
    assert metrics(app) == kernel_metrics(offsets(wing=3))
    assert sentences(app) == []


def reached(pattern: Pattern, layers: int) -> tuple[int, int]:
    """How many inputs a stack reaches, and over how many they extend."""
    seen = {0}
    for _ in range(layers):
        seen = {position + offset for position in seen for offset in pattern.offsets}
    return len(seen), max(seen) - min(seen) + 1


def test_layers_change_what_every_stack_sees() -> None:
    app = visit()
    for layers in (1, 2, 8, 3):
        if layers != state_of(app).layers:
            turn(app, "layers", layers)
        titles = [note["text"] for note in chart(app, 1)["layout"]["annotations"]]
        stacks = (
            ("This pattern", Pattern.partially_dilated()),
            ("Dense, same span", Pattern.dense(21)),
            ("Plain dilated, same span", Pattern.dilated(11, 2)),
        )
        assert len(titles) == len(stacks)
        for title, (name, pattern) in zip(titles, stacks, strict=True):
            count, extent = reached(pattern, layers)
            weights = f"{layers} × {pattern.taps} = {layers * pattern.taps} weights"
            assert title.startswith(f"<b>{name}: {weights}</b><br>")
            assert f"reaches {count:,} of {extent:,} inputs ({count / extent:.0%})" in title
        heatmap = chart(app, 1)["data"][0]
        assert len(heatmap["y"]) == layers + 1
    assert app.query_params == {}


def test_there_is_no_plain_dilated_neighbour_of_a_dense_kernel() -> None:
    app = turn(visit(), "preset", "Dense")
    titles = [note["text"] for note in chart(app, 1)["layout"]["annotations"]]
    assert len(titles) == 2
    assert not any("dilated" in title for title in titles)


def test_a_pattern_too_long_to_write_says_so_in_its_field() -> None:
    app = visit(**WIDEST)
    field = control(app, "text")
    assert field.value == ""
    assert field.placeholder == "8,257 elements, too long to write"
    assert len(app.code) == 0
    assert metrics(app)["Span"] == "8,257"


# What is said at a control.


@pytest.mark.parametrize(
    ("name", "value", "mended", "sentence"),
    [
        ("wing", 65, 64, "Wing must be 0 to 64: 65 was changed to 64."),
        ("dilation", 0, 1, "Dilation must be 1 to 64: 0 was changed to 1."),
        ("island", 4, 5, "Island must be odd: 4 was changed to 5."),
    ],
)
def test_a_wrong_number_is_mended_where_it_was_typed_and_said_until_the_next_edit(
    name: str, value: int, mended: int, sentence: str
) -> None:
    app = turn(visit(), name, value)
    assert sentences(app) == [sentence]
    assert [warning.value for warning in app.sidebar.warning] == [sentence]
    assert control(app, name).value == mended
    assert getattr(state_of(app), name) == mended
    keys = [getattr(element, "key", None) or "" for element in app.sidebar]
    below = list(app.sidebar)[keys.index(control(app, name).key) + 1]
    assert below.value == sentence
    app.run()
    assert sentences(app) == [sentence]
    turn(app, "layers", 2)
    assert sentences(app) == []


def test_the_same_wrong_number_twice_is_said_twice() -> None:
    app = turn(visit(), "island", 4)
    turn(app, "island", 4)
    assert sentences(app) == ["Island must be odd: 4 was changed to 5."]
    assert control(app, "island").value == 5


@pytest.mark.parametrize("text", ["", "102", "abc", "000", "1" * 1025, "<b>1</b>"])
def test_a_wrong_pattern_leaves_the_pattern_and_is_said_at_the_field(text: str) -> None:
    app = turn(visit(wing="6"), "text", text)
    (said,) = sentences(app)
    assert said.endswith("The pattern stays as it was.")
    assert metrics(app) == kernel_metrics(offsets(wing=6))
    assert control(app, "text").value == str(Pattern(offsets(wing=6)))
    turn(app, "wing", 5)
    assert sentences(app) == []


def test_a_wrong_origin_is_said_and_put_back() -> None:
    app = visit(pattern="1100101")
    turn(app, "origin", 7)
    assert sentences(app) == [
        "The origin must be an element of the pattern, 0 to 6. The pattern stays as it was."
    ]
    assert control(app, "origin").value == 3


# From page to page.

CHOSEN = {
    **{"wing": "3", "dilation": "3", "island": "7", "causal": "1", "layers": "5"},
    **{"signal": "sines", "seed": "9", "samples": "500", "start": "700", "position": "123"},
    **{"weights": "average", "initial": "gaussian", "target": "smooth", "scope": "signal"},
    **{"rate": "0.125", "momentum": "0.5", "decay": "0.01", "steps": "12", "step": "4"},
    **{"way": "mask", "gaps": "conv"},
}
SHARED = ("wing", "dilation", "island", "causal")
OWN = {
    "kernel": ("layers",),
    "signal": ("signal", "weights", "seed", "position", "samples", "start"),
    "gradient": (
        *("position", "signal", "target", "scope", "initial", "seed", "optimizer", "rate"),
        *("steps", "step", "way", "gaps", "momentum", "decay"),
    ),
}


def shown_as(app: AppTest, name: str, page: str) -> Any:
    """What a control shows, as the state has it: the gradient page counts samples of the signal."""
    value = control(app, name).value
    return value - state_of(app).start if (name, page) == ("position", "gradient") else value


@pytest.mark.parametrize("first", PAGES)
def test_a_page_switch_keeps_the_state_and_every_control_shows_it(first: str) -> None:
    app = visit(first, **CHOSEN)
    state = state_of(app)
    assert state.to_query() == CHOSEN
    for page in ("gradient", "kernel", "signal", "gradient", "signal", "kernel"):
        go(app, page)
        assert state_of(app) == state
        shown = {name: shown_as(app, name, page) for name in (*SHARED, *OWN[page])}
        assert shown == {name: getattr(state, name) for name in shown}
        assert control(app, "text").value == str(state.pattern)


def test_what_was_edited_stays_edited_from_page_to_page() -> None:
    app = visit()
    for name, value in (("wing", 6), ("causal", True), ("layers", 5)):
        turn(app, name, value)
    go(app, "signal")
    for name, value in (("dilation", 3), ("weights", "average"), ("samples", 300), ("start", 9)):
        turn(app, name, value)
    go(app, "gradient")
    for name, value in (("island", 7), ("optimizer", "adam"), ("steps", 9), ("step", 8)):
        turn(app, name, value)
    pattern = {"wing": 6, "dilation": 3, "island": 7, "causal": True}
    shown = {"weights": "average", "samples": 300, "start": 9}
    state = State(**pattern, **shown, layers=5, optimizer="adam", steps=9, step=8)
    assert state_of(app) == state
    for page in ("kernel", "signal", "kernel", "gradient", "signal"):
        assert state_of(go(app, page)) == state
        for name in (*SHARED, *OWN[page]):
            if has_control(app, name):
                assert shown_as(app, name, page) == getattr(state, name)


def test_what_is_still_sent_of_the_page_that_is_left_is_no_edit() -> None:
    """A browser that is quick may send the controls of both pages."""
    app = turn(turn(visit(), "wing", 6), "layers", 5)
    for page in ("signal", "kernel", "gradient", "kernel"):
        app.switch_page(f"pdviz/ui/pages/{page}.py").run()
        assert_alive(app)
        assert state_of(app) == State(wing=6, layers=5)
        assert control(app, "wing").value == 6


def test_an_edit_after_a_page_switch_keeps_the_rest() -> None:
    app = go(visit(wing="6", island="7"), "signal")
    turn(app, "dilation", 3)
    assert state_of(app) == State(wing=6, dilation=3, island=7)
    go(app, "kernel")
    assert metrics(app) == kernel_metrics(offsets(wing=6, dilation=3, island=7))


def test_a_free_pattern_goes_along_from_page_to_page() -> None:
    app = visit(pattern="1100101", origin="6")
    for page in ("signal", "gradient", "kernel"):
        go(app, page)
        assert control(app, "text").value == "1100101"
        assert control(app, "origin").value == 6
    assert metrics(app) == kernel_metrics((-6, -5, -2, 0))


def test_two_sessions_do_not_share_what_they_chose() -> None:
    one, other = visit(), visit(wing="9")
    turn(one, "wing", 2)
    turn(other, "island", 4)
    assert state_of(one) == State(wing=2)
    assert state_of(other) == State(wing=9, island=5)
    one.run()
    assert sentences(one) == []
    assert metrics(one) == kernel_metrics(offsets(wing=2))
    turn(one, "layers", 4)
    other.run()
    assert control(other, "layers").value == 3
    assert state_of(visit()) == State()


# The signal page.

OUTPUT = re.compile(r"Output here, y\[t\], in (.+)")


def output_of(app: AppTest) -> tuple[str, str]:
    """The unit and the value of the output looked at."""
    (label,) = filter(OUTPUT.match, metrics(app))
    return OUTPUT.sub(r"\1", label), metrics(app)[label]


def gaussian(taps: tuple[int, ...]) -> np.ndarray:
    size = max(*taps, 0) - min(*taps, 0) + 1
    values = np.exp(-(np.array(taps) ** 2) / (2 * (size / 6) ** 2))
    return np.asarray(values / values.sum())


def layer_output(samples: np.ndarray, taps: tuple[int, ...], weights: Any, at: int) -> float:
    return sum(
        float(weight) * float(samples[at + offset])
        for offset, weight in zip(taps, weights, strict=True)
        if 0 <= at + offset < len(samples)
    )


def words(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


ECG = signals.load("ecg").samples[0]
HERE = State().start + State().position
"""The sample that is looked at in a first visit."""
TAPS = offsets()


@pytest.mark.parametrize(
    ("link", "edit", "expected"),
    [
        ({}, ("position", 100), (ECG, TAPS, gaussian(TAPS))),
        ({}, ("start", 5000), (ECG, TAPS, gaussian(TAPS))),
        ({}, ("samples", 2000), (ECG, TAPS, gaussian(TAPS))),
        ({}, ("weights", "average"), (ECG, TAPS, [1 / 13] * 13)),
        ({}, ("weights", "difference"), (ECG, TAPS, np.array(TAPS) / 442)),  # Σ o² = 442
        ({}, ("wing", 5), (ECG, offsets(wing=5), gaussian(offsets(wing=5)))),
        ({}, ("causal", True), (ECG, offsets(causal=True), gaussian(offsets(causal=True)))),
        ({}, ("text", "1101"), (ECG, (-1, 0, 2), gaussian((-1, 0, 2)))),
        ({"start": "0"}, ("position", 3), (ECG, TAPS, gaussian(TAPS))),  # zeros before the first
        ({"start": "107640"}, ("position", 359), (ECG, TAPS, gaussian(TAPS))),  # after the last
        (
            {"signal": "macro", "position": "50"},
            ("channel", 8),
            (signals.load("macro").samples[8], TAPS, gaussian(TAPS)),
        ),
        ({}, ("signal", "co2"), (signals.load("co2").samples[0], TAPS, gaussian(TAPS))),
        (
            {"signal": "noise"},
            ("seed", 7),
            (np.random.default_rng(7).standard_normal(2048), TAPS, gaussian(TAPS)),
        ),
        (
            {"weights": "random"},
            ("seed", 3),
            (ECG, TAPS, np.random.default_rng(3).uniform(-(13**-0.5), 13**-0.5, 13)),
        ),
    ],
)
def test_a_control_of_the_signal_page_changes_the_output_looked_at(
    link: dict[str, str], edit: tuple[str, Any], expected: tuple[Any, ...]
) -> None:
    app = visit("signal", **link)
    before = output_of(app)
    turn(app, *edit)
    state = state_of(app)
    if edit[0] != "text":
        assert getattr(state, edit[0]) == edit[1]
        assert control(app, edit[0]).value == edit[1]
    unit, value = output_of(app)
    assert value == words(layer_output(*expected, at=state.start + state.position))
    if edit[0] != "samples":
        assert (unit, value) != before
    assert sentences(app) == []


def trace(app: AppTest, number: int, name: str, axis: str) -> dict[str, Any]:
    (found,) = [
        t
        for t in chart(app, number)["data"]
        if t.get("name") == name and t.get("yaxis", "y") == axis
    ]
    return dict(found)


@pytest.mark.parametrize(
    ("link", "samples", "start", "rate"),
    [
        ({"start": "5000"}, ECG, 5000, 360),
        ({"signal": "macro", "channel": "8"}, signals.load("macro").samples[8], 1959 * 4, 4),
        ({"signal": "noise", "seed": "7"}, signals.load("noise", 7).samples[0], 0, 256),
    ],
)
def test_the_section_shows_the_signal_and_the_layer_s_output(
    link: dict[str, str], samples: np.ndarray, start: int, rate: int
) -> None:
    app = visit("signal", **{"samples": "64", "position": "20", "start": "0", **link})
    first = int(link.get("start", "0"))
    for name, axis in (("input", "y"), ("output", "y2")):
        times = [number / rate for number in range(start, start + 64)]
        assert numbers(trace(app, 0, name, axis)["x"]) == pytest.approx(times)
    shown = samples[first : first + 64].tolist()
    assert numbers(trace(app, 0, "input", "y")["y"]) == pytest.approx(shown)
    expected = [layer_output(samples, TAPS, gaussian(TAPS), at) for at in range(first, first + 64)]
    assert numbers(trace(app, 0, "output", "y2")["y"]) == pytest.approx(expected, abs=1e-5)
    rects = [s for s in chart(app)["layout"]["shapes"] if s["type"] == "rect"]
    (window,) = [rect for rect in rects if rect["y1"] == 1]
    assert window["x0"] == pytest.approx((start + 20 - 10.5) / rate)
    assert window["x1"] == pytest.approx((start + 20 + 10.5) / rate)


def test_under_the_kernel_stand_the_samples_of_the_window() -> None:
    app = visit("signal", start="5000", position="20")
    bar = trace(app, 1, "left wing, sample", "y2")
    assert numbers(bar["x"]) == [-10, -8, -6, -4]
    assert numbers(bar["y"]) == pytest.approx([float(ECG[5020 + o]) for o in (-10, -8, -6, -4)])
    bar = trace(app, 1, "island, product", "y3")
    weights = dict(zip(TAPS, gaussian(TAPS), strict=True))
    products = [float(weights[o] * ECG[5020 + o]) for o in range(-2, 3)]
    assert numbers(bar["y"]) == pytest.approx(products)


def test_units_and_channels_are_those_of_the_signal() -> None:
    app = visit("signal", signal="macro")
    assert output_of(app)[0] == "billions of chained 2005 US$"
    assert len(control(app, "channel").options) == 12
    turn(app, "channel", 8)
    assert output_of(app)[0] == "%"
    assert "Time for 203 × 12 samples" in metrics(app)
    turn(app, "signal", "ecg")
    assert output_of(app)[0] == "mV"
    assert not has_control(app, "channel")
    assert state_of(app).channel == 0


def test_the_folded_layer_agrees_and_the_time_is_one() -> None:
    for link in ({}, {"weights": "random", "wing": "9"}, WIDEST, {"signal": "macro"}):
        found = metrics(visit("signal", **link))
        difference = float(found["Largest difference to the folded Conv1d"])
        scale = 2e4 if "signal" in link else 10
        assert 0 <= difference < 1e-6 * scale
        (time,) = [value for label, value in found.items() if label.startswith("Time for ")]
        assert re.fullmatch(r"[0-9.e+−-]+ ms", time)
        assert 0 < float(time.removesuffix(" ms")) < 60_000


def test_sliders_end_where_the_signal_does() -> None:
    app = visit("signal", signal="macro", samples="100")
    assert (control(app, "start").min, control(app, "start").max) == (0, 103)
    assert (control(app, "samples").min, control(app, "samples").max) == (16, 203)
    assert (control(app, "position").min, control(app, "position").max) == (0, 99)
    turn(app, "samples", 203)
    assert not has_control(app, "start")  # all of it is shown
    turn(app, "signal", "ecg")
    assert control(app, "samples").max == 4096
    assert control(app, "start").max == 108_000 - state_of(app).samples


def test_the_seed_is_offered_where_something_is_drawn_from_it() -> None:
    app = visit("signal")
    assert not has_control(app, "seed")
    assert has_control(turn(app, "weights", "random"), "seed")
    turn(app, "weights", "average")
    for signal, offered in (("noise", True), ("sines", True), ("chirp", False), ("step", False)):
        assert has_control(turn(app, "signal", signal), "seed") == offered


def test_what_was_chosen_is_kept_while_its_control_is_not_there() -> None:
    app = turn(turn(visit("signal"), "weights", "random"), "seed", 7)
    turn(app, "weights", "average")
    turn(app, "position", 9)
    assert state_of(app) == State(weights="average", seed=7, position=9)
    assert control(turn(app, "weights", "random"), "seed").value == 7
    turn(app, "start", 300)
    turn(app, "samples", 600)
    turn(app, "signal", "macro")  # all of it is shown: no slider for the start
    turn(app, "wing", 2)
    assert (state_of(app).start, state_of(app).samples, state_of(app).seed) == (0, 203, 7)


def test_the_slope_of_one_tap_is_the_moving_average_and_it_is_said() -> None:
    app = visit("signal", pattern="1", weights="difference")
    assert sentences(app) == [
        "A slope needs at least two taps. The moving average is shown instead."
    ]
    assert output_of(app)[1] == words(float(ECG[HERE]))
    assert state_of(app).weights == "difference"
    turn(app, "wing", 2)
    assert sentences(app) == []


# Devices.


@pytest.mark.parametrize("device", ["cuda:0", "cuda:99"])
def test_a_device_that_is_not_here_is_said_and_the_cpu_is_used(device: str) -> None:
    app = visit("signal", device=device)
    assert sentences(app) == [f"There is no {device} here. The layer runs on the CPU."]
    assert output_of(app)[1] == words(layer_output(ECG, TAPS, gaussian(TAPS), HERE))
    assert control(app, "device").value == "cpu"
    assert app.query_params == {"device": device}  # the sender's choice stays in the link


def test_a_device_is_chosen_among_those_that_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    run = compute.signal_run

    def on_any_device(*arguments: Any) -> Any:
        *rest, device = arguments
        used.append(device)
        return run(*rest, "cpu")

    monkeypatch.setattr(compute, "devices", lambda: {"cpu": "CPU", "cuda:0": "NVIDIA GPU"})
    monkeypatch.setattr(compute, "signal_run", on_any_device)
    app = visit("signal")
    assert control(app, "device").options == ["CPU", "NVIDIA GPU"]
    turn(app, "device", "cuda:0")
    assert used == ["cpu", "cuda:0"]
    assert app.query_params == {"device": "cuda:0"}
    assert sentences(app) == []


# Typed weights.


def table(app: AppTest) -> Any:
    (editor,) = app.data_editor
    return editor


def type_cells(app: AppTest, rows: Mapping[str, Any]) -> AppTest:
    """Send what the browser does when cells are edited: all edits since the table was made."""
    states = app._tree.get_widget_states()
    edits = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    states.widgets.add(id=table(app).proto.id, string_value=json.dumps(edits))
    app._run(states)
    assert_alive(app)
    return app


def weights_shown(app: AppTest) -> list[float]:
    """The weights in the table: those it was made with, and over them what was typed since."""
    weights = table(app).value["weight"].tolist()
    for row, cells in app.session_state[table(app).key]["edited_rows"].items():
        weights[int(row)] = cells.get("weight", weights[int(row)])
    return list(weights)


@pytest.mark.parametrize(("page", "name"), [("signal", "weights"), ("gradient", "initial")])
def test_typing_starts_from_the_weights_so_far_one_row_a_tap(page: str, name: str) -> None:
    app = visit(page, **{name: "average"})
    assert len(app.data_editor) == 0
    turn(app, name, "typed")
    frame = table(app).value
    assert frame["offset"].tolist() == list(TAPS)
    assert frame["part"].tolist() == ["left wing"] * 4 + ["island"] * 5 + ["right wing"] * 4
    assert frame["weight"].tolist() == pytest.approx([1 / 13] * 13, rel=1e-5)
    assert state_of(app).values == tuple(frame["weight"])


@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_the_table_follows_the_pattern_and_each_weight_its_offset(page: str) -> None:
    app = visit(page, pattern="111", values="1,2,3", weights="typed", initial="typed")
    turn(app, "island", 5)
    frame = table(app).value
    assert frame["offset"].tolist() == [-2, -1, 0, 1, 2]
    assert frame["weight"].tolist() == [0, 1, 2, 3, 0]
    turn(app, "island", 1)
    assert table(app).value["weight"].tolist() == [2]
    assert app.query_params["values"] == "2"


def test_typed_weights_are_what_the_layer_runs_with() -> None:
    app = visit("signal", pattern="111", values="1,-2.5,1e-5", weights="typed")
    expected = layer_output(ECG, (-1, 0, 1), (1, -2.5, 1e-5), HERE)
    assert output_of(app)[1] == words(expected)
    app = visit("gradient", pattern="111", values="1,-2.5,1e-5", initial="typed")
    assert drawn(stage(app), "params")[0] == pytest.approx([1, -2.5, 1e-5])


@pytest.mark.parametrize(
    ("cells", "values", "said"),
    [
        ({"0": {"weight": 7.0}}, (7, 2, 3), False),
        ({"2": {"weight": -0.5}, "1": {"weight": 0}}, (1, 0, -0.5), False),
        ({"0": {"weight": 1 / 3}}, (0.333333, 2, 3), False),
        ({}, (1, 2, 3), False),
        ({"0": {"offset": 7, "part": "x"}}, (1, 2, 3), False),  # these cannot be chosen
        ({"0": {"weight": 2000.0}}, (1000, 2, 3), True),
        ({"0": {"weight": -1e300}}, (-1000, 2, 3), True),
        ({"0": {"weight": None}}, (1, 2, 3), True),
        ({"0": {"weight": "x"}}, (1, 2, 3), True),
        ({"1": {"weight": True}}, (1, 2, 3), True),
    ],
)
def test_a_cell_is_taken_to_six_digits_or_mended_and_said(
    cells: dict[str, Any], values: tuple[float, ...], said: bool
) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_cells(app, cells)
    assert state_of(app).values == values
    assert output_of(app)[1] == words(layer_output(ECG, (-1, 0, 1), values, HERE))
    assert len(sentences(app)) == said
    turn(app, "position", 9)
    assert state_of(app).values == values
    assert sentences(app) == []


@pytest.mark.parametrize(
    "cells", [{"0": {"weight": 2000.0}}, {"0": {"weight": None}}, {"0": {"weight": 1 / 3}}]
)
def test_the_table_shows_the_weights_that_the_layer_runs_with(cells: dict[str, Any]) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    type_cells(app, cells)
    assert weights_shown(app) == pytest.approx(state_of(app).values, rel=1e-5)


def test_one_cell_after_another_and_then_the_pattern() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed")
    key = table(app).key
    type_cells(app, {"0": {"weight": 7}})
    type_cells(app, {"0": {"weight": 7}, "2": {"weight": 9}})
    assert table(app).key == key  # a new table would lose the cell that is being edited
    assert app.query_params["values"] == "7,2,9"
    turn(app, "island", 5)
    assert weights_shown(app) == [0, 7, 2, 9, 0]
    type_cells(app, {"4": {"weight": 5}})
    assert state_of(app).values == (0, 7, 2, 9, 5)
    turn(app, "island", 3)
    assert weights_shown(app) == [7, 2, 9]


@pytest.mark.parametrize("through", [("kernel",), ("gradient",), ("gradient", "kernel")])
def test_typed_weights_are_still_in_the_table_after_a_page_switch(through: tuple[str, ...]) -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_cells(app, {"0": {"weight": 7}})
    for page in (*through, "signal"):
        go(app, page)
        assert state_of(app).values == (7, 2, 3)
        if page != "kernel":
            assert weights_shown(app) == [7, 2, 3]


def test_typed_weights_are_still_in_the_table_after_other_weights_were_looked_at() -> None:
    app = visit("signal", pattern="111", values="1,2,3", weights="typed", initial="typed")
    type_cells(app, {"0": {"weight": 7}})
    turn(app, "weights", "average")
    turn(app, "weights", "typed")
    assert state_of(app).values == (7, 2, 3)
    assert weights_shown(app) == [7, 2, 3]


# The gradient page.


def run_of(state: State, kind: str | None = None, way: str | None = None) -> TrainingRun:
    """The run that a state asks for, its section found here: the middle of what is shown."""
    signal = signals.load(state.signal, state.seed)
    count = min(256, state.samples)
    first = state.start + (state.samples - count) // 2
    samples = standardise(signal.samples[state.channel, first : first + count])
    position = min(max(state.start + state.position - first, 0), count - 1)
    return record_run(
        state.pattern,
        make_weights(kind or state.initial, state.pattern, state.seed, state.values),
        samples,
        make_target(state.target, state.pattern, samples),
        position=None if state.scope == "signal" else position,
        way=way or state.way,
        gaps=state.gaps,
        update=Update(
            state.optimizer,
            state.rate,
            state.momentum if state.optimizer == "sgd" else 0.0,
            state.decay,
        ),
        steps=state.steps,
        seed=state.seed,
    )


def assert_stage_shows(app: AppTest, run: TrainingRun, step: int) -> None:
    data = stage(app)
    assert (data["way"], data["step"], data["steps"]) == (run.way, step, run.steps)
    for name, array in {
        **{"signal": run.signal, "target": run.target, "output": run.output, "loss": run.loss},
        **{"kernel": run.kernel, "gradKernel": run.grad_kernel, "params": run.params},
    }.items():
        assert drawn(data, name).tolist() == array.astype(np.float32).tolist()
    assert len(data["checks"]) == 3
    assert all(badge["ok"] for badge in data["checks"])


def test_the_first_visit_s_step_from_first_principles() -> None:
    """y = Σ w·x and ∂L/∂w[o] = (y − target) · x[t + o], of the library the signal alone."""
    link = {"start": "0", "samples": "720", "position": "360", "target": "next", "rate": "0.1"}
    data = stage(visit("gradient", **link))
    section = ECG[232:488].astype(np.float64)
    x = (section - section.mean()) / section.std()
    weights = np.random.default_rng(0).uniform(-(13**-0.5), 13**-0.5, 13)
    y = sum(w * x[128 + o] for w, o in zip(weights, TAPS, strict=True))
    slope = y - x[129]
    assert (data["first"], data["position"]) == (232, 128)
    assert drawn(data, "params")[0] == pytest.approx(weights, rel=1e-5)
    assert drawn(data, "signal") == pytest.approx(x, rel=1e-4)
    assert drawn(data, "output")[0, 128] == pytest.approx(y, rel=1e-4)
    assert drawn(data, "target")[128] == pytest.approx(x[129], rel=1e-4)
    assert drawn(data, "loss")[0] == pytest.approx(slope**2 / 2, rel=1e-4)
    assert drawn(data, "gradKernel")[0] == pytest.approx(slope * x[118:139], rel=1e-4)
    gradient = np.array([slope * x[128 + o] for o in TAPS])
    assert drawn(data, "gradParams")[0] == pytest.approx(gradient, rel=1e-4)
    assert drawn(data, "params")[1] == pytest.approx(weights - 0.1 * gradient, rel=1e-4)


@pytest.mark.parametrize(
    ("link", "name", "value"),
    [
        ({}, "signal", "chirp"),
        ({"signal": "macro"}, "channel", 8),
        ({}, "target", "smooth"),
        ({}, "scope", "signal"),
        ({}, "initial", "difference"),
        ({}, "seed", 11),
        ({"signal": "noise"}, "seed", 4_294_967_295),
        ({}, "way", "sum"),
        ({}, "way", "mask"),
        ({}, "way", "conv1d"),
        ({"way": "mask"}, "gaps", "conv"),
        ({"way": "mask", "momentum": "0.9"}, "gaps", "pruned"),
        ({}, "optimizer", "adam"),
        ({}, "rate", 0.125),
        ({}, "momentum", 0.5),
        ({}, "decay", 0.25),
        ({"optimizer": "adam"}, "decay", 0.25),
        ({}, "steps", 7),
        ({}, "step", 19),
        ({}, "wing", 2),
        ({}, "causal", True),
    ],
)
def test_a_control_of_the_gradient_page_changes_the_run_that_is_shown(
    link: dict[str, str], name: str, value: Any
) -> None:
    app = visit("gradient", **link)
    before = stage(app)
    turn(app, name, value)
    state = state_of(app)
    assert getattr(state, name) == value
    assert control(app, name).value == value
    assert_stage_shows(app, run_of(state), state.step)
    assert (stage(app)["key"] != before["key"]) == (name != "step")


@pytest.mark.parametrize(
    ("link", "sample", "position"),
    [
        ({}, 160 + 52, 52),
        ({}, 160 + 307, 307),
        ({"start": "107280", "samples": "720"}, 107280 + 487, 487),
        ({"samples": "100"}, 160, 0),
    ],
)
def test_the_slider_of_the_position_counts_as_the_stage_does(
    link: dict[str, str], sample: int, position: int
) -> None:
    app = visit("gradient", **link)
    before = stage(app)
    turn(app, "position", sample)
    assert state_of(app).position == position
    assert control(app, "position").value == sample
    assert (stage(app)["first"], stage(app)["key"] != before["key"]) == (before["first"], True)
    assert stage(app)["first"] + stage(app)["position"] == sample
    assert_stage_shows(app, run_of(state_of(app)), 0)


def send(app: AppTest, value: Any, *, rev: int | None = None, seq: int = 1) -> AppTest:
    """What the stage sends when a hand moves it."""
    (component,) = stages(app)
    revision = json.loads(component.proto.json)["rev"] if rev is None else rev
    message = {"edit": {"rev": revision, "seq": seq, "value": value}}
    states = app._tree.get_widget_states()
    states.widgets.add(id=component.proto.id, json_value=json.dumps(message))
    app._run(states)
    assert_alive(app)
    return app


def test_the_stage_asks_for_another_step() -> None:
    app = send(visit("gradient"), {"step": 7})
    assert state_of(app) == State(step=7)
    assert control(app, "step").value == 7
    assert (stage(app)["step"], stage(app)["rev"], stage(app)["seq"]) == (7, 0, 1)
    turn(app, "step", 3)
    assert (stage(app)["step"], stage(app)["rev"]) == (3, 1)


def test_the_stage_moves_the_position_and_the_section_stays_under_the_hand() -> None:
    app = visit("gradient", scope="signal")
    before = stage(app)
    for sequence, position in enumerate((0, 255, 9), start=1):
        send(app, {"position": position}, seq=sequence)
        data = stage(app)
        assert (data["first"], data["position"]) == (before["first"], position)
        assert data["values"] == before["values"]
        assert (data["rev"], data["seq"]) == (0, sequence)
        assert control(app, "position").value == 212 + position
        assert state_of(app) == State(scope="signal", position=52 + position)


@pytest.mark.parametrize(
    "value", [{"step": 20}, {"position": 256}, {"step": True}, {"wing": 3}, {}, None, "x", [1]]
)
def test_what_the_stage_does_not_send_changes_nothing(value: Any) -> None:
    app = visit("gradient")
    before = stage(app)
    assert state_of(send(app, value)) == State()
    assert {**stage(app), "seq": 0} == before


def test_a_position_outside_the_section_is_said_and_the_nearest_is_looked_at() -> None:
    for position, nearest in (("0", 232), ("719", 487)):
        app = visit("gradient", samples="720", position=position)
        assert stage(app)["position"] == nearest - 232
        assert control(app, "position").value == 160 + nearest
        assert f"Sample {160 + int(position)} is not among the 256" in app.info[0].value
        assert f"looked at, {160 + nearest}." in app.info[0].value
        assert state_of(app).position == int(position)  # as the signal page shows it
        assert_stage_shows(app, run_of(state_of(app)), 0)
        turn(app, "position", 460)
        assert len(app.info) == 0


def test_the_sum_says_what_it_makes_and_what_it_cannot() -> None:
    app = visit("gradient", way="sum", wing="2", dilation="3")
    assert "the sum makes 1001111111001 instead" in app.info[0].value
    assert_stage_shows(app, run_of(state_of(app)), 0)
    turn(app, "text", "1101011")
    assert "This free pattern has not" in sentences(app)[0]
    assert_stage_shows(app, run_of(state_of(app), way="compact"), 0)
    assert control(app, "way").value == "sum"
    turn(app, "wing", 4)
    turn(app, "dilation", 2)
    turn(app, "island", 5)
    assert sentences(app) == []
    assert_stage_shows(app, run_of(state_of(app), way="sum"), 0)


def test_momentum_is_offered_with_sgd_and_the_start_of_gaps_with_the_mask() -> None:
    app = visit("gradient", momentum="0.5", gaps="conv")
    assert has_control(app, "momentum")
    assert not has_control(app, "gaps")
    turn(app, "optimizer", "adam")
    assert not has_control(app, "momentum")
    assert stage(app)["optimizer"]["momentum"] == 0
    turn(app, "way", "mask")
    assert control(app, "gaps").value == "conv"
    assert control(turn(app, "optimizer", "sgd"), "momentum").value == 0.5


@pytest.mark.parametrize(
    ("name", "value", "mended", "sentence"),
    [
        ("rate", 100.0, 10.0, "Learning rate must be 0.0001 to 10: 100.0 was changed to 10.0."),
        ("rate", -1.0, 0.0001, "Learning rate must be 0.0001 to 10: -1.0 was changed to 0.0001."),
        ("momentum", 1.0, 0.99, "Momentum must be 0 to 0.99: 1.0 was changed to 0.99."),
        ("decay", 1.5, 1.0, "Weight decay must be 0 to 1: 1.5 was changed to 1.0."),
        ("steps", 201, 200, "Steps must be 1 to 200: 201 was changed to 200."),
        ("steps", 0, 1, "Steps must be 1 to 200: 0 was changed to 1."),
        ("seed", -1, 0, "Seed must be 0 to 4,294,967,295: -1 was changed to 0."),
    ],
)
def test_a_wrong_number_of_the_gradient_page_is_mended_and_said(
    name: str, value: float, mended: float, sentence: str
) -> None:
    app = turn(visit("gradient"), name, value)
    assert getattr(state_of(app), name) == mended
    assert control(app, name).value == mended
    assert [text.replace("−", "-") for text in sentences(app) if "must be" in text] == [sentence]
    turn(app, "target", "smooth")
    assert not [text for text in sentences(app) if "must be" in text]


def test_a_run_that_diverges_ends_early_and_it_is_said() -> None:
    app = visit("gradient", rate="10", steps="200", step="199")
    run = run_of(state_of(app))
    assert run.diverged
    assert run.steps < 200
    assert sentences(app) == [
        f"The loss grew without bound and the run ended after {run.steps} steps. "
        "Choose a smaller learning rate."
    ]
    assert_stage_shows(app, run, run.steps - 1)
    assert stage(app)["diverged"]
    assert control(app, "step").value == run.steps - 1
    assert control(app, "step").max == run.steps - 1
    turn(app, "rate", 0.001)
    assert not [text for text in sentences(app) if "without bound" in text]
    assert_stage_shows(app, run_of(state_of(app)), state_of(app).step)


def test_fewer_steps_take_the_step_shown_along() -> None:
    app = visit("gradient", step="19")
    turn(app, "steps", 5)
    assert state_of(app).step == 4
    assert control(app, "step").value == 4
    assert_stage_shows(app, run_of(state_of(app)), 4)
    turn(app, "steps", 1)
    assert not has_control(app, "step")  # there is but one
    assert_stage_shows(app, run_of(state_of(app)), 0)


def test_random_weights_stand_in_for_the_slope_of_one_tap_and_it_is_said() -> None:
    app = visit("gradient", pattern="1", initial="difference")
    assert sentences(app) == ["A slope needs at least two taps. Random weights are used instead."]
    assert_stage_shows(app, run_of(state_of(app), "random"), 0)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({"pattern": "1" + "0" * 159 + "1"}, True),
        ({"pattern": "1" + "0" * 160 + "1"}, False),
        (WIDEST, False),
    ],
)
def test_a_kernel_too_long_to_watch_says_so_in_place_of_the_stage(
    link: dict[str, str], shown: bool
) -> None:
    app = visit("gradient", **link)
    assert len(stages(app)) == shown
    assert [f"up to {MAX_TRACE_SPAN}" in info.value for info in app.info] == [True] * (not shown)
    if not shown:
        size = state_of(app).pattern.kernel_size
        assert f"spans {size:,} elements" in app.info[0].value
    turn(app, "wing", 3)
    turn(app, "dilation", 3)
    turn(app, "island", 3)
    assert len(stages(app)) == 1


def test_all_numbers_of_the_step_can_be_read_in_tables() -> None:
    app = visit("gradient", pattern="1101", step="3", way="mask", gaps="conv")
    assert len(app.dataframe) == 0  # they are made when they are asked for
    states = app._tree.get_widget_states()
    states.widgets.add(id=app.expander[0].proto.id, bool_value=True)
    app._run(states)
    assert_alive(app)
    run = run_of(state_of(app))
    held, kernel = (frame.value for frame in app.dataframe)
    assert held["held in"].tolist() == ["dense Conv1d, gap gradients zeroed"] * 4
    assert held["part"].tolist() == ["island", "island", "gap", "right wing"]
    assert held["offset"].tolist() == [-1, 0, 1, 2]
    assert held["weight"].tolist() == run.params[3].tolist()
    assert held["gradient"].tolist() == run.grad_params[3].tolist()
    assert held["gradient"][2] == 0
    assert held["weight after"].tolist() == run.params[4].tolist()
    at = 128
    assert kernel["element"].tolist() == ["island", "island", "gap", "right wing"]
    assert kernel["offset"].tolist() == [-1, 0, 1, 2]
    assert kernel["sample"].tolist() == run.signal[at - 1 : at + 3].tolist()
    assert kernel["weight"].tolist() == run.kernel[3].tolist()
    assert kernel["product"].tolist() == (run.signal[at - 1 : at + 3] * run.kernel[3]).tolist()
    assert kernel["gradient"].tolist() == run.grad_kernel[3].tolist()


# When there is no turn to be had.


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Somebody else has the turn, and keeps it until this is set."""
    monkeypatch.setattr(compute, "COMPUTE_WAIT", 0.01)
    done = threading.Event()
    compute._worker().submit(done.wait, 60)
    yield done
    done.set()
    compute._worker().submit(int).result(60)


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_a_busy_server_says_so_and_the_rest_of_the_page_lives(page: str) -> None:
    seed = {"signal": "987001", "gradient": "987002"}[page]  # nothing that is cached already
    app = visit(page, weights="random", seed=seed)
    assert len(sentences(app)) == 1
    assert "Many people are computing" in sentences(app)[0]
    turn(app, "wing", 3)
    assert app.query_params["wing"] == "3"
    assert control(app, "text").value == str(Pattern(offsets(wing=3)))
    go(app, "kernel")
    assert sentences(app) == []
    assert metrics(app) == kernel_metrics(offsets(wing=3))


def test_what_failed_because_the_server_was_busy_is_not_remembered(
    others: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit("signal", weights="random", seed="987003")
    assert len(app.get("plotly_chart")) == 0
    others.set()
    monkeypatch.setattr(compute, "COMPUTE_WAIT", 60)
    app.run()
    assert_alive(app)
    assert sentences(app) == []
    assert len(app.get("plotly_chart")) == 2


@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_others_have_their_turn_even_if_the_work_of_one_fails(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("the work failed")

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update({"seed": "987004", "weights": "random"})
    app.switch_page(f"pdviz/ui/pages/{page}.py")
    with monkeypatch.context() as patch:
        patch.setattr("pdviz.analysis.signal_run.run_signal", fails)
        patch.setattr("pdviz.analysis.gradient_flow.record_run", fails)
        app.run()
    assert len(app.exception) == 1
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == {"signal": 2, "gradient": 0}[page]
    assert len(stages(app)) == (page == "gradient")


# What is kept, and what is loaded.


def test_a_session_keeps_choices_and_nothing_large() -> None:
    import torch

    app = visit(**CHOSEN)
    for page in ("signal", "gradient", "kernel", "gradient"):
        go(app, page)
    turn(app, "initial", "typed")
    seen = 0
    states = []

    def walk(value: Any, name: str) -> None:
        nonlocal seen
        seen += 1
        assert not isinstance(value, torch.Tensor | torch.nn.Module | np.ndarray), name
        if isinstance(value, State):
            states.append(value)
        elif isinstance(value, Pattern | str | int | float | None) or callable(value):
            pass
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, f"{name}[{key!r}]")
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(inner, name)
        else:
            assert dataclasses.is_dataclass(value), name
            for field in dataclasses.fields(value):
                walk(getattr(value, field.name), f"{name}.{field.name}")

    for name, value in app.session_state.items():
        walk(value, name)
    assert states == [state_of(app)]
    assert seen < 1000


WITHOUT_WARM_UP = """
import sys
from concurrent.futures import Future
from streamlit.testing.v1 import AppTest
from pdviz.ui import compute

never = Future()
compute.warm_up = lambda: never
app = AppTest.from_file("app.py", default_timeout=60).run()
for value in (6, 4):
    app.number_input[0].set_value(value).run()
assert not app.exception
assert len(app.metric) == 6
print("kernel", "torch" in sys.modules)
app = AppTest.from_file("app.py", default_timeout=60)
app.switch_page("pdviz/ui/pages/signal.py").run()
assert not app.exception
print("signal", "torch" in sys.modules)
"""

WITH_WARM_UP = """
import sys
import time
from streamlit.testing.v1 import AppTest

app = AppTest.from_file("app.py", default_timeout=60).run()
while "torch.nn" not in sys.modules:
    time.sleep(0.01)
print("loaded beside the page")
"""


def printed(script: str) -> list[str]:
    """What a fresh Python says."""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_the_kernel_page_is_there_before_torch_and_the_signal_page_brings_it() -> None:
    assert printed(WITHOUT_WARM_UP) == ["kernel False", "signal True"]


def test_the_kernel_page_begins_to_load_torch_beside_itself() -> None:
    assert printed(WITH_WARM_UP) == ["loaded beside the page"]
