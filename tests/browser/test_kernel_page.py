"""The kernel page's plain controls and links; `test_editor.py` has the editor."""

import pytest

from pdviz.pattern import Pattern
from tests.browser.kernel_editor import open_editor, shows, told


def test_each_number_changes_the_kernel(page):
    open_editor(page)
    page.type("Wing", "2")
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.type("Dilation", "3")
    shows(page, Pattern.partially_dilated(2, 3, 5))
    page.type("Island", "7")
    shows(page, Pattern.partially_dilated(2, 3, 7))
    page.tab.get_by_test_id("stSidebar").get_by_text("Causal", exact=True).click()
    shows(page, Pattern.partially_dilated(2, 3, 7, causal=True))
    page.until(page.query, "wing=2&dilation=3&island=7&causal=1")


def test_an_even_island_is_mended_and_said(page):
    open_editor(page)
    page.type("Island", "4")
    page.tab.get_by_text("Island must be odd: 4 was changed to 5.").wait_for()
    page.until(lambda: page.field("Island").input_value(), "5")
    page.type("Wing", "3")
    shows(page, Pattern.partially_dilated(3, 2, 5))
    page.until(lambda: page.tab.get_by_text("Island must be odd").count(), 0)


def test_a_number_out_of_range_is_mended_and_said(page):
    open_editor(page)
    page.type("Wing", "99")
    page.tab.get_by_text("Wing must be 0 to 64: 99 was changed to 64.").wait_for()
    page.until(lambda: page.field("Wing").input_value(), "64")
    page.until(lambda: told(page, "Taps"), "133")
    page.until(page.query, "wing=64")


def test_a_pattern_typed_as_text(page):
    open_editor(page)
    page.type("As text", "1101011")
    shows(page, Pattern.parse("1101011"))
    page.until(page.query, "pattern=1101011")
    page.type("Origin", "0")
    shows(page, Pattern.parse("1101011", origin=0))
    page.type("As text", "11x")
    page.tab.get_by_text("A pattern is written with 0 for a gap and 1 for a tap").wait_for()
    shows(page, Pattern.parse("1101011", origin=0))
    page.type("Wing", "1")
    shows(page, Pattern.partially_dilated(1, 2, 5))


def test_quick_clicks_are_all_counted(page):
    open_editor(page)
    more = page.tab.locator('[data-testid="stNumberInputStepUp"]').first
    for _ in range(8):
        more.click()
    page.until(lambda: page.field("Wing").input_value(), "12")
    shows(page, Pattern.partially_dilated(12, 2, 5))


def test_what_a_stack_sees_is_said_over_its_cone(page):
    open_editor(page)
    title = page.tab.locator("#editor .cones h4").first
    page.until(lambda: "3 × 13 = 39 weights, reaches 53 of 61 inputs" in title.inner_text(), True)
    page.type("Layers", "2")
    page.until(lambda: "2 × 13 = 26 weights, reaches 33 of 41 inputs" in title.inner_text(), True)
    page.until(page.query, "layers=2")


def test_the_page_of_the_whole_stack_shows_the_same_pattern(page):
    open_editor(page, "/?wing=2")
    page.tab.get_by_role("link", name="Receptive field").click()
    page.tab.get_by_role("heading", name="What a stack sees").wait_for()
    page.settle()
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.until(page.query, "wing=2")


def test_a_link_reopens_what_its_sender_saw(page):
    open_editor(page, "/?wing=1&dilation=5&island=3&causal=1&layers=2")
    shows(page, Pattern.partially_dilated(1, 5, 3, causal=True))
    assert page.field("Layers").input_value() == "2"
    assert page.tab.locator('[data-testid="stAlert"]').count() == 0
    page.until(page.query, "wing=1&dilation=5&island=3&causal=1&layers=2")


def test_a_broken_link_opens_the_default_with_a_notice(page):
    open_editor(page, "/?wing=99&island=4&pattern=<b>x</b>&layers=%F0%9F%98%80")
    shows(page, Pattern.partially_dilated())
    notice = page.tab.locator('[data-testid="stAlert"]').inner_text()
    assert "Wing must be 0 to 64, but the link says “99”. Shown instead: 4." in notice
    assert "Island must be odd" in notice
    assert "A pattern is written with 0" in notice
    assert "Layers must be a whole number" in notice


def test_the_widest_kernel_is_drawn(page):
    open_editor(page, "/?wing=64&dilation=64&island=65&layers=8")
    page.until(lambda: told(page, "Span"), "8,257")
    assert page.tab.locator("#editor .overview").bounding_box()["height"] > 0
    title = page.tab.locator("#editor .cones h4").first
    page.until(lambda: "reaches 57,985 of 66,049 inputs" in title.inner_text(), True)
    page.type("Wing", "1")
    page.until(lambda: told(page, "Span"), "193")
    assert told(page, "Taps") == "67"


PATHS = ["/", "/receptive_field", "/spectrum", "/cost", "/signal", "/gradient"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_sticks_out_on_a_phone(page, path):
    page.tab.set_viewport_size({"width": 390, "height": 844})
    open_editor(page, path)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390
