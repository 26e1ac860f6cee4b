"""A state in the words of a title, and in those of a file's name.

`ui/components/frame/words.js` says on a page what stands here in a title; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from pdviz.figures.wording import counted, listed, whole
from pdviz.ui.state.state import State

_MOST_NAMED: Final = 3
"""Layers that are named by their numbers."""
_LONGEST_PATTERN: Final = 32
"""Elements of a free pattern that a file's name repeats."""


def title_of(state: State, *, stack: bool, weights: str = "") -> str:
    """Describe pattern, layers and weights.

    Args:
        state: what is chosen.
        stack: whether the whole stack is shown, or one layer alone.
        weights: the title of the weights; "" for none.
    """
    choice = state.stack
    parts = [f"{counted(choice.layers, 'layer') if stack else 'one layer'} of {_pattern(state)}"]
    if stack and _grows(state):
        after = f"every {choice.every} layers" if choice.every > 1 else "each layer"
        parts.append(f"dilation × {choice.growth} after {after}")
    if stack and (differing := _differing(state)):
        parts.append(differing)
    if weights:
        parts.append(f"weights: {weights}")
    return " · ".join(parts)


def _grows(state: State) -> bool:
    """Return whether a layer's dilation is larger for the growth that is chosen."""
    choice, kernel = state.stack, state.kernel
    spreads = state.pattern.kernel_size > 1 if kernel.text else kernel.wing > 0
    own = [layer.own for layer in choice.own]
    later = (n >= choice.every and not (n < len(own) and own[n]) for n in range(choice.layers))
    return choice.growth > 1 and spreads and any(later)


def _pattern(state: State) -> str:
    """Name the pattern: by the numbers of its family where it has them."""
    pattern = state.pattern
    if state.kernel.text:
        span = counted(pattern.kernel_size, "element")
        return f"a free pattern of {counted(pattern.taps, 'tap')} over {span}"
    wing, dilation, island, causal = state.kernel.family
    step = f", dilation {dilation}" if wing else ""
    return f"wing {wing}{step}, island {island}{', causal' if causal else ''}"


def _differing(state: State) -> str:
    """Name the layers that have a pattern or a stride of their own; "" if there are none."""
    own = [number for number, layer in enumerate(state.stack.own, 1) if layer.differs]
    if not own:
        return ""
    if len(own) > _MOST_NAMED:
        return f"{len(own)} layers differ"
    names = listed([whole(number) for number in own])
    return f"layers {names} differ" if len(own) > 1 else f"layer {names} differs"


def file_name(name: str, state: State, *, stack: bool) -> str:
    """Name the file of a figure, without its ending, in letters, digits and hyphens.

    >>> file_name("spectrum", State(), stack=True)
    'pdviz-spectrum-w4d2i5-l3'
    """
    text, choice, pattern = state.kernel.text, state.stack, state.pattern
    if not text:
        wing, dilation, island, causal = state.kernel.family
        part = f"w{wing}d{dilation}i{island}{'c' if causal else ''}"
    elif len(text) <= _LONGEST_PATTERN:
        part = f"p{text}"
    else:
        part = f"{pattern.taps}taps-{pattern.kernel_size}elements"
    layers = f"-l{choice.layers}" if stack else ""
    if stack and choice.growth > 1:
        layers += f"g{choice.growth}" + (f"e{choice.every}" if choice.every > 1 else "")
    return f"pdviz-{name}-{part}{layers}" + ("-own" if stack and _differing(state) else "")
