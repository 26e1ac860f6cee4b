"""The tool that measures how long a person waits measures each thing; gross failures fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.conftest import served
from tools.latency import Rate, measure

EDITS = 3
"""Enough to see that everything is measured; `python -m tools.latency` takes more."""


def test_nobody_waits_long(browser, tmp_path_factory, capsys):
    @contextmanager
    def serve() -> Iterator[str]:
        with served(tmp_path_factory.mktemp("latency")) as address:
            yield address

    for measured in measure(browser, serve, EDITS):
        with capsys.disabled():
            print(f"\n  {measured}", end="")
        if isinstance(measured, Rate):
            assert measured.per_second > measured.goal / 3
        else:
            assert measured.median < 10 * measured.goal
