"""The times of a stream's steps: all three were taken, and said in one line per shape and block."""

from __future__ import annotations

import pytest

from pdviz import Pattern
from pdviz.bench import streaming
from pdviz.bench.__main__ import main
from pdviz.bench.shapes import Shape

TINY = Shape("tiny", 2, 3, 90, Pattern.partially_dilated(1, 2, 3))


def test_a_step_is_timed_beside_its_share_and_conv1d() -> None:
    times = streaming.time_steps(TINY, 6, budget=0.001)
    assert times.block == 6
    assert times.bytes > 0
    assert times.share > 0
    assert 0 < times.stream.low <= times.stream.median
    assert 0 < times.rolled.low <= times.rolled.median


def test_the_command_prints_a_line_for_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(streaming, "SHAPES", (TINY,))
    monkeypatch.setattr(streaming, "BUDGET", 0.001)
    main(["--streaming"])
    first, *lines = capsys.readouterr().out.splitlines()
    assert "threads" in first
    assert [line.split(":")[0] for line in lines] == ["tiny"] * len(streaming.BLOCKS)
    assert all("their share of a batch" in line and "bytes" in line for line in lines)
