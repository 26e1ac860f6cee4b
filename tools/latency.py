"""How long a person waits: `python -m tools.latency` measures it in a real Chromium.

Everything is measured inside the page, from the browser's own time of an input event to the frame
that paints what it changed:

- what the editor draws by itself, while a handle is dragged;
- what the server answers, from the moment the hand pauses: what stands under the editor, the curves
  and numbers of the signal page; and, from a key in the field beside a figure that is in sight, the
  figures and numbers of the pages of a whole stack, whose proofs may come later;
- frames per second while dragging, and while the gradient stage plays;
- a process's start until its page can be edited.

With a number behind it, so many random stacks over all that can be chosen, the widest among them,
are opened on each page of a stack, and the dilation is moved step by step: `… latency 30`, with a
seed behind that if it is not to be 0.
"""

from __future__ import annotations

import itertools
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from pdviz.limits import (
    MAX_DILATION,
    MAX_EVERY,
    MAX_GROWTH,
    MAX_ISLAND,
    MAX_LAYERS,
    MAX_OWN_DILATION,
    MAX_WING,
)
from pdviz.ui.state.layers import SAME, LayerChoice, trimmed
from pdviz.ui.state.link import to_query
from pdviz.ui.state.parts.receptive_field import RIVALS
from pdviz.ui.state.resolve import TooWide, stack_of
from pdviz.ui.state.state import State

EDITS = 40
ISLANDS = (5, 3, 7, 9, 11)
"""Each is dragged over as many dilations as are left for it, so that no edit is like another."""
ANSWERS = {
    "/": "words",
    "/signal": "signal page",
    "/receptive_field": "receptive field",
    "/spectrum": "spectrum",
}
"""What the server answers, by the page that shows it."""
STEPS = 10
"""Of each random stack."""
STACKS = ("/receptive_field", "/spectrum", "/cost")
"""The pages of a stack, with proved numbers."""

_WATCH = """() => {
    const within = name => [...document.querySelectorAll('*')].map(e => e.shadowRoot)
        .find(root => root?.querySelector(name))
    const watch = {local: [], server: [], input: 0, waiting: false, late: 0,
        numbers: 0, controls: 0, frames: []}
    window.watch = watch
    const afterFrame = then => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => then(performance.now())
        channel.port2.postMessage(0)
    }
    const painted = then => requestAnimationFrame(() => afterFrame(then))
    const input = event => { watch.input = event.timeStamp
        watch.waiting = true; watch.late = watch.numbers = watch.controls = 0 }
    addEventListener('pointermove', event => { if (event.buttons) input(event) }, true)
    addEventListener('keydown', input, true)
    new MutationObserver(() => {
        if (!watch.waiting) return
        watch.waiting = false
        const from = watch.input
        afterFrame(now => watch.local.push(now - from))  // the editor draws within a frame
    }).observe(within('#editor').querySelector('.overview'),
        {subtree: true, childList: true, attributes: true})
    const late = now => { watch.late = now - watch.input }
    const all = {subtree: true, childList: true, attributes: true, characterData: true}
    new MutationObserver(() => painted(now => { watch.controls = now - watch.input; late(now) }))
        .observe(document.querySelector('[data-testid="stMain"]'), all)
    // What draws itself is not seen from outside; it draws within a frame, too.
    const drawn = within('#signal'), numbers = within('#report')
    const showNumbers = now => { watch.numbers = now - watch.input; late(now) }
    const isCurve = ({ target, attributeName }) =>
        attributeName === 'd' && target.matches('.line.output')
    if (drawn) new MutationObserver(changes =>
        afterFrame(changes.some(isCurve) && !watch.numbers ? showNumbers : late))
        .observe(drawn, all)
    // Proofs that take long come after the numbers that they prove: what is in a badge is no news.
    // Nor is it when Plotly draws what was sketched.
    const settled = ({ target }) => target.className === 'sketch' && target.hidden
    const news = ({ type, target }) => {
        const node = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement
        if (!node || node.closest('.frame')) return true
        return type !== 'attributes' && !node.closest('.badge, .panel')
    }
    if (numbers) new MutationObserver(changes =>
        painted(changes.some(news) && !changes.some(settled) ? showNumbers : late))
        .observe(numbers, all)
    const tick = now => { watch.frames.push(now); requestAnimationFrame(tick) }
    requestAnimationFrame(tick)
}"""


@dataclass(frozen=True)
class Waits:
    """Times of one kind, in milliseconds."""

    name: str
    goal: float
    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[max(0, round(0.95 * len(self.times)) - 1)]

    def __str__(self) -> str:
        return (
            f"{self.name:52} median {self.median:6.1f} ms   p95 {self.p95:6.1f} ms   "
            f"(n = {len(self.times)}, goal {self.goal:g})"
        )


