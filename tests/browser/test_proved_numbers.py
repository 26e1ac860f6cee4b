"""Numbers and their proofs as a person sees them, on the pages of a whole stack."""

import re

import numpy as np
import pytest

from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer
from pdviz.pattern import Pattern
from pdviz.ui.components.assets import modules, source
from tests.browser.support.modules import LOAD


def card(page, label: str):
    """A number of the page by its label."""
    name = re.compile(f"^{re.escape(label)}$")
    return page.tab.locator("#report .card").filter(has=page.tab.locator("dt", has_text=name))


def value(page, label: str) -> str:
    return card(page, label).locator(".digits").inner_text()


def open_page(page, path: str) -> None:
    page.open(path)
    page.tab.locator("#report .card").first.wait_for(timeout=60_000)


def test_each_number_opens_to_the_ways_it_was_computed(page):
    open_page(page, "/receptive_field")
    assert page.tab.locator("#report .panel").count() == 0
    badge = card(page, "Inputs reached").locator(".badge")
    assert badge.inner_text() == "✓ checked four ways"
    badge.click()
    assert badge.get_attribute("aria-expanded") == "true"
    panel = page.tab.locator("#report .panel")
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
    badge = card(page, "Receptive field").locator(".badge")
    badge.focus()
    page.tab.keyboard.press("Enter")
    cells = page.tab.locator("#report .panel tr td:last-child")
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
    assert value(page, "Longest hole") == str(field.longest_hole)
    assert value(page, "Paths") == f"{13 * 13 * 4 * 13:,}"
    assert value(page, "First input") == f"−{-field.start}"
    badges = page.tab.locator("#report .badge").all_inner_texts()
    assert len(badges) >= 13
    assert all(re.fullmatch(r"✓ checked \w+ ways", text) for text in badges)


def show(browser, *blocks: dict):
    """Show these blocks in a report as a page has it, in a page of its own."""
    main = "boot/main.js"
    alone = [main, 'export { report } from "report/report.js"\n']
    needed = [*([name, text] for name, text in modules() if name != main), alone]
    tab = browser.new_context().new_page()
    tab.set_content(f"<style>{source('report/report.css')}</style>{source('report/report.html')}")
    tab.evaluate(LOAD, [source("boot/loader.js"), source("boot/link.js"), needed])
    send(tab, *blocks)
    return tab


def send(tab, *blocks: dict) -> None:
    tab.evaluate(
        "blocks => report(document.querySelector('#report'), {data: {blocks, rev: 0, seq: 0}})",
        list(blocks),
    )


def proved(badge: str, ok: bool) -> dict:
    ways = [["closed form", "61"], ["set", "61" if ok else "60"]]
    return {"ok": ok, "badge": badge, "methods": ways, "verdict": "How they agree."}


RIGHT, WRONG = proved("checked two ways", True), proved("two methods disagree", False)
RED = "rgb(192, 57, 43)"
COLOURS = """places => places.map(place => [...place.querySelectorAll('.value, td')]
    .filter(e => !e.closest('.panel')).map(e => getComputedStyle(e).color))"""


def number(label: str, proof: dict | None) -> dict:
    return {"label": label, "value": "61", "unit": "", "meaning": "What it is.", "proof": proof}


def rows(*titles: str, proof: dict | None = RIGHT, name: str = "t") -> dict:
    display = [{"title": t, "cells": ["1", "2"], "meaning": "", "proof": proof} for t in titles]
    return {"kind": "table", "name": name, "heads": ["", "a", "b"], "rows": display, "proved": True}


def test_a_disagreement_is_shown_in_red(browser):
    cards = [number("Right", RIGHT), number("Wrong", WRONG)]
    table = rows("Right", "Wrong")
    table["rows"][1]["proof"] = WRONG
    tab = show(browser, {"kind": "numbers", "cards": cards}, table)
    for places in (".card", ".grid > tbody > tr"):
        right, wrong = tab.locator(places).evaluate_all(COLOURS)
        assert set(wrong) == {RED}
        assert RED not in right
        failed = tab.locator(f"{places}.failed")
        badge = failed.locator(".badge")
        assert badge.inner_text() == "✗ two methods disagree"
        badge.click()
        method_values = tab.locator(".panel td:not([colspan])").all_inner_texts()
        assert method_values == ["closed form", "61", "set", "60"]
        badge.click()
    tab.context.close()


