"""Some of the random calls of `python -m tools.fuzz`, always the same ones."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

ROOT = Path(__file__).parents[2]


def test_random_calls_give_what_is_right_or_an_error_by_name() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.fuzz", "300", "0"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "300 calls, seed 0" in run.stdout
