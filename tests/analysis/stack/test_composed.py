"""The kernel of a whole stack, against integers shifted and added one tap after the other."""

import numpy as np
import pytest

from pdviz import Pattern
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.composed import stack_kernel

WIDE = Layer(Pattern.partially_dilated(200, 60, 1))
"""A kernel of so many elements that none of the others is convolved as it is, gaps and all."""


def shifted_and_added(layers: list[Layer], weights: list[np.ndarray]) -> np.ndarray:
    total = np.ones(1, dtype=weights[0].dtype)
    jump = 1
    for (pattern, stride), own in zip(layers, weights, strict=True):
        first, last = pattern.offsets[0], pattern.offsets[-1]
        longer = np.zeros(len(total) + (last - first) * jump, dtype=total.dtype)
        for offset, weight in zip(pattern.offsets, own.tolist(), strict=True):
            shift = (offset - first) * jump
            longer[shift : shift + len(total)] += weight * total
        total, jump = longer, jump * stride
    return total


def whole(layers: list[Layer]) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [rng.integers(1, 9, layer.pattern.taps) for layer in layers]


@pytest.mark.parametrize(
    ("wing", "dilation", "island"),
    [
        (3, 30_000, 5),  # a few taps
        (20, 1, 1),  # side by side
        (0, 1, 31),
        (0, 1, 301),
        (20, 5_000, 9),  # so far apart that they see few elements each
        (20, 20_000, 9),  # or one
        (20, 2, 101),
        (64, 97, 33),
        (200, 59, 3),
    ],
)
@pytest.mark.parametrize("stride", [1, 3])
def test_whole_weights_make_exactly_what_adding_makes(wing, dilation, island, stride):
    layers = [
        WIDE,
        Layer(Pattern.partially_dilated(wing, dilation, island), stride),
        Layer(Pattern.partially_dilated(wing, dilation, island, causal=True)),
    ]
    weights = whole(layers)
    assert np.array_equal(stack_kernel(layers, weights), shifted_and_added(layers, weights))


def test_of_many_taps_in_a_row_rounding_is_a_share_of_the_largest():
    layers = [Layer(Pattern.partially_dilated(700, 7, 901)), Layer(Pattern.dense(2_000))] * 2
    weights = whole(layers)
    expected = shifted_and_added(layers, weights)
    assert stack_kernel(layers, weights) == pytest.approx(expected, abs=1e-14 * expected.max())


def test_what_is_tiny_is_as_exact_as_what_is_large():
    layers = [WIDE, Layer(Pattern.partially_dilated(60, 50, 61))]
    weights = [own * 2.0 ** -(30 * (np.arange(len(own)) % 3)) for own in whole(layers)]
    expected = shifted_and_added(layers, weights)
    assert expected[expected > 0].min() < 1e-30 * expected.max()
    assert stack_kernel(layers, weights) == pytest.approx(expected, rel=1e-13, abs=0)
