import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from pdviz import signals
from pdviz.pattern import Pattern


def _step():
    """The default page's training step, in NumPy alone."""
    pattern = Pattern.partially_dilated()
    section = signals.load("ecg").samples[0, 340 - 128 : 340 + 128].astype(float)
    x = (section - section.mean()) / section.std()
    weights = np.random.default_rng(0).uniform(-(13**-0.5), 13**-0.5, 13)
    window = x[128 - 10 : 128 + 11]
    kernel = np.zeros(21)
    kernel[np.array(pattern.offsets) + 10] = weights
    output = float(kernel @ window)
    target = float(window.mean())
    gradient = (output - target) * window
    return pattern, kernel, output, target, gradient


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _fact(page, label: str) -> str:
    row = page.tab.locator("#stage .facts div").filter(has_text=label)
    return row.locator("dd").first.inner_text()


def _time(page) -> float:
    return float(page.tab.locator("#stage .scrub").input_value())


def _heights(page, kind: str) -> list[float]:
    """Signed heights of the bars of a kind, as drawn: positive above their zero line."""
    return page.tab.evaluate(
        """kind => [...document.querySelectorAll('*')]
            .flatMap(e => e.shadowRoot ?? [])
            .flatMap(root => [...root.querySelectorAll(`rect.bar.${kind}`)])
            .sort((a, b) => a.dataset.element - b.dataset.element)
            .map(r => +(r.getAttribute('opacity') ?? 1) > 0 ? +r.getAttribute('height') : 0)""",
        kind,
    )


def _open(page, path: str) -> None:
    """Load the page and wait until the stage is drawn: its code comes by itself."""
    page.open(path)
    page.tab.locator("#stage rect.bar").first.wait_for(state="attached")


def _scrub(page, time: float) -> None:
    page.tab.locator("#stage .scrub").fill(str(time))
    page.until(lambda: _time(page), pytest.approx(time))


def _to_four_digits(value: float) -> object:
    """A number as the stage writes it: of float32, to four digits."""
    return pytest.approx(value, rel=1e-3)


def _value(page, label: str) -> float:
    return float(_fact(page, label).replace("−", "-"))


def test_the_numbers_are_those_of_an_independent_step(page):
    _, _, output, target, gradient = _step()
    _open(page, "/gradient?steps=1")
    page.tab.locator("#stage .scrub").fill("6")
    page.until(lambda: _value(page, "output y[t]"), _to_four_digits(output))
    assert _value(page, "target") == _to_four_digits(target)
    assert _value(page, "loss L") == _to_four_digits((output - target) ** 2 / 2)
    assert _value(page, "∂L/∂y[t]") == _to_four_digits(output - target)
    taps = [i for i, tap in enumerate(Pattern.partially_dilated().mask) if tap]
    window = gradient / (output - target)
    after = output - 0.002 * float(gradient[taps] @ window[taps])
    assert _value(page, "loss after the step") == _to_four_digits((after - target) ** 2 / 2)


def test_bars_are_drawn_in_proportion(page):
    _, kernel, _, _, gradient = _step()
    _open(page, "/gradient")
    page.tab.locator("#stage .chapters button").nth(3).click()
    page.until(lambda: _time(page), 3.6)
    drawn = np.array(_heights(page, "gradient"))
    assert len(drawn) == 21
    expected = np.abs(gradient) / np.abs(gradient).max() * drawn.max()
    np.testing.assert_allclose(drawn, np.maximum(expected, 0.75), rtol=1e-3, atol=1e-3)
    weights = np.array(_heights(page, "kernel"))
    assert len(weights) == 13
    expected = np.abs(kernel[kernel != 0])
    display = np.maximum(expected * (weights / expected).max(), 0.75)
    np.testing.assert_allclose(weights, display, rtol=1e-2, atol=0.05)


def test_gap_gradients_are_shown_and_then_dropped(page):
    pattern, _, _, _, gradient = _step()
    _open(page, "/gradient")
    chapters = page.tab.locator("#stage .chapters button")
    chapters.nth(3).click()
    page.until(lambda: _time(page), 3.6)
    gaps = [i for i, tap in enumerate(pattern.mask) if not tap]
    labels = page.tab.locator("#stage text.value.gradient").all_text_contents()
    decimals = max(0, 1 - int(np.floor(np.log10(np.abs(gradient).max()))))
    for gap in gaps:
        display = float(labels[gap].replace("−", "-"))
        assert display == pytest.approx(gradient[gap], abs=0.51 * 10.0**-decimals)
    caption = page.tab.locator("#stage .caption")
    largest = max(gaps, key=lambda gap: abs(gradient[gap]))
    assert _number(gradient[largest]) in caption.inner_text()
    chapters.nth(4).click()
    page.until(lambda: _time(page), 4.6)
    drawn = _heights(page, "gradient")
    assert all(drawn[gap] == 0 for gap in gaps)
    assert all(drawn[i] > 0 for i, tap in enumerate(pattern.mask) if tap)
    assert "drops the 8 values at gaps" in caption.inner_text()


