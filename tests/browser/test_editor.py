"""The kernel editor by mouse, keyboard and touch: what is drawn, and what the server takes."""

import pytest

from pdviz.analysis.receptive_field import receptive_field
from pdviz.pattern import Pattern
from pdviz.ui.state.layers import LayerChoice
from pdviz.ui.state.resolve import stack_of
from pdviz.ui.state.state import State
from tests.browser.support.kernel_editor import at_rest, drawn, expected, number, open_editor, shows

DEFAULT = Pattern.partially_dilated()
GOAL = Pattern.partially_dilated(6, 3, 7)


def _handle(page, name: str):
    return page.tab.locator(f'#editor .board:not(.lens) [data-name="{name}"]')


def _middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _column(page) -> float:
    """Pixels from one element to the next."""
    boxes = page.tab.locator("#editor .board:not(.lens) .tap")
    first, last = boxes.first, boxes.last
    apart = int(last.get_attribute("data-offset")) - int(first.get_attribute("data-offset"))
    return (_middle(last)[0] - _middle(first)[0]) / apart


def _drag(page, name: str, elements: float, steps: int = 12) -> None:
    """Drag a handle by so many elements' widths."""
    x, y = _middle(_handle(page, name))
    to = x + elements * _column(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(to, y, steps=steps)
    page.tab.mouse.up()


def _element(page, offset: int):
    return page.tab.locator(f'#editor .board:not(.lens) rect[data-offset="{offset}"]')


def test_first_visit(page):
    open_editor(page)
    shows(page, DEFAULT)
    assert number(page, "Offsets") == "−10 … +10"
    assert number(page, "Density") == "61.9%"
    assert page.tab.locator("#editor .compact").count() == DEFAULT.taps
    assert page.tab.locator("#editor .link").count() == DEFAULT.taps
    assert page.query() == ""


def test_with_the_mouse_alone(page):
    open_editor(page)
    shows(page, DEFAULT)
    _drag(page, "island-right", 1)
    shows(page, Pattern.partially_dilated(4, 2, 7))
    at_rest(page)
    _drag(page, "dilation-right", 1)
    shows(page, Pattern.partially_dilated(4, 3, 7))
    at_rest(page)
    _drag(page, "wing-left", -3)
    shows(page, Pattern.partially_dilated(5, 3, 7))
    at_rest(page)
    _drag(page, "wing-left", -3)
    shows(page, GOAL)
    page.until(page.query, "wing=6&dilation=3&island=7")
    at_rest(page)
    _element(page, 5).click()
    free = Pattern((*GOAL.offsets, 5))
    shows(page, free)
    assert "free pattern" in page.tab.locator("#editor .hint").inner_text()
    assert _handle(page, "wing-right").count() == 0
    page.until(page.query, f"wing=6&dilation=3&island=7&pattern={free}")
    page.tab.locator("#editor .undo").click()
    shows(page, GOAL)
    page.tab.locator("#editor .redo").click()
    shows(page, free)
    page.tab.locator("#editor .undo").click()
    shows(page, GOAL)
    page.until(page.query, "wing=6&dilation=3&island=7")


def test_with_the_keyboard_alone(page):
    open_editor(page)
    shows(page, DEFAULT)
    keys = page.tab.keyboard
    page.tab.locator("#editor .presets button").first.focus()
    focused = (
        "() => { let e = document.activeElement; while (e.shadowRoot?.activeElement) "
        "e = e.shadowRoot.activeElement; return e.dataset.name ?? e.className }"
    )
    names = set()
    for _ in range(16):
        keys.press("Tab")
        name = page.tab.evaluate(focused)
        names.add(name)
        if name == "wing-right":
            keys.press("ArrowRight")
            keys.press("ArrowUp")
        elif name == "dilation-right":
            keys.press("ArrowRight")
        elif name == "island-right":
            keys.press("ArrowRight")
            break
    assert {"cursor", "wing-left", "dilation-left", "island-left"} <= names
    shows(page, GOAL)
    handle = _handle(page, "wing-right")
    assert handle.get_attribute("role") == "slider"
    assert handle.get_attribute("aria-valuenow") == "6"
    assert handle.get_attribute("aria-valuemax") == "64"
    assert handle.get_attribute("aria-label") == "Wing length, right end"
    cursor = page.tab.locator("#editor .cursor")
    cursor.focus()
    keys.press("Home")
    for _ in range(GOAL.origin + 5):
        keys.press("ArrowRight")
    announcement = "Offset +5: a gap, always zero."
    page.until(lambda: cursor.get_attribute("aria-label"), announcement)
    keys.press(" ")
    shows(page, Pattern((*GOAL.offsets, 5)))
    page.until(lambda: cursor.get_attribute("aria-checked"), "true")
    keys.press("Control+z")
    shows(page, GOAL)
    keys.press("Control+Shift+z")
    shows(page, Pattern((*GOAL.offsets, 5)))
    page.until(
        lambda: page.tab.locator("#editor .announcement").inner_text(),
        "A free pattern: 20 taps over 43 elements, from −21 to +21.",
    )


def test_home_and_end_reach_the_limits(page):
    open_editor(page)
    handle = _handle(page, "wing-right")
    handle.focus()
    page.tab.keyboard.press("End")
    page.until(page.query, "wing=64")
    page.tab.keyboard.press("Home")
    page.until(page.query, "wing=0")
    page.until(lambda: drawn(page), expected(Pattern.partially_dilated(0, 2, 5)))
    page.tab.keyboard.press("ArrowRight")
    shows(page, Pattern.partially_dilated(1, 2, 5))


def _swipe(page, name: str, elements: float) -> None:
    """Drag a handle with a finger."""
    x, y = _middle(_handle(page, name))
    to = x + elements * _column(page)
    page.finger("touchStart", x, y)
    for k in range(1, 9):
        page.finger("touchMove", x + (to - x) * k / 8, y)
    page.finger("touchEnd")


@pytest.mark.parametrize("link", ["wing=12&dilation=52&island=33&causal=1", "wing=0&island=65"])
def test_what_a_handle_says_is_not_cut_off(phone, link):
    phone.open(f"/spectrum?{link}")
    announcement = phone.tab.locator("#editor .board:not(.lens) .handle.named .value")
    announcement.first.wait_for()
    board = phone.tab.locator("#editor .board:not(.lens)").bounding_box()
    boxes = [each.bounding_box() for each in announcement.all()]
    assert boxes
    for box in boxes:
        assert board["x"] - 8 <= box["x"]
        assert box["x"] + box["width"] <= board["x"] + board["width"] + 8


def test_with_a_finger_alone(phone):
    open_editor(phone)
    phone.until(lambda: drawn(phone), expected(DEFAULT))
    _swipe(phone, "island-left", -1)
    _swiped(phone, Pattern.partially_dilated(4, 2, 7))
    _swipe(phone, "dilation-left", -1)
    _swiped(phone, Pattern.partially_dilated(4, 3, 7))
    for wing in (5, 6):
        _swipe(phone, "wing-right", 2)
        _swiped(phone, Pattern.partially_dilated(wing, 3, 7))
    phone.until(phone.query, "wing=6&dilation=3&island=7")
    phone.tab.locator('#editor .lens rect[data-offset="5"]').tap()
    _swiped(phone, Pattern((*GOAL.offsets, 5)))
    phone.tab.locator("#editor .undo").tap()
    _swiped(phone, GOAL)
    assert phone.tab.evaluate("document.documentElement.scrollWidth") <= 390


def _swiped(page, pattern: Pattern) -> None:
    page.until(lambda: drawn(page), expected(pattern))
    at_rest(page)


def test_a_burst_of_edits_arrives_whole(page):
    open_editor(page)
    shows(page, DEFAULT)
    handle = _handle(page, "wing-right")
    handle.focus()
    for _ in range(9):
        page.tab.keyboard.press("ArrowRight")
    shows(page, Pattern.partially_dilated(13, 2, 5))
    page.until(page.query, "wing=13")
    for _ in range(11):
        page.tab.keyboard.press("ArrowLeft")
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.until(page.query, "wing=2")


def test_a_burst_of_clicks_on_elements_is_taken_whole(page):
    open_editor(page)
    shows(page, DEFAULT)
    places = [_middle(_element(page, offset)) for offset in (-9, -7, -5, -3, 3, 5, 7, 9)]
    for x, y in places:
        page.tab.mouse.click(x, y)
    shows(page, Pattern.dense(21))
    page.until(page.query, "wing=0&dilation=1&island=21")
    for x, y in places:
        page.tab.mouse.click(x, y)
    shows(page, DEFAULT)
    page.until(page.query, "")


def test_a_drag_in_many_steps_ends_where_the_hand_does(page):
    open_editor(page)
    shows(page, DEFAULT)
    x, y = _middle(_handle(page, "wing-right"))
    column = _column(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    for turn in (-8, 0, -6, -2, -4):
        page.tab.mouse.move(x + turn * column, y, steps=25)
    page.tab.mouse.up()
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.until(page.query, "wing=2")


def test_a_hand_at_the_edge_makes_room(page):
    open_editor(page)
    shows(page, DEFAULT)
    x, y = _middle(_handle(page, "wing-right"))
    edge = page.tab.locator("#editor .board").first.bounding_box()
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(edge["x"] + edge["width"] + 6, y, steps=4)
    page.until(lambda: int(number(page, "Taps")) > 40, True)
    page.tab.mouse.up()
    taps = int(number(page, "Taps"))
    page.until(page.query, f"wing={(taps - 5) // 2}")


def test_the_sidebar_and_the_editor_are_one(page):
    open_editor(page)
    shows(page, DEFAULT)
    page.type("Wing", "6")
    shows(page, Pattern.partially_dilated(6, 2, 5))
    at_rest(page)
    _drag(page, "dilation-right", 1)
    shows(page, Pattern.partially_dilated(6, 3, 5))
    page.type("Island", "7")
    shows(page, GOAL)
    page.tab.locator("#editor .undo").click()
    shows(page, Pattern.partially_dilated(6, 3, 5))
    page.tab.locator("#editor .undo").click()
    shows(page, Pattern.partially_dilated(6, 2, 5))
    page.tab.locator("#editor .undo").click()
    shows(page, DEFAULT)
    page.until(page.query, "")


def test_ready_made_patterns(page):
    open_editor(page)
    for name, pattern in (
        ("Dense", Pattern.dense(21)),
        ("Plain dilated", Pattern.dilated(11, 2)),
        ("Causal", Pattern.partially_dilated(causal=True)),
        ("Default", DEFAULT),
    ):
        button = page.tab.locator("#editor .presets button").filter(has_text=name).first
        button.click()
        shows(page, pattern)
        page.until(lambda button=button: button.get_attribute("aria-pressed"), "true")


def test_a_causal_kernel_has_handles_on_its_left_alone(page):
    open_editor(page, "/?causal=1")
    shows(page, Pattern.partially_dilated(causal=True))
    assert _handle(page, "wing-right").count() == 0
    _drag(page, "island-left", -2)
    shows(page, Pattern.partially_dilated(4, 2, 7, causal=True))
    at_rest(page)
    _drag(page, "wing-left", 4)
    shows(page, Pattern.partially_dilated(2, 2, 7, causal=True))


def test_a_pattern_typed_and_pasted(page):
    open_editor(page)
    text = page.tab.locator("#editor .text")
    text.fill("1101011")
    text.press("Enter")
    shows(page, Pattern.parse("1101011"))
    page.until(page.query, "pattern=1101011")
    refused = page.tab.locator("#editor .pattern-error")
    for wrong, why in (
        ("110x11", "“x” is not allowed: a pattern is written with 1 for a tap and 0 for a gap"),
        ("0000", "A pattern needs at least one tap, a 1."),
        ("1" * 1025, "A pattern can have 1,024 elements at most, not 1,025."),
        ("<img src=x>", "“<” is not allowed"),
    ):
        text.fill(wrong)
        text.press("Enter")
        page.until(lambda why=why: why in refused.inner_text(), True)
        assert text.get_attribute("aria-invalid") == "true"
        shows(page, Pattern.parse("1101011"))
    text.fill(" 1 0 1 ")
    text.press("Enter")
    shows(page, Pattern.parse("101"))
    assert refused.inner_text() == ""


def test_the_last_tap_cannot_be_taken_away(page):
    open_editor(page, "/?wing=0&island=1")
    _element(page, 0).click()
    refused = page.tab.locator("#editor .pattern-error")
    page.until(refused.inner_text, "A kernel needs at least one tap.")
    shows(page, Pattern((0,)))


def test_copy_puts_the_pattern_on_the_clipboard(page):
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_editor(page)
    page.tab.locator("#editor .copy").click()
    page.until(lambda: page.tab.locator("#editor .copy").inner_text(), "Copied")
    assert page.tab.evaluate("navigator.clipboard.readText()") == str(DEFAULT)


def test_a_long_kernel_has_a_lens(page):
    open_editor(page, "/?wing=64&dilation=64&island=65&layers=8")
    page.until(lambda: number(page, "Span"), "8,257")
    lens = page.tab.locator("#editor .lens")
    lens.wait_for()
    display = lens.locator("rect[data-offset]").evaluate_all(
        "all => all.map(e => +e.dataset.offset)"
    )
    assert -15 in display
    assert 15 in display
    overview = page.tab.locator("#editor .overview")
    box = overview.bounding_box()
    overview.click(position={"x": box["width"] * 0.25, "y": 48})
    page.until(
        lambda: (
            max(
                lens.locator("rect[data-offset]").evaluate_all(
                    "all => all.map(e => +e.dataset.offset)"
                )
            )
            < -1000
        ),
        True,
    )
    lens.locator("rect[data-offset]").nth(2).click()
    refused = page.tab.locator("#editor .pattern-error")
    page.until(lambda: "can span 1,024 elements at most" in refused.inner_text(), True)


def test_an_element_of_a_long_kernel_is_changed_in_the_lens(page):
    open_editor(page, "/?wing=16&dilation=16&island=17")
    lens = page.tab.locator("#editor .lens")
    lens.locator('rect[data-offset="9"]').click()
    page.until(lambda: number(page, "Taps"), "50")
    page.until(lambda: lens.locator('.tap[data-offset="9"]').count(), 1)


def test_beside_another_picture_the_lens_is_opened_and_closed_by_hand(page):
    page.open("/spectrum?wing=16&dilation=16&island=17")
    lens, overview = page.tab.locator("#editor .lens"), page.tab.locator("#editor .overview")
    hint = page.tab.locator("#editor .hint")
    overview.wait_for()
    assert lens.is_hidden()
    box = overview.bounding_box()
    overview.click(position={"x": box["width"] * 0.25, "y": 43})
    lens.wait_for()
    assert "Click to enlarge what is here" in hint.inner_text()
    lens.locator('.tap[data-offset="-152"]').click()
    page.until(lambda: "pattern=" in page.query(), True)
    page.until(lens.locator('.tap[data-offset="-152"]').count, 0)
    page.tab.locator("#editor .presets button").first.click()
    page.until(page.query, "")
    assert lens.is_visible()  # what a hand has opened stays until a hand closes it
    page.tab.get_by_role("button", name="Close the lens").click()
    lens.wait_for(state="hidden")


def test_the_cone_says_what_reaches_a_place_and_keeps_it_when_clicked(page):
    open_editor(page)
    reading = page.tab.locator("#editor .reading")
    canvas = page.tab.locator("#editor canvas").first
    box = canvas.bounding_box()
    title = page.tab.locator("#editor .cones h4").first.inner_text()
    assert "3 × 13 = 39 weights, reaches 53 of 61 inputs, 86.9%, longest hole 1" in title
    second = page.tab.locator("#editor .cones h4").nth(1).inner_text()
    assert "reaches 31 of 61 inputs, 50.8%" in second
    names, half = 112, 6  # pixels of the column of the rows' names, and of half a "30" on the axis
    inner = box["width"] - names - half
    cell, zero = inner / 61, names + inner / 2
    at = {"x": zero + 30 * cell, "y": 3 * 30 + 8}
    canvas.hover(position=at)
    page.until(lambda: "Input +30: 1 path of 2,197" in reading.inner_text(), True)
    assert "through tap +10 of the layer above" in reading.inner_text()
    canvas.click(position=at)
    page.tab.mouse.move(5, 5)
    assert "Pinned" in reading.inner_text()
    canvas.click(position=at)
    page.tab.mouse.move(5, 5)
    page.until(lambda: "Point at a place" in reading.inner_text(), True)
    canvas.hover(position={"x": zero + 5 * cell, "y": 8})
    page.until(lambda: "Output +5 sees 53 inputs, from −25 to +35" in reading.inner_text(), True)
    canvas.focus()
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("ArrowRight")
    page.until(lambda: "Position +6, 1 layer below the output" in reading.inner_text(), True)


def test_layers_change_the_cone_at_once(page):
    open_editor(page)
    depth = page.tab.locator("#editor .layers")
    depth.focus()
    page.tab.keyboard.press("ArrowLeft")
    title = page.tab.locator("#editor .cones h4").first
    page.until(lambda: "reaches 33 of 41 inputs, 80.5%" in title.inner_text(), True)
    page.until(page.query, "layers=2")


def test_the_cone_is_of_the_real_stack(page):
    open_editor(page, "/?layers=4&growth=2&every=2&stack=s2-w1d3i3")
    title = page.tab.locator("#editor .cones h4").first
    layers = stack_of(
        State.of(
            layers=4,
            growth=2,
            every=2,
            stack=(LayerChoice(2), LayerChoice(1, (1, 3, 3, False))),
        )
    )
    field = receptive_field(layers)
    says = f"44 weights, reaches {len(field.support)} of {field.extent} inputs"
    page.until(lambda: says in title.inner_text(), True)
    differs = page.tab.locator("#editor .stack .differences").inner_text()
    assert "The dilation grows × 2 every 2 layers" in differs
    assert "layer 2 has a pattern of its own" in differs
    assert "layer 1 has a stride" in differs
    assert "The Receptive field page edits the layers." in differs


def test_a_stack_too_wide_to_compute_is_refused_by_arithmetic(page):
    open_editor(page, "/?layers=12&growth=4")
    differs = page.tab.locator("#editor .stack .differences")
    page.until(lambda: "would reach over 89.48 million inputs" in differs.inner_text(), True)
    assert page.tab.locator("#editor .cones canvas").count() == 0
    page.tab.locator("#editor .layers").fill("3")
    page.until(lambda: page.tab.locator("#editor .cones canvas").count(), 2)
    page.until(page.query, "growth=4")


def test_history_goes_along_to_another_page(page):
    open_editor(page)
    shows(page, DEFAULT)
    _drag(page, "dilation-right", 1)
    shows(page, Pattern.partially_dilated(4, 3, 5))
    page.until(page.query, "dilation=3")
    page.tab.get_by_role("link", name="Signal").click()
    page.tab.get_by_role("heading", name="On a signal").wait_for()
    page.settle()
    at_rest(page)
    page.until(lambda: drawn(page), expected(Pattern.partially_dilated(4, 3, 5)))
    page.tab.locator("#editor .undo").click()
    page.until(lambda: drawn(page), expected(DEFAULT))
    page.until(page.query, "")


def test_reduced_motion_and_a_smaller_window(page):
    page.tab.emulate_media(reduced_motion="reduce")
    open_editor(page)
    _drag(page, "wing-right", -4)
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.tab.set_viewport_size({"width": 390, "height": 844})
    page.until(lambda: page.tab.evaluate("document.documentElement.scrollWidth") <= 390, True)
    at_rest(page)
    page.until(lambda: drawn(page), expected(Pattern.partially_dilated(2, 2, 5)))


@pytest.mark.parametrize(
    "path", ["/", "/signal", "/gradient?strip=0", "/?wing=16&dilation=16&island=17"]
)
def test_the_keyboard_s_cursor_stands_on_its_element(page, path):
    open_editor(page, path)
    if path == "/gradient?strip=0":  # where the strip comes folded, and nothing else hides it
        assert page.tab.locator("#frame .strip").is_hidden()
        page.tab.locator("#editor .fold").click()
    cursor = page.tab.locator("#editor .cursor")
    cursor.focus()
    page.tab.keyboard.press("ArrowRight")
    lens = page.tab.locator("#editor .lens")
    board = lens if lens.is_visible() else page.tab.locator("#editor .board:not(.lens)")
    element = board.locator('rect[data-offset="1"]')
    page.until(
        lambda: (
            _middle(cursor) == pytest.approx(_middle(element), abs=1.5)
            and "Offset +1" in cursor.get_attribute("aria-label")
        ),
        True,
    )
