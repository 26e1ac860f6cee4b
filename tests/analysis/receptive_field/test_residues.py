"""The support by residue class, against a count of every position reached."""

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.receptive_field.residues import paths_by_class, residues
from pdviz.analysis.stack import Layer
from tests.oracles.stack import Stack, any_layer, stack_of, walk


@settings(max_examples=500)
@given(st.lists(any_layer, max_size=4), st.integers(1, 12) | st.integers(13, 400))
def test_every_position_is_counted_in_its_class(stack: Stack, modulus: int) -> None:
    reached, paths = [0] * modulus, [0] * modulus
    for position, number in walk(stack).items():
        reached[position % modulus] += 1
        paths[position % modulus] += number
    classes = residues(receptive_field(stack_of(stack)), modulus)
    assert classes.modulus == modulus
    assert classes.reached.tolist() == reached
    assert classes.paths.tolist() == paths
    assert classes.imbalance == (max(paths) - min(paths)) / sum(paths)
    assert paths_by_class(stack_of(stack), modulus).tolist() == paths


@pytest.mark.parametrize(
    ("pattern", "modulus", "reached", "imbalance"),
    [
        (Pattern.partially_dilated(), 2, [11, 2], 9 / 13),
        (Pattern.partially_dilated(), 1, [13], 0),
        (Pattern.dilated(11, 2), 2, [11, 0], 1),
        (Pattern.dense(20), 2, [10, 10], 0),
        (Pattern.dense(3), 4, [1, 1, 0, 1], 1 / 3),
    ],
)
def test_classes_of_single_layers(
    pattern: Pattern, modulus: int, reached: list[int], imbalance: float
) -> None:
    classes = residues(receptive_field([Layer(pattern)]), modulus)
    assert classes.reached.tolist() == classes.paths.tolist() == reached
    assert classes.imbalance == imbalance


def test_plain_dilation_stays_in_one_class_however_deep() -> None:
    for depth in (1, 3, 12):
        classes = residues(receptive_field([Layer(Pattern.dilated(3, 4))] * depth), 4)
        assert np.flatnonzero(classes.reached).tolist() == [0]
        assert classes.imbalance == 1


def test_huge_counts_are_sorted_exactly() -> None:
    """Half of 13^30 and nine thirteenths of it: the even classes hold (1 + (9/13)^30) / 2."""
    layers = [Layer(Pattern.partially_dilated())] * 30
    classes = residues(receptive_field(layers), 2)
    assert [*classes.paths] == [(13**30 + 9**30) // 2, (13**30 - 9**30) // 2]
    assert classes.imbalance == 9**30 / 13**30


def test_float_counts_are_sorted_within_rounding() -> None:
    layers = [Layer(Pattern.partially_dilated(64, 64, 65))] * 12
    field = receptive_field(layers)
    assert not field.exact
    for modulus in (2, 64, 1000):
        paths = residues(field, modulus).paths
        assert paths.sum() == pytest.approx(prod([193] * 12), rel=1e-12)
        assert paths == pytest.approx(paths_by_class(layers, modulus), rel=1e-12)


@pytest.mark.parametrize("modulus", [0, -1, True, 2.0, None, 2**20 + 1])
def test_a_modulus_that_makes_no_classes_is_refused_by_name(modulus: Any) -> None:
    field = receptive_field([Layer(Pattern((0, 1)))])
    with pytest.raises(ValueError, match=r"`modulus` \(=.*\) must be an integer from 1 to 1048576"):
        residues(field, modulus)


def test_arrays_are_read_only() -> None:
    classes = residues(receptive_field([Layer(Pattern((0, 1)))]), 2)
    for array in (classes.reached, classes.paths):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