def test_a_proof_that_is_open_stays_so_and_closes_with_its_number(browser):
    both = [number("First", RIGHT), number("Second", RIGHT)]
    tab = show(browser, {"kind": "numbers", "cards": both}, rows("First", "Second"))
    for place in (".card:has-text('First')", ".grid tbody tr:has-text('Second')"):
        tab.locator(place).locator(".badge").click()
    assert tab.locator(".panel").count() == 2
    send(
        tab,
        {"kind": "heading", "text": "Above"},
        {"kind": "numbers", "cards": both},
        rows("Second"),
    )
    assert tab.locator("h3").inner_text() == "Above"
    assert tab.locator("#report > *").evaluate_all("all => all.map(e => e.localName)") == [
        *("h3", "dl", "div")
    ]
    assert tab.locator(".panel").count() == 2
    send(tab, {"kind": "numbers", "cards": [number("Second", None)]}, rows("Third", proof=None))
    assert tab.locator(".panel, h3").count() == 0
    assert tab.locator(".badge").all_inner_texts() == ["one method"] * 2
    tab.context.close()


def test_a_pending_proof_keeps_its_place(browser):
    """The number is new, the methods' values are not there yet; nothing moves or closes.

    The cells of these values are as wide as their text, which "…" and "61" share in few fonts.
    """
    table = rows("Second")
    tab = show(browser, {"kind": "numbers", "cards": [number("First", RIGHT)]}, table)
    for place in (".card", ".grid tbody tr:has-text('Second')"):
        tab.locator(place).first.locator(".badge").click()
    boxes = "all => all.map(e => e.getBoundingClientRect()).map(b => [b.x, b.y, b.width])"
    places = tab.locator(".card, .badge, .panel, .grid td:not(.methods td)")
    before = places.evaluate_all(boxes)
    pending = number("First", "pending") | {"value": "73"}
    send(tab, {"kind": "numbers", "cards": [pending]}, rows("Second", proof="pending"))
    assert tab.locator(".card .digits").inner_text() == "73"
    assert tab.locator(".badge").all_inner_texts() == ["… checking"] * 2
    assert tab.locator(".badge").first.get_attribute("aria-label") == "First: checking"
    assert tab.locator(".panel .methods td:last-child").all_inner_texts() == ["…"] * 4
    assert tab.locator(".panel .verdict").all_inner_texts() == ["Checking …"] * 2
    assert places.evaluate_all(boxes) == before
    tab.locator(".badge").first.click(force=True)  # there is nothing to open or to close yet
    assert tab.locator(".panel").count() == 2
    send(tab, {"kind": "numbers", "cards": [number("First", WRONG)]}, rows("Second"))
    assert tab.locator(".badge").all_inner_texts() == [
        "✗ two methods disagree",
        "✓ checked two ways",
    ]
    values = tab.locator(".panel .methods td:last-child").all_inner_texts()
    assert values == ["61", "60", "61", "61"]
    tab.context.close()


