"""The forward pass beside one `Conv1d`'s: what ran, over how much, and in turns."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.bench import forward
from pdviz.conv import lacking


def noise(channels: int, length: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(channels, length)).astype(np.float32)


def test_what_ran_is_named_and_both_took_time() -> None:
    times = forward.time_forward(Pattern.partially_dilated(), np.ones(13), noise(2, 3000))
    assert (times.channels, times.length, times.threads) == (2, 3000, torch.get_num_threads())
    for each in (times.layer, times.conv1d):
        assert each.runs >= 5
        assert 0 < each.low <= each.median <= each.high


@pytest.mark.parametrize("channels", [1, 16])
def test_the_one_conv1d_takes_no_more_multiply_adds_than_the_limit(channels: int) -> None:
    pattern = Pattern.partially_dilated(64, 64, 65)
    times = forward.time_forward(pattern, np.ones(pattern.taps), noise(channels, 9000))
    assert times.length == forward.MAX_FOLD_WORK // (pattern.kernel_size * channels)


def test_a_layer_says_which_backend_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the choice itself is made: each backend is replaced by a note of its name."""
    ran: list[str] = []
    for name in ("fused", "branches", "assembled"):
        monkeypatch.setattr(f"pdviz.conv._backends.{name}", lambda input, *_, n=name: ran.append(n))
    wide, short = Pattern.partially_dilated(16, 16, 17), Pattern.dense(3)
    for pattern, channels, length in ((wide, 1, 9000), (wide, 1, 40), (short, 1, 40)):
        for backend in ("auto", "conv", "branches"):
            layer = PartiallyDilatedConv1d(channels, channels, pattern, backend=backend)
            inputs = torch.zeros(1, channels, length)
            layer(inputs)
            named = layer.backend_for(inputs)
            assert layer.backend_for(inputs[0]) == named
            assert ran.pop() == {"conv": "assembled"}.get(named, named)
    auto = PartiallyDilatedConv1d(1, 1, wide).backend_for(torch.zeros(1, 1, 9000))
    assert auto == ("fused" if lacking("cpu") is None else "branches")
