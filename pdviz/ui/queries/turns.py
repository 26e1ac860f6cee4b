"""Turns at what everybody shares: one thread for PyTorch, one computation per question."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from pdviz.limits import COMPUTE_WAIT

_T = TypeVar("_T")


class Busy(RuntimeError):
    """Others kept the processor for longer than anyone should wait."""


@st.cache_resource(show_spinner=False)
def worker() -> ThreadPoolExecutor:
    """The one thread that runs PyTorch, for everyone in turn.

    One thread, not a lock: PyTorch keeps a team of threads for every thread that calls it, and a
    page's own thread is a new one at every edit.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="compute")


def in_turn(work: Callable[[], _T]) -> _T:
    """The result of `work`, run when its turn comes; raises `Busy` if that takes too long."""
    waiting = worker().submit(work)
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


def on_one_thread(work: Callable[[], _T]) -> _T:
    """The result of `work`, which is too small to be shared out among threads."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return work()
    finally:
        torch.set_num_threads(threads)
