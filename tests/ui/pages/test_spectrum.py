"""The page of frequencies: its numbers against sums of waves, its units, its rivals in words."""

from __future__ import annotations

import cmath
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pdviz import signals
from pdviz.analysis.proof import proof
from pdviz.analysis.spectrum import proofs
from pdviz.ui.queries import spectrum as compute_spectrum
from tests.oracles.pages import gaussian, offsets, words
from tests.ui.support.session import (
    WIDEST,
    cards,
    chart,
    figures,
    lines_of,
    notes,
    proved,
    sentences,
    table,
    turn,
    visit,
)

PAGE = "spectrum"
DEFAULT, DENSE, DILATED = offsets(), tuple(range(-10, 11)), tuple(range(-10, 11, 2))


def response(taps: Sequence[int], weights: Sequence[float], frequency: float) -> complex:
    """What a wave of so many cycles a sample is multiplied by: y[t] = Σ w[o] · x[t + o]."""
    turns = [cmath.exp(2j * math.pi * frequency * offset) for offset in taps]
    return sum(w * turn for w, turn in zip(weights, turns, strict=True))


def titled(app: Any) -> dict[str, tuple[str, str]]:
    """Value and unit of each number; each has a proof, and its ways agree."""
    numbers = cards(app)
    for card in numbers.values():
        assert card["meaning"]
        if card["value"] != "none":  # nothing to prove
            assert card["proof"]["ok"], card
    return {label: (card["value"], card["unit"]) for label, card in numbers.items()}


@pytest.mark.parametrize("layers", [1, 3])
def test_the_image_of_the_default_is_nine_thirteenths(layers: int) -> None:
    """Nine more taps at even offsets than at odd ones: 9/13 of what passes at 0, a layer."""
    number = titled(visit(PAGE, layers=str(layers)))["Image ratio of the pattern"]
    share = (9 / 13) ** layers
    assert number == (f"{share:.1%}", f"{20 * math.log10(share):.1f} dB".replace("-", "−"))


@pytest.mark.parametrize(
    ("link", "layers"),
    [
        ({"filter": "layer"}, 1),
        ({"layers": "2"}, 2),
        ({"filter": "layer", "weights": "average", "causal": "1"}, 1),
    ],
)
def test_the_numbers_are_those_of_the_weights(link: dict[str, str], layers: int) -> None:
    taps = offsets(causal="causal" in link)
    weights = gaussian(taps) if "weights" not in link else np.full(len(taps), 1 / len(taps))
    numbers = titled(visit(PAGE, **link))
    at_zero, image = response(taps, weights, 0) ** layers, response(taps, weights, 0.5) ** layers
    assert numbers["Passes at frequency 0"] == (words(at_zero.real), "")
    assert numbers["Image ratio"][0] == f"{abs(image / at_zero):.1%}"
    cut = float(numbers["Half-power frequency"][0])
    power = abs(response(taps, weights, cut) ** layers / at_zero) ** 2
    assert power == pytest.approx(0.5, abs=2e-3)  # the frequency is said to four digits
    kernel = np.array([1.0])
    dense = np.zeros(taps[-1] - taps[0] + 1)
    dense[np.array(taps) - taps[0]] = weights
    for _ in range(layers):
        kernel = np.convolve(kernel, dense)
    assert numbers["Noise gain"][0] == words(float(kernel @ kernel))
    delay = -layers * sum(w * o for w, o in zip(weights, taps, strict=True)) / sum(weights)
    assert float(numbers["Group delay at 0"][0].replace("−", "-")) == pytest.approx(delay, abs=1e-3)


def test_an_image_is_shown_at_its_peak_and_at_its_multiple() -> None:
    """Dilation 3: between 1/6 and 1/2 the response is highest beside 1/3, by 4 dB."""
    taps = offsets(dilation=3)
    weights = gaussian(taps)
    numbers = titled(visit(PAGE, dilation="3", filter="layer"))
    levels = [abs(response(taps, weights, f / 20_000)) for f in range(3400, 10_000)]
    peak, at = max(levels), abs(response(taps, weights, 1 / 3))
    share, beside = numbers["Image ratio"]
    assert share == f"{peak / sum(weights):.1%}"
    assert beside.startswith(f"{20 * math.log10(peak / sum(weights)):.1f} dB at".replace("-", "−"))
    place, unit = beside.split(" at ")[1].split(" ", 1)
    assert unit == "cycles per sample"
    assert float(place) == pytest.approx((3400 + levels.index(peak)) / 20_000, abs=1e-4)
    assert numbers["Image at 1/3"][0] == f"{at / sum(weights):.1%}"
    assert peak > 1.5 * at


