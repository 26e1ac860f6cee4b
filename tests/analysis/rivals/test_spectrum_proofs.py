"""The proofs of a table of responses: they hold of every stack, and see a wrong number or way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.proof import Proof
from pdviz.analysis.rivals import rivals
from pdviz.analysis.rivals import spectrum_proofs as module
from pdviz.analysis.rivals.spectrum_proofs import Response, response_proofs
from pdviz.analysis.spectrum import images, spectrum
from pdviz.analysis.stack import Layer, make_weights
from pdviz.limits import MAX_LAYERS
from tests.oracles.spectrum import Case, cases

ROWS = [
    "weights",
    "image ratio",
    "strongest image",
    "image at its multiple",
    "half-power frequency",
    "group delay at 0",
]
DEFAULT = [Layer(Pattern.partially_dilated())] * 3


def response(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, dilation: int
) -> Response:
    weight_count = sum(layer.pattern.taps for layer in layers)
    column = spectrum(layers, weights), images(layers, weights, dilation)
    return Response(layers, weights, weight_count, *column)


def table_of(layers: Sequence[Layer], kind: str, dilation: int) -> dict[str, Response]:
    """A stack and its rivals of equal span, each with weights of its own."""
    table = {}
    for rival in rivals(layers):
        weights = [make_weights(kind, layer.pattern, n) for n, layer in enumerate(rival.layers)]
        table[rival.name] = response(rival.layers, weights, dilation)
    return table


def by_name(proofs: tuple[Proof, ...]) -> dict[str, Proof]:
    return {proof.quantity: proof for proof in proofs}


def power_at(case: Case, frequency: float) -> float:
    """Of the composed kernel, as a share of that at 0."""
    kernel, _ = case.composed()
    wave = np.exp(2j * np.pi * frequency * np.arange(len(kernel)))
    return float(abs(wave @ kernel) ** 2 / kernel.sum() ** 2)


@settings(max_examples=400)
@given(cases(most=4), st.booleans(), st.integers(1, 70))
def test_every_proof_holds_of_every_stack(case: Case, mask: bool, dilation: int) -> None:
    weights = None if mask else case.weights
    column = response(case.layers, weights, dilation)
    rows = by_name(response_proofs({"here": column}))
    assert [name for name in ROWS if name in rows] == list(rows)
    if column.spectrum.passes_zero:
        left_out = set(ROWS) - rows.keys()
        assert left_out <= {*IMAGES, "half-power frequency"}
        assert ("image at its multiple" in rows) == (dilation > 1)
    else:
        assert list(rows) == ["weights"]
    for name, row in rows.items():
        assert len(row.methods) == 2
        assert row.agreement.tolerance < np.inf
        if name != "half-power frequency":
            assert row.ok, row
        elif not row.ok:  # a dip too narrow for the search: the sum has found a lower one
            searched, summed = (method.value for method in row.methods)
            assert summed < searched
            ones = [np.ones(layer.pattern.taps) for layer in case.layers]
            assert power_at(Case(case.layers, ones) if mask else case, summed) < 0.5


@pytest.mark.parametrize("kind", ["random", "average", "gaussian"])
def test_the_default_stack_and_its_rivals(kind: str) -> None:
    table = table_of(DEFAULT, kind, 2)
    rows = by_name(response_proofs(table))
    assert list(rows) == ROWS
    for row in rows.values():
        assert row.ok
        faint = kind == "gaussian" and row.quantity in ("image ratio", "strongest image")
        assert [name for name, _ in row.parts] == [n for n in table if not (faint and n == "dense")]
    for name, cell in rows["image ratio"].parts:
        assert cell.methods[0].value == table[name].images.ratio
        assert cell.agreement.tolerance < 1e-6 * max(cell.agreement.size, 1)
    if kind == "average":
        ratios = [cell.methods[1].value for _, cell in rows["image ratio"].parts]
        band = np.linspace(0.26, 0.5, 100_001)  # the peaks of 21 equal taps from 1/4 on
        dense = np.abs(np.sin(21 * np.pi * band) / (21 * np.sin(np.pi * band))).max()
        assert ratios == pytest.approx([(9 / 13) ** 3, dense**3, 1.0], rel=1e-6)
        delays = [cell.methods[1].value for _, cell in rows["group delay at 0"].parts]
        assert delays == pytest.approx([0.0] * 3, abs=1e-14)
        level = rows["strongest image"].parts[0][1].methods[1].value
        assert level == pytest.approx(60 * np.log10(9 / 13))


def spectrum_with(**changes: Any) -> Callable[[Response], Response]:
    return lambda column: column._replace(spectrum=replace(column.spectrum, **changes))


def half_power_at(frequency: float | None) -> Callable[[Response], Response]:
    def change(column: Response) -> Response:
        other = replace(column.spectrum)
        vars(other)["half_power_frequency"] = frequency
        return column._replace(spectrum=other)

    return change


def images_with(factor: float) -> Callable[[Response], Response]:
    def change(column: Response) -> Response:
        ratio, magnitude = column.images.ratio, column.images.magnitude
        assert ratio is not None
        other = replace(column.images, ratio=ratio * factor, magnitude=magnitude * factor)
        return column._replace(images=other)

    return change


IMAGES = {"image ratio", "strongest image", "image at its multiple"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda column: column._replace(weight_count=column.weight_count + 1), {"weights"}),
        (images_with(1 + 1e-9), {"image at its multiple"}),
        (images_with(1 + 1e-6), IMAGES),
        (images_with(0.5), IMAGES),
        (half_power_at(0.03), {"half-power frequency"}),
        (half_power_at(0.2), {"half-power frequency"}),
        (half_power_at(None), {"half-power frequency"}),
        (spectrum_with(group_delay=np.full(1025, 1e-8)), {"group delay at 0"}),
        (spectrum_with(group_delay=np.full(1025, np.nan)), {"group delay at 0"}),
    ],
)
def test_a_wrong_cell_is_seen(change: Callable[[Response], Response], wrong: set[str]) -> None:
    table = table_of(DEFAULT, "average", 2)
    table["dense"] = change(table["dense"])
    rows = by_name(response_proofs(table))
    assert {name for name, row in rows.items() if not row.ok} == wrong
    for name in wrong:
        assert "; the difference is that of dense." in rows[name].note


def test_a_lower_cut_off_that_the_search_missed_is_seen() -> None:
    """Random weights whose power dips below half and comes back before it stays there."""
    table = table_of(DEFAULT, "average", 2)
    right = table["dense"].spectrum.half_power_frequency
    assert right is not None
    later = table["dense"].spectrum.frequencies[table["dense"].spectrum.magnitude.argmin()]
    wrong = half_power_at(float(later))(table["dense"])
    row = by_name(response_proofs({"dense": wrong}))["half-power frequency"]
    assert not row.ok
    assert right <= row.methods[1].value < later


@pytest.mark.parametrize("part", ["waves_of", "offsets_of"])
def test_a_wrong_way_is_seen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waves twice as long, or taps half as far apart again."""
    table = table_of([Layer(Pattern.partially_dilated(4, 3, 5, causal=True))] * 2, "gaussian", 3)
    assert all(row.ok for row in response_proofs(table))
    right = getattr(module, part)
    mistakes: dict[str, Callable[..., Any]] = {
        "waves_of": lambda n, places, d: right(n, places, 2 * d),
        "offsets_of": lambda pattern: right(pattern) * 2,
    }
    monkeypatch.setattr(module, part, mistakes[part])
    wrong = {row.quantity for row in response_proofs(table) if not row.ok}
    assert wrong >= (
        {"image at its multiple"}
        if part == "waves_of"
        else {"half-power frequency", "group delay at 0"}
    )


