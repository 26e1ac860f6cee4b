"""The stack editor by mouse, keyboard and finger: what is drawn, said, sent and brought back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pdviz.analysis.receptive_field import receptive_field, stack_fields
from pdviz.analysis.stack import Layer
from pdviz.figures.palette import COLOURS
from pdviz.pattern import Pattern
from pdviz.ui.state.link import from_query
from pdviz.ui.state.resolve import stack_of
from tests.browser.support.kernel_editor import at_rest
from tests.browser.support.stack_editor import (
    enter,
    header,
    numbers,
    open_stack,
    panel,
    point,
    says,
    scale,
    strengths,
    tap,
    taps,
)

DEFAULT = Pattern.partially_dilated()
MIXED = "layers=4&stack=s2-w2d4i3-p1101011o2s3"
WAVENET = "wing=1&dilation=1&island=1&causal=1&layers=10&growth=2"


def stack(query: str) -> tuple[Layer, ...]:
    """The layers of a link, as Python makes them."""
    pairs = [pair.split("=") for pair in query.split("&") if pair]
    return stack_of(from_query(dict(pairs))[0])


def stack_numbers(layers: Sequence[Layer]) -> dict[str, str]:
    """The numbers of a stack, as the page writes them."""
    field = receptive_field(layers)
    return {
        "Weights": f"{sum(layer.pattern.taps for layer in layers):,}",
        "Receptive field": f"{field.extent:,}",
        "Inputs reached": f"{len(field.support):,}",
        "Coverage": "100%" if field.coverage == 1 else f"{field.coverage:.1%}",
        "Longest hole": f"{field.longest_hole:,}",
    }


def parts(pattern: Pattern) -> dict[int, str]:
    named = {"left wing": pattern.left, "island": pattern.island, "right wing": pattern.right}
    return {offset: name for name, offsets in named.items() for offset in offsets}


def jumps(layers: Sequence[Layer]) -> list[int]:
    """Inputs from one position to the next, of the input of every layer."""
    steps = [1]
    for layer in layers[:-1]:
        steps.append(steps[-1] * layer.stride)
    return steps


def walk(layers: Sequence[Layer], without: tuple[int, int], only: bool) -> set[int]:
    """The inputs reached, step by step, with one tap of one layer left out, or with it alone."""
    reached = {0}
    for number in range(len(layers), 0, -1):
        offsets = list(layers[number - 1].pattern.offsets)
        if number == without[0]:
            offsets = [without[1]] if only else [o for o in offsets if o != without[1]]
        reached = {t * layers[number - 1].stride + o for t in reached for o in offsets}
    return reached


def sentence(layers: Sequence[Layer], layer: int, offset: int) -> str:
    """What is to be said of a tap."""
    through, left = walk(layers, (layer, offset), True), walk(layers, (layer, offset), False)
    alone = sorted(through - left)
    leads = f"Tap {offset} of layer {layer} leads to {len(through):,} input"
    leads = leads.replace("-", "−") + ("" if len(through) == 1 else "s")
    extent = f"{receptive_field(layers).extent:,}"
    if not alone:
        return (
            f"{leads}, all of them reached by other taps too: "
            f"without it the stack would still reach {len(left):,} of {extent}."
        )
    named = ", ".join(f"{o:+,}" if o else "0" for o in alone[:8]).replace("-", "−")
    more = " …" if len(alone) > 8 else ""
    return (
        f"{leads}; {len(alone):,} of them by no other tap: {named}{more}. "
        f"Without it the stack would reach {len(left):,} of {extent}."
    )


def stand_over_their_samples(page, layers: Sequence[Layer]) -> None:
    """Every tap is drawn over the sample that it multiplies for the output at 0."""
    zero, cell = scale(page, layers)
    for layer, jump, drawn in zip(layers, jumps(layers), taps(page), strict=True):
        assert sorted(drawn) == list(layer.pattern.offsets)
        for offset, (_, middle, *_) in drawn.items():
            assert middle == pytest.approx(zero + offset * jump * cell, abs=0.6)


@pytest.mark.parametrize("query", ["", MIXED])
def test_rows_and_taps_are_drawn_as_python_counts_them(page, query):
    layers = stack(query)
    open_stack(page, query)
    page.until(lambda: numbers(page), stack_numbers(layers))
    drawn = taps(page)
    assert [{o: part for o, (part, *_) in layer.items()} for layer in drawn] == [
        parts(layer.pattern) for layer in layers
    ]
    stand_over_their_samples(page, layers)
    zero, cell = scale(page, layers)
    for depth, field in enumerate(stack_fields(layers), start=1):
        below = len(layers) - depth  # the layer whose input this row is
        jump, reached = jumps(layers)[below], set(field.support.tolist())
        bottom = next(iter(drawn[below].values()))[3]
        row = range(field.start - 2, field.start + field.extent + 2)
        places = [(zero + p * jump * cell, bottom + 6) for p in row]  # above the mark of a hole
        positions = [p for p, s in zip(row, strengths(page, places), strict=True) if s > 0]
        assert set(positions) == reached, depth


@pytest.mark.parametrize(
    ("query", "chosen"),
    [("", [(1, -10), (2, -8), (3, 0)]), (MIXED, [(2, 9), (1, -10), (3, -2)])],
)
def test_a_tap_says_which_inputs_it_adds(page, query, chosen):
    layers = stack(query)
    open_stack(page, query)
    field = receptive_field(layers)
    row = range(field.start, field.start + field.extent)
    for layer, offset in chosen:
        page.tab.mouse.move(*point(page, layer, offset))
        page.until(lambda: says(page), sentence(layers, layer, offset))
        through, left = (walk(layers, (layer, offset), only) for only in (True, False))
        zero, cell = scale(page, layers)
        bottom = next(iter(taps(page)[0].values()))[3]
        marks = strengths(page, [(zero + p * cell, bottom + 20.5) for p in row])
        assert {p for p, s in zip(row, marks, strict=True) if s > 200} == through - left
    page.tab.mouse.move(5, 5)
    page.until(lambda: "Point at a tap" in says(page), True)


def test_a_click_pins_and_a_cell_is_read_as_in_the_cone(page):
    open_stack(page)
    at = point(page, 2, -8)
    page.tab.mouse.click(*at)
    page.tab.mouse.move(5, 5)
    page.until(lambda: says(page).endswith("Pinned: click again to let go."), True)
    page.tab.mouse.click(*at)
    page.tab.mouse.move(5, 5)
    page.until(lambda: "Point at a tap" in says(page), True)
    zero, cell = scale(page, stack(""))
    bottom = next(iter(taps(page)[0].values()))[3]
    page.tab.mouse.move(zero + 30 * cell, bottom + 10)
    page.until(lambda: "Input +30: 1 path of 2,197" in says(page), True)


def test_layers_and_growth_change_link_and_drawing(page):
    open_stack(page)
    page.tab.locator("#editor .stacklayers").focus()
    page.tab.keyboard.press("ArrowRight")
    page.until(page.query, "layers=4")
    page.tab.locator("#editor .growth").select_option("2")
    page.tab.locator("#editor .every").select_option("2")
    page.until(page.query, "layers=4&growth=2&every=2")
    layers = stack("layers=4&growth=2&every=2")
    page.until(lambda: numbers(page), stack_numbers(layers))
    page.until(lambda: [sorted(t) for t in taps(page)], [list(p.offsets) for p, _ in layers])
    assert "13 taps, dilation 4" in header(page, 3).inner_text()


def test_ready_made_stacks_and_the_way_back(page):
    open_stack(page)
    button = page.tab.locator("#editor .readymade button")
    rows = page.tab.locator("#editor .rows")
    top = rows.bounding_box()["y"]
    for name, query in (
        ("WaveNet block", WAVENET),
        ("TCN", "wing=2&dilation=1&island=1&causal=1&layers=8&growth=2&every=2"),
        ("Dilations 1, 2, 5", "wing=1&dilation=1&island=1&stack=-w1d2i1-w1d5i1"),
    ):
        button.filter(has_text=name).click()
        page.until(page.query, query)
        page.until(lambda query=query: numbers(page), stack_numbers(stack(query)))
        at_rest(page)
        stand_over_their_samples(page, stack(query))
        assert rows.bounding_box()["y"] == top  # no text above them takes more room
        pressed = button.filter(has_text=name)
        page.until(lambda pressed=pressed: pressed.get_attribute("aria-pressed"), "true")
    for _ in range(3):
        page.tab.locator("#editor .undo").click()
    page.until(page.query, "")
    page.until(lambda: numbers(page), stack_numbers(stack("")))
    page.tab.locator("#editor .redo").click()
    page.until(page.query, WAVENET)


def in_view(page) -> bool:
    """Whether all of the open panel can be seen without scrolling."""
    box = page.tab.locator("#editor .panel").bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.tab.viewport_size["height"]


def test_the_panel_gives_a_layer_its_own(page):
    open_stack(page)
    header(page, 2).click()
    page.until(panel(page, "shared").is_checked, True)
    page.until(lambda: in_view(page), True)
    enter(page, "dilation", "3")
    page.until(page.query, "stack=-w4d3i5")
    page.until(panel(page, "own").is_checked, True)
    page.until(lambda: numbers(page), stack_numbers(stack("stack=-w4d3i5")))
    assert "Layer 2, its own" in header(page, 2).inner_text()
    assert header(page, 2).inner_text().endswith("Edit")
    enter(page, "stride", "2")
    page.until(page.query, "stack=-w4d3i5s2")
    panel(page, "causal").check()
    page.until(page.query, "stack=-w4d3i5cs2")
    enter(page, "owntext", "1101011")
    page.until(page.query, "stack=-p1101011s2")
    page.until(lambda: numbers(page), stack_numbers(stack("stack=-p1101011s2")))
    panel(page, "shared").check()
    page.until(page.query, "stack=-s2")
    page.tab.locator("#editor .alike").click()
    page.until(page.query, "")
    for query in ("stack=-s2", "stack=-p1101011s2", "stack=-w4d3i5cs2", "stack=-w4d3i5s2"):
        page.tab.locator("#editor .undo").click()
        page.until(page.query, query)
    page.until(lambda: numbers(page), stack_numbers(stack("stack=-w4d3i5s2")))


def test_the_panel_mends_and_refuses_in_sentences(page):
    open_stack(page)
    header(page, 1).click()
    wrong = panel(page, "error")
    for name, value, sentence, query in (
        (
            "dilation",
            "5000",
            "Dilation must be 1 to 1,024: 5,000 was changed to 1,024.",
            "w4d1024i5",
        ),
        ("island", "4", "Island must be odd: 4 was changed to 5.", "w4d1024i5"),
        ("stride", "9", "Stride must be 1 to 8: 9 was changed to 8.", "w4d1024i5s8"),
        (
            "wing",
            "2.5",
            "Wing must be a whole number, not “2.5”. It stays as it was.",
            "w4d1024i5s8",
        ),
        ("owntext", "12", "“2” is not allowed", "w4d1024i5s8"),
        ("owntext", "00", "A pattern needs at least one tap", "w4d1024i5s8"),
    ):
        enter(page, name, value)
        page.until(lambda sentence=sentence: sentence in wrong.inner_text(), True)
        page.until(page.query, f"stack={query}")
    enter(page, "owntext", "1")
    page.until(wrong.inner_text, "")


def test_with_the_keyboard_alone(page):
    layers = stack("")
    open_stack(page)
    keys = page.tab.keyboard
    header(page, 1).focus()
    keys.press("Tab")
    cursor = page.tab.locator("#editor .tapcursor")
    page.until(lambda: cursor.get_attribute("aria-label"), "Tap 0 of layer 1 of 3")
    keys.press("Home")
    page.until(lambda: says(page), sentence(layers, 1, -10))
    keys.press("ArrowRight")
    page.until(lambda: says(page), sentence(layers, 1, -8))
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    page.until(lambda: says(page), sentence(layers, 3, -8))
    keys.press("End")
    page.until(lambda: says(page), sentence(layers, 3, 10))
    box, drawn = cursor.bounding_box(), tap(page, 3, 10).bounding_box()
    middle = drawn["x"] + drawn["width"] / 2
    assert box["x"] + box["width"] / 2 == pytest.approx(middle, abs=1)
    assert box["y"] == pytest.approx(drawn["y"], abs=1)
    keys.press("Enter")
    page.until(lambda: "Pinned" in says(page), True)
    keys.press("Escape")
    page.until(lambda: "Point at a tap" in says(page), True)
    header(page, 2).focus()
    keys.press("Enter")
    page.until(panel(page, "own").is_visible, True)
    panel(page, "own").focus()
    keys.press("Space")
    page.until(page.query, "stack=-w4d2i5")
    keys.press("Tab")
    keys.press("ArrowUp")
    page.until(page.query, "stack=-w5d2i5")
    keys.press("Escape")
    page.until(panel(page, "own").is_visible, False)
    keys.press("Control+z")
    page.until(page.query, "stack=-w4d2i5")


def test_with_a_finger_alone(phone):
    layers = stack("")
    open_stack(phone)
    tap(phone, 2, -8).scroll_into_view_if_needed()
    phone.tab.touchscreen.tap(*point(phone, 2, -8))
    phone.until(lambda: sentence(layers, 2, -8) in says(phone), True)
    phone.tab.touchscreen.tap(*point(phone, 1, 10))
    phone.until(lambda: sentence(layers, 1, 10) in says(phone), True)
    header(phone, 2).tap()
    panel(phone, "own").tap()
    phone.until(phone.query, "stack=-w4d2i5")
    panel(phone, "causal").tap()
    phone.until(phone.query, "stack=-w4d2i5c")
    phone.until(lambda: numbers(phone), stack_numbers(stack("stack=-w4d2i5c")))
    assert phone.tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_goal_is_judged_and_the_stacks_that_reach_it_are_kept(page):
    open_stack(page)
    verdict = page.tab.locator("#editor .verdict")
    goal = page.tab.locator("#editor .goal")
    goal.fill("200")
    page.until(verdict.inner_text, "Spans 61 of 200 samples, 139 too few.")
    goal.fill("61")
    page.until(verdict.inner_text, "Long enough, but 8 samples in it are not reached.")
    goal.fill("33")
    page.until(verdict.inner_text, "Covers 33 samples without holes, with 39 weights.")
    at_rest(page)
    zero, cell = scale(page, stack(""))
    bracket = page.tab.locator("#editor .bracket")
    box = bracket.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(zero, abs=1)
    width = bracket.evaluate("path => path.getBBox().width")  # without its line's own width
    assert width == pytest.approx(33 * cell, abs=0.5)
    page.tab.locator("#editor .readymade button").filter(has_text="WaveNet").click()
    page.until(verdict.inner_text, "Covers 33 samples without holes, with 20 weights.")
    fewest = page.tab.locator("#editor .fewest")
    page.until(fewest.inner_text, "Fewest so far: 20 weights")
    tried = page.tab.locator("#editor .tried button")
    page.until(
        tried.all_inner_texts,
        [
            "20 weights: 10 layers of wing 1, dilation 1, island 1, causal, × 2",
            "39 weights: 3 layers of wing 4, dilation 2, island 5",
        ],
    )
    tried.nth(1).click()
    page.until(page.query, "goal=33")
    page.until(verdict.inner_text, "Covers 33 samples without holes, with 39 weights.")
    goal.fill("0")
    goal.press("Enter")
    wrong = page.tab.locator("#editor .goal-error")
    page.until(lambda: "must be 1 to 1,048,576" in wrong.inner_text(), True)
    page.until(page.query, "")
    assert goal.input_value() == "0"  # what was typed stays to be mended
    goal.fill("200")
    step = page.tab.locator("#editor .advice button")
    texts = ["growth × 4: 39 weights", "11 layers: 143 weights"]
    page.until(lambda: step.all_inner_texts()[:2], texts)
    step.first.click()
    page.until(verdict.inner_text, "Covers 200 samples without holes, with 39 weights.")
    page.until(page.query, "growth=4&goal=200")
    advice = page.tab.locator("#editor .advice")
    page.until(advice.inner_text, "With fewer weights:\nwing 3: 33 weights")


def test_a_goal_is_in_the_link_and_goes_along_to_other_pages(page):
    open_stack(page, "goal=53&layers=4")
    goal, verdict = page.tab.locator("#editor .goal"), page.tab.locator("#editor .verdict")
    page.until(goal.input_value, "53")
    page.until(verdict.inner_text, "Covers 53 samples without holes, with 52 weights.")
    page.tab.get_by_role("link", name="Kernel").click()
    page.tab.locator("#editor.kernel-mode").wait_for()
    page.until(page.query, "layers=4&goal=53")
    page.type("Wing", "5")
    page.until(page.query, "wing=5&layers=4&goal=53")
    page.tab.get_by_role("link", name="Receptive field").click()
    page.until(goal.input_value, "53")
    page.until(verdict.inner_text, "Covers 53 samples without holes, with 60 weights.")


def test_a_stack_too_wide_is_refused_and_mended(page):
    open_stack(page, "layers=12&growth=4")
    refused = page.tab.locator("#editor .refusal")
    page.until(lambda: "would reach over 89.48 million inputs" in refused.inner_text(), True)
    assert numbers(page)["Inputs reached"] == "–"
    page.tab.locator("#editor .growth").select_option("1")
    page.until(page.query, "layers=12")
    page.until(lambda: numbers(page), stack_numbers(stack("layers=12")))
    assert refused.inner_text() == ""


def test_without_motion_the_picture_is_where_it_stays_at_once(page):
    page.tab.emulate_media(reduced_motion="reduce")
    open_stack(page)
    page.tab.locator("#editor .stacklayers").focus()
    page.tab.keyboard.press("ArrowRight")
    page.until(lambda: len(taps(page)), 4)
    first = [sorted(layer.items()) for layer in taps(page)]
    at_rest(page)
    assert [sorted(layer.items()) for layer in taps(page)] == first


@pytest.mark.parametrize("key", ["ArrowUp", "Enter"])
def test_a_stride_is_undone_by_one_press(page, key):
    open_stack(page)
    header(page, 1).click()
    stride = panel(page, "stride")
    if key == "Enter":
        stride.fill("2")
    stride.press(key)
    page.until(page.query, "stack=s2")
    page.settle()
    undo = page.tab.locator("#editor .undo")
    undo.click()
    page.until(page.query, "")
    page.until(stride.input_value, "1")
    assert undo.is_disabled()


def test_parts_drawn_as_one_shape_have_their_own_colour_alone(page):
    """What was a line to a tap may be used again as the shape of many taps."""
    open_stack(page)
    for wing in ("30", "64"):
        page.type("Wing", wing)
        page.until(page.query, f"wing={wing}")
        at_rest(page)
        shapes = page.tab.locator("#editor path.taps").evaluate_all(
            """all => all.map(e => [e.dataset.part, e.getAttribute('fill'),
                getComputedStyle(e).stroke])"""
        )
        assert len(shapes) >= 6
        for part, fill, stroke in shapes:
            assert (fill, stroke) == (COLOURS[part], "none")


def test_no_header_of_a_layer_cuts_a_number_or_lies_under_its_edit_button(page):
    own = "-" * 10 + "w64d1024i65s8-s8"
    open_stack(page, f"wing=64&dilation=64&island=65&layers=12&growth=4&stack={own}")
    top = header(page, 12).inner_text()
    assert "Layer 12, stride 8" in top
    assert "193 taps, dilation 268.4 million" in top
    assert "its own, stride 8" in header(page, 11).inner_text()
    cut = page.tab.locator("#editor .floor :is(b, span)").evaluate_all(
        """nodes => nodes.filter(node => {
            const range = document.createRange()
            range.selectNodeContents(node)
            const text = range.getBoundingClientRect(), box = node.getBoundingClientRect()
            const edit = node.parentElement.querySelector('.edit').getBoundingClientRect()
            const under = text.right > edit.left - 2 && text.top < edit.bottom - 4
            return text.width > box.width + 0.5 || (node.localName === 'b' && under)
        }).map(node => node.textContent)"""
    )
    assert cut == []