def test_the_image_is_drawn_by_the_width_of_the_island_with_the_reason() -> None:
    app = visit(PAGE, dilation="3", filter="layer")
    (drawing,) = [b for b in figures(app) if b["name"] == "islands"]
    spec = json.loads(drawing["spec"])
    peaks = next(t for t in spec["data"] if t["name"] == "at its peak")
    assert peaks["mode"] == "lines+markers"
    names = [t["name"] for t in spec["data"]]
    assert names[:2] == ["at its peak", "at its multiple of 1/3"]
    assert spec["data"][1]["line"]["dash"] == "dash"  # over the other, where they coincide
    top, highest = spec["layout"]["yaxis"]["range"][1], spec["layout"]["yaxis"]["tickvals"][-1]
    assert highest == 0 < top  # the line at 0 and the whole point there are seen
    assert "5: −7.4 dB, 7: −10.6 dB" in drawing["alt"]
    assert any("neighbours that weigh about the same cancel" in line for line in lines_of(app))
    free = visit(PAGE, pattern="1101011")
    assert not [b for b in figures(free) if b["name"] == "islands"]


@pytest.mark.parametrize("link", [{"wing": "0"}, {"dilation": "1"}, {"wing": "0", "layers": "1"}])
def test_a_dilation_that_parts_no_taps_has_no_image(link: dict[str, str]) -> None:
    apps = [
        visit(PAGE, **{"dilation": d, "growth": g, **link}) for d, g in (("2", "1"), ("3", "1"))
    ]
    for app in apps:
        numbers = titled(app)
        assert numbers["Image ratio"] == numbers["Image ratio of the pattern"] == ("none", "")
        assert not any(label.startswith("Image at") for label in numbers)
        assert any("there is no image of frequency 0." in line for line in lines_of(app))
        assert all(row["Strongest image"] == "none" for row in table(app).values())
        assert not any("image" in t for t in written(app))
    assert titled(apps[0]) == titled(apps[1])
    field = [cards(visit("receptive_field", **{"dilation": d, **link})) for d in ("2", "3")]
    assert {label: card["value"] for label, card in field[0].items()} == {
        label: card["value"] for label, card in field[1].items()
    }


def test_a_level_below_the_floor_is_worded_alike_everywhere() -> None:
    app = visit(PAGE, island="65")
    levels = [cards(app)["Image ratio"]["unit"], *written(app), *lines_of(app)]
    assert sum("under −120.0 dB" in text for text in levels) == 3
    assert not any("less than" in text or "−126" in text for text in levels)


def test_layers_of_their_own_have_an_image_where_the_shared_pattern_has_no_gap() -> None:
    meaning = cards(visit(PAGE, wing="0", stack="-w1d5i3", layers="2"))["Image ratio"]["meaning"]
    assert "multiple of 1/5 cycle per sample (5 is the least dilation of the layers)" in meaning


def test_a_free_pattern_says_where_its_step_is_from() -> None:
    meaning = cards(visit(PAGE, pattern="10000001101"))["Image ratio"]["meaning"]
    assert "multiple of 1/7 cycle per sample (7 is the widest step between" in meaning


def test_one_layer_is_the_shared_pattern_and_the_whole_stack_is_all_of_it() -> None:
    own = {"stack": "-w1d5i3", "growth": "2", "layers": "2"}
    alone = titled(visit(PAGE, filter="layer"))
    assert titled(visit(PAGE, filter="layer", **own)) == alone
    assert titled(visit(PAGE, **own)) != alone


def test_rivals_stand_beside_and_are_said_in_words() -> None:
    app = visit(PAGE, filter="layer", weights="average")
    proved(app, 3)
    rows = table(app)
    assert set(rows) == {"This stack", "Dense", "Plain dilated"}
    assert [row["Weights"] for row in rows.values()] == ["13", "21", "11"]
    assert [row["Image ratio"] for row in rows.values()] == ["69.2%", "6.5%", "100%"]
    assert [row["Image at its multiple of 1/2"] for row in rows.values()] == [
        "69.2%",
        "4.8%",
        "100%",
    ]
    assert (
        "The strongest image of frequency 0 has its peak at 0.5 cycles per sample and passes at "
        "−3.2 dB, where a dense kernel passes its own at −23.7 dB and plain dilation passes its "
        "own at 0.0 dB."
    ) in lines_of(app)
    rows = table(turn(app, "rival", "weights"))
    assert [row["Weights"] for row in rows.values()] == ["13", "13", "13"]


