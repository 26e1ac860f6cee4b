"""The layer run on a signal, against a correlation in NumPy, and its check against `Conv1d`."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.analysis.signal import run as signal_run
from pdviz.analysis.signal.run import SignalRun, device_names, run_signal

DEVICES = [
    "cpu",
    pytest.param(
        "cuda:0",
        marks=pytest.mark.skipif(
            not torch.cuda.is_available(), reason="PyTorch finds no CUDA device here"
        ),
    ),
]
patterns = st.sets(st.integers(-12, 12), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))


def correlation(pattern: Pattern, compact: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Σ w[o] · x[t + o] in float64, zeros beyond the ends, for every channel."""
    output = np.zeros(samples.shape)
    for channel, signal in enumerate(samples.astype(np.float64)):
        for offset, weight in zip(pattern.offsets, compact, strict=True):
            for t in range(len(signal)):
                if 0 <= t + offset < len(signal):
                    output[channel, t] += weight * signal[t + offset]
    return output


def noise(channels: int, length: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(channels, length)).astype(np.float32)


def weights(pattern: Pattern, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, pattern.taps)


@pytest.fixture
def wrong_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fold whose last weight is 1 too large: off from the layer by x[t + last offset]."""
    fold = PartiallyDilatedConv1d.fold

    def wrong(self: PartiallyDilatedConv1d) -> torch.nn.Module:
        folded = fold(self)
        conv = folded if isinstance(folded, torch.nn.Conv1d) else folded[-1]
        with torch.no_grad():
            conv.weight[..., self.pattern.indices[-1]] += 1.0
        return folded

    monkeypatch.setattr(PartiallyDilatedConv1d, "fold", wrong)


def shifted(samples: np.ndarray, offset: int) -> np.ndarray:
    """x[t + offset] for every t, zeros beyond the ends."""
    return correlation(Pattern((offset,)), np.ones(1), samples)


@pytest.mark.parametrize("device", DEVICES)
def test_output_is_the_correlation_on_every_device(device: str) -> None:
    for pattern in (Pattern.partially_dilated(), Pattern.partially_dilated(20, 9, 5, causal=True)):
        samples, compact = noise(3, 300, 1), weights(pattern, 1)
        run = run_signal(pattern, compact, samples, device=device)
        expected = correlation(pattern, compact, samples)
        tolerance = 1e-5 if device == "cpu" else 1e-2  # a GPU may multiply in TF32
        assert run.output == pytest.approx(expected, abs=tolerance * np.abs(expected).max())
        assert run.output.dtype == np.float32
        assert run.fold_difference <= tolerance * run.fold_scale


@settings(deadline=None, max_examples=150)
@given(patterns, st.integers(1, 3), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_output_is_the_correlation_of_each_channel(
    pattern: Pattern, channels: int, length: int, seed: int
) -> None:
    samples, compact = noise(channels, length, seed), weights(pattern, seed)
    run = run_signal(pattern, compact, samples)
    expected = correlation(pattern, compact, samples)
    assert run.output.shape == (channels, length)
    assert run.output == pytest.approx(expected, abs=1e-5)
    assert run.compared == (0, length)
    assert run.fold_difference <= 1e-5
    assert run.fold_scale == np.abs(run.output).max()


def test_the_difference_is_that_of_the_layer_and_a_conv1d_of_the_same_kernel() -> None:
    """Recomputed here with `conv1d` on the kernel written out: equal, and small but not absent."""
    pattern = Pattern.partially_dilated(16, 16, 17)  # wide: the two backends add in another order
    samples, compact = noise(2, 2000, 2), weights(pattern, 2)
    run = run_signal(pattern, compact, samples)
    kernel = np.zeros(pattern.kernel_size, dtype=np.float32)
    kernel[[o + pattern.kernel_size // 2 for o in pattern.offsets]] = compact
    inputs, weight = torch.tensor(samples), torch.tensor(np.stack([kernel, kernel])[:, None])
    folded = torch.nn.functional.conv1d(inputs, weight, padding=len(kernel) // 2, groups=2)
    assert run.compared == (0, 2000)
    assert run.fold_difference == np.abs(run.output - folded.numpy()).max()
    assert run.fold_scale == np.abs(run.output).max()
    assert 0 < run.fold_difference < 1e-5 * run.fold_scale


def assert_disagreement(run: SignalRun, pattern: Pattern, samples: np.ndarray) -> None:
    """That `run` reports the wrong fold's difference, over the outputs it says it compared."""
    first, stop = run.compared
    off = np.abs(shifted(samples, pattern.offsets[-1])[:, first:stop]).max()
    assert run.fold_difference == pytest.approx(off, abs=1e-4)
    assert run.fold_scale == np.abs(run.output[:, first:stop]).max()


