"""The ways side by side: what the drawing is told, against plain PyTorch, and what it sends."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from pdviz import Pattern
from pdviz.analysis.training.run import TrainingRun, Update, record_run
from pdviz.ui.components.stage.ways.ways import ways_data
from pdviz.ui.queries.training import SIDE_BY_SIDE
from pdviz.ui.state.edits import edit_way
from pdviz.ui.state.state import State
from pdviz.ways import Way
from tests.oracles.plain_training import Plain

DEFAULT = Pattern.partially_dilated()
GAPS = [1, 3, 5, 7, 13, 15, 17, 19]
ROWS = ([8, 9, 10, 11, 12], [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
DOUBLED = [8, 10, 12]
"""By hand: offsets −2, 0 and 2 are in the island and on the grid of the wings."""
SGD = Update("sgd", 0.02)
UPDATES = [SGD, Update("sgd", 0.02, 0.9), Update("sgd", 0.02, 0.5, 0.2)]
UPDATES += [Update("adam", 0.01, 0.0, 0.1)]


def numbers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    return rng.normal(size=13), rng.normal(size=50), rng.normal(size=50)


def run_of(way: Way, update: Update = SGD, gaps: str = "zero", steps: int = 4) -> TrainingRun:
    compact, signal, target = numbers()
    options: dict[str, Any] = {"way": way, "update": update, "steps": steps}
    return record_run(DEFAULT, compact, signal, target, gaps=gaps, **options)


def shown(update: Update = SGD, gaps: str = "zero") -> dict[str, dict[str, Any]]:
    """What the drawing is told of each way, its numbers unpacked."""
    runs = {way: run_of(way, update, gaps if way == "mask" else "zero") for way in SIDE_BY_SIDE}
    data = json.loads(json.dumps(ways_data(runs, DEFAULT, gaps, "compact"), allow_nan=False))
    for way in data["ways"]:
        for name in ("kernel", "gradient"):
            kind = f"<f{way[name]['bits'] // 8}"
            flat = np.frombuffer(base64.b64decode(way[name]["data"]), kind)
            way[name] = flat.reshape(-1, 21)
    return {way["way"]: way for way in data["ways"]}


def updates(way: dict[str, Any]) -> np.ndarray:
    return np.diff(way["kernel"], axis=0)


@pytest.mark.parametrize("update", UPDATES, ids=str)
@pytest.mark.parametrize("gaps", ["zero", "pruned"])
def test_every_way_is_what_plain_pytorch_gives(update: Update, gaps: str) -> None:
    compact, signal, target = numbers()
    start = np.zeros(21)
    start[list(DEFAULT.indices)] = compact
    told = shown(update, gaps)
    assert list(told) == ["conv1d", "sum", "compact", "mask"]
    options: dict[str, float] = {"lr": update.rate, "weight_decay": update.decay}
    if update.name == "sgd":
        options["momentum"] = update.momentum
    for name, way in told.items():
        plain = Plain(name, start, 10, DEFAULT.indices, ROWS)
        pruned = name == "mask" and gaps == "pruned"
        kernel, gradient = plain.train(signal, target, update.name, 4, pruned=pruned, **options)
        assert way["kernel"] == pytest.approx(kernel, rel=1e-9, abs=1e-12)
        assert way["gradient"] == pytest.approx(gradient, rel=1e-5, abs=1e-6)
        assert (way["kernel"] == 0).tolist() == (kernel == 0).tolist()  # exactly, or not at all


def test_the_first_step_of_sgd_is_one_for_all_but_for_what_sets_them_apart() -> None:
    told = shown()
    step = {name: updates(way)[0] for name, way in told.items()}
    gradient = told["compact"]["gradient"][0]
    taps = [i for i in range(21) if i not in GAPS]
    once = [i for i in taps if i not in DOUBLED]
    assert step["sum"][DOUBLED] == pytest.approx(2 * step["compact"][DOUBLED], rel=1e-12)
    assert step["sum"][once] == pytest.approx(step["compact"][once], rel=1e-12)
    assert step["compact"] == pytest.approx(step["mask"], abs=1e-15)
    assert step["conv1d"] == pytest.approx(-0.02 * gradient, rel=1e-5)
    assert (np.abs(gradient[GAPS]) > 1e-3).all()  # it is dropped, not zero
    for way in ("sum", "compact", "mask"):
        assert not told[way]["kernel"][:, GAPS].any()
    assert (step["conv1d"][GAPS] != 0).all()


@pytest.mark.parametrize("update", UPDATES, ids=str)
def test_both_weights_of_a_doubled_tap_move_alike_so_that_each_is_half_of_a_bar(
    update: Update,
) -> None:
    run = run_of(Way.SUM, update)
    dense, dilated = ({8: 0, 10: 2, 12: 4}, {8: 9, 10: 10, 12: 11})
    for element in DOUBLED:
        assert (run.params[:, dense[element]] == run.params[:, dilated[element]]).all()


def test_roles_and_what_is_doubled_are_said() -> None:
    told = shown(gaps="conv")
    roles = {"conv1d": "trained", "sum": "none", "compact": "none", "mask": "masked"}
    assert {name: way["role"] for name, way in told.items()} == roles
    doubled = {"conv1d": [], "sum": DOUBLED, "compact": [], "mask": []}
    assert {name: way["doubled"] for name, way in told.items()} == doubled
    assert told["mask"]["kernel"][:, GAPS].all()


def test_a_sum_that_there_is_not_says_why() -> None:
    pattern = Pattern.partially_dilated(2, 3, 5)
    run = record_run(pattern, np.ones(9), np.ones(20), np.zeros(20))
    data = ways_data({Way.SUM: None, Way.COMPACT: run}, pattern, "zero", "sum")
    refused, possible = data["ways"]
    assert "no multiple of 3" in refused["why"]
    assert possible["why"] == ""


def test_a_way_can_be_asked_for_and_nothing_else() -> None:
    state = State.of(step=3)
    assert edit_way(state, {"way": "sum"}) == (state.put(way="sum"), None)
    for message in (
        None,
        "sum",
        {},
        {"way": "fused"},
        {"way": 3},
        {"way": ["sum"]},
        {"Way": "sum"},
    ):
        assert edit_way(state, message) == (state, None)
    assert edit_way(state, {"way": "sum", "step": 1}) == (state, None)
