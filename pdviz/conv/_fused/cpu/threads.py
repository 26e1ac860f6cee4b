"""Compiled work shared out over threads: PyTorch's own where it can be had, else ours.

A task is a C function that takes a message, claims one share of the work after the other, and ends
when none is left; any number of threads may run it at once on the same message.

PyTorch's OpenMP threads stay awake for some milliseconds after each of its operators, and threads
of another pool would have to wait for those: 1.3 ms instead of 0.7 for a layer right behind a
matrix product, on two cores. So a task is handed to the same OpenMP library where PyTorch has GNU's
calls. It is not where Numba's own parallel loops would run, which is for the better: their
`workqueue` layer ends the process when two threads enter one at once.

A process that was forked starts with no threads at all, and OpenMP does not know it: there, and
where the library is another one, a pool of Python threads does the same.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

_SHARES: Final = 4
"""Shares a thread: a thread that is held up leaves what remains to the others."""
_WORTH_A_THREAD: Final = 2**21
"""Multiply-adds, about 20 µs of them, for which it pays to wake one more thread."""

_Task = Callable[[int], None]
Words = ctypes.Array[ctypes.c_int64]
"""A message: one word for each field of its record type."""


class _Pool:
    """Python threads that help; made when first needed, and anew in a process that was forked."""

    def __init__(self) -> None:
        self.forked = False
        self._renew()
        if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
            os.register_at_fork(after_in_child=self._after_fork)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def _after_fork(self) -> None:
        self.forked = True
        self._renew()

    def submit(self, task: _Task, message: int) -> Future[None]:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(os.cpu_count() or 1, "pdviz")
            return self._threads.submit(task, message)


_pool: Final = _Pool()


_requested: Final[ContextVar[int | None]] = ContextVar("requested", default=None)
"""Threads that `share` may take where PyTorch itself is kept to one."""


@contextmanager
def lone_operators() -> Iterator[None]:
    """Keep PyTorch's own operators to one thread in a process that was forked.

    They would wait for threads of OpenMP's that are not there.
    """
    if not _pool.forked:
        yield
        return
    threads = torch.get_num_threads()
    token = _requested.set(threads)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        _requested.reset(token)


@functools.cache
def _gnu_parallel() -> Any | None:
    """Find `GOMP_parallel` in the OpenMP library that PyTorch has loaded; None if there is none."""
    if sys.platform != "linux" or "OpenMP" not in torch.__config__.parallel_info():
        return None
    for file in sorted((Path(torch.__file__).parent / "lib").glob("lib*omp*.so*")):
        try:
            loaded = ctypes.CDLL(str(file), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            function = loaded.GOMP_parallel
        except (OSError, AttributeError):
            continue
        function.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint)
        function.restype = None
        return function
    return None


@functools.cache
def _callable(address: int) -> _Task:
    """Wrap a C function as one of Python's, which releases the interpreter while it runs."""
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)


def message(numbers: Sequence[str], arrays: Sequence[str]) -> np.dtype[Any]:
    """Write a task's message as a record: how the work is shared, numbers, arrays.

    An array `x` is its address, `x`, and its number of elements, `x_size`.
    """
    places = [name for array in arrays for name in (array, f"{array}_size")]
    names = ("claimed", "finished", "shares", "pieces", *numbers, *places)
    return np.dtype([(name, np.int64) for name in names])


def share(
    task: int,
    kind: np.dtype[Any],
    numbers: Sequence[int],
    arrays: Sequence[Tensor | None],
    *,
    pieces: int,
    cost: int,
) -> None:
    """Have a task done, on as many threads as pay, at most `torch.get_num_threads()`.

    Args:
        task: the address of a compiled function that takes the address of a message.
        kind: the message's record type.
        numbers, arrays: what it is told, in the order of `kind`; arrays are contiguous, None and
            those that are left out at the end are empty.
        pieces: how many pieces the work can be cut into.
        cost: multiply-adds in all of it.

    Raises:
        MemoryError: a thread could not get the memory that it needs.
    """
    places = [
        word
        for array in arrays
        for word in ((0, 0) if array is None else (array.data_ptr(), array.numel()))
    ]
    words = (ctypes.c_int64 * len(kind.names or ()))(0, 0, 0, 0, *numbers, *places)
    do(task, words, pieces, 1 + cost // _WORTH_A_THREAD)


def do(task: int, words: Words, pieces: int, threads: int) -> None:
    """Have a task done whose message lies ready, on so many threads at most; see `share`.

    The first four words, how the work is shared, are filled in here.
    """
    if threads > 1:
        threads = min(threads, _requested.get() or torch.get_num_threads(), pieces)
    shares = 1 if threads == 1 else min(pieces, threads * _SHARES)
    words[0:4] = [0, 0, shares, pieces]
    _run(task, ctypes.addressof(words), threads)
    if words[1] != shares:  # Numba has no other way to say so from a C function
        raise MemoryError("a thread of the fused backend had no memory for a row")


def _run(task: int, address: int, threads: int) -> None:
    function = _callable(task)
    if threads == 1:
        function(address)
        return
    parallel = None if _pool.forked else _gnu_parallel()
    if parallel is not None:
        parallel(task, address, threads, 0)
        return
    helpers = [_pool.submit(function, address) for _ in range(threads - 1)]
    function(address)
    for helper in helpers:  # one that has not begun has nothing left to do
        if not helper.cancel():
            helper.result()