def test_play_runs_through_every_chapter_and_stops(page):
    _open(page, "/gradient?steps=1")
    page.tab.locator("#stage .speed").select_option("2")
    play = page.tab.locator("#stage .play")
    assert _time(page) == 0.6  # opens where the kernel has just been assembled; play begins at 0
    observed = set()

    def watch() -> str:
        observed.add(page.tab.locator("#stage [aria-current=step]").inner_text())
        return play.inner_text()

    play.click()
    page.until(watch, "Pause")
    page.until(watch, "Play")
    assert observed == {"1 Assemble", "2 Correlate", "3 Loss", "4 Back", "5 Gather", "6 Step"}
    assert _time(page) == 6


def test_pause_scrub_and_step(page):
    _open(page, "/gradient")
    stage = page.tab.locator("#stage")
    stage.locator(".play").click()
    page.until(lambda: 0.1 < _time(page) < 3.5, True)
    stage.locator(".play").click()
    page.until(stage.locator(".play").inner_text, "Play")
    stopped = _time(page)
    assert _time(page) == stopped
    stage.locator(".scrub").fill("2.6")
    page.until(lambda: stage.locator("[aria-current=step]").inner_text(), "3 Loss")
    stage.locator(".forward").click()
    page.until(lambda: _time(page), 3.6)
    stage.locator(".back").click()
    page.until(lambda: _time(page), 2.6)


def test_the_stage_by_keyboard_alone(page):
    _open(page, "/gradient")
    stage = page.tab.locator("#stage")
    stage.locator(".forward").focus()
    steps = (
        ("Home", 0),
        ("ArrowRight", 0.1),
        ("ArrowLeft", 0),
        ("Shift+ArrowRight", 0.6),
        ("Shift+ArrowRight", 1.6),
        ("Shift+ArrowLeft", 0.6),
        ("PageUp", 6.6),
        ("PageDown", 0.6),
        ("End", 120),
    )
    for key, time in steps:
        page.tab.keyboard.press(key)
        page.until(lambda: _time(page), time)
        if time == 0:
            assert _heights(page, "kernel") == [0] * 13
        if time == 0.6:
            assert all(height > 0 for height in _heights(page, "kernel"))
    page.until(page.query, "step=19")
    stage.locator(".scrub").focus()
    page.tab.keyboard.press("Home")
    page.tab.keyboard.press("Space")
    page.until(lambda: _time(page) > 0.1, True)
    page.tab.keyboard.press("Space")
    page.until(stage.locator(".play").inner_text, "Play")


def test_reduced_motion_shows_steps_instead(page):
    page.tab.emulate_media(reduced_motion="reduce")
    _open(page, "/gradient")
    page.tab.locator("#stage .chapters button").nth(1).click()
    assert round(_time(page), 1) == 1.6
    page.tab.keyboard.press("ArrowRight")
    assert round(_time(page), 1) == 2.6
    _scrub(page, 0.1)  # in the middle of a motion, which is shown done
    assert all(height > 0 for height in _heights(page, "kernel"))


def test_pointing_at_a_column_reads_its_numbers(page):
    _, _, _, _, gradient = _step()
    _open(page, "/gradient")
    page.tab.locator("#stage rect.bar.samples[data-element='1']").hover()
    page.until(
        lambda: page.tab.locator("#stage .readout").inner_text().startswith("Offset −9, a gap"),
        True,
    )
    reading = page.tab.locator("#stage .readout").inner_text()
    assert f"{gradient[1]:.5g}".replace("-", "−") in reading
    assert "(dropped)" in reading
    page.tab.locator("#stage svg.columns").focus()
    page.tab.keyboard.press("ArrowRight")
    page.until(
        lambda: page.tab.locator("#stage .readout").inner_text().startswith("Offset −8, left wing"),
        True,
    )