@pytest.mark.usefixtures("wrong_fold")
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "pattern",
    [
        Pattern.partially_dilated(),
        Pattern.partially_dilated(4, 2, 5, causal=True),
        Pattern((3, 7)),
        Pattern((-7, -3)),
    ],
    ids=str,
)
def test_a_wrong_fold_is_reported(pattern: Pattern, sign: int) -> None:
    samples = sign * np.abs(noise(2, 60, 3))
    run = run_signal(pattern, weights(pattern, 3), samples)
    assert run.compared == (0, 60)
    assert run.fold_difference > 0.5
    assert_disagreement(run, pattern, samples)


WIDE = [
    Pattern.partially_dilated(8, 4, 9),
    Pattern.partially_dilated(8, 4, 9, causal=True),
    Pattern((0, 5, 40)),
    Pattern((30, 40)),
    Pattern((-40, -30)),
]


@pytest.mark.parametrize("pattern", WIDE, ids=str)
@pytest.mark.parametrize("around", [-5, 0, 3, 39, 40, 100, 160, 161, 195, 199, 500])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_section_compares_the_outputs_around_the_sample(
    pattern: Pattern, around: int, channels: int, monkeypatch: pytest.MonkeyPatch, wrong_fold: None
) -> None:
    """With a budget for 25 outputs of 200: as many as fit, about `around`, inside the signal.

    The wrong fold differs by the sample under its last tap, so that the difference tells which
    outputs were compared with which.
    """
    budget = 25 * channels * pattern.kernel_size + channels * pattern.kernel_size - 1
    monkeypatch.setattr(signal_run, "MAX_FOLD_WORK", budget)
    samples, compact = noise(channels, 200, 4), weights(pattern, 4)
    run = run_signal(pattern, compact, samples, around=around)
    first, stop = run.compared
    assert stop - first == 25
    assert first >= 0
    assert stop <= 200
    if 0 <= around < 200:
        assert first <= around < stop
        if 20 <= around < 180:
            assert abs((first + stop - 1) / 2 - around) <= 1
    else:
        assert first == 0 if around < 0 else stop == 200
    assert run.output == pytest.approx(correlation(pattern, compact, samples), abs=1e-5)
    assert_disagreement(run, pattern, samples)


@pytest.mark.parametrize("pattern", WIDE, ids=str)
@pytest.mark.parametrize("around", [0, 20, 100, 180, 199])
@pytest.mark.parametrize("count", [1, 2, 25, 199])
def test_a_section_agrees_with_the_layer(
    pattern: Pattern, around: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal_run, "MAX_FOLD_WORK", count * 2 * pattern.kernel_size)
    samples, compact = noise(2, 200, 5), weights(pattern, 5)
    run = run_signal(pattern, compact, samples, around=around)
    first, stop = run.compared
    assert stop - first == count
    assert run.fold_difference <= 1e-5
    expected = np.abs(correlation(pattern, compact, samples)[:, first:stop]).max()
    assert run.fold_scale == pytest.approx(expected, abs=1e-5)


def test_one_output_is_compared_however_small_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal_run, "MAX_FOLD_WORK", 1)
    run = run_signal(Pattern.partially_dilated(), np.ones(13), noise(2, 50, 6), around=30)
    assert run.compared == (30, 31)
    assert run.fold_difference <= 1e-5


def test_output_is_read_only_and_the_samples_are_left_alone() -> None:
    samples = noise(1, 20, 8)
    before = samples.copy()
    samples.flags.writeable = False  # as those of a Signal are
    run = run_signal(Pattern.dense(3), np.ones(3), samples)
    assert samples.tolist() == before.tolist()
    with pytest.raises(ValueError, match="read-only"):
        run.output[0, 0] = 7


def test_the_cpu_is_always_a_device() -> None:
    names = device_names()
    assert next(iter(names.items())) == ("cpu", "CPU")
    assert len(names) == 1 + torch.cuda.device_count()


def test_every_gpu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: f"GPU {number}")
    assert device_names() == {"cpu": "CPU", "cuda:0": "GPU 0", "cuda:1": "GPU 1"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"compact": np.ones(1)}, r"`compact` has shape \(1,\); the pattern takes \(3,\)"),
        ({"compact": np.ones(4)}, r"`compact` has shape \(4,\)"),
        ({"compact": np.ones((1, 3))}, r"`compact` has shape \(1, 3\)"),
        ({"samples": np.ones(9)}, r"`samples` has shape \(9,\); it takes \(C, L\)"),
        ({"samples": np.ones((2, 0))}, r"`samples` has shape \(2, 0\)"),
        ({"samples": np.ones((0, 2))}, r"`samples` has shape \(0, 2\)"),
    ],
)
def test_errors_name_the_argument(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "pattern": Pattern.dense(3),
        "compact": np.ones(3),
        "samples": np.ones((1, 9)),
    }
    with pytest.raises(ValueError, match=message):
        run_signal(**arguments | changes)
