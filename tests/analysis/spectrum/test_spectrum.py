"""The frequency response, held against SciPy's on the kernel that a stack composes to.

SciPy's filters are convolutions: a kernel w over offsets first…last is the filter w reversed, which
has its output `last` samples late.
"""

import warnings
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from math import inf, log10, nan, pi, prod
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from pdviz import Pattern
from pdviz.analysis.spectrum import FLOOR, images, in_unit, noise_gain, spectrum
from pdviz.analysis.spectrum.direct_sum import direct_sum
from pdviz.analysis.spectrum.response import filters_of
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_EXTENT, MAX_LAYERS
from tests.oracles.spectrum import Case, cases

DEFAULT = Pattern.partially_dilated()


def scipy_response(case: Case, frequencies: np.ndarray) -> np.ndarray:
    kernel, first = case.composed()
    _, response = signal.freqz(kernel[::-1], worN=2 * pi * frequencies)
    return response * np.exp(2j * pi * frequencies * (first + len(kernel) - 1))


def scipy_delay(case: Case, frequencies: np.ndarray) -> np.ndarray:
    kernel, first = case.composed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of frequencies that do not pass
        _, delay = signal.group_delay((kernel[::-1], 1), w=2 * pi * frequencies)
    return delay - (first + len(kernel) - 1)


@settings(max_examples=400)
@given(cases(), st.sampled_from([2, 3, 10, 129, 1025]))
def test_the_response_of_a_layer_is_scipys(case: Case, points: int) -> None:
    result = spectrum(case.layers, case.weights, points=points)
    assert len(result.frequencies) == points
    assert result.frequencies == pytest.approx(np.linspace(0, 0.5, points), abs=1e-15)
    expected = scipy_response(case, result.frequencies)
    assert np.abs(result.response - expected).max() <= 1e-12 * case.size
    assert result.magnitude == pytest.approx(np.abs(expected), abs=1e-12 * case.size)


@settings(max_examples=400)
@given(cases(most=4))
def test_the_response_of_a_stack_is_that_of_its_one_kernel(case: Case) -> None:
    result = spectrum(case.layers, case.weights, points=257)
    expected = scipy_response(case, result.frequencies)
    assert np.abs(result.response - expected).max() <= 1e-12 * case.size


@settings(max_examples=100)
@given(cases(most=3, ones=True))
def test_without_weights_every_tap_is_one(case: Case) -> None:
    mask, given_ones = spectrum(case.layers), spectrum(case.layers, case.weights)
    assert np.abs(mask.response - given_ones.response).max() <= 1e-12 * case.size
    assert np.isnan(mask.phase).tolist() == np.isnan(given_ones.phase).tolist()
    clear = mask.magnitude > 1e-3 * case.size
    assert mask.group_delay[clear] == pytest.approx(given_ones.group_delay[clear], abs=1e-6)
    assert noise_gain(case.layers) == pytest.approx(noise_gain(case.layers, case.weights))


@settings(max_examples=400)
@given(cases(most=3))
def test_the_group_delay_is_scipys(case: Case) -> None:
    result = spectrum(case.layers, case.weights, points=65)
    clear = result.magnitude > 1e-3 * case.size
    expected = scipy_delay(case, result.frequencies[clear])
    reach = sum(max(map(abs, layer.pattern.offsets)) for layer in case.layers) * 9 + 1
    assert result.group_delay[clear] == pytest.approx(expected, abs=1e-7 * reach)


@settings(max_examples=300)
@given(cases(most=3))
def test_decibels_and_phase_are_those_of_the_response(case: Case) -> None:
    result = spectrum(case.layers, case.weights, points=33)
    total = abs(np.prod([each.sum() for each in case.weights]))
    if result.passes_zero:
        assert result.reference == pytest.approx(total, abs=1e-12 * case.size)
        assert result.decibels[0] == 0
    else:
        assert result.reference == 1
    levels = 20 * np.log10(np.maximum(result.magnitude / result.reference, 1e-6))
    assert result.decibels == pytest.approx(levels)
    assert result.decibels.min() >= FLOOR
    passes = ~np.isnan(result.phase)
    turned = result.magnitude * np.exp(1j * np.where(passes, result.phase, 0))
    assert np.abs(turned - result.response)[passes].max(initial=0) <= 1e-12 * case.size
    assert (result.phase[passes] > -pi).all()
    assert (result.phase[passes] <= pi).all()
    assert np.isnan(result.group_delay).tolist() == (~passes).tolist()


