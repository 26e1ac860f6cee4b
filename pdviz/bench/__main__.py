"""Measure every way to run the layer, side by side, and print the tables.

Every way is checked against the definition before it is timed. The ways that need another package
(JAX, ONNX Runtime, OpenVINO, fft-conv-pytorch, DCLS) are measured where that is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import torch

_DTYPES = {name: getattr(torch, name) for name in ("float32", "float64", "float16", "bfloat16")}


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pdviz.bench", description=__doc__)
    parser.add_argument("--device", default="cpu", help='"cpu" (default) or "cuda"')
    parser.add_argument("--dtype", choices=_DTYPES, default="float32")
    parser.add_argument("--threads", type=int, help="threads that PyTorch may use")
    parser.add_argument("--quick", action="store_true", help="fewer shapes and runs; a minute")
    parser.add_argument("--streaming", action="store_true", help="time blocks of a stream instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write Markdown tables")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the figures as one page")
    arguments = parser.parse_args(words)
    try:
        device = torch.device(arguments.device)
    except RuntimeError:
        parser.error(f'--device (={arguments.device!r}) must be "cpu" or "cuda"')
    if device.type not in ("cpu", "cuda"):
        parser.error(f'--device (={arguments.device!r}) must be "cpu" or "cuda"')
    if device.type == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch finds no CUDA device here")
    if arguments.threads is not None and arguments.threads < 1:
        parser.error(f"--threads (={arguments.threads}) must be at least 1")
    for file in (arguments.json, arguments.markdown, arguments.html):
        if file is not None and not file.resolve().parent.is_dir():
            parser.error(f"{file}: its folder does not exist")
    arguments.device = device
    return arguments


def main(words: list[str] | None = None) -> None:
    """Run from the command line."""
    arguments = _arguments(words)
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    if arguments.streaming:
        from pdviz.bench import streaming

        streaming.main()
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        from pdviz.bench import report
    except ImportError as error:
        sys.exit(f"The benchmark's tables need rich ({error}): pip install rich")
    from pdviz.bench.run import benchmark, steps

    warnings.filterwarnings("ignore", module="fft_conv_pytorch")  # its own way to index
    warnings.filterwarnings("ignore", message="dynamo_pgo force disabled")  # as is meant
    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=steps(arguments.quick))
        result: dict[str, Any] = benchmark(
            arguments.device,
            _DTYPES[arguments.dtype],
            quick=arguments.quick,
            say=lambda text: progress.update(bar, description=text),
            advance=lambda: progress.advance(bar),
        )
    report.show(result, Console(width=None if sys.stdout.isatty() else 160))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(result), "utf-8")
    if arguments.html:
        from pdviz.figures.benchmark import page

        arguments.html.write_text(page(result, report.header(result)), "utf-8")


if __name__ == "__main__":
    main()
