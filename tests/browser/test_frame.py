"""What frames every page, as a person meets it: what is shown, a new start, titles and history, the
view for a projector, the theme, and the drawer on a phone.
"""

import json

import pytest

from pdviz.pattern import Pattern
from tests.browser.conftest import Page
from tests.browser.editor.test_labels import TEXTS, overlapping
from tests.browser.support.kernel_editor import open_editor, shows

LINK = "/cost?wing=6&layers=5&growth=3&stack=-w1d5i3"
TYPE = """() => {
    const shadows = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
    const roots = [document, ...shadows]
    const small = new Set()
    for (const root of roots) for (const node of root.querySelectorAll('*')) {
        const own = [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim())
        const box = node.getBoundingClientRect()
        if (!own || !box.width || !node.checkVisibility({visibilityProperty: true})) continue
        if (node.closest('script, style, noscript, [data-testid="stSidebar"]')) continue
        const frame = node.closest('.frame'), units = node.ownerSVGElement?.viewBox.baseVal.width
        const grown = frame ? frame.getBoundingClientRect().width / frame.offsetWidth
            : units ? node.ownerSVGElement.getBoundingClientRect().width / units : 1
        const size = parseFloat(getComputedStyle(node).fontSize) * grown
        if (size < 15.95) small.add(`${node.localName}.${node.className} ${size} ${node.innerHTML}`)
    }
    return [...small]
}"""

WITHOUT_WORDS = """frame => {
    const words = frame.querySelector('.words'), { textContent } = words, { offsetHeight } = frame
    words.textContent = ''
    const less = offsetHeight - frame.offsetHeight
    words.textContent = textContent
    return less
}"""
"""By how much a frame is less tall before its words are there."""
HELD = """
globalThis.pdviz = { promise: new Promise(() => {}), resolve: () => {} }
const push = History.prototype.pushState
globalThis.entries = []
History.prototype.pushState = function (state, unused, address) {
    entries.push(String(address))
    return push.call(this, state, unused, address)
}"""
"""Run at first, it keeps the drawings from ever being there, and lists the history's entries."""
FIRST_LINK = """
new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-testid="stSidebarNavLink"]')) return
    observer.disconnect()
    globalThis.kept = Object.hasOwn(history, 'pushState')
}).observe(document, {subtree: true, childList: true})"""
"""Run at first, it notes whether the history is kept when the first link is there."""
CUT = "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth).map(n => n.value)"
EDITOR_ROOT = """[...document.querySelectorAll('*')].map(e => e.shadowRoot)
    .find(r => r?.querySelector('#editor'))"""
PICTURES = {
    "/": ('#editor canvas[data-cone="1"]', 0.85, "Receptive field"),
    "/receptive_field": ("#editor .rows", 1, "Spectrum"),
    "/spectrum": ('figure[data-name="spectrum"] .plot', 0.45, "Cost"),
    "/signal": ("#signal .plot", 1, "Gradient flow"),
    "/gradient": ("#stage .columns", 1, "Gradient flow"),
}
"""The picture of each page, the share of its height that is to be seen at once, and the next page;
the last page has none."""


def line(page: Page) -> str:
    """What the page says that it shows."""
    return page.tab.locator("#frame .words").inner_text()


def button(page: Page, name: str):
    return page.tab.locator("#frame").get_by_role("button", name=name)


def go(page: Page, name: str) -> None:
    """Choose a page in the sidebar, and wait for it."""
    page.tab.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    page.until(page.tab.title, f"{name} · pdviz")
    page.settle()


def layers_field(page: Page):
    sidebar = page.tab.get_by_test_id("stSidebar")
    return sidebar.get_by_label("Layers", exact=True).locator("visible=true")


