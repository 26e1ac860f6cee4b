"""The effective receptive field: convolution, a walk over paths, SciPy, closed forms, Luo et al.

The walk knows nothing of `Pattern`: it takes plain tuples of offsets and weights.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import FrozenInstanceError
from fractions import Fraction
from math import erf, exp, isnan, pi, sqrt
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from pdviz import Pattern
from pdviz.analysis.effective_field import (
    MEASURES,
    closed_form_std,
    effective_field,
    expected_field,
)
from pdviz.analysis.effective_field import stretches as shares
from pdviz.analysis.effective_field.field import SHARES, luo_positions
from pdviz.analysis.effective_field.stretches import Stretch, shortest_stretches
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack import composed as convolution
from pdviz.analysis.stack.composed import stack_kernel
from pdviz.limits import MAX_EXTENT

Weighted = tuple[dict[int, float], int]
"""One layer: the weight at each offset, and its stride."""

weight = st.floats(-2, 2).map(lambda value: round(value, 3))
offsets = st.integers(-7, 7)
weighted: st.SearchStrategy[Weighted] = st.tuples(
    st.dictionaries(offsets, weight, min_size=1, max_size=6), st.integers(1, 3)
)
stacks = st.lists(weighted, min_size=1, max_size=4)
measures = st.sampled_from(MEASURES)


def stack_of(drawn: Sequence[Weighted]) -> tuple[list[Layer], list[np.ndarray]]:
    layers = [Layer(Pattern(tuple(weights)), stride) for weights, stride in drawn]
    return layers, [np.array([weights[o] for o in sorted(weights)]) for weights, _ in drawn]


def walk(drawn: Sequence[Weighted]) -> dict[int, float]:
    """∂y₀/∂x by every path from the output at 0: {input: Σ over its paths of Π weights}."""
    reached = {0: 1.0}
    for weights, stride in reversed(drawn):
        below: dict[int, float] = defaultdict(float)
        for position, value in reached.items():
            for offset, weight in weights.items():
                below[position * stride + offset] += value * weight
        reached = below
    return reached


def spread(values: np.ndarray, step: int) -> np.ndarray:
    """Zeros between the values: step − 1 each."""
    result = np.zeros((len(values) - 1) * step + 1)
    result[::step] = values
    return result


def by_scipy(layers: Sequence[Layer], weights: Sequence[np.ndarray]) -> np.ndarray:
    """The kernels, spread by their jumps, one convolved with the next."""
    product, jump = np.ones(1), 1
    for (pattern, stride), values in zip(layers, weights, strict=True):
        kernel = np.zeros(pattern.offsets[-1] - pattern.offsets[0] + 1)
        kernel[np.array(pattern.offsets) - pattern.offsets[0]] = values
        product = signal.convolve(product, spread(kernel, jump), method="direct")
        jump *= stride
    return product


def moments(positions: np.ndarray, raw: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation by NumPy's own weighted average."""
    mean = np.average(positions, weights=raw)
    return mean, sqrt(np.average((positions - mean) ** 2, weights=raw))


def raw_of(gradient: np.ndarray, measure: str) -> np.ndarray:
    return gradient**2 if measure == "energy" else np.abs(gradient)


# Convolution.


def test_a_field_worked_by_hand() -> None:
    """h[t] = x[2t] + 2 x[2t + 2] and y[0] = 3 h[−1] − h[1]."""
    layers = [Layer(Pattern((0, 2)), 2), Layer(Pattern((-1, 1)))]
    weights = [np.array([1.0, 2.0]), np.array([3.0, -1.0])]
    field = effective_field(layers, weights)
    assert field.positions.tolist() == [-2, -1, 0, 1, 2, 3, 4]
    assert field.gradient is not None
    assert field.gradient.tolist() == [3, 0, 6, 0, -1, 0, -2]
    assert field.mass.tolist() == pytest.approx([9 / 50, 0, 36 / 50, 0, 1 / 50, 0, 4 / 50])
    assert (field.mean, field.std) == (pytest.approx(0), pytest.approx(sqrt(104 / 50)))
    assert field.stretches == {
        **dict.fromkeys((0.2, 0.3, 0.5), Stretch(0, 0)),
        0.99: Stretch(-2, 4),
    }
    assert (field.draws, field.scatter, field.outputs, field.vanished) == (1, None, None, False)
    field = effective_field(layers, weights, "magnitude")
    assert field.mass.tolist() == pytest.approx([3 / 12, 0, 6 / 12, 0, 1 / 12, 0, 2 / 12])
    assert field.mean == pytest.approx((-6 + 2 + 8) / 12)
    assert field.stretches[0.99] == Stretch(-2, 4)