@pytest.mark.parametrize(
    ("signal", "unit"),
    [("ecg", "hertz"), ("co2", "cycles per year"), ("sunspots", "cycles per year")],
)
def test_frequencies_in_the_unit_of_the_signal(signal: str, unit: str) -> None:
    rate = signals.load(signal).sample_rate
    app = visit(PAGE, signal=signal)
    before = float(titled(app)["Half-power frequency"][0])
    numbers = titled(turn(app, "hertz", True))
    value, shown_unit = numbers["Half-power frequency"]
    image = f"{words(rate / 2)} {unit}"
    assert f"Image at {image}" in numbers
    assert any(text.startswith(f"image at {image}: ") for text in written(app))
    assert numbers["Image ratio"][1].endswith(f" {unit}")
    assert shown_unit == unit
    assert float(value) == pytest.approx(before * rate, rel=1e-3)
    layout = chart(app)["layout"]
    assert layout["xaxis"]["title"]["text"] == f"frequency, in {unit}"
    assert layout["xaxis"]["range"] == [0, pytest.approx(rate / 2)]


def test_a_stack_too_wide_for_its_lobes_says_what_may_be_missed() -> None:
    wide = {"wing": "64", "dilation": "64"}
    assert not notes(visit(PAGE, **wide, layers="3"), "info")  # 24,589 inputs
    (note,) = notes(visit(PAGE, **wide, layers="12"), "info")
    assert note.endswith("At the multiples of 1/64 cycle per sample the response is exact.")


def test_a_stack_longer_than_the_signal_says_by_how_much() -> None:
    app = visit(PAGE, signal="macro", hertz="1", layers="12")
    (note,) = notes(app, "info")
    assert note.startswith("This reaches over 241 samples, 38 more than the signal has (203)")
    assert notes(visit(PAGE, signal="macro", layers="12"), "info") == []


def written(app: Any) -> list[str]:
    """What stands in the chart."""
    return [
        text for trace in chart(app)["data"] if trace["mode"] == "text" for text in trace["text"]
    ]


def test_phase_or_group_delay_is_drawn_below() -> None:
    app = visit(PAGE, causal="1", filter="layer")
    assert any("Phase" in text for text in written(app))
    turn(app, "below", "delay")
    assert any("Group delay" in text for text in written(app))


def test_strides_fold_frequencies_and_it_is_said() -> None:
    app = visit(PAGE, stack="s4")
    assert any(
        "what passes above 0.125 cycles per sample" in text for text in notes(app, "caption")
    )
    assert not any("folds back" in text for text in notes(visit(PAGE), "caption"))


def test_weights_that_stop_a_constant_have_no_image_and_it_is_said() -> None:
    app = visit(PAGE, weights="difference")
    numbers = titled(app)
    assert numbers["Image ratio"] == ("none", "")
    assert numbers["Half-power frequency"] == ("none", "")
    assert any("no image of it to compare" in line for line in lines_of(app))


@pytest.mark.parametrize("link", [WIDEST, {"pattern": "1"}, {"wing": "0", "island": "1"}])
def test_extremes_open(link: dict[str, str]) -> None:
    app = visit(PAGE, **link)
    assert sentences(app) == []
    assert len(cards(app)) >= 5


@pytest.mark.usefixtures("empty_caches")
def test_a_disagreement_is_shown_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    right = proofs.spectrum_proofs

    def wrong(*arguments: Any, **settings: Any) -> Any:
        return tuple(
            proof("noise gain", ("squares", 1.0), ("mean power", 1.1), tolerance=1e-9)
            if each.quantity == "noise gain"
            else each
            for each in right(*arguments, **settings)
        )

    monkeypatch.setattr(compute_spectrum, "spectrum_proofs", wrong)
    noise_gain = cards(visit(PAGE))["Noise gain"]["proof"]
    assert not noise_gain["ok"]
    assert noise_gain["badge"] == "two methods disagree"
    assert noise_gain["verdict"].startswith("They do not agree: at least one of them is wrong.")
