"""The field through the real layers: against convolution, a backward pass by hand, and chance."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.effective_field import (
    MEASURES,
    EffectiveField,
    closed_form_std,
    effective_field,
    expected_field,
)
from pdviz.analysis.effective_field import measured as autograd
from pdviz.analysis.effective_field.draws import draw_kernels
from pdviz.analysis.effective_field.measured import (
    ACTIVATIONS,
    measured_field,
    within_limit,
)
from pdviz.analysis.effective_field.proofs import effective_field_proofs
from pdviz.analysis.proof import Proof
from pdviz.analysis.stack import Layer
from tests.oracles.relu import backward_by_hand

weight = st.floats(-2, 2).map(lambda value: round(value, 3))
weighted = st.tuples(
    st.dictionaries(st.integers(-7, 7), weight, min_size=1, max_size=6), st.integers(1, 3)
)
families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 4),
    st.integers(1, 4),
    st.sampled_from([1, 3, 5]),
    st.booleans(),
)
stacks = st.lists(weighted, min_size=1, max_size=4)
family_stacks = st.lists(st.builds(Layer, families, st.integers(1, 2)), min_size=1, max_size=4)
measures = st.sampled_from(MEASURES)
seeds = st.integers(0, 2**32 - 1)
DEFAULT = [Layer(Pattern.partially_dilated())] * 3


def stack_of(
    drawn: Sequence[tuple[dict[int, float], int]],
) -> tuple[list[Layer], list[np.ndarray]]:
    layers = [Layer(Pattern(tuple(weights)), stride) for weights, stride in drawn]
    return layers, [np.array([weights[o] for o in sorted(weights)]) for weights, _ in drawn]


def drawn_weights(layers: Sequence[Layer], seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=layer.pattern.taps) for layer in layers]


def by_quantity(proofs: Sequence[Proof]) -> dict[str, Proof]:
    assert len({proof.quantity for proof in proofs}) == len(proofs)
    return {proof.quantity: proof for proof in proofs}


# Linear.


@settings(max_examples=250)
@given(stacks, measures)
def test_autograd_finds_what_convolution_does(
    drawn: list[tuple[dict[int, float], int]], measure: str
) -> None:
    layers, weights = stack_of(drawn)
    convolved = effective_field(layers, weights, measure)
    field = measured_field(layers, weights, measure=measure)
    assert field.gradient is not None
    np.testing.assert_allclose(field.gradient, convolved.gradient, rtol=1e-12, atol=1e-12)
    assert np.array_equal(field.positions, convolved.positions)
    assert (field.vanished, field.draws, field.scatter) == (convolved.vanished, 1, None)
    assert field.outputs is not None
    assert field.outputs.ok
    if not field.vanished:
        assert field.std == pytest.approx(convolved.std, abs=1e-6)


@settings(max_examples=50)
@given(family_stacks, measures, seeds, st.integers(1, 5))
def test_an_average_is_over_the_draws_one_by_one(
    layers: list[Layer], measure: str, seed: int, draws: int
) -> None:
    field = measured_field(layers, measure=measure, draws=draws, seed=seed)
    kernels = draw_kernels(layers, None, draws, np.random.default_rng(seed))
    raw = np.zeros(len(field.mass))
    for draw in range(draws):
        gradient = effective_field(layers, [kernel[draw] for kernel in kernels]).gradient
        assert gradient is not None
        raw += gradient**2 if measure == "energy" else np.abs(gradient)
    np.testing.assert_allclose(field.mass, raw / raw.sum(), atol=1e-13)
    assert (field.draws, field.gradient) == (draws, None)


def test_weights_are_drawn_as_the_layer_starts() -> None:
    kernels = draw_kernels(DEFAULT, None, 5000, np.random.default_rng(0))
    assert [kernel.shape for kernel in kernels] == [(5000, 13)] * 3
    for kernel in kernels:
        assert np.abs(kernel).max() <= 13**-0.5
        assert kernel.mean() == pytest.approx(0, abs=0.01)
        assert kernel.var() == pytest.approx(1 / (3 * 13), rel=0.02)


def test_many_draws_come_to_what_is_expected() -> None:
    field = measured_field(DEFAULT, draws=8192)
    assert field.scatter is not None
    assert field.std == pytest.approx(sqrt(3 * 34), rel=0.01)
    assert np.abs(field.mass - expected_field(DEFAULT).mass).sum() / 2 < 0.02


@pytest.mark.parametrize("measure", MEASURES)
def test_the_scatter_is_that_of_repeated_averages(measure: str) -> None:
    """The standard error told from 64 draws, and the spread of 200 averages over 64 draws."""
    fields = [measured_field(DEFAULT, measure=measure, seed=seed) for seed in range(200)]
    spread = np.std([field.std for field in fields], ddof=1)
    estimate = np.mean([field.scatter.std for field in fields if field.scatter is not None])
    assert estimate == pytest.approx(spread, rel=0.2)
    profiles = np.array([field.mass for field in fields])
    varied = np.abs(profiles - profiles.mean(axis=0)).sum(axis=1).mean() / 2
    bound = np.mean([field.scatter.variation for field in fields if field.scatter is not None])
    assert varied < bound < 1.5 * varied


def test_equal_draws_all_count_and_one_that_outweighs_them_counts_alone() -> None:
    equal = autograd.average(0, np.ones((10, 3)), "energy")
    assert equal.scatter is not None
    assert equal.scatter == (pytest.approx(10), pytest.approx(0), pytest.approx(0))
    one = np.ones((10, 3))
    one[0] = 1e6
    alone = autograd.average(0, one, "energy")
    assert alone.scatter is not None
    assert alone.scatter.effective_draws == pytest.approx(1)
    assert autograd.average(0, np.ones((1, 3)), "energy").scatter is None


# ReLU.


@settings(max_examples=60)
@given(stacks, measures, seeds, st.booleans())
def test_relu_shuts_the_paths_through_negative_values(
    drawn: list[tuple[dict[int, float], int]], measure: str, seed: int, chosen: bool
) -> None:
    layers, given_weights = stack_of(drawn)
    weights = given_weights if chosen else None
    draws = 3
    field = measured_field(
        layers, weights, measure=measure, activation="relu", draws=draws, seed=seed
    )
    rng = np.random.default_rng(seed)
    kernels = draw_kernels(layers, weights, draws, rng)
    first, length, jump = 0, 1, 1
    for pattern, stride in layers:  # of kernels that span their origin
        first -= jump * pattern.origin
        length += jump * (pattern.kernel_size - 1)
        jump *= stride
    inputs = rng.standard_normal((draws, length))
    raw = np.zeros(len(field.positions))
    for draw in range(draws):
        own = [kernel[draw].tolist() for kernel in kernels]
        hand = backward_by_hand(layers, own, inputs[draw].tolist(), first)
        gradient = np.array([hand.get(int(position), 0.0) for position in field.positions])
        raw += gradient**2 if measure == "energy" else np.abs(gradient)
    assert field.vanished == (not raw.any())
    if raw.any():
        np.testing.assert_allclose(field.mass, raw / raw.sum(), atol=1e-12)
    assert field.outputs is not None
    assert field.outputs.ok
    assert (field.draws, field.gradient) == (draws, None)


def test_relu_of_positive_values_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Positive:
        def __init__(self, seed: int) -> None:
            self.rng = np.random.Generator(np.random.PCG64(seed))

        def uniform(self, *args: Any) -> np.ndarray:
            return np.abs(self.rng.uniform(*args))

        def standard_normal(self, shape: tuple[int, int]) -> np.ndarray:
            return np.abs(self.rng.standard_normal(shape))

    monkeypatch.setattr(np.random, "default_rng", Positive)
    fields = [measured_field(DEFAULT, activation=activation) for activation in ACTIVATIONS]
    assert np.array_equal(fields[0].mass, fields[1].mass)
    assert fields[0].std == pytest.approx(fields[1].std)


def test_a_field_vanishes_where_every_relu_is_shut() -> None:
    """One path, through ReLU(x): shut where the only draw of x is negative."""
    layers = [Layer(Pattern((0,)))] * 2
    weights = [np.ones(1)] * 2
    for seed in range(20):
        x = np.random.default_rng(seed).standard_normal()
        field = measured_field(layers, weights, activation="relu", draws=1, seed=seed)
        assert field.vanished == (x < 0)
        assert field.stretches.keys() == (set() if x < 0 else {0.2, 0.3, 0.5, 0.99})


# Draws, seeds and limits.


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_seed_gives_the_same_field_again_and_leaves_torch_alone(activation: str) -> None:
    before = torch.get_rng_state()
    one, again, other = (
        measured_field(DEFAULT, activation=activation, draws=8, seed=seed) for seed in (3, 3, 4)
    )
    assert np.array_equal(one.mass, again.mass)
    assert not np.array_equal(one.mass, other.mass)
    assert torch.equal(before, torch.get_rng_state())


def test_draws_are_fewer_where_they_would_be_too_much_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Outputs of 3 and 1, 3 taps, and an input of 5: 17 a draw; an input counts for 16 more."""
    layers = [Layer(Pattern.dilated(3, 1))] * 2
    each = 17 + 16 * 5
    monkeypatch.setattr(autograd, "MAX_DRAWS_WORK", each * 6 - 1)
    assert measured_field(layers, draws=64).draws == 5
    assert measured_field(layers, draws=4).draws == 4
    monkeypatch.setattr(autograd, "MAX_DRAWS_WORK", each - 1)
    monkeypatch.setattr(autograd, "MAX_PROBE_WORK", 17)
    assert within_limit(layers)
    assert measured_field(layers).draws == 1
    monkeypatch.setattr(autograd, "MAX_PROBE_WORK", 16)
    assert not within_limit(layers)
    with pytest.raises(ValueError, match="`layers` take 17 multiply-adds per draw; at most 16"):
        measured_field(layers)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"measure": "x"}, ValueError, r"`measure` \(='x'\) must be one of"),
        ({"activation": "tanh"}, ValueError, r"`activation` \(='tanh'\) must be one of"),
        ({"draws": 0}, ValueError, r"`draws` \(=0\) must be at least 1"),
        ({"draws": 2.0}, TypeError, r"`draws` \(=2.0\) must be an integer"),
        ({"draws": True}, TypeError, r"`draws` \(=True\) must be an integer"),
        ({"seed": -1}, ValueError, r"`seed` \(=-1\) must be 0 to 4294967295"),
        ({"seed": 2**32}, ValueError, r"`seed` \(=4294967296\) must be 0 to 4294967295"),
        ({"weights": [np.ones(13)]}, ValueError, "`weights` are of 1 layers; `layers` has 3"),
        ({"weights": [np.full(13, 1e200)] * 3}, ValueError, "too large for float64"),
    ],
)
def test_errors_name_the_argument(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        measured_field(DEFAULT, **arguments)


# Proofs.


@settings(max_examples=200)
@given(stacks, measures)
def test_ways_to_a_field_of_given_weights_agree(
    drawn: list[tuple[dict[int, float], int]], measure: str
) -> None:
    layers, weights = stack_of(drawn)
    for field in (
        effective_field(layers, weights, measure),
        measured_field(layers, weights, measure=measure),
    ):
        proofs = by_quantity(effective_field_proofs(layers, field, weights))
        assert all(proof.ok for proof in proofs.values())
        assert {"effective profile", "output"} <= proofs.keys()
        if not field.vanished:
            names = [method.name for method in proofs["effective std"].methods]
            closed = closed_form_std(layers, weights, measure) is not None
            assert names == ["convolution", "autograd", *["closed form"] * closed]
            assert "effective 50% stretch" in proofs


@settings(max_examples=60)
@given(family_stacks, measures, seeds)
def test_ways_to_an_average_agree(layers: list[Layer], measure: str, seed: int) -> None:
    field = measured_field(layers, measure=measure, draws=48, seed=seed)
    proofs = by_quantity(effective_field_proofs(layers, field, seed=seed))
    assert all(proof.ok for proof in proofs.values())
    assert {"effective std", "effective profile", "output"} <= proofs.keys()
    assert ("expected std" in proofs) == (closed_form_std(layers, None, measure) is not None)


def test_proofs_of_the_default_stack() -> None:
    weights = drawn_weights(DEFAULT, 0)
    field = effective_field(DEFAULT, weights)
    stretches = [f"effective {share}% stretch" for share in (20, 30, 50, 99)]
    exact = ("effective std", *stretches, "effective profile", "gradient", "output")
    proofs = effective_field_proofs(DEFAULT, field, weights)
    assert tuple(proof.quantity for proof in proofs) == (*exact, "expected std")
    assert all(proof.ok and proof.agreement.tolerance < 1e-6 for proof in proofs)
    average = measured_field(DEFAULT)
    proofs = effective_field_proofs(DEFAULT, average, expected=expected_field(DEFAULT))
    by_name = by_quantity(proofs)
    assert by_name.keys() == {*exact, "expected std", "std over draws", "profile over draws"} - {
        "gradient"
    }
    assert by_name["std over draws"].agreement.tolerance < 0.2 * average.std
    assert by_name["effective std"].note == "Over the same 64 draws of the weights."
    relu = measured_field(DEFAULT, activation="relu")
    proofs = effective_field_proofs(DEFAULT, relu, activation="relu")
    hand = ["effective std", *stretches, "effective profile"]
    assert [proof.quantity for proof in proofs] == [*hand, "output", "expected std"]
    assert all(proof.ok and proof.agreement.tolerance < 1e-9 for proof in proofs)


def test_too_few_draws_are_not_held_against_endless_ones() -> None:
    few = measured_field(DEFAULT, draws=8)
    assert not any("over draws" in p.quantity for p in effective_field_proofs(DEFAULT, few))
    deep = [*DEFAULT] * 4  # a few of the draws outweigh the others
    many = measured_field(deep)
    assert many.scatter is not None
    assert many.scatter.effective_draws < 16
    assert not any("over draws" in p.quantity for p in effective_field_proofs(deep, many))


def test_without_autograd_the_other_ways_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autograd, "MAX_PROBE_WORK", 1)
    weights = [np.abs(weights) for weights in drawn_weights(DEFAULT, 0)]
    proofs = effective_field_proofs(
        DEFAULT, effective_field(DEFAULT, weights, "magnitude"), weights
    )
    assert [proof.quantity for proof in proofs] == ["effective std", "gradient"]
    assert [method.name for method in proofs[0].methods] == ["convolution", "closed form"]
    assert "Autograd is left out" in proofs[0].note
    proofs = effective_field_proofs(DEFAULT, effective_field(DEFAULT, weights), weights)
    assert [proof.quantity for proof in proofs] == ["gradient", "expected std"]


