"""The proofs of a spectrum: they hold of every stack, and see what would be wrong."""

import dataclasses
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.proof import Quantity
from pdviz.analysis.spectrum import proofs as module
from pdviz.analysis.spectrum.proofs import mask_image_proof, spectrum_proofs
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_LAYERS
from tests.oracles.spectrum import Case, cases

DEFAULT = [Layer(Pattern.partially_dilated())] * 3


@settings(max_examples=400)
@given(cases(most=4), st.booleans(), st.integers(1, 70))
def test_every_proof_holds_of_every_stack(case: Case, mask: bool, dilation: int) -> None:
    for each in spectrum_proofs(case.layers, None if mask else case.weights, dilation):
        assert each.ok, each
        assert len(each.methods) >= 2
        assert each.agreement.tolerance < np.inf


def test_the_default_stack_is_proved_by_three_ways() -> None:
    proofs = {each.quantity: each for each in spectrum_proofs(DEFAULT, None, 2)}
    assert [(name, len(each.methods)) for name, each in proofs.items()] == [
        ("frequency response", 3),
        ("gain at frequency 0", 3),
        ("image ratio", 2),
        ("image at its multiple", 3),
        ("noise gain", 3),
        ("group delay", 2),
        ("half-power frequency", 2),
    ]
    for way in proofs["image ratio"].methods:
        assert way.value == pytest.approx((9 / 13) ** 3)
    for way in proofs["gain at frequency 0"].methods:
        assert way.value == pytest.approx(13**3)
    assert proofs["image at its multiple"].agreement.tolerance < 1e-11
    assert proofs["group delay"].agreement.tolerance < 1e-4


def test_the_image_of_the_mask_can_be_proved_alone() -> None:
    proofs = {each.quantity: each for each in spectrum_proofs(DEFAULT, None, 2)}
    mask = mask_image_proof(DEFAULT, 2)
    assert mask == dataclasses.replace(proofs["image ratio"], quantity=Quantity.PATTERN_IMAGE_RATIO)
    assert mask_image_proof(DEFAULT, 1) is None


def changed(name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """The function of that name, with its result changed."""
    real = getattr(module, name)
    return lambda *args, **options: change(real(*args, **options))


def scaled(field: str, factor: float) -> Callable[[Any], Any]:
    return lambda proofs: dataclasses.replace(proofs, **{field: getattr(proofs, field) * factor})


def moved_half_power(proofs: Any) -> Any:
    moved = dataclasses.replace(proofs)
    vars(moved)["half_power_frequency"] = proofs.half_power_frequency * 1.001
    return moved


@pytest.mark.parametrize(
    ("name", "change", "disagree"),
    [
        ("spectrum", scaled("response", 1 + 1e-9), {"frequency response", "gain at frequency 0"}),
        ("spectrum", scaled("response", -1.0), {"frequency response", "gain at frequency 0"}),
        ("spectrum", scaled("group_delay", 1.001), {"group delay"}),
        ("spectrum", scaled("group_delay", -1.0), {"group delay"}),
        ("spectrum", moved_half_power, {"half-power frequency"}),
        ("images", scaled("magnitude", 1 + 1e-9), {"image at its multiple"}),
        ("images", scaled("ratio", 1 + 1e-6), {"image ratio"}),
    ],
)
def test_a_disagreement_is_seen(
    monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Any], Any], disagree: set[str]
) -> None:
    layers = [Layer(Pattern.partially_dilated(4, 2, 5, causal=True))] * 2
    assert all(each.ok for each in spectrum_proofs(layers, None, 2))
    monkeypatch.setattr(module, name, changed(name, change))
    assert {each.quantity for each in spectrum_proofs(layers, None, 2) if not each.ok} == disagree


def test_what_would_take_too_long_is_left_out_and_said() -> None:
    layers = [Layer(Pattern.partially_dilated(64, 64, 65))] * MAX_LAYERS
    spectrum_proofs(DEFAULT, None, 2)
    began = perf_counter()
    proofs = {each.quantity: each for each in spectrum_proofs(layers, None, 64)}
    assert perf_counter() - began < 1.0
    assert all(each.ok for each in proofs.values())
    for name in ("frequency response", "gain at frequency 0", "image at its multiple"):
        assert "composed kernel is left out" in proofs[name].note
        assert len(proofs[name].methods) == 2
    assert len(proofs["noise gain"].methods) == 2
    assert "image ratio" not in proofs  # there is no other method for a kernel so long


def test_where_frequency_0_does_not_pass_the_largest_image_is_compared_as_it_is() -> None:
    slope = np.array([-1.0, 1.0])
    proofs = {each.quantity: each for each in spectrum_proofs([Layer(Pattern((0, 1)))], [slope], 2)}
    assert set(proofs) == {
        *("frequency response", "gain at frequency 0"),
        *("largest image", "noise gain", "group delay"),
    }
    assert [method.value for method in proofs["largest image"].methods] == pytest.approx([2.0] * 3)
    assert "Frequency 0 does not pass" in proofs["largest image"].note


def test_a_layer_of_zeros_has_no_delay_to_prove() -> None:
    proofs = spectrum_proofs([Layer(Pattern((0, 1)))], [np.zeros(2)], 1)
    assert [each.quantity for each in proofs] == [
        "frequency response",
        "gain at frequency 0",
        "noise gain",
    ]
    assert all(each.ok for each in proofs)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_weights_of_any_scale_are_proved(scale: float) -> None:
    proofs = spectrum_proofs(DEFAULT, [np.linspace(-1, 2, 13) * scale] * 3, 2)
    assert len(proofs) == 7
    assert all(each.ok for each in proofs)
    assert all("scaled by a power of two" in each.note for each in proofs)


def test_the_delay_of_a_layer_that_only_shifts_is_exact_however_far() -> None:
    layers = [Layer(Pattern((64,)), 8)] * 11 + [Layer(Pattern((64,)))]
    proofs = {each.quantity: each for each in spectrum_proofs(layers, None, 2**20)}
    assert all(each.ok for each in proofs.values())
    assert proofs["group delay"].methods[0].value == -64 * (8**12 - 1) / 7
