"""What a kernel is trained towards, against scipy's filters and against loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from pdviz import Pattern
from pdviz.analysis.stack import make_weights
from pdviz.analysis.training import TARGETS, make_target, standardise

patterns = st.sets(st.integers(-12, 12), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))
lengths, seeds = st.integers(1, 60), st.integers(0, 2**32 - 1)
values = st.lists(st.integers(-1000, 1000).map(lambda n: n / 7), min_size=1, max_size=40)


def noise(length: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=length)


def filtered(pattern: Pattern, weights: np.ndarray, signal: np.ndarray) -> np.ndarray:
    """scipy's correlation with zeros beyond the ends, of a kernel centred on the origin."""
    reach = max(map(abs, pattern.offsets))
    kernel = np.zeros(2 * reach + 1)
    for offset, weight in zip(pattern.offsets, weights, strict=True):
        kernel[offset + reach] = weight
    return ndimage.correlate1d(signal, kernel, mode="constant", cval=0.0)


@settings(deadline=None, max_examples=200)
@given(patterns, lengths, seeds)
def test_gaussian_target_is_what_gaussian_weights_give(
    pattern: Pattern, length: int, seed: int
) -> None:
    signal = noise(length, seed)
    expected = filtered(pattern, make_weights("gaussian", pattern), signal)
    assert make_target("gaussian", pattern, signal) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None, max_examples=200)
@given(patterns, lengths, seeds)
def test_smooth_target_is_the_mean_over_the_span_gaps_included(
    pattern: Pattern, length: int, seed: int
) -> None:
    signal = noise(length, seed)
    first, last = min(*pattern.offsets, 0), max(*pattern.offsets, 0)
    at = dict(enumerate(signal))
    expected = [
        sum(at.get(t + o, 0.0) for o in range(first, last + 1)) / (last - first + 1)
        for t in range(length)
    ]
    assert make_target("smooth", pattern, signal) == pytest.approx(expected, abs=1e-12)


def test_a_mean_over_the_whole_of_a_standardised_signal_is_0_not_what_rounding_leaves() -> None:
    signal = standardise(noise(256, 3))
    target = make_target("smooth", Pattern.partially_dilated(64, 64, 65), signal)
    assert not target.any()
    tiny = make_target("smooth", Pattern.dense(3), 1e-30 * signal)
    assert tiny.all()  # small is not rounding


def test_next_target_is_the_sample_after() -> None:
    signal = np.array([3.0, 1.0, 4.0])
    for pattern in (Pattern.dense(3), Pattern((-2,))):
        assert make_target("next", pattern, signal).tolist() == [1, 4, 0]


def test_next_of_a_single_sample_is_the_zero_beyond_it() -> None:
    assert make_target("next", Pattern.dense(3), np.array([5.0])).tolist() == [0]


def test_targets_worked_by_hand() -> None:
    """Taps at 0 and 2: the span is three samples, and it looks ahead."""
    pattern, signal = Pattern((0, 2)), np.array([3.0, 6.0, 9.0, 12.0])
    assert make_target("smooth", pattern, signal) == pytest.approx([6, 9, 7, 4])
    near, far = make_weights("gaussian", pattern)
    expected = [3 * near + 9 * far, 6 * near + 12 * far, 9 * near, 12 * near]
    assert make_target("gaussian", pattern, signal) == pytest.approx(expected)


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_targets_are_read_only_float64_and_leave_the_signal_alone(kind: str, dtype: type) -> None:
    signal = np.arange(9, dtype=dtype)
    target = make_target(kind, Pattern.partially_dilated(), signal)
    assert target.shape == (9,)
    assert target.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        target[0] = 7
    assert signal.tolist() == list(range(9))
    signal[:] = 0
    assert target.any()


def test_an_unknown_target_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"`kind` \(='last'\) must be one of .*'next'"):
        make_target("last", Pattern.dense(3), np.zeros(4))


@settings(deadline=None, max_examples=200)
@given(values)
def test_standardised_samples_have_mean_0_and_deviation_1(samples: list[float]) -> None:
    scaled = standardise(np.array(samples))
    if len(set(samples)) == 1:
        assert scaled.tolist() == [0.0] * len(samples)
        return
    assert np.sum(scaled) == pytest.approx(0, abs=1e-9 * len(samples))
    assert np.sum(scaled**2) / len(samples) == pytest.approx(1)
    deviation = np.sqrt(sum((x - np.mean(samples)) ** 2 for x in samples) / len(samples))
    low, high = np.argmin(samples), np.argmax(samples)
    spread = (samples[high] - samples[low]) / deviation
    assert scaled[high] - scaled[low] == pytest.approx(spread)


@settings(deadline=None, max_examples=200)
@given(st.floats(-1e6, 1e6), st.integers(1, 50))
def test_constant_samples_become_zeros(value: float, length: int) -> None:
    """Whether or not their mean is off by rounding, as that of three times 0.1 is."""
    assert standardise(np.full(length, value)).tolist() == [0.0] * length


def test_three_times_a_tenth_is_constant() -> None:
    assert standardise(np.full(3, 0.1)).tolist() == [0, 0, 0]


def test_standardised_samples_are_a_read_only_copy() -> None:
    for samples in (np.array([1.0, 2.0, 4.0]), np.ones(3)):
        scaled = standardise(samples)
        assert scaled.dtype == np.float64
        assert not np.shares_memory(samples, scaled)
        with pytest.raises(ValueError, match="read-only"):
            scaled[0] = 7
