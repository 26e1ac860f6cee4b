"""The gradient through ReLUs for one input, node by node, in whatever numbers it is given."""

from collections.abc import Sequence
from typing import Any

from pdviz.analysis.stack import Layer


def backward_by_hand(
    layers: Sequence[Layer], weights: Sequence[Sequence[Any]], inputs: Sequence[Any], first: int
) -> dict[int, Any]:
    """{position: gradient}; exact if weights and inputs are fractions."""
    values: list[dict[int, Any]] = [{first + i: x for i, x in enumerate(inputs)}]
    needed = [{0}]
    for pattern, stride in reversed(layers):
        needed.append({t * stride + o for t in needed[-1] for o in pattern.offsets})
    for number, (pattern, stride) in enumerate(layers):
        below = values[-1] if number == 0 else {t: max(v, 0) for t, v in values[-1].items()}
        taps = list(zip(pattern.offsets, weights[number], strict=True))
        there = needed[len(layers) - 1 - number]
        values.append({t: sum(w * below[t * stride + o] for o, w in taps) for t in there})
    gradient: dict[int, Any] = {0: 1}
    for number in reversed(range(len(layers))):
        pattern, stride = layers[number]
        below_gradient: dict[int, Any] = {}
        for t, upstream in gradient.items():
            for o, w in zip(pattern.offsets, weights[number], strict=True):
                place = t * stride + o
                below_gradient[place] = below_gradient.get(place, 0) + upstream * w
        if number:
            below_gradient = {
                t: g if values[number][t] > 0 else 0 for t, g in below_gradient.items()
            }
        gradient = below_gradient
    return gradient
