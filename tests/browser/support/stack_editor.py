"""The stack editor as a person sees it: its numbers, its taps, and the cells that are coloured."""

from __future__ import annotations

from collections.abc import Sequence

from pdviz.analysis.stack import Layer
from tests.browser.support.kernel_editor import at_rest

PATH = "/receptive_field"

ROOT = """const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
    .find(r => r?.querySelector('#editor'))
"""


def open_stack(page, query: str = "") -> None:
    """Open the page and wait until the picture stands where it stays."""
    page.open(PATH + (f"?{query}" if query else ""))
    page.tab.locator("#editor .floor").first.wait_for()
    at_rest(page)


def numbers(page) -> dict[str, str]:
    rows = page.tab.locator("#editor .stack-numbers div").all()
    return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}


def taps(page) -> list[dict[int, tuple[str, float, float, float]]]:
    """Of every layer, from the input on: each tap's part, middle, width and foot, by offset."""
    marks = page.tab.evaluate(
        f"""() => {{ {ROOT}
            return [...root.querySelectorAll('.stacktap')].map(e => {{
                const box = e.getBoundingClientRect()
                const {{layer, offset, part}} = e.dataset
                return [+layer, +offset, part, box.x + box.width / 2, box.width, box.bottom]
            }})
        }}"""
    )
    layers: list[dict[int, tuple[str, float, float, float]]] = [
        {} for _ in range(max(layer for layer, *_ in marks) + 1)
    ]
    for layer, offset, *rest in marks:
        layers[layer][offset] = tuple(rest)
    return layers


def scale(page, layers: Sequence[Layer]) -> tuple[float, float]:
    """Where input 0 is, and the pixels from one input to the next: read from the lowest taps."""
    first = taps(page)[0]
    head, tail = min(first), max(first)
    cell = (first[tail][1] - first[head][1]) / (tail - head)
    return first[head][1] - head * cell, cell


def strengths(page, places: list[tuple[float, float]]) -> list[int]:
    """How opaque the picture is at these places, 0 to 255."""
    return page.tab.evaluate(
        f"""places => {{ {ROOT}
            const canvas = root.querySelector('.rows canvas'), box = canvas.getBoundingClientRect()
            const pen = canvas.getContext('2d'), ratio = canvas.width / box.width
            const image = pen.getImageData(0, 0, canvas.width, canvas.height)
            return places.map(([x, y]) => {{
                const column = Math.round((x - box.x) * ratio)
                const row = Math.round((y - box.y) * ratio)
                return image.data[4 * (row * image.width + column) + 3]
            }})
        }}""",
        places,
    )


def says(page) -> str:
    """The sentence about what is pointed at."""
    return page.tab.locator("#editor .tap-reading").inner_text()


def tap(page, layer: int, offset: int):
    """A tap of a layer; layers count from 1 at the input."""
    return page.tab.locator(f'#editor .stacktap[data-layer="{layer - 1}"][data-offset="{offset}"]')


def point(page, layer: int, offset: int) -> tuple[float, float]:
    """The middle of a tap."""
    box = tap(page, layer, offset).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def header(page, layer: int):
    return page.tab.locator(f'#editor .floor[data-layer="{layer - 1}"]')


def panel(page, name: str):
    return page.tab.locator(f"#editor .panel .{name}")


def enter(page, name: str, value: str) -> None:
    """Type over a field of the panel, and commit it."""
    field = panel(page, name)
    field.fill(value)
    field.press("Enter")
