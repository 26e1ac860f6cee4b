"""Nothing that a hand does is lost: not with the connection, not with the session it was made in.

Browsers reach two servers through a relay, which a test cuts and leads to either. To lead it to the
other server is what a restart is to a page: nobody there knows its session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from pdviz.pattern import Pattern
from tests.browser.conftest import Page, served
from tests.browser.support.kernel_editor import drawn, expected
from tests.browser.support.relay import Relay

PATHS = ("/", "/receptive_field", "/spectrum", "/cost", "/signal", "/gradient")
OFFLINE = '[data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])'


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The ports of two servers; the second forgets a session that was away for a second."""
    folders = (tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two"))
    forgetful = "--server.disconnectedSessionTTL=1"
    with served(folders[0]) as one, served(folders[1], forgetful) as two:
        yield port_of(one), port_of(two)


def port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port


@pytest.fixture
def relay(servers: tuple[int, int]) -> Iterator[Relay]:
    relay = Relay(servers[0])
    yield relay
    relay.close()


@pytest.fixture
def tab(browser, relay: Relay) -> Iterator[Callable[[str], Page]]:
    """Opens pages through the relay, beside each other."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def tab(path: str) -> Page:
        page = Page(context.new_page(), relay.address).open(path)
        page.tab.locator("#editor .handle").first.wait_for(state="attached", timeout=60_000)
        return page

    yield tab
    context.close()


def link_of(page: Page) -> dict[str, str]:
    """The parameters in the address bar; Playwright's own address lags behind."""
    query = page.tab.evaluate("location.search.slice(1)")
    return {key: values[-1] for key, values in parse_qs(query).items()}


def goes_offline(page: Page) -> None:
    page.tab.locator(OFFLINE).wait_for()


def holds(page: Page, wing: int) -> None:
    """Link, field, drawing and the words of the editor are of this wing."""
    page.until(lambda: link_of(page).get("wing", "4"), str(wing))
    page.until(lambda: drawn(page), expected(Pattern.partially_dilated(wing)))
    page.until(lambda: page.field("Wing").input_value(), str(wing))


def test_on_every_page_edits_outlive_the_server(tab, relay, servers):
    pages = [tab(f"{path}?wing=3") for path in PATHS]
    relay.cut()
    for page in pages:
        goes_offline(page)
        for _ in range(3):
            page.tab.locator("#pattern-wing").press("ArrowUp")
        assert link_of(page) == {"wing": "3"}
    last = pages[-1].tab
    notice = last.locator("#connection.open")
    notice.get_by_text("No connection to the server.").wait_for()
    offer = notice.get_by_role("link", name="Open this state")
    offer.wait_for()
    assert parse_qs(urlsplit(offer.get_attribute("href")).query)["wing"] == ["6"]
    relay.lead_to(servers[1])
    for page in pages:
        holds(page, 6)
        page.tab.locator("#connection:not(.open)").wait_for(state="attached")
        page.tab.locator("#pattern-wing").press("ArrowDown")
        holds(page, 5)


@pytest.mark.parametrize(
    ("kind", "server"),
    [("drag", 1), ("field", 0), ("control", 1), ("signal", 0), ("signal", 1), ("stage", 1)],
)
def test_an_edit_that_the_cut_overtakes_arrives(tab, relay, servers, kind, server):
    path = {"control": "/spectrum", "signal": "/signal", "stage": "/gradient"}.get(kind, "/")
    page = tab(f"{path}?wing=3")
    edit = EDITS[kind](page, relay)
    relay.lead_to(servers[server])
    page.until(lambda: link_of(page) == {"wing": "3"} | edit(page), True)
    page.settle()
    assert page.tab.locator("#connection.open").count() == 0


def drag(page: Page, relay: Relay):
    """Cut in the middle, and let go before the connection is there again."""
    box = page.tab.locator('#editor .board:not(.lens) [data-name="wing-right"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x + 100, y)
    relay.cut()
    goes_offline(page)
    page.tab.mouse.move(x + 200, y, steps=10)
    page.tab.mouse.up()
    page.until(lambda: int(page.field("Wing").input_value()) > 5, True)
    return lambda page: {"wing": page.field("Wing").input_value()}


def field(page: Page, relay: Relay):
    page.type("Island", "9")
    relay.cut()
    goes_offline(page)
    return lambda page: {"island": "9"}


def control(page: Page, relay: Relay):
    page.choose("Signal", "Sunspots")
    relay.cut()
    goes_offline(page)
    return lambda page: {"signal": "sunspots"}


def signal(page: Page, relay: Relay):
    plot = page.tab.locator("#signal .plot")
    plot.focus()
    relay.cut()
    goes_offline(page)
    for _ in range(3):
        plot.press("ArrowRight")
    return lambda page: {"position": page.tab.locator("#signal").get_attribute("data-position")}


def stage(page: Page, relay: Relay):
    page.tab.locator("#stage .later").wait_for(timeout=60_000)
    page.settle()
    relay.cut()
    goes_offline(page)
    page.tab.locator("#stage .later").click()
    return lambda page: {"step": "1"}


EDITS = {"drag": drag, "field": field, "control": control, "signal": signal, "stage": stage}


@pytest.mark.parametrize("kind", ["field", "control"])
def test_an_edit_whose_acknowledgement_is_lost_stays(tab, relay, servers, kind):
    """The session has it, and wrote a link that the browser never received."""
    page = tab("/spectrum?wing=3")
    page.settle()
    relay.mute()
    edit = {"field": ("island", "9"), "control": ("signal", "sunspots")}[kind]
    if kind == "field":
        page.type("Island", "9")
        page.field("Island").press("Tab")
    else:
        page.choose("Signal", "Sunspots")
    page.until(lambda: "=".join(edit).encode() in relay.kept_back(), True)
    relay.cut()
    goes_offline(page)
    relay.lead_to(servers[0])
    page.until(lambda: link_of(page), {"wing": "3"} | dict([edit]))
    page.settle()
    assert page.tab.locator("#connection.open").count() == 0
    page.tab.go_back()
    page.until(lambda: link_of(page), {"wing": "3"})
    page.settle()
    page.until(lambda: link_of(page), {"wing": "3"})
    page.until(lambda: page.field("Island").input_value(), "5")


def test_a_page_goes_on_after_its_session_was_forgotten(tab, relay, servers):
    relay.lead_to(servers[1])
    page = tab("/receptive_field?wing=3")
    relay.cut()
    goes_offline(page)
    page.until(lambda: active_sessions(servers[1]), 0)
    relay.lead_to(servers[1])
    page.tab.locator('[data-test-connection-state="CONNECTED"]').wait_for()
    page.tab.locator("#pattern-wing").press("ArrowUp")
    page.tab.locator("#pattern-wing").press("ArrowUp")
    holds(page, 5)
    page.settle()
    page.tab.reload()
    page.settle()
    holds(page, 5)


def active_sessions(port: int) -> int:
    """Of a server, as its metrics say."""
    with urlopen(f"http://127.0.0.1:{port}/_stcore/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    (line,) = [line for line in lines if line.startswith("active_sessions ")]
    return int(float(line.split()[1]))