def test_a_name_opens_to_its_meaning_and_a_badge_to_its_check(browser):
    """By mouse or keyboard, each by itself; what looks like a button is one."""
    row = rows("Row")
    row["rows"][0]["meaning"] = "What the row is."
    cards = [number("Card", RIGHT), number("Alone", None) | {"meaning": ""}]
    tab = show(browser, {"kind": "numbers", "cards": cards}, row)
    for place, says in ((".card", "What it is."), (".grid tbody tr", "What the row is.")):
        name, badge = tab.locator(f"{place} .meant").first, tab.locator(f"{place} .badge").first
        assert (name.get_attribute("title"), name.get_attribute("aria-expanded")) == (says, "false")
        name.focus()
        tab.keyboard.press("Enter")
        assert name.get_attribute("aria-expanded") == "true"
        assert tab.locator(".panel :is(.subject, .meaning)").all_inner_texts() == (
            ["Card", says] if place == ".card" else [says]
        )
        badge.click()
        assert tab.locator(".panel .meaning").all_inner_texts() == [says]
        assert tab.locator(".panel .verdict").all_inner_texts() == ["How they agree."]
        name.click()
        assert tab.locator(".panel .meaning").count() == 0
        badge.click()
        assert tab.locator(".panel").count() == 0
    alone = tab.locator(".card").last
    assert alone.get_by_role("button").all_inner_texts() == ["one method"]
    assert alone.get_by_role("button").is_disabled()
    border = "badge => getComputedStyle(badge).borderTopColor"
    assert alone.locator(".badge").evaluate(border) == "rgba(0, 0, 0, 0)"
    tab.context.close()


@pytest.mark.parametrize("path", ["/receptive_field", "/spectrum", "/cost"])
def test_of_a_wide_stack_the_numbers_come_before_their_proofs(page, path):
    page.open(f"{path}?wing=40&dilation=30")
    badges = page.tab.locator("#report .badge")
    agree = re.compile(r"^(✓ checked \w+ ways|one method|)$")
    page.until(lambda: all(map(agree.match, badges.all_inner_texts())), True)
    badges.first.evaluate(WATCH_BADGES)
    with page.tab.expect_response("**/reports/*") as answer:
        page.type("Wing", "41")
    assert answer.value.status == 200
    assert '"pending"' in answer.value.text()
    page.until(page.query, "wing=41&dilation=30")
    page.until(lambda: all(map(agree.match, badges.all_inner_texts())), True)
    assert "… checking" in page.tab.evaluate("badgesSeen")


WATCH_BADGES = """badge => {
    const root = badge.getRootNode()
    window.badgesSeen = []
    new MutationObserver(() => badgesSeen.push(...[...root.querySelectorAll('.badge')]
        .map(each => each.textContent))).observe(root, {subtree: true, childList: true})
}"""
"""Note whatever badges say from now on."""


def test_an_answer_to_an_earlier_edit_is_not_shown(browser):
    """What the page says may be of an edit before the one that is shown, and must wait."""
    one, two, three = (
        {"blocks": [{"kind": "heading", "text": text}], "rev": rev, "seq": seq}
        for text, rev, seq in (("one", 0, 4), ("two", 0, 3), ("three", 1, 3))
    )
    tab = show(browser, *one["blocks"])
    show_data = "data => report(document.querySelector('#report'), {data})"
    for data, display in ((one, "one"), (two, "one"), (one, "one"), (three, "three")):
        tab.evaluate(show_data, data)
        assert tab.locator("h3").all_inner_texts() == [display]
    tab.context.close()


HELD_BACK = """() => {
    const send = WebSocket.prototype.send, kept = []
    WebSocket.prototype.send = function (message) { kept.push([this, message]) }
    window.release = () => {
        WebSocket.prototype.send = send
        for (const [socket, message] of kept) send.call(socket, message)
    }
}"""
"""The page itself is told of no edit until it is released."""


@pytest.mark.parametrize("path", ["/receptive_field", "/spectrum"])
def test_an_answer_comes_without_the_page_and_the_page_says_the_same(page, path):
    open_page(page, f"{path}?dilation=3")
    page.settle()
    page.tab.evaluate(HELD_BACK)
    weights = page.tab.locator(".grid tbody tr").filter(has_text="Weights").locator("td").first
    with page.tab.expect_response("**/reports/*") as answer:
        page.type("Wing", "5")
    assert answer.value.status == 200
    page.until(weights.inner_text, "45")
    assert "wing=" not in page.query()
    page.tab.evaluate("release()")
    page.until(page.query, "wing=5&dilation=3")
    page.settle()
    assert weights.inner_text() == "45"


