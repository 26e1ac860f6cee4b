"""The ways side by side and the table of masking settings, below the stage."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pdviz import signals
from pdviz.figures.wording import number
from pdviz.ui.pages.training_comparison import MASKING
from pdviz.ui.state.link import from_query
from pdviz.ui.state.state import State
from tests.oracles.plain_training import Plain
from tests.ui.support.session import (
    data_for,
    drawings,
    send,
    sent_values,
    state_of,
    turn,
    unfold,
    visit,
)

LINK = {"wing": "2", "scope": "signal", "target": "next", "steps": "6", "seed": "3"}


def test_the_drawing_has_all_ways_and_asks_for_one_to_be_on_the_stage() -> None:
    app = visit("gradient", step="3")
    before = data_for(app, "ways")
    assert [way["way"] for way in before["ways"]] == ["conv1d", "sum", "compact", "mask"]
    assert (before["way"], before["steps"]) == ("compact", 20)
    send(app, "ways", {"way": "sum"})
    assert state_of(app) == State.of(step=3, way="sum")
    assert data_for(app, "stage")["way"] == data_for(app, "ways")["way"] == "sum"
    assert data_for(app, "ways")["ways"] == before["ways"]
    turn(app, "step", 4)  # which the drawing follows in the browser: nothing is sent again
    after = data_for(app, "ways")
    assert {**after, "rev": 0, "seq": 0, "way": ""} == {**before, "rev": 0, "seq": 0, "way": ""}


def test_the_start_of_masked_gaps_is_the_one_chosen_whatever_is_on_the_stage() -> None:
    data = data_for(visit("gradient", gaps="pruned", momentum="0.9"), "ways")
    assert (data["way"], data["gaps"]) == ("compact", "pruned")
    mask = data["ways"][3]["kernel"]
    weights = np.frombuffer(base64.b64decode(mask["data"]), "<f8").reshape(21, 21)
    gaps = [1, 3, 5, 7, 13, 15, 17, 19]
    assert not weights[0, gaps].any()
    assert weights[1, gaps].all()


def test_a_sum_that_there_is_not_is_refused_beside_the_others() -> None:
    data = data_for(visit("gradient", wing="2", dilation="3"), "ways")
    assert "no multiple of 3" in data["ways"][1]["why"]
    assert all(way["why"] == "" for way in (*data["ways"][:1], *data["ways"][2:]))


# The table.


def masking_tables(app: AppTest) -> list[str]:
    """The tables of masking on the page, as HTML."""
    return [each.proto.body for each in app.get("html") if "masking" in each.proto.body]


def cells_of(app: AppTest) -> list[tuple[str, str, State]]:
    """Mark, number and linked state of each cell, row by row."""
    (html,) = masking_tables(app)
    html = html.replace("\u00a0", " ")
    cells = re.findall(r'<a class="(\w+)" href="\?([^"]*)">(.) ([^<]*)</a>', html)
    assert all((kind == "stay") == (mark == "✓") for kind, _, mark, _ in cells)
    links = [parse_qs(link.replace("&amp;", "&"), strict_parsing=True) for _, link, _, _ in cells]
    states = []
    for link in links:
        state, notices = from_query({key: value for key, (value,) in link.items()})
        assert notices == []
        states.append(state)
    return [(mark, text, state) for (_, _, mark, text), state in zip(cells, states, strict=True)]


def plain_gaps(state: State) -> tuple[np.ndarray, list[int]]:
    """(N + 1, gaps) the weights at gaps of a state's run, in plain PyTorch."""
    pattern, training = state.pattern, state.training
    first = state.signal.start + (state.signal.samples - 256) // 2
    x = signals.load(state.signal.name, state.weights.seed).samples[0, first : first + 256]
    x = (x.astype(np.float64) - x.mean(dtype=np.float64)) / x.astype(np.float64).std()
    bound = pattern.taps**-0.5
    weights = np.random.default_rng(state.weights.seed).uniform(-bound, bound, pattern.taps)
    gaps = [i for i, tap in enumerate(pattern.mask) if not tap]
    start = np.zeros(pattern.kernel_size)
    if training.gaps == "conv":
        start = sent_start(state)
    start[list(pattern.indices)] = weights
    plain = Plain("mask", start, pattern.origin, pattern.indices)
    options: dict[str, Any] = {"lr": training.learning_rate, "weight_decay": training.weight_decay}
    if training.optimizer == "sgd":
        options["momentum"] = training.momentum
    kernel, _ = plain.train(
        x,
        np.append(x[1:], 0),
        training.optimizer,
        training.steps,
        pruned=training.gaps == "pruned",
        **options,
    )
    return kernel[:, gaps], gaps


