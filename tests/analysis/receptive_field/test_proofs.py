"""The proofs of a receptive field: they hold over random stacks, and fail when a way is wrong."""

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.proof import Proof
from pdviz.analysis.receptive_field import proofs as module
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.receptive_field.probe import Gradients, Probe
from pdviz.analysis.receptive_field.proofs import receptive_field_proofs
from pdviz.analysis.stack import Layer
from pdviz.conv import _backends
from pdviz.limits import MAX_PROOF_WORK
from tests.oracles.stack import Stack, any_layer, stack_of, walk

QUANTITIES = [
    "extent",
    "start",
    "jump",
    "centre",
    "inputs reached",
    "coverage",
    "longest hole",
    "paths in all",
    "paths from each input",
    "residue imbalance",
    "outputs that the input reaches",
]
DEFAULT = [Layer(Pattern.partially_dilated())] * 3


def by_name(proofs: tuple[Proof, ...]) -> dict[str, Proof]:
    return {proof.quantity: proof for proof in proofs}


@settings(max_examples=1000)
@given(st.lists(any_layer, max_size=4), st.integers(1, 9), st.integers(-40, 40))
def test_every_way_agrees_and_gives_what_a_walk_finds(
    stack: Stack, modulus: int, position: int
) -> None:
    proofs = receptive_field_proofs(stack_of(stack), modulus, position)
    assert [proof.quantity for proof in proofs if not proof.ok] == []
    paths = walk(stack)
    first, last, jump = min(paths), max(paths), prod(stride for _, stride in stack)
    classes = [sum(n for p, n in paths.items() if p % modulus == r) for r in range(modulus)]
    drawn = "".join("." if i in paths else "o" for i in range(first, last + 1))
    expected = {
        "extent": last - first + 1,
        "start": first,
        "jump": jump,
        "centre": (first + last) / 2,
        "inputs reached": len(paths),
        "coverage": len(paths) / (last - first + 1),
        "longest hole": max(map(len, drawn.split("."))),
        "paths in all": sum(paths.values()),
        "paths from each input": max(paths.values()),
        "residue imbalance": (max(classes) - min(classes)) / sum(classes),
        "outputs that the input reaches": sum((position - p) % jump == 0 for p in paths),
    }
    assert [proof.quantity for proof in proofs] == list(expected)
    for proof in proofs:
        assert proof.note in ("", *NOTES_OF_COMPARISON)
        assert len(proof.methods) >= 2
        for way in proof.methods:
            assert way.value == pytest.approx(expected[proof.quantity], rel=1e-12, abs=1e-12)


NOTES_OF_COMPARISON = (
    "Compared input by input.",
    "Compared input by input, each difference as a share of the count; shown is the most.",
)


def test_the_default_stack() -> None:
    proofs = by_name(receptive_field_proofs(DEFAULT, 2))
    assert list(proofs) == QUANTITIES
    assert proofs["coverage"].methods[0].value == 53 / 61
    assert proofs["paths in all"].methods[0].value == 13**3
    for quantity in QUANTITIES[:-1]:
        assert any("gradient" in method.name for method in proofs[quantity].methods)
    assert [method.name for method in proofs["outputs that the input reaches"].methods] == [
        module.FIELD,
        module.WALK,
        module.RESPONSE,
    ]


def changed(attribute: str, **changes: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """A way that returns something else: a dataclass with other values."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        right = getattr(module, attribute)
        monkeypatch.setattr(module, attribute, lambda *a: replace(right(*a), **changes))

    return patch


def mistaken(attribute: str, mistake: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    """A way whose result goes through `mistake`."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        owner = Probe if hasattr(Probe, attribute) else module
        right = getattr(owner, attribute)
        monkeypatch.setattr(owner, attribute, lambda *a: mistake(right(*a)))

    return patch


def one_count_off(seen: Gradients) -> Gradients:
    counts = seen.counts.copy()
    counts[20] += 1
    return replace(seen, counts=counts)


def three_lost(seen: Gradients) -> Gradients:
    """Neighbours in the middle that no gradient reaches."""
    counts = seen.counts.copy()
    counts[seen.support[20:23] - seen.support[0]] = 0
    return replace(seen, support=np.delete(seen.support, [20, 21, 22]), counts=counts)


SIZES = {"inputs reached", "coverage"}
COUNTED = {"paths in all", "paths from each input", "residue imbalance"}


@pytest.mark.parametrize(
    ("patch", "wrong"),
    [
        (changed("closed_form", extent=60), {"extent"}),
        (changed("closed_form", start=-29), {"start"}),
        (changed("closed_form", jump=2), {"jump"}),
        (changed("closed_form", centre=0.5), {"centre"}),
        (mistaken("gradients", one_count_off), COUNTED),
        (mistaken("gradients", three_lost), SIZES | COUNTED | {"longest hole"}),
        (
            mistaken("gradients", lambda seen: replace(seen, support=seen.support + 1)),
            {"start", "centre", "inputs reached", "jump"},
        ),
        (
            mistaken("gradients", lambda seen: replace(seen, other=seen.other[1:])),
            {"jump", "inputs reached"},
        ),
        (
            mistaken("paths_by_class", lambda paths: paths + np.array([1, 0])),
            {"residue imbalance"},
        ),
        (mistaken("outputs_walked_to", lambda t: t[1:]), {"outputs that the input reaches"}),
        (mistaken("response", lambda t: t + 1), {"outputs that the input reaches"}),
    ],
)
def test_a_way_that_is_wrong_is_seen(
    patch: Callable[[pytest.MonkeyPatch], None], wrong: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    patch(monkeypatch)
    disagree = {p.quantity for p in receptive_field_proofs(DEFAULT, 2) if not p.ok}
    assert disagree == wrong


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ({"longest_hole": 2}, {"longest hole"}),
        ({"coverage": 0.5}, {"coverage"}),
        ({"jump": 3}, {"jump", "outputs that the input reaches"}),
        ({"paths": np.ones(61, dtype=np.int64)}, {*SIZES, *COUNTED, "longest hole"}),
    ],
)
def test_a_field_that_is_wrong_is_seen(field: dict[str, Any], wrong: set[str]) -> None:
    changed = replace(receptive_field(DEFAULT), **field)
    proofs = receptive_field_proofs(DEFAULT, 2, field=changed)
    assert {proof.quantity for proof in proofs if not proof.ok} == wrong


