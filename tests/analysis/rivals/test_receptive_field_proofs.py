"""The proofs of a table of rivals: they hold of every stack, and see a wrong number or way."""

from collections.abc import Callable
from dataclasses import replace
from math import nextafter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.proof import Proof
from pdviz.analysis.rivals import FITS, Comparison, compare, rivals
from pdviz.analysis.rivals import receptive_field_proofs as module
from pdviz.analysis.rivals.receptive_field_proofs import comparison_proofs
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_EXTENT, MAX_LAYERS
from tests.oracles.stack import Stack, any_layer, jumps, stack_of, walk

QUANTITIES = [
    *("weights", "extent", "inputs reached", "coverage"),
    *("longest hole", "longest run", "expected std"),
]
DEFAULT = [Layer(Pattern.partially_dilated())] * 3
WIDEST = [Layer(Pattern.partially_dilated(64, 64, 65))] * MAX_LAYERS


def table_of(layers: list[Layer]) -> dict[str, tuple[tuple[Layer, ...], Comparison]]:
    """A stack and its rivals of each fit."""
    return {
        f"{rival.name}, {fit}": (rival.layers, compare(rival.layers))
        for fit in FITS
        for rival in rivals(layers, fit)
        if rival.extent <= MAX_EXTENT
    }


def by_name(proofs: tuple[Proof, ...]) -> dict[str, Proof]:
    return {proof.quantity: proof for proof in proofs}


@settings(max_examples=300)
@given(st.lists(any_layer, max_size=4), st.booleans())
def test_every_way_to_every_cell_gives_what_a_walk_finds(stack: Stack, wide: bool) -> None:
    layers = stack_of(stack)
    with pytest.MonkeyPatch.context() as patch:
        if wide:
            patch.setattr(module, "MAX_CONVOLVED", 0)
        rows = comparison_proofs({"here": (layers, compare(layers)), **table_of(layers)})
    assert [row.quantity for row in rows] == QUANTITIES
    assert [row for row in rows if not row.ok] == []
    paths = walk(stack)
    first, last = min(paths), max(paths)
    drawn = "".join("." if i in paths else "o" for i in range(first, last + 1))
    variance = 0.0
    for (offsets, _), jump in zip(stack, jumps(stack), strict=True):
        variance += jump**2 * float(np.var(np.array(offsets, dtype=float)))
    expected = {
        "weights": sum(len(offsets) for offsets, _ in stack),
        "extent": last - first + 1,
        "inputs reached": len(paths),
        "coverage": len(paths) / (last - first + 1),
        "longest hole": max(map(len, drawn.split("."))),
        "longest run": max(map(len, drawn.split("o"))),
        "expected std": variance**0.5,
    }
    for row in rows:
        name, cell = row.parts[0]
        assert name == "here"
        assert len(cell.methods) >= 2
        for way in cell.methods:
            assert way.value == pytest.approx(expected[row.quantity], rel=1e-9, abs=1e-12)


def test_the_default_stack_and_its_rivals() -> None:
    rows = by_name(comparison_proofs(table_of(DEFAULT)))
    assert list(rows) == QUANTITIES
    names = [f"{name}, {fit}" for fit in FITS for name in ("this stack", "dense", "plain dilated")]
    for row in rows.values():
        assert row.ok
        assert [name for name, _ in row.parts] == names
        assert row.note.startswith("Compared in every column")
    coverages = [cell.methods[1].value for _, cell in rows["coverage"].parts[:3]]
    assert coverages == [53 / 61, 1.0, 31 / 61]
    assert [method.name for method in rows["expected std"].methods][2] == "path counts"
    assert rows["expected std"].agreement.tolerance < 1e-11


