"""The stack that a state stands for, with its limits checked before anything is made."""

from __future__ import annotations

from pdviz.analysis.stack.layer import Layer
from pdviz.limits import MAX_EXTENT, MAX_KERNEL_SIZE
from pdviz.pattern import Family, Pattern
from pdviz.ui.state.layers import SAME, LayerChoice
from pdviz.ui.state.rules import Wrong
from pdviz.ui.state.state import State


class TooWide(Wrong):
    """A stack that is refused for its size: a sentence that says how large it would be."""


def stack_of(state: State) -> tuple[Layer, ...]:
    """The layers of the stack that is chosen, from the input to the output.

    Raises:
        TooWide: it would reach over more than `limits.MAX_EXTENT` inputs, or one of its kernels
            would span more than `limits.MAX_KERNEL_SIZE` elements; found without making any.
    """
    chosen = [state.stack[n] if n < len(state.stack) else SAME for n in range(state.layers)]
    factors = [state.growth ** (n // state.every) for n in range(state.layers)]
    ends = [_ends(state, *each) for each in zip(chosen, factors, strict=True)]
    extent, jump = 1, 1
    for layer, (first, last) in zip(chosen, ends, strict=True):
        extent += (last - first) * jump
        jump *= layer.stride
    if extent > MAX_EXTENT:
        raise TooWide(
            f"This stack would reach over {extent:,} inputs; at most {MAX_EXTENT:,} are computed. "
            "Take fewer layers, a smaller dilation, less growth or smaller strides."
        )
    span = max(max(last, 0) - min(first, 0) + 1 for first, last in ends)
    if span > MAX_KERNEL_SIZE:
        raise TooWide(
            f"A kernel of this stack would span {span:,} elements, with the origin far beside its "
            f"taps; at most {MAX_KERNEL_SIZE:,} are computed. Let its dilation grow less."
        )
    return tuple(
        Layer(_pattern(state, layer, factor), layer.stride)
        for layer, factor in zip(chosen, factors, strict=True)
    )


def _family(state: State, layer: LayerChoice, factor: int) -> Family | None:
    """Wing, dilation, island and causal of a layer, if its pattern is the family's."""
    if layer.own:
        return layer.family
    if state.text:
        return None
    return state.wing, state.dilation * factor, state.island, state.causal


def _free(state: State, layer: LayerChoice, factor: int) -> tuple[int, ...]:
    """The offsets of a layer whose pattern is a free one; the shared one's taps move apart."""
    if layer.own:
        return Pattern.parse(layer.text, layer.origin).offsets
    return tuple(factor * offset for offset in state.pattern.offsets)


def _ends(state: State, layer: LayerChoice, factor: int) -> tuple[int, int]:
    """The offsets of a layer's first and last tap."""
    family = _family(state, layer, factor)
    if family is None:
        offsets = _free(state, layer, factor)
        return offsets[0], offsets[-1]
    wing, dilation, island, causal = family
    last = 0 if causal else (island - 1) // 2
    reach = wing * dilation
    return last - island + 1 - reach, last if causal else last + reach


def _pattern(state: State, layer: LayerChoice, factor: int) -> Pattern:
    family = _family(state, layer, factor)
    if family is None:
        return Pattern(_free(state, layer, factor))
    return Pattern.partially_dilated(*family)
