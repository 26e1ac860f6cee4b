"""What every session in these tests has around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdviz.ui import compute

pytest.register_assert_rewrite("tests.ui.session")


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[2])


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has, so that every machine runs the same tests."""
    monkeypatch.setattr(compute, "devices", lambda: {"cpu": "CPU"})
