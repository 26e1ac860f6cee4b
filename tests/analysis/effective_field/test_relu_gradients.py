"""The backward pass by hand: against fractions node by node, and as a proof against autograd."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.effective_field import MEASURES, EffectiveField
from pdviz.analysis.effective_field import proofs as module
from pdviz.analysis.effective_field import relu_gradients as masked
from pdviz.analysis.effective_field.draws import Draws, draw, draw_work
from pdviz.analysis.effective_field.measured import measured_field
from pdviz.analysis.effective_field.proofs import BY_HAND, effective_field_proofs
from pdviz.analysis.effective_field.relu_gradients import relu_gradients
from pdviz.analysis.proof import Proof
from pdviz.analysis.stack import Layer
from tests.oracles.relu import backward_by_hand
from tests.oracles.spectrum import Case, cases

DEFAULT = [Layer(Pattern.partially_dilated())] * 3
PROVED = {
    *("effective std", "effective profile"),
    *(f"effective {share}% stretch" for share in (20, 30, 50, 99)),
}
free = st.sets(st.integers(-6, 6), min_size=1, max_size=5).map(lambda s: Pattern(tuple(s)))
families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 2),
    st.integers(1, 3),
    st.sampled_from([1, 3]),
    st.booleans(),
)
stacks = st.lists(st.builds(Layer, free | families, st.integers(1, 3)), max_size=3)
seeds = st.integers(0, 2**32 - 1)


def exactly(layers: Sequence[Layer], drawn: Draws, number: int) -> list[Fraction]:
    """The gradient of one draw, in fractions."""
    kernels = [[Fraction(w) for w in kernel[number].tolist()] for kernel in drawn.kernels]
    inputs = [Fraction(x) for x in drawn.inputs[number].tolist()]
    gradients = backward_by_hand(layers, kernels, inputs, drawn.first)
    return [Fraction(gradients.get(drawn.first + i, 0)) for i in range(len(inputs))]


@settings(max_examples=150)
@given(stacks, seeds, st.integers(1, 3), st.booleans())
def test_gradients_are_those_of_fractions_within_the_error_they_state(
    layers: list[Layer], seed: int, draws: int, gathered: bool
) -> None:
    """Spread from few outputs, or gathered tap by tap as from many."""
    drawn = draw(layers, None, draws, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masked, "SCATTER_MAX_OUTPUTS", 0 if gathered else 64)
        gradients = relu_gradients(layers, drawn.kernels, drawn.inputs)
    assert gradients.undecided == 0
    assert gradients.values.shape == gradients.errors.shape == drawn.inputs.shape
    for number in range(draws):
        exact = exactly(layers, drawn, number)
        rows = (gradients.values[number].tolist(), gradients.errors[number].tolist(), exact)
        for value, error, right in zip(*rows, strict=True):
            assert abs(Fraction(value) - right) <= Fraction(error)
            assert error < 1e-12


@pytest.mark.parametrize("order", [(0.1, 0.2, -0.3), (-0.3, 0.2, 0.1)])
def test_a_relu_that_hangs_on_rounding_may_be_open_or_shut(order: tuple[float, ...]) -> None:
    """0.1 + 0.2 − 0.3 is above 0 in one order and 0 in another; what passes is 5 times as much."""
    layers = [Layer(Pattern((0, 1, 2))), Layer(Pattern((0,)))]
    kernels = [np.ones((1, 3)), np.full((1, 1), 5.0)]
    gradients = relu_gradients(layers, kernels, np.array([order]))
    assert gradients.undecided == 1
    for gradient in (0.0, 5.0):
        assert (np.abs(gradients.values - gradient) <= gradients.errors).all()
    sure = relu_gradients(layers, kernels, np.array([[0.1, 0.2, -0.2999999]]))
    assert sure.undecided == 0
    assert (sure.errors < 1e-13).all()


def test_what_is_shut_below_is_exactly_0_above_and_undecides_nothing() -> None:
    layers = [Layer(Pattern((0,)))] * 3
    gradients = relu_gradients(layers, [np.ones((2, 1))] * 3, np.array([[-1.0], [1.0]]))
    assert gradients.values.tolist() == [[0.0], [1.0]]
    assert gradients.undecided == 0


def test_the_work_is_counted_on_taps() -> None:
    """One output of 3 taps, over 5 elements; 5 outputs of 2 taps, over an input of 11."""
    assert draw_work([Layer(Pattern((0, 2)), 2), Layer(Pattern((-2, 0, 2)))]) == 3 + 10 + 11


# As a proof.


def relu_proofs(layers: Sequence[Layer], field: EffectiveField, **options: Any) -> dict[str, Proof]:
    proofs = effective_field_proofs(layers, field, activation="relu", **options)
    return {proof.quantity: proof for proof in proofs}


@settings(max_examples=150)
@given(cases(most=4), st.booleans(), st.sampled_from(MEASURES), seeds, st.integers(1, 5))
def test_by_hand_and_autograd_agree(
    case: Case, chosen: bool, measure: str, seed: int, draws: int
) -> None:
    weights = case.weights if chosen else None
    options: dict[str, Any] = {"weights": weights, "seed": seed}
    field = measured_field(case.layers, measure=measure, activation="relu", draws=draws, **options)
    proofs = relu_proofs(case.layers, field, **options)
    assert [proof for proof in proofs.values() if not proof.ok] == []
    assert proofs.keys() >= ({"effective profile"} if field.vanished else PROVED)
    for quantity in PROVED & proofs.keys():
        assert [method.name for method in proofs[quantity].methods] == [BY_HAND, "autograd"]


def test_the_default_stack_is_proved_closely() -> None:
    proofs = relu_proofs(DEFAULT, measured_field(DEFAULT, activation="relu"))
    assert list(proofs) == [
        "effective std",
        *(f"effective {share}% stretch" for share in (20, 30, 50, 99)),
        *("effective profile", "output", "expected std"),
    ]
    for quantity in PROVED:
        assert proofs[quantity].agreement.tolerance < 1e-11
    assert proofs["effective std"].note == "Over the same 64 draws."


def too_long(share: float) -> Callable[[EffectiveField], EffectiveField]:
    def change(field: EffectiveField) -> EffectiveField:
        longer = field.stretches[share]._replace(last=int(field.positions[-1]) + 1)
        changed = replace(field)
        vars(changed)["stretches"] = {**field.stretches, share: longer}
        return changed

    return change


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda field: replace(field, std=field.std * (1 + 1e-11)), {"effective std"}),
        (lambda field: replace(field, mass=np.roll(field.mass, 1)), {"effective profile"}),
        *((too_long(s / 100), {f"effective {s}% stretch"}) for s in (20, 30, 50, 99)),
        (
            lambda field: replace(measured_field(DEFAULT), outputs=field.outputs),
            {"effective std", "effective profile"},
        ),
    ],
)
def test_a_wrong_field_is_seen(
    change: Callable[[EffectiveField], EffectiveField], wrong: set[str]
) -> None:
    """The last is that of the same weights without a ReLU."""
    field = measured_field(DEFAULT, activation="relu")
    proofs = relu_proofs(DEFAULT, change(field))
    disagree = {quantity for quantity, proof in proofs.items() if not proof.ok}
    assert disagree >= wrong
    assert disagree <= PROVED


@pytest.mark.parametrize("part", ["_adjoint", "_forward"])
def test_a_wrong_way_by_hand_is_seen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(masked, part)
    monkeypatch.setattr(masked, part, lambda *a: np.roll(right(*a), 1, axis=1))
    proofs = relu_proofs(DEFAULT, measured_field(DEFAULT, activation="relu"))
    assert not proofs["effective std"].ok
    assert not proofs["effective profile"].ok


def test_what_would_take_too_long_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    field = measured_field(DEFAULT, activation="relu")
    work = 64 * draw_work(DEFAULT)
    monkeypatch.setattr(module, "MAX_RELU_WORK", work)
    assert relu_proofs(DEFAULT, field).keys() >= PROVED
    monkeypatch.setattr(module, "MAX_RELU_WORK", work - 1)
    proofs = relu_proofs(DEFAULT, field)
    assert proofs.keys() == {"output", "expected std"}
    assert proofs["output"].note.endswith(
        f"left out: it would take {work:,} multiply-adds, more than {work - 1:,}."
    )


def test_a_field_that_hangs_on_rounding_is_not_held_against_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Near0:
        def __init__(self, seed: int) -> None:
            pass

        def standard_normal(self, shape: tuple[int, int]) -> np.ndarray:
            return np.tile([0.1, 0.2, -0.3], (shape[0], 1))

    monkeypatch.setattr(np.random, "default_rng", Near0)
    layers = [Layer(Pattern((0, 1, 2))), Layer(Pattern((0,)))]
    weights = [np.ones(3), np.ones(1)]
    field = measured_field(layers, weights, activation="relu", draws=2)
    proofs = relu_proofs(layers, field, weights=weights)
    assert not PROVED & proofs.keys()
    assert "rounding alone opens or shuts a ReLU" in proofs["output"].note


def test_a_little_that_hangs_on_rounding_is_allowed_for_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of two ReLUs the first hangs on rounding, and a hundredth of the second's passes it."""

    class Near0:
        def __init__(self, seed: int) -> None:
            pass

        def standard_normal(self, shape: tuple[int, int]) -> np.ndarray:
            return np.tile([0.1, 0.2, -0.3, 1.0, 1.0, 1.0], (shape[0], 1))

    monkeypatch.setattr(np.random, "default_rng", Near0)
    layers = [Layer(Pattern((0, 1, 2))), Layer(Pattern((0, 3)))]
    weights = [np.ones(3), np.array([0.01, 1.0])]
    field = measured_field(layers, weights, activation="relu", draws=2)
    profile = relu_proofs(layers, field, weights=weights)["effective profile"]
    assert profile.ok
    assert 1e-4 < profile.agreement.tolerance < 1e-2
    assert "In 2 of them rounding may open or shut a ReLU" in profile.note
