"""What the pages answer, by name: each from a state to the parts that its page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pdviz.ui.answers.cost import cost
from pdviz.ui.answers.receptive_field import receptive_field
from pdviz.ui.answers.spectrum import spectrum
from pdviz.ui.compute import once
from pdviz.ui.parts import Part
from pdviz.ui.state import State

ANSWERS: Final[Mapping[str, Callable[[State, bool], list[Part]]]] = MappingProxyType(
    {"receptive_field": receptive_field, "spectrum": spectrum, "cost": cost}
)
"""Of a state, and whether PyTorch is at hand; each raises `TooWide` or `Busy` where it must."""


def answer(name: str, state: State, ready: bool) -> list[Part]:
    """The answer of this name, which nobody changes; those who ask for it together share it.

    Raises:
        TooWide: the stack is refused.
        Busy: others keep the processor.
    """
    return once((name, state, ready), lambda: _made(name, state, ready))


@lru_cache(maxsize=16)
def _made(name: str, state: State, ready: bool) -> list[Part]:
    return ANSWERS[name](state, ready)