def test_where_answers_do_not_come_the_page_brings_them(page):
    page.tab.route("**/reports/*", lambda route: route.fulfill(status=204))
    open_page(page, "/receptive_field")
    page.type("Wing", "5")
    page.until(lambda: value(page, "Receptive field"), "73")
    page.type("Layers", "2")
    page.until(lambda: value(page, "Receptive field"), "49")


def test_while_a_hand_moves_the_answer_is_of_where_it_is(page):
    open_page(page, "/receptive_field")
    handle = page.tab.locator('#editor .board:not(.lens) [data-name="wing-right"]')
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    for step in range(1, 40):
        page.tab.mouse.move(x + 3 * step, y)

    def extent() -> str:
        layer = Layer(Pattern.partially_dilated(int(page.field("Wing").input_value())))
        return f"{receptive_field([layer] * 3).extent:,}"

    page.until(lambda: int(page.field("Wing").input_value()) > 4, True)
    page.until(lambda: value(page, "Receptive field") == extent(), True)
    page.tab.mouse.up()
    page.until(lambda: page.query() == f"wing={page.field('Wing').input_value()}", True)
    page.settle()
    assert value(page, "Receptive field") == extent()


def test_what_a_person_writes_is_never_markup(browser):
    text = "<img src=x onerror=document.title='broken'>"
    proof = {"ok": True, "badge": text, "methods": [[text, text]], "verdict": text}
    row = {"title": text, "cells": [text], "meaning": text, "proof": proof}
    tab = show(
        browser,
        *({"kind": kind, "text": text} for kind in ("heading", "info", "warning", "caption")),
        *({"kind": kind, "lines": [f"{text} **{text}**"]} for kind in ("sentences", "list")),
        {
            "kind": "numbers",
            "cards": [
                dict.fromkeys(("label", "value", "unit", "meaning"), text) | {"proof": proof}
            ],
        },
        {"kind": "table", "name": text, "heads": ["", text], "rows": [row], "proved": True},
    )
    for badge in tab.locator("button").all():
        badge.click()
    assert tab.locator("img").count() == 0
    assert tab.locator("dt").inner_text() == tab.locator("h3").inner_text() == text
    assert tab.locator("strong").all_inner_texts() == [text, text]
    tab.context.close()


def test_the_choices_of_the_effect_change_the_figure(page):
    open_page(page, "/receptive_field")
    page.plot("effective-field")
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


def test_a_figure_is_kept_while_it_changes_and_says_its_values(page):
    open_page(page, "/receptive_field")
    plot = page.plot("effective-field")
    plot.evaluate("plot => { plot.kept = true }")
    page.type("Layers", "1")
    page.until(lambda: "13 weights" in " ".join(plot.locator("text").all_text_contents()), True)
    assert plot.evaluate("plot => plot.kept")
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    page.until(lambda: "input 0" in " ".join(plot.locator(".hovertext").all_text_contents()), True)


def test_a_figure_is_written_in_the_ink_of_the_page_whichever_that_is(page):
    open_page(page, "/spectrum")
    letters = page.plot("spectrum").locator("text").first
    inks = {"light": "rgb(27, 34, 48)", "dark": "rgb(230, 233, 240)"}
    for scheme in ("dark", "light", "dark"):
        page.tab.emulate_media(color_scheme=scheme)
        page.until(lambda: letters.evaluate("e => getComputedStyle(e).fill"), inks[scheme])
    page.type("Wing", "6")
    page.until(page.query, "wing=6")
    page.settle()
    page.until(lambda: letters.evaluate("e => getComputedStyle(e).fill"), inks["dark"])


def test_every_depth_from_either_side(page):
    open_page(page, "/receptive_field")
    page.tab.get_by_text("What an output sees", exact=True).click()
    page.plot("every-depth")
    assert page.traces("every-depth")[0]["y"] == ["output", "1 layer", "2 layers", "3 layers"]
    page.tab.get_by_text("What an input reaches", exact=True).click()
    page.until(
        lambda: page.traces("every-depth")[0]["y"], ["input", "1 layer", "2 layers", "3 layers"]
    )
    page.tab.get_by_text("reaches 53 of 61 outputs (86.9%)").first.wait_for()


