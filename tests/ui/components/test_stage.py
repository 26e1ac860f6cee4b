"""What the animation is told and what it may ask for: all numbers of the run, and nothing else."""

import base64
import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.proof import Agreement
from pdviz.analysis.training.proofs import step_proofs
from pdviz.analysis.training.run import TrainingRun, Update, record_run
from pdviz.figures.wording import number, power
from pdviz.ui.components.stage.stage import View, run_data, stage_data
from pdviz.ui.reports.training import badges
from pdviz.ui.state.edits import edit_view
from pdviz.ui.state.parts.training import GAPS, OPTIMIZERS, WAYS
from pdviz.ui.state.state import State

DEFAULT = Pattern.partially_dilated()
LENGTH = 40
VIEW = View(step=1, position=5, first=212)
FIELDS = {
    *("key", "step", "way", "wayTitle", "offsets", "parts", "params", "rows", "doubled", "first"),
    *("position", "scope", "inLoss", "optimizer", "gaps", "steps", "diverged", "along", "run"),
    "values",
    *("checks", "unit"),
}

free = st.sets(st.integers(-12, 12), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))


def run_of(
    pattern: Pattern = DEFAULT,
    way: str = "compact",
    *,
    seed: int = 0,
    scale: float = 1.0,
    position: int | None = 5,
    update: Update = Update(rate=0.05),  # noqa: B008
    **options: Any,
) -> TrainingRun:
    rng = np.random.default_rng(seed)
    compact = scale * rng.normal(size=pattern.taps)
    signal, target = rng.normal(size=(2, LENGTH))
    return record_run(
        pattern,
        compact,
        signal,
        target,
        position=position,
        way=way,
        update=update,
        **{"steps": 3, **options},
    )


def data_of(run: TrainingRun, view: View = VIEW) -> dict[str, Any]:
    stage_part, sent = stage_data(run, view, step_proofs(run, view.step)), run_data(run)
    assert sent["key"] == stage_part["run"]
    return {**stage_part, "values": sent["values"]}


def decoded(data: dict[str, Any], name: str) -> np.ndarray:
    """As the browser reads it: little-endian numbers in base64."""
    value = data["values"][name]
    kind = f"<f{value['bits'] // 8}"
    return np.frombuffer(base64.b64decode(value["data"]), kind).reshape(value["shape"])


runs = st.builds(
    run_of,
    free,
    st.sampled_from(["compact", "mask", "conv1d"]),
    seed=st.integers(0, 99),
    scale=st.sampled_from([1e-6, 1.0, 1e3]),
    position=st.none() | st.integers(0, LENGTH - 1),
    update=st.sampled_from([Update("sgd", 0.05, 0.5, 0.1), Update("adam", 0.01)]),
)


# What is sent.


@settings(max_examples=60)
@given(runs)
def test_every_recorded_number_arrives_in_single_precision(run: TrainingRun) -> None:
    data = json.loads(json.dumps(data_of(run), allow_nan=False))
    recorded = {
        **{"signal": run.signal, "target": run.target, "output": run.output, "loss": run.loss},
        **{"gradOutput": run.grad_output, "kernel": run.kernel, "gradKernel": run.grad_kernel},
        **{"params": run.params, "gradParams": run.grad_params, "along": run.along},
    }
    assert set(data["values"]) == set(recorded)
    for name, array in recorded.items():
        assert decoded(data, name).shape == array.shape
        assert decoded(data, name) == pytest.approx(array, rel=1e-7, abs=1e-44)


@settings(max_examples=60)
@given(runs)
def test_the_layout_is_that_of_the_pattern(run: TrainingRun) -> None:
    data = data_of(run)
    assert set(data) == FIELDS
    pattern = run.pattern
    first, last = min(*pattern.offsets, 0), max(*pattern.offsets, 0)
    assert data["offsets"] == list(range(first, last + 1))
    parts = {
        **dict.fromkeys(pattern.left, "left wing"),
        **dict.fromkeys(pattern.island, "island"),
        **dict.fromkeys(pattern.right, "right wing"),
    }
    assert data["parts"] == [parts.get(offset, "gap") for offset in data["offsets"]]
    elements = [data["offsets"][element] for element in data["params"]["element"]]
    assert elements == (list(pattern.offsets) if run.way == "compact" else data["offsets"])
    assert data["params"]["row"] == [0] * len(elements)
    kept = [run.way != "mask" or offset in pattern.offsets for offset in elements]
    assert data["params"]["kept"] == kept
    assert (data["doubled"], len(data["rows"])) == ([], 1)
    assert (data["first"], data["position"], data["step"], data["steps"]) == (212, 5, 1, 3)
    assert (data["scope"], data["inLoss"]) in (("position", 1), ("signal", LENGTH))
    assert data["unit"] == "standard deviations"


