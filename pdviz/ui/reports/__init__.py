"""Reports of the pages, by name: each makes the blocks that its page shows from a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pdviz.ui.queries.turns import once
from pdviz.ui.reports.blocks import Block
from pdviz.ui.reports.cost import cost
from pdviz.ui.reports.receptive_field import receptive_field
from pdviz.ui.reports.signal import signal
from pdviz.ui.reports.spectrum import spectrum
from pdviz.ui.state.resolve import extent_of
from pdviz.ui.state.state import State

REPORTS: Final[Mapping[str, Callable[[State, bool, bool], list[Block]]]] = MappingProxyType(
    {"receptive_field": receptive_field, "spectrum": spectrum, "cost": cost, "signal": signal}
)
"""The function that makes each report, of a state, whether PyTorch is loaded, and whether to prove.

Each raises `TooWide` if the stack is refused, and `Busy` if the wait for the processor is too long.
"""
UNPROVED: Final = frozenset({"signal"})
"""The reports without proofs, which no stack is too wide for."""
PROVED_AT_ONCE: Final = 1024
"""Widest receptive field whose numbers a quick report proves: more take too long during a drag."""


def report(name: str, state: State, ready: bool, *, quick: bool = False) -> list[Block]:
    """Return the report of this name: cached, do not mutate; concurrent callers share one.

    Args:
        name: of `REPORTS`.
        state: the choices that it is of.
        ready: whether PyTorch is loaded; otherwise all that needs it is left out, proofs too.
        quick: omit slow proofs; the next full request adds them.

    Raises:
        TooWide: the stack is refused.
        Busy: the wait for the processor is too long.
    """
    quick = quick and name not in UNPROVED
    proved = not (quick and extent_of(state) > PROVED_AT_ONCE)
    return once((name, state, ready, proved), lambda: _made(name, state, ready, proved))


@lru_cache(maxsize=16)
def _made(name: str, state: State, ready: bool, proved: bool) -> list[Block]:
    return REPORTS[name](state, ready, proved)
