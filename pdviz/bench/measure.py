"""Timing side by side: one process, one round after the other, every way a turn in each."""

from __future__ import annotations

import ctypes
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch

Task = Callable[[], object]

_SETTLE: Final = 0.01
"""Seconds at the beginning of a turn that do not count, in which the caches become its own."""
_TURN: Final = 0.03
"""Seconds of a turn that count; a task that takes longer runs once, and that counts."""


@dataclass(frozen=True)
class Times:
    """Seconds: the median, the quartiles, and of how many runs."""

    median: float
    low: float
    high: float
    runs: int


@dataclass
class _Clock:
    """What one task has taken so far."""

    task: Task
    device: torch.device
    seconds: list[float] = field(default_factory=list)

    def turn(self) -> None:
        """Run until the caches are this task's own, and then for the times that count."""
        settling = first = once(self.task, self.device)
        if first > _TURN:
            self.seconds.append(first)
            return
        while settling < _SETTLE:
            settling += once(self.task, self.device)
        counted = 0.0
        while counted < _TURN:
            self.seconds.append(once(self.task, self.device))
            counted += self.seconds[-1]


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def once(task: Task, device: torch.device) -> float:
    """Time one run in seconds, its work on the device included."""
    _wait(device)
    begin = time.perf_counter()
    task()
    _wait(device)
    return time.perf_counter() - begin


def side_by_side(
    tasks: Sequence[Task],
    device: torch.device,
    *,
    budget: float,
    least: int = 3,
    most: int = 200,
    progress: Callable[[], None] = lambda: None,
) -> list[Times]:
    """Time each of the tasks, which take turns, so that what slows a round slows all.

    A turn is some runs that do not count and then some that do; of a slow task it is one run.

    Args:
        tasks: what to time.
        device: where their work is done.
        budget: seconds after which a task that has run `least` times sits out.
        least, most: about how many runs of each task count.
        progress: called when a task is done.
    """
    clocks = [_Clock(task, device) for task in tasks]
    for clock in clocks:
        once(clock.task, device)  # memory, anything compiled
    running = list(clocks)
    while running:
        for clock in list(running):
            clock.turn()
            enough = len(clock.seconds) >= least and sum(clock.seconds) >= budget
            if enough or len(clock.seconds) >= most:
                running.remove(clock)
                progress()
    return [_times(clock.seconds) for clock in clocks]


def _times(seconds: list[float]) -> Times:
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return Times(median, low, high, len(seconds))


_STATUS: Final = Path("/proc/self/status")


def peak_memory(task: Task, device: torch.device) -> int | None:
    """Measure the bytes that a run takes at most on top of those in use; None if unmeasurable.

    On CUDA PyTorch's own count. On Linux the process's resident memory, its high-water mark set
    back before the run: libraries' own buffers are in it, memory kept from earlier runs is not.
    """
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        task()
        torch.cuda.synchronize(device)
        return int(torch.cuda.max_memory_allocated(device) - before)
    try:
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        before = _resident("VmRSS")
        task()
        return max(0, _resident("VmHWM") - before)
    except (OSError, AttributeError, KeyError):
        return None


def _resident(name: str) -> int:
    fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return int(fields[name].split()[0]) * 1024


@dataclass(frozen=True)
class Limits:
    """What this machine can do at all, measured in the same run."""

    matmul: float  # floating-point operations per second, 2048³, in the benchmark's dtype
    copy: float  # bytes read and written per second, far beyond the caches

    def seconds(self, multiply_adds: int, moved: int) -> float:
        """Return the least that so many multiply-adds and bytes take: the nearer limit."""
        return max(2 * multiply_adds / self.matmul, moved / self.copy)


def limits(device: torch.device, dtype: torch.dtype, *, budget: float) -> Limits:
    """Measure the rate of a 2048³ matrix product and of a copy of 256 MiB."""
    a, b = (torch.randn(2048, 2048, device=device, dtype=dtype) for _ in range(2))
    source = torch.ones(2**28, device=device, dtype=torch.uint8)
    target, product = torch.empty_like(source), torch.empty_like(a)
    tasks = (lambda: torch.mm(a, b, out=product), lambda: target.copy_(source))
    matmul, copy = side_by_side(tasks, device, budget=budget)
    return Limits(2 * 2048**3 / matmul.median, 2 * 2**28 / copy.median)
