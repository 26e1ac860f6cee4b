"""The signal page: each control moves the layer's output, and the charts show it."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pdviz import signals
from pdviz.ui.queries import signal as queries
from pdviz.ui.queries import torch_start
from pdviz.ui.state.state import State
from tests.oracles.pages import gaussian, layer_output, offsets
from tests.ui.support.session import (
    WIDEST,
    control,
    data_for,
    has_control,
    metrics,
    output_of,
    send,
    sentences,
    state_of,
    turn,
    visit,
)

ECG = signals.load("ecg").samples[0]


HERE = State().signal.start + State().signal.position


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
    name, value = edit
    display = value + state_of(app).signal.start if name == "position" else value
    turn(app, name, display)
    state = state_of(app)
    if name != "text":
        assert state.get(name) == value
        assert not has_control(app, name) or control(app, name).value == display
    unit, value = output_of(app)
    at = state.signal.start + state.signal.position
    assert value == pytest.approx(layer_output(*expected, at=at), rel=1e-5, abs=1e-6)
    if edit[0] != "samples":
        assert (unit, value) != before
    assert sentences(app) == []


def sent(data: dict[str, Any], name: str, kind: str = "<f4") -> np.ndarray:
    """Numbers that the drawing is sent, as the browser reads them."""
    return np.frombuffer(base64.b64decode(data[name]), kind)


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
    first = int(link.get("start", "0"))
    data = data_for(
        visit("signal", **{"samples": "64", "position": "20", "start": "0", **link}), "signal"
    )
    assert (data["first"], data["count"], data["position"]) == (first, 64, 20)
    times = [data["timeStart"] + (first + at) / data["rate"] for at in range(64)]
    assert times == pytest.approx([number / rate for number in range(start, start + 64)])
    display = sent(data, "samples")[first - data["samplesFirst"] :][:64]
    assert display.tolist() == pytest.approx(samples[first : first + 64].tolist())
    expected = [layer_output(samples, TAPS, gaussian(TAPS), at) for at in range(first, first + 64)]
    assert sent(data, "output").tolist() == pytest.approx(expected, abs=1e-5)


def test_the_products_under_the_kernel_add_up_to_the_output() -> None:
    app = visit("signal", start="5000", position="20")
    data = data_for(app, "signal")
    weights, taps = sent(data, "weights", "<f8"), sent(data, "offsets", "<i4")
    assert taps.tolist() == list(TAPS)
    assert weights == pytest.approx(gaussian(TAPS))
    window = sent(data, "samples")[5020 - data["samplesFirst"] + taps]
    assert window.tolist() == pytest.approx([float(ECG[5020 + o]) for o in TAPS])
    assert output_of(app)[1] == pytest.approx(float(weights @ window), rel=1e-5)


@pytest.mark.parametrize("link", [{}, WIDEST, {"signal": "macro", "channel": "8"}])
def test_a_hand_moves_the_kernel_and_nothing_else_is_sent_anew(link: dict[str, str]) -> None:
    app = visit("signal", **link)
    before = data_for(app, "signal")
    for sequence, position in enumerate((0, before["count"] - 1, 9), start=1):
        state = state_of(app).put(position=position)
        assert state_of(send(app, "signal", {"position": position})) == state
        assert control(app, "position").value == state.signal.start + position
        assert data_for(app, "signal") == {**before, "position": position, "seq": sequence}


@pytest.mark.parametrize(
    "value",
    [
        *({"position": wrong} for wrong in (360, -1, 10**30, 9.0, True, "9", None, [9])),
        *({"position": 9, "wing": 3}, {"wing": 3}, {"step": 3}, {}, None, 9, "x", [9]),
    ],
)
def test_what_the_drawing_does_not_send_changes_nothing(value: Any) -> None:
    app = visit("signal")
    before = data_for(app, "signal")
    assert state_of(send(app, "signal", value)) == State()
    assert data_for(app, "signal") == {**before, "seq": 1}


def test_units_and_channels_are_those_of_the_signal() -> None:
    app = visit("signal", signal="macro")
    assert output_of(app)[0] == "billions of chained 2005 US$"
    assert len(control(app, "channel").options) == 12
    turn(app, "channel", 8)
    assert output_of(app)[0] == "%"
    turn(app, "signal", "ecg")
    assert output_of(app)[0] == "mV"
    assert not has_control(app, "channel")
    assert state_of(app).signal.channel == 0


def test_the_folded_layer_agrees() -> None:
    for link in ({}, {"weights": "random", "wing": "9"}, WIDEST, {"signal": "macro"}):
        (check,) = [c.value for c in visit("signal", **link).caption if "Checked:" in c.value]
        match = re.search(
            r"the same( up to ([\d.]+)(·10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?( mV)?)?, over outputs 0 to", check
        )
        one_unit = link.get("signal") != "macro"
        assert bool(re.search(r"largest of which is \d[\d.,]* mV\.", check)) == one_unit
        assert match
        if match[1]:
            exponent = int((match[4] or "⁰").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
            assert float(match[2]) * 10.0**-exponent < (2e-2 if "signal" in link else 1e-5)


def measured(app: AppTest) -> dict[str, str]:
    """The times on the page."""
    return {
        label: value for label, value in metrics(app).items() if re.search(r" (µs|m?s)$", value)
    }


def test_a_time_is_shown_of_what_was_measured_and_of_nothing_else() -> None:
    app = visit("signal")
    assert measured(app) == {}
    app.button[0].click().run()
    times = measured(app)
    assert list(times) == ["This layer", "One Conv1d, the assembled kernel"]
    (words,) = [caption.value for caption in app.caption if "float32, " in caption.value]
    assert "Forward, float32, 108,000 samples of 1 channel, on CPU" in words
    assert words.count("half of them between") == 2
    assert measured(turn(app, "position", 200)) == times  # the same layer and signal
    assert measured(turn(app, "wing", 5)) == {}
    assert measured(turn(app, "wing", 4)) == times
    assert measured(turn(app, "signal", "impulse")) == {}
    app.button[0].click().run()
    assert len(measured(app)) == 2


def test_a_wide_kernel_is_timed_over_fewer_samples() -> None:
    """The one `Conv1d` multiplies the gaps too: 2²² multiply-adds, so that no visitor waits."""
    app = visit("signal", **WIDEST)
    app.button[0].click().run()
    (words,) = [caption.value for caption in app.caption if "Forward, float32" in caption.value]
    assert f"{2**22 // 8257} samples of 1 channel" in words


def test_sliders_end_where_the_signal_does() -> None:
    app = visit("signal", signal="macro", samples="100")
    assert (control(app, "start").min, control(app, "start").max) == (0, 103)
    assert (control(app, "samples").min, control(app, "samples").max) == (16, 203)
    assert (control(app, "position").min, control(app, "position").max) == (0, 99)
    turn(app, "samples", 203)
    assert not has_control(app, "start")  # all of it is shown
    turn(app, "signal", "ecg")
    assert control(app, "samples").max == 4096
    assert control(app, "start").max == 108_000 - state_of(app).signal.samples


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
    turn(app, "position", state_of(app).signal.start + 9)
    assert state_of(app) == State.of(weights="average", seed=7, position=9)
    assert control(turn(app, "weights", "random"), "seed").value == 7
    turn(app, "start", 300)
    turn(app, "samples", 600)
    turn(app, "signal", "macro")  # all of it is shown: no slider for the start
    turn(app, "wing", 2)
    assert (
        state_of(app).signal.start,
        state_of(app).signal.samples,
        state_of(app).weights.seed,
    ) == (0, 203, 7)


def test_the_slope_of_one_tap_is_the_moving_average_and_it_is_said() -> None:
    app = visit("signal", pattern="1", weights="difference")
    assert sentences(app) == [
        "A slope needs at least two taps. The moving average is shown instead."
    ]
    assert output_of(app)[1] == pytest.approx(float(ECG[HERE]))
    assert state_of(app).weights.kind == "difference"
    turn(app, "wing", 2)
    assert sentences(app) == []


@pytest.mark.parametrize("device", ["cuda:0", "cuda:99"])
def test_a_device_that_is_not_here_is_said_and_the_cpu_is_used(device: str) -> None:
    app = visit("signal", device=device)
    assert sentences(app) == [f"There is no {device} here. The layer runs on the CPU."]
    assert output_of(app)[1] == pytest.approx(
        layer_output(ECG, TAPS, gaussian(TAPS), HERE), rel=1e-5
    )
    assert control(app, "device").value == "cpu"
    assert app.query_params == {"device": device}  # the sender's choice stays in the link


def test_a_device_is_chosen_among_those_that_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    values = queries.values

    def on_any_device(query: Any) -> Any:
        used.append(query.device)
        return values(query._replace(device="cpu"))

    monkeypatch.setattr(torch_start, "devices", lambda: {"cpu": "CPU", "cuda:0": "NVIDIA GPU"})
    monkeypatch.setattr(queries, "values", on_any_device)
    app = visit("signal")
    assert control(app, "device").options == ["CPU", "NVIDIA GPU"]
    turn(app, "device", "cuda:0")
    assert used == ["cpu", "cuda:0"]
    assert app.query_params == {"device": "cuda:0"}
    assert sentences(app) == []


def test_a_kernel_longer_than_the_signal_says_by_how_much() -> None:
    app = visit("signal", **WIDEST, signal="macro")
    (notice,) = [info.value for info in app.info if "spans" in info.value]
    assert notice.startswith(
        "This kernel spans 8,257 samples, 8,054 more than the signal has (203)"
    )
    assert not visit("signal", signal="macro").info
