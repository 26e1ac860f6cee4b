"""One server for many: waiting for a turn, what a session keeps, and what is loaded when."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from pdviz import Pattern
from pdviz.ui.components.report import report as drawing
from pdviz.ui.queries import torch_start, turns
from pdviz.ui.reports import report
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets
from tests.ui.support.session import (
    CHOSEN,
    ROOT,
    assert_alive,
    drawings,
    editor_taps,
    go,
    new_session,
    sentences,
    state_of,
    turn,
    visit,
)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Somebody else has the turn, and keeps it until this is set."""
    monkeypatch.setattr(turns, "COMPUTE_WAIT", 0.01)
    done = threading.Event()
    turns.worker().submit(done.wait, 60)
    yield done
    done.set()
    turns.worker().submit(int).result(60)


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_a_busy_server_says_so_and_the_rest_of_the_page_lives(page: str) -> None:
    seed = {"signal": "987001", "gradient": "987002"}[page]  # nothing that is cached already
    app = visit(page, weights="random", seed=seed)
    assert len(sentences(app)) == 1
    assert "Many people are computing" in sentences(app)[0]
    turn(app, "wing", 3)
    assert app.query_params["wing"] == "3"
    assert editor_taps(app) == offsets(wing=3)
    go(app, "kernel")
    assert sentences(app) == []
    assert (editor_taps(app), state_of(app).stack.layers) == (offsets(wing=3), 3)


