"""Numbers and their proofs as a person sees them, on the pages of a whole stack."""

import re

import numpy as np
import pytest

from pdviz.analysis.receptive_field import Layer, receptive_field
from pdviz.analysis.spectrum import spectrum
from pdviz.pattern import Pattern
from pdviz.ui.components.code import modules, source
from tests.browser.test_geometry import LOAD


def card(page, label: str):
    """A number of the page by its label."""
    name = re.compile(f"^{re.escape(label)}$")
    return page.tab.locator("#numbers .card").filter(has=page.tab.locator("dt", has_text=name))


def value(page, label: str) -> str:
    return card(page, label).locator(".figure").inner_text()


def open_page(page, path: str) -> None:
    page.open(path)
    page.tab.locator("#numbers .card").first.wait_for(timeout=60_000)


def test_each_number_opens_to_the_ways_it_was_computed(page):
    open_page(page, "/receptive_field")
    assert page.tab.locator("#numbers .panel").count() == 0
    badge = card(page, "Inputs reached").get_by_role("button")
    assert badge.inner_text() == "✓ four ways agree"
    badge.click()
    assert badge.get_attribute("aria-expanded") == "true"
    panel = page.tab.locator("#numbers .panel")
    rows = panel.locator("tr").evaluate_all(
        "rows => rows.map(r => [...r.cells].map(c => c.innerText))"
    )
    assert len(rows) == 4
    assert {count for _, count in rows} == {"53"}
    assert "They are exactly the same, as they must be." in panel.inner_text()
    badge.click()
    page.until(panel.count, 0)


def test_proofs_by_keyboard_stay_open_over_an_edit(page):
    open_page(page, "/receptive_field")
    badge = card(page, "Receptive field").get_by_role("button")
    badge.focus()
    page.tab.keyboard.press("Enter")
    cells = page.tab.locator("#numbers .panel tr td:last-child")
    page.until(lambda: set(cells.all_inner_texts()), {"61"})
    page.type("Wing", "5")
    page.until(lambda: set(cells.all_inner_texts()), {"73"})
    assert value(page, "Receptive field") == "73"
    page.tab.keyboard.press("Escape")


def test_all_proofs_hold_and_the_numbers_are_those_of_the_stack(page):
    link = "/receptive_field?layers=4&growth=2&stack=-s2-w1d5i3c"
    open_page(page, link)
    default = Pattern.partially_dilated
    stack = [
        Layer(default()),
        Layer(default(4, 4, 5), 2),
        Layer(default(1, 5, 3, causal=True)),
        Layer(default(4, 16, 5)),
    ]
    field = receptive_field(stack)
    page.until(lambda: value(page, "Receptive field"), f"{field.extent:,}")
    assert value(page, "Inputs reached") == f"{len(field.support):,}"
    assert value(page, "Longest hole") == str(field.largest_gap)
    assert value(page, "Paths") == f"{13 * 13 * 4 * 13:,}"
    assert value(page, "First input") == f"−{-field.start}"
    badges = page.tab.locator("#numbers .badge").all_inner_texts()
    assert len(badges) >= 13
    assert all(text.startswith("✓ ") and text.endswith("ways agree") for text in badges)


def test_a_disagreement_is_shown_in_red(browser):
    """The drawing as the page has it, told of two ways that differ."""
    names = [name for name, _ in modules()]
    needed = modules()[: names.index("numbers.js") + 1]
    proof = {"ways": [["closed form", "61"], ["set", "60"]], "says": "They do not agree."}
    cards = [
        {
            "label": name,
            "value": "61",
            "unit": "",
            "means": "",
            "proof": {**proof, "ok": ok, "badge": badge},
        }
        for name, ok, badge in (
            ("Right", True, "two ways agree"),
            ("Wrong", False, "two ways disagree"),
        )
    ]
    context = browser.new_context()
    tab = context.new_page()
    tab.set_content(f"<style>{source('numbers.css')}</style>{source('numbers.html')}")
    tab.evaluate(LOAD, [source("loader.js"), needed])
    tab.evaluate("""cards => numbers(document.querySelector('#numbers'), {data: {cards}})""", cards)
    colours = tab.locator("#numbers .card").evaluate_all(
        """cards => cards.map(card => [...card.querySelectorAll('.value, button')]
            .map(e => getComputedStyle(e).color))"""
    )
    red = "rgb(192, 57, 43)"
    assert colours[1] == [red, red]
    assert red not in colours[0]
    assert tab.locator(".card.failed button").inner_text() == "✗ two ways disagree"
    tab.locator(".card.failed button").click()
    assert tab.locator(".panel td").all_inner_texts() == ["closed form", "61", "set", "60"]
    context.close()


