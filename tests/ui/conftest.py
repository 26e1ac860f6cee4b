"""What every session in these tests has around it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdviz.ui import reports, session
from pdviz.ui.queries import cost, effective_field, receptive_field, rivals, spectrum, torch_start

pytest.register_assert_rewrite("tests.ui.support.session")


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[2])


@pytest.fixture(autouse=True)
def _main_stays_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves the page's script as `__main__`, which a spawned process would run again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has, so that every machine runs the same tests."""
    monkeypatch.setattr(torch_start, "devices", lambda: {"cpu": "CPU"})


@pytest.fixture(autouse=True)
def _revisions_from_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_random_revision", lambda: 0)


@pytest.fixture
def empty_caches() -> Iterator[None]:
    """Nothing that was asked for before is remembered, nor what a test with other code is told."""

    def forget() -> None:
        for module in (reports, cost, effective_field, receptive_field, rivals, spectrum):
            for cache in vars(module).values():
                if hasattr(cache, "cache_clear"):
                    cache.cache_clear()

    forget()
    yield
    forget()
