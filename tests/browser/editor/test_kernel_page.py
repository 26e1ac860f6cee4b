"""The kernel page's plain controls and links; `test_editor.py` has the editor."""

import pytest

from pdviz.pattern import Pattern
from tests.browser.support.kernel_editor import drawn, expected, number, open_editor, shows


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


def test_a_pattern_typed_as_text(page):
    open_editor(page)
    page.type("As text", "1101011")
    shows(page, Pattern.parse("1101011"))
    page.until(page.query, "pattern=1101011")
    page.type("Origin", "0")
    shows(page, Pattern.parse("1101011", origin=0))
    page.type("Origin", "7")
    page.tab.get_by_text("Origin must be 0 to 6: 7 was changed to 6.").wait_for()
    shows(page, Pattern.parse("1101011", origin=6))
    page.type("As text", "11x")
    page.tab.get_by_text("“x” is not allowed: a pattern is written with 1").wait_for()
    assert page.field("As text").input_value() == "11x"  # to be mended
    page.until(lambda: drawn(page), expected(Pattern.parse("1101011", origin=6)))
    page.tab.get_by_role("button", name="Back to wing 4, dilation 2, island 5").click()
    shows(page, Pattern.partially_dilated())
    page.until(lambda: page.tab.get_by_text("is not allowed").count(), 0)
    origin = page.tab.get_by_label("Origin", exact=True).locator("visible=true")
    page.until(origin.count, 0)


def test_gaps_at_the_ends_of_a_text_are_left_out_and_it_is_said(page):
    open_editor(page)
    page.type("As text", "0 1101011 0")
    page.tab.get_by_text("Gaps outside taps and origin were left out: 2.").wait_for()
    shows(page, Pattern.parse("1101011"))


@pytest.mark.parametrize("text", ["", "000", "1" * 1025])
def test_a_text_that_is_no_pattern_changes_nothing(page, text):
    open_editor(page, "/?wing=6")
    page.type("As text", text)
    page.tab.get_by_text("The pattern stays as it was.").first.wait_for()
    page.until(lambda: drawn(page), expected(Pattern.partially_dilated(wing=6)))
    page.until(page.query, "wing=6")


def test_the_fields_follow_the_hand_without_the_server(page):
    open_editor(page)
    handle = page.tab.locator('#editor .board:not(.lens) [data-name="dilation-right"]')
    page.tab.route("**/*", lambda route: route.abort())
    page.tab.context.set_offline(True)
    handle.focus()
    page.tab.keyboard.press("ArrowRight")
    page.until(lambda: page.field("Dilation").input_value(), "3")
    page.until(lambda: page.field("As text").input_value(), str(Pattern.partially_dilated(4, 3)))
    page.tab.context.set_offline(False)


def test_an_edit_of_a_field_is_undone_like_any_other(page):
    open_editor(page)
    page.type("Wing", "7")
    shows(page, Pattern.partially_dilated(7, 2, 5))
    page.tab.locator("#editor .undo").click()
    shows(page, Pattern.partially_dilated())
    page.until(page.query, "")


def test_the_keys_of_undo_work_wherever_the_focus_is(page):
    open_editor(page)
    page.tab.locator('#editor .board:not(.lens) rect[data-offset="5"]').click()  # focus: the page
    free = Pattern((*Pattern.partially_dilated().offsets, 5))
    shows(page, free)
    page.tab.keyboard.press("Control+z")
    shows(page, Pattern.partially_dilated())
    page.tab.get_by_role("button", name="More: Layers").click()  # the sidebar
    page.until(lambda: page.field("Layers").input_value(), "4")
    page.tab.keyboard.press("Control+z")
    page.until(lambda: page.field("Layers").input_value(), "3")
    page.tab.keyboard.press("Control+y")
    page.until(lambda: page.field("Layers").input_value(), "4")
    page.tab.locator("#editor .undo").click()  # a button that has nothing left to undo
    page.until(lambda: page.tab.locator("#editor .undo").is_disabled(), True)
    page.tab.keyboard.press("Enter")  # redo has the focus now
    page.until(lambda: page.field("Layers").input_value(), "4")
    page.field("As text").fill("111")
    page.field("As text").press("Control+z")  # undoes the typing alone
    assert page.field("As text").input_value() == str(Pattern.partially_dilated())
    assert page.field("Layers").input_value() == "4"


@pytest.mark.parametrize("link", ["", "&pattern=1100101"])
def test_a_free_pattern_has_no_numbers_of_wings_and_goes_back_to_the_last_ones(page, link):
    open_editor(page, f"/?wing=3&dilation=4&island=7{link}")
    if not link:
        page.type("As text", "1100101")
    back = page.tab.get_by_role("button", name="Back to wing 3, dilation 4, island 7")
    back.wait_for()
    for label in ("Wing", "Dilation", "Island", "Causal"):
        assert page.tab.get_by_label(label, exact=True).locator("visible=true").count() == 0
    back.click()
    shows(page, Pattern.partially_dilated(3, 4, 7))


