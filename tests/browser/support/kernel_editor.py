"""The kernel editor as a person sees it: what is drawn, what it says, and when it stands still."""

from pdviz.pattern import Pattern


def drawn(page) -> dict[str, list[int]]:
    """The offsets at which the strip shows taps, by part, and gaps of the kernel."""
    return page.tab.evaluate(
        """() => {
            const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
                .find(r => r?.querySelector('#editor'))
            const at = node => +node.dataset.offset
            const elements = {'left wing': [], 'island': [], 'right wing': [], 'gap': []}
            for (const tap of root.querySelectorAll('.board:not(.lens) .tap'))
                elements[tap.dataset.part].push(at(tap))
            for (const gap of root.querySelectorAll('.board:not(.lens) .place'))
                if (gap.getAttribute('opacity') === '1') elements.gap.push(at(gap))
            return elements
        }"""
    )


def expected(pattern: Pattern) -> dict[str, list[int]]:
    gaps = [i - pattern.origin for i, tap in enumerate(pattern.mask) if not tap]
    parts = {"left wing": pattern.left, "island": pattern.island, "right wing": pattern.right}
    return {**{name: list(offsets) for name, offsets in parts.items()}, "gap": gaps}


def shows(page, pattern: Pattern) -> None:
    """The strip, the numbers, the text and the sidebar all belong to this pattern."""
    page.until(lambda: drawn(page), expected(pattern))
    assert number(page, "Taps") == str(pattern.taps)
    assert number(page, "Span") == str(pattern.kernel_size)
    page.until(lambda: page.field("As text").input_value(), str(pattern))
    if pattern.family is not None and pattern.family[0] > 0:
        wing, dilation, island, _ = pattern.family
        for label, value in (("Wing", wing), ("Dilation", dilation), ("Island", island)):
            page.until(lambda label=label: page.field(label).input_value(), str(value))


def number(page, label: str) -> str:
    row = page.tab.locator("#editor .numbers div").filter(has_text=label)
    return row.locator("dd").inner_text()


def at_rest(page) -> None:
    """Wait until the view has followed: everything is where it stays for five frames."""
    where = """() => new Promise(done => {
        const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
            .find(r => r?.querySelector('#editor'))
        const frames = []
        const look = () => {
            const all = '.origin, .tick, .handle, .stacktap, .bracket'
            const places = [...root.querySelectorAll(all)]
            frames.push(JSON.stringify(places.map(e => e.getBoundingClientRect())))
            if (frames.length < 5) requestAnimationFrame(look)
            else done(frames.every(s => s === frames[0]))
        }
        look()
    })"""

    def same() -> bool:
        return page.tab.evaluate(where)

    page.until(same, True)


def open_editor(page, path: str = "/") -> None:
    """Open a page and wait until the editor stands where it stays."""
    page.open(path)
    page.tab.locator("#editor .overview .origin").first.wait_for(state="attached")
    at_rest(page)
