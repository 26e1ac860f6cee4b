"""Make the README's pictures: start the app, then `python tools/screenshots.py`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ASSETS = Path(__file__).resolve().parents[1] / "assets"
PAGES = {
    "kernel": ("/", 900, "#editor .cones canvas"),
    "receptive_field": (
        "/receptive_field?wing=2&dilation=3&island=3&layers=4&growth=3",
        1180,
        "#report .plot .main-svg",
    ),
    "spectrum": ("/spectrum?filter=layer", 1130, "#report .plot .main-svg"),
    "signal": ("/signal", 1080, "#signal .plot"),
    "gradient": ("/gradient", 1260, "#stage rect.bar"),
}
"""Link, height of the picture, and what has to be there first."""
DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def main(address: str = "http://localhost:8501") -> None:
    """Take one picture of each page, light, 1280 px wide."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (path, height, drawn) in PAGES.items():
            size = {"width": 1280, "height": height}
            tab = browser.new_page(viewport=size, color_scheme="light")
            tab.goto(address + path)
            tab.locator(DONE).wait_for(timeout=60_000)
            tab.locator(drawn).first.wait_for(state="attached")
            if name == "gradient":
                tab.locator("#stage .scrub").fill("4.3")
                tab.locator("#stage .scrub").blur()
            tab.wait_for_function("document.fonts.status === 'loaded'")
            tab.evaluate("() => new Promise(done => requestIdleCallback(done))")
            tab.screenshot(path=ASSETS / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
