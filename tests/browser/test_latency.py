"""What a person waits for is measured and printed; only gross failures fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.conftest import served
from tools.latency import Rate, measure


def test_nobody_waits_long(browser, tmp_path_factory, capsys):
    @contextmanager
    def serve() -> Iterator[str]:
        with served(tmp_path_factory.mktemp("latency")) as address:
            yield address

    for measured in measure(browser, serve):
        with capsys.disabled():
            print(f"\n  {measured}", end="")
        if isinstance(measured, Rate):
            assert measured.per_second > measured.goal / 3
        else:
            assert measured.median < 6 * measured.goal