def test_kernels_that_cancel_leave_the_response_out() -> None:
    """A smooth kernel differenced 24 times: rounding is larger than what is left."""
    smooth, slope = Pattern.dense(161), Pattern((0, 1))
    layers = [Layer(smooth), *[Layer(slope)] * 24]
    gaussian = np.exp(-(np.arange(-80, 81) ** 2) / 200.0)
    weights = [gaussian, *[np.array([-1.0, 1.0])] * 24]
    proofs = by_quantity(effective_field_proofs(layers, effective_field(layers, weights), weights))
    assert "gradient" not in proofs
    assert all(proof.ok for proof in proofs.values())


def field_with(field: EffectiveField, changes: dict[str, Any]) -> EffectiveField:
    """The field with other values, of its stretches too, which are computed from the others."""
    stretches = changes.pop("stretches", field.stretches)
    changed = replace(field, **changes)
    vars(changed)["stretches"] = stretches
    return changed


def too_long(share: float) -> Any:
    """A change of a field: one of its stretches goes on to the end."""

    def change(field: EffectiveField) -> dict[str, Any]:
        longer = field.stretches[share]._replace(last=field.positions[-1] + 1)
        return {"stretches": {**field.stretches, share: longer}}

    return change


@pytest.mark.parametrize(
    ("quantity", "change"),
    [
        ("effective std", lambda f: {"std": f.std * (1 + 1e-9)}),
        ("effective profile", lambda f: {"mass": f.mass[::-1]}),
        *((f"effective {share}% stretch", too_long(share / 100)) for share in (20, 30, 50, 99)),
        ("gradient", lambda f: {"gradient": f.gradient * (1 + 1e-6)}),
    ],
)
def test_a_wrong_field_is_shown_as_one(quantity: str, change: Any) -> None:
    weights = drawn_weights(DEFAULT, 1)
    field = effective_field(DEFAULT, weights)
    assert by_quantity(effective_field_proofs(DEFAULT, field, weights))[quantity].ok
    changed = field_with(field, change(field))
    assert not by_quantity(effective_field_proofs(DEFAULT, changed, weights))[quantity].ok


@pytest.mark.parametrize(
    ("quantity", "change"),
    [
        ("effective std", lambda f: {"std": f.std * (1 + 1e-9)}),
        ("effective profile", lambda f: {"mass": f.mass[::-1]}),
        ("std over draws", lambda f: {"std": f.std * 1.5}),
        ("profile over draws", lambda f: {"mass": np.eye(1, len(f.mass))[0]}),
    ],
)
def test_a_wrong_average_is_shown_as_one(quantity: str, change: Any) -> None:
    field = measured_field(DEFAULT)
    assert by_quantity(effective_field_proofs(DEFAULT, field))[quantity].ok
    changed = field_with(field, change(field))
    assert not by_quantity(effective_field_proofs(DEFAULT, changed))[quantity].ok


def test_a_wrong_expectation_is_shown_as_one() -> None:
    field, expected = measured_field(DEFAULT), expected_field(DEFAULT)
    off = replace(expected, std=expected.std * (1 + 1e-9))
    proofs = by_quantity(effective_field_proofs(DEFAULT, field, expected=off))
    assert not proofs["expected std"].ok
