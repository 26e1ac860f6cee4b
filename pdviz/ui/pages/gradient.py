"""Page: one training step as an animation, and the run it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pdviz import signals
from pdviz.figures.style import CONFIG, element_names, part_names
from pdviz.figures.training import training_figure
from pdviz.limits import MAX_TRACE_LENGTH, MAX_TRACE_SPAN
from pdviz.ui import compute, controls
from pdviz.ui.components.stage import stage
from pdviz.ui.frame import show
from pdviz.ui.state import State
from pdviz.ui.typed_weights import weights_table
from pdviz.ui.words import number

if TYPE_CHECKING:
    from pdviz.analysis.gradient_flow import TrainingRun


def body(state: State) -> None:
    """Draw the stage, what it shows is chosen by, and the run it belongs to."""
    size = state.pattern.kernel_size
    if size > MAX_TRACE_SPAN:
        st.info(
            f"This kernel spans {size:,} elements. Its gradient can be watched up to "
            f"{MAX_TRACE_SPAN}: make the wing shorter or the dilation smaller."
        )
        return
    results = st.container()
    controls.slider("position", "Output looked at, by sample", most=state.samples - 1)
    _choices(state)
    below = st.container()
    with results, compute.waiting():
        _results(state, results, below)


def _choices(state: State) -> None:
    signal = signals.load(state.signal, state.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("signal", width=230)
        if len(signal.channels) > 1:
            controls.numbered("channel", signal.channels, width=220)
        controls.choice("target", width=400)
        controls.choice("scope", segmented=True)
        controls.choice("initial", width=180)
        controls.whole("seed", "Where random numbers start from", width=130)
        controls.choice("optimizer", segmented=True)
        controls.decimal("rate", "How far a step goes, η", step=0.01, width=160)
        controls.whole("steps", "Steps in the run below", width=130)
    if state.initial == "typed":
        weights_table(state)


def _section(state: State) -> tuple[int, int, int]:
    """The stretch of signal that is trained on, about the position looked at."""
    length = signals.load(state.signal, state.seed).length
    at = state.start + state.position
    count = min(MAX_TRACE_LENGTH, length)
    first = min(max(at - count // 2, 0), length - count)
    return first, count, at - first


def _results(state: State, place: DeltaGenerator, below: DeltaGenerator) -> None:
    first, count, position = _section(state)
    kind = state.initial
    if kind == "difference" and state.pattern.taps < 2:
        place.warning("A slope needs at least two taps. Random weights are used instead.")
        kind = "random"
    run = compute.training_run(
        state.pattern,
        kind,
        state.seed,
        state.values,
        state.signal,
        state.channel,
        (first, count),
        position,
        state.target,
        state.scope == "signal",
        state.steps,
        state.rate,
        state.optimizer,
    )
    shown = min(state.step, run.steps - 1)
    with place:
        stage(run.step(shown), optimizer=state.optimizer, rate=state.rate)
    with below:
        _tables(run, shown)
        st.subheader("The run this step belongs to", anchor=False)
        if run.diverged:
            st.warning(
                f"The loss grew without bound and the run ended after {run.steps} steps. "
                "Choose a smaller learning rate."
            )
        elif run.loss[-1] > run.loss[0]:
            st.warning("The loss grew over this run. Choose a smaller learning rate.")
        controls.slider("step", "Step shown above", most=run.steps - 1)
        st.plotly_chart(
            training_figure(run, shown),
            key="training",
            config=CONFIG,
            alt=f"Loss from {number(run.loss[0])} to {number(run.loss[-1])} in {run.steps} steps.",
        )
        st.caption(
            f"Trained on the {count} samples around the output looked at, less their mean and over "
            "their standard deviation, in float64."
        )


def _tables(run: TrainingRun, shown: int) -> None:
    """The numbers of the step, to be read and copied."""
    expander = st.expander("All numbers of this step", on_change="rerun")
    if not expander.open:
        return
    trace = run.step(shown)
    with expander:
        st.markdown("**Compact parameters**")
        st.dataframe(
            {
                "part": part_names(run.pattern),
                "offset": list(run.pattern.offsets),
                "weight": trace.compact,
                "gradient": trace.grad_compact,
                "weight after": trace.compact_after,
            },
            hide_index=True,
        )
        st.markdown("**Assembled kernel**, gaps included")
        st.dataframe(
            {
                "element": element_names(run.pattern),
                "offset": trace.window.offsets,
                "sample": trace.window.samples,
                "weight": trace.window.kernel,
                "product": trace.window.products,
                "gradient": trace.grad_kernel,
            },
            hide_index=True,
        )


show(
    "Gradient flow",
    "One training step, from the compact parameters to the loss and back. Press play, or drag the "
    "bar. Every number comes from PyTorch's autograd.",
    body,
)
