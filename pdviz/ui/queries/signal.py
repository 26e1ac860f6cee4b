"""Queries of the signal page: compact parameters, and the layer over a whole signal."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pdviz import signals
from pdviz.analysis.stack import make_weights
from pdviz.pattern import Pattern
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State

if TYPE_CHECKING:
    from pdviz.analysis.signal.run import SignalRun


class SignalQuery(NamedTuple):
    """A layer with its weights, the signal that it runs over, and the device that it runs on."""

    pattern: Pattern
    kind: str
    seed: int
    typed: tuple[float, ...]
    signal: str
    device: str

    @classmethod
    def from_state(cls, state: State, kind: str, device: str) -> SignalQuery:
        """Return the query of a state, with weights of a kind that its pattern can have."""
        weights = state.weights
        return cls(state.pattern, kind, weights.seed, weights.values, state.signal.name, device)

    @property
    def weights(self) -> np.ndarray:
        """The compact parameters (T,)."""
        return compact_weights(self.kind, self.pattern, self.seed, self.typed)


@lru_cache(maxsize=256)
def compact_weights(kind: str, pattern: Pattern, seed: int, typed: tuple[float, ...]) -> np.ndarray:
    """Return the compact parameters (T,); see `analysis.stack.make_weights`."""
    return make_weights(kind, pattern, seed, typed)


@lru_cache(maxsize=16)
def values(query: SignalQuery) -> SignalRun:
    """Run the layer over the whole signal, whichever section is shown."""
    samples = signals.load(query.signal, query.seed).samples

    def work() -> SignalRun:
        from pdviz.analysis.signal.run import run_signal

        return run_signal(query.pattern, query.weights, samples, device=query.device)

    return in_turn(work)
