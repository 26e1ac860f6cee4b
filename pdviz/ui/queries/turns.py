"""Turns at the shared processor: one thread for PyTorch, one computation per query."""

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
    """The wait for a turn at the shared processor was too long."""


@st.cache_resource(show_spinner=False)
def worker() -> ThreadPoolExecutor:
    """Return the one thread that runs PyTorch, for all sessions in turn.

    One thread, not a lock: PyTorch keeps a team of threads for every thread that calls it, and a
    page's own thread is a new one at every edit.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="compute")


def in_turn(work: Callable[[], _T], *, small: bool = False) -> _T:
    """Run `work` when its turn comes, and return its result.

    Args:
        work: what to run.
        small: whether it is too small to be split among threads.

    Raises:
        Busy: its turn did not come within `COMPUTE_WAIT`.
    """
    future = worker().submit(_on_one_thread, work) if small else worker().submit(work)
    try:
        return future.result(timeout=COMPUTE_WAIT)
    except TimeoutError:
        future.cancel()
        raise Busy from None


def _on_one_thread(work: Callable[[], _T]) -> _T:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return work()
    finally:
        torch.set_num_threads(threads)


def once(key: Hashable, work: Callable[[], _T]) -> _T:
    """Run `work` and return its result, which concurrent callers with the same key share.

    A page's run and its drawing request the same at the same time; to compute it twice would take
    twice as long.
    """
    flights, lock = _flights()
    with lock:
        other = flights.get(key)
        if other is None:
            mine: Future[_T] = Future()
            flights[key] = mine
    if other is not None:
        return cast("Future[_T]", other).result()
    try:
        mine.set_result(work())
    except BaseException as failed:
        mine.set_exception(failed)
    finally:
        with lock:
            del flights[key]
    return mine.result()


class Meanwhile(Generic[_T]):
    """Work for another thread, if one is free, while this one does something else."""

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work = work
        self._future = _helpers().submit(work)

    def result(self) -> _T:
        """Return its result; the work is done here and now if no thread has begun it."""
        return self._work() if self._future.cancel() else self._future.result()


@st.cache_resource(show_spinner=False)
def _helpers() -> ThreadPoolExecutor:
    """Return the threads that help a report: NumPy's long sums run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="meanwhile")


@st.cache_resource(show_spinner=False)
def _flights() -> tuple[dict[Hashable, Future[Any]], Lock]:
    """Return the computations under way by their keys, and the lock of that table."""
    return {}, Lock()
