"""Queries of the signal page: compact parameters, and the layer over a whole signal."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pdviz import signals
from pdviz.analysis.stack import make_weights
from pdviz.pattern import Pattern
from pdviz.ui.queries.turns import in_turn

if TYPE_CHECKING:
    from pdviz.analysis.signal.run import SignalRun


@lru_cache(maxsize=256)
def weights(kind: str, pattern: Pattern, seed: int, typed: tuple[float, ...]) -> np.ndarray:
    """The compact parameters (T,); see `analysis.weights.make_weights`."""
    return make_weights(kind, pattern, seed, typed)


@lru_cache(maxsize=16)
def signal_run(
    pattern: Pattern,
    kind: str,
    seed: int,
    typed: tuple[float, ...],
    signal: str,
    device: str,
) -> SignalRun:
    """The layer over a whole signal, whatever is shown of it; see `analysis.signal_run`."""
    samples = signals.load(signal, seed).samples
    compact = weights(kind, pattern, seed, typed)

    def work() -> SignalRun:
        from pdviz.analysis.signal.run import run_signal

        return run_signal(pattern, compact, samples, device=device)

    return in_turn(work)