@settings(max_examples=200)
@given(st.integers(0, 6), st.integers(1, 6), st.sampled_from([1, 3, 5, 9]), st.integers(1, 4))
def test_a_symmetric_stack_has_phase_0_or_pi_and_no_delay(
    wing: int, dilation: int, island: int, count: int
) -> None:
    layers = [Layer(Pattern.partially_dilated(wing, dilation, island), 2)] * count
    result = spectrum(layers)
    passes = ~np.isnan(result.phase)
    assert set(result.phase[passes].tolist()) <= {0.0, pi}
    assert (result.response.imag == 0).all()
    assert np.abs(result.group_delay[passes]).max() < 1e-4


def test_a_causal_layer_delays() -> None:
    """Two equal taps at −1 and 0: the mean of now and before, half a sample late."""
    result = spectrum([Layer(Pattern((-1, 0)))], points=5)
    assert result.response == pytest.approx(
        [2, 1 + np.exp(-0.25j * pi), 1 - 1j, 1 + np.exp(-0.75j * pi), 0]
    )
    assert result.phase[:4] == pytest.approx([0, -pi / 8, -pi / 4, -3 * pi / 8])
    assert result.group_delay[:4] == pytest.approx([0.5] * 4)
    assert np.isnan([result.phase[4], result.group_delay[4]]).all()
    assert result.decibels[4] == FLOOR
    assert result.half_power_frequency == pytest.approx(
        0.25
    )  # |1 + e^{−iω}|² = 4 cos²(ω/2) is 2 at π/2
    late = spectrum([Layer(Pattern((-7,)))], points=9)
    assert late.group_delay == pytest.approx([7] * 9)
    assert late.half_power_frequency is None


def test_in_a_stack_each_layer_delays_in_its_own_samples() -> None:
    layers = [Layer(Pattern((-1,)), 3), Layer(Pattern((-2,)), 2), Layer(Pattern((-1, 0)))]
    assert spectrum(layers, points=10).group_delay == pytest.approx([1 + 2 * 3 + 0.5 * 6] * 10)


def test_a_difference_does_not_pass_frequency_0() -> None:
    result = spectrum([Layer(Pattern((0, 1)))], [np.array([-0.1, 0.1])], points=3)
    assert not result.passes_zero
    assert (result.reference, result.half_power_frequency) == (1.0, None)
    assert result.decibels == pytest.approx([FLOOR, 20 * log10(0.1 * 2**0.5), 20 * log10(0.2)])
    centred = np.array(DEFAULT.offsets, dtype=float)
    assert not spectrum([Layer(DEFAULT)], [centred / (centred**2).sum()]).passes_zero


def test_weights_of_zero_pass_nothing() -> None:
    result = spectrum([Layer(DEFAULT)] * 2, [np.zeros(13), np.ones(13)])
    assert not result.passes_zero
    assert not result.magnitude.any()
    assert (result.decibels == FLOOR).all()
    assert np.isnan(result.phase).all()
    assert images([Layer(DEFAULT)], [np.zeros(13)], 2).ratio is None
    assert noise_gain([Layer(DEFAULT)], [np.zeros(13)]) == 0


# Images


@pytest.mark.parametrize(
    ("pattern", "dilation", "ratio"),
    [
        (DEFAULT, 2, 9 / 13),
        (Pattern.dilated(11, 2), 2, 1.0),
        (Pattern.dilated(5, 7), 7, 1.0),
        (Pattern.dense(12), 2, 0.0),
        (Pattern.dense(12), 3, 0.0),
        (Pattern.dense(21), 2, 1 / 21),
        (Pattern.partially_dilated(0, 1, 9), 9, 0.0),
    ],
)
def test_images_at_their_multiples_by_hand(pattern: Pattern, dilation: int, ratio: float) -> None:
    result = images([Layer(pattern)], None, dilation)
    assert result.magnitude.max() == pytest.approx(ratio, abs=1e-14)
    assert len(result.frequencies) == dilation // 2
    squared = images([Layer(pattern)] * 2, None, dilation)
    assert squared.magnitude.max() == pytest.approx(ratio**2, abs=1e-14)
    assert squared.ratio == pytest.approx(result.ratio**2, rel=1e-9)


def test_the_default_pattern_lowers_its_image_by_3_decibels() -> None:
    result = images([Layer(DEFAULT)], None, 2)
    assert result.frequencies.tolist() == [0.5]
    assert result.strongest == 0.5
    assert result.decibels == pytest.approx([-3.19], abs=0.005)


