"""Page Signal: the layer over a signal, and one of its outputs closely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pdviz import signals
from pdviz.analysis.stack import WEIGHTS
from pdviz.figures.wording import counted, duration, power, whole
from pdviz.limits import MAX_SECTION, MIN_SECTION
from pdviz.ui.components.report.files.files import files
from pdviz.ui.components.signal.signal import signal_drawing
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec, waiting
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.queries import signal as queries
from pdviz.ui.queries import torch_start
from pdviz.ui.queries.signal import SignalQuery
from pdviz.ui.reports.signal import output_unit, section
from pdviz.ui.session import bind
from pdviz.ui.state import State
from pdviz.ui.state.titles import title_of

if TYPE_CHECKING:
    from pdviz.analysis.signal.run import SignalRun
    from pdviz.bench.forward import ForwardTimes
    from pdviz.bench.measure import Times

_TIMES: Final = "signal times"
"""Where the session keeps the last measurement, with the query that it is of."""
_BACKENDS: Final = {
    "fused": "kernels of its own",
    "branches": "a dilated conv1d per part",
    "conv": "one conv1d: a kernel as short as this gains nothing by more",
}
"""What the layer ran by."""


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the choices, what the layer makes of the signal, and one output closely."""
    signal = signals.load(state.signal.name, state.weights.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("signal", width=250)
        if len(signal.channels) > 1:
            controls.numbered("channel", signal.channels, width=220)
        controls.choice("weights", width=190)
        if state.weights.kind == "random" or state.signal.name in ("sines", "noise"):
            controls.whole("seed", "The same seed draws the same random numbers", fit=True)
        device = st.container(width=200)
    if state.weights.kind == "typed":
        weights_table(state)
    short = state.pattern.kernel_size - signal.length
    if short > 0:
        st.info(
            f"This kernel spans {whole(state.pattern.kernel_size)} samples, {whole(short)} more "
            f"than the signal has ({whole(signal.length)}): every output reads zeros beyond its "
            "ends."
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
        _results(state, device, results, numbers)


def _device(state: State) -> str:
    """Draw the choice of a device, and return the one to run on."""
    devices = torch_start.devices()
    device = state.signal.device
    if device not in devices:
        st.warning(f"There is no {device} here. The layer runs on the CPU.")
        device = "cpu"
    help = None if len(devices) > 1 else "The server has no GPU that PyTorch can use."
    key, value = bind("device", device, bounds=tuple(devices))
    controls.listed("Device", list(devices), devices.__getitem__, key, value, help=help)
    return device


def _results(
    state: State, device_place: DeltaGenerator, place: DeltaGenerator, below: DeltaGenerator
) -> None:
    with device_place:
        device = _device(state)
    query = SignalQuery.from_state(state, device)
    with place:
        if queries.has_no_slope(state):
            st.warning("A slope needs at least two taps. The moving average is shown instead.")
        run = queries.values(query)
        span = slice(state.signal.start, state.signal.start + state.signal.samples)
        signal_drawing(state, section(state, query, run.output[state.signal.channel, span]))
    with below:
        through = title_of(state, stack=False, weights=WEIGHTS[state.weights.kind])
        files("signal", f"{signals.SIGNALS[state.signal.name]} through {through}")
        _check(run, query)
        _times(query)


def _check(run: SignalRun, query: SignalQuery) -> None:
    """Say how far the layer and one `Conv1d` of the same kernel agree, over all channels."""
    units = set(signals.load(query.signal, query.seed).units)
    unit = output_unit(units.pop(), query) if len(units) == 1 else ""
    first, last = run.compared
    largest = f"{power(run.fold_scale)} {unit}".strip()
    same = (
        f"the same up to {power(run.fold_difference)} {unit}".strip()
        if run.fold_difference
        else "the same"
    )
    st.caption(
        f"Checked: one Conv1d with the assembled kernel, gaps and all, gives {same}, over outputs "
        f"{whole(first)} to {whole(last - 1)}, the largest of which is {largest}. "
        "(float32 keeps about seven digits.)"
    )


def _times(query: SignalQuery) -> None:
    """Draw the button that measures, and what it measured of this very layer and signal."""
    help = "Times the layer and one Conv1d with the assembled kernel, in turns, for half a second."
    if st.button("Measure the time", help=help, icon=":material/timer:"):
        with st.spinner("Measuring …"):
            st.session_state[_TIMES] = query, queries.times(query)
    measured_query, times = st.session_state.get(_TIMES, (None, None))
    if measured_query == query:
        _show_times(times, query.device)


def _show_times(times: ForwardTimes, device: str) -> None:
    with st.container(horizontal=True, gap="medium"):
        for label, each in (
            ("This layer", times.layer),
            ("One Conv1d, the assembled kernel", times.conv1d),
        ):
            st.metric(label, duration(each.median), width="content", help=_spread(each))
    size = f"{counted(times.length, 'sample')} of {counted(times.channels, 'channel')}"
    place = f"CPU, {counted(times.threads, 'thread')}" if device == "cpu" else device
    st.caption(
        f"Forward, float32, {size}, on {place}. The layer ran by {_BACKENDS[times.backend]}: "
        f"{_spread(times.layer)} One Conv1d: {_spread(times.conv1d)} Measured in turns on a shared "
        "machine."
    )


def _spread(times: Times) -> str:
    return (
        f"median of {times.runs}, half of them between {duration(times.low)} "
        f"and {duration(times.high)}."
    )


PAGE = PageSpec(
    url="signal",
    title="Signal",
    icon=":material/show_chart:",
    heading="On a signal",
    purpose=(
        "One layer slides its kernel along the signal. At every sample it multiplies what lies "
        "under the taps and adds it up; the signal is padded with zeros at both ends."
    ),
    draw=_draw,
    stack=lambda state: False,
    weights=lambda state: WEIGHTS[state.weights.kind],
)