@pytest.mark.parametrize(
    ("label", "typed", "words", "left"),
    [
        ("Wing", "65", "Wing must be 0 to 64: 65 was changed to 64.", "64"),
        ("Dilation", "0", "Dilation must be 1 to 64: 0 was changed to 1.", "1"),
        ("Island", "4", "Island must be odd: 4 was changed to 5.", "5"),
        ("Island", "99", "Island must be 1 to 65: 99 was changed to 65.", "65"),
        ("Layers", "13", "Layers must be 1 to 12: 13 was changed to 12.", "12"),
        ("Wing", "", "Wing must be a whole number. It stays as it was.", "4"),
        ("Wing", "2.5", "Wing must be a whole number, not “2.5”. It stays as it was.", "4"),
    ],
)
def test_a_wrong_number_is_mended_and_said_at_its_field(page, label, typed, words, left):
    open_editor(page)
    for _ in range(2):
        page.type(label, typed)
        page.tab.get_by_text(words).wait_for()
        page.until(lambda: page.field(label).input_value(), left)
    box, field = page.tab.get_by_text(words).bounding_box(), page.field(label).bounding_box()
    assert 0 < box["y"] - field["y"] < 60
    page.tab.get_by_text("Dense", exact=True).first.click()
    page.until(lambda: page.tab.get_by_text(words).count(), 0)


@pytest.mark.parametrize("typed", ["2.5", "3,7", "12e1", "-3-", "+.1", "2 5", "1−"])
def test_what_is_typed_key_by_key_is_read_as_it_stands(page, typed):
    """No key moves the caret or changes what was typed; refused, the number is that of before."""
    open_editor(page)
    field = page.field("Wing")
    field.press("Control+a")
    for key in range(len(typed)):
        field.press_sequentially(typed[key])
        assert field.input_value() == typed[: key + 1]
    field.press("ArrowLeft")
    field.press_sequentially("x")
    assert field.input_value() == f"{typed[:-1]}x{typed[-1]}"
    field.press("Enter")
    page.tab.get_by_text(f"not “{field_text(typed)}”. It stays as it was.").wait_for()
    assert field.input_value() == "4"
    shows(page, Pattern.partially_dilated())
    page.until(page.query, "")


def field_text(typed: str) -> str:
    return f"{typed[:-1]}x{typed[-1]}"


@pytest.mark.parametrize(
    ("typed", "pattern"),
    [
        ("[1, 0, 1, 1]", Pattern.parse("1011")),
        ('Pattern.parse("1010111", origin=6)', Pattern.parse("1010111", 6)),
    ],
)
def test_a_pattern_is_typed_as_python_writes_it(page, typed, pattern):
    open_editor(page)
    page.type("As text", typed)
    shows(page, pattern)


def test_arrow_keys_step_a_number_that_is_typed(page):
    open_editor(page)
    field = page.field("Island")
    field.press("ArrowUp")
    field.press("ArrowUp")
    shows(page, Pattern.partially_dilated(4, 2, 9))
    field.press("ArrowDown")
    shows(page, Pattern.partially_dilated(4, 2, 7))
    assert field.get_attribute("aria-valuenow") == "7"


def test_quick_clicks_are_all_counted(page):
    open_editor(page)
    more = page.tab.get_by_role("button", name="More: Wing")
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


def test_the_picture_of_a_kernel_is_read_by_itself(page, tmp_path):
    open_editor(page, "/?wing=2&layers=2")
    with page.tab.expect_download() as download:
        page.tab.locator("#files").get_by_role("button", name="SVG").click()
    file = tmp_path / "kernel.svg"
    download.value.save_as(file)
    assert download.value.suggested_filename == "pdviz-kernel-w2d2i5-l2.svg"
    page.tab.goto(file.as_uri())
    texts = page.tab.locator("text")
    words = texts.all_text_contents()
    for start in (
        "2 layers of wing 2, dilation 2, island 5",
        "This pattern: 2 × 9 = 18 weights, reaches 21 of 25 inputs, 84%",
        "Plain dilated, the same span: 2 × 7 = 14 weights, reaches 13 of 25 inputs",
        "input position relative to the output, in samples",
        *("one path", "the most paths of a row", "a hole: no path", "inputs"),
    ):
        assert any(each.startswith(start) for each in words), words
    fonts = texts.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).fontFamily)")
    assert len(set(fonts)) == 1
    images = page.tab.locator("image")
    assert images.count() == 2  # finer than the screen, and without a word in them
    fine = images.first.evaluate(
        """async node => {
            const image = new Image()
            image.src = node.getAttribute("href")
            await image.decode()
            return image.width / node.width.baseVal.value
        }"""
    )
    assert fine >= 2


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
    page.until(lambda: number(page, "Span"), "8,257")
    assert page.tab.locator("#editor .overview").bounding_box()["height"] > 0
    title = page.tab.locator("#editor .cones h4").first
    page.until(lambda: "reaches 57,985 of 66,049 inputs" in title.inner_text(), True)
    page.type("Wing", "1")
    page.until(lambda: number(page, "Span"), "193")
    assert number(page, "Taps") == "67"


PATHS = ["/", "/receptive_field", "/spectrum", "/cost", "/signal", "/gradient"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_sticks_out_on_a_phone(page, path):
    page.tab.set_viewport_size({"width": 390, "height": 844})
    open_editor(page, path)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_saved_picture_names_its_stacks(page, tmp_path):
    open_editor(page)
    with page.tab.expect_download() as download:
        page.tab.locator("#files").get_by_role("button", name="SVG").click()
    download.value.save_as(tmp_path / "kernel.svg")
    text = (tmp_path / "kernel.svg").read_text("utf-8")
    assert text.index(">This pattern: <") < text.index(">Plain dilated, the same span: <")
    assert ">3 × 13 = 39 weights, reaches 53 of 61 inputs, 86.9%, longest hole 1<" in text
