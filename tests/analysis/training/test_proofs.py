"""The proofs of a step: they hold of every run, and each sees what would be wrong."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.training.proofs import step_proofs
from pdviz.analysis.training.run import TrainingRun, Update
from pdviz.limits import MAX_LEARNING_RATE, MAX_LOSS
from pdviz.ways import TRAINED as WAYS
from tests.oracles.training import Case, patterns, seeds, sums, updates

WAYS_AND_GAPS = [*((way, "zero") for way in WAYS), ("mask", "conv"), ("mask", "pruned")]
scales = st.sampled_from([1e-9, 1e-3, 1.0, 1e3])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    way, gaps = draw(st.sampled_from(WAYS_AND_GAPS))
    pattern = draw(sums if way == "sum" else patterns)
    case = Case(pattern, draw(st.integers(1, 40)), draw(seeds), draw(st.booleans()), way, gaps)
    case.compact *= draw(scales)
    case.signal *= draw(scales)
    case.target *= draw(scales)
    return case


@settings(max_examples=400)
@given(cases(), updates, st.integers(1, 12))
def test_every_proof_holds_of_every_step(case: Case, update: Update, steps: int) -> None:
    """Of tiny and of huge numbers alike, of a run that has settled and of one that diverges."""
    run = case.run(update=update, steps=steps)
    for number in {0, run.steps // 2, run.steps - 1}:
        checks = step_proofs(run, number)
        for each in (checks.finite, checks.variants, checks.gathered):
            assert each.ok, (number, checks)
        assert (
            checks.finite.agreement.count
            == checks.gathered.agreement.count
            == len(case.parameter_offsets)
        )
        assert checks.variants.agreement.count + checks.recorded == len(checks.variants.methods)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("whole", [False, True])
def test_proofs_hold_where_nothing_is_left_to_learn_and_where_the_loss_explodes(
    way: str, whole: bool
) -> None:
    case = Case(Pattern.partially_dilated(), 64, 1, whole, way)
    case.target = case.output(np.where(np.isin(np.arange(-10, 11), case.pattern.offsets), 0.1, 0))
    settled = case.run(update=Update(rate=0.05, momentum=0.5), steps=200)
    exploded = case.run(update=Update(rate=MAX_LEARNING_RATE), steps=200)
    assert settled.loss[-1] < 1e-2 * settled.loss[0]
    assert exploded.loss[-1] > MAX_LOSS
    for run in (settled, exploded):
        for number in range(0, run.steps, 7):
            checks = step_proofs(run, number)
            assert checks.finite.ok, (number, checks.finite)
            assert checks.variants.ok
            assert checks.gathered.ok


def test_a_typical_agreement_is_close() -> None:
    for way in WAYS:
        case = Case(Pattern.partially_dilated(), 256, 2, True, way)
        checks = step_proofs(case.run(update=Update(rate=0.01), steps=20), 10)
        assert checks.finite.agreement.relative < 1e-10
        assert checks.variants.agreement.difference < 1e-14
        assert checks.gathered.agreement.difference == 0


def test_the_ways_are_those_that_can_make_the_pattern() -> None:
    def names(pattern: Pattern, way: str = "compact") -> int:
        return step_proofs(Case(pattern, 30, 0, True, way).run(), 0).variants.agreement.count

    assert names(Pattern.partially_dilated()) == 3
    assert names(Pattern.partially_dilated(2, 3, 5)) == 2  # no grid holds both wings
    assert names(Pattern.partially_dilated(2, 2, 3), "sum") == 3
    assert names(Pattern((-3, -1, 0, 5))) == 3
    assert names(Pattern((-3, -2, 0, 2, 3))) == 2


def test_what_was_recorded_is_compared_where_no_gap_holds_a_weight() -> None:
    def recorded(way: str, gaps: str, number: int) -> bool:
        case = Case(Pattern.partially_dilated(), 30, 0, True, way, gaps)
        run = case.run(update=Update("sgd", 0.01, 0.5), steps=3)
        return step_proofs(run, number).recorded

    assert recorded("compact", "zero", 2)
    assert recorded("sum", "zero", 2)
    assert recorded("mask", "zero", 2)
    assert recorded("mask", "pruned", 0)
    assert not recorded("mask", "pruned", 2)
    assert not recorded("mask", "conv", 0)
    assert recorded("conv1d", "zero", 0)
    assert not recorded("conv1d", "zero", 2)


def changed(run: TrainingRun, field: str, index: tuple[int, ...], by: float) -> TrainingRun:
    """The same run with one number of one array another."""
    array = np.array(getattr(run, field))
    array[index] += by
    return dataclasses.replace(run, **{field: array})


@pytest.mark.parametrize(("way", "gaps"), WAYS_AND_GAPS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_wrong_gradient_is_seen(way: str, gaps: str, whole: bool) -> None:
    run = Case(Pattern.partially_dilated(), 64, 3, whole, way, gaps).run(steps=3)
    size = float(np.abs(run.grad_params[1]).max())
    for parameter in np.flatnonzero(run.layout.unmasked):
        wrong = changed(run, "grad_params", (1, parameter), 1e-5 * size)
        checks = step_proofs(wrong, 1)
        assert not checks.finite.ok
        assert not checks.gathered.ok
        assert checks.variants.ok
        assert checks.finite.agreement.difference == pytest.approx(1e-5 * size, rel=1e-3)
        assert step_proofs(wrong, 0).finite.ok


def test_a_gap_that_was_given_its_gradient_or_a_wrong_one_before_the_mask_is_seen() -> None:
    run = Case(Pattern.partially_dilated(), 64, 3, True, "mask").run()
    gap = int(np.flatnonzero(~run.layout.unmasked)[0])
    assert not step_proofs(changed(run, "grad_params", (0, gap), 1e-9), 0).gathered.ok
    assert not step_proofs(changed(run, "grad_kernel", (0, gap), 1e-3), 0).finite.ok


@pytest.mark.parametrize(("field", "index"), [("output", (0, 9)), ("loss", (0,))])
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_output_or_loss_is_seen(way: str, field: str, index: tuple[int, ...]) -> None:
    run = Case(Pattern.partially_dilated(), 64, 3, True, way).run()
    assert not step_proofs(changed(run, field, index, 1e-6), 0).variants.ok
    assert not step_proofs(changed(run, field, index, np.nan), 0).variants.ok


def test_a_way_that_computes_something_else_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from pdviz.conv.ways import SumConv1d

    forward = SumConv1d.forward
    monkeypatch.setattr(SumConv1d, "forward", lambda self, x: forward(self, x) + 1e-9)
    case = Case(Pattern.partially_dilated(), 64, 3, True)
    checks = step_proofs(case.run(), 0)
    assert not checks.variants.ok
    assert checks.finite.ok


@pytest.mark.parametrize("number", [-1, 2, 100])
def test_a_step_that_was_not_taken_is_refused_by_name(number: int) -> None:
    run = Case(Pattern.dense(3), 10, seed=9, whole_signal=True).run(steps=2)
    with pytest.raises(ValueError, match=rf"`step` \(={number}\) must be 0 to 1"):
        step_proofs(run, number)


def test_silence_agrees_with_itself() -> None:
    arguments: dict[str, Any] = {"update": Update(rate=0.1)}
    case = Case(Pattern.partially_dilated(), 30, 0, True)
    for array in (case.signal, case.target):
        array[:] = 0
    checks = step_proofs(case.run(**arguments), 0)
    assert checks.finite.ok
    assert checks.variants.ok
    assert checks.gathered.ok
    assert checks.finite.agreement.relative == 0