@pytest.mark.parametrize("path", ["/receptive_field", "/spectrum", "/cost"])
def test_on_a_phone_the_proof_of_a_row_is_read_without_moving_the_table(phone, path):
    phone.open(path)
    badge = phone.tab.locator(".grid .badge").last
    badge.wait_for(timeout=60_000)
    assert badge.inner_text() == "✓"
    assert badge.get_attribute("aria-label").endswith("ways")
    cut = "tables => tables.filter((table) => table.scrollWidth > table.clientWidth).length"
    assert phone.tab.locator(".wide").evaluate_all(cut) == 0
    badge.tap()
    says = phone.tab.locator(".grid .panel .verdict")
    says.scroll_into_view_if_needed()
    box = says.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("hertz", [False, True])
def test_the_spectrum_drawn_is_the_spectrum(page, hertz):
    open_page(page, "/spectrum?filter=layer&weights=average" + ("&hertz=1" if hertz else ""))
    page.plot("spectrum")
    curves = page.plot("spectrum").evaluate(
        """plot => plot._fullData
            .filter(d => d.name === 'Moving average weights')
            .map(d => [Array.from(d.x), Array.from(d.y)])"""
    )
    x, y = np.array(curves[0], dtype=float)
    assert (x[0], x[-1]) == pytest.approx((0, 180 if hertz else 0.5))
    frequencies = x / (360 if hertz else 1)
    waves = np.exp(2j * np.pi * np.outer(frequencies, Pattern.partially_dilated().offsets))
    expected = 20 * np.log10(np.abs(waves.mean(axis=1)) + 1e-9)
    high = expected > -60  # at its zeros the curve is steep
    assert y[high] == pytest.approx(expected[high], abs=0.01)
    assert value(page, "Image ratio") == "69.2%"
    unit = "hertz" if hertz else "cycles per sample"
    assert card(page, "Half-power frequency").locator(".unit").inner_text() == unit


def test_the_cost_follows_what_is_typed(page):
    page.open("/cost")
    row = page.tab.locator("#report .grid tbody tr").filter(has_text="Dense Conv1d")
    weights = row.locator("td").first
    weights.wait_for(timeout=60_000)
    assert weights.inner_text() == "4,032"
    page.type("Channels", "32")
    page.until(weights.inner_text, "2,016")
    page.until(page.query, "width=32&groups=32")
    page.type("Groups", "3")
    page.tab.get_by_text("Groups must divide the 32 channels: 3 was changed to 2.").wait_for()
    page.until(weights.inner_text, f"{3 * 32 * 16 * 21:,}")
    badge = row.locator(".badge")
    assert badge.inner_text() == "✓ checked two ways"
    badge.click()
    method_values = page.tab.locator("#report .panel .methods td").all_inner_texts()
    assert method_values[::2].count("bytes that must move: PyTorch's operations") == 1
    moved = method_values[method_values.index("bytes that must move: PyTorch's operations") + 1]
    assert moved == f"{3 * 4 * (2 * 8 * 32 * 4096 + 32 * 16 * 21):,}"


@pytest.mark.parametrize("path", ["/receptive_field", "/spectrum"])
def test_a_stack_too_wide_is_refused_in_a_sentence_and_can_be_mended(page, path):
    page.open(f"{path}?wing=64&dilation=64&island=65&layers=12&growth=4")
    page.tab.get_by_text(
        "would reach over 45.81 billion inputs; at most 1,048,576"
    ).first.wait_for()
    page.settle()
    assert page.tab.locator("#report .card, #report .grid").count() == 0
    field = page.tab.get_by_test_id("stSidebar").get_by_label("Layers", exact=True)
    field.fill("1")
    field.press("Enter")
    page.tab.locator("#report .card, #report .grid").first.wait_for()