def test_choices_change_the_step_and_the_time_is_kept(page):
    _open(page, "/gradient")
    before = _fact(page, "loss L")
    page.tab.locator("#stage .scrub").fill("3.6")
    page.tab.get_by_role("radio", name="All outputs").or_(
        page.tab.get_by_role("button", name="All outputs")
    ).first.click()
    page.until(
        lambda: "over all 256 outputs" in page.tab.locator("#stage .caption").inner_text(), True
    )
    assert _time(page) == 3.6
    assert _fact(page, "loss L") != before
    page.type("Random seed", "5")
    page.until(page.query, "seed=5&scope=signal")


def test_another_step_of_the_run(page):
    _open(page, "/gradient")
    _scrub(page, 5.6)
    first = _fact(page, "loss after the step")
    slider = page.tab.get_by_role("slider", name="Steps taken before")
    slider.focus()
    slider.press("ArrowRight")
    page.until(lambda: _fact(page, "loss L"), first)
    assert _time(page) == pytest.approx(11.6)
    page.until(page.query, "step=1")


def test_the_next_step_begins_where_the_last_one_ended(page):
    _open(page, "/gradient?scope=signal&rate=0.1")
    _scrub(page, 5.9999)
    before = _heights(page, "compact")
    _scrub(page, 6)
    np.testing.assert_allclose(_heights(page, "compact"), before, atol=0.01)
    for kind in ("kernel", "gradient", "products", "arrived", "move", "old"):
        assert not any(_heights(page, kind)), kind


def test_playing_survives_another_seed_and_runs_backwards_too(page):
    _open(page, "/gradient")
    play = page.tab.locator("#stage .play")
    play.click()
    page.until(lambda: 0.1 < _time(page) < 3, True)
    observed = _time(page)
    loss = page.tab.locator("#stage path.line.output")
    before = loss.get_attribute("d")
    page.type("Random seed", "5")
    page.until(lambda: loss.get_attribute("d") != before, True)
    assert play.inner_text() == "Pause"
    assert observed < _time(page) < observed + 3
    page.tab.locator("#stage .reverse").click()
    observed = _time(page)
    page.until(lambda: _time(page) < observed, True)
    page.tab.locator("#stage .reverse").click()
    page.tab.locator("#stage .speed").select_option("steps")
    play.click()
    page.until(lambda: _time(page) > 60, True)  # ten steps, in about a second
    play.click()
    page.until(lambda: page.query().startswith("seed=5&step="), True)


def test_a_step_is_picked_on_the_curve_of_the_loss(page):
    _open(page, "/gradient")
    curve = page.tab.locator("#stage svg.loss")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 80)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 80, steps=20)
    page.tab.mouse.up()
    step = int(_time(page) // 6)
    assert 6 < step < 12
    assert _time(page) % 6 == pytest.approx(0.6)
    page.until(page.query, f"step={step}")
    curve.press("ArrowLeft")
    page.until(page.query, f"step={step - 1}")


@pytest.mark.parametrize("scope", ["position", "signal"])
def test_the_window_is_dragged_along_the_section(page, scope):
    _open(page, f"/gradient?scope={scope}")
    strip = page.tab.locator("#stage svg.section")
    strip.scroll_into_view_if_needed()
    _scrub(page, 3.6)
    box = strip.bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60, steps=30)
    there = strip.get_attribute("aria-valuetext")
    page.tab.mouse.up()
    page.until(lambda: "position=" in page.query(), True)
    page.settle()
    assert strip.get_attribute("aria-valuetext") == there
    before = int(there.removeprefix("sample "))
    columns = page.tab.locator("#stage svg.columns")
    page.until(lambda: f"x[t + o], t = {before}" in columns.text_content(), True)
    assert _time(page) == 3.6
    strip.press("ArrowRight")
    page.until(lambda: f"x[t + o], t = {before + 1}" in columns.text_content(), True)


@pytest.mark.parametrize(
    ("way", "arriving", "kept", "words"),
    [
        ("compact", 13, 13, "drops the 8 values at gaps"),
        ("sum", 16, 16, "At offsets −2, 0 and +2 it arrives twice"),
        ("mask", 21, 13, "Only then the mask zeroes the 8 values at gaps"),
        ("conv1d", 21, 21, "nothing is dropped"),
    ],
)
def test_where_the_gradient_goes_in_every_way(page, way, arriving, kept, words):
    _open(page, f"/gradient?way={way}&scope=signal")
    _scrub(page, 4.45)  # all have arrived; the mask has not acted yet
    assert sum(height > 0 for height in _heights(page, "arrived")) == arriving
    _scrub(page, 4.6)
    struck = page.tab.locator("#stage path.struck").evaluate_all(
        "marks => marks.filter(mark => mark.getAttribute('opacity') !== '0').length"
    )
    assert struck == arriving - kept
    assert words in page.tab.locator("#stage .caption").inner_text()


