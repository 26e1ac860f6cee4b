"""A real server and a real Chromium: what a person sees and does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def chromium() -> str:
    """The path of a Chromium, or skip (fail where a browser is required)."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = os.environ.get("PDVIZ_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        reason = "no Chromium found: install one (Debian: apt-get install chromium)"
        if os.environ.get("PDVIZ_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(f"{reason} or name one in PDVIZ_CHROMIUM")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started once for all tests."""
    with served(tmp_path_factory.mktemp("server")) as address:
        yield address


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """The app, started as README says, with a home directory that nobody can write to."""
    home = "/proc/home"  # in Linux's process table not even root can make a folder
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    command += options
    log = folder / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": home},
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_healthy(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.05)  # between polls of a condition
    pytest.fail(f"the server did not become healthy: {log.read_text()}")


class Page:
    """A tab with the app in it, and the ways a test reads and moves what is there."""

    def __init__(self, tab, address: str) -> None:
        self.tab = tab
        self.address = address
        self.errors: list[str] = []
        self._touch = None
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", self._console)

    def _console(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location}")

    def open(self, path: str = "/") -> Page:
        """Load a link and wait until the server has answered it."""
        self.tab.goto(self.address + path)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the server has finished what it was asked, and the page shows it."""
        self.tab.locator(DONE).wait_for(timeout=60_000)

    def until(self, read: Callable[[], object], expected: object) -> None:
        """Wait until reading something from the page gives what is expected."""
        deadline = time.monotonic() + 30
        value: object = None
        while time.monotonic() < deadline:
            try:
                value = read()
            except Exception as error:  # what is read may be in the middle of being redrawn
                value = error
            if value == expected:
                return
            self.tab.wait_for_timeout(30)  # between polls of a condition
        pytest.fail(f"expected {expected!r}, saw {value!r}")

    def metric(self, label: str) -> str:
        """The value shown under a label."""
        metric = self.tab.locator('[data-testid="stMetric"]').filter(has_text=label)
        return metric.locator('[data-testid="stMetricValue"]').inner_text()

    def field(self, label: str):
        """An input by its label; drawings hold some that are not shown."""
        return self.tab.get_by_label(label, exact=True).locator("visible=true").first

    def type(self, label: str, text: str) -> None:
        """Type over what an input holds, and commit it."""
        field = self.field(label)
        field.fill(text)
        field.press("Enter")

    def choose(self, label: str, option: str) -> None:
        """Pick one of a list."""
        self.tab.locator('[data-testid="stSelectbox"]').filter(has_text=label).locator(
            "input"
        ).click()
        self.tab.get_by_role("option", name=option, exact=True).click()

    def plot(self, name: str):
        """The chart of the figure of this name, once it is drawn."""
        figure = self.tab.locator(f'figure[data-name="{name}"]')
        figure.locator(".plot .main-svg").first.wait_for(timeout=60_000)
        return figure.locator(".plot")

    def traces(self, name: str) -> list[dict]:
        """The data that Plotly has drawn in the figure of this name."""
        return self.plot(name).evaluate(
            """plot => {
                const list = values => Array.from(values ?? [])
                return plot._fullData.map(d => ({name: d.name, x: list(d.x), y: list(d.y)}))
            }"""
        )

    def finger(self, kind: str, *at: float) -> None:
        """Put a finger down ("touchStart"), move it ("touchMove") or lift it ("touchEnd")."""
        points = [{"x": at[0], "y": at[1]}] if at else []
        if self._touch is None:
            self._touch = self.tab.context.new_cdp_session(self.tab)
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def query(self) -> str:
        """What follows the question mark in the address bar."""
        return self.tab.url.partition("?")[2]


@pytest.fixture
def page(browser, address) -> Iterator[Page]:
    """A fresh tab, 1280 px wide; a test fails if the console had an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = Page(context.new_page(), address)
    yield page
    context.close()
    assert page.errors == []


@pytest.fixture
def phone(browser, address) -> Iterator[Page]:
    """A fresh tab on a phone, 390 px wide, with a finger for a pointer."""
    size = {"width": 390, "height": 844}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    page = Page(context.new_page(), address)
    yield page
    context.close()
    assert page.errors == []
