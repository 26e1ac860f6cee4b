"""Values for the compact parameters, each kind against another way to get it."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import signal as scipy_signal

from pdviz import Pattern
from pdviz.analysis.stack import WEIGHTS, make_weights
from pdviz.limits import MAX_SEED, MAX_WEIGHT

patterns = st.sets(st.integers(-40, 40), min_size=1, max_size=30).map(lambda s: Pattern(tuple(s)))
finite = st.floats(-MAX_WEIGHT, MAX_WEIGHT)


@pytest.mark.parametrize("kind", WEIGHTS)
def test_every_kind_gives_read_only_float64_for_each_tap(kind: str) -> None:
    pattern = Pattern.partially_dilated()
    weights = make_weights(kind, pattern, typed=range(13))
    assert weights.shape == (13,)
    assert weights.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        weights[0] = 7


@settings(deadline=None, max_examples=200)
@given(patterns, st.integers(0, MAX_SEED))
def test_random_weights_start_as_the_layer_does(pattern: Pattern, seed: int) -> None:
    weights = make_weights("random", pattern, seed)
    assert (np.abs(weights) <= 1 / math.sqrt(pattern.taps)).all()
    assert weights.tolist() == make_weights("random", pattern, seed).tolist()
    other = make_weights("random", pattern, (seed + 1) % MAX_SEED)
    assert weights.tolist() != other.tolist()


def test_random_weights_fill_their_range_evenly() -> None:
    """The moments of U(−b, b) with b = 1/√T: mean 0, variance b²/3, reaching both ends."""
    pattern = Pattern.dilated(401, 3)
    drawn = np.concatenate([make_weights("random", pattern, seed) for seed in range(100)])
    drawn *= math.sqrt(401)
    assert drawn.mean() == pytest.approx(0, abs=0.02)
    assert drawn.var() == pytest.approx(1 / 3, rel=0.02)
    assert drawn.min() < -0.999
    assert drawn.max() > 0.999


@settings(deadline=None, max_examples=100)
@given(patterns, st.integers(0, MAX_SEED))
def test_average_gives_the_mean_of_the_samples_under_the_taps(pattern: Pattern, seed: int) -> None:
    samples = np.random.default_rng(seed).normal(size=pattern.taps)
    weights = make_weights("average", pattern)
    assert weights @ samples == pytest.approx(np.mean(samples), abs=1e-12)
    assert set(weights.tolist()) == {1 / pattern.taps}


@settings(deadline=None, max_examples=200)
@given(patterns)
def test_gaussian_is_the_window_about_the_origin_at_the_taps(pattern: Pattern) -> None:
    """scipy's window of σ = K / 6 about the origin, read at the taps, scaled to sum to 1."""
    reach = pattern.kernel_size
    window = scipy_signal.windows.gaussian(2 * reach + 1, pattern.kernel_size / 6)
    expected = window[[o + reach for o in pattern.offsets]]
    weights = make_weights("gaussian", pattern)
    assert weights == pytest.approx(expected / expected.sum(), rel=1e-9, abs=1e-15)
    assert weights.sum() == pytest.approx(1)


def test_gaussian_by_hand() -> None:
    """K = 3, σ = 1/2: exp(−2) on either side of 1."""
    side = math.exp(-2)
    expected = np.array([side, 1, side]) / (1 + 2 * side)
    assert make_weights("gaussian", Pattern.dense(3)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("far", [300, 10**5, 2**20 - 1])
def test_gaussian_survives_taps_far_from_the_origin(far: int) -> None:
    """The ratio of two weights is that of the window, however small both of them are."""
    weights = make_weights("gaussian", Pattern((far - 1, far)))
    sigma = (far + 1) / 6
    assert weights.sum() == pytest.approx(1)
    assert weights[0] / weights[1] == pytest.approx(math.exp((2 * far - 1) / (2 * sigma**2)))


@settings(deadline=None, max_examples=200)
@given(patterns, st.integers(0, MAX_SEED))
def test_difference_is_the_slope_of_the_fitted_line(pattern: Pattern, seed: int) -> None:
    assume(pattern.taps >= 2)
    samples = np.random.default_rng(seed).normal(size=pattern.taps)
    slope, _ = np.polyfit(pattern.offsets, samples, 1)
    assert make_weights("difference", pattern) @ samples == pytest.approx(slope, abs=1e-10)


def test_difference_on_dense_taps_is_savitzky_and_golay() -> None:
    expected = scipy_signal.savgol_coeffs(7, 1, deriv=1, use="dot")
    assert make_weights("difference", Pattern.dense(7)) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None, max_examples=100)
@given(st.lists(finite, min_size=1, max_size=20))
def test_typed_weights_are_taken_as_they_are(typed: list[float]) -> None:
    pattern = Pattern.dense(len(typed))
    for given_as in (typed, tuple(typed), np.array(typed)):
        assert make_weights("typed", pattern, typed=given_as).tolist() == typed


def test_typed_weights_are_a_copy() -> None:
    typed = np.array([1.0, 2.0, 3.0])
    weights = make_weights("typed", Pattern.dense(3), typed=typed)
    typed[0] = 9
    assert weights.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "box"}, r"`kind` \(='box'\) must be one of \('random', .*'typed'\)"),
        ({"kind": "typed"}, r"`typed` has 0 numbers; the pattern takes 3"),
        ({"kind": "typed", "typed": [1, 2]}, r"`typed` has 2 numbers; the pattern takes 3"),
        ({"kind": "typed", "typed": [1, 2, 3, 4]}, r"`typed` has 4 numbers"),
        ({"kind": "typed", "typed": [1, 2, 1001]}, "`typed` must hold numbers from −1000 to 1000"),
        ({"kind": "typed", "typed": [1, -1001, 2]}, "`typed` must hold"),
        ({"kind": "typed", "typed": [1, math.nan, 2]}, "`typed` must hold"),
        ({"kind": "typed", "typed": [1, math.inf, 2]}, "`typed` must hold"),
        ({"kind": "difference", "pattern": Pattern((2,))}, "`kind` .='difference'. .* two taps"),
    ],
)
def test_errors_name_the_argument(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_weights(**{"pattern": Pattern.dense(3), **arguments})
