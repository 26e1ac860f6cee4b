"""The stack that a state stands for, with its limits checked before anything is made."""

from __future__ import annotations

from pdviz.analysis.cost import Shape
from pdviz.analysis.stack import Layer
from pdviz.figures.wording import amount, whole
from pdviz.limits import MAX_EXTENT, MAX_KERNEL_SIZE
from pdviz.pattern import Family, Pattern
from pdviz.ui.state.layers import SAME, LayerChoice
from pdviz.ui.state.rules import Invalid
from pdviz.ui.state.state import State


class TooWide(Invalid):
    """The stack would be too large: how large, in sentences."""


def stack_of(state: State) -> tuple[Layer, ...]:
    """Return the layers of the chosen stack, from the input to the output.

    Raises:
        TooWide: it would reach over more than `limits.MAX_EXTENT` inputs, or one of its kernels
            would span more than `limits.MAX_KERNEL_SIZE` elements; found without making any.
    """
    choices, factors = _layers(state)
    ends = [_ends(state, *each) for each in zip(choices, factors, strict=True)]
    extent = extent_of(state)
    if extent > MAX_EXTENT:
        raise TooWide(
            f"This stack would reach over {amount(extent)} inputs; at most {whole(MAX_EXTENT)} are "
            "computed. Take fewer layers, a smaller dilation, less growth or smaller strides."
        )
    span = max(max(last, 0) - min(first, 0) + 1 for first, last in ends)
    if span > MAX_KERNEL_SIZE:
        raise TooWide(
            f"A kernel of this stack would span {amount(span)} elements, because its origin is far "
            f"from its taps; at most {whole(MAX_KERNEL_SIZE)} are computed. Choose a smaller "
            "growth."
        )
    return tuple(
        Layer(_pattern(state, layer, factor), layer.stride)
        for layer, factor in zip(choices, factors, strict=True)
    )


def extent_of(state: State) -> int:
    """Return the inputs that the chosen stack reaches over, however many; nothing is made."""
    extent, jump = 1, 1
    for layer, factor in zip(*_layers(state), strict=True):
        first, last = _ends(state, layer, factor)
        extent += (last - first) * jump
        jump *= layer.stride
    return extent


def shapes_of(state: State) -> tuple[tuple[Pattern | Shape, int], ...]:
    """Return pattern and stride of every layer, as `stack_of` does, for stacks of any extent.

    A kernel longer than `limits.MAX_KERNEL_SIZE` is given by its shape alone.
    """
    layers: list[tuple[Pattern | Shape, int]] = []
    for layer, factor in zip(*_layers(state), strict=True):
        first, last = _ends(state, layer, factor)
        span = max(last, 0) - min(first, 0) + 1
        family = _family(state, layer, factor)
        if span <= MAX_KERNEL_SIZE:
            layers.append((_pattern(state, layer, factor), layer.stride))
        elif family is None:
            alike = Pattern(_free(state, layer, 2))  # one apart is unlike any other distance
            layers.append((Shape(alike.taps, span, None, alike), layer.stride))
        else:
            wing, _, island, causal = family
            taps = island + wing * (1 if causal else 2)
            alike = Pattern.partially_dilated(wing, 2 * island + 1, island, causal)
            layers.append((Shape(taps, span, family, alike), layer.stride))
    return tuple(layers)


def _layers(state: State) -> tuple[list[LayerChoice], list[int]]:
    """Return each layer's choice, and by how much its dilation has grown."""
    own, count = state.stack.own, state.stack.layers
    choices = [own[n] if n < len(own) else SAME for n in range(count)]
    return choices, [state.stack.growth ** (n // state.stack.every) for n in range(count)]


def _family(state: State, layer: LayerChoice, factor: int) -> Family | None:
    """Return wing, dilation, island and causal of a layer, if its pattern is the family's."""
    if layer.own:
        return layer.family
    if state.kernel.text:
        return None
    wing, dilation, island, causal = state.kernel.family
    return wing, dilation * factor, island, causal


def _free(state: State, layer: LayerChoice, factor: int) -> tuple[int, ...]:
    """Return the offsets of a layer with a free pattern; the shared one's are multiplied."""
    if layer.own:
        return Pattern.parse(layer.text, layer.origin).offsets
    return tuple(factor * offset for offset in state.pattern.offsets)


def _ends(state: State, layer: LayerChoice, factor: int) -> tuple[int, int]:
    """Return the offsets of a layer's first and last tap, without listing the taps."""
    family = _family(state, layer, factor)
    if family is None:
        offsets = _free(state, layer, factor)
        return offsets[0], offsets[-1]
    wing, dilation, island, causal = family
    last = 0 if causal else (island - 1) // 2
    return last - island + 1 - wing * dilation, last if causal else last + wing * dilation


def _pattern(state: State, layer: LayerChoice, factor: int) -> Pattern:
    family = _family(state, layer, factor)
    if family is None:
        return Pattern(_free(state, layer, factor))
    return Pattern.partially_dilated(*family)
