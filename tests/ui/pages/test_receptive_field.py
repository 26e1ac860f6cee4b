"""The page of receptive fields: its numbers and proofs, its rivals in words, what it refuses."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import pytest

from pdviz.analysis.proof import proof
from pdviz.analysis.receptive_field import proofs
from pdviz.analysis.stack import composed as convolution
from pdviz.figures.wording import amount
from pdviz.ui.queries import receptive_field as fields
from tests.oracles.pages import offsets, stack_numbers
from tests.ui.support.session import (
    WIDEST,
    cards,
    chart,
    data_for,
    figures,
    go,
    lines_of,
    notes,
    parts,
    proved,
    send,
    sentences,
    state_of,
    table,
    turn,
    visit,
)

DEFAULT, DENSE, DILATED = offsets(), tuple(range(-10, 11)), tuple(range(-10, 11, 2))
PAGE = "receptive_field"
EFFECT = {"σ of the effect", "Half of the effect", "99% of the effect"}


def values(app: Any) -> dict[str, str]:
    """The numbers of the page; every one has a proof, and all its ways agree.

    Of an effect that one method alone measures, what it is made of has.
    """
    numbers_of_page = cards(app)
    for label, card in numbers_of_page.items():
        if card["proof"] is None:
            assert label in EFFECT
            assert "Sum of the gradient" in numbers_of_page
            continue
        assert card["proof"]["ok"], card
        assert re.fullmatch(r"checked \w+ ways", card["proof"]["badge"])
        assert len(card["proof"]["methods"]) >= 2
        assert card["meaning"]
    return {label: card["value"] for label, card in numbers_of_page.items()}


def same(taps: Sequence[int], layers: int) -> list[tuple[Sequence[int], int]]:
    return [(taps, 1)] * layers


@pytest.mark.parametrize(
    ("link", "stack"),
    [
        ({}, same(DEFAULT, 3)),
        ({"layers": "1"}, same(DEFAULT, 1)),
        ({"wing": "2", "dilation": "3", "causal": "1"}, same((-10, -7, -4, -3, -2, -1, 0), 3)),
        ({"pattern": "1100010", "origin": "1"}, same((-1, 0, 4), 3)),
        (
            {"wing": "1", "dilation": "1", "island": "1", "causal": "1", "layers": "10"}
            | {"growth": "2"},
            [((-(2**n), 0), 1) for n in range(10)],
        ),
        (
            {"stack": "-s2-w1d5i1c", "layers": "4", "growth": "2"},
            [(DEFAULT, 1), (offsets(4, 4, 5), 2), ((-5, 0), 1), (offsets(4, 16, 5), 1)],
        ),
    ],
)
def test_the_numbers_are_those_of_the_stack(
    link: dict[str, str], stack: list[tuple[Sequence[int], int]]
) -> None:
    app = visit(PAGE, **link)
    on_page = values(app)
    expected = stack_numbers(stack)
    assert on_page["Receptive field"] == expected["Receptive field"]
    assert on_page["Inputs reached"] == expected["Inputs reached"]
    assert on_page["Coverage"] == expected["Coverage"]
    assert on_page["Longest hole"] == expected["Longest hole"]
    paths, jump = 1, 1
    for taps, stride in stack:
        paths, jump = paths * len(taps), jump * stride
    assert on_page["Paths"] == f"{paths:,}"
    assert on_page["Jump"] == str(jump)
    row = table(app)["This stack"]
    assert {name: row[name] for name in expected} == expected


def test_rivals_are_counted_at_equal_span_and_at_equal_weights() -> None:
    app = visit(PAGE)
    proved(app, 5)
    rows = table(app)
    for row in rows.values():
        assert float(row.pop("σ of the effect, expected")) > 0
    assert rows == {
        "This stack": stack_numbers(same(DEFAULT, 3)),
        "Dense, equal span": stack_numbers(same(DENSE, 3)),
        "Plain dilated, equal span": stack_numbers(same(DILATED, 3)),
        "Dense, equal weights": stack_numbers(same(tuple(range(-6, 7)), 3)),
        "Plain dilated, equal weights": stack_numbers(same(tuple(range(-12, 13, 2)), 3)),
    }


def test_a_rival_that_is_the_stack_itself_is_left_out() -> None:
    plain = table(visit(PAGE, wing="5", island="1"))
    assert set(plain) == {"This stack", "Dense, equal span", "Dense, equal weights"}
    app = visit(PAGE, wing="0", dilation="1", island="21")
    assert set(table(app)) == {"This stack"}
    assert any("Every layer is dense" in line for line in lines_of(app))


def test_one_input_is_not_called_inputs() -> None:
    app = visit(PAGE, wing="0", island="1")
    assert cards(app)["Receptive field"]["unit"] == cards(app)["Jump"]["unit"] == "input"
    said = [*lines_of(app), *(figure["alt"] for figure in figures(app))]
    assert not [text for text in said if re.search(r"\b1 (inputs|outputs|samples)", text)]


def test_the_differences_are_said_in_words() -> None:
    assert parts(visit(PAGE), "list")[0]["lines"] == [
        "It reaches 86.9% of its span with 39 weights, where a dense stack reaches 100% with 63 "
        "and plain dilation reaches 50.8% with 33.",
        "With 39 weights it spans 61 inputs and reaches 86.9% of them, where a dense stack of 39 "
        "spans 37 and reaches 100% and plain dilation of 39 spans 73 and reaches 50.7%.",
    ]


def test_a_rival_that_cannot_have_the_same_span_says_which_it_has() -> None:
    """Of kernels of 101 elements a plain dilated one of dilation 12 has 97."""
    app = visit(PAGE, dilation="12")
    assert parts(app, "list")[0]["lines"][0].endswith(
        "and plain dilation reaches 8.7% of its 289 inputs with 27. Plain dilation cannot span 301 "
        "inputs: 289 is the most that fits into them."
    )
    assert table(app)["Plain dilated, span 289"]["Receptive field"] == "289"
    proved(app, 5)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({}, "Does not apply. The layers' taps are not evenly spaced"),
        (
            {"wing": "1", "dilation": "1", "island": "1", "stack": "-w1d2i1-w1d5i1"},
            "Dilations 1, 2, 5 with 3 taps per layer. The criterion's distance M₂ is 2 and "
            "may be at most 3. The stack passes. Exactly: 17 of 17 inputs reached, no holes.",
        ),
        (
            {"wing": "1", "dilation": "1", "island": "1", "stack": "-w1d2i1-w1d9i1"},
            "Dilations 1, 2, 9 with 3 taps per layer. The criterion's distance M₂ is 5 and "
            "may be at most 3. The stack does not pass. M₂ is 5, above the 3 taps of a layer. "
            "Exactly: 21 of 25 inputs reached, longest hole 2.",
        ),
    ],
)
def test_the_hybrid_dilation_criterion_where_it_applies_and_why_not_elsewhere(
    link: dict[str, str], words: str
) -> None:
    (line,) = [line for line in lines_of(visit(PAGE, **link)) if "Hybrid-dilation" in line]
    assert words in line


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ({**WIDEST, "growth": "2"}, "33.55 million"),
        ({**WIDEST, "growth": "4"}, "45.81 billion"),
        ({"stack": "w64d1024i65s8-w64d1024i65s8-w64d1024i65s8-w64d1024i65", "layers": "4"}, None),
    ],
)
@pytest.mark.parametrize("page", [PAGE, "spectrum"])
def test_a_stack_that_is_too_wide_is_refused_with_the_inputs_it_would_have(
    page: str, link: dict[str, str], number: str | None
) -> None:
    app = visit(page, **link)
    if page != PAGE:  # where the stack's own editor says it
        (sentence,) = sentences(app)
        assert sentence.startswith("This stack would reach over ")
        assert number is None or f" {number} inputs; at most 1,048,576 are computed." in sentence
    assert parts(app, "numbers", "table") == []
    narrower = {**data_for(app, "editor"), "layers": 1, "growth": 1, "stack": []}
    names = ("family", "layers", "growth", "every", "stack")
    send(app, "editor", {name: narrower[name] for name in names})  # and the session goes on
    assert sentences(app) == []
    assert parts(app, "numbers", "table") != []


def test_the_widest_stack_that_is_counted_is_counted() -> None:
    app = visit(PAGE, wing="64", dilation="64", island="65", layers="12", growth="1")
    expected = stack_numbers(same(offsets(64, 64, 65), 12))
    on_page = values(app)
    assert on_page["Receptive field"] == expected["Receptive field"] == "99,073"
    assert on_page["Inputs reached"] == expected["Inputs reached"]
    assert on_page["Paths"] == amount(193**12)


def test_choices_of_the_effect_change_its_numbers_alone() -> None:
    app = visit(PAGE)
    before = values(app)
    effect = EFFECT | {"Sum of the gradient"}
    widths = {before["σ of the effect"]}
    for name, value in (
        *(("weights", "average"), ("measure", "magnitude"), ("activation", "relu")),
        *(("trial", "random"), ("activation", "linear"), ("measure", "energy")),
    ):
        now = values(turn(app, name, value))
        changing = effect | ({"σ of the effect, expected"} if name == "measure" else set())
        assert {k: v for k, v in now.items() if k not in changing} == {
            k: v for k, v in before.items() if k not in changing
        }
        assert ("σ of the effect, expected" in now) == (state_of(app).field.measure == "energy")
        widths.add(now["σ of the effect"])
        before = now
    assert len(widths) == 7


def test_how_much_smaller_the_effective_field_is_is_said() -> None:
    def theory_line(**link: str) -> str:
        (line,) = [line for line in lines_of(visit(PAGE, **link)) if "theoretical" in line]
        return line

    dense = {"wing": "0", "island": "5", "layers": "1", "weights": "average"}
    assert theory_line(**dense) == (
        "Of the 5 inputs of the theoretical field 1 make 20%, 2 make 30%, 3 make 50% and 5 make "
        "99% of the effect."
    )
    assert theory_line(trial="random", activation="relu").endswith("averaged over 64 draws.")


def test_weights_that_let_nothing_through_are_said() -> None:
    zeros = ",".join(["0"] * 13)
    app = visit(PAGE, weights="typed", values=zeros)
    assert any("No input has any effect on the output" in text for text in sentences(app))
    assert "σ of the effect" not in cards(app)


@pytest.mark.usefixtures("empty_caches")
def test_a_stack_too_large_to_be_measured_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convolution, "MAX_FIELD_WORK", 10)
    app = visit(PAGE, wing="7", dilation="3")
    assert any("too large to be measured" in text for text in notes(app, "info"))
    assert "σ of the effect" not in cards(app)
    assert values(app)["Receptive field"] == "139"
    numbers = cards(visit("spectrum", **WIDEST, causal="1"))
    assert numbers["Noise gain"]["value"] == "none"


# A disagreement.


@pytest.mark.usefixtures("empty_caches")
def test_a_disagreement_is_shown_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    right = proofs.receptive_field_proofs

    def wrong(*arguments: Any, **settings: Any) -> Any:
        return tuple(
            proof("extent", ("closed form", 61), ("set of inputs reached", 60))
            if each.quantity == "extent"
            else each
            for each in right(*arguments, **settings)
        )

    monkeypatch.setattr(proofs, "receptive_field_proofs", wrong)
    numbers_of_page = cards(visit(PAGE))
    assert numbers_of_page["Receptive field"]["proof"] == {
        "ok": False,
        "badge": "two methods disagree",
        "methods": [["closed form", "61"], ["set of inputs reached", "60"]],
        "verdict": "They do not agree: at least one of them is wrong. The largest difference is 1; "
        "they must be exactly the same.",
    }
    assert all(
        card["proof"]["ok"] for name, card in numbers_of_page.items() if name != "Receptive field"
    )


@pytest.mark.usefixtures("empty_caches")
def test_proofs_are_computed_for_the_state_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong path count is found out, whichever stack is chosen."""
    right = fields.field_of

    def wrong(layers: Any) -> Any:
        field = right(layers)
        paths = field.paths.copy()
        paths[len(paths) // 2] += 1
        return dataclasses.replace(field, paths=paths)

    monkeypatch.setattr(fields, "field_of", wrong)
    app = visit(PAGE, wing="3")
    assert not cards(app)["Paths"]["proof"]["ok"]
    assert not cards(turn(app, "wing", 5))["Paths"]["proof"]["ok"]


# Every depth.


def titles(app: Any) -> list[str]:
    return [note["text"] for note in chart(app, 0)["layout"]["annotations"]]


def test_every_depth_is_drawn_when_it_is_asked_for() -> None:
    app = visit(PAGE)
    assert [each["name"] for each in figures(app)] == ["effective-field"]
    turn(app, "view", "receptive")
    assert [each["name"] for each in figures(app)] == ["every-depth", "effective-field"]
    for layers in (3, 2):
        if layers != 3:
            turn(app, "layers", layers)
        kernels = {"This stack": DEFAULT, "Dense": DENSE, "Plain dilated": DILATED}
        for title, (name, taps) in zip(titles(app), kernels.items(), strict=True):
            numbers = stack_numbers(same(taps, layers))
            assert title.startswith(f"<b>{name}: {numbers['Weights']} weights</b><br>")
            reached = f"{numbers['Inputs reached']} of {numbers['Receptive field']} inputs"
            assert reached in title
        assert [
            len(panel["y"])
            for panel in chart(app, 0)["data"]
            if panel["type"] == "heatmap" and panel["name"] != "holes"
        ] == [layers + 1] * 3
        assert figures(app)[0]["alt"]


@pytest.mark.parametrize("view", ["receptive", "projective"])
def test_a_link_to_every_depth_shows_it(view: str) -> None:
    rows = chart(visit(PAGE, view=view))["data"][0]["y"]
    assert rows[0] == ("output" if view == "receptive" else "input")


def test_the_inputs_not_reached_are_listed_to_be_copied() -> None:
    app = visit(PAGE)
    (line,) = [each for each in lines_of(app) if each.startswith("**Not reached:** ")]
    reached = {a + b + c for a in DEFAULT for b in DEFAULT for c in DEFAULT}
    missing = [x for x in range(-30, 31) if x not in reached]
    assert line == f"**Not reached:** {', '.join(f'{x:+}'.replace('-', '−') for x in missing)}."
    turn(app, "layers", 1)
    assert "**Not reached:** −9, −7, −5, −3, +3, +5, +7, +9." in lines_of(app)
    assert "**Not reached:** +1…+4, +6…+9." in lines_of(
        visit(PAGE, pattern="10000100001", origin="0", layers="1")
    )
    lines = lines_of(visit(PAGE, wing="64"))
    assert any("every second input from −389 to −263" in line for line in lines), lines


def test_the_stack_goes_along_to_another_page() -> None:
    app = visit(PAGE, growth="2", stack="-s2")
    state = state_of(app)
    for page in ("kernel", "spectrum", "cost", "gradient", PAGE):
        assert state_of(go(app, page)) == state
    assert values(app)["Jump"] == "2"
