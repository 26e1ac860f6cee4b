"""How the server's memory grows while somebody edits: `python -m tools.memory` measures it.

One person edits in a real Chromium as much as in an hour, on all pages in turn, each time another
number of the pattern, and waits for the answer. Printed is the resident memory of the process after
every so many edits. A number behind it sets how many edits there are.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

EDITS = 3600
"""As many as one a second for an hour."""
PATHS = ("/", "/receptive_field", "/spectrum", "/cost", "/signal", "/gradient")
IN_A_ROW = 25
"""Edits on a page, before the next one is opened."""
INTERVAL = 100
"""Edits between two looks at the memory."""
FIELDS = {"Wing": (0, 12), "Dilation": (1, 12), "Island": (1, 11)}
"""What is edited, and between which numbers; the patterns are more than any cache holds."""


def growth(page: Any, server: int, edits: int) -> Iterator[tuple[int, float]]:
    """Return after how many edits the process has how many MiB."""
    rng, count = random.Random(0), 0
    for path in itertools.cycle(PATHS):
        page.open(f"{path}?{page.tab.evaluate('location.search.slice(1)')}" if count else path)
        page.tab.locator("#pattern-wing").wait_for(timeout=60_000)
        for _ in range(IN_A_ROW):
            name, (least, most) = rng.choice(list(FIELDS.items()))
            number = rng.randrange(least, most + 1, 2 if name == "Island" else 1)
            page.type(name, str(number))
            page.settle()
            count += 1
            if count % INTERVAL == 0:
                yield count, resident(server)
            if count == edits:
                return


def resident(process: int) -> float:
    """Return the resident memory of a process in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def child(name: str) -> int:
    """Return the number of this process's child with a name in its command."""
    (number,) = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if f"\nPPid:\t{os.getpid()}\n" in (folder / "status").read_text()
        and name in (folder / "cmdline").read_text()
    ]
    return number


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import Page, chromium, served

    edits = int(sys.argv[1]) if len(sys.argv) > 1 else EDITS
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with served(Path(folder)) as address:
            page = Page(browser.new_page(viewport={"width": 1280, "height": 900}), address)
            for count, memory in growth(page, child("streamlit"), edits):
                print(f"{count:5} edits: {memory:7.1f} MiB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
