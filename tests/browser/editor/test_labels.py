"""No two labels of the editor overlap, and nothing moves that was not moved, in any state."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pdviz.ui.components.assets import modules, source
from pdviz.ui.components.editor.editor import editor_data
from pdviz.ui.state.layers import LayerChoice
from pdviz.ui.state.state import State
from tests.browser.support.modules import LOAD

SIZES = {"laptop": (1280, 800), "desktop": (1920, 1080), "phone": (390, 844)}
PAGE_STYLE = """:root { --st-font: sans-serif; --st-text-color: #222; --st-background-color: #fff }
    body { margin: 0; font: 16px/1.6 sans-serif } p { margin: 0 }"""

SHOW = """async data => {
    const root = document.querySelector('#editor')
    editor(root, {data, setStateValue() {}})
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame)
}"""

TEXTS = """() => {
    const root = document.querySelector('#editor'), texts = []
    const add = (node, kind) => {
        const range = document.createRange()
        range.selectNodeContents(node)
        const {left, right, top, bottom, width} = range.getBoundingClientRect()
        const box = {left, right, top: top + 3, bottom: bottom - 3}
        if (width) texts.push({kind, text: node.textContent, ...box})
    }
    const all = (selector, kind) => root.querySelectorAll(selector).forEach(e => add(e, kind))
    all('.board .handle.named .value', 'handle')
    all('.board .tick', 'tick')
    all('.board .name', 'name')
    all('.floor b, .floor span', 'header')
    all('.cones h4, .axis, .hint, .reading, .tap-reading', 'line')
    for (const node of root.querySelectorAll('.handle.island, .handle.dilation')) {
        const {left, right, top, bottom, width} = node.getBoundingClientRect()
        const x = (left + right) / 2, y = (top + bottom) / 2
        const box = {left: x - 7, right: x + 7, top: y - 7, bottom: y + 7}
        if (width) texts.push({kind: 'mark', text: node.dataset.name, ...box})
    }
    return texts
}"""
"""Evaluated, it lists the boxes of all texts beside which others stand, and of the handles."""

PLACES = """() => [...document.querySelectorAll('#editor *')]
    .filter(e => !e.closest('.hint, .reading, .tap-reading'))
    .filter(e => !e.matches('.hovered, .cursor, .tapcursor, .fan, .handle:not(.named) .value'))
    .map(e => e.getBoundingClientRect())
    .map(({x, y, width, height}) => [x, y, width, height].map(Math.round))
    .join(';') + document.body.scrollHeight"""


def _states() -> list[State]:
    """A first visit, the states in which labels were on top of each other, and random ones."""
    draw = random.Random(4)
    own = (LayerChoice(), LayerChoice(1, (1, 2, 1, False)), LayerChoice(2, (3, 5, 3, True)))
    states = [
        State(),
        State.of(wing=1, dilation=1, island=1, growth=3, layers=5),
        State.of(wing=0, island=3),
        State.of(wing=64, dilation=64, island=65),
        State.of(wing=1, dilation=2, island=1, causal=True, layers=12, growth=2),
        State.of(wing=1, dilation=1, island=1, stack=own),
    ]
    for _ in range(6):
        states.append(
            State.of(
                wing=draw.randint(0, 12),
                dilation=draw.choice([1, 1, 2, 3, 7, 40]),
                island=2 * draw.randint(0, 9) + 1,
                causal=draw.random() < 0.4,
                layers=draw.randint(1, 8),
                growth=draw.randint(1, 3),
            )
        )
    return states


@pytest.fixture(scope="module", params=["compact", "kernel", "stack"])
def tab(request, browser):
    """The editor by itself, in one of its modes, in an empty tab."""
    main = "boot/main.js"
    alone = [main, 'export { editor } from "editor/editor.js"\n']
    needed = [*([name, text] for name, text in modules() if name != main), alone]
    context = browser.new_context(reduced_motion="reduce")
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    style = PAGE_STYLE + source("editor/editor.css")
    tab.set_content(f"<style>{style}</style>{source('editor/editor.html')}")
    tab.evaluate(LOAD, [source("boot/loader.js"), source("boot/link.js"), needed])
    tab.mode, tab.revision = request.param, 0
    yield tab
    context.close()
    assert errors == []


def _show(tab, state: State) -> None:
    tab.revision += 1
    data: dict[str, Any] = {"rev": tab.revision, "seq": 0, "goal": 0, "mode": tab.mode}
    tab.evaluate(SHOW, {**editor_data(state), **data})


def overlapping(texts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (a["text"], b["text"])
        for n, a in enumerate(texts)
        for b in texts[n + 1 :]
        if a["left"] < b["right"] - 1
        and b["left"] < a["right"] - 1
        and a["top"] < b["bottom"]
        and b["top"] < a["bottom"]
        and not a["kind"] == b["kind"] == "mark"
    ]


@pytest.mark.parametrize("size", SIZES)
def test_no_two_labels_overlap(tab, size):
    width, height = SIZES[size]
    tab.set_viewport_size({"width": width, "height": height})
    named = 0
    for state in _states():
        _show(tab, state)
        texts = tab.evaluate(TEXTS)
        assert overlapping(texts) == [], state
        named += sum(text["kind"] == "handle" for text in texts)
        for text in texts:
            assert text["left"] >= -1, (text, state)
            assert text["right"] <= width + 1, (text, state)
    assert named >= 2 * len(_states())


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_nothing_moves_under_a_pointer(tab, size):
    width, height = SIZES[size]
    tab.set_viewport_size({"width": width, "height": height})
    for state in _states()[:3]:
        _show(tab, state)
        tab.mouse.move(0, 0)
        before = tab.evaluate(PLACES)
        pictures = ".board:not(.lens) svg, .cones canvas, .rows canvas"
        for box in [each.bounding_box() for each in tab.locator(pictures).all()]:
            if box is None:
                continue
            for x, y in ((0.5, 0.45), (0.3, 0.1), (0.62, 0.45), (0.6, 0.8), (0.51, 0.97)):
                tab.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
                tab.evaluate("() => new Promise(requestAnimationFrame)")
                assert tab.evaluate(PLACES) == before, (state, x, y)


@pytest.mark.parametrize("size", SIZES)
def test_an_edit_of_the_pattern_moves_nothing_below_the_strip(tab, size):
    """Neither does one after which elements are too narrow to be drawn, where a lens helps."""
    width, height = SIZES[size]
    tab.set_viewport_size({"width": width, "height": height})
    below, lenses = set(), set()
    for wing, dilation in ((4, 2), (18, 2), (18, 3), (64, 1), (64, 16), (64, 64)):
        _show(tab, State.of(wing=wing, dilation=dilation))
        below.add(tab.locator("#editor .hint").bounding_box()["y"])
        lenses.add(tab.locator("#editor .lens").is_visible())
    assert len(below) == 1
    assert lenses == ({True, False} if tab.mode == "kernel" else {False})