def test_what_a_person_writes_is_never_markup(browser):
    names = [name for name, _ in modules()]
    needed = modules()[: names.index("numbers.js") + 1]
    text = "<img src=x onerror=document.title='broken'>"
    proof = {"ok": True, "badge": text, "ways": [[text, text]], "says": text}
    cards = [{"label": text, "value": text, "unit": text, "means": text, "proof": proof}]
    context = browser.new_context()
    tab = context.new_page()
    tab.set_content(source("numbers.html"))
    tab.evaluate(LOAD, [source("loader.js"), needed])
    tab.evaluate("""cards => numbers(document.querySelector('#numbers'), {data: {cards}})""", cards)
    tab.locator("button").click()
    assert tab.locator("img").count() == 0
    assert tab.locator("dt").inner_text() == text
    context.close()


def test_the_choices_of_the_effect_change_the_figure(page):
    open_page(page, "/receptive_field")
    page.tab.locator(".st-key-effective-field .js-plotly-plot .main-svg").first.wait_for()
    page.settle()
    before = page.traces("effective-field")
    group = page.tab.get_by_test_id("stButtonGroup").filter(has_text="Effect of")
    group.get_by_text("Random weights, averaged").click()
    page.until(page.query, "trial=random")
    page.settle()
    page.until(lambda: page.traces("effective-field") != before, True)
    page.tab.get_by_text("Equal weights", exact=True).click()
    page.until(page.query, "rival=weights&trial=random")
    page.tab.get_by_text("where a dense stack of 39 spans 37").wait_for()


def test_every_depth_from_either_side(page):
    open_page(page, "/receptive_field")
    page.tab.get_by_text("Every depth, with exact path counts").click()
    page.tab.locator(".st-key-every-depth .js-plotly-plot .main-svg").first.wait_for()
    assert page.traces("every-depth")[0]["y"] == ["output", "1 layer", "2 layers", "3 layers"]
    page.tab.get_by_text("What an input reaches", exact=True).click()
    page.until(
        lambda: page.traces("every-depth")[0]["y"], ["input", "1 layer", "2 layers", "3 layers"]
    )
    page.tab.get_by_text("reaches 53 of 61 outputs (87%)").first.wait_for()


@pytest.mark.parametrize("hertz", [False, True])
def test_the_spectrum_drawn_is_the_spectrum(page, hertz):
    open_page(page, "/spectrum?filter=layer&weights=average" + ("&hertz=1" if hertz else ""))
    page.tab.locator(".st-key-spectrum .js-plotly-plot .main-svg").first.wait_for()
    layer = [Layer(Pattern.partially_dilated())]
    wanted = spectrum(layer).decibels
    curves = page.tab.evaluate(
        """() => document.querySelector('.st-key-spectrum .js-plotly-plot')._fullData
            .filter(d => d.name === 'Moving average weights')
            .map(d => [Array.from(d.y), d.dx ?? d.x[1] - d.x[0]])"""
    )
    (drawn, step) = curves[0]
    assert step * (len(drawn) - 1) == pytest.approx(180 if hertz else 0.5)
    every = (len(wanted) - 1) // (len(drawn) - 1)
    assert np.array(drawn, dtype=float) == pytest.approx(wanted[::every], abs=1e-3)
    assert value(page, "Image ratio") == "69.2%"
    unit = "hertz" if hertz else "cycles per sample"
    assert card(page, "Half power at").locator(".unit").inner_text() == unit


def test_the_cost_follows_what_is_typed(page):
    open_page(page, "/cost")
    assert value(page, "Dense Conv1d: weights held") == "4,032"
    page.type("Channels", "32")
    page.until(lambda: value(page, "Dense Conv1d: weights held"), "2,016")
    page.until(page.query, "width=32&groups=32")
    page.type("Groups", "3")
    page.tab.get_by_text("Groups must divide the 32 channels: 3 was changed to 2.").wait_for()
    page.until(lambda: value(page, "Dense Conv1d: weights held"), f"{3 * 32 * 16 * 21:,}")


@pytest.mark.parametrize("path", ["/receptive_field", "/spectrum", "/cost"])
def test_a_stack_too_wide_is_refused_in_a_sentence_and_can_be_mended(page, path):
    page.open(f"{path}?wing=64&dilation=64&island=65&layers=12&growth=4")
    page.tab.get_by_text(
        "would reach over 45,812,982,529 inputs; at most 1,048,576"
    ).first.wait_for()
    page.settle()
    assert page.tab.locator("#numbers .card").count() == 0
    field = page.tab.get_by_test_id("stSidebar").get_by_label("Layers", exact=True)
    field.fill("1")
    field.press("Enter")
    page.tab.locator("#numbers .card").first.wait_for()
