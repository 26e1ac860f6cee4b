"""The whole benchmark: its results, as plain data that can be written as JSON."""

from __future__ import annotations

import dataclasses
import gc
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, cast

import torch
from torch import nn
from torch.compiler import config as compiler

from pdviz.bench.contenders import CONTENDERS, Contender
from pdviz.bench.measure import Limits, Task, limits, once, peak_memory, side_by_side
from pdviz.bench.oracle import errors
from pdviz.bench.shapes import (
    MIXING,
    QUICK,
    QUICK_SPANS,
    QUICK_TAPS,
    REFERENCE,
    SPANS,
    TAPS,
    Shape,
)

Say = Callable[[str], None]

_TOLERANCE: Final = {
    torch.float64: 1e-9,
    torch.float32: 2e-4,
    torch.float16: 2e-2,
    torch.bfloat16: 1e-1,
}
"""Largest error, over the largest value, with which a way still computes the layer: long sums."""
_RIVALS: Final = ("DCLS", "fft-conv-pytorch", "jax", "onnxruntime", "openvino")
"""Packages that the benchmark also times where they are installed."""
_GROWING: Final = ("conv", "branches", "fused")
_LONGEST_DENSE: Final = {False: 2**11, True: 2**7}
"""Kernel, in a full and in a quick run, up to which "conv", which multiplies gaps, is in growth."""


