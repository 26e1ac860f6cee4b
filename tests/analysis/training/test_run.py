"""The recorded gradient flow against finite differences, and against the formulas in NumPy.

The loss is quadratic in the kernel, so that a central difference of any width is its exact
derivative but for rounding.
"""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.stack import make_weights
from pdviz.analysis.training import make_target, most_steps, standardise
from pdviz.analysis.training.loop import DENSE_STEPS, FRACTIONS
from pdviz.analysis.training.run import (
    OPTIMIZERS,
    TrainingRun,
    Update,
    record_run,
)
from pdviz.analysis.training.variants import GAPS
from pdviz.limits import (
    MAX_LEARNING_RATE,
    MAX_LOSS,
    MAX_MOMENTUM,
    MAX_TRACE_LENGTH,
    MAX_TRACE_NUMBERS,
    MAX_TRACE_SPAN,
    MAX_TRAINING_STEPS,
    MAX_WEIGHT,
    MAX_WEIGHT_DECAY,
)
from pdviz.ways import TRAINED as WAYS
from tests.oracles.training import (
    Case,
    elements,
    kernel_of,
    patterns,
    seeds,
    shifted,
    trained,
    updates,
)
from tests.oracles.training import sums as sums_of_two

LONG = 161  # elements of a kernel

ARRAYS = (
    *("signal", "target", "params", "kernel", "output", "loss", "grad_output", "grad_kernel"),
    *("grad_params", "fractions", "along"),
)
lengths = st.integers(1, 25)
cases = st.builds(Case, patterns, lengths, seeds, st.booleans())
sums = st.builds(Case, sums_of_two, lengths, seeds, st.booleans(), st.just("sum"))
others = st.builds(
    Case,
    patterns,
    lengths,
    seeds,
    st.booleans(),
    st.sampled_from(["compact", "mask", "conv1d"]),
    st.sampled_from(["zero", "pruned"]),
)
ways = sums | others


def finite_differences(loss: Callable[[np.ndarray], float], at: np.ndarray) -> list[float]:
    width = 0.25
    steps = width * np.eye(len(at))
    return [(loss(at + step) - loss(at - step)) / (2 * width) for step in steps]


def close(values: Any, share: float = 1e-9) -> Any:
    """Equal but for rounding, which is a share of the largest of them."""
    array = np.asarray(values)
    return pytest.approx(array, rel=1e-9, abs=share * max(0.1, float(np.abs(array).max())))


# Every number, in every way.


@settings(max_examples=300)
@given(ways, updates, st.integers(1, 8))
def test_every_number_of_every_step_is_what_the_formulas_give(
    case: Case, update: Update, steps: int
) -> None:
    """SGD with momentum and decay, or Adam, worked out in NumPy from the start asked for."""
    run = case.run(update=update, steps=steps)
    assert run.steps == steps
    assert (run.way, run.pattern) == (case.way, case.pattern)
    assert (run.signal.tolist(), run.target.tolist()) == (
        case.signal.tolist(),
        case.target.tolist(),
    )
    assert (run.update, run.in_loss, run.position) == (update, len(case.in_loss), case.position)
    share = 1e-8 if update.name == "adam" else 1e-9  # which forgets the scale of a gradient
    for number, step in enumerate(trained(case, update, case.start(), steps)):
        assert run.params[number] == close(step.params, share)
        assert run.kernel[number] == close(step.kernel, share)
        assert run.output[number] == close(step.output, share)
        assert run.loss[number] == pytest.approx(step.loss, rel=1e-6, abs=1e-12)
        if number < steps:
            assert run.grad_output[number] == close(step.grad_output, share)
            assert run.grad_kernel[number] == close(step.grad_kernel, share)
            assert run.grad_params[number] == close(step.grad_params, share)


@settings(max_examples=150)
@given(ways, updates)
def test_the_loss_along_a_step_is_that_of_the_parameters_on_the_way(
    case: Case, update: Update
) -> None:
    run = case.run(update=update, steps=2)
    assert run.fractions.tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    for number in range(2):
        before, after = run.params[number : number + 2]
        expected = [
            case.loss_of_params((1 - fraction) * before + fraction * after)
            for fraction in run.fractions
        ]
        assert run.along[number] == pytest.approx(expected, rel=1e-8, abs=1e-13)
        assert run.along[number, 0] == pytest.approx(run.loss[number], rel=1e-12)
        assert run.along[number, 4] == pytest.approx(run.loss[number + 1], rel=1e-12)


