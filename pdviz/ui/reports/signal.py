"""Report of the signal page: a section of the signal and the layer's output, for its drawing."""

from __future__ import annotations

import base64

import numpy as np

from pdviz import signals
from pdviz.ui.queries import signal as queries
from pdviz.ui.queries.signal import SignalQuery
from pdviz.ui.reports.blocks import Block
from pdviz.ui.state.state import State


def signal(state: State, ready: bool, prove: bool) -> list[Block]:
    """Return the section after an edit of the pattern, its outputs summed in NumPy.

    The page's run brings the layer's own, a little later.
    """
    query = SignalQuery.from_state(state)
    first, stop = state.signal.start, state.signal.start + state.signal.samples
    output = queries.preview(query, state.signal.channel, first, stop)
    return [section(state, query, output)]


def section(state: State, query: SignalQuery, output: np.ndarray) -> Block:
    """Return what the drawing needs, as plain JSON, besides the stamps of edits.

    Arrays are base64 of little-endian numbers: samples and output in float32, as they are; the
    weights in float64, so that products add up to the very number that the page shows.

    Args:
        state: the pattern, and the section and the channel to show.
        query: the layer over the signal.
        output: (count,) the outputs of the section.
    """
    pattern, signal = query.pattern, signals.load(query.signal, query.seed)
    first, stop = state.signal.start, state.signal.start + state.signal.samples
    before, after = pattern.origin, pattern.kernel_size - 1 - pattern.origin
    reached = slice(max(first - before, 0), min(stop + after, signal.length))
    unit = signal.units[state.signal.channel]
    return {
        "kind": "signal",
        "title": signal.title,
        "unit": unit,
        "outputUnit": output_unit(unit, query),
        "timeUnit": signal.time_unit,
        "timeStart": signal.start,
        "rate": signal.sample_rate,
        "first": first,
        "count": state.signal.samples,
        "position": state.signal.position,
        # From the first output whose window lies inside the signal to the first after them.
        "wholeFirst": before,
        "wholeStop": signal.length - after,
        "samplesFirst": reached.start,
        "samples": _packed(signal.samples[state.signal.channel, reached], "<f4"),
        "output": _packed(output, "<f4"),
        "offsets": _packed(np.array(pattern.offsets), "<i4"),
        "weights": _packed(query.weights, "<f8"),
        "left": len(pattern.left),
        "island": len(pattern.island),
    }


def output_unit(unit: str, query: SignalQuery) -> str:
    """Return the unit of the outputs of a channel with this unit: per sample for a slope."""
    return f"{unit} per sample".strip() if query.kind == "difference" else unit


def _packed(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