@settings(max_examples=300)
@given(stacks, measures)
def test_the_gradient_is_the_sum_over_paths(drawn: list[Weighted], measure: str) -> None:
    layers, weights = stack_of(drawn)
    field = effective_field(layers, weights, measure)
    paths = walk(drawn)
    expected = np.array([paths.get(int(position), 0.0) for position in field.positions])
    assert (field.positions[0], field.positions[-1]) == (min(paths), max(paths))
    assert field.gradient is not None
    np.testing.assert_allclose(field.gradient, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(field.gradient, by_scipy(layers, weights), rtol=1e-12, atol=1e-12)
    raw = raw_of(field.gradient, measure)
    if not raw.any():
        assert field.vanished
        return
    np.testing.assert_allclose(field.mass, raw / raw.sum(), atol=1e-14)
    np.testing.assert_allclose((field.mean, field.std), moments(field.positions, raw), atol=1e-9)


def free(taps: int, last: int, seed: int = 0) -> Pattern:
    """A free pattern of so many taps, the first at 0."""
    chosen = np.random.default_rng(seed).choice(np.arange(1, last), taps - 2, replace=False)
    return Pattern((0, *chosen.tolist(), last))


ROUTES = {
    "one by one": [Layer(Pattern((0, 900))), Layer(Pattern.partially_dilated(20, 70, 9))],
    "rows": [Layer(Pattern.dense(2000)), Layer(Pattern.partially_dilated(40, 8, 31))],
    "few gaps": [Layer(Pattern.dense(900)), Layer(free(250, 400), 2), Layer(free(200, 350))],
    "many runs": [Layer(Pattern.dense(900)), Layer(free(40, 700))],
    "transforms": [Layer(Pattern.dense(700), 3), Layer(Pattern.dense(600))],
    "transforms of rows": [Layer(Pattern.dilated(550, 20)), Layer(Pattern.dilated(600, 14))],
    "strides": [Layer(Pattern.dense(65), 8)] * 4,
}


@pytest.mark.parametrize("route", ROUTES)
def test_long_kernels_are_convolved_exactly_whatever_the_route(route: str) -> None:
    layers = ROUTES[route]
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=layer.pattern.taps) for layer in layers]
    product = stack_kernel(layers, weights)
    assert product.size > 1000
    assert np.abs(product - by_scipy(layers, weights)).max() <= 1e-12 * np.abs(product).max()


def test_holes_are_zero_and_small_values_keep_their_digits() -> None:
    """A Gaussian of σ = 2 over 12 layers falls below 1e−200 at its ends, and is exact there."""
    pattern = Pattern(tuple(range(-18, 19, 2)))
    weights = np.exp(-(np.array(pattern.offsets) ** 2) / 8.0)
    product = stack_kernel([Layer(pattern)] * 12, [weights] * 12)
    assert not product[1::2].any()
    assert product[0] == pytest.approx(exp(-(18**2) / 8) ** 12, rel=1e-12)
    assert 0 < product[0] < 1e-200


def test_too_much_work_is_refused_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [Layer(Pattern.dense(7))] * 2
    weights = [np.ones(7)] * 2
    monkeypatch.setattr(convolution, "MAX_FIELD_WORK", 7 * 7 + 13 * 7)
    assert stack_kernel(layers, weights).sum() == 49
    monkeypatch.setattr(convolution, "MAX_FIELD_WORK", 139)
    with pytest.raises(
        ValueError, match="`layers` take 140 multiply-adds to convolve; at most 139"
    ):
        stack_kernel(layers, weights)


# Shares.


