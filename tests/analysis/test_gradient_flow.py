"""The recorded gradient flow against finite differences, and against the formulas in NumPy.

The loss is quadratic in the kernel, so that a central difference of any width is its exact
derivative but for rounding.
"""

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.gradient_flow import OPTIMIZERS, TrainingRun, record_run
from pdviz.analysis.targets import make_target, standardise
from pdviz.analysis.weights import make_weights
from pdviz.limits import (
    MAX_LEARNING_RATE,
    MAX_LOSS,
    MAX_TRACE_LENGTH,
    MAX_TRACE_SPAN,
    MAX_TRAINING_STEPS,
    MAX_WEIGHT,
)

patterns = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda s: Pattern(tuple(s)))
seeds = st.integers(0, 2**32 - 1)
ARRAYS = ("signal", "target", "compact", "output", "loss", "grad_output", "grad_kernel")


def elements(pattern: Pattern) -> list[int]:
    """The offset of each of the K elements of the kernel."""
    return list(range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1))


def kernel_of(pattern: Pattern, compact: np.ndarray) -> np.ndarray:
    weights = dict(zip(pattern.offsets, compact, strict=True))
    return np.array([weights.get(offset, 0.0) for offset in elements(pattern)])


def shifted(signal: np.ndarray, offset: int) -> np.ndarray:
    """x[t + offset] for every t, zeros beyond the ends."""
    length = len(signal)
    return np.array([signal[t + offset] if 0 <= t + offset < length else 0 for t in range(length)])