@settings(max_examples=200)
@given(ways)
def test_gradients_are_finite_differences_of_the_loss(case: Case) -> None:
    """Of each output, of each element of the kernel with its gaps, and of each parameter kept."""
    run = case.run()
    kept = run.layout.unmasked
    output, kernel, params = run.output[0], run.kernel[0], run.params[0]
    assert run.grad_output[0] == close(finite_differences(case.loss_of_output, output))
    assert run.grad_kernel[0] == close(finite_differences(case.loss_of_kernel, kernel))
    differences = np.array(finite_differences(case.loss_of_params, params))
    assert run.grad_params[0, kept] == close(differences[kept])
    assert not run.grad_params[0, ~kept].any()


@settings(max_examples=100)
@given(ways)
def test_where_parameters_go_is_what_the_way_is(case: Case) -> None:
    layout = case.run().layout
    offsets = elements(case.pattern)
    assert [offsets[element] for element in layout.elements] == case.parameter_offsets.tolist()
    assert layout.rows.tolist() == case.rows
    gaps = set(offsets) - set(case.pattern.offsets)
    dropped = gaps if case.way == "mask" else set()
    assert layout.unmasked.tolist() == [offset not in dropped for offset in case.parameter_offsets]
    twice = [n for n, o in enumerate(offsets) if case.parameter_offsets.tolist().count(o) == 2]
    assert list(layout.doubled) == twice
    assert case.way == "sum" or not twice


@settings(max_examples=100)
@given(sums_of_two, lengths, seeds, st.booleans())
def test_all_ways_start_from_one_kernel(
    pattern: Pattern, length: int, seed: int, whole: bool
) -> None:
    target = Case(pattern, length, seed, whole)
    for way in WAYS:
        for gaps in GAPS if way == "mask" else ["zero"]:
            run = Case(pattern, length, seed, whole, way, gaps).run(seed=seed)
            assert run.gaps == (gaps if way == "mask" else None)
            taps = list(run.pattern.indices)
            assert run.kernel[0, taps].tolist() == target.compact.tolist()
            if gaps != "conv":
                assert run.kernel[0].tolist() == kernel_of(pattern, target.compact).tolist()
                assert run.output[0] == close(target.output(run.kernel[0]), 1e-12)


# One way and another.


def test_gap_gradients_are_not_zero_and_the_gather_drops_them() -> None:
    case = Case(Pattern.partially_dilated(), 64, seed=1, whole_signal=True)
    run = case.run(steps=5)
    gaps = [i for i, tap in enumerate(case.pattern.mask) if not tap]
    assert len(gaps) == 8
    assert (np.abs(run.grad_kernel[:, gaps]) > 1e-3).all()
    assert not run.kernel[:, gaps].any()
    assert run.grad_params.tolist() == run.grad_kernel[:, list(case.pattern.indices)].tolist()


@settings(max_examples=100)
@given(sums_of_two, seeds, st.booleans())
def test_the_sum_moves_doubled_taps_twice_as_far(pattern: Pattern, seed: int, whole: bool) -> None:
    """One step of SGD moves a tap by −η · gradient, and one that is held twice by twice that."""
    run = Case(pattern, 30, seed, whole, "sum").run(update=Update(rate=0.01))
    moved = run.kernel[1] - run.kernel[0]
    times = np.zeros(run.pattern.kernel_size)
    times[list(run.pattern.indices)] = 1
    times[list(run.layout.doubled)] = 2
    assert moved == pytest.approx(-0.01 * times * run.grad_kernel[0], abs=1e-12)
    assert len(run.layout.elements) == run.pattern.taps + len(run.layout.doubled)


