"""The gradient page: every control changes the run that is recorded, and the stage shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from pdviz import signals
from pdviz.analysis.stack import make_weights
from pdviz.analysis.training import make_target, standardise
from pdviz.analysis.training.run import TrainingRun, Update, record_run
from pdviz.figures.wording import in_full
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets
from tests.ui.support.session import (
    WIDEST,
    control,
    data_for,
    has_control,
    notes,
    send,
    sent_values,
    sentences,
    state_of,
    turn,
    unfold,
    visit,
)

ECG = signals.load("ecg").samples[0]
TAPS = offsets()


def stage(app: AppTest) -> dict[str, Any]:
    """The run that is shown."""
    data, run = data_for(app, "stage"), data_for(app, "run")
    assert data["run"] == run["key"]
    return {**data, "values": run["values"]}


def run_of(state: State, kind: str | None = None, way: str | None = None) -> TrainingRun:
    """The run that a state asks for, its section found here: the middle of what is shown."""
    signal = signals.load(state.signal.name, state.weights.seed)
    count = min(256, state.signal.samples)
    first = state.signal.start + (state.signal.samples - count) // 2
    samples = standardise(signal.samples[state.signal.channel, first : first + count])
    position = min(max(state.signal.start + state.signal.position - first, 0), count - 1)
    return record_run(
        state.pattern,
        make_weights(
            kind or state.training.initial, state.pattern, state.weights.seed, state.weights.values
        ),
        samples,
        make_target(state.training.target, state.pattern, samples),
        position=None if state.training.scope == "signal" else position,
        way=way or state.training.way,
        gaps=state.training.gaps,
        update=Update(
            state.training.optimizer,
            state.training.learning_rate,
            state.training.momentum if state.training.optimizer == "sgd" else 0.0,
            state.training.weight_decay,
        ),
        steps=state.training.steps,
        seed=state.weights.seed,
    )


def assert_stage_shows(app: AppTest, run: TrainingRun, step: int) -> None:
    data = stage(app)
    assert (data["way"], data["step"], data["steps"]) == (run.way, step, run.steps)
    for name, array in {
        **{"signal": run.signal, "target": run.target, "output": run.output, "loss": run.loss},
        **{"kernel": run.kernel, "gradKernel": run.grad_kernel, "params": run.params},
    }.items():
        sent = sent_values(data, name)
        assert sent.tolist() == array.astype(sent.dtype).tolist()
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
    assert sent_values(data, "params")[0] == pytest.approx(weights, rel=1e-5)
    assert sent_values(data, "signal") == pytest.approx(x, rel=1e-4)
    assert sent_values(data, "output")[0, 128] == pytest.approx(y, rel=1e-4)
    assert sent_values(data, "target")[128] == pytest.approx(x[129], rel=1e-4)
    assert sent_values(data, "loss")[0] == pytest.approx(slope**2 / 2, rel=1e-4)
    assert sent_values(data, "gradKernel")[0] == pytest.approx(slope * x[118:139], rel=1e-4)
    gradient = np.array([slope * x[128 + o] for o in TAPS])
    assert sent_values(data, "gradParams")[0] == pytest.approx(gradient, rel=1e-4)
    assert sent_values(data, "params")[1] == pytest.approx(weights - 0.1 * gradient, rel=1e-4)


@pytest.mark.parametrize(
    ("link", "name", "value"),
    [
        ({}, "signal", "chirp"),
        ({"signal": "macro"}, "channel", 8),
        ({}, "target", "gaussian"),
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
    assert state.get(name) == value
    assert not has_control(app, name) or control(app, name).value == value
    assert_stage_shows(app, run_of(state), state.training.step)
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
    assert state_of(app).signal.position == position
    assert control(app, "position").value == sample
    assert (stage(app)["first"], stage(app)["key"] != before["key"]) == (
        before["first"],
        True,
    )
    assert stage(app)["first"] + stage(app)["position"] == sample
    assert_stage_shows(app, run_of(state_of(app)), 0)


def test_the_stage_asks_for_another_step() -> None:
    app = send(visit("gradient"), "stage", {"step": 7})
    assert state_of(app) == State.of(step=7)
    assert control(app, "step").value == 7
    assert (stage(app)["step"], stage(app)["rev"], stage(app)["seq"]) == (
        7,
        0,
        1,
    )
    turn(app, "step", 3)
    assert (stage(app)["step"], stage(app)["rev"]) == (3, 1)


def test_the_stage_moves_the_position_and_the_section_stays_under_the_hand() -> None:
    app = visit("gradient", scope="signal")
    before = stage(app)
    for sequence, position in enumerate((0, 255, 9), start=1):
        send(app, "stage", {"position": position})
        data = stage(app)
        assert (data["first"], data["position"]) == (before["first"], position)
        assert data["values"] == before["values"]
        assert (data["rev"], data["seq"]) == (0, sequence)
        assert control(app, "position").value == 212 + position
        assert state_of(app) == State.of(scope="signal", position=52 + position)


@pytest.mark.parametrize(
    "value", [{"step": 20}, {"position": 256}, {"step": True}, {"wing": 3}, {}, None, "x", [1]]
)
def test_what_the_stage_does_not_send_changes_nothing(value: Any) -> None:
    app = visit("gradient")
    before = stage(app)
    assert state_of(send(app, "stage", value)) == State()
    assert {**stage(app), "seq": 0} == before


def test_a_position_outside_the_section_is_said_and_the_nearest_is_looked_at() -> None:
    for position, nearest in (("0", 232), ("719", 487)):
        app = visit("gradient", samples="720", position=position)
        assert stage(app)["position"] == nearest - 232
        assert control(app, "position").value == 160 + nearest
        assert f"Sample {160 + int(position)} is outside" in app.info[0].value
        assert f"sample {160 + nearest} is shown instead." in app.info[0].value
        assert state_of(app).signal.position == int(position)  # as the signal page shows it
        assert_stage_shows(app, run_of(state_of(app)), 0)
        turn(app, "position", 460)
        assert len(app.info) == 0


def captions_of(page: str, **link: str) -> str:
    return " ".join(notes(visit(page, **link), "caption"))


def test_the_sum_says_what_it_cannot_make_in_the_words_of_the_cost_page() -> None:
    app = visit("gradient", way="sum", wing="2", dilation="3")
    said = "it is 10, no multiple of 3: the sum of a dense and a dilated Conv1d cannot make this"
    assert sentences(app) == [
        "No sum makes this pattern (see below): compact parameters are shown."
    ]
    assert said in app.info[0].value
    assert_stage_shows(app, run_of(state_of(app), way="compact"), 0)
    assert said in captions_of("cost", wing="2", dilation="3")
    turn(app, "causal", True)
    assert sentences(app) == []  # one wing alone is a grid: padded on one side and cropped
    assert_stage_shows(app, run_of(state_of(app)), 0)
    assert "no multiple of" not in captions_of("cost", wing="2", dilation="3", causal="1")
    turn(app, "text", "1101011")
    assert "one run of taps" in app.info[0].value
    assert "one run of taps" in captions_of("cost", pattern="1101011")
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
        ("rate", 100.0, 10.0, "Learning rate must be 0.0001 to 10: 100 was changed to 10."),
        ("rate", -1.0, 0.0001, "Learning rate must be 0.0001 to 10: −1 was changed to 0.0001."),
        ("momentum", 1.0, 0.99, "Momentum must be 0 to 0.99: 1 was changed to 0.99."),
        ("decay", 1.5, 1.0, "Weight decay must be 0 to 1: 1.5 was changed to 1."),
        ("steps", 201, 200, "Steps must be 1 to 200: 201 was changed to 200."),
        ("steps", 0, 1, "Steps must be 1 to 200: 0 was changed to 1."),
        ("seed", -1, 0, "Random seed must be 0 to 4,294,967,295: −1 was changed to 0."),
    ],
)
def test_a_wrong_number_of_the_gradient_page_is_mended_and_said(
    name: str, value: float, mended: float, sentence: str
) -> None:
    app = turn(visit("gradient"), name, value)
    assert state_of(app).get(name) == mended
    assert control(app, name).value == mended
    assert [text for text in sentences(app) if "must be" in text] == [sentence]
    turn(app, "target", "gaussian")
    assert not [text for text in sentences(app) if "must be" in text]


def test_a_run_that_diverges_ends_early_and_it_is_said() -> None:
    app = visit("gradient", rate="10", steps="200", step="199")
    run = run_of(state_of(app))
    assert run.diverged
    assert run.steps < 200
    assert sentences(app) == [
        f"The loss grew without bound within {run.steps} steps: choose a smaller learning rate."
    ]
    assert_stage_shows(app, run, run.steps - 1)
    assert stage(app)["diverged"]
    assert control(app, "step").value == run.steps - 1
    assert control(app, "step").max == run.steps - 1
    turn(app, "rate", 0.001)
    assert not [text for text in sentences(app) if "without bound" in text]
    assert_stage_shows(app, run_of(state_of(app)), state_of(app).training.step)


def test_fewer_steps_take_the_step_shown_along() -> None:
    app = visit("gradient", step="19")
    turn(app, "steps", 5)
    assert state_of(app).training.step == 4
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
    ("link", "steps"),
    [({"pattern": "1" + "0" * 398 + "1", "steps": "200"}, 200), (WIDEST, 20)],
)
def test_kernels_of_every_length_are_recorded(link: dict[str, str], steps: int) -> None:
    app = visit("gradient", **link)
    state = state_of(app)
    assert stage(app)["offsets"] == list(
        range(-state.pattern.origin, state.pattern.kernel_size - state.pattern.origin)
    )
    assert len(app.info) == 0
    assert stage(app)["steps"] == steps
    assert_stage_shows(app, run_of(state), 0)


def test_fewer_steps_of_a_very_long_kernel_are_recorded_and_it_is_said() -> None:
    app = visit("gradient", **WIDEST, steps="200", step="150")
    assert (stage(app)["steps"], stage(app)["step"]) == (30, 29)
    assert any("The target is 0 at every output" in note.value for note in app.caption)
    assert "Of a kernel of 8,257 elements 30 steps are recorded, not 200" in app.info[0].value
    turn(app, "dilation", 2)
    assert len(app.info) == 0
    assert stage(app)["steps"] == 200


def test_all_numbers_of_the_step_can_be_read_in_tables() -> None:
    app = visit("gradient", pattern="1101", step="3", way="mask", gaps="conv")
    assert len(app.dataframe) == 0  # they are made when they are asked for
    unfold(app, "All numbers")
    run = run_of(state_of(app))
    parameters, kernel = (frame.value for frame in app.dataframe)
    assert parameters["held in"].tolist() == ["dense Conv1d, gap gradients zeroed"] * 4
    assert parameters["part"].tolist() == ["island", "island", "gap", "right wing"]
    assert parameters["offset"].tolist() == [-1, 0, 1, 2]
    assert parameters["weight"].tolist() == run.params[3].tolist()
    assert parameters["gradient"].tolist() == run.grad_params[3].tolist()
    assert parameters["gradient"][2] == 0
    assert parameters["weight after"].tolist() == run.params[4].tolist()
    at = 128
    assert kernel["element"].tolist() == ["island", "island", "gap", "right wing"]
    assert kernel["offset"].tolist() == [-1, 0, 1, 2]
    assert kernel["sample"].tolist() == run.signal[at - 1 : at + 3].tolist()
    assert kernel["weight"].tolist() == run.kernel[3].tolist()
    assert kernel["product"].tolist() == (run.signal[at - 1 : at + 3] * run.kernel[3]).tolist()
    assert kernel["gradient"].tolist() == run.grad_kernel[3].tolist()
    texts = [
        pa.ipc.open_stream(frame.proto.arrow_data.styler.display_values) for frame in app.dataframe
    ]
    for frame, text in zip((parameters, kernel), texts, strict=True):
        written = text.read_pandas().to_numpy()
        assert written[:, list(frame).index("offset")].tolist() == ["−1", "0", "1", "2"]
        weights = written[:, list(frame).index("weight")]
        assert weights.tolist() == [in_full(value) for value in frame["weight"]]
