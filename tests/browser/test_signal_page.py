import numpy as np
import pytest

from pdviz import signals
from pdviz.pattern import Pattern


def _expected(pattern: Pattern, weights: np.ndarray, samples: np.ndarray, position: int) -> float:
    """One output, tap by tap."""
    total = 0.0
    for weight, offset in zip(weights, pattern.offsets, strict=True):
        if 0 <= position + offset < len(samples):
            total += weight * float(samples[position + offset])
    return total


def _shows(page, value: float) -> None:
    page.until(lambda: page.metric("Output here"), f"{value:.4g}".replace("-", "−"))


def _drawn(page, name: str) -> dict[int, float]:
    """What the figure under the kernel has drawn: value by offset."""
    return {
        x: y
        for trace in page.traces("window")
        if trace["name"].endswith(name)
        for x, y in zip(trace["x"], trace["y"], strict=True)
    }


def test_the_electrocardiogram_through_each_kind_of_weights(page):
    pattern = Pattern.partially_dilated()
    samples = signals.load("ecg").samples[0]
    offsets = np.array(pattern.offsets)
    page.open("/signal")
    gaussian = np.exp(-(offsets**2) / (2 * 3.5**2))
    _shows(page, _expected(pattern, gaussian / gaussian.sum(), samples, 340))

    page.choose("Weights", "Moving average")
    average = np.full(13, 1 / 13)
    value = _expected(pattern, average, samples, 340)
    _shows(page, value)
    page.until(lambda: sorted(_drawn(page, "product")), list(pattern.offsets))
    assert sum(_drawn(page, "product").values()) == pytest.approx(value, rel=1e-6)
    assert sorted(_drawn(page, "sample")) == list(range(-10, 11))
    assert page.bars("window") == 13 + 21 + 13

    page.choose("Weights", "Difference (slope)")
    _shows(page, np.polyfit(offsets, samples[340 + offsets], 1)[0])

    page.choose("Weights", "Random")
    page.type("Seed", "7")
    random = np.random.default_rng(7).uniform(-(13**-0.5), 13**-0.5, 13)
    _shows(page, _expected(pattern, random, samples, 340))
    page.until(page.query, "weights=random&seed=7")


def test_moving_the_kernel_moves_the_window(page):
    pattern = Pattern.partially_dilated()
    samples = signals.load("ecg").samples[0]
    page.open("/signal?weights=average")
    slider = page.tab.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    _shows(page, _expected(pattern, np.full(13, 1 / 13), samples, 341))
    page.until(page.query, "position=181&weights=average")
    page.until(
        lambda: next(t["x"] for t in page.traces("section") if t["name"] == "here"), [341 / 360]
    )


def test_another_signal_with_channels(page):
    pattern = Pattern.partially_dilated()
    page.open("/signal?weights=average")
    page.choose("Signal", "US economy")
    macro = signals.load("macro")
    page.choose("Channel", macro.channels[8])
    position = 203 // 2
    page.until(lambda: macro.units[8] in page.tab.locator(".st-key-section").inner_text(), True)
    _shows(page, _expected(pattern, np.full(13, 1 / 13), macro.samples[8], position))
    page.tab.get_by_text("Time for 203 × 12 samples").wait_for()


def test_the_device_choice_says_what_there_is(page):
    torch = pytest.importorskip("torch")
    page.open("/signal")
    box = page.tab.locator('[data-testid="stSelectbox"]').filter(has_text="Device")
    box.wait_for()
    if not torch.cuda.is_available():
        page.until(
            lambda: "no GPU found" in (box.inner_text() + box.locator("input").input_value()), True
        )


def test_typed_weights(page):
    samples = signals.load("ecg").samples[0]
    page.open("/signal?wing=0&island=3&weights=typed&values=0,1,0")
    pattern = Pattern.partially_dilated(0, 1, 3)
    _shows(page, _expected(pattern, np.array([0.0, 1, 0]), samples, 340))
    table = page.tab.locator('[data-testid="stDataFrame"] canvas').first
    box = table.bounding_box()

    def cell_opened() -> bool:
        page.tab.mouse.dblclick(box["x"] + box["width"] - 60, box["y"] + 1.5 * 35)
        page.tab.locator(".gdg-input").wait_for(timeout=2000)
        return True

    page.until(cell_opened, True)
    page.tab.locator(".gdg-input").fill("2.5")
    page.tab.locator(".gdg-input").press("Enter")
    _shows(page, _expected(pattern, np.array([2.5, 1, 0]), samples, 340))
    page.until(page.query, "wing=0&island=3&weights=typed&values=2.5%2C1%2C0")
