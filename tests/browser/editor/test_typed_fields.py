"""What is typed, and what the address says of it: on every page, and through the history."""

from __future__ import annotations

import pytest

from pdviz.pattern import Pattern
from tests.browser.support.kernel_editor import open_editor, shows


def _type_quickly(page, label: str, text: str) -> None:
    """Type over what an input holds, key by key, without leaving the input."""
    page.field(label).click()
    page.tab.keyboard.press("Control+a")
    page.tab.keyboard.type(text, delay=30)


def test_a_number_typed_over_itself_is_what_the_address_says(page):
    open_editor(page, "/receptive_field?wing=12&goal=200")
    for _ in range(3):
        _type_quickly(page, "Wing", "12")
        page.settle()
        page.until(page.query, "wing=12&goal=200")
    _type_quickly(page, "Samples to cover", "200")
    page.tab.keyboard.press("Enter")
    page.settle()
    page.until(page.query, "wing=12&goal=200")
    assert page.field("Wing").input_value() == "12"


def test_a_number_has_its_thousands_set_apart_where_it_is_not_typed(page):
    open_editor(page, "/cost?length=16384")
    field, other = page.field("Length"), page.field("Batch size")
    assert field.input_value() == "16,384"
    field.focus()
    assert field.input_value() == "16384"
    field.press("End")
    page.tab.keyboard.type("0")
    other.focus()
    page.until(field.input_value, "163,840")
    page.until(page.query, "length=163840")
    page.tab.get_by_role("button", name="More: Length").click()
    page.until(field.input_value, "163,841")
    page.until(page.query, "length=163841")
    field.fill("16,384")
    other.focus()
    page.until(field.input_value, "163,841")  # a comma may mean decimals


def test_every_step_back_leads_back_and_all_follows(page):
    open_editor(page)
    page.type("As text", "1101011")
    page.until(page.query, "pattern=1101011")
    page.type("As text", "111")
    page.until(page.query, "wing=0&dilation=1&island=3")
    page.tab.get_by_role("link", name="Cost").click()
    page.until(lambda: page.tab.url.partition("/cost")[2], "?wing=0&dilation=1&island=3")
    page.type("Batch size", "3")
    page.until(page.query, "wing=0&dilation=1&island=3&batch=3")
    page.tab.go_back()
    page.until(lambda: page.field("Batch size").input_value(), "8")
    page.tab.go_back()
    page.tab.get_by_text("A partially dilated kernel").wait_for()
    shows(page, Pattern.parse("111"))
    page.field("As text").focus()  # which is no reason to keep its text
    page.tab.go_back()
    shows(page, Pattern.parse("1101011"))
    page.tab.go_back()
    shows(page, Pattern.partially_dilated())
    assert page.query() == ""
    page.tab.go_forward()
    shows(page, Pattern.parse("1101011"))


@pytest.mark.parametrize(
    ("typed", "shown", "sentence"),
    [
        ("0,01", "0.01", ""),
        (".5e-2", "0.005", ""),
        ("abc", "0.002", "Learning rate must be a number, not “abc”. It stays as it was."),
        ("1\u200b2", "0.002", "zero-width space, U+200B, after 1"),
    ],
)
def test_a_decimal_number_is_read_or_refused_by_name(page, typed, shown, sentence):
    page.open("/gradient")
    page.type("Learning rate", typed)
    page.until(lambda: page.field("Learning rate").input_value(), shown)
    page.until(page.query, "" if shown == "0.002" else f"rate={shown}")
    if sentence:
        page.tab.get_by_text(sentence).wait_for()


PASTE = """(input, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    input.dispatchEvent(new ClipboardEvent('paste', {clipboardData, cancelable: true}))
}"""


def test_weights_are_typed_and_pasted(page):
    page.open("/signal?pattern=111&values=1,2,3&weights=typed")
    first = page.tab.get_by_label("Weight at offset −1, island")
    for typed, shown in ((".25", "0.25"), ("0,5", "0.5"), ("1e-2", "0.01"), ("5000", "0.01")):
        first.fill(typed)
        first.press("Enter")
        page.until(first.input_value, shown)
    page.tab.get_by_text("A weight must be −1,000 to 1,000, not “5000”").wait_for()
    page.until(lambda: page.query().endswith("values=0.01%2C2%2C3"), True)
    first.evaluate(PASTE, "0,1\n0,2\n0,3")
    page.until(lambda: page.query().endswith("values=0.1%2C0.2%2C0.3"), True)
    assert page.tab.get_by_label("Weight at offset +1, island").input_value() == "0.3"