def test_no_cut_off_is_proved_as_none() -> None:
    """One tap lets all frequencies through alike."""
    column = response([Layer(Pattern((3,)))], None, 2)
    cell = by_name(response_proofs({"shift": column}))["half-power frequency"]
    assert cell.ok
    assert [method.value for method in cell.methods] == [np.inf, np.inf]


def test_columns_without_a_number_are_named_with_the_reason() -> None:
    slope = [np.array([-1.0, 1.0])]
    table = {
        "slope": response([Layer(Pattern((0, 1)))], slope, 2),
        "mean": response([Layer(Pattern((0, 1)))], None, 2),
    }
    rows = by_name(response_proofs(table))
    assert [name for name, _ in rows["weights"].parts] == ["slope", "mean"]
    for name in ROWS[1:]:
        if name in rows:
            assert [column for column, _ in rows[name].parts] == ["mean"]
            assert "Not of slope" in rows[name].note
    assert rows["group delay at 0"].note.endswith("Not of slope: nothing passes at frequency 0.")


@pytest.mark.parametrize("scale", [1e-300, 1e200])
def test_weights_of_any_scale_are_proved(scale: float) -> None:
    weights = [np.linspace(1, 2, 13) * scale, np.linspace(2, 1, 13) / scale]
    rows = response_proofs({"here": response(DEFAULT[:2], weights, 2)})
    assert [row.quantity for row in rows] == ROWS
    assert all(row.ok for row in rows)


def test_the_widest_stack_and_its_rivals_are_proved() -> None:
    widest = [Layer(Pattern.partially_dilated(64, 64, 65))] * MAX_LAYERS
    rows = by_name(response_proofs(table_of(widest, "average", 64)))
    assert list(rows) == [ROWS[0], *ROWS[3:]]  # the peaks of so long a kernel have one method
    assert all(row.ok and len(row.parts) == 3 for row in rows.values())
    assert "Compared at 7 of 32 images." in rows["image at its multiple"].parts[1][1].note


def test_too_many_taps_are_not_summed_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of(DEFAULT, "average", 2)
    monkeypatch.setattr(module, "MAX_WAVES", 10)
    assert list(by_name(response_proofs(table))) == ["weights", "group delay at 0"]
    monkeypatch.setattr(module, "MAX_WAVES", 13)
    rows = by_name(response_proofs(table))
    assert [name for name, _ in rows["image ratio"].parts] == ["this stack", "plain dilated"]
    assert rows["image ratio"].note.endswith(
        "Not of dense: its taps are too many to be summed one by one."
    )
