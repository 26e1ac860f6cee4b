"""`python -m pdviz`: in a copy of the repository, and where the library alone is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pdviz import __main__ as command

ROOT = Path(__file__).parents[2]


def test_the_app_is_started_where_the_repository_is(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    monkeypatch.setattr(os, "chdir", runs.append)
    monkeypatch.setattr(os, "execv", lambda _, words: runs.append(words))
    monkeypatch.setattr(sys, "argv", ["pdviz", "--server.port=1"])
    command.main()
    streamlit = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port=1"]
    assert runs == [ROOT, streamlit]


def test_an_installed_library_says_where_the_app_is(tmp_path: Path) -> None:
    package = tmp_path / "pdviz"
    package.mkdir()
    for name in ("__init__.py", "__main__.py", "pattern.py", "limits.py"):
        shutil.copy(ROOT / "pdviz" / name, package)
    words = [sys.executable, "-m", "pdviz"]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("The playground is not in the installed package")
    assert "Traceback" not in result.stderr
