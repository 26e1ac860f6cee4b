"""The numbers that pages ask for: cached, bounded, and PyTorch only when values are needed.

Everything here is a pure function of small arguments and returns what nobody can change, so that
all sessions share it. What runs PyTorch takes turns.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

import numpy as np
import streamlit as st

from pdviz import signals
from pdviz.analysis.targets import make_target, standardise
from pdviz.analysis.weights import make_weights
from pdviz.limits import COMPUTE_WAIT
from pdviz.pattern import Pattern

if TYPE_CHECKING:
    from pdviz.analysis.gradient_checks import GradientChecks
    from pdviz.analysis.gradient_flow import TrainingRun
    from pdviz.analysis.signal_run import SignalRun

_T = TypeVar("_T")


LOADING: Final = "Loading PyTorch, once …"
"""What is said while that is waited for."""


class Busy(RuntimeError):
    """Others kept the processor for longer than anyone should wait."""


@st.cache_resource(show_spinner=False)
def _worker() -> ThreadPoolExecutor:
    """The one thread that runs PyTorch, for everyone in turn.

    One thread, not a lock: PyTorch keeps a team of threads for every thread that calls it, and a
    page's own thread is a new one at every edit.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="compute")


def in_turn(work: Callable[[], _T]) -> _T:
    """The result of `work`, run when its turn comes; raises `Busy` if that takes too long."""
    waiting = _worker().submit(work)
    try:
        return waiting.result(timeout=COMPUTE_WAIT)
    except TimeoutError:
        waiting.cancel()
        raise Busy from None


def once(key: Hashable, work: Callable[[], _T]) -> _T:
    """The result of `work`, which those who ask with the same key meanwhile wait for and share.

    A page's run and its drawing ask the same at the same time; two that compute take twice as long.
    """
    flights, lock = _flights()
    with lock:
        waiting = flights.get(key)
        if waiting is None:
            mine: Future[_T] = Future()
            flights[key] = mine
    if waiting is not None:
        return cast("Future[_T]", waiting).result()
    try:
        mine.set_result(work())
    except BaseException as failed:
        mine.set_exception(failed)
    finally:
        with lock:
            del flights[key]
    return mine.result()


class Meanwhile(Generic[_T]):
    """Work that another thread does while this one does something else, if there is one free."""

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work = work
        self._future = _helpers().submit(work)

    def result(self) -> _T:
        """What came of it; done here and now if nobody has begun."""
        return self._work() if self._future.cancel() else self._future.result()


@st.cache_resource(show_spinner=False)
def _helpers() -> ThreadPoolExecutor:
    """The threads that help those who wait for an answer: NumPy's long sums run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="meanwhile")


@st.cache_resource(show_spinner=False)
def _flights() -> tuple[dict[Hashable, Future[Any]], Lock]:
    """What is being computed at the moment."""
    return {}, Lock()


def _load_torch() -> None:
    from pdviz.analysis import (  # noqa: F401
        cost_proofs,
        effective_receptive_field_proofs,
        gradient_checks,
        gradient_flow,
        receptive_field_proofs,
        signal_run,
    )

    # What was loaded stays: to look through all of it again for garbage takes a third of a second.
    gc.collect()
    gc.freeze()
    _worker().submit(_load_kernels)


def _load_kernels() -> None:
    """Compile the layer's own kernels, or take them from where they are kept: seconds, or half one.

    Beside those who need none; who asks for them meanwhile waits until they are there. What they
    need is imported first, by the thread that imports everything: of two threads that import at a
    time one may find a module in pieces.
    """
    from pdviz.conv import lacking, prepare

    reason = lacking("cpu")
    if reason is not None:
        logging.getLogger(__name__).warning("Layers run without their own kernels: %s.", reason)
        return

    def compile() -> None:
        prepare(np.float64)  # which effective fields are measured in
        gc.freeze()

    Thread(target=compile, name="kernels").start()


def loaded() -> bool:
    """Whether PyTorch is at hand, so that what needs it is computed at once."""
    return warm_up().done()


def again_when_loaded() -> None:
    """Wait until PyTorch is at hand, and draw the page anew with what needs it."""
    warm_up().result()
    st.rerun()


def waiting() -> AbstractContextManager[None]:
    """Say what is being waited for, if computing takes long enough for that to be read."""
    return st.spinner("Computing …" if loaded() else LOADING)


@st.cache_resource(show_spinner=False)
def warm_up() -> Future[None]:
    """Begin to load PyTorch beside the page that is being looked at, once a process."""
    return _worker().submit(_load_torch)


@lru_cache(maxsize=1)
def devices() -> dict[str, str]:
    """The devices there are, by name; loads PyTorch."""

    def work() -> dict[str, str]:
        from pdviz.analysis.signal_run import device_names

        return device_names()

    return in_turn(work)


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
) -> SignalRun:
    """The layer over a whole signal, whatever is shown of it; see `analysis.signal_run`."""
    samples = signals.load(signal, seed).samples
    compact = weights(kind, pattern, seed, typed)

    def work() -> SignalRun:
        from pdviz.analysis.signal_run import run_signal

        return run_signal(pattern, compact, samples, device=device)

    return in_turn(work)


@dataclass(frozen=True, slots=True)
class Training:
    """What a training run is asked for with; see `analysis.gradient_flow.record_run`.

    `section` is the first sample and the number of samples; `position`, in the section, is the one
    output in the loss, or None: all are.
    """

    pattern: Pattern
    way: str
    gaps: str
    initial: str
    seed: int
    typed: tuple[float, ...]
    signal: str
    channel: int
    section: tuple[int, int]
    target: str
    position: int | None
    optimizer: str
    rate: float
    momentum: float
    decay: float
    steps: int


@lru_cache(maxsize=32)
def training_run(asked: Training) -> TrainingRun:
    """Recorded steps on a standardised section."""
    first, count = asked.section
    signal = signals.load(asked.signal, asked.seed).samples[asked.channel]
    samples = standardise(signal[first : first + count])
    compact = weights(asked.initial, asked.pattern, asked.seed, asked.typed)
    wanted = make_target(asked.target, asked.pattern, samples)

    def work() -> TrainingRun:
        from pdviz.analysis.gradient_flow import Update, record_run

        return record_run(
            asked.pattern,
            compact,
            samples,
            wanted,
            position=asked.position,
            way=asked.way,
            gaps=asked.gaps,
            update=Update(asked.optimizer, asked.rate, asked.momentum, asked.decay),
            steps=asked.steps,
            seed=asked.seed,
        )

    return in_turn(lambda: on_one_thread(work))


@lru_cache(maxsize=256)
def gradient_checks(asked: Training, step: int) -> GradientChecks:
    """The proofs of one step of a run; see `analysis.gradient_checks`."""
    run = training_run(asked)

    def work() -> GradientChecks:
        from pdviz.analysis.gradient_checks import gradient_checks

        return gradient_checks(run, step)

    return in_turn(lambda: on_one_thread(work))


def on_one_thread(work: Callable[[], _T]) -> _T:
    """The result of `work`, which is too small to be shared out among threads."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return work()
    finally:
        torch.set_num_threads(threads)