def test_windows_of_the_whole_signal_add_up_to_the_gradient(page):
    _open(page, "/gradient?scope=signal")
    heights = []
    for time in (3.09, 3.29, 3.45, 3.6):
        _scrub(page, time)
        heights.append(sum(_heights(page, "gradient")))
    assert heights[0] < heights[-1]
    assert "256 of 256 windows" in page.tab.locator("#stage svg.columns").text_content()


def test_drifting_gaps_are_said_and_drawn(page):
    _open(page, "/gradient?way=mask&gaps=conv&decay=0.1&scope=signal&steps=50")
    _scrub(page, 5.6)
    caption = page.tab.locator("#stage .caption")
    page.until(lambda: "weight decay still moves the weights at gaps" in caption.inner_text(), True)
    assert page.tab.locator("#stage path.path.gap").count() == 8
    assert "Grey: gaps, up to" in page.tab.locator("#stage svg.paths").text_content()


def test_all_ways_follow_the_stage_at_once_and_one_is_shown_on_it(page):
    _open(page, "/gradient")
    ways = page.tab.locator("#ways")
    ways.locator("path.bar").first.wait_for(state="attached")
    page.until(
        ways.locator(".head strong").all_inner_texts, ["trained", "twice", "dropped", "struck out"]
    )
    moved = page.tab.evaluate(
        """() => {
            const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
                .find(r => r?.querySelector('#ways'))
            const heights = path => [...path.getAttribute('d').matchAll(/v(-?[\\d.]+)/g)]
            return [...root.querySelectorAll('svg')].map(svg =>
                [...svg.querySelectorAll('path.tap')].slice(-3)
                    .flatMap(heights).map(height => +height[1]))
        }"""
    )
    _, twice, once, masked = (np.array(heights) for heights in moved)
    doubled = np.isin(Pattern.partially_dilated().offsets, (-2, 0, 2))
    np.testing.assert_allclose(twice, once * np.where(doubled, 2, 1), atol=0.02)
    np.testing.assert_array_equal(masked, once)
    said = page.tab.evaluate(
        """() => {
            const find = id => [...document.querySelectorAll('*')].map(e => e.shadowRoot)
                .find(r => r?.querySelector(id))
            const scrub = find('#stage').querySelector('.scrub')
            scrub.value = 43
            scrub.dispatchEvent(new Event('input'))
            return find('#ways').querySelector('.moment').textContent
        }"""
    )
    assert said.startswith("7 of 20 steps taken")  # in the same moment: no server was asked
    ways.get_by_role("button", name="Sum of two Conv1d").click()
    page.until(ways.locator(".way.current button").inner_text, "Sum of two Conv1d")
    page.until(lambda: "way=sum" in page.tab.url, True)
    assert ways.locator(".moment").inner_text().startswith("7 of 20 steps taken")


def test_proofs_of_the_step_are_shown(page):
    _open(page, "/gradient")
    checks = page.tab.locator("#stage .checks li")
    assert checks.count() >= 2
    for text in checks.all_inner_texts():
        assert text.startswith("✓")
    for badge in checks.locator("button").all():
        badge.click()
        assert badge.get_attribute("aria-expanded") == "true"
        proof = page.tab.locator("#stage .proof")
        assert "tolerance" in proof.inner_text()
        assert proof.locator("tr").count() >= 2
    badge.click()
    page.until(proof.is_visible, False)


def test_the_stage_is_saved_as_a_page_that_plays_and_as_a_picture(page, browser, tmp_path):
    _open(page, "/gradient?scope=signal")
    _scrub(page, 10.6)
    saved = {}
    for kind in ("html", "svg", "png"):
        with page.tab.expect_download() as download:
            page.tab.locator(f"#stage .save button[value={kind}]").click()
        assert download.value.suggested_filename == f"pdviz-gradient-w4d2i5-step1.{kind}"
        saved[kind] = tmp_path / f"stage.{kind}"
        download.value.save_as(saved[kind])
    drawing = ElementTree.parse(saved["svg"]).getroot()
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}svg"))) == 5
    words = saved["svg"].read_text("utf-8")
    assert "standard deviations" in words
    assert "One layer of wing 4, dilation 2, island 5" in words
    assert "drag to" not in words  # what a hand can do on the page alone
    assert saved["png"].read_bytes().startswith(b"\x89PNG")
    context = browser.new_context(offline=True)
    alone, errors = context.new_page(), []
    alone.on("pageerror", lambda error: errors.append(error))
    alone.goto(saved["html"].as_uri())
    scrub = alone.locator("#stage .scrub")
    alone.locator("#stage rect.bar").first.wait_for(state="attached")
    assert float(scrub.input_value()) == pytest.approx(10.6)
    alone.locator("#stage .play").click()
    alone.wait_for_function(
        "() => { const at = +document.querySelector('.scrub').value; return at > 6.05 && at < 10 }"
    )
    assert errors == []
    context.close()


