"""While a hand moves, a figure is sketched over its chart: the same picture, at once.

The oracle is Plotly: it draws the same figure a moment later, and nothing may be seen to change.
"""

import io

import numpy as np
import pytest
from PIL import Image

FIELD, SPECTRUM = "effective-field", "spectrum"
PAGES = {FIELD: "receptive_field", SPECTRUM: "spectrum"}
HOLD = """
    window.delayed = []
    const wait = window.setTimeout
    window.setTimeout = (then, time, ...rest) =>
        time === 200 ? delayed.push(then) : wait(then, time, ...rest)
"""
"""Plotly draws when it is let to, not after its 200 ms."""


@pytest.fixture
def slow_plotly(page):
    page.tab.add_init_script(HOLD)
    return page


def open_page(page, name: str = FIELD, link: str = "") -> None:
    page.open(f"/{PAGES[name]}?{link}")
    page.tab.locator("#report .card").first.wait_for(timeout=60_000)
    page.plot(name)
    page.settle()


def frame(page, name: str = FIELD):
    return page.tab.locator(f'figure[data-name="{name}"] .frame')


def pixels(page, name: str) -> np.ndarray:
    shot = frame(page, name).screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def step(page, name: str = FIELD, key: str = "ArrowUp") -> None:
    """Change the dilation in the field beside the page, and wait until the figure says so."""
    figure = page.plot(name)
    before = figure.get_attribute("aria-label")
    page.tab.locator("#pattern-dilation").press(key)
    page.tab.wait_for_function(
        "([plot, before]) => plot.getAttribute('aria-label') !== before",
        arg=[figure.element_handle(), before],
    )


def drawn(page) -> float:
    """Where the axis ends of the chart that Plotly has drawn."""
    return page.plot(FIELD).evaluate("plot => plot._fullLayout.xaxis.range[1]")


@pytest.mark.parametrize(
    ("name", "link", "scheme"),
    [
        (FIELD, "", "light"),
        (FIELD, "wing=40&dilation=30&layers=4", "dark"),
        (FIELD, "wing=2&dilation=3&island=3&layers=2&causal=1&weights=average", "light"),
        (FIELD, "wing=12&dilation=6&trial=random&activation=relu&rival=weights", "dark"),
        (FIELD, "wing=1&dilation=1&island=1&layers=2", "light"),
        (SPECTRUM, "", "dark"),
        (SPECTRUM, "wing=12&dilation=6&weights=random&below=delay", "light"),
        (SPECTRUM, "wing=30&dilation=20&causal=1&hertz=1", "dark"),
    ],
)
def test_what_is_sketched_is_what_plotly_draws(slow_plotly, name, link, scheme):
    slow_plotly.tab.emulate_media(color_scheme=scheme)
    slow_plotly.tab.set_viewport_size({"width": 1280, "height": 1600})
    open_page(slow_plotly, name, link)
    slow_plotly.tab.add_style_tag(content=".st-key-islands { display: none }")  # another figure
    frame(slow_plotly, name).scroll_into_view_if_needed()
    sketch = frame(slow_plotly, name).locator(".sketch")
    assert not sketch.is_visible()
    before = pixels(slow_plotly, name)
    step(slow_plotly, name)
    sketch.wait_for()
    sketched = pixels(slow_plotly, name)
    slow_plotly.tab.evaluate("delayed.splice(0).forEach((draw) => draw())")
    sketch.wait_for(state="hidden")
    settled = pixels(slow_plotly, name)
    assert before.shape != settled.shape or (np.abs(before - settled) > 60).mean() > 0.005
    assert sketched.shape == settled.shape
    change = np.abs(sketched - settled).max(axis=2)
    assert (change > 12).mean() < 1e-3
    assert (change > 60).mean() < 1e-4


def test_the_chart_follows_when_things_rest(page):
    open_page(page)
    frame(page).scroll_into_view_if_needed()
    before = drawn(page)
    step(page)
    page.until(lambda: drawn(page) > before, True)
    page.tab.locator("#report .sketch").wait_for(state="hidden")


def test_a_chart_out_of_sight_is_drawn_when_it_comes_into_sight(slow_plotly):
    open_page(slow_plotly)
    slow_plotly.tab.evaluate("delayed.length = 0")
    before = drawn(slow_plotly)
    step(slow_plotly)
    slow_plotly.tab.wait_for_function("delayed.length > 0")
    assert drawn(slow_plotly) == before
    assert not slow_plotly.tab.locator("#report .sketch").is_visible()
    frame(slow_plotly).scroll_into_view_if_needed()
    slow_plotly.until(lambda: drawn(slow_plotly) > before, True)


def test_on_a_phone_plotly_finds_room_for_the_labels(phone):
    phone.tab.set_viewport_size({"width": 390, "height": 3600})
    open_page(phone)
    before = drawn(phone)
    handle = phone.tab.locator("#editor .board:not(.lens) [data-name=dilation-right]")
    handle.press("ArrowRight")
    phone.until(lambda: drawn(phone) > before, True)
    assert phone.tab.locator("#report .sketch > *").count() == 0
    labels = phone.plot(FIELD).locator(".xtick text")
    assert labels.all_text_contents() == ["−40", "−20", "0", "20", "40"]
