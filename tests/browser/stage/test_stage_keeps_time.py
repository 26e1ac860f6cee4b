"""The stage under a hand while the server sends another run: time neither stops nor jumps."""

from itertools import pairwise

import pytest

GATHER = 4.0  # the chapter in which gradients travel, and its end
END = 5.0
SECONDS_PER_CHAPTER = 4

_WATCH = """() => {
    const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
        .find(r => r?.querySelector('#stage'))
    const scrub = root.querySelector('.scrub')
    window.seen = []
    const look = now => {
        seen.push([now, +scrub.value, root.querySelector('path.line.output')?.getAttribute('d')])
        requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
}"""


def _open(page) -> None:
    page.tab.set_viewport_size({**page.tab.viewport_size, "height": 1800})  # all within reach
    page.open("/gradient")
    page.tab.locator("#stage rect.bar").first.wait_for(state="attached")
    page.tab.locator("#stage .scrub").scroll_into_view_if_needed()
    page.settle()


def _time(page) -> float:
    return float(page.tab.locator("#stage .scrub").input_value())


def _runs_seen(page) -> int:
    """How many different runs have been drawn since the watch began."""
    return page.tab.evaluate("new Set(seen.map(row => row[2])).size")


def _more_seed(page):
    return page.tab.get_by_label("More: Random seed")


def _place(page, time: float) -> tuple[float, float]:
    """Where the scrubber's thumb is at a time; a thumb of 16 px stays inside the track."""
    scrub = page.tab.locator("#stage .scrub")
    box = scrub.bounding_box()
    share = time / float(scrub.get_attribute("max"))
    return box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2


def _kept_time(page) -> None:
    """While it played, what was shown went on as clocks do: never back, never far from the time."""
    frames = page.tab.evaluate("seen.map(row => [row[0], row[1]])")
    assert len(frames) > 30
    assert all(a <= b for (_, a), (_, b) in pairwise(frames))
    (begun, first), *_ = frames
    for now, display in frames:
        assert display - first == pytest.approx((now - begun) / 1000 / SECONDS_PER_CHAPTER, abs=0.1)


def _followed(page, low: float, high: float) -> None:
    """While it was scrubbed, it was always where a hand had been."""
    times = page.tab.evaluate("seen.map(row => row[1])")
    assert low - 0.5 <= min(times) <= max(times) <= high + 0.5


def test_it_plays_on_while_the_seed_changes_by_mouse(page):
    _open(page)
    page.tab.evaluate(_WATCH)
    page.tab.locator("#stage .play").click()
    page.tab.evaluate("seen.length = 0")
    for runs in (2, 3, 4):
        _more_seed(page).click()
        page.until(lambda runs=runs: _runs_seen(page) >= runs, True)
    page.tab.wait_for_function("seen.at(-1)[1] - seen[0][1] > 0.5")
    _kept_time(page)
    assert page.tab.locator("#stage .play").inner_text() == "Pause"
    page.until(page.query, "seed=3")


def test_it_is_scrubbed_while_the_seed_changes_by_mouse(page):
    _open(page)
    x, y = _place(page, GATHER)
    page.tab.evaluate(_WATCH)
    seed = _more_seed(page).bounding_box()
    for burst in range(3):
        page.tab.mouse.click(seed["x"] + 8, seed["y"] + 8)  # and on at once, before the answer
        page.tab.mouse.move(x, y)
        page.tab.mouse.down()
        if burst == 0:
            page.tab.evaluate("seen.length = 0")
        for time in (END, GATHER, END):
            page.tab.mouse.move(_place(page, time)[0], y, steps=12)
        stored = _time(page)
        page.until(lambda burst=burst: _runs_seen(page) >= burst + 1, True)
        assert _time(page) == stored
        page.tab.mouse.up()
    page.until(page.query, "seed=3")
    page.until(lambda: _time(page), stored)
    _followed(page, GATHER, END)


def test_it_is_scrubbed_while_the_seed_changes_by_keyboard(page):
    _open(page)
    keys = page.tab.keyboard
    page.field("Random seed").focus()
    keys.press("ArrowUp")
    page.tab.locator("#stage .scrub").focus()
    keys.press("Home")
    page.until(lambda: _time(page), 0)
    for _ in range(4):
        keys.press("Shift+ArrowRight")
    page.tab.evaluate(_WATCH)
    page.until(lambda: _time(page), pytest.approx(3.6))
    for chapter in ("ArrowRight", "ArrowLeft"):
        page.field("Random seed").focus()
        keys.press("ArrowUp")
        page.tab.locator("#stage .scrub").focus()
        before = _time(page)
        for _ in range(10):
            keys.press(chapter)
        expected = before + (1 if chapter == "ArrowRight" else -1)
        page.until(lambda expected=expected: _time(page), pytest.approx(expected, abs=1e-6))
    page.until(lambda: _runs_seen(page) >= 2, True)
    page.until(page.query, "seed=3")
    assert _time(page) == pytest.approx(3.6)
    keys.press(" ")
    page.until(page.tab.locator("#stage .play").inner_text, "Pause")


def _tap_seed(page) -> None:
    """On a phone the sidebar is a drawer over the page."""
    page.tab.get_by_test_id("stExpandSidebarButton").tap()
    _more_seed(page).tap()
    page.tab.get_by_test_id("stSidebarCollapseButton").locator("button").tap()
    page.tab.get_by_test_id("stExpandSidebarButton").wait_for()


def test_it_is_scrubbed_while_the_seed_changes_by_touch(phone):
    _open(phone)
    phone.tab.evaluate(_WATCH)
    for burst in range(3):
        _tap_seed(phone)
        scrub = phone.tab.locator("#stage .scrub")
        scrub.scroll_into_view_if_needed()
        x, y = _place(phone, GATHER)
        phone.finger("touchStart", x, y)
        if burst == 0:
            phone.tab.evaluate("seen.length = 0")
        for time in (END, GATHER, END):
            to = _place(phone, time)[0]
            for k in range(1, 7):
                phone.finger("touchMove", x + (to - x) * k / 6, y)
            x = to
        stored = _time(phone)
        phone.until(lambda burst=burst: _runs_seen(phone) >= burst + 1, True)
        assert _time(phone) == stored
        phone.finger("touchEnd")
    phone.until(phone.query, "seed=3")
    _followed(phone, GATHER, END)
    phone.tab.locator("#stage .play").tap()
    phone.until(phone.tab.locator("#stage .play").inner_text, "Pause")