def test_the_default_s_sum_holds_16_weights_for_13_taps() -> None:
    run = Case(Pattern.partially_dilated(), 40, 0, True, "sum").run()
    assert run.params.shape == (2, 16)
    assert [index - 10 for index in run.layout.doubled] == [-2, 0, 2]
    assert run.layout.rows.tolist() == [0] * 5 + [1] * 11


@pytest.mark.parametrize("offsets", [(-8, -5, -2, -1, 0, 1, 2, 5, 8), (-3, -2, 0, 2, 3)])
def test_a_sum_that_cannot_make_the_pattern_trains_no_other(offsets: tuple[int, ...]) -> None:
    """From −5 to 5 it is 10, which steps of 3 do not make; three runs are no two."""
    with pytest.raises(ValueError, match="`pattern`"):
        Case(Pattern(offsets), 40, 0, True).run(way="sum")


def gap_weights(case: Case, update: Update, steps: int = 12, **options: Any) -> np.ndarray:
    """(N + 1, gaps) the weights at gaps over a run."""
    run = case.run(update=update, steps=steps, **options)
    assert run.steps == steps
    return run.params[:, ~run.layout.unmasked]


MASKED = [Update("sgd", 0.01), Update("sgd", 0.01, 0.9), Update("sgd", 0.01, 0.5, 0.3)]
MASKED += [Update("adam", 0.01), Update("adam", 0.01, 0.0, 0.3)]


@pytest.mark.parametrize("update", MASKED, ids=str)
@settings(max_examples=20)
@given(pattern=patterns, seed=seeds)
def test_masked_gaps_that_start_at_zero_stay_there(
    update: Update, pattern: Pattern, seed: int
) -> None:
    """Whatever the optimizer adds: its momentum and the decay of nothing are nothing."""
    assert not gap_weights(Case(pattern, 20, seed, True, "mask"), update).any()


@settings(max_examples=40)
@given(patterns, seeds, st.sampled_from([0.0, 0.1, 1.0]))
def test_masked_gaps_that_do_not_start_at_zero_stay_if_nothing_decays_and_shrink_if_it_does(
    pattern: Pattern, seed: int, decay: float
) -> None:
    """Without a gradient of their own: w ← (1 − η · decay) · w at every step."""
    case = Case(pattern, 20, seed, True, "mask", "conv")
    weights = gap_weights(case, Update("sgd", 0.01, 0.0, decay), seed=seed)
    expected = [(1 - 0.01 * decay) ** n * weights[0] for n in range(13)]
    assert weights == pytest.approx(np.array(expected), rel=1e-12)
    bound = 1 / math.sqrt(pattern.kernel_size)
    assert (np.abs(weights[0]) <= bound).all()
    assert weights[0].all()


@settings(max_examples=40)
@given(patterns, seeds, st.sampled_from([0.5, 0.9]))
def test_pruned_gaps_drift_by_the_momentum_that_is_left(
    pattern: Pattern, seed: int, momentum: float
) -> None:
    """After n steps by −η · b · (m + m² + … + mⁿ), b being what five dense steps left behind."""
    case = Case(pattern, 20, seed, True, "mask", "pruned")
    update = Update("sgd", 0.01, momentum)
    weights = gap_weights(case, update)
    assert not weights[0].any()
    params, buffer = case.start(), np.zeros(len(case.parameter_offsets))
    for _ in range(DENSE_STEPS):
        buffer = momentum * buffer + case.step(params, masked=False).grad_params
        params = params - 0.01 * buffer
    gaps = ~np.isin(case.parameter_offsets, pattern.offsets)
    expected = [-0.01 * buffer[gaps] * sum(momentum**k for k in range(1, n + 1)) for n in range(13)]
    assert weights == pytest.approx(np.array(expected), rel=1e-9, abs=1e-14)


def test_pruned_gaps_stay_without_momentum_and_drift_with_adam() -> None:
    case = Case(Pattern.partially_dilated(), 40, 3, True, "mask", "pruned")
    assert not gap_weights(case, Update("sgd", 0.01)).any()
    assert not gap_weights(case, Update("sgd", 0.01, 0.0, 0.5)).any()
    assert (np.abs(gap_weights(case, Update("adam", 0.01))[-1]) > 1e-3).all()