def test_the_sum_has_two_rows_and_doubled_elements() -> None:
    data = data_of(run_of(way="sum"))
    assert data["rows"] == ["dense Conv1d", "dilated Conv1d"]
    assert data["params"]["row"] == [0] * 5 + [1] * 11
    assert data["params"]["element"] == [*range(8, 13), *range(0, 21, 2)]
    assert data["doubled"] == [8, 10, 12]
    assert all(data["params"]["kept"])


def test_a_sum_off_the_centre_s_grid_has_the_taps_of_its_pattern() -> None:
    data = data_of(run_of(Pattern.partially_dilated(2, 2, 3), "sum"))
    taps = [o for o, part in zip(data["offsets"], data["parts"], strict=True) if part != "gap"]
    assert taps == [-5, -3, -1, 0, 1, 3, 5]
    assert [data["offsets"][element] for element in data["params"]["element"]] == [
        *(-1, 0, 1),
        *(-5, -3, -1, 1, 3, 5),
    ]


def test_ways_optimizers_and_gaps_have_the_names_of_the_page() -> None:
    for way, title in WAYS.items():
        data = data_of(run_of(way=way))
        assert (data["way"], data["wayTitle"]) == (way, title)
        assert data["gaps"] == ("zero" if way == "mask" else None)
    for gaps in GAPS:
        assert data_of(run_of(way="mask", gaps=gaps))["gaps"] == gaps
    data = data_of(run_of(update=Update("sgd", 0.05, 0.9, 0.25)))
    assert data["optimizer"] == {"name": "SGD", "rate": 0.05, "momentum": 0.9, "decay": 0.25}
    data = data_of(run_of(update=Update("adam", 0.05)))
    assert data["optimizer"]["name"] == OPTIMIZERS["adam"] == "Adam"


def test_silence_and_huge_numbers_are_still_numbers() -> None:
    silent = record_run(DEFAULT, np.zeros(13), np.zeros(LENGTH), np.zeros(LENGTH))
    loud = record_run(DEFAULT, np.full(13, 1e3), np.full(LENGTH, 1e30), np.zeros(LENGTH))
    for run in (silent, loud):
        data = data_of(run, View(0, 0, 0))
        text = json.dumps({**data, "key": ""}, allow_nan=False)
        assert "nan" not in text.replace("dominant", "")
        for name in data["values"]:
            assert np.isfinite(decoded(data, name)).all()


def test_the_same_run_is_the_same_to_the_byte_and_encoded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_of(seed=31)
    checks = step_proofs(run, 1)
    first = json.dumps(stage_data(run, VIEW, checks))
    encoded = []
    monkeypatch.setattr(base64, "b64encode", lambda data: encoded.append(data) or b"")
    assert json.dumps(stage_data(run, VIEW, checks)) == first
    other = stage_data(run, dataclasses.replace(VIEW, step=2), checks)
    assert encoded == []
    monkeypatch.undo()
    assert json.dumps({**other, "step": 1}) == first
    assert json.dumps(stage_data(run_of(seed=31), VIEW, checks)) == first


def test_the_key_is_of_what_is_drawn_at_any_step() -> None:
    def key(run: TrainingRun, **view: int) -> str:
        return str(data_of(run, dataclasses.replace(VIEW, **view))["key"])

    assert key(run_of()) == key(run_of()) == key(run_of(), step=2)
    others = {
        key(run_of()),
        key(run_of(), position=6),
        key(run_of(), first=213),
        key(run_of(seed=1)),
        key(run_of(steps=4)),
        key(run_of(position=6)),
        key(run_of(position=None)),
        key(run_of(update=Update(rate=0.06))),
        key(run_of(update=Update(rate=0.05, decay=0.1))),
        key(run_of(update=Update("adam", 0.05))),
        *(key(run_of(way=way)) for way in ("sum", "mask", "conv1d")),
    }
    assert len(others) == 13


# What is asked for.

STATE = State.of(samples=720, position=300)
SHOWN = {"steps": 20, "count": 256, "first": 160 + 232}


def edited(value: Any) -> State:
    state, notice = edit_view(STATE, value, **SHOWN)
    assert notice is None
    return state


@pytest.mark.parametrize("step", [0, 7, 19])
def test_a_step_of_the_run_can_be_asked_for(step: int) -> None:
    assert edited({"step": step}) == STATE.put(step=step)


@pytest.mark.parametrize("position", [0, 100, 255])
def test_a_position_of_the_section_can_be_asked_for(position: int) -> None:
    """In the state it counts from the start of what the signal page shows."""
    assert edited({"position": position}) == STATE.put(position=232 + position)