def shortest_by_hand(mass: list[int], share: Fraction, centre: Fraction) -> Stretch:
    """Every stretch, in exact arithmetic."""
    least = share.numerator * sum(mass)  # in units of 1 / denominator: integers are fast
    sums = [0]
    for value in mass:
        sums.append(sums[-1] + value)
    for length in range(1, len(mass) + 1):
        starts = [
            start
            for start in range(len(mass) - length + 1)
            if share.denominator * (sums[start + length] - sums[start]) >= least
        ]
        if starts:
            away = {start: abs(start + Fraction(length - 1, 2) - centre) for start in starts}
            first = min(starts, key=lambda start: (away[start], start))
            return Stretch(first, first + length - 1)
    raise AssertionError


masses = st.one_of(
    st.lists(st.integers(0, 3), min_size=1, max_size=12),
    st.lists(st.sampled_from([0, 0, 0, 1, 7]), min_size=1, max_size=300),
    st.integers(1, 300).map(lambda n: [1] * n),
    st.tuples(st.integers(1, 150), st.integers(0, 300)).map(
        lambda drawn: [*range(drawn[0]), *[0] * drawn[1], *range(drawn[0], -1, -1)]
    ),
).filter(any)


@settings(max_examples=400)
@given(masses)
def test_shares_are_held_by_the_shortest_stretch(mass: list[int]) -> None:
    centre = Fraction(sum(i * m for i, m in enumerate(mass)), sum(mass))
    stretches = shortest_stretches(np.array(mass) / sum(mass), SHARES, float(centre))
    with pytest.MonkeyPatch.context() as patch:  # few positions as if they were many
        patch.setattr(shares, "EXHAUSTIVE_MAX_POSITIONS", 0)
        assert shortest_stretches(np.array(mass) / sum(mass), SHARES, float(centre)) == stretches
    for share, stretch in zip(SHARES, stretches, strict=True):
        assert stretch == shortest_by_hand(mass, Fraction(str(share)), centre)
        assert stretch.length == stretch.last - stretch.first + 1


@pytest.mark.parametrize(
    ("mass", "share", "stretch"),
    [
        ([1, 0, 0, 0, 1], 0.5, (0, 0)),  # equally near: the left one
        ([1, 1, 1, 1, 1], 0.2, (2, 2)),
        ([1, 1, 1, 1], 0.5, (1, 2)),
        ([1, 1, 1, 1], 0.2, (1, 1)),
        ([4, 1, 1, 4], 0.5, (0, 1)),
        ([1, 2, 9], 0.99, (0, 2)),
        ([0, 3, 0], 0.99, (1, 1)),
    ],
)
def test_stretches_by_hand(mass: list[int], share: float, stretch: tuple[int, int]) -> None:
    profile = np.array(mass) / sum(mass)
    centre = float(profile @ np.arange(len(mass)))
    assert shortest_stretches(profile, (share,), centre) == (stretch,)


# What random weights have on average, and the closed forms.


def test_variances_of_the_design() -> None:
    default, dense = Pattern.partially_dilated(), Pattern.dense(21)
    for pattern, variance in ((default, 34), (dense, 110 / 3)):
        for depth in (1, 2, 3):
            layers = [Layer(pattern)] * depth
            assert expected_field(layers).std == pytest.approx(sqrt(variance * depth), rel=1e-14)
            assert closed_form_std(layers) == pytest.approx(sqrt(variance * depth), rel=1e-14)


@settings(max_examples=300)
@given(stacks)
def test_expected_energy_follows_the_paths_and_its_closed_form(drawn: list[Weighted]) -> None:
    layers, _ = stack_of(drawn)
    counts = walk([(dict.fromkeys(weights, 1.0), stride) for weights, stride in drawn])
    field = expected_field(layers)
    shares = [counts.get(int(position), 0.0) / sum(counts.values()) for position in field.positions]
    np.testing.assert_allclose(field.mass, shares, atol=1e-15)
    assert field.gradient is None
    assert field.std == pytest.approx(closed_form_std(layers), abs=1e-9)
    np.testing.assert_allclose(
        expected_field(layers, "magnitude").mass,
        np.sqrt(shares) / np.sqrt(shares).sum(),
        atol=1e-15,
    )
    given_paths = expected_field(layers, paths=receptive_field(layers))
    assert np.array_equal(given_paths.mass, field.mass)


