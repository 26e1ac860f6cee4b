"""Page: the kernel under a hand, and what a stack of such layers sees."""

from __future__ import annotations

import streamlit as st

from pdviz.analysis.kernel import dense_like, dilated_like, kernel_numbers
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_figure
from pdviz.figures.style import CONFIG
from pdviz.pattern import Pattern
from pdviz.ui import compute
from pdviz.ui.frame import show
from pdviz.ui.state import State


def body(state: State) -> None:
    """Draw what the editor above cannot know by itself: the exact numbers, side by side."""
    pattern, layers = state.pattern, state.layers
    numbers = kernel_numbers(pattern)
    stacks = [(name, kernel, *compute.stack(kernel, layers)) for name, kernel in _rivals(pattern)]
    st.subheader("The same span, three ways", anchor=False)
    st.table(
        {
            "": [name for name, *_ in stacks],
            "Weights": [_weights(kernel, layers) for _, kernel, *_ in stacks],
            "Receptive field": [f"{field.extent:,}" for *_, field, _ in stacks],
            "Inputs reached": [f"{len(field.support):,}" for *_, field, _ in stacks],
            "Coverage": [f"{field.coverage:.1%}" for *_, field, _ in stacks],
            "Longest hole": [f"{field.largest_gap:,}" for *_, field, _ in stacks],
            "Longest run without a hole": [f"{field.longest_run:,}" for *_, field, _ in stacks],
        },
        hide_index=True,
    )
    st.caption(
        f"One layer saves {numbers.saved:.1%} of the weights of a dense kernel of its span. "
        "All layers of a stack have the same pattern; lengths are in samples."
    )
    expander = st.expander("Every depth, with exact path counts", on_change="rerun")
    if expander.open:
        panels = [
            FieldPanel(f"{name}: {_weights(kernel, layers)} weights", picture, field)
            for name, kernel, field, picture in stacks
        ]
        expander.plotly_chart(
            receptive_field_figure(panels),
            key="receptive field",
            config=CONFIG,
            alt=" ".join(f"{panel.title} {field_summary(panel.field)}." for panel in panels),
        )


def _weights(kernel: Pattern, layers: int) -> str:
    total = f"{layers * kernel.taps:,}"
    return total if layers == 1 else f"{layers} × {kernel.taps:,} = {total}"


def _rivals(pattern: Pattern) -> list[tuple[str, Pattern]]:
    """This pattern, and the dense and the plain dilated kernel to compare it with."""
    rivals = [("This pattern", pattern), ("Dense", dense_like(pattern))]
    plain = dilated_like(pattern)
    if plain is not None:
        same = plain.kernel_size == pattern.kernel_size
        name = "Plain dilated" if same else f"Plain dilated, span {plain.kernel_size:,}"
        rivals.append((name, plain))
    return rivals


show(
    "A partially dilated kernel",
    "A dense **island** sees what is near in full; dilated **wings** reach far with few weights. "
    "Drag the handles, or click an element: filled is a tap, with a weight to learn; empty is a "
    "gap, always zero.",
    body,
    mode="kernel",
)