@pytest.mark.parametrize(
    ("field", "change", "quantities"),
    [
        ("weights", lambda n: n + 1, {"weights"}),
        ("extent", lambda n: n + 1, {"extent"}),
        ("reached", lambda n: n - 1, {"inputs reached"}),
        ("coverage", lambda share: nextafter(nextafter(share, 0), 0) - 1e-15, {"coverage"}),
        ("longest_hole", lambda n: n + 1, {"longest hole"}),
        ("longest_run", lambda n: n - 1, {"longest run"}),
        ("std", lambda std: std * (1 + 1e-10), {"expected std"}),
        ("std", lambda std: float("nan"), {"expected std"}),
    ],
)
def test_a_wrong_cell_is_seen(
    field: str, change: Callable[[Any], Any], quantities: set[str]
) -> None:
    table = table_of(DEFAULT)
    wrong = "dense, weights"
    layers, right = table[wrong]
    table[wrong] = (layers, replace(right, **{field: change(getattr(right, field))}))
    rows = by_name(comparison_proofs(table))
    assert {name for name, row in rows.items() if not row.ok} == quantities
    for quantity in quantities:
        assert f"; the difference is that of {wrong}." in rows[quantity].note


SUPPORT = {"inputs reached", "coverage"}


@pytest.mark.parametrize("wide", [False, True])
def test_a_wrong_way_is_seen(wide: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that is not reached after all: the eleventh, in the unbroken run of the middle."""
    if wide:
        monkeypatch.setattr(module, "MAX_CONVOLVED", 0)
        right = module.windowed_support

        def holed(layers: Any) -> np.ndarray:
            mask = right(layers).copy()
            mask[30] = False
            return mask

        monkeypatch.setattr(module, "windowed_support", holed)
    else:
        paths = module._by_paths

        def holed_paths(layers: Any) -> Any:
            reached = paths(layers)
            assert reached is not None
            reached.mask[30] = False
            return reached

        monkeypatch.setattr(module, "_by_paths", holed_paths)
    rows = comparison_proofs({"this stack": (DEFAULT, compare(DEFAULT))})
    assert {row.quantity for row in rows if not row.ok} == SUPPORT | {"longest run"}


def test_a_wrong_mask_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tap more, in the gap beside the first one."""
    right = module._mask

    def more(pattern: Pattern) -> np.ndarray:
        mask = right(pattern).copy()
        mask[1] = True
        return mask

    monkeypatch.setattr(module, "_mask", more)
    rows = comparison_proofs({"this stack": (DEFAULT, compare(DEFAULT))})
    wrong = {row.quantity for row in rows if not row.ok}
    assert wrong >= {"weights", "inputs reached", "expected std"}


def test_the_widest_stack_and_its_rivals_are_proved() -> None:
    rows = by_name(comparison_proofs(table_of(WIDEST)))
    assert list(rows) == QUANTITIES
    assert all(row.ok for row in rows.values())
    assert rows["extent"].parts[0][1].methods[1].value == 1 + 12 * 8256


def test_what_would_take_too_long_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CONVOLVED", 0)
    table = table_of(DEFAULT)
    first = module.windowed_work(DEFAULT)
    monkeypatch.setattr(module, "MAX_WINDOWED", first)
    rows = by_name(comparison_proofs(table))
    assert list(rows) == QUANTITIES
    for quantity in ("inputs reached", "coverage", "longest hole", "longest run"):
        assert [name for name, _ in rows[quantity].parts] == ["this stack, span"]
        assert rows[quantity].note.endswith("to look through its windows would take too long.")
    assert len(rows["extent"].parts) == len(rows["expected std"].parts) == len(table)
    monkeypatch.setattr(module, "MAX_WINDOWED", 0)
    assert [row.quantity for row in comparison_proofs(table)] == [
        *("weights", "extent", "expected std")
    ]


def test_more_paths_than_float64_can_share_are_not_counted() -> None:
    layers = [Layer(Pattern.dense(2))] * 1001
    assert module._by_paths(layers) is None
    assert module._by_paths(layers[1:]) is not None
    assert all(row.ok for row in comparison_proofs({"deep": (layers, compare(layers))}))
