"""Page: the kernel, tap by tap, and what a stack of such layers sees."""

from __future__ import annotations

import streamlit as st

from pdviz.analysis.kernel import dense_like, dilated_like, kernel_numbers
from pdviz.figures.kernel import kernel_figure
from pdviz.figures.receptive_field import FieldPanel, field_summary, receptive_field_figure
from pdviz.figures.style import CONFIG
from pdviz.limits import MAX_LAYERS
from pdviz.pattern import Pattern
from pdviz.ui import compute, controls
from pdviz.ui.frame import show
from pdviz.ui.state import State


def body(state: State) -> None:
    """Draw the kernel, its numbers, and the receptive field."""
    pattern = state.pattern
    st.plotly_chart(kernel_figure(pattern), key="kernel", config=CONFIG, alt=_describe(pattern))
    _numbers(pattern)
    if pattern.kernel_size <= 1024:
        st.code(str(pattern), language=None, wrap_lines=True)
    _receptive_field(pattern, state.layers)


def _describe(pattern: Pattern) -> str:
    counts = [
        f"{name} {len(offsets)}"
        for name, offsets in (
            ("left wing", pattern.left),
            ("island", pattern.island),
            ("right wing", pattern.right),
        )
    ]
    return (
        f"Kernel of {pattern.kernel_size} elements with {pattern.taps} taps: {', '.join(counts)}."
    )


def _numbers(pattern: Pattern) -> None:
    numbers = kernel_numbers(pattern)
    rows = (
        ("Taps", f"{numbers.taps:,}", "Weights for each pair of channels."),
        ("Span", f"{numbers.kernel_size:,}", "Elements from the first to the last: kernel size K."),
        (
            "Reach",
            f"{-numbers.before:,} … {numbers.after:+,}".replace("-", "−").replace("+0", "0"),
            "The samples that one output sees, relative to its own.",
        ),
        ("Density", f"{numbers.density:.1%}", "Taps over span."),
        (
            "Weights saved",
            f"{numbers.saved:.1%}",
            f"Against the {numbers.kernel_size:,} of a dense kernel of the same span.",
        ),
        (
            "Multiply-adds an output",
            f"{numbers.taps:,}",
            f"A dense kernel of the same span takes {numbers.dense_multiply_adds:,}.",
        ),
    )
    with st.container(horizontal=True, gap="medium"):
        for label, value, explanation in rows:
            st.metric(label, value, help=explanation, width="content")


def _receptive_field(pattern: Pattern, layers: int) -> None:
    st.subheader("What a stack of these layers sees", anchor=False)
    controls.slider("layers", "Layers, one on another", least=1, most=MAX_LAYERS, width=320)
    kernels = [("This pattern", pattern), ("Dense, same span", dense_like(pattern))]
    plain = dilated_like(pattern)
    if plain is not None:
        same = plain.kernel_size == pattern.kernel_size
        span = "same span" if same else f"span {plain.kernel_size:,}"
        kernels.append((f"Plain dilated, {span}", plain))
    panels = []
    for name, kernel in kernels:
        field, picture = compute.stack(kernel, layers)
        weights = f"{layers} × {kernel.taps:,} = {layers * kernel.taps:,} weights"
        panels.append(FieldPanel(f"{name}: {weights}", picture, field))
    st.plotly_chart(
        receptive_field_figure(panels),
        key="receptive field",
        config=CONFIG,
        alt=" ".join(f"{panel.title} {field_summary(panel.field)}." for panel in panels),
    )
    st.caption(
        "All layers have the same pattern. Each row goes one layer further down, from a single "
        "output to the inputs it depends on. "
        "Stronger colour: more paths lead from there to the output. Empty: none does."
    )


show(
    "A partially dilated kernel",
    "Partially dilated convolution: a dense **island** sees what is near in full, dilated "
    "**wings** reach far with few weights. A 1 is a tap, with a weight to learn; a 0 is a gap and "
    "stays zero. "
    "The weights are kept side by side (lower row) and written into their places to assemble the "
    "kernel (upper row). Change the numbers of the pattern and see what becomes of it.",
    body,
)