def test_the_gaps_of_a_dense_conv1d_are_trained_as_taps() -> None:
    case = Case(Pattern.partially_dilated(), 40, 3, True, "conv1d")
    run = case.run(update=Update("sgd", 0.01), steps=1)
    assert run.layout.unmasked.all()
    assert run.params[1] == close(run.params[0] - 0.01 * run.grad_kernel[0])
    assert (run.params[1, np.array(case.pattern.mask) == 0] != 0).all()


def test_gaps_are_drawn_from_the_seed_and_evenly() -> None:
    pattern = Pattern((-80, 80))
    arguments: dict[str, Any] = {"way": "mask", "gaps": "conv"}
    case = Case(pattern, 30, 0, True, **arguments)
    drawn = np.array([case.run(seed=seed).kernel[0, 1:-1] for seed in range(40)])
    assert (case.run(seed=7).kernel[0, 1:-1] == drawn[7]).all()
    assert len(np.unique(drawn[:, 0])) == 40
    bound = 161**-0.5
    assert drawn.min() < -0.99 * bound
    assert drawn.max() > 0.99 * bound
    assert drawn.std() == pytest.approx(bound / 3**0.5, rel=0.03)


# One output, or all of them.


def test_one_position_looks_at_its_window_alone() -> None:
    """∂L/∂y is the error there and zero elsewhere; each tap's gradient is that times its sample."""
    case = Case(Pattern.partially_dilated(), 64, seed=2, whole_signal=False)
    run = case.run()
    assert case.position is not None
    error = run.output[0, case.position] - case.target[case.position]
    assert run.in_loss == 1
    assert run.loss[0] == pytest.approx(error**2 / 2)
    assert np.flatnonzero(run.grad_output[0]).tolist() == [case.position]
    assert run.grad_output[0, case.position] == pytest.approx(error)
    assert run.grad_kernel[0] == close(error * run.window(0, case.position).samples)


def test_the_whole_signal_gives_the_mean_of_the_positions() -> None:
    case = Case(Pattern.partially_dilated(2, 2, 3), 30, seed=3, whole_signal=True)
    whole = case.run()
    each = [case.run(position=t) for t in range(30)]
    assert whole.in_loss == 30
    assert whole.loss[0] == pytest.approx(np.mean([run.loss[0] for run in each]))
    assert whole.grad_params == close(np.mean([run.grad_params for run in each], axis=0))


@settings(max_examples=50)
@given(ways, st.data())
def test_a_window_is_that_of_the_kernel_then_with_its_weights_at_gaps(
    case: Case, data: st.DataObject
) -> None:
    run = case.run(steps=3, update=Update(rate=0.01))
    at = data.draw(st.integers(0, len(case.signal) - 1))
    for number in range(3):
        window = run.window(number, at)
        assert window.offsets.tolist() == elements(case.pattern)
        assert window.kernel.tolist() == run.kernel[number].tolist()
        assert window.output == close(run.output[number, at])


def test_a_step_worked_by_hand() -> None:
    """Taps 1 and 2 at offsets 0 and 2 over 3, 5, 7: y[0] = 17, wanted 11, so the error is 6."""
    run = record_run(
        Pattern((0, 2)),
        np.array([1.0, 2.0]),
        np.array([3.0, 5.0, 7.0]),
        np.array([11.0, 0.0, 0.0]),
        position=0,
        update=Update(rate=0.5),
    )
    assert run.output[0].tolist() == [17, 5, 7]
    assert run.grad_output.tolist() == [[6, 0, 0]]
    assert run.grad_kernel.tolist() == [[18, 30, 42]]
    assert run.grad_params.tolist() == [[18, 42]]
    assert run.params.tolist() == [[1, 2], [-8, -19]]
    assert run.loss.tolist() == [18, (-8 * 3 - 19 * 7 - 11) ** 2 / 2]


# Whole runs.