def test_without_dilation_there_is_no_image() -> None:
    result = images([Layer(Pattern.dense(5))], None, 1)
    assert (len(result.frequencies), result.ratio, result.strongest) == (0, None, None)


@settings(max_examples=300)
@given(cases(most=3), st.integers(1, 40))
def test_images_are_scipys_response_at_multiples_of_one_over_d(case: Case, dilation: int) -> None:
    result = images(case.layers, case.weights, dilation)
    frequencies = np.array([m / dilation for m in range(1, dilation // 2 + 1)])
    assert result.frequencies == pytest.approx(frequencies)
    expected = np.abs(scipy_response(case, frequencies)) if dilation > 1 else np.empty(0)
    at_zero = abs(case.composed()[0].sum())
    passes = spectrum(case.layers, case.weights, points=2).passes_zero
    reference = at_zero if passes else 1.0
    assert result.magnitude == pytest.approx(
        expected / reference, rel=1e-7, abs=1e-12 * case.size / reference
    )
    if dilation == 1 or not passes:
        assert result.ratio is None
    else:
        assert result.ratio == result.peaks.max()
    if dilation > 1:
        best = int(result.peaks.argmax())
        assert result.strongest == result.peak_frequencies[best]
        assert (result.multiple, result.at_multiple) == (best + 1, result.magnitude[best])
        assert (result.peaks >= result.magnitude).all()
        distance = np.abs(result.peak_frequencies - result.frequencies)
        assert distance.max() <= 0.5 / dilation * (1 + 1e-12)


# Cut-off and noise


@settings(max_examples=300)
@given(cases(most=3))
def test_the_cutoff_is_the_first_frequency_of_half_power(case: Case) -> None:
    result = spectrum(case.layers, case.weights)
    if not result.passes_zero:
        assert result.half_power_frequency is None
        return
    kernel, _ = case.composed()
    if result.reference < 1e-4 * case.size:
        return  # a quotient of what rounding has left
    grid = np.linspace(0, 0.5, 1025)
    power = np.abs(signal.freqz(kernel, worN=2 * pi * grid)[1]) ** 2
    below = np.flatnonzero(power < power[0] / 2 * (1 - 1e-6))
    if result.half_power_frequency is None:
        assert len(below) == 0
        return
    at = np.abs(signal.freqz(kernel, worN=[2 * pi * result.half_power_frequency])[1][0]) ** 2
    assert at / power[0] == pytest.approx(0.5, abs=1e-6)
    assert len(below) == 0 or result.half_power_frequency <= grid[below[0]]


@pytest.mark.parametrize("seed", range(40))
def test_a_narrow_dip_is_not_missed(seed: int) -> None:
    """Random weights over wide kernels: deep and narrow dips, far from frequency 0 and near it."""
    random = np.random.default_rng(seed)
    pattern = [
        Pattern.partially_dilated(16, 16, 17),
        Pattern.partially_dilated(8, 4, 9),
        Pattern.partially_dilated(16, 4, 5, causal=True),
        Pattern.partially_dilated(2, 9, 3),
    ][seed % 4]
    layers = [Layer(pattern, stride) for stride in random.choice([1, 2], 3).tolist()]
    case = Case(layers, [random.normal(size=pattern.taps) for _ in layers])
    kernel, _ = case.composed()
    result = spectrum(case.layers, case.weights).half_power_frequency
    count = 1 << (32 * len(kernel)).bit_length()
    size = np.abs(np.fft.rfft(kernel, count))
    below = np.flatnonzero(size <= size[0] / np.sqrt(2) * (1 - 1e-9))
    first = (result or 0.5) * count
    assert len(below) == 0 or first <= below[0]
    if result is not None:
        at = np.exp(2j * pi * result * np.arange(len(kernel))) @ kernel
        assert abs(at) == pytest.approx(size[0] / np.sqrt(2), rel=1e-5)


@pytest.mark.parametrize("taps", [2, 21, 1000, 2**18])
def test_the_cutoff_of_a_long_average(taps: int) -> None:
    """|sin(πfT) / T sin(πf)|² = 1/2 lies at fT = 0.443 (Harris 1978, table 1: 0.89 bins wide)."""
    result = spectrum([Layer(Pattern.dense(taps))])
    assert result.half_power_frequency is not None
    assert np.sin(pi * result.half_power_frequency * taps) ** 2 == pytest.approx(
        (taps * np.sin(pi * result.half_power_frequency)) ** 2 / 2, rel=1e-6
    )
    if taps > 20:
        assert 2 * result.half_power_frequency * taps == pytest.approx(0.886, abs=2e-3)


def test_weights_of_a_long_kernel_give_the_same_cutoff_as_its_mask() -> None:
    layers = [Layer(Pattern.dense(2**16)), Layer(Pattern.dilated(5000, 3))]
    weights = [np.full(layer.pattern.taps, 2.0) for layer in layers]
    assert spectrum(layers, weights).half_power_frequency == pytest.approx(
        spectrum(layers).half_power_frequency, rel=1e-9
    )


@settings(max_examples=300)
@given(cases(most=4))
def test_the_noise_gain_is_the_sum_of_squares_of_the_composed_kernel(case: Case) -> None:
    kernel, _ = case.composed()
    expected = float((kernel**2).sum())
    assert noise_gain(case.layers, case.weights) == pytest.approx(expected)
    # Parseval: the mean power over a whole cycle, on a grid that is longer than the kernel.
    size = 1 << len(kernel).bit_length()
    power = spectrum(case.layers, case.weights, points=size // 2 + 1).magnitude ** 2
    mean = (power[0] + 2 * power[1:-1].sum() + power[-1]) / size
    assert mean == pytest.approx(expected, rel=1e-9, abs=1e-11 * case.size**2)


def test_what_a_layer_does_to_a_wave_is_the_response() -> None:
    """The layer as it runs, y[t] = Σ w[o] · x[t + o], on a wave that it has seen for ever."""
    pattern = Pattern.partially_dilated(3, 3, 5, causal=True)
    weights = np.random.default_rng(1).normal(size=pattern.taps)
    result = spectrum([Layer(pattern)], [weights], points=65)
    for k in (1, 7, 40):
        times = np.arange(-200, 200)
        wave = np.exp(2j * pi * result.frequencies[k] * times)
        output = sum(
            w * wave[100 + o : 300 + o] for w, o in zip(weights, pattern.offsets, strict=True)
        )
        assert output / wave[100:300] == pytest.approx(np.full(200, result.response[k]))


@settings(max_examples=200)
@given(cases(most=3), st.lists(st.fractions(0, 1, max_denominator=24), min_size=1, max_size=9))
def test_the_direct_sum_is_the_response_at_any_frequency(
    case: Case, frequencies: list[Fraction]
) -> None:
    """At fractions with whole turns from tap to tap, where a closed form divides by 0, too."""
    points = np.array(frequencies, dtype=np.float64)
    kernel, first = case.composed()
    waves = np.exp(2j * pi * np.multiply.outer(points, first + np.arange(len(kernel))))
    weighted = direct_sum(filters_of(case.layers, case.weights)[0])(points)
    scale = 2.0 ** filters_of(case.layers, case.weights)[1]
    assert np.abs(weighted * scale - waves @ kernel).max() <= 1e-11 * case.size
    ones = Case(case.layers, [np.ones(layer.pattern.taps) for layer in case.layers])
    mask = direct_sum(filters_of(case.layers, None)[0])(points)
    assert np.abs(mask - waves @ ones.composed()[0]).max() <= 1e-11 * ones.size


def test_a_long_kernel_is_summed_by_blocks_as_it_is_tap_by_tap() -> None:
    layer = Layer(Pattern(tuple(range(-7, 9000, 2))))
    weights = np.random.default_rng(0).normal(size=layer.pattern.taps)
    points = np.array([0, 1e-5, 1 / 3, 0.5])
    waves = np.exp(2j * pi * np.multiply.outer(points, layer.pattern.offsets))
    filters, exponent = filters_of([Layer(Pattern((0,)), 3), layer], [np.ones(1), weights])
    result = direct_sum(filters)(points / 3) * 2.0**exponent
    assert result == pytest.approx(waves @ weights, abs=1e-9)


# Units, refusals, and what comes out


def test_frequencies_in_the_unit_of_a_signal() -> None:
    hertz = in_unit(np.array([0, 0.25, 0.5]), 360.0)
    assert hertz.tolist() == [0, 90, 180]
    assert not hertz.flags.writeable
    assert float(in_unit(1 / 132, 12.0)) == pytest.approx(1 / 11)  # sunspots: months, 11 years
    for rate in (0.0, -1.0, inf, nan):
        with pytest.raises(ValueError, match="`sample_rate`"):
            in_unit(0.5, rate)


@pytest.mark.parametrize(
    ("layers", "weights", "options", "message"),
    [
        ([Layer(DEFAULT)], None, {"points": 1}, r"`points` \(=1\)"),
        ([Layer(DEFAULT)], None, {"points": 2**16 + 2}, r"`points` \(=65538\)"),
        ([Layer(DEFAULT)], None, {"points": True}, r"`points` \(=True\)"),
        ([Layer(DEFAULT)], None, {"points": 9.0}, r"`points` \(=9.0\)"),
        ([], None, {}, "`layers`"),
        ([Layer(DEFAULT)], [np.ones(12)], {}, r"`weights\[0\]` has shape \(12,\)"),
        ([Layer(DEFAULT)] * 2, [np.ones(13)], {}, "`weights` are of 1 layers"),
        ([Layer(Pattern((0, 1)))], [[0.0, nan]], {}, r"`weights\[0\]` must hold finite"),
        ([Layer(Pattern((0, 1)), 0)], None, {}, r"`layers\[0\].stride` \(=0\)"),
        ([Layer(Pattern((0, 1)))] * 4, [[1e200, 1e200]] * 4, {}, "too large for float64"),
        ([Layer(Pattern((0, MAX_EXTENT - 1)))] * 2, None, {}, f"at most {MAX_EXTENT}"),
    ],
)
def test_what_a_spectrum_cannot_be_of(
    layers: Sequence[Layer], weights: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        spectrum(layers, weights, **options)


@pytest.mark.parametrize("dilation", [0, -1, 2**20 + 1, True, 2.0])
def test_a_dilation_that_makes_no_images_is_refused_by_name(dilation: Any) -> None:
    with pytest.raises(ValueError, match="`dilation`"):
        images([Layer(DEFAULT)], None, dilation)


@pytest.mark.parametrize("scale", [1e-300, 1e-100, 1e100, 1e150])
@pytest.mark.parametrize("count", [1, 12])
def test_what_does_not_depend_on_the_scale_of_the_weights_survives_any(
    scale: float, count: int
) -> None:
    layers = [Layer(Pattern((-5, 0, 1)))] * count
    weights = np.array([1.0, 1.0, -0.25])
    if count * log10(scale) > 300:
        with pytest.raises(ValueError, match="too large for float64"):
            spectrum(layers, [weights * scale] * count)
    else:
        plain, result = (spectrum(layers, [weights * by] * count) for by in (1, scale))
        assert result.decibels == pytest.approx(plain.decibels)
        assert result.phase == pytest.approx(plain.phase, nan_ok=True)
        assert result.group_delay == pytest.approx(plain.group_delay, nan_ok=True)
        assert result.half_power_frequency == pytest.approx(plain.half_power_frequency)
    ratio = images(layers, [weights] * count, 2).ratio
    assert images(layers, [weights * scale] * count, 2).ratio == pytest.approx(ratio)
    if 2 * count * log10(scale) > 308:
        with pytest.raises(ValueError, match="noise gain that is too large"):
            noise_gain(layers, [weights * scale] * count)


@given(cases(most=3), st.integers(3, 700), st.floats(0, 0.2), st.floats(0, 0.25))
def test_at_even_steps_the_direct_sum_is_what_it_is_at_each(
    case: Case, count: int, first: float, width: float
) -> None:
    """By powers of one wave there, by a wave each here."""
    response = direct_sum(filters_of(case.layers, case.weights)[0])
    points = np.linspace(first, first + width, count)
    each = np.concatenate([response(points[k : k + 1]) for k in range(count)])
    size = prod(layer.size for layer in filters_of(case.layers, case.weights)[0])
    assert np.abs(response(points) - each).max() <= 1e-11 * size


def test_what_comes_out_cannot_be_changed() -> None:
    outcome, folded = spectrum([Layer(DEFAULT)]), images([Layer(DEFAULT)], None, 2)
    for result in (outcome, folded):
        arrays = [getattr(result, field.name) for field in fields(result)]
        assert not any(each.flags.writeable for each in arrays if isinstance(each, np.ndarray))
        with pytest.raises(FrozenInstanceError):
            result.frequencies = None  # type: ignore[misc]
    assert (outcome.response.dtype, outcome.phase.dtype) == (np.complex128, np.float64)


def test_the_widest_stacks_take_milliseconds() -> None:
    """A loose bound: a few milliseconds when measured alone, whatever the extent."""
    widest = Pattern.partially_dilated(64, 64, 65)
    stacks = [
        [Layer(widest)] * MAX_LAYERS,
        [Layer(Pattern.partially_dilated(64, 2**k, 65)) for k in range(MAX_LAYERS)],
        [Layer(Pattern.partially_dilated(), 3)] * 10,
    ]
    for layers in stacks:
        began = perf_counter()
        spectrum(layers)
        images(layers, None, 2**12)
        assert perf_counter() - began < 0.5