def test_counts_in_python_integers_have_a_profile() -> None:
    """There are 2^70 paths, which are counted in Python integers."""
    layers = [Layer(Pattern((0, 1)))] * 70
    field = expected_field(layers)
    assert receptive_field(layers).paths.dtype == object
    assert field.std == pytest.approx(sqrt(70) / 2)
    assert field.mass.sum() == pytest.approx(1)


@settings(max_examples=300)
@given(stacks, measures, st.booleans())
def test_the_closed_form_is_right_or_there_is_none(
    drawn: list[Weighted], measure: str, one_sign: bool
) -> None:
    if one_sign:
        drawn = [({o: abs(w) for o, w in weights.items()}, stride) for weights, stride in drawn]
    layers, weights = stack_of(drawn)
    closed = closed_form_std(layers, weights, measure)
    field = effective_field(layers, weights, measure)
    if closed is not None:
        assert closed == pytest.approx(field.std, abs=1e-7)
    if one_sign and measure == "magnitude" and not field.vanished:
        assert closed is not None


@pytest.mark.parametrize(
    ("weights", "measure", "holds"),
    [
        ([[1, 2, 1], [1, 2, 1]], "magnitude", True),
        ([[1, 2, 1], [-1, -2, 0]], "magnitude", True),
        ([[1, 2, 1], [1, -2, 1]], "magnitude", False),
        ([[1, 2, 1], [0, -2, 0]], "energy", True),
        ([[1, -2, 1], [0, -2, 0]], "magnitude", True),
        ([[1, 2, 1], [1, 2, 1]], "energy", False),
        ([[1, 2, 1], [0, 0, 0]], "energy", False),
        (None, "energy", True),
        (None, "magnitude", False),
    ],
)
def test_where_a_closed_form_holds(
    weights: list[list[float]] | None, measure: str, holds: bool
) -> None:
    layers = [Layer(Pattern.dense(3))] * 2
    arrays = None if weights is None else [np.array(w, dtype=np.float64) for w in weights]
    assert (closed_form_std(layers, arrays, measure) is not None) == holds
    assert closed_form_std([layers[0], Layer(Pattern((5,)))], None, measure) is not None


@pytest.mark.parametrize("taps", [3, 5, 7])
def test_luo_growth_with_the_root_of_the_depth(taps: int) -> None:
    """Luo et al. 2016, section 2.1: n layers of k equal weights have σ² = n (k² − 1) / 12.

    So the effective field grows as √n and its share of the theoretical one, n (k − 1) + 1,
    shrinks as 1 / √n.
    """
    shares = []
    for depth in (1, 4, 16, 64):
        layers = [Layer(Pattern.dense(taps))] * depth
        sigma = sqrt(depth * (taps**2 - 1) / 12)
        equal = effective_field(layers, [np.full(taps, 1 / taps)] * depth, "magnitude")
        assert equal.std == pytest.approx(sigma, rel=1e-12)
        assert expected_field(layers).std == pytest.approx(sigma, rel=1e-9)
        shares.append(sqrt(depth) * equal.std / (len(equal.mass) - 1))
    assert shares == pytest.approx([shares[0]] * 4)


def test_a_deep_field_is_gaussian_and_luo_counts_five_sigma_of_it() -> None:
    """Luo et al. 2016: inside is what exceeds 1 − 95.45 % of the centre, to ±σ √(2 ln 1/0.0455)."""
    depth, taps = 400, 5
    layers = [Layer(Pattern.dense(taps))] * depth
    field = effective_field(layers, [np.full(taps, 1 / taps)] * depth, "magnitude")
    gaussian = np.exp(-(field.positions**2) / (2 * field.std**2)) / (field.std * sqrt(2 * pi))
    assert np.abs(field.mass - gaussian).max() < 1e-3 * gaussian.max()
    assert len(luo_positions(field)) == pytest.approx(2 * 2.4860 * field.std, abs=2)
    for share, stretch in field.stretches.items():
        half = (stretch.length / 2) / field.std
        assert erf(half / sqrt(2)) == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("measure", MEASURES)