def test_both_can_be_asked_for_at_once() -> None:
    both = {"step": 7, "position": 100}
    assert edited(both) == STATE.put(step=7, position=332)


NOT_ASKED_FOR = [
    *(None, True, 3, "step", [], [("step", 3)], {}, {"step": 3, "position": 256}, {"Step": 3}),
    *({"rate": 1}, {"": 0}, {None: 0}, {("step",): 0}, {"wing": 3}, {"values": [1.0]}),
    *({name: value} for name in ("step", "position") for value in (None, True, "3", 3.0, [3], {})),
    *({name: value} for name in ("step", "position") for value in (-1, 10**400, float("nan"))),
    *({"step": 20}, {"step": 255}, {"position": 256}, {"position": 4000}),
]


@pytest.mark.parametrize("value", NOT_ASKED_FOR, ids=lambda value: str(value)[:30])
def test_anything_else_changes_nothing(value: Any) -> None:
    assert edited(value) == STATE


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_whatever_a_browser_sends_is_borne(value: Any) -> None:
    assert edited(value) == edited({"step": value}) == edited({"position": value}) == STATE


# Proofs in words.


def test_three_proofs_hold_and_say_how_well() -> None:
    checks_of_run = data_of(run_of())["checks"]
    assert [set(badge) for badge in checks_of_run] == [{"ok", "text", "detail", "methods"}] * 3
    assert all(badge["ok"] is True for badge in checks_of_run)
    finite, ways, gathered = (badge["text"] for badge in checks_of_run)
    assert finite.startswith("Gradients agree with finite differences to ")
    assert finite.endswith("·10⁻¹⁴.") or "·10⁻¹" in finite
    assert ways.startswith("Three ways, one kernel: ")
    assert gathered == "Each parameter gets its element's gradient, exactly."
    for badge in checks_of_run:
        assert "tolerance" in badge["detail"]
        assert len(badge["methods"]) >= 2
        assert all(name and value for name, value in badge["methods"])


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("sum", "Each parameter gets its element's gradient, doubled taps twice, exactly."),
        ("mask", "Weights at taps get their element's gradient, those at gaps 0, exactly."),
        ("conv1d", "Each parameter gets its element's gradient, exactly."),
    ],
)
def test_what_is_gathered_is_said_of_the_way(way: str, sentence: str) -> None:
    assert data_of(run_of(way=way))["checks"][2]["text"] == sentence


def test_two_ways_are_not_called_three() -> None:
    run = run_of(Pattern((-3, -2, 0, 2, 3)))
    badge = data_of(run)["checks"][1]
    assert badge["text"].startswith("Two ways, one kernel: ")
    assert "the sum" not in badge["detail"]


def test_a_disagreement_is_said_with_its_numbers() -> None:
    run = run_of()
    params = np.array(run.grad_params)
    params[1, 4] += 0.5 * np.abs(params[1]).max()
    wrong = dataclasses.replace(run, grad_params=params, output=run.output + 1e-6)
    finite, ways, gathered = badges(wrong, step_proofs(wrong, 1))
    assert (finite["ok"], ways["ok"], gathered["ok"]) == (False, False, False)
    assert finite["text"].startswith("Gradients differ from finite differences by 0.")
    assert ways["text"].startswith("Three ways, one kernel: they differ by ")
    assert gathered["text"].startswith("Parameters' gradients differ from their elements' by ")


def test_no_badge_boasts_of_gradients_that_are_but_rounding() -> None:
    run = run_of()
    checks = step_proofs(run, 1)
    rounded = dataclasses.replace(checks.finite, agreement=Agreement(1e-17, 2e-17, 1e-15, 13))
    lost = checks._replace(finite=rounded)
    badge = badges(run, lost)[0]
    assert badge["ok"]
    assert badge["text"].endswith("within rounding error.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0"), (3.2e-10, "3.2·10⁻¹⁰"), (9.96e-17, "10⁻¹⁶"), (-2e-5, "−2·10⁻⁵")),
        *((1.0, "1"), (0.0123456, "0.01235"), (4e12, "4·10¹²"), (float("nan"), "undefined")),
    ],
)
def test_a_small_number_in_words(value: float, text: str) -> None:
    assert power(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0"), (1.0, "1"), (-1.5, "−1.5"), (123456.0, "123,456"), (1e-7, "10⁻⁷")),
        *((0.000123456, "0.0001235"), (-0.33333, "−0.3333"), (9999.5, "10,000")),
    ],
)
def test_a_number_in_words(value: float, text: str) -> None:
    assert number(value) == text