def test_sgd_follows_the_closed_form_to_a_target_it_can_reach() -> None:
    """w_n − w* = (I − lr · H)^n (w_0 − w*) with H = XᵀX / L, and 200 steps all but reach w*."""
    pattern = Pattern.partially_dilated()
    signal = standardise(np.random.default_rng(5).normal(size=200))
    start, target = make_weights("random", pattern, seed=5), make_weights("gaussian", pattern)
    run = record_run(
        pattern,
        start,
        signal,
        make_target("gaussian", pattern, signal),
        steps=MAX_TRAINING_STEPS,
        update=Update(rate=0.5),
    )
    assert (run.steps, run.diverged) == (MAX_TRAINING_STEPS, False)
    columns = np.stack([shifted(signal, offset) for offset in pattern.offsets], axis=1)
    shrink = np.eye(pattern.taps) - 0.5 * columns.T @ columns / len(signal)
    expected = [
        target + np.linalg.matrix_power(shrink, n) @ (start - target)
        for n in range(MAX_TRAINING_STEPS + 1)
    ]
    assert run.params == close(expected)
    assert run.params[-1] == pytest.approx(target, abs=1e-6)
    assert run.loss[-1] < 1e-9 * run.loss[0]
    assert (np.diff(run.loss) <= 1e-20).all()


@pytest.mark.parametrize("way", WAYS)
def test_adam_reaches_the_target_in_every_way(way: str) -> None:
    pattern = Pattern.partially_dilated()
    signal = standardise(np.random.default_rng(6).normal(size=200))
    run = record_run(
        pattern,
        make_weights("random", pattern, seed=6),
        signal,
        make_target("gaussian", pattern, signal),
        way=way,
        steps=MAX_TRAINING_STEPS,
        update=Update("adam", 0.03),
    )
    assert not run.diverged
    assert run.loss[-1] < 1e-4 * run.loss[0]


def assert_rows_fit(run: TrainingRun) -> None:
    """N + 1 rows of what a step starts from, N of its gradients, all of it finite."""
    steps, length = run.steps, len(run.signal)
    parameters, size = len(run.layout.elements), run.pattern.kernel_size
    assert steps >= 1
    assert run.params.shape == (steps + 1, parameters)
    assert run.kernel.shape == (steps + 1, size)
    assert run.output.shape == (steps + 1, length)
    assert run.loss.shape == (steps + 1,)
    assert run.grad_output.shape == (steps, length)
    assert run.grad_kernel.shape == (steps, size)
    assert run.grad_params.shape == (steps, parameters)
    assert run.along.shape == (steps, len(FRACTIONS))
    assert len(run.layout.rows) == len(run.layout.unmasked) == parameters
    for name in ARRAYS:
        assert np.isfinite(getattr(run, name)).all(), name


@settings(max_examples=40)
@given(ways, st.integers(1, 12), updates)
def test_a_run_has_as_many_rows_as_steps(case: Case, steps: int, update: Update) -> None:
    run = case.run(steps=steps, update=dataclasses.replace(update, rate=1e-3))
    assert run.steps == steps
    assert not run.diverged
    assert_rows_fit(run)


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_diverges_stops_at_the_first_loss_past_the_limit(way: str) -> None:
    case = Case(Pattern.partially_dilated(), 64, 7, True, way)
    run = case.run(steps=100, update=Update(rate=5.0))
    assert run.diverged
    assert 1 < run.steps < 100
    assert (run.loss[:-1] <= MAX_LOSS).all()
    assert run.loss[-1] > MAX_LOSS
    assert_rows_fit(run)


def test_a_loss_that_doubles_stops_at_the_first_double_past_the_limit() -> None:
    """With y = w, w ← (1 − lr) w = −√2 · w: the loss is 1, 2, 4, … until it passes the limit."""
    run = record_run(
        Pattern((0,)),
        np.array([2**0.5]),
        np.ones(1),
        np.zeros(1),
        steps=100,
        update=Update(rate=1 + 2**0.5),
    )
    doublings = math.ceil(math.log2(MAX_LOSS))
    assert (run.steps, run.diverged) == (doublings, True)
    assert run.loss == pytest.approx([2.0**n for n in range(doublings + 1)])