def test_what_failed_because_the_server_was_busy_is_not_remembered(
    others: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit("signal", weights="random", seed="987003")
    assert drawings(app, "signal") == []
    others.set()
    monkeypatch.setattr(turns, "COMPUTE_WAIT", 60)
    app.run()
    assert_alive(app)
    assert sentences(app) == []
    assert len(drawings(app, "signal")) == 1


@pytest.mark.parametrize("page", ["signal", "gradient"])
def test_others_have_their_turn_even_if_the_work_of_one_fails(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("the work failed")

    app = new_session(page, seed="987004", weights="random")
    with monkeypatch.context() as patch:
        patch.setattr("pdviz.analysis.signal.run.run_signal", fails)
        patch.setattr("pdviz.analysis.training.run.record_run", fails)
        app.run()
    assert len(app.exception) == 1
    app.run()
    assert not app.exception
    assert len(drawings(app, {"signal": "signal", "gradient": "stage"}[page])) == 1


def test_a_session_keeps_choices_and_nothing_large() -> None:
    import torch

    app = visit(**CHOSEN)
    for page in ("signal", "gradient", "kernel", "gradient"):
        go(app, page)
    turn(app, "initial", "typed")
    size = 0
    states = []

    def walk(value: Any, name: str) -> None:
        nonlocal size
        size += 1
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
    assert size < 1000


@pytest.mark.parametrize("page", ["receptive_field", "cost"])
def test_a_page_is_there_before_pytorch_and_its_proofs_with_it(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data: list[list[dict[str, Any]]] = []
    show = drawing._REPORT

    class Loading(Future[None]):
        def result(self, timeout: float | None = None) -> None:
            self.set_result(None)

    loading = Loading()
    monkeypatch.setattr(torch_start, "warm_up", lambda: loading)
    monkeypatch.setattr(
        drawing,
        "_REPORT",
        lambda **requests: (data.append(requests["data"]["blocks"]), show(**requests)),
    )
    visit(page, wing="3")
    before, after = data
    assert {"kind": "info", "text": torch_start.LOADING} not in before
    assert [figure for figure in before if figure["kind"] == "figure"] == [
        figure for figure in after if figure["kind"] == "figure"
    ]
    assert len(numbers_in(before)) > 4
    assert all(each["proof"] == "pending" for each in numbers_in(before))
    assert [without_proof(each) for each in numbers_in(before)] == [
        without_proof(each) for each in numbers_in(after)
    ]
    assert all(each["proof"]["ok"] for each in numbers_in(after))


def test_what_needs_pytorch_is_not_there_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = report("receptive_field", State.of(trial="random", wing=3), ready=False)
    assert {"kind": "info", "text": torch_start.LOADING} in blocks
    assert not any(part["kind"] == "figure" for part in blocks)
    assert "σ of the effect" not in [
        each["label"] for each in numbers_in(blocks) if "label" in each
    ]


WIDE = State.of(wing=40, dilation=30, layers=3)


@pytest.mark.parametrize("page", ["receptive_field", "spectrum", "cost"])
def test_long_proofs_are_left_for_later_and_nothing_else(page: str) -> None:
    torch_start.warm_up().result()
    at_once = report(page, WIDE, ready=True, quick=True)
    whole = report(page, WIDE, ready=True)
    assert len(numbers_in(whole)) > 3
    assert any(each["proof"] == "pending" for each in numbers_in(at_once))
    assert not any(each["proof"] == "pending" for each in numbers_in(whole))
    for before, after in zip(numbers_in(at_once), numbers_in(whole), strict=True):
        assert without_proof(before) == without_proof(after)
        assert before["proof"] in ("pending", after["proof"])
    rest = ("numbers", "table")
    assert [part for part in at_once if part["kind"] not in rest] == [
        part for part in whole if part["kind"] not in rest
    ]
    narrow = State.of(wing=5, layers=3)
    assert report(page, narrow, ready=True, quick=True) == report(page, narrow, ready=True)


def numbers_in(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards and rows: whatever has a proof."""
    cards = [part["cards"] for part in parts if part["kind"] == "numbers"]
    cards += [part["rows"] for part in parts if part["kind"] == "table" and part["proved"]]
    return [each for each_part in cards for each in each_part]


def without_proof(display: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in display.items() if name != "proof"}


def test_work_is_done_meanwhile_or_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    here, go_on = threading.get_ident(), threading.Event()
    with ThreadPoolExecutor(1) as helper:
        monkeypatch.setattr(turns, "_helpers", lambda: helper)
        begun = turns.Meanwhile(lambda: (go_on.wait(60), threading.get_ident())[1])
        waiting = turns.Meanwhile(threading.get_ident)
        assert waiting.result() == here  # the helper is busy
        go_on.set()
        assert begun.result() != here
        with pytest.raises(ZeroDivisionError):
            turns.Meanwhile(lambda: 1 / 0).result()


def test_those_who_ask_together_share_one_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived, go_on, made = threading.Semaphore(0), threading.Event(), list[object]()

    class Watched(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            arrived.release()
            return super().result(60)

    def work() -> object:
        made.append(object())
        arrived.release()
        assert go_on.wait(60)
        return made[-1]

    monkeypatch.setattr(turns, "Future", Watched)
    with ThreadPoolExecutor(3) as people:
        requests = [people.submit(turns.once, "key", work) for _ in range(3)]
        for _ in requests:  # one has begun, and two wait for it
            assert arrived.acquire(timeout=60)
        assert turns.once("another key", lambda: 3) == 3
        go_on.set()
        assert [each.result(60) for each in requests] == made * 3
    assert len(made) == 1
    assert turns._flights()[0] == {}


def test_a_computation_that_fails_fails_for_those_who_wait_and_is_not_remembered() -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.once("key", fail)
    assert turns.once("key", lambda: 4) == 4


WITHOUT_WARM_UP = """
import sys
from concurrent.futures import Future
from streamlit.testing.v1 import AppTest
from pdviz.ui.queries import torch_start
from tests.ui.support.session import turn

never = Future()
torch_start.warm_up = lambda: never
app = AppTest.from_file("pdviz/ui/pages/router.py", default_timeout=60).run()
for wing in (6, 4):
    turn(app, "wing", wing)
assert not app.exception
assert any("One layer needs" in caption.value for caption in app.caption)
print("kernel", "torch" in sys.modules)
app = AppTest.from_file("pdviz/ui/pages/router.py", default_timeout=60)
app.switch_page("signal.py").run()
assert not app.exception
print("signal", "torch" in sys.modules)
"""


WITH_WARM_UP = """
import sys
import time
from streamlit.testing.v1 import AppTest

app = AppTest.from_file("pdviz/ui/pages/router.py", default_timeout=60).run()
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