@dataclass(frozen=True)
class Rate:
    """Frames of one kind of motion."""

    name: str
    goal: float
    frames: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return 1000 * (len(self.frames) - 1) / (self.frames[-1] - self.frames[0])

    def __str__(self) -> str:
        longest = max(b - a for a, b in itertools.pairwise(self.frames))
        return (
            f"{self.name:52} {self.per_second:6.1f} frames per second, the longest "
            f"{longest:.0f} ms   (goal {self.goal:g})"
        )


def watched(page: Any, path: str, link: str = "") -> None:
    """Open a page and begin to measure."""
    page.open(f"{path}?{link}" if link else path)
    page.tab.locator("#editor .overview .origin").first.wait_for(state="attached")
    if path.startswith("/signal"):
        page.tab.locator("#signal .sum strong").wait_for()
    if path in STACKS:  # PyTorch has loaded when these are there
        badge = page.tab.locator("#report .badge").filter(
            has_text=re.compile("checked .* ways|one method")
        )
        badge.first.wait_for(timeout=60_000)
    page.settle()
    page.tab.wait_for_function("document.querySelectorAll('[data-stale=true]').length === 0")
    page.tab.evaluate(_WATCH)


def dragging(page: Any, edits: int = EDITS) -> tuple[Waits, Rate]:
    """Drag the dilation's handle to and fro, an element's width at a time."""
    watched(page, "/")
    x, y, column = _handle(page, "dilation-right")
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.evaluate("watch.frames.length = 0")
    for k in range(edits):
        page.tab.mouse.move(x + (column if k % 2 == 0 else 2 * column), y)
        _next_frames(page, 2)
    frames = page.tab.evaluate("watch.frames")
    page.tab.mouse.up()
    local = Waits("drag → drawn in the browser", 16.7, tuple(page.tab.evaluate("watch.local")))
    return local, Rate("while dragging", 60, tuple(frames))


