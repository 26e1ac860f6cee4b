"""The proof of the noise gain: against squares in fractions, and where it is left out."""

from fractions import Fraction
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings

from pdviz import Pattern
from pdviz.analysis.spectrum import noise_gain, tap_sums
from pdviz.analysis.spectrum import noise_proof as module
from pdviz.analysis.spectrum.noise_proof import noise_proof
from pdviz.analysis.spectrum.proofs import spectrum_proofs
from pdviz.analysis.spectrum.tap_sums import TapSums
from pdviz.analysis.stack import Layer, make_weights
from pdviz.limits import MAX_LAYERS
from tests.oracles.spectrum import Case, cases

DEFAULT = [Layer(Pattern.partially_dilated())] * 3
WIDEST = [Layer(Pattern.partially_dilated(64, 64, 65))] * MAX_LAYERS
NAMES = [
    "squares of the stack's kernel",
    "squares of the composed kernel",
    "mean power of the response",
]


def exact_noise_gain(case: Case) -> Fraction:
    """The sum of the squares of the composed kernel, path by path, in fractions."""
    kernel = {0: Fraction(1)}
    jump = 1
    for (pattern, stride), weights in zip(case.layers, case.weights, strict=True):
        wider: dict[int, Fraction] = {}
        for place, value in kernel.items():
            for offset, weight in zip(pattern.offsets, weights.tolist(), strict=True):
                at = place + offset * jump
                wider[at] = wider.get(at, Fraction(0)) + value * Fraction(weight)
        kernel, jump = wider, jump * stride
    return sum((value**2 for value in kernel.values()), Fraction(0))


@settings(max_examples=200)
@given(cases(most=3))
def test_every_way_is_as_near_to_the_exact_squares_as_it_says(case: Case) -> None:
    proof = noise_proof(TapSums(case.layers, case.weights), case.layers, case.weights)
    assert proof is not None
    assert proof.ok
    assert [method.name for method in proof.methods] == NAMES
    exact = exact_noise_gain(case)
    for way in proof.methods:
        assert abs(Fraction(way.value) - exact) <= Fraction(proof.agreement.tolerance)
    if all((weights > 0).all() for weights in case.weights):
        assert proof.agreement.tolerance < 1e-8 * proof.agreement.size


@pytest.mark.parametrize("kind", ["random", "average", "gaussian", "difference"])
def test_the_widest_stack_has_two_ways_and_they_agree_closely(kind: str) -> None:
    weights = [make_weights(kind, layer.pattern, n) for n, layer in enumerate(WIDEST)]
    stack = TapSums(WIDEST, weights)
    assert stack.composed is None
    noise = noise_gain(WIDEST, weights)
    began = perf_counter()
    proof = noise_proof(stack, WIDEST, weights, noise)
    assert perf_counter() - began < 0.5
    assert proof is not None
    assert proof.ok
    assert [method.name for method in proof.methods] == [NAMES[0], NAMES[2]]
    assert proof.agreement.tolerance < 1e-4 * noise
    assert proof.agreement.difference < 1e-12 * noise


@pytest.mark.parametrize("wrong", [1 + 1e-9, -1.0, float("nan")])
def test_a_wrong_noise_gain_is_seen(wrong: float) -> None:
    right = noise_gain(DEFAULT)
    assert all(each.ok for each in spectrum_proofs(DEFAULT, None, 2, noise=right))
    proofs = spectrum_proofs(DEFAULT, None, 2, noise=right * wrong)
    assert {each.quantity for each in proofs if not each.ok} == {"noise gain"}


def test_a_response_folded_too_often_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taps 2 apart make a response that comes round twice in a cycle; 4 times is wrong."""
    monkeypatch.setattr(module, "_size", lambda extent: 16)
    layers = [Layer(Pattern((0, 2, 4, 12))), Layer(Pattern((0, 1)))]
    stack = TapSums(layers, None)
    assert module._folds(stack, 16) == [2, 1]
    for folds, ok in (([2, 1], True), ([1, 1], True), ([4, 1], False), ([2, 2], False)):
        monkeypatch.setattr(module, "_folds", lambda stack, size, folds=folds: folds)
        proof = noise_proof(stack, layers, None)
        assert proof is not None
        assert proof.ok == ok, folds


@pytest.mark.parametrize("extent", [1, 2, 61, 99_073, 425_985, 524_929, 2**20])
def test_there_are_enough_frequencies_and_few_too_many(extent: int) -> None:
    size = module._size(extent)
    assert size >= extent
    assert size % 2 == 0
    assert size <= max(1.25 * extent, extent + 16)


def test_strides_make_for_short_transforms() -> None:
    """Each layer's response comes round as often as its jump says: 1, 8 and 64 times."""
    layers = [Layer(Pattern.partially_dilated(), 8)] * 3
    assert module._transformed(TapSums(layers, None), 2048) == 2048 + 256 + 32


def test_what_would_take_too_long_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An FFT of 64 elements for each of three layers."""
    monkeypatch.setattr(module, "MAX_TRANSFORMED", 3 * 64)
    proof = noise_proof(TapSums(DEFAULT, None), DEFAULT, None)
    assert proof is not None
    assert [method.name for method in proof.methods] == NAMES
    monkeypatch.setattr(module, "MAX_TRANSFORMED", 3 * 64 - 1)
    proof = noise_proof(TapSums(DEFAULT, None), DEFAULT, None)
    assert proof is not None
    assert proof.ok
    assert [method.name for method in proof.methods] == NAMES[:2]
    assert "left out" in proof.note
    monkeypatch.setattr(tap_sums, "MAX_COMPOSE_WORK", 1)
    assert noise_proof(TapSums(DEFAULT, None), DEFAULT, None) is None


def test_a_noise_gain_that_is_too_much_work_has_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdviz.analysis.stack.composed.MAX_FIELD_WORK", 1)
    assert noise_proof(TapSums(DEFAULT, None), DEFAULT, None) is None


def test_layers_of_one_tap_and_of_zeros() -> None:
    layers = [Layer(Pattern((3,)), 2), Layer(Pattern((-1,)))]
    for value in (2.0, 0.0):
        weights = [np.array([value]), np.array([0.5])]
        proof = noise_proof(TapSums(layers, weights), layers, weights)
        assert proof is not None
        assert proof.ok
        assert {method.value for method in proof.methods} == {value**2 / 4}