def machine(device: torch.device) -> dict[str, Any]:
    """Describe the machine and the packages, so that two results can be compared."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    packages: dict[str, str | None] = {}
    for package in ("torch", "numpy", "numba", "triton", *_RIVALS):
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            packages[package] = None
    return {
        "device": device.type,
        "name": name,
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "packages": packages,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line for line in lines if line.startswith("model name"))
        return model.split(":", 1)[1].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def benchmark(
    device: torch.device,
    dtype: torch.dtype,
    *,
    quick: bool,
    say: Say = lambda text: None,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Measure everything; a `quick` run has fewer and smaller shapes and repetitions."""
    budget = 0.15 if quick else 2.0
    say("the machine's limits")
    torch.manual_seed(0)
    before = limits(device, dtype, budget=budget)
    shapes = QUICK if quick else REFERENCE + MIXING
    contenders = [each for each in CONTENDERS if not (quick and each.slow_to_start)]
    rows = []
    for shape in shapes:
        rows.append(_shape(shape, contenders, device, dtype, budget, say, advance))
    growth = {
        name: _growth(shapes, device, dtype, budget / 3, _LONGEST_DENSE[quick], say, advance)
        for name, shapes in _growing(quick).items()
    }
    after = limits(device, dtype, budget=budget)
    bound = Limits(max(before.matmul, after.matmul), max(before.copy, after.copy))
    for row in rows:
        _against(bound, row, torch.finfo(dtype).bits // 8)
    return {
        "machine": machine(device),
        "dtype": str(dtype).removeprefix("torch."),
        "quick": quick,
        "limits": {
            "matmul_flops": [before.matmul, after.matmul],
            "copy_bytes": [before.copy, after.copy],
        },
        "shapes": rows,
        "growth": growth,
    }


def steps(quick: bool) -> int:
    """Count how often `advance` is called at most."""
    shapes = QUICK if quick else REFERENCE + MIXING
    growth = sum(map(len, _growing(quick).values()))
    return 2 * len(shapes) * len(CONTENDERS) + growth * len(_GROWING)


def _growing(quick: bool) -> dict[str, Sequence[Shape]]:
    spans, taps = (QUICK_SPANS, QUICK_TAPS) if quick else (SPANS, TAPS)
    return {"span": spans, "taps": taps}


def _tasks(
    module: nn.Module, shape: Shape, device: torch.device, dtype: torch.dtype
) -> tuple[Task, Task | None]:
    """Return forward without gradients, and forward + backward with all of them, to be run.

    A way that keeps its arrays elsewhere has tasks of its own.
    """
    generator = torch.Generator(device).manual_seed(1)
    size = (shape.batch, shape.channels, shape.length)
    input = torch.randn(size, device=device, dtype=dtype, generator=generator)
    upstream = torch.randn(size, device=device, dtype=dtype, generator=generator)
    if own := getattr(module, "tasks", None):
        return cast(tuple[Task, Task | None], own(input, upstream))
    leaf = input.clone().requires_grad_()
    parameters = [p for p in module.parameters() if p.requires_grad]

    def forward() -> object:
        with torch.no_grad():
            return module(input)

    def both() -> object:
        return torch.autograd.grad(module(leaf), [leaf, *parameters], upstream)

    return forward, both


def _check(
    contender: Contender,
    module: nn.Module,
    shape: Shape,
    device: torch.device,
    dtype: torch.dtype,
) -> float:
    """Return the largest error against the definition; raise if it is too large."""
    generator = torch.Generator(device).manual_seed(2)
    size = (shape.batch, shape.channels, shape.length)
    input, upstream = (
        torch.randn(size, device=device, dtype=dtype, generator=generator) for _ in range(2)
    )
    gradients = not contender.forward_only
    difference = errors(shape, module, input, upstream, gradients=gradients)
    if not difference.largest <= _TOLERANCE[dtype]:
        raise ArithmeticError(f"not what the definition gives: {difference}")
    return difference.largest


def _shape(
    shape: Shape,
    contenders: Sequence[Contender],
    device: torch.device,
    dtype: torch.dtype,
    budget: float,
    say: Say,
    advance: Callable[[], None],
) -> dict[str, Any]:
    ways: dict[str, dict[str, Any]] = {}
    tasks = {}
    for contender in contenders:
        say(f"{shape.name}: {contender.title}, checked against the definition")
        row: dict[str, Any] = {"title": contender.title}
        ways[contender.name] = row
        try:
            torch.manual_seed(0)
            module = contender.make(shape, device, dtype)
            if contender.compiled:
                first = _tasks(module, shape, device, dtype)
                with compiler.patch(force_disable_caches=True):  # type: ignore[attr-defined]
                    row["compile_seconds"] = sum(once(task, device) for task in first if task)
            row["error"] = _check(contender, module, shape, device, dtype)
        except ImportError:
            row["left_out"] = "not installed"
            continue
        except (ValueError, RuntimeError, ArithmeticError) as error:
            row["left_out"] = str(error)
            continue
        row["parameters"] = sum(p.numel() for p in module.parameters() if p.requires_grad)
        row["same_pattern"] = module.pattern == shape.pattern
        tasks[contender.name] = _tasks(module, shape, device, dtype)
    for i, kind in enumerate(("forward", "both")):
        say(f"{shape.name}: {('forward', 'forward + backward')[i]}, side by side")
        running = {name: task for name, pair in tasks.items() if (task := pair[i])}
        times = side_by_side(
            list(running.values()),
            device,
            budget=budget,
            least=2 if budget < 1 else 3,
            progress=advance,
        )
        for name, time in zip(running, times, strict=True):
            ways[name][kind] = dataclasses.asdict(time)
    say(f"{shape.name}: peak memory")
    for name, (_, both) in tasks.items():
        gc.collect()
        ways[name]["peak_bytes"] = peak_memory(both, device) if both else None
    return {
        "name": shape.name,
        "batch": shape.batch,
        "channels": shape.channels,
        "length": shape.length,
        "groups": shape.groups,
        "pattern": str(shape.pattern) if shape.pattern.kernel_size <= 128 else None,
        "family": shape.pattern.family,
        "taps": shape.pattern.taps,
        "kernel_size": shape.pattern.kernel_size,
        "multiply_adds": shape.multiply_adds,
        "elements": shape.elements,
        "ways": ways,
    }


def _against(bound: Limits, row: dict[str, Any], element: int) -> None:
    """Add what the machine's limits allow, and which part of it each way reaches.

    Forward reads the input and writes the output; backward reads input and gradient and writes the
    input's gradient. Each of the three products multiplies every tap once for every output.
    """
    passes = {"forward": (1, 2), "both": (3, 5)}
    for kind, (products, moves) in passes.items():
        least = bound.seconds(products * row["multiply_adds"], moves * row["elements"] * element)
        row[f"least_{kind}"] = least
        for way in row["ways"].values():
            if kind in way:
                way[kind]["of_limit"] = least / way[kind]["median"]
                way[kind]["flops"] = 2 * products * row["multiply_adds"] / way[kind]["median"]


def _growth(
    shapes: Sequence[Shape],
    device: torch.device,
    dtype: torch.dtype,
    budget: float,
    longest_dense: int,
    say: Say,
    advance: Callable[[], None],
) -> list[dict[str, Any]]:
    """Time forward + backward of a few ways over growing shapes."""
    rows = []
    makers = {each.name: each.make for each in CONTENDERS if each.name in _GROWING}
    for shape in shapes:
        say(f"growth: T = {shape.pattern.taps}, K = {shape.pattern.kernel_size}")
        tasks = {}
        for name, make in makers.items():
            if name == "conv" and shape.pattern.kernel_size > longest_dense:
                continue
            try:
                task = _tasks(make(shape, device, dtype), shape, device, dtype)[1]
                assert task is not None
                task()
                tasks[name] = task
            except (ValueError, RuntimeError):
                continue
        times = side_by_side(list(tasks.values()), device, budget=budget, most=60, progress=advance)
        rows.append(
            {
                "taps": shape.pattern.taps,
                "kernel_size": shape.pattern.kernel_size,
                "both": {
                    name: dataclasses.asdict(time) for name, time in zip(tasks, times, strict=True)
                },
            }
        )
    return rows
