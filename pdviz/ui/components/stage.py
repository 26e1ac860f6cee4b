"""The gradient-flow stage: one training step as an animation that a person plays and scrubs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pdviz.figures.style import COLOURS, element_names
from pdviz.ui.components.code import source
from pdviz.ui.words import counted, number

if TYPE_CHECKING:
    from pdviz.analysis.gradient_flow import GradientTrace

_STAGE = st.components.v2.component(
    "pdviz_stage", html=source("stage.html"), css=source("stage.css"), js=source("mount.js")
)


def stage(trace: GradientTrace, *, optimizer: str, rate: float, key: str = "stage") -> None:
    """Show `trace`; it keeps its place in time when the numbers change under it."""
    _STAGE(key=key, data=stage_data(trace, optimizer=optimizer, rate=rate))


def stage_data(trace: GradientTrace, *, optimizer: str, rate: float) -> dict[str, Any]:
    """Everything the drawing needs, as plain JSON: values to six digits, and the words."""
    pattern, window = trace.pattern, trace.window
    data: dict[str, Any] = {
        "offsets": window.offsets.tolist(),
        "parts": element_names(pattern),
        "taps": list(pattern.indices),
        "samples": _numbers(window.samples),
        "kernel": _numbers(window.kernel),
        "products": _numbers(window.products),
        "gradKernel": _numbers(trace.grad_kernel),
        "compact": _numbers(trace.compact),
        "gradCompact": _numbers(trace.grad_compact),
        "compactAfter": _numbers(trace.compact_after),
        "colours": COLOURS,
        "chapters": [
            {"name": name, "caption": caption}
            for name, caption in _captions(trace, optimizer, rate)
        ],
        "facts": _facts(trace),
    }
    data["key"] = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
    return data


def _facts(trace: GradientTrace) -> list[dict[str, Any]]:
    position = trace.window.position
    rows = (
        ("output y[t]", trace.output[position], 1),
        ("target", trace.target[position], 2),
        ("loss L", trace.loss, 2),
        ("∂L/∂y[t]", trace.grad_output[position], 2),
        ("loss after the step", trace.loss_after, 5),
    )
    return [
        {"label": label, "text": number(value), "chapter": chapter}
        for label, value, chapter in rows
    ]


def _captions(trace: GradientTrace, optimizer: str, rate: float) -> list[tuple[str, str]]:
    """Name and caption of each chapter, with the real numbers."""
    pattern, position = trace.pattern, trace.window.position
    taps, size = pattern.taps, pattern.kernel_size
    gaps = size - taps
    y, target = trace.output[position], trace.target[position]
    slope = trace.grad_output[position]
    many = trace.in_loss > 1

    elements, values = counted(size, "element"), counted(gaps, "value")
    verb = "is" if taps == 1 else "are"
    assemble = f"{counted(taps, 'compact parameter')} {verb} written into a kernel of {elements}."
    if gaps:
        assemble += f" {counted(gaps, 'gap')} {'stays' if gaps == 1 else 'stay'} 0."
    else:
        assemble += " This kernel has no gaps."
    correlate = (
        f"Each weight multiplies the sample above it. The products add up to y = {number(y)}."
    )
    if gaps:
        correlate += " Samples over a gap are not used."
    if many:
        loss = (
            f"The loss takes in all {trace.in_loss} outputs: half their mean squared error, "
            f"L = {number(trace.loss)}. "
            f"Here ∂L/∂y = (y − target) / {trace.in_loss} = {number(slope)}."
        )
        back = f"∂L/∂w[o] = Σ ∂L/∂y[t] · x[t + o] over all {trace.in_loss} outputs, at {elements}."
    else:
        loss = (
            f"The target is {number(target)}, so L = ½ (y − target)² = {number(trace.loss)} "
            f"and ∂L/∂y = y − target = {number(slope)}."
        )
        back = f"∂L/∂w[o] = ∂L/∂y · x[t + o] = {number(slope)} · x[t + o], at {elements}."
    at_gaps = np.flatnonzero(np.array(pattern.mask) == 0)
    if gaps:
        index = int(at_gaps[np.argmax(np.abs(trace.grad_kernel[at_gaps]))])
        back += (
            f" Gaps have one too: {number(trace.grad_kernel[index])} at offset "
            f"{number(index - pattern.origin)}."
        )
        gather = (
            f"The gather takes the gradient at {counted(taps, 'tap')} down to the parameters "
            f"and drops the {values} at gaps."
        )
    else:
        gather = f"The gather takes the gradient at {counted(taps, 'tap')} down to the parameters."
    moved = (
        f"SGD moves every parameter by −{rate:g} · its gradient."
        if optimizer == "sgd"
        else f"Adam moves every parameter by about {rate:g}, against its gradient."
    )
    step = f"{moved} The loss goes from {number(trace.loss)} to {number(trace.loss_after)}."
    if trace.loss_after > trace.loss:
        step += " It has grown: the step was too long."
    names = ("Assemble", "Correlate", "Loss", "Back", "Gather", "Step")
    return list(zip(names, (assemble, correlate, loss, back, gather, step), strict=True))


def _numbers(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
