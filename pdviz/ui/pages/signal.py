"""Page Signal: the layer over a signal, and one of its outputs closely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pdviz import signals
from pdviz.analysis.signal import window_at
from pdviz.figures.wording import number
from pdviz.limits import MAX_SECTION, MIN_SECTION
from pdviz.ui.components.signal.signal import signal_drawing
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec, waiting
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.queries import signal as queries
from pdviz.ui.queries import torch_start
from pdviz.ui.queries.signal import SignalQuery
from pdviz.ui.reports.signal import section
from pdviz.ui.session import bind
from pdviz.ui.state import State

if TYPE_CHECKING:
    from pdviz.analysis.signal.run import SignalRun


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the choices, what the layer makes of the signal, and one output closely."""
    signal = signals.load(state.signal.name, state.weights.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("signal", width=250)
        if len(signal.channels) > 1:
            controls.numbered("channel", signal.channels, width=220)
        controls.choice("weights", width=190)
        if state.weights.kind == "random" or state.signal.name in ("sines", "noise"):
            controls.whole("seed", "The same seed draws the same random numbers", width=130)
        device = st.container(width=200)
    if state.weights.kind == "typed":
        weights_table(state)
    short = state.pattern.kernel_size - signal.length
    if short > 0:
        st.info(
            f"This kernel spans {state.pattern.kernel_size:,} samples, {short:,} more than the "
            f"signal has ({signal.length:,}): every output reads zeros beyond its ends."
        )
    results = st.container()
    with st.container(horizontal=True):
        longest = min(MAX_SECTION, signal.length)
        first, count = state.signal.start, state.signal.samples
        controls.sample("Kernel at sample", first, first + count - 1)
        controls.slider("samples", "Samples shown", least=MIN_SECTION, most=longest)
        controls.slider("start", "First sample shown", most=signal.length - count)
    numbers = st.container()
    st.caption(f"{signal.title}: {signal.source}")
    with results, waiting():
        _results(state, signal, device, results, numbers)


def _weights(state: State) -> str:
    """Return the kind of weights to run with; say so where the chosen one is impossible."""
    if state.weights.kind == "difference" and state.pattern.taps < 2:
        st.warning("A slope needs at least two taps. The moving average is shown instead.")
        return "average"
    return state.weights.kind


def _device(state: State) -> str:
    """Draw the choice of a device, and return the one to run on."""
    devices = torch_start.devices()
    device = state.signal.device
    if device not in devices:
        st.warning(f"There is no {device} here. The layer runs on the CPU.")
        device = "cpu"
    names = devices if len(devices) > 1 else {"cpu": "CPU (no GPU found)"}
    key, value = bind("device", device, bounds=tuple(names))
    controls.listed("Device", list(names), names.__getitem__, key, value)
    return device


def _results(
    state: State,
    signal: signals.Signal,
    device_place: DeltaGenerator,
    place: DeltaGenerator,
    below: DeltaGenerator,
) -> None:
    pattern = state.pattern
    with device_place:
        device = _device(state)
    with place:
        kind = _weights(state)
        query = SignalQuery.from_state(state, kind, device)
        run, compact = queries.values(query), query.weights
        unit = signal.units[state.signal.channel]
        output_unit = f"{unit} per sample" if kind == "difference" else unit
        shown = slice(state.signal.start, state.signal.start + state.signal.samples)
        output = run.output[state.signal.channel, shown]
        signal_drawing(state, section(state, signal, compact, output, output_unit))
    samples = signal.samples[state.signal.channel]
    window = window_at(pattern, compact, samples, state.signal.start + state.signal.position)
    with below:
        _numbers(signal, run, window.output, output_unit)


def _numbers(signal: signals.Signal, run: SignalRun, output: float, unit: str) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric(f"Output here, y[t], in {unit}", number(output), width="content")
        channels = len(signal.channels)
        size = f"{signal.length:,}" + (f" × {channels}" if channels > 1 else "")
        st.metric(
            f"Time for {size} samples",
            f"{run.seconds * 1e3:.2g} ms",
            width="content",
            help=f"The fastest of {run.repetitions} forward passes, after one to warm up.",
        )
        first, last = run.compared
        st.metric(
            "Largest difference to the folded Conv1d",
            f"{run.fold_difference:.1e}" if run.fold_difference else "0",
            width="content",
            help="The same layer folded into one ordinary Conv1d, gaps and all. Compared over "
            f"outputs {first:,} to {last - 1:,}, the largest of which is {run.fold_scale:.3g}; "
            "float32 keeps about seven digits.",
        )


PAGE = PageSpec(
    url="signal",
    title="Signal",
    icon=":material/show_chart:",
    heading="On a signal",
    purpose=(
        "The layer slides its kernel along the signal. At every sample it multiplies what lies "
        "under the taps and adds it up; the signal is padded with zeros at both ends."
    ),
    draw=_draw,
)