def sent_start(state: State) -> np.ndarray:
    """As Conv1d draws its weights: U(−1/√K, 1/√K), by PyTorch's generator."""
    import torch

    size, generator = state.pattern.kernel_size, torch.Generator()
    generator.manual_seed(state.weights.seed)
    drawn = torch.zeros(1, 1, size, dtype=torch.float64)
    return drawn.uniform_(-(size**-0.5), size**-0.5, generator=generator).numpy()[0, 0]


def test_every_cell_of_the_masking_table_is_a_run_of_plain_pytorch() -> None:
    app = visit("gradient", **LINK)
    assert not masking_tables(app)  # it is computed when it is opened
    cells = cells_of(unfold(app, MASKING))
    settings = [
        (state.training.gaps, state.training.optimizer, state.training.momentum, decay)
        for _, _, state in cells
        for decay in (state.training.weight_decay,)
    ]
    assert settings == [
        (gaps, optimizer, momentum, decay)
        for gaps in ("zero", "conv", "pruned")
        for optimizer, momentum in (("sgd", 0.0), ("sgd", 0.9), ("adam", 0.0))
        for decay in (0.0, 0.1)
    ]
    marks = ""
    for mark, text, state in cells:
        assert (state.training.way, state.training.step) == ("mask", 5)
        weights, _ = plain_gaps(state)
        assert (mark == "✓") == (not weights.any())
        ends = [np.abs(weights[0]).max(), np.abs(weights[-1]).max()]
        assert text == (" → ".join(map(number, ends)) if ends[0] else number(ends[1]))
        marks += mark
    assert marks == "✓✓✓✓✓✓" + "✗✗✗✗✗✗" + "✓✓✗✗✗✗"


@pytest.mark.parametrize("place", [0, 9, 15])
def test_a_cell_opens_the_run_that_it_tells_of(place: int) -> None:
    app = unfold(visit("gradient", **LINK), MASKING)
    mark, text, state = cells_of(app)[place]
    there = visit("gradient", **{key: str(value) for key, value in link_of(app, place).items()})
    assert state_of(there) == state
    data, run = data_for(there, "stage"), data_for(there, "run")
    assert (data["way"], data["step"]) == ("mask", 5)
    kernel = sent_values({**data, "values": run["values"]}, "kernel")
    gaps = [i for i, part in enumerate(data["parts"]) if part == "gap"]
    assert text.endswith(number(np.abs(kernel[-1, gaps]).max()))
    assert (mark == "✓") == (not kernel[:, gaps].any())


def link_of(app: AppTest, place: int) -> dict[str, str]:
    (html,) = masking_tables(app)
    link = re.findall(r'href="\?([^"]*)"', html)[place].replace("&amp;", "&")
    return {key: value for key, (value,) in parse_qs(link).items()}


def test_the_table_takes_momentum_and_decay_that_are_chosen() -> None:
    app = unfold(visit("gradient", momentum="0.5", decay="0.01", steps="2"), MASKING)
    states = [state.training for _, _, state in cells_of(app)]
    assert {state.momentum for state in states if state.optimizer == "sgd"} == {0.0, 0.5}
    assert {state.weight_decay for state in states} == {0.0, 0.01}


def test_a_pattern_without_gaps_has_nothing_to_mask() -> None:
    app = unfold(visit("gradient", wing="0"), MASKING)
    assert any("no gaps" in each.value for each in app.markdown)
    assert not masking_tables(app)
    assert len(drawings(app, "ways")) == 1