@pytest.mark.parametrize("depth", [6, 12])
def test_counts_past_int64_are_compared_within_rounding(depth: int) -> None:
    layers = [Layer(Pattern.dense(65))] * depth
    proofs = by_name(receptive_field_proofs(layers, 3))
    assert all(proof.ok for proof in proofs.values())
    assert proofs["paths in all"].methods[0].value == 65**depth
    assert proofs["paths from each input"].agreement.tolerance < 1e-11


def test_what_would_take_long_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is run, and each number still has two ways."""
    monkeypatch.setattr(Probe, "_run", None)
    layers = [Layer(Pattern.partially_dilated(64, 64, 65))] * 12
    proofs = receptive_field_proofs(layers, 64)
    assert all(proof.ok and len(proof.methods) >= 2 for proof in proofs)
    work = f"{Probe(layers).work(2):,} multiply-adds for it, more than {MAX_PROOF_WORK:,}."
    for proof in proofs[:-1]:
        assert f"The gradient was left out: the layers would take {work}" in proof.note
    assert "The response was left out" in proofs[-1].note


def test_a_far_jump_allocates_nothing() -> None:
    """Output 1 lies a jump away: an input that held both windows would be as long."""
    layers = [Layer(Pattern((0, 1)), 8)] + [Layer(Pattern((0,)), 8)] * 11
    proofs = receptive_field_proofs(layers, 2)
    assert all(proof.ok for proof in proofs)
    assert "left out" in proofs[0].note


def test_an_input_that_reaches_nothing() -> None:
    layers = [Layer(Pattern((0, 1)), 4)]
    proof = receptive_field_proofs(layers, 2, position=2)[-1]
    assert proof.ok
    assert {method.value for method in proof.methods} == {0}


def test_the_work_is_counted_layer_by_layer() -> None:
    """Dense 5, stride 2, under dense 3: three outputs take 9, of 5 inputs that take 25, of 13."""
    probe = Probe([Layer(Pattern.dense(5), 2), Layer(Pattern.dense(3))])
    assert probe.work(3) == 3 * 3 + 5 * 5 + 13
    gaps = Pattern((-30, 0, 30))  # one dilated convolution: gaps are not multiplied
    assert Probe([Layer(gaps)]).work(3) == 3 * 3 + 63


def test_the_response_window_holds_every_output_that_may_answer() -> None:
    """Kernels of 5, every second output: input 1 lies under those of outputs 0 and 1 alone."""
    probe = Probe([Layer(Pattern((-2, 2)), 2)])
    assert probe.outputs_near(1) == range(0, 2)
    assert probe.response(1, probe.outputs_near(1)).tolist() == []
    assert probe.response(2, probe.outputs_near(2)).tolist() == [0, 2]


def test_nothing_is_compiled_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_backends, "fused", None)
    monkeypatch.setattr(_backends, "choose", None)
    for pattern in (Pattern.dense(3), Pattern.partially_dilated(8, 8, 3)):
        assert all(proof.ok for proof in receptive_field_proofs([Layer(pattern)] * 2, 2))


def test_the_same_stack_gives_the_same_proofs() -> None:
    torch.manual_seed(0)
    first = receptive_field_proofs(DEFAULT, 2)
    torch.manual_seed(1)
    assert receptive_field_proofs(DEFAULT, 2) == first


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="`modulus`"):
        receptive_field_proofs(DEFAULT, 0)
    with pytest.raises(ValueError, match="`position`"):
        receptive_field_proofs(DEFAULT, 2, position=2**70)
