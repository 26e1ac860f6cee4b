"""Receptive fields that were published, with their sources."""

import pytest

from pdviz import Pattern
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.receptive_field.closed_form import closed_form
from pdviz.analysis.stack import Layer


def causal_pair(dilation: int) -> Layer:
    return Layer(Pattern((-dilation, 0)))


def test_wavenet_sees_1024_samples_a_block() -> None:
    """Van den Oord et al. 2016: kernels of two taps, dilations 1, 2, 4, …, 512."""
    block = [causal_pair(2**k) for k in range(10)]
    field = receptive_field(block)
    assert (field.start, field.extent) == (-1023, 1024)
    assert field.paths.tolist() == [1] * 1024  # each sample by one path
    assert receptive_field(block * 3).extent == 3 * 1023 + 1


@pytest.mark.parametrize("taps", [2, 3, 5, 7])
@pytest.mark.parametrize("levels", [1, 4, 6])
def test_tcn_formula(taps: int, levels: int) -> None:
    """Bai, Kolter and Koltun 2018: two convolutions a level, 1 + 2 (k − 1) (2^n − 1)."""
    stack = [
        Layer(Pattern(tuple(-k * 2**level for k in range(taps))))
        for level in range(levels)
        for _ in range(2)
    ]
    assert closed_form(stack).extent == 1 + 2 * (taps - 1) * (2**levels - 1)
    assert receptive_field(stack).extent == 1 + 2 * (taps - 1) * (2**levels - 1)


def windows(*layers: tuple[int, int, int]) -> list[Layer]:
    """Convolutions and poolings as dense kernels: (size, stride, padding on the left)."""
    return [Layer(Pattern(tuple(range(-pad, size - pad))), stride) for size, stride, pad in layers]


CONV, POOL = (3, 1, 1), (2, 2, 0)
NETWORKS = {
    "alexnet_v2": (
        windows((11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), CONV, CONV, CONV, (3, 2, 0)),
        (195, 32, 64),
    ),
    "vgg_16": (
        windows(*([CONV] * 2 + [POOL]) * 2, *([CONV] * 3 + [POOL]) * 3),
        (212, 32, 90),
    ),
    "mobilenet_v1": (
        windows(
            (3, 2, 0),
            *[CONV, (3, 2, 0)] * 3,
            *[CONV] * 5,
            (3, 2, 0),
            CONV,
        ),
        (315, 32, 126),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_published_networks(name: str) -> None:
    """Receptive field, stride and padding as google-research/receptive_field publishes them."""
    layers, (size, stride, padding) = NETWORKS[name]
    field = receptive_field(layers)
    assert (field.extent, field.jump, -field.start) == (size, stride, padding)
    closed = closed_form(layers)
    assert (closed.extent, closed.jump, -closed.start) == (size, stride, padding)
    assert field.coverage == 1