def answering(page: Any, path: str, name: str, edits: int = EDITS) -> Iterator[Waits]:
    """Pause after every edit until the server's answer has been painted.

    No pattern comes twice. Of a page with proved numbers, these and their figures by themselves, of
    the signal page its first new curve; the controls, which change nothing to be seen; and the page
    at rest: then Plotly has also drawn what was sketched.
    """
    watched(page, path)
    times, numbers, controls = [], [], []
    kind, hand = ("key", _typing) if path in STACKS else ("drag", _dragging)
    for island in ISLANDS[: -(-edits // 8)]:
        if island != ISLANDS[0]:
            page.type("Island", str(island))
            page.settle()
            _settled(page)
        with hand(page) as move:
            for _ in range(min(8, edits - len(times))):
                move()
                page.tab.wait_for_function("watch.late > 0")
                page.settle()
                times.append(_settled(page))
                numbers.append(float(page.tab.evaluate("watch.numbers")))
                controls.append(float(page.tab.evaluate("watch.controls")))
        page.type("Dilation", "2")
        page.settle()
        _settled(page)
    if all(numbers):
        yield Waits(f"{kind} → the server's {name}: numbers, figure", 100, tuple(numbers))
    yield Waits(f"{kind} → the server's {name}, controls at rest", 150, tuple(controls))
    yield Waits(f"{kind} → the server's {name}, page at rest", 350, tuple(times))


@contextmanager
def _dragging(page: Any) -> Iterator[Callable[[], None]]:
    """Hold the dilation's handle; gives what moves it by an element's width."""
    x, y, column = _handle(page, "dilation-right")
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    places = itertools.count(x + column, column)
    yield lambda: page.tab.mouse.move(next(places), y)
    page.tab.mouse.up()


@contextmanager
def _typing(page: Any) -> Iterator[Callable[[], None]]:
    """Look at the figure; gives what presses a key in the dilation's field beside it."""
    page.tab.locator("#report figure").first.evaluate("figure => figure.scrollIntoView()")
    field = page.tab.locator("#pattern-dilation")
    yield lambda: field.press("ArrowUp")


def random_links(count: int, seed: int = 0) -> Iterator[str]:
    """Make links to random stacks over all choices, whose dilation can grow so many times."""
    rng = random.Random(seed)
    for _ in range(count):
        yield urlencode(to_query(next(filter(_fits, iter(lambda: _random_state(rng), None)))))


def _random_state(rng: random.Random) -> State:
    layers = rng.randint(1, MAX_LAYERS)
    stack = [SAME] * layers
    for _ in range(rng.randint(0, 2)):
        own = (
            rng.randint(0, MAX_WING),
            rng.randint(1, MAX_OWN_DILATION),
            2 * rng.randint(0, MAX_ISLAND // 2) + 1,
            rng.random() < 0.3,
        )
        family = rng.choice([own, None])
        stack[rng.randrange(layers)] = LayerChoice(rng.choice([1, 1, 1, 2, 3]), family)
    return State.of(
        wing=rng.randint(1, MAX_WING),
        dilation=rng.randint(1, MAX_DILATION - STEPS),
        island=2 * rng.randint(0, MAX_ISLAND // 2) + 1,
        causal=rng.random() < 0.3,
        layers=layers,
        growth=rng.choice([1, 1, *range(2, MAX_GROWTH + 1)]),
        every=rng.randint(1, MAX_EVERY),
        stack=trimmed(tuple(stack)),
        rival=rng.choice(list(RIVALS)),
        trial=rng.choice(["actual", "random"]),
        activation=rng.choice(["linear", "relu"]),
        measure=rng.choice(["energy", "magnitude"]),
        weights=rng.choice(["gaussian", "average", "random"]),
    ).settled()


def _fits(state: State) -> bool:
    """Return whether its stack is accepted, and that with a dilation as large as it gets."""
    try:
        return all(stack_of(s) for s in (state, state.put(dilation=state.kernel.dilation + STEPS)))
    except TooWide:
        return False


def stepping(page: Any, path: str, name: str, links: Sequence[str]) -> Waits:
    """Let the dilation of each stack grow by a key until the answer has been painted.

    The first step is not counted: the page has just been opened.
    """
    numbers = []
    for link in links:
        watched(page, path, link)
        with _typing(page) as step:
            for number in range(STEPS):
                step()
                page.tab.wait_for_function("watch.late > 0")
                page.settle()
                _settled(page)
                delay = float(page.tab.evaluate("watch.numbers"))
                if number and delay:  # some edits change no number of a page
                    numbers.append(delay)
    return Waits(f"key → the server's {name}, random stacks", 100, tuple(numbers))


def playing(page: Any, seconds: float = 4) -> Rate:
    """Let the stage play."""
    watched(page, "/gradient")
    page.tab.locator("#stage .play").click()
    page.tab.evaluate("watch.frames.length = 0")
    page.tab.wait_for_function(
        f"watch.frames.length > 1 && watch.frames.at(-1) - watch.frames[0] > {1000 * seconds}"
    )
    return Rate("while the gradient stage plays", 60, tuple(page.tab.evaluate("watch.frames")))


def starting(serve: Callable[[], Any], browser: Any) -> Waits:
    """Start a server and open it at once, until the editor can be used."""
    begun = time.perf_counter()
    with serve() as address:
        tab = browser.new_context().new_page()
        tab.goto(address)
        tab.locator("#editor .handle").first.wait_for(timeout=60_000)
        taken = 1000 * (time.perf_counter() - begun)
        tab.context.close()
    return Waits("a process's start → its page can be edited", 3000, (taken,))


def _settled(page: Any) -> float:
    """Return when the last change since the input was painted, once nothing changes for a while."""
    page.tab.evaluate(
        """() => new Promise(done => {
            let last = watch.late, still = 0
            const look = () => {
                still = watch.late === last ? still + 1 : 0
                last = watch.late
                if (still > 12) done(last)
                else requestAnimationFrame(look)
            }
            look()
        })"""
    )
    return float(page.tab.evaluate("watch.late"))


def _next_frames(page: Any, count: int) -> None:
    page.tab.evaluate(
        """count => new Promise(done => {
            const next = () => count-- > 0 ? requestAnimationFrame(next) : done()
            next()
        })""",
        count,
    )


def _handle(page: Any, name: str) -> tuple[float, float, float]:
    """Return the middle of a handle, and the width of an element."""
    box = page.tab.locator(f'#editor .board:not(.lens) [data-name="{name}"]').bounding_box()
    taps = page.tab.locator("#editor .overview .tap")
    first, second = taps.nth(5).bounding_box(), taps.nth(6).bounding_box()
    column = second["x"] - first["x"]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, column


def measure(browser: Any, serve: Callable[[], Any], edits: int = EDITS) -> Iterator[Waits | Rate]:
    """Measure everything, one after the other."""
    from tests.browser.conftest import Page

    yield starting(serve, browser)
    with serve() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = Page(context.new_page(), address)
        yield from dragging(page, edits)
        for path, name in ANSWERS.items():
            yield from answering(page, path, name, edits)
        yield playing(page)
        context.close()


def measure_random(
    browser: Any, serve: Callable[[], Any], count: int, seed: int = 0
) -> Iterator[Waits]:
    """Measure the pages of a stack, with random ones."""
    from tests.browser.conftest import Page

    links = list(random_links(count, seed))
    with serve() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = Page(context.new_page(), address)
        for path in STACKS:
            yield stepping(page, path, path.strip("/").replace("_", " "), links)
        context.close()


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import chromium, served

    @contextmanager
    def serve() -> Iterator[str]:
        with TemporaryDirectory() as folder, served(Path(folder)) as address:
            yield address

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        numbers = [int(number) for number in sys.argv[1:3]]
        for measured in (measure_random if numbers else measure)(browser, serve, *numbers):
            print(measured, flush=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
