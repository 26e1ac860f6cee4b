"""The picture of a training run: the loss and every compact parameter, step by step."""

import dataclasses
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from pdviz import Pattern
from pdviz.analysis.gradient_flow import TrainingRun, record_run
from pdviz.figures.style import ACCENT, COLOURS
from pdviz.figures.training import training_figure


def run_of(pattern: Pattern = Pattern.partially_dilated(), steps: int = 7) -> TrainingRun:  # noqa: B008
    rng = np.random.default_rng(1)
    compact, signal = rng.normal(size=pattern.taps), rng.normal(size=40)
    return record_run(
        pattern, compact, signal, np.roll(signal, -1), position=20, steps=steps, learning_rate=0.01
    )


RUN = run_of()


def loss_of(figure: go.Figure) -> go.Scatter:
    (loss,) = [trace for trace in figure.data if trace.name == "loss"]
    return loss


def test_the_loss_is_drawn_before_the_first_step_and_after_each() -> None:
    loss = loss_of(training_figure(RUN, 0))
    assert list(loss.x) == list(range(8))
    assert np.array_equal(loss.y, RUN.loss)
    assert loss.line.color == ACCENT
    assert (loss.yaxis or "y") == "y"


@pytest.mark.parametrize("pattern", [RUN.pattern, Pattern((3,)), Pattern((-9, -2, -1, 5))])
def test_each_compact_parameter_has_a_line_in_the_colour_of_its_part(pattern: Pattern) -> None:
    run = run_of(pattern)
    lines = [trace for trace in training_figure(run, 0).data if trace.yaxis == "y2"]
    parts = {
        **dict.fromkeys(pattern.left, "left wing"),
        **dict.fromkeys(pattern.island, "island"),
        **dict.fromkeys(pattern.right, "right wing"),
    }
    assert len(lines) == pattern.taps
    for number, (offset, line) in enumerate(zip(pattern.offsets, lines, strict=True)):
        assert line.name == f"{parts[offset]} {offset}"
        assert list(line.x) == list(range(8))
        assert np.array_equal(line.y, run.compact[:, number])
        assert line.line.color == COLOURS[parts[offset]]
        assert f"offset {offset}<" in line.hovertemplate


def test_parts_are_told_apart_without_colour_too() -> None:
    lines = [trace for trace in training_figure(RUN, 0).data if trace.yaxis == "y2"]
    dashes = {line.name.rsplit(" ", 1)[0]: line.line.dash for line in lines}
    assert len(dashes) == len(set(dashes.values())) == 3


@pytest.mark.parametrize("step", [0, 3, 6])
def test_the_step_shown_is_marked(step: int) -> None:
    (mark,) = training_figure(RUN, step).layout.shapes
    assert mark.x0 == mark.x1 == step
    assert (mark.y0, mark.y1, mark.yref) == (0, 1, "paper")


def test_the_axes_hold_every_step_and_the_loss_is_above() -> None:
    layout = training_figure(RUN, 0).layout
    assert layout.xaxis.range[0] < 0
    assert layout.xaxis.range[1] > 7
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    notes = {note.text: note for note in layout.annotations}
    assert set(notes) == {"<b>loss</b>", "<b>compact parameters</b>"}
    assert notes["<b>loss</b>"].y == layout.yaxis.domain[1]
    assert notes["<b>compact parameters</b>"].y == layout.yaxis2.domain[1]


def axis_for(*losses: float) -> go.layout.YAxis:
    run = run_of(steps=len(losses) - 1)
    return training_figure(dataclasses.replace(run, loss=np.array(losses)), 0).layout.yaxis


@pytest.mark.parametrize(
    ("losses", "kind"),
    [
        ((1.0, 0.9, 0.8), "linear"),
        ((1.0, 0.5, 0.04), "linear"),
        ((1.0, 0.5, 0.03), "log"),
        ((1e-9, 1.0), "log"),
        ((1.0, 0.0), "linear"),  # zero has no logarithm
        ((0.0, 0.0), "linear"),
        ((2.0, 1e9), "log"),
    ],
)
def test_a_loss_that_changes_much_is_on_a_logarithmic_axis(
    losses: tuple[float, ...], kind: str
) -> None:
    axis = axis_for(*losses)
    assert axis.type == kind
    if kind == "linear":
        assert axis.rangemode == "tozero"


@pytest.mark.parametrize("decades", [2, 3, 5, 9, 30, 300])
def test_a_logarithmic_axis_has_a_few_ticks_at_whole_powers_of_ten(decades: int) -> None:
    axis = axis_for(1.0, 10.0**-decades)
    assert axis.dtick == int(axis.dtick) >= 1
    assert 2 <= decades / axis.dtick <= 5


def test_points_are_marked_while_they_can_be_told_apart() -> None:
    longest = dataclasses.replace(
        RUN,
        compact=np.zeros((201, 13)),
        loss=np.ones(201),
        grad_compact=np.zeros((200, 13)),
    )
    assert "markers" in loss_of(training_figure(RUN, 0)).mode
    assert loss_of(training_figure(longest, 0)).mode == "lines"
    assert list(loss_of(training_figure(longest, 0)).x) == list(range(201))


def test_the_same_run_gives_the_same_figure() -> None:
    text = training_figure(RUN, 2).to_json()
    assert text == training_figure(run_of(), 2).to_json()
    assert json.loads(text)["data"]