def test_a_page_says_what_acts_on_it_and_starts_again_in_one_step(page):
    page.open(LINK)
    shown = (
        "5 layers of wing 6, dilation 2, island 5 · dilation × 3 after each layer · layer 2 differs"
    )
    page.until(lambda: line(page), shown)
    assert layers_field(page).count() == 1
    go(page, "Signal")
    page.until(lambda: line(page), "one layer of wing 6, dilation 2, island 5 · weights: Gaussian")
    page.until(layers_field(page).count, 0)
    button(page, "Start again").click()
    page.until(lambda: line(page), "one layer of wing 4, dilation 2, island 5 · weights: Gaussian")
    page.until(page.query, "")
    assert button(page, "Start again").is_disabled()
    page.tab.go_back()
    page.until(page.query, LINK.partition("?")[2])
    page.until(lambda: line(page), "one layer of wing 6, dilation 2, island 5 · weights: Gaussian")
    page.tab.go_forward()
    page.until(lambda: line(page), "one layer of wing 4, dilation 2, island 5 · weights: Gaussian")
    page.tab.go_back()
    page.tab.go_back()
    page.until(page.tab.title, "Cost · pdviz")
    page.until(lambda: line(page), shown)


def test_each_step_is_one_entry_of_the_history(page):
    """A page, a drag through many states, and the state of a first visit that has no parameters."""
    open_editor(page)
    before = page.tab.evaluate("history.length")
    handle = page.tab.locator("#editor .handle.wing").last
    box = handle.bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.tab.mouse.down()
    for step in range(1, 5):
        page.tab.mouse.move(box["x"] + box["width"] / 2 - 57 * step / 2, box["y"] + 10)
        wing = 4 - step // 2
        page.until(page.query, f"wing={wing}" if wing < 4 else "")
    page.tab.mouse.up()
    page.until(page.query, "wing=2")
    page.settle()
    assert page.tab.evaluate("history.length") == before + 1
    go(page, "Spectrum")
    page.until(lambda: page.tab.url.endswith("/spectrum?wing=2"), True)
    assert page.tab.evaluate("history.length") == before + 2
    page.tab.go_back()
    page.until(page.tab.title, "Kernel · pdviz")
    shows(page, Pattern.partially_dilated(2, 2, 5))
    page.tab.go_back()
    shows(page, Pattern.partially_dilated())


def test_a_page_that_is_chosen_before_the_drawings_are_there_keeps_the_parameters(page):
    page.tab.add_init_script(HELD)
    page.open("/?wing=2")
    page.tab.wait_for_function("Object.hasOwn(history, 'pushState')")
    go(page, "Cost")
    page.until(page.query, "wing=2")
    addresses = page.tab.evaluate("entries")
    assert [address for address in addresses if not address.endswith("/cost?wing=2")] == []
    assert len(addresses) == 1


WIDE = "wing=16&dilation=16&island=17"


def test_the_history_is_kept_before_the_first_link_can_be_chosen(page):
    page.tab.add_init_script(FIRST_LINK)
    page.open("/?wing=2")
    page.until(lambda: page.tab.evaluate("globalThis.kept"), True)


@pytest.mark.parametrize("path", PICTURES)
def test_in_presentation_the_picture_of_a_wide_kernel_is_on_the_screen(page, path):
    page.tab.set_viewport_size({"width": 1280, "height": 800})
    page.open(f"{path}?present=1&{WIDE}")
    picture, foot, _ = PICTURES[path]
    drawn = page.tab.locator(picture)
    drawn.wait_for(timeout=60_000)
    end = f"n => {{ const b = n.getBoundingClientRect(); return b.top + {foot} * b.height }}"
    page.until(lambda: drawn.evaluate(end) <= 800, True)