def test_luo_positions_go_by_the_gradient_whatever_the_measure(measure: str) -> None:
    layers, weights = [Layer(Pattern((-3, 0, 1, 4)))], [np.array([0.05, 1.0, -0.5, 0.04])]
    assert luo_positions(effective_field(layers, weights, measure)).tolist() == [-3, 0, 1]
    nothing = effective_field(layers, [np.zeros(4)], measure)
    assert luo_positions(nothing).tolist() == []


# Ends and errors.


def test_weights_of_zero_let_the_field_vanish() -> None:
    field = effective_field([Layer(Pattern.dense(3))] * 2, [np.ones(3), np.zeros(3)])
    assert field.vanished
    assert field.stretches == {}
    assert isnan(field.mean)
    assert isnan(field.std)
    assert field.mass.tolist() == [0] * 5


def test_tiny_weights_do_not_vanish() -> None:
    field = effective_field([Layer(Pattern.dense(3))], [np.array([1e-200, 2e-200, 1e-200])])
    assert field.mass.tolist() == pytest.approx([1 / 6, 4 / 6, 1 / 6])


def test_no_layer_sees_its_own_position() -> None:
    field = effective_field([], [])
    assert (field.positions.tolist(), field.mass.tolist(), field.std) == ([0], [1], 0)
    assert expected_field([]).mass.tolist() == [1]
    assert closed_form_std([]) == 0


LAYER = Layer(Pattern.dense(3))


@pytest.mark.parametrize(
    ("layers", "weights", "measure", "message"),
    [
        ([LAYER], [np.ones(3)], "power", r"`measure` \(='power'\) must be one of"),
        ([LAYER], [], "energy", "`weights` are of 0 layers; `layers` has 1"),
        ([LAYER] * 2, [np.ones(3), np.ones(4)], "energy", r"`weights\[1\]` has shape \(4,\); .*3"),
        ([LAYER], [np.ones((1, 3))], "energy", r"`weights\[0\]` has shape \(1, 3\)"),
        ([LAYER], [np.array([1, np.nan, 1])], "energy", r"`weights\[0\]` must hold finite"),
        ([LAYER] * 2, [np.full(3, 1e200)] * 2, "energy", "`weights` make .* too large for float64"),
        ([Layer(Pattern((0,)), 0)], [np.ones(1)], "energy", r"`layers\[0\].stride` \(=0\)"),
    ],
)
def test_errors_name_the_argument(
    layers: list[Layer], weights: list[np.ndarray], measure: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        effective_field(layers, weights, measure)


@pytest.mark.parametrize(
    "call",
    [
        lambda layers, weights: effective_field(layers, weights),
        lambda layers, weights: closed_form_std(layers, weights),
        lambda layers, _: expected_field(layers),
        lambda layers, _: closed_form_std(layers),
    ],
)
def test_too_wide_or_too_far_is_refused_before_anything_is_allocated(call: Any) -> None:
    wide = [Layer(Pattern((0, MAX_EXTENT - 1))), Layer(Pattern((0, 1)))]
    far = [Layer(Pattern((0,)), 2**62), Layer(Pattern((0,)))]
    begun = perf_counter()
    with pytest.raises(ValueError, match="`layers` reach over 1048577 inputs; at most 1048576"):
        call(wide, [np.ones(2)] * 2)
    with pytest.raises(ValueError, match="positions are counted up to"):
        call(far, [np.ones(1)] * 2)
    assert perf_counter() - begun < 1


def arrays() -> Iterator[np.ndarray]:
    for field in (effective_field([LAYER], [np.ones(3)]), expected_field([LAYER])):
        yield from (field.positions, field.mass)
    gradient = effective_field([LAYER], [np.ones(3)]).gradient
    assert gradient is not None
    yield gradient


def test_results_are_read_only() -> None:
    for array in arrays():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    field = expected_field([LAYER])
    with pytest.raises(FrozenInstanceError):
        field.std = 7.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        field.stretches[0.5] = Stretch(0, 0)  # type: ignore[index]
