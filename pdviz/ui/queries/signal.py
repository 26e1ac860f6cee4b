"""Queries of the signal page: compact parameters, the layer over a signal, and its time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pdviz import signals
from pdviz.analysis.signal import section_output
from pdviz.analysis.stack import make_weights
from pdviz.pattern import Pattern
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State

if TYPE_CHECKING:
    from pdviz.analysis.signal.run import SignalRun
    from pdviz.bench.forward import ForwardTimes


class SignalQuery(NamedTuple):
    """A layer with its weights, the signal that it runs over, and the device that it runs on."""

    pattern: Pattern
    kind: str
    seed: int
    typed: tuple[float, ...]
    signal: str
    device: str

    @classmethod
    def from_state(cls, state: State, device: str = "cpu") -> SignalQuery:
        """Return the query of a state, with weights of a kind that its pattern can have."""
        weights = state.weights
        kind = "average" if has_no_slope(state) else weights.kind
        return cls(state.pattern, kind, weights.seed, weights.values, state.signal.name, device)

    @property
    def weights(self) -> np.ndarray:
        """The compact parameters (T,)."""
        return compact_weights(self.kind, self.pattern, self.seed, self.typed)

    @property
    def samples(self) -> np.ndarray:
        """The signal (C, L)."""
        return signals.load(self.signal, self.seed).samples


def has_no_slope(state: State) -> bool:
    """Return whether a slope is chosen that the pattern has too few taps for."""
    return state.weights.kind == "difference" and state.pattern.taps < 2


@lru_cache(maxsize=256)
def compact_weights(kind: str, pattern: Pattern, seed: int, typed: tuple[float, ...]) -> np.ndarray:
    """Return the compact parameters (T,); see `analysis.stack.make_weights`."""
    return make_weights(kind, pattern, seed, typed)


@lru_cache(maxsize=16)
def values(query: SignalQuery) -> SignalRun:
    """Run the layer over the whole signal, whichever section is shown."""

    def work() -> SignalRun:
        from pdviz.analysis.signal.run import run_signal

        return run_signal(query.pattern, query.weights, query.samples, device=query.device)

    return in_turn(work)


def preview(query: SignalQuery, channel: int, first: int, stop: int) -> np.ndarray:
    """Compute the outputs of a section without the layer, which takes longer: (stop − first,)."""
    return section_output(query.pattern, query.weights, query.samples[channel], first, stop)


def times(query: SignalQuery) -> ForwardTimes:
    """Time the layer's forward pass, and one `conv1d`'s beside it; never from a cache."""

    def work() -> ForwardTimes:
        from pdviz.bench.forward import time_forward

        return time_forward(query.pattern, query.weights, query.samples, device=query.device)

    return in_turn(work)
