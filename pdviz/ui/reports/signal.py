"""Section of a signal with the layer's output over it, as the drawing of page Signal receives it."""

from __future__ import annotations

import base64

import numpy as np

from pdviz.signals import Signal
from pdviz.ui.reports.blocks import Block
from pdviz.ui.state.state import State


def section(
    state: State, signal: Signal, compact: np.ndarray, output: np.ndarray, output_unit: str
) -> Block:
    """Return what the drawing needs, as plain JSON, besides what `session.channel` adds.

    Arrays are base64 of little-endian numbers: samples and output in float32, as they are; the
    weights in float64, so that products add up to the very number that the page shows.

    Args:
        state: the pattern, and the section and the channel to show.
        signal: the whole signal.
        compact: (T,) the weights in ascending order of offset.
        output: (count,) the outputs of the section.
        output_unit: of the output and of the products.
    """
    pattern = state.pattern
    first, stop = state.signal.start, state.signal.start + state.signal.samples
    before, after = pattern.origin, pattern.kernel_size - 1 - pattern.origin
    reached = slice(max(first - before, 0), min(stop + after, signal.length))
    return {
        "title": signal.title,
        "unit": signal.units[state.signal.channel],
        "outputUnit": output_unit,
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
        "weights": _packed(compact, "<f8"),
        "left": len(pattern.left),
        "island": len(pattern.island),
    }


def _packed(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode()
