"""The numbers that pages ask for: cached, bounded, and PyTorch only when values are needed.

Everything here is a pure function of small arguments and returns what nobody can change, so that
all sessions share it. What runs PyTorch takes turns.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pdviz import signals
from pdviz.analysis.field_picture import FieldPicture, field_picture
from pdviz.analysis.receptive_field import Layer, ReceptiveField, stack_fields
from pdviz.analysis.targets import make_target, standardise
from pdviz.analysis.weights import make_weights
from pdviz.limits import COMPUTE_WAIT
from pdviz.pattern import Pattern

if TYPE_CHECKING:
    from pdviz.analysis.gradient_flow import TrainingRun
    from pdviz.analysis.signal_run import SignalRun


class Busy(RuntimeError):
    """Others kept the processor for longer than anyone should wait."""


@st.cache_resource(show_spinner=False)
def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(1)


@contextmanager
def _turn() -> Iterator[None]:
    turns = _turns()
    if not turns.acquire(timeout=COMPUTE_WAIT):
        raise Busy
    try:
        yield
    finally:
        turns.release()


def torch_loaded() -> bool:
    """Whether PyTorch is there already, or its first use will have to wait for it."""
    return "pdviz.analysis.gradient_flow" in sys.modules


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """Begin to load PyTorch beside the page that is being looked at, once a process."""

    def load() -> None:
        from pdviz.analysis import gradient_flow, signal_run  # noqa: F401

    thread = threading.Thread(target=load, name="load-torch", daemon=True)
    thread.start()
    return thread


@lru_cache(maxsize=64)
def stack(pattern: Pattern, layers: int) -> tuple[ReceptiveField, FieldPicture]:
    """The receptive field of equal layers at their input, and the picture of it at every depth."""
    fields = stack_fields([Layer(pattern)] * layers)
    return fields[-1], field_picture(fields)


@lru_cache(maxsize=1)
def devices() -> dict[str, str]:
    """The devices there are, by name; loads PyTorch."""
    from pdviz.analysis.signal_run import device_names

    return device_names()


@lru_cache(maxsize=256)
def weights(kind: str, pattern: Pattern, seed: int, typed: tuple[float, ...]) -> np.ndarray:
    """The compact parameters (T,); see `analysis.weights.make_weights`."""
    return make_weights(kind, pattern, seed, typed)


@lru_cache(maxsize=16)
def signal_run(
    pattern: Pattern,
    kind: str,
    seed: int,
    typed: tuple[float, ...],
    signal: str,
    device: str,
    around: int,
) -> SignalRun:
    """The layer over a whole signal; see `analysis.signal_run.run_signal`."""
    from pdviz.analysis.signal_run import run_signal

    samples = signals.load(signal, seed).samples
    with _turn():
        return run_signal(
            pattern, weights(kind, pattern, seed, typed), samples, device=device, around=around
        )


@lru_cache(maxsize=32)
def training_run(
    pattern: Pattern,
    kind: str,
    seed: int,
    typed: tuple[float, ...],
    signal: str,
    channel: int,
    section: tuple[int, int],
    position: int,
    target: str,
    whole_signal: bool,
    steps: int,
    rate: float,
    optimizer: str,
) -> TrainingRun:
    """Recorded steps on a standardised section; see `analysis.gradient_flow.record_run`.

    Args:
        section: first sample and number of samples.
        position: the output looked at, in the section.
    """
    from pdviz.analysis.gradient_flow import record_run

    first, count = section
    samples = standardise(signals.load(signal, seed).samples[channel, first : first + count])
    with _turn():
        return record_run(
            pattern,
            weights(kind, pattern, seed, typed),
            samples,
            make_target(target, pattern, samples),
            position=position,
            whole_signal=whole_signal,
            steps=steps,
            learning_rate=rate,
            optimizer=optimizer,
        )
