"""What the pages answer, by name: each from a state to the parts that its page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pdviz.analysis.stack import stack_extent
from pdviz.ui.queries.turns import once
from pdviz.ui.reports.blocks import Part
from pdviz.ui.reports.cost import cost
from pdviz.ui.reports.receptive_field import receptive_field
from pdviz.ui.reports.spectrum import spectrum
from pdviz.ui.state.resolve import stack_of
from pdviz.ui.state.state import State

ANSWERS: Final[Mapping[str, Callable[[State, bool, bool], list[Part]]]] = MappingProxyType(
    {"receptive_field": receptive_field, "spectrum": spectrum, "cost": cost}
)
"""Of a state, whether PyTorch is at hand, and whether its numbers are to be proved at once; each
raises `TooWide` or `Busy` where it must.
"""
PROVED_AT_ONCE: Final = 1024
"""The proofs of wider stacks take longer than a hand should wait for."""


def answer(name: str, state: State, ready: bool, *, quick: bool = False) -> list[Part]:
    """The answer of this name, which nobody changes; those who ask for it together share it.

    Args:
        name: of `ANSWERS`.
        state: what is chosen.
        ready: whether PyTorch is at hand; else what needs it is left out, proofs too.
        quick: leave proofs that take long for later, for who asks again.

    Raises:
        TooWide: the stack is refused.
        Busy: others keep the processor.
    """
    proved = not (quick and stack_extent(stack_of(state))[1] > PROVED_AT_ONCE)
    return once((name, state, ready, proved), lambda: _made(name, state, ready, proved))


@lru_cache(maxsize=16)
def _made(name: str, state: State, ready: bool, proved: bool) -> list[Part]:
    return ANSWERS[name](state, ready, proved)
