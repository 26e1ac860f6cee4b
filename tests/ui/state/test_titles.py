"""A state in the name of a file; its title is compared with the page's in `test_model.py`."""

import re

import pytest
from hypothesis import given

from pdviz.ui.reports.figures import saved_title
from pdviz.ui.state.layers import LayerChoice
from pdviz.ui.state.state import State
from pdviz.ui.state.titles import file_name
from tests.ui.support.states import states


@given(states())
def test_a_file_has_a_short_name_of_harmless_characters(state: State) -> None:
    for stack in (False, True):
        name = file_name("effective-field", state, stack=stack)
        assert re.fullmatch("pdviz-effective-field-[a-z0-9-]{1,60}", name)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "pdviz-cost-w4d2i5-l3"),
        ({"causal": True, "layers": 1}, "pdviz-cost-w4d2i5c-l1"),
        ({"growth": 2, "every": 3}, "pdviz-cost-w4d2i5-l3g2e3"),
        ({"text": "1101011", "origin": 3}, "pdviz-cost-p1101011-l3"),
        ({"text": "1" + 40 * "0" + "1", "origin": 0}, "pdviz-cost-2taps-42elements-l3"),
        ({"stack": (LayerChoice(2),)}, "pdviz-cost-w4d2i5-l3-own"),
    ],
)
def test_the_name_of_a_file_says_pattern_and_layers(changes: dict, name: str) -> None:
    assert file_name("cost", State.of(**changes), stack=True) == name


def test_the_title_of_a_figure_says_what_it_shows() -> None:
    state = State.of(filter="layer", trial="random", length=1000)
    assert saved_title("spectrum", state) == (
        "One layer of wing 4, dilation 2, island 5 · weights: Gaussian"
    )
    assert saved_title("effective-field", state) == "3 layers of wing 4, dilation 2, island 5"
    assert saved_title("cost", state) == (
        "3 layers of wing 4, dilation 2, island 5 · "
        "batch size 8, 64 channels in 64 groups, length 1,000, float32"
    )