class Case:
    """A random pattern, its weights, a signal, a target and a position."""

    def __init__(self, pattern: Pattern, length: int, seed: int, whole_signal: bool) -> None:
        rng = np.random.default_rng(seed)
        self.pattern = pattern
        self.compact = rng.normal(size=pattern.taps)
        self.signal, self.target = rng.normal(size=length), rng.normal(size=length)
        self.position = int(rng.integers(length))
        self.whole_signal = whole_signal
        self.in_loss = np.arange(length) if whole_signal else np.array([self.position])

    def __repr__(self) -> str:
        return (
            f"{self.pattern!r}, {self.compact=}, {self.signal=}, {self.target=}, "
            f"{self.position=}, {self.whole_signal=}"
        )

    def run(self, **options: Any) -> TrainingRun:
        arguments = {"position": self.position, "whole_signal": self.whole_signal, **options}
        return record_run(self.pattern, self.compact, self.signal, self.target, **arguments)

    def output(self, kernel: np.ndarray) -> np.ndarray:
        columns = [shifted(self.signal, offset) for offset in elements(self.pattern)]
        return np.stack(columns, axis=1) @ kernel

    def loss_of_kernel(self, kernel: np.ndarray) -> float:
        return self.loss_of_output(self.output(kernel))

    def loss_of_compact(self, compact: np.ndarray) -> float:
        return self.loss_of_kernel(kernel_of(self.pattern, compact))

    def loss_of_output(self, output: np.ndarray) -> float:
        error = (output - self.target)[self.in_loss]
        return float(error @ error) / (2 * len(error))

    def gradients(self, compact: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """∂L/∂y, ∂L/∂(assembled kernel) and ∂L/∂(compact parameters), by the chain rule."""
        error = self.output(kernel_of(self.pattern, compact)) - self.target
        grad_output = np.zeros(len(self.signal))
        grad_output[self.in_loss] = error[self.in_loss] / len(self.in_loss)
        grad_kernel = [grad_output @ shifted(self.signal, o) for o in elements(self.pattern)]
        grad_compact = [grad_output @ shifted(self.signal, o) for o in self.pattern.offsets]
        return grad_output, np.array(grad_kernel), np.array(grad_compact)


cases = st.builds(Case, patterns, st.integers(1, 25), seeds, st.booleans())


def finite_differences(loss: Callable[[np.ndarray], float], at: np.ndarray) -> list[float]:
    width = 0.25
    steps = width * np.eye(len(at))
    return [(loss(at + step) - loss(at - step)) / (2 * width) for step in steps]


def close(values: Any) -> Any:
    return pytest.approx(np.asarray(values), rel=1e-9, abs=1e-10)


@settings(deadline=None, max_examples=300)
@given(cases)
def test_every_number_of_a_step_is_what_the_formulas_give(case: Case) -> None:
    step = case.run(learning_rate=0.3).step(0)
    kernel = kernel_of(case.pattern, case.compact)
    grad_output, grad_kernel, grad_compact = case.gradients(case.compact)
    assert step.pattern == case.pattern
    assert step.compact.tolist() == case.compact.tolist()
    assert step.output == close(case.output(kernel))
    assert step.target.tolist() == case.target.tolist()
    assert step.in_loss == len(case.in_loss)
    assert step.loss == pytest.approx(case.loss_of_compact(case.compact), rel=1e-12)
    assert step.grad_output == close(grad_output)
    assert step.grad_kernel == close(grad_kernel)
    assert step.grad_compact == close(grad_compact)
    assert step.compact_after == close(case.compact - 0.3 * grad_compact)
    assert step.loss_after == pytest.approx(case.loss_of_compact(step.compact_after), rel=1e-9)


@settings(deadline=None, max_examples=200)
@given(cases)
def test_gradients_are_finite_differences_of_the_loss(case: Case) -> None:
    """Of each output, of each element of the kernel with its gaps, and of each parameter."""
    step = case.run().step(0)
    kernel = kernel_of(case.pattern, case.compact)
    assert step.grad_output == close(finite_differences(case.loss_of_output, step.output))
    assert step.grad_kernel == close(finite_differences(case.loss_of_kernel, kernel))
    assert step.grad_compact == close(finite_differences(case.loss_of_compact, case.compact))


@settings(deadline=None, max_examples=100)
@given(cases)
def test_gap_gradients_are_dropped_by_the_gather(case: Case) -> None:
    step = case.run().step(0)
    by_offset = dict(zip(elements(case.pattern), step.grad_kernel, strict=True))
    assert step.grad_compact.tolist() == [by_offset[o] for o in case.pattern.offsets]


def test_gap_gradients_are_not_zero() -> None:
    case = Case(Pattern.partially_dilated(), 64, seed=1, whole_signal=True)
    step = case.run().step(0)
    gaps = [i for i, tap in enumerate(case.pattern.mask) if not tap]
    assert len(gaps) == 8
    assert (np.abs(step.grad_kernel[gaps]) > 1e-3).all()
    assert not kernel_of(case.pattern, step.compact_after)[gaps].any()


def test_one_position_looks_at_its_window_alone() -> None:
    """∂L/∂y is the error there and zero elsewhere; each tap's gradient is that times its sample."""
    case = Case(Pattern.partially_dilated(), 64, seed=2, whole_signal=False)
    step = case.run().step(0)
    error = step.output[case.position] - case.target[case.position]
    assert step.in_loss == 1
    assert step.loss == pytest.approx(error**2 / 2)
    assert np.flatnonzero(step.grad_output).tolist() == [case.position]
    assert step.grad_output[case.position] == pytest.approx(error)
    assert step.grad_kernel == close(error * step.window.samples)


def test_the_whole_signal_gives_the_mean_of_the_positions() -> None:
    case = Case(Pattern.partially_dilated(2, 2, 3), 30, seed=3, whole_signal=True)
    whole = case.run().step(0)
    each = [case.run(position=t, whole_signal=False).step(0) for t in range(30)]
    assert whole.in_loss == 30
    assert whole.loss == pytest.approx(np.mean([step.loss for step in each]))
    assert whole.grad_compact == close(np.mean([step.grad_compact for step in each], axis=0))


@settings(deadline=None, max_examples=50)
@given(cases)
def test_the_window_of_a_step_is_that_of_its_parameters_and_position(case: Case) -> None:
    run = case.run(steps=3, learning_rate=0.01)
    for number in range(3):
        step = run.step(number)
        assert step.window.position == case.position
        assert step.window.kernel.tolist() == kernel_of(case.pattern, step.compact).tolist()
        assert step.window.output == close(step.output[case.position])


def test_a_step_worked_by_hand() -> None:
    """Taps 1 and 2 at offsets 0 and 2 over 3, 5, 7: y[0] = 17, wanted 11, so the error is 6."""
    run = record_run(
        Pattern((0, 2)),
        np.array([1.0, 2.0]),
        np.array([3.0, 5.0, 7.0]),
        np.array([11.0, 0.0, 0.0]),
        position=0,
        learning_rate=0.5,
    )
    step = run.step(0)
    assert step.output.tolist() == [17, 5, 7]
    assert step.loss == 18
    assert step.grad_output.tolist() == [6, 0, 0]
    assert step.grad_kernel.tolist() == [18, 30, 42]
    assert step.grad_compact.tolist() == [18, 42]
    assert step.compact_after.tolist() == [-8, -19]
    assert step.loss_after == (-8 * 3 - 19 * 7 - 11) ** 2 / 2


@settings(deadline=None, max_examples=60)
@given(cases)
def test_sgd_subtracts_the_gradient_times_the_learning_rate(case: Case) -> None:
    run = case.run(steps=8, learning_rate=0.02)
    compact = case.compact.copy()
    for number in range(run.steps):
        step = run.step(number)
        assert step.compact == close(compact)
        compact = compact - 0.02 * case.gradients(compact)[2]
        assert step.compact_after == close(compact)
        assert step.loss_after == pytest.approx(case.loss_of_compact(compact), rel=1e-9, abs=1e-15)


@settings(deadline=None, max_examples=60)
@given(cases, st.floats(1e-3, 1.0))
def test_adam_is_that_of_kingma_and_ba(case: Case, learning_rate: float) -> None:
    """Kingma and Ba 2015, algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8."""
    run = case.run(steps=8, learning_rate=learning_rate, optimizer="adam")
    assert run.steps == 8
    compact = case.compact.copy()
    mean, square = np.zeros_like(compact), np.zeros_like(compact)
    for number in range(8):
        step = run.step(number)
        grad = case.gradients(step.compact)[2]
        # ε makes Adam forget the scale of a gradient, rounding noise of one that is 0 included:
        assert step.grad_compact == close(grad)
        grad = step.grad_compact
        mean = 0.9 * mean + 0.1 * grad
        square = 0.999 * square + 0.001 * grad**2
        corrected = mean / (1 - 0.9 ** (number + 1))
        scale = np.sqrt(square / (1 - 0.999 ** (number + 1))) + 1e-8
        compact = compact - learning_rate * corrected / scale
        assert step.compact_after == close(compact)


def test_a_step_begins_where_the_one_before_ended() -> None:
    case = Case(Pattern.partially_dilated(), 50, seed=4, whole_signal=True)
    for optimizer in OPTIMIZERS:
        run = case.run(steps=20, optimizer=optimizer)
        for before, after in zip(range(19), range(1, 20), strict=True):
            assert run.step(before).loss_after == run.step(after).loss
            assert run.step(before).compact_after.tolist() == run.step(after).compact.tolist()


def test_sgd_follows_the_closed_form_to_a_target_it_can_reach() -> None:
    """w_n − w* = (I − lr · H)^n (w_0 − w*) with H = XᵀX / L, and 200 steps all but reach w*."""
    pattern = Pattern.partially_dilated()
    signal = standardise(np.random.default_rng(5).normal(size=200))
    start, wanted = make_weights("random", pattern, seed=5), make_weights("gaussian", pattern)
    run = record_run(
        pattern,
        start,
        signal,
        make_target("gaussian", pattern, signal),
        position=0,
        whole_signal=True,
        steps=MAX_TRAINING_STEPS,
        learning_rate=0.5,
    )
    assert (run.steps, run.diverged) == (MAX_TRAINING_STEPS, False)
    columns = np.stack([shifted(signal, offset) for offset in pattern.offsets], axis=1)
    shrink = np.eye(pattern.taps) - 0.5 * columns.T @ columns / len(signal)
    expected = [
        wanted + np.linalg.matrix_power(shrink, n) @ (start - wanted)
        for n in range(MAX_TRAINING_STEPS + 1)
    ]
    assert run.compact == close(expected)
    assert run.compact[-1] == pytest.approx(wanted, abs=1e-6)
    assert run.loss[-1] < 1e-9 * run.loss[0]
    assert (np.diff(run.loss) <= 1e-20).all()


def test_adam_reaches_the_target_too() -> None:
    pattern = Pattern.partially_dilated()
    signal = standardise(np.random.default_rng(6).normal(size=200))
    run = record_run(
        pattern,
        make_weights("random", pattern, seed=6),
        signal,
        make_target("gaussian", pattern, signal),
        position=0,
        whole_signal=True,
        steps=MAX_TRAINING_STEPS,
        learning_rate=0.03,
        optimizer="adam",
    )
    assert not run.diverged
    assert run.loss[-1] < 1e-4 * run.loss[0]


def assert_rows_fit(run: TrainingRun) -> None:
    """N + 1 rows of what a step starts from, N of its gradients, all of it finite."""
    steps, length = run.steps, len(run.signal)
    assert steps >= 1
    assert run.compact.shape == (steps + 1, run.pattern.taps)
    assert run.output.shape == (steps + 1, length)
    assert run.loss.shape == (steps + 1,)
    assert run.grad_output.shape == (steps, length)
    assert run.grad_kernel.shape == (steps, run.pattern.kernel_size)
    assert run.grad_compact.shape == (steps, run.pattern.taps)
    for name in ARRAYS:
        assert np.isfinite(getattr(run, name)).all(), name
    for number in range(steps):
        step = run.step(number)
        assert np.isfinite([step.loss, step.loss_after, step.window.output]).all()
        assert np.isfinite(step.compact_after).all()


@settings(deadline=None, max_examples=40)
@given(cases, st.integers(1, 12), st.sampled_from(list(OPTIMIZERS)))
def test_a_run_has_as_many_rows_as_steps(case: Case, steps: int, optimizer: str) -> None:
    run = case.run(steps=steps, learning_rate=1e-3, optimizer=optimizer)
    assert run.steps == steps
    assert not run.diverged
    assert_rows_fit(run)


def test_a_run_that_diverges_stops_at_the_first_loss_past_the_limit() -> None:
    case = Case(Pattern.partially_dilated(), 64, seed=7, whole_signal=True)
    run = case.run(steps=100, learning_rate=5.0)
    assert run.diverged
    assert 1 < run.steps < 100
    assert (run.loss[:-1] <= MAX_LOSS).all()
    assert run.loss[-1] > MAX_LOSS
    assert_rows_fit(run)
    with pytest.raises(ValueError, match="`number`"):
        run.step(run.steps)


def test_a_loss_that_doubles_stops_at_the_first_double_past_the_limit() -> None:
    """With y = w, w ← (1 − lr) w = −√2 · w: the loss is 1, 2, 4, … until it passes the limit."""
    run = record_run(
        Pattern((0,)),
        np.array([2**0.5]),
        np.ones(1),
        np.zeros(1),
        position=0,
        steps=100,
        learning_rate=1 + 2**0.5,
    )
    doublings = math.ceil(math.log2(MAX_LOSS))
    assert (run.steps, run.diverged) == (doublings, True)
    assert run.loss == pytest.approx([2.0**n for n in range(doublings + 1)])


def test_a_run_that_starts_past_the_limit_still_has_a_step() -> None:
    """And goes on if that step brings the loss back below it."""
    signal = np.full(8, 10.0)
    arguments: dict[str, Any] = {"position": 0, "whole_signal": True, "steps": 5}
    run = record_run(
        Pattern((0,)), np.array([1e9]), signal, np.zeros(8), learning_rate=0.1, **arguments
    )
    assert run.diverged
    assert run.steps == 1
    assert_rows_fit(run)
    run = record_run(
        Pattern((0,)), np.array([1e9]), signal, np.zeros(8), learning_rate=0.01, **arguments
    )
    assert run.steps == 5
    assert not run.diverged
    assert run.loss[0] > MAX_LOSS > run.loss[1]
    assert_rows_fit(run)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("whole_signal", [False, True])
@pytest.mark.parametrize("spike", [False, True])
def test_the_extremes_of_the_interface_stay_finite(
    optimizer: str, whole_signal: bool, spike: bool
) -> None:
    """The longest kernel, the largest weights and the highest learning rate."""
    pattern = Pattern.dense(MAX_TRACE_SPAN)
    samples = np.zeros(MAX_TRACE_LENGTH)
    middle = MAX_TRACE_LENGTH // 2
    samples[middle : middle + 1 if spike else None] = 1.0
    run = record_run(
        pattern,
        np.full(MAX_TRACE_SPAN, MAX_WEIGHT),
        standardise(samples),
        np.full(MAX_TRACE_LENGTH, -MAX_WEIGHT),
        position=middle,
        whole_signal=whole_signal,
        steps=MAX_TRAINING_STEPS,
        learning_rate=MAX_LEARNING_RATE,
        optimizer=optimizer,
    )
    assert_rows_fit(run)


def test_arrays_are_read_only_and_copies() -> None:
    case = Case(Pattern.partially_dilated(), 20, seed=8, whole_signal=True)
    run = case.run(steps=2)
    for name in (*ARRAYS, "grad_compact"):
        array = getattr(run, name)
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    for name in ("compact", "output", "target", "grad_output", "grad_kernel", "compact_after"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(run.step(1), name)[0] = 7
    with pytest.raises(FrozenInstanceError):
        run.diverged = True  # type: ignore[misc]
    before = run.compact[0].tolist(), run.signal.tolist(), run.target.tolist()
    for array in (case.compact, case.signal, case.target):
        array[:] = 0
    assert (run.compact[0].tolist(), run.signal.tolist(), run.target.tolist()) == before


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_a_signal_of_another_type_runs_in_float64(dtype: type) -> None:
    signal, target = np.array([3, 1, 4, 1, 5]), np.array([2, 7, 1, 8, 2])
    arguments: dict[str, Any] = {"position": 2, "whole_signal": True, "steps": 3}
    compact = np.array([1, 2, 3])
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
    assert run.compact.tolist() == expected.compact.tolist()


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
        ({"steps": 0}, rf"`steps` \(=0\) must be 1 to {MAX_TRAINING_STEPS}"),
        ({"steps": MAX_TRAINING_STEPS + 1}, "`steps`"),
        ({"learning_rate": 0.0}, r"`learning_rate` \(=0.0\) must be above 0"),
        ({"learning_rate": -0.1}, "`learning_rate`"),
        ({"learning_rate": np.nan}, "`learning_rate`"),
        ({"learning_rate": np.inf}, r"`learning_rate` \(=inf\) must be above 0 and finite"),
        ({"optimizer": "SGD"}, r"`optimizer` \(='SGD'\) must be one of \('sgd', 'adam'\)"),
        ({"learning_rate": 1e308, "steps": 3}, r"`learning_rate` \(=1e\+308\).* too large"),
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


@pytest.mark.parametrize("number", [-1, 2, 100])
def test_a_step_that_was_not_taken_is_refused_by_name(number: int) -> None:
    run = Case(Pattern.dense(3), 10, seed=9, whole_signal=True).run(steps=2)
    with pytest.raises(ValueError, match=rf"`number` \(={number}\) must be 0 to 1"):
        run.step(number)