def test_all_drawings_share_one_global(page):
    _open(page, "/gradient")
    names = "Object.keys(globalThis).filter(name => name.toLowerCase().startsWith('pdviz'))"
    assert page.tab.evaluate(names) == ["pdviz"]


_BOXES = """selector => [...document.querySelectorAll('*')].flatMap(e => e.shadowRoot ?? [])
    .filter(root => root.querySelector('#stage'))
    .flatMap(root => [...root.querySelectorAll(selector)])
    .filter(e => getComputedStyle(e).opacity !== '0' && e.getBoundingClientRect().height > 0)
    .map(e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] })"""


def _boxes(page, selector: str) -> list[list[float]]:
    return page.tab.evaluate(_BOXES, selector)


def test_a_weight_at_a_gap_is_not_written_as_zero(page):
    _open(page, "/gradient?way=mask&gaps=pruned&momentum=0.9")
    _scrub(page, 5.6)
    values = page.tab.locator("#stage text.value.compact").all_text_contents()
    assert "−0.0013" in values
    assert not any(float(text.replace("−", "-").split("·")[0]) == 0 for text in values if text)


def test_the_card_stands_beside_its_column_and_moves_nothing(page):
    page.tab.set_viewport_size({"width": 1280, "height": 800})
    _open(page, "/gradient")
    before = _boxes(page, "svg, .caption, .checks")
    for element in (0, 10, 20):
        page.tab.locator(f"#stage rect.bar.samples[data-element='{element}']").hover(force=True)
        page.until(page.tab.locator("#stage .readout").is_visible, True)
        (card,), (column, *_) = _boxes(page, ".readout"), _boxes(page, ".lit rect")
        assert card[0] >= column[2] or card[2] <= column[0]
        assert card[3] <= 800
        assert _boxes(page, "svg, .caption, .checks") == before
    page.tab.mouse.move(5, 5)
    page.until(page.tab.locator("#stage .readout").is_visible, False)


def test_play_is_in_reach_on_a_phone(phone):
    _open(phone, "/gradient")
    phone.tab.locator("#stage svg.loss").scroll_into_view_if_needed()
    play = phone.tab.locator("#stage .play")
    box = play.bounding_box()
    assert 0 <= box["y"] < 140
    play.tap()
    phone.until(play.inner_text, "Pause")


def test_a_long_kernel_is_drawn_through_a_window(page):
    _open(page, "/gradient?wing=64&dilation=64")
    overview, columns = (page.tab.locator(f"#stage svg.{kind}") for kind in ("overview", "columns"))
    count = page.tab.locator("#stage rect.bar.samples[opacity]:not([opacity='0'])").count()
    assert 10 < count < 60
    assert page.tab.locator("#stage path.beyond").count() == 2
    before = overview.get_attribute("aria-valuetext")
    overview.press("PageDown")
    page.until(lambda: overview.get_attribute("aria-valuetext") != before, True)
    overview.press("Home")
    start = "offsets −4,098 to"
    page.until(lambda: overview.get_attribute("aria-valuetext").startswith(start), True)
    columns.press("ArrowRight")  # reads from the origin on, and brings it back into the window
    page.until(lambda: columns.get_attribute("aria-valuetext").startswith("Offset +1,"), True)
    page.until(lambda: overview.get_attribute("aria-valuetext").startswith(start), False)
    page.type("Wing", "4")
    page.type("Dilation", "2")
    page.until(overview.is_visible, False)


def test_pages_share_the_pattern_and_the_link(page):
    page.open()
    page.type("Wing", "2")
    page.until(page.query, "wing=2")
    page.tab.get_by_role("link", name="Gradient flow").click()
    page.tab.locator("#stage .caption").wait_for()
    page.until(lambda: page.tab.locator("#stage rect.bar.kernel").count(), 9)
    page.until(page.query, "wing=2")
    assert page.field("Wing").input_value() == "2"
    page.tab.get_by_role("link", name="Kernel").click()
    page.until(lambda: page.field("Wing").input_value(), "2")
