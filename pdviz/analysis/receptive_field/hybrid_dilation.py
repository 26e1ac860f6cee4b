"""Hybrid-dilation criterion: Wang et al. 2018 (arXiv 1702.08502), section 3.2.

It applies to stacks of plain dilated kernels that all have K taps; for other stacks only the exact
support tells whether there are holes. All small stacks were compared with their supports: with
K ≥ 3 and dilations that begin with 1 and never decrease, a stack that passes has no holes; with
K = 3 a stack that fails has some. Elsewhere neither follows, and the support alone decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from pdviz.analysis.stack import Layer


@dataclass(frozen=True, slots=True)
class HybridDilation:
    """The criterion's verdict on a stack, or why it does not apply.

    Attributes:
        applies: whether it applies to the stack; if not, all below `reason` is empty.
        reason: why it does not apply, or why the stack fails; "" for a stack that passes.
        kernel_size: K, the taps of each layer.
        dilations: r_1 … r_n, from the input to the output.
        distances: M_1 … M_n, the largest distances between taps that the criterion bounds.
        common_factor: the greatest common divisor of the dilations.
        passes: M_2 ≤ K, and no common factor above 1.
    """

    applies: bool
    reason: str
    kernel_size: int = 0
    dilations: tuple[int, ...] = ()
    distances: tuple[int, ...] = ()
    common_factor: int = 0
    passes: bool = False


def hybrid_dilation(layers: Sequence[Layer]) -> HybridDilation:
    """Apply the criterion to a stack; `layers` from the input to the output.

    M_n = r_n and M_i = max[M_{i+1} − 2 r_i, M_{i+1} − 2 (M_{i+1} − r_i), r_i].

    >>> from pdviz import Pattern
    >>> verdict = hybrid_dilation([Layer(Pattern.dilated(3, rate)) for rate in (1, 2, 5)])
    >>> verdict.passes, verdict.distances
    (True, (1, 2, 5))
    """
    if reason := _why_not(layers):
        return HybridDilation(False, reason)
    size = layers[0].pattern.taps
    dilations = tuple(layer.pattern.runs[0].step for layer in layers)
    distances = [dilations[-1]]
    for dilation in reversed(dilations[:-1]):
        above = distances[-1]
        distances.append(max(above - 2 * dilation, above - 2 * (above - dilation), dilation))
    distances.reverse()
    common = gcd(*dilations)
    return HybridDilation(
        applies=True,
        reason=_failure(distances[1], size, common),
        kernel_size=size,
        dilations=dilations,
        distances=tuple(distances),
        common_factor=common,
        passes=distances[1] <= size and common == 1,
    )


def _why_not(layers: Sequence[Layer]) -> str:
    """Return why the criterion does not apply to this stack; "" if it does."""
    if len(layers) < 2:
        return "The stack has fewer than two layers: the criterion compares one with the next."
    if any(layer.stride != 1 for layer in layers):
        return "A layer has a stride: the criterion applies only to layers without one."
    if any(len(layer.pattern.runs) > 1 for layer in layers):
        return (
            "The layers' taps are not evenly spaced: the criterion applies only to plain dilated "
            "kernels."
        )
    sizes = sorted({layer.pattern.taps for layer in layers})
    if len(sizes) > 1:
        return (
            f"The layers have from {sizes[0]} to {sizes[-1]} taps: the criterion applies only "
            "to kernels that all have the same number."
        )
    if sizes[0] < 2:
        return "The layers have one tap each, so there is no distance between taps to bound."
    return ""


def _failure(distance: int, size: int, common: int) -> str:
    """Return why a stack does not pass; "" if it does."""
    reasons = []
    if distance > size:
        reasons.append(f"M₂ is {distance}, above the {size} taps of a layer")
    if common > 1:
        reasons.append(f"the dilations have the common factor {common}")
    text = ", and ".join(reasons)
    return f"{text[0].upper()}{text[1:]}." if text else ""
