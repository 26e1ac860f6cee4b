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
    gaussian = np.exp(-(np.array(pattern.offsets) ** 2) / (2 * 3.5**2))
    output = float(kernel @ window)
    target = float((gaussian / gaussian.sum()) @ window[np.array(pattern.offsets) + 10])
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


def test_the_numbers_are_those_of_an_independent_step(page):
    _, _, output, target, gradient = _step()
    page.open("/gradient")
    page.tab.locator("#stage .scrub").fill("6")
    page.until(lambda: _fact(page, "output y[t]"), _number(output))
    assert _fact(page, "target") == _number(target)
    assert _fact(page, "loss L") == _number((output - target) ** 2 / 2)
    assert _fact(page, "∂L/∂y[t]") == _number(output - target)
    taps = [i for i, tap in enumerate(Pattern.partially_dilated().mask) if tap]
    window = gradient / (output - target)
    after = output - 0.01 * float(gradient[taps] @ window[taps])
    assert _fact(page, "loss after the step") == _number((after - target) ** 2 / 2)


def test_bars_are_drawn_in_proportion(page):
    _, kernel, _, _, gradient = _step()
    page.open("/gradient")
    page.tab.locator("#stage .chapters button").nth(3).click()
    page.until(lambda: _time(page), 3.6)
    drawn = np.array(_heights(page, "gradient"))
    assert len(drawn) == 21
    expected = np.abs(gradient) / np.abs(gradient).max() * drawn.max()
    np.testing.assert_allclose(drawn, np.maximum(expected, 0.75), rtol=1e-3, atol=1e-3)
    weights = np.array(_heights(page, "kernel"))
    assert len(weights) == 13
    expected = np.abs(kernel[kernel != 0])
    shown = np.maximum(expected * (weights / expected).max(), 0.75)
    np.testing.assert_allclose(weights, shown, rtol=1e-2, atol=0.05)


def test_gap_gradients_are_shown_and_then_dropped(page):
    pattern, _, _, _, gradient = _step()
    page.open("/gradient")
    chapters = page.tab.locator("#stage .chapters button")
    chapters.nth(3).click()
    page.until(lambda: _time(page), 3.6)
    gaps = [i for i, tap in enumerate(pattern.mask) if not tap]
    labels = page.tab.locator("#stage text.value.gradient").all_text_contents()
    decimals = max(0, 1 - int(np.floor(np.log10(np.abs(gradient).max()))))
    for gap in gaps:
        shown = float(labels[gap].replace("−", "-"))
        assert shown == pytest.approx(gradient[gap], abs=0.51 * 10.0**-decimals)
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
    page.open("/gradient")
    play = page.tab.locator("#stage .play")
    assert _time(page) == 3.6  # opens where the gradient has just arrived; play begins at 0
    seen = set()

    def watch() -> str:
        seen.add(page.tab.locator("#stage [aria-current=step]").inner_text())
        return play.inner_text()

    play.click()
    page.until(watch, "Pause")
    page.until(watch, "Play")
    assert seen == {"1 Assemble", "2 Correlate", "3 Loss", "4 Back", "5 Gather", "6 Step"}
    assert _time(page) == 6


def test_pause_scrub_and_step(page):
    page.open("/gradient")
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
    page.open("/gradient")
    stage = page.tab.locator("#stage")
    stage.locator(".forward").focus()
    page.tab.keyboard.press("Home")
    page.until(lambda: _time(page), 0)
    assert _heights(page, "kernel") == [0] * 13
    page.tab.keyboard.press("ArrowRight")
    page.until(lambda: _time(page), 0.6)
    assert all(height > 0 for height in _heights(page, "kernel"))
    page.tab.keyboard.press("ArrowRight")
    page.until(lambda: _time(page), 1.6)
    page.tab.keyboard.press("ArrowLeft")
    page.until(lambda: _time(page), 0.6)
    page.tab.keyboard.press("End")
    page.until(lambda: _time(page), 6)


def test_reduced_motion_shows_steps_instead(page):
    page.tab.emulate_media(reduced_motion="reduce")
    page.open("/gradient")
    page.tab.locator("#stage .chapters button").nth(1).click()
    assert round(_time(page), 1) == 1.6


def test_pointing_at_a_column_reads_its_numbers(page):
    _, _, _, _, gradient = _step()
    page.open("/gradient")
    drawing = page.tab.locator("#stage svg")
    box = drawing.bounding_box()
    column = box["width"] / 21
    drawing.hover(position={"x": column * 1.5, "y": 40})
    page.until(
        lambda: page.tab.locator("#stage .readout").inner_text().startswith("Offset −9, a gap"),
        True,
    )
    reading = page.tab.locator("#stage .readout").inner_text()
    assert f"{gradient[1]:.5g}".replace("-", "−") in reading
    assert "(dropped)" in reading


def test_choices_change_the_step_and_the_time_is_kept(page):
    page.open("/gradient")
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
    page.type("Seed", "5")
    page.until(page.query, "seed=5&scope=signal")


def test_another_step_of_the_run(page):
    page.open("/gradient")
    page.tab.locator("#stage .scrub").fill("6")
    first = _fact(page, "loss after the step")
    slider = page.tab.get_by_role("slider", name="Step shown above")
    slider.focus()
    slider.press("ArrowRight")
    page.until(lambda: _fact(page, "loss L"), first)
    page.until(page.query, "step=1")


def test_a_kernel_too_long_to_watch_says_so(page):
    page.open("/gradient?wing=64&dilation=64")
    page.tab.get_by_text("This kernel spans 8,197 elements").wait_for()
    page.type("Wing", "4")
    page.type("Dilation", "2")
    page.tab.locator("#stage svg rect.bar").first.wait_for()


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
    page.until(lambda: page.metric("Taps"), "9")