@pytest.mark.parametrize("path", ["/receptive_field", "/gradient"])
def test_in_presentation_nothing_sticks_out_of_a_phone(phone, path):
    phone.open(f"{path}?present=1")
    phone.tab.locator("#frame .words:not(:empty)").wait_for()
    main = phone.tab.get_by_test_id("stMain")
    phone.until(lambda: main.evaluate("n => n.scrollWidth"), 390)
    radios = main.get_by_role("radio")
    radios.first.wait_for()
    for radio in radios.all():
        box = radio.bounding_box()
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("path", PICTURES)
def test_in_presentation_no_type_is_small_and_the_picture_is_on_the_screen(page, path):
    page.tab.set_viewport_size({"width": 1280, "height": 800})
    page.open(path + "?present=1&length=16777216")
    page.tab.locator("#frame .words").wait_for()
    unfold = page.tab.get_by_test_id("stExpandSidebarButton")
    page.until(unfold.count, 1)
    picture, foot, following = PICTURES[path]
    drawn = page.tab.locator(picture)
    drawn.wait_for(timeout=60_000)
    page.until(lambda: page.tab.evaluate(TYPE), [])
    top, tall = "n => n.getBoundingClientRect().top", "n => n.getBoundingClientRect().height"
    page.until(lambda: drawn.evaluate(top) + foot * drawn.evaluate(tall) <= 800, True)
    if path in ("/", "/spectrum"):
        texts = TEXTS.replace("document.query", f"{EDITOR_ROOT}.query")
        page.until(lambda: overlapping(page.tab.evaluate(texts)), [])
    if path == "/spectrum":
        button(page, "Hide the strip").click()
        page.until(lambda: page.tab.locator("#editor .overview").is_visible(), False)
        page.until(page.query, "length=16777216&present=1&strip=0")
    page.tab.keyboard.press("PageDown")
    page.until(page.tab.title, f"{following} · pdviz")
    page.settle()
    if following == "Cost":
        fields = page.tab.get_by_test_id("stMain").locator('.number input[type="text"]')
        page.until(fields.count, 4)
        page.until(lambda: fields.evaluate_all(CUT), [])
    page.tab.keyboard.press("Alt+p")
    page.until(lambda: "present" in page.query(), False)
    page.until(unfold.count, 0)


@pytest.mark.parametrize("delay", [0, 30, 90])
def test_what_a_hand_does_while_a_page_is_on_its_way_is_not_lost(page, delay):
    page.open("/spectrum?present=1")
    page.tab.locator("#frame .words").wait_for()
    page.tab.keyboard.press("PageDown")
    page.tab.wait_for_timeout(delay)
    page.tab.keyboard.press("Alt+p")
    page.until(page.query, "")
    assert page.tab.title() == "Cost · pdviz"
    page.until(lambda: button(page, "Present").get_attribute("aria-pressed"), "false")
    go(page, "Signal")
    page.tab.wait_for_timeout(delay)
    page.field("Wing").fill("7")
    page.field("Wing").press("Enter")
    page.until(page.query, "wing=7")
    page.until(lambda: line(page).partition(",")[0], "one layer of wing 7")


def test_a_theme_is_chosen_for_every_page(page):
    page.open("/?wing=3")
    page.tab.locator("#themes").get_by_role("button", name="Dark").click()
    ground = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    page.until(lambda: page.tab.evaluate(ground), "rgb(17, 21, 29)")
    page.open("/cost?wing=3")
    page.until(lambda: page.tab.evaluate(ground), "rgb(17, 21, 29)")
    assert json.loads(page.tab.evaluate("localStorage['stActiveTheme-/cost-v2']")) == "Dark"


def test_on_a_phone_the_drawer_closes_when_a_page_is_chosen(phone):
    phone.open("/")
    phone.tab.locator("#frame .words:not(:empty)").wait_for()
    assert phone.tab.locator("#frame").evaluate(WITHOUT_WORDS) == 0
    unfold = phone.tab.get_by_test_id("stExpandSidebarButton")
    unfold.tap()
    phone.until(unfold.count, 0)
    link = phone.tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Cost")
    link.tap()
    phone.until(phone.tab.title, "Cost · pdviz")
    phone.until(unfold.count, 1)
