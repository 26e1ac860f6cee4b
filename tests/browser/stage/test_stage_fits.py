"""The stage on one screen, read back in boxes: nothing is cut, covered or below the screen, in any
chapter, and nothing moves that was not moved.
"""

import pytest

LONG = "wing=10&dilation=16"
LINKS = (
    "",
    "causal=1",
    "wing=1",
    "wing=8&dilation=8",
    "island=15&scope=signal",
    LONG,
    "wing=64&dilation=64",
    "way=sum&scope=signal",
    "way=mask&gaps=pruned&momentum=0.9&decay=0.01",
    "way=mask&gaps=conv&optimizer=adam&decay=0.1&scope=signal",
    "way=conv1d",
)
"""The default, short, long and longer kernels, and the ways with the longest captions."""

READ = """() => {
    const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
        .find(r => r?.querySelector('#stage'))
    const scrub = root.querySelector('.scrub')
    const seen = node => {
        for (let e = node; e instanceof Element; e = e.parentNode)
            if (e.getAttribute('opacity') === '0') return false
        return node.textContent !== '' || node.localName !== 'text'
    }
    const boxOf = node => node.getBoundingClientRect()
    const faults = new Set(), tops = new Set(), feet = {}, words = new Set()
    const note = (kind, time, ...nodes) =>
        faults.add(`${time} ${kind}: ${nodes.map(e => e.textContent || e.className.baseVal)}`)
    const keepFoot = (name, nodes) => {
        for (const node of nodes)
            feet[name] = Math.max(feet[name] ?? 0, boxOf(node).bottom)
    }
    const isCovered = (text, { left, right, top, bottom }) => [0.1, 0.5, 0.9].some(share =>
        root.elementsFromPoint(left + share * (right - left), (top + bottom) / 2)
            .some(e => e.matches('rect.bar, circle.token') && e !== text && seen(e)))
    for (let chapter = 0; chapter < 6; chapter++) for (const part of [0.05, 0.2, 0.3, 0.4, 0.6]) {
        const time = chapter + part
        scrub.value = time
        scrub.dispatchEvent(new Event('input'))
        const texts = [...root.querySelectorAll('svg text')].filter(e => seen(e) && boxOf(e).width)
            .map(node => ({ node, box: boxOf(node), size: node.getScreenCTM().a }))
        texts.forEach(({ node, box, size }, k) => {
            const frame = boxOf(node.ownerSVGElement)
            if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5
                || box.top < frame.top - 3.5 * size || box.bottom > frame.bottom + 3.5 * size)
                note('cut', time, node)
            if (isCovered(node, box)) note('covered', time, node)
            const type = parseFloat(getComputedStyle(node).fontSize) * size
            if (type < LEAST) note('small', time, node)
            for (const other of texts.slice(0, k)) {
                const across = Math.min(box.right, other.box.right)
                    - Math.max(box.left, other.box.left)
                const down = Math.min(box.bottom, other.box.bottom)
                    - Math.max(box.top, other.box.top)
                if (across > 1 && down > 4 * size) note('overlap', time, node, other.node)
            }
        })
        words.add(root.querySelector('.caption').textContent)
        tops.add(boxOf(root.querySelector('svg.section')).top)
        keepFoot('columns', root.querySelectorAll('svg.columns'))
        keepFoot('bands', [...root.querySelectorAll('.bar.gradient, .bar.compact, .value, .own')]
            .filter(seen))
        keepFoot('loss', root.querySelectorAll('svg.loss'))
        keepFoot('controls', root.querySelectorAll('.desk :is(button, select, .caption)'))
        keepFoot('facts', root.querySelectorAll('.facts, svg.paths'))
        keepFoot('whole', root.querySelectorAll('.save'))
    }
    return { faults: [...faults], tops: tops.size, feet, captions: words.size,
        wide: document.documentElement.scrollWidth, scrolled: scrollY,
        play: boxOf(root.querySelector('.play')).top }
}"""


def _read(page, link: str, least: float = 12) -> dict:
    """What the boxes of the stage say in all chapters of the first step."""
    page.open(f"/gradient?{link}")
    page.tab.locator("#stage rect.bar").first.wait_for(state="attached")
    page.tab.get_by_text("at the start").first.wait_for()  # the frame's line has its lines
    page.settle()
    reading = page.tab.evaluate(READ.replace("LEAST", str(least - 0.05)))
    assert reading["captions"] == 6
    assert reading["tops"] == 1, "a caption moved the picture"
    assert reading["faults"] == []
    assert reading["scrolled"] == 0
    assert reading["wide"] == page.tab.viewport_size["width"]
    return reading


def test_on_a_laptop_the_whole_story_is_on_one_screen(page):
    page.tab.set_viewport_size({"width": 1280, "height": 800})
    for link in LINKS:
        feet = _read(page, link)["feet"]
        for part in ("controls", "columns", "bands", "loss"):
            assert feet[part] <= 800, (link, part)
    assert page.tab.locator("#stage path.riser").count() == 21  # of the last link


def test_on_a_phone_it_is_on_two_screens_and_the_picture_on_the_first(phone):
    for link in (*LINKS[-5:], ""):
        reading = _read(phone, link)
        assert 60 <= reading["play"] < 240, "below the header and the heading"
        assert reading["feet"]["bands"] <= 844, link
        assert max(reading["feet"][part] for part in ("controls", "facts")) <= 2 * 844, link
        assert reading["feet"]["whole"] <= 2 * 844, link  # with its proofs


def test_for_a_projector_all_of_it_grows(page):
    page.tab.set_viewport_size({"width": 1920, "height": 1080})
    for link in (LONG, ""):
        feet = _read(page, f"present=1&{link}", least=16)["feet"]
        assert max(feet[part] for part in ("controls", "columns", "loss")) <= 1080
    page.tab.locator("#stage rect.bar.samples[data-element='2']").hover(force=True)
    name = page.tab.locator("#stage .readout")  # of what is where it is drawn
    page.until(lambda: name.inner_text().startswith("Offset −8"), True)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_what_is_said_of_a_run_does_not_move_the_stage(page, size):
    page.tab.set_viewport_size({"width": size[0], "height": size[1]})
    said = page.tab.locator(".st-key-run-warning")
    tops = set()
    for link, words in (
        ("", ""),
        ("rate=10", "The loss grew without bound within"),
        ("way=sum&wing=2&dilation=3", "No sum makes this pattern"),
    ):
        page.open(f"/gradient?{link}")
        page.tab.locator("#stage rect.bar").first.wait_for(state="attached")
        page.until(lambda words=words: words in "".join(said.all_inner_texts()), True)
        page.settle()
        tops.add(page.tab.locator("#stage .play").bounding_box()["y"])
    assert len(tops) == 1
