"""Closed form of a stack's extent: the recurrence of Araujo, Norris and Sim, Distill 2019.

It uses only the outermost two taps of each layer, and shares nothing with the other methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdviz.analysis.stack import Layer


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """The numbers of `ReceptiveField` that the recurrence gives."""

    start: int
    extent: int
    jump: int
    centre: float


def closed_form(layers: Sequence[Layer]) -> ClosedForm:
    """Compute extent, start and jump, walking from the output to the input.

    `layers` go from the input to the output.

    r ← s·r + K − s, P ← s·P + p and S ← s·S from r = 1, P = 0, S = 1 (Araujo et al. 2019): size,
    padding and stride of the whole as one kernel, with K = last − first tap + 1 and p = −first tap.
    """
    size, padding, stride = 1, 0, 1
    for pattern, s in reversed(layers):
        first, last = pattern.first, pattern.last
        size = s * size + (last - first + 1) - s
        padding = s * padding - first
        stride = s * stride
    return ClosedForm(-padding, size, stride, -padding + (size - 1) / 2)
