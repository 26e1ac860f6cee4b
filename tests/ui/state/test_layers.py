"""A stack as it is chosen: which patterns its layers have, how it is written, what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.receptive_field import receptive_field
from pdviz.analysis.stack import Layer
from pdviz.figures.wording import amount
from pdviz.limits import MAX_EXTENT, MAX_KERNEL_SIZE, MAX_LAYERS, MAX_QUERY
from pdviz.ui.components.editor.editor import STACKS
from pdviz.ui.state.layers import SAME, LayerChoice, Layers, own_layer
from pdviz.ui.state.link import to_query
from pdviz.ui.state.resolve import TooWide, stack_of
from pdviz.ui.state.rules import Invalid
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets
from tests.ui.support.states import DEFAULT, assert_plain, free, from_link, layer_choices, states

RULE = Layers("Layer patterns")


def taps(state: State) -> list[tuple[int, ...]]:
    return [layer.pattern.offsets for layer in stack_of(state)]


def test_layers_are_alike_unless_it_is_said_otherwise() -> None:
    assert stack_of(DEFAULT) == (Layer(Pattern.partially_dilated()),) * 3


def test_the_dilation_grows_from_layer_to_layer() -> None:
    state = State.of(wing=2, dilation=3, island=3, layers=4, growth=2)
    assert taps(state) == [offsets(2, d, 3) for d in (3, 6, 12, 24)]


def test_several_layers_may_share_a_dilation_before_it_grows() -> None:
    state = State.of(wing=1, dilation=1, island=1, layers=5, growth=3, every=2)
    assert taps(state) == [(-d, 0, d) for d in (1, 1, 3, 3, 9)]


def test_the_taps_of_a_free_pattern_move_apart_as_the_dilation_grows() -> None:
    state = State.of(text="1101", origin=1, layers=3, growth=2)
    assert taps(state) == [(-1, 0, 2), (-2, 0, 4), (-4, 0, 8)]


def test_a_layer_of_its_own_has_its_pattern_as_it_is_and_its_stride() -> None:
    own = (SAME, LayerChoice(2), LayerChoice(1, (1, 7, 3, True)), LayerChoice(3, None, "101", 0))
    state = State.of(wing=1, dilation=1, island=1, layers=5, growth=2, stack=own)
    assert taps(state) == [(-1, 0, 1), (-2, 0, 2), (-9, -2, -1, 0), (0, 2), (-16, 0, 16)]
    assert [layer.stride for layer in stack_of(state)] == [1, 2, 1, 3, 1]


def test_ready_made_stacks_are_what_their_papers_say() -> None:
    fields = {name: receptive_field(stack_of(state)) for name, state in STACKS.items()}
    assert (fields["Three layers"].extent, len(fields["Three layers"].support)) == (61, 53)
    # van den Oord et al. 2016: a block of ten layers sees 1,024 samples, each by one path.
    assert (fields["WaveNet block"].start, fields["WaveNet block"].extent) == (-1023, 1024)
    assert set(fields["WaveNet block"].paths.tolist()) == {1}
    # Bai, Kolter and Koltun 2018: 1 + 2 (k − 1) (2^n − 1), for kernels of 3 over 4 levels.
    assert fields["TCN"].extent == 1 + 2 * 2 * 15
    # Wang et al. 2018: three taps, dilations 1, 2, 5; 17 inputs and no hole.
    assert (fields["Dilations 1, 2, 5"].extent, fields["Dilations 1, 2, 5"].coverage) == (17, 1)
    growing = fields["Growing wings"]
    assert (growing.extent, len(growing.support), growing.longest_hole) == (489, 477, 2)


def test_every_ready_made_stack_has_a_link() -> None:
    for state in STACKS.values():
        assert from_link(to_query(state)) == (state, [])


# Writing and reading.


@settings(max_examples=300)
@given(st.lists(layer_choices, max_size=MAX_LAYERS))
def test_what_is_written_is_read_again(layers: list[LayerChoice]) -> None:
    stack = RULE.check(layers)
    assert RULE.read(RULE.write(stack)) == stack
    assert re.fullmatch(r"[0-9a-z-]*", RULE.write(stack))


@pytest.mark.parametrize(
    ("text", "stack"),
    [
        ("", ()),
        ("-", ()),
        ("-s2", (SAME, LayerChoice(2))),
        ("w4d2i5-w1d5i1cs3", (LayerChoice(1, (4, 2, 5, False)), LayerChoice(3, (1, 5, 1, True)))),
        ("p1101", (LayerChoice(1, None, "1101", 1),)),
        ("p1101o3s2", (LayerChoice(2, None, "1101", 3),)),
        ("p1011101", (LayerChoice(1, (1, 2, 3, False)),)),  # the family's
        ("p0011010", (LayerChoice(1, None, "1101", 1),)),  # gaps beyond taps and origin left out
        ("s1-w1d1024i1-", (SAME, LayerChoice(1, (1, 1024, 1, False)))),
    ],
)
def test_stacks_by_hand(text: str, stack: tuple[LayerChoice, ...]) -> None:
    assert RULE.read(text) == stack


@pytest.mark.parametrize(
    "text",
    [
        *("x", "w4d2", "w4d2i4", "w65d2i5", "w1d1025i1", "w1d0i1", "s0", "s9", "p", "p0", "p12"),
        *("p101o3", "s2w4d2i5", "w4d2i5C", " s2", "s2 ", "s2--s٢", "<b>", "w4d2i5-p1\n", "S2"),
        *("-" * MAX_LAYERS, "p" + "1" * 1025, "w" + "9" * 99 + "d1i1"),
    ],
)
def test_what_is_no_stack_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        RULE.read(text)
    assert_plain(caught.value.sentence + ".")
    state, notices = from_link({"stack": text})
    assert state == DEFAULT
    assert len(notices) == 1
    assert_plain(notices[0])


@pytest.mark.parametrize(
    "value", [None, "s2", {}, [None], [3], [("s", 2)], [DEFAULT], (SAME,) * 13]
)
def test_a_value_of_another_kind_is_no_stack(value: Any) -> None:
    with pytest.raises(Invalid, match=r"^Layer patterns must be "):
        RULE.check(value)


def test_more_layers_of_their_own_than_layers_are_left_out_and_said() -> None:
    state, notices = from_link({"layers": "2", "stack": "-s2-s3"})
    assert state.stack.own == (SAME, LayerChoice(2))
    assert len(notices) == 1
    assert "at most 2, the number of layers" in notices[0]
    assert DEFAULT.edit("layers", 2)[0].stack.own == ()


def test_the_longest_stack_has_a_link() -> None:
    layer = own_layer(Pattern.parse("1" + "1" * 1021 + "01", origin=7), stride=8)
    state = State.of(layers=MAX_LAYERS, stack=(layer,) * MAX_LAYERS)
    assert len(to_query(state)["stack"]) <= MAX_QUERY
    assert from_link(to_query(state)) == (state, [])


# What is too wide.


@settings(max_examples=400, deadline=None)
@given(states())
def test_a_stack_is_made_or_refused_with_the_inputs_it_would_reach_over(state: State) -> None:
    extent, jump = 1, 1
    spans = []
    for number in range(state.stack.layers):
        factor = state.stack.growth ** (number // state.stack.every)
        own = state.stack.own[number] if number < len(state.stack.own) else SAME
        if own.family is not None:
            ends = offsets(*own.family)
        elif own.text:
            ends = tuple(i - own.origin for i, c in enumerate(own.text) if c == "1")
        elif state.kernel.text:
            ends = tuple(factor * o for o in state.pattern.offsets)
        else:
            ends = offsets(
                state.kernel.wing,
                state.kernel.dilation * factor,
                state.kernel.island,
                state.kernel.causal,
            )
        extent += jump * (ends[-1] - ends[0])
        spans.append(max(*ends, 0) - min(*ends, 0) + 1)
        jump *= own.stride
    reason = f"over {amount(extent)} inputs; at most 1,048,576 are computed"
    if extent <= MAX_EXTENT:
        reason = f"would span {amount(max(spans))} elements"
    if extent > MAX_EXTENT or max(spans) > MAX_KERNEL_SIZE:
        with pytest.raises(TooWide, match=reason) as refused:
            stack_of(state)
        assert_plain(refused.value.sentence)
    else:
        made = [layer.pattern.offsets for layer in stack_of(state)]
        assert [max(*taps, 0) - min(*taps, 0) + 1 for taps in made] == spans


def test_the_widest_stack_is_refused_at_once() -> None:
    own = (LayerChoice(8, (64, 1024, 65, False)),) * MAX_LAYERS
    with pytest.raises(
        TooWide, match=r"This stack would reach over 1\.\d{3}·10¹⁵ inputs; at most 1,048,576 "
    ):
        stack_of(State.of(layers=MAX_LAYERS, stack=own))


def test_an_origin_far_beside_the_taps_is_refused_too() -> None:
    state = State.of(text="1" + "0" * 900, origin=900, layers=12, growth=4)
    with pytest.raises(TooWide, match=r"would span 3\.775 billion elements"):
        stack_of(state)


@settings(max_examples=100)
@given(free, st.integers(1, 8))
def test_a_pattern_as_a_layer_s_own_is_that_pattern(pattern: Pattern, stride: int) -> None:
    state = State.of(layers=1, stack=(own_layer(pattern, stride),))
    assert stack_of(state) == (Layer(pattern, stride),)
