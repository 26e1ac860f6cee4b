"""Peaks of a response, held against the composed kernel sampled far more densely."""

from itertools import pairwise
from math import ceil, log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.spectrum import images, spectrum
from pdviz.analysis.stack import Layer
from tests.oracles.spectrum import Case, cases

WITHIN = 0.05
"""Decibels by which the curve may miss a peak."""
DRAWN = -80
"""The lowest level that is drawn, in decibels below the highest."""
SHOULDER = 0.5
"""A lobe that stands out less than this, in decibels, is a bend in the flank of another."""
STEP = 1 / 2048
"""Of the grid on which a response is drawn."""


def sampled(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and |G| of the composed kernel, 64 points or more per lobe."""
    kernel, _ = case.composed()
    size = 2 ** ceil(log2(max(64 * len(kernel), 2**13)))
    return np.arange(size // 2 + 1) / size, np.abs(np.fft.rfft(kernel, size))


def relative(case: Case, magnitude: np.ndarray) -> np.ndarray:
    passes = spectrum(case.layers, case.weights, points=2).passes_zero
    with np.errstate(divide="ignore"):
        return 20 * np.log10(magnitude / (magnitude[0] if passes else 1))


def lobes(levels: np.ndarray) -> list[slice]:
    """The stretches between the lowest points."""
    lowest = np.flatnonzero((levels[1:-1] <= levels[:-2]) & (levels[1:-1] <= levels[2:])) + 1
    ends = [0, *lowest.tolist(), len(levels) - 1]
    return [slice(a, b + 1) for a, b in pairwise(ends) if b > a]


def stack(*layers: Layer) -> Case:
    return Case(list(layers), [np.ones(layer.pattern.taps) for layer in layers])


wide = st.builds(
    Pattern.partially_dilated,
    st.integers(1, 64),
    st.integers(1, 64),
    st.sampled_from([1, 3, 5, 9, 17]),
    st.booleans(),
)


@st.composite
def wide_cases(draw: st.DrawFn) -> Case:
    layers = [Layer(draw(wide), draw(st.integers(1, 2))) for _ in range(draw(st.integers(1, 2)))]
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = [
        np.ones(layer.pattern.taps) if draw(st.booleans()) else random.random(layer.pattern.taps)
        for layer in layers
    ]
    return Case(layers, weights)


@settings(max_examples=100)
@given(cases(most=3) | wide_cases())
def test_the_curve_reaches_the_top_of_every_lobe(case: Case) -> None:
    """A lobe narrower than a step of the drawing may share it with others: the highest is drawn."""
    frequencies, magnitude = sampled(case)
    levels = relative(case, magnitude)
    places, drawn = spectrum(case.layers, case.weights).curve
    assert (np.diff(places) > 0).all()
    between = np.interp(frequencies, places, drawn)
    for lobe in lobes(levels):
        top = levels[lobe].max()
        low, high = frequencies[lobe][[0, -1]]
        if top < levels.max() + DRAWN or high - low < 2 * STEP:
            continue
        if top < max(levels[lobe][0], levels[lobe][-1]) + SHOULDER:
            continue
        inside = drawn[(places >= low) & (places <= high)]
        assert max(*between[lobe], *inside) >= top - WITHIN
    assert drawn.max() == pytest.approx(levels.max(), abs=WITHIN)
    for start in np.arange(0, 0.5, 16 * STEP):  # however narrow its lobes are
        part = (frequencies >= start) & (frequencies <= start + 16 * STEP)
        inside = drawn[(places >= start) & (places <= start + 16 * STEP)]
        if levels[part].max() > levels.max() + DRAWN:
            assert max(*between[part], *inside) >= levels[part].max() - 2 * WITHIN


@settings(max_examples=100)
@given(cases(most=3) | wide_cases())
def test_every_point_of_the_curve_lies_on_the_response(case: Case) -> None:
    kernel, first = case.composed()
    result = spectrum(case.layers, case.weights)
    places, drawn = result.curve
    waves = np.exp(2j * np.pi * np.outer(places[::7], first + np.arange(len(kernel))))
    exact = np.abs(waves @ kernel) / result.reference
    assert 10 ** (drawn[::7] / 20) == pytest.approx(exact, rel=2e-3, abs=1e-6)


@settings(max_examples=100)
@given(cases(most=2), st.integers(2, 40))
def test_the_image_ratio_is_the_highest_peak_near_a_multiple(case: Case, dilation: int) -> None:
    result = images(case.layers, case.weights, dilation)
    frequencies, magnitude = sampled(case)
    scale = magnitude[0] if result.ratio is not None else 1.0
    tops = (magnitude >= np.append(magnitude[1:], magnitude[-2])) & (
        magnitude >= np.append(magnitude[1], magnitude[:-1])
    )
    tops &= (frequencies > 0.5 / dilation) & (magnitude > 1e-6 * magnitude.max())
    highest = max([*(magnitude[tops] / scale), *result.magnitude])
    assert result.peaks.max() == pytest.approx(highest, rel=6e-3)


def test_the_narrow_peaks_of_plain_dilation_reach_the_level_of_frequency_0() -> None:
    for layers in (1, 3):
        case = stack(*[Layer(Pattern.partially_dilated(64, 61, 1))] * layers)
        places, drawn = spectrum(case.layers, case.weights).curve
        for m in range(1, 31):
            assert drawn[np.abs(places - m / 61) < STEP / 2].max() == pytest.approx(0, abs=0.01)


def test_the_peak_beside_a_third_and_the_value_at_it() -> None:
    """Dilation 3 and weights of a bell: 4 dB higher beside 1/3 than at it."""
    pattern = Pattern.partially_dilated(4, 3, 5)
    result = images([Layer(pattern)], None, 3)
    offsets = np.array(pattern.offsets)
    fine = np.linspace(1 / 6, 0.5, 200_001)
    levels = np.abs(np.exp(2j * np.pi * np.outer(fine, offsets)).sum(axis=1)) / 13
    assert result.ratio == pytest.approx(levels.max(), rel=1e-8)
    assert result.strongest == pytest.approx(fine[levels.argmax()], abs=1e-4)
    assert result.at_multiple == pytest.approx(abs(np.exp(2j * np.pi / 3 * offsets).sum()) / 13)
    assert result.ratio > 1.5 * result.at_multiple


def test_at_any_frequency_the_response_is_that_of_the_grid() -> None:
    layers = [Layer(Pattern.partially_dilated(4, 3, 5, causal=True), 2), Layer(Pattern.dense(4))]
    result = spectrum(layers, points=65)
    values = result.at(result.frequencies)
    assert values.decibels == pytest.approx(result.decibels, abs=1e-6)
    assert values.phase == pytest.approx(result.phase, abs=1e-9, nan_ok=True)
    assert values.group_delay == pytest.approx(result.group_delay, rel=1e-6, nan_ok=True)


def test_the_widest_stack_has_its_peaks_at_the_multiples_of_its_dilation() -> None:
    layers = [Layer(Pattern.partially_dilated(64, 61, 1))] * 12 + [Layer(Pattern.dense(2), 8)] * 2
    layers += [Layer(Pattern.partially_dilated(64, 64, 1))]
    result = spectrum(layers)
    places, drawn = result.curve
    exact = result.at(np.arange(1, 31) / 61).decibels
    for m, level in enumerate(exact.tolist(), start=1):
        assert drawn[np.abs(places - m / 61) < STEP].max() >= level - WITHIN