def test_a_run_that_starts_past_the_limit_still_has_a_step() -> None:
    """And goes on if that step brings the loss back below it."""
    arguments = (Pattern((0,)), np.array([1e9]), np.full(8, 10.0), np.zeros(8))
    run = record_run(*arguments, steps=5, update=Update(rate=0.1))
    assert run.diverged
    assert run.steps == 1
    assert_rows_fit(run)
    run = record_run(*arguments, steps=5, update=Update(rate=0.01))
    assert run.steps == 5
    assert not run.diverged
    assert run.loss[0] > MAX_LOSS > run.loss[1]
    assert_rows_fit(run)


EXTREME = {
    "sgd": Update("sgd", MAX_LEARNING_RATE, MAX_MOMENTUM, MAX_WEIGHT_DECAY),
    "adam": Update("adam", MAX_LEARNING_RATE, 0.0, MAX_WEIGHT_DECAY),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("whole_signal", [False, True])
@pytest.mark.parametrize("spike", [False, True])
@pytest.mark.parametrize(("way", "gaps"), [*((way, "zero") for way in WAYS), ("mask", "pruned")])
def test_the_extremes_of_the_interface_stay_finite(
    way: str, gaps: str, spike: bool, whole_signal: bool, optimizer: str
) -> None:
    """A long kernel, the largest weights and the highest learning rate."""
    pattern = Pattern.dense(LONG)
    samples = np.zeros(MAX_TRACE_LENGTH)
    middle = MAX_TRACE_LENGTH // 2
    samples[middle : middle + 1 if spike else None] = 1.0
    run = record_run(
        pattern,
        np.full(LONG, MAX_WEIGHT),
        standardise(samples),
        np.full(MAX_TRACE_LENGTH, -MAX_WEIGHT),
        position=None if whole_signal else middle,
        way=way,
        gaps=gaps,
        steps=MAX_TRAINING_STEPS,
        update=EXTREME[optimizer],
    )
    assert_rows_fit(run)


@pytest.mark.parametrize("way", WAYS)
def test_the_longest_kernel_is_recorded_for_as_many_steps_as_are_kept(way: str) -> None:
    pattern = Pattern.partially_dilated(64, 64, 65)
    assert pattern.kernel_size == MAX_TRACE_SPAN
    steps = most_steps(MAX_TRACE_SPAN)
    assert (steps + 1) * MAX_TRACE_SPAN <= MAX_TRACE_NUMBERS < (steps + 2) * MAX_TRACE_SPAN
    case = Case(pattern, 40, seed=3, whole_signal=True)
    run = case.run(way=way, steps=steps, update=Update(rate=1e-4))
    assert_rows_fit(run)
    assert run.grad_kernel[0] == pytest.approx(
        [
            sum(
                slope * (case.signal[t + o] if 0 <= t + o < 40 else 0.0)
                for t, slope in enumerate(run.grad_output[0])
            )
            for o in range(-run.pattern.origin, run.pattern.kernel_size - run.pattern.origin)
        ],
        abs=1e-12,
    )
    with pytest.raises(ValueError, match=rf"`steps` \(={steps + 1}\) must be 1 to {steps}\."):
        case.run(way=way, steps=steps + 1)


def test_arrays_are_read_only_and_copies() -> None:
    case = Case(Pattern.partially_dilated(), 20, seed=8, whole_signal=True)
    run = case.run(steps=2)
    for array in (*(getattr(run, name) for name in ARRAYS), run.layout.elements, run.layout.rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    assert {getattr(run, name).dtype for name in ARRAYS} == {np.dtype(np.float64)}
    with pytest.raises(FrozenInstanceError):
        run.diverged = True  # type: ignore[misc]
    before = run.params[0].tolist(), run.signal.tolist(), run.target.tolist()
    for array in (case.compact, case.signal, case.target):
        array[:] = 0
    assert (run.params[0].tolist(), run.signal.tolist(), run.target.tolist()) == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_a_signal_of_another_type_runs_in_float64(dtype: type, way: str) -> None:
    signal, target = np.array([3, 1, 4, 1, 5]), np.array([2, 7, 1, 8, 2])
    compact = np.array([1, 2, 3])
    arguments: dict[str, Any] = {"steps": 3, "way": way}
    run = record_run(
        Pattern.dense(3),
        compact.astype(dtype),
        signal.astype(dtype),
        target.astype(dtype),
        **arguments,
    )
    floats = (array.astype(np.float64) for array in (compact, signal, target))
    expected = record_run(Pattern.dense(3), *floats, **arguments)
    assert run.loss.tolist() == expected.loss.tolist()
    assert run.params.tolist() == expected.params.tolist()


BAD = np.array([0.0, np.nan, 1.0])
TOO_LONG = MAX_TRACE_LENGTH + 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"pattern": Pattern((0, MAX_TRACE_SPAN)), "compact": np.ones(2)},
            rf"`pattern` spans {MAX_TRACE_SPAN + 1} elements; .* at most {MAX_TRACE_SPAN}\.",
        ),
        ({"compact": np.zeros(2)}, r"`compact` has shape \(2,\); the pattern takes \(3,\)"),
        ({"compact": np.zeros(1)}, r"`compact` has shape \(1,\)"),
        ({"compact": np.zeros((1, 3))}, r"`compact` has shape \(1, 3\)"),
        (
            {"signal": np.zeros((1, 3))},
            rf"`signal` has shape \(1, 3\); it takes \(1 … {MAX_TRACE_LENGTH},\)",
        ),
        ({"signal": np.zeros(0), "target": np.zeros(0)}, r"`signal` has shape \(0,\)"),
        (
            {"signal": np.zeros(TOO_LONG), "target": np.zeros(TOO_LONG)},
            rf"`signal` has shape \({TOO_LONG},\)",
        ),
        ({"target": np.zeros(4)}, r"`target` has shape \(4,\) and `signal` \(3,\)"),
        ({"compact": BAD}, "`compact` must be finite"),
        ({"signal": BAD}, "`signal` must be finite"),
        ({"target": np.array([0, np.inf, 0])}, "`target` must be finite"),
        ({"position": -1}, r"`position` \(=-1\) must be 0 to 2"),
        ({"position": 3}, r"`position` \(=3\) must be 0 to 2"),
        ({"way": "Sum"}, r"`way` \(='Sum'\) must be one of \('compact', 'sum', 'mask', 'conv1d'\)"),
        ({"gaps": "none"}, r"`gaps` \(='none'\) must be one of"),
        ({"way": "sum", "pattern": Pattern((0, 1, 3, 5, 6)), "compact": np.ones(5)}, "`pattern`"),
        ({"steps": 0}, rf"`steps` \(=0\) must be 1 to {MAX_TRAINING_STEPS}"),
        ({"steps": MAX_TRAINING_STEPS + 1}, "`steps`"),
        ({"update": Update(rate=0.0)}, r"`update.rate` \(=0.0\) must be above 0"),
        ({"update": Update(rate=-0.1)}, "`update.rate`"),
        ({"update": Update(rate=np.nan)}, "`update.rate`"),
        ({"update": Update(rate=np.inf)}, r"`update.rate` \(=inf\) must be above 0 and finite"),
        ({"update": Update("SGD")}, r"`update.name` \(='SGD'\) must be one of \('sgd', 'adam'\)"),
        ({"update": Update(momentum=1.0)}, r"`update.momentum` \(=1.0\) must be 0 to 0.99"),
        ({"update": Update(momentum=-0.1)}, "`update.momentum`"),
        ({"update": Update(momentum=math.nan)}, "`update.momentum`"),
        ({"update": Update("adam", momentum=0.5)}, "`update.momentum` .* 0 to 0 with 'adam'"),
        ({"update": Update(decay=1.1)}, r"`update.decay` \(=1.1\) must be 0 to 1"),
        ({"update": Update(decay=-1e-9)}, "`update.decay`"),
        ({"update": Update(rate=1e308), "steps": 3}, r"`update` \(=.*1e\+308.* too large"),
        ({"signal": np.full(3, 1e200)}, "`signal` or `target` is too large: the run overflows"),
    ],
)
def test_errors_name_the_argument(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "pattern": Pattern.dense(3),
        "compact": np.ones(3),
        "signal": np.ones(3),
        "target": np.zeros(3),
        "position": 1,
    }
    with pytest.raises(ValueError, match=message):
        record_run(**arguments | changes)
