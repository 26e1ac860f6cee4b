"""Call the layer in every odd way there is: `python -m tools.fuzz [calls] [seed]`.

Random calls of the layer, the function, its gradients, the operators, streams and the transpose, as
`calls` draws them. A right call must give what a float64 convolution of PyTorch's own gives; a
wrong one that, or an error of the kinds that PyTorch raises. All else is a fault, and so is a
crash: the calls run in processes of their own, which say the number of a call before they make it.

`… --call NUMBER SEED` makes one call again, in this process.
"""

from __future__ import annotations

import faulthandler
import subprocess
import sys
import time
import warnings
from collections import Counter
from typing import Final

import torch
from torch import Tensor

from tools.fuzz.calls import Call, make
from tools.fuzz.drawing import REAL

NAMED: Final = (ValueError, TypeError, RuntimeError)
"""The errors that a wrong call may raise; PyTorch's own of kind RuntimeError are among them."""
TOLERANCE: Final = dict(zip(REAL, (4e-3, 2e-2, 1e-5, 1e-12), strict=True))
"""By how much a result of each type may differ, beside the size of the products' sums."""
PATIENCE: Final = 120
"""Seconds after which a call counts as a crash: more than the kernels take to compile."""


def outcome(call: Call) -> str:
    """Make a call; return "right", "refused", or "fault" and what is wrong."""
    try:
        result = call.run(**call.arguments)
    except NAMED as error:
        return f"fault refused, {type(error).__name__}: {error}" if call.sure else "refused"
    except Exception as error:
        return f"fault {type(error).__name__}: {error}"
    if call.expected is None or not isinstance(result, Tensor):
        return "right"
    try:
        right = call.expected()
    except NAMED:
        return "fault taken, where PyTorch refuses" if result.numel() else "right"
    value = result.detach().as_subclass(Tensor)
    if value.shape != right.shape:
        return f"fault shape {tuple(value.shape)}, not {tuple(right.shape)}"
    if right.numel() and call.dtype in TOLERANCE:
        difference, size = float((value.double() - right).abs().max()), _size(call)
        if not difference <= TOLERANCE[call.dtype] * size:
            return f"fault off by {difference:.3g} beside {size:.3g}"
    return "right"


def _size(call: Call) -> float:
    """Return a bound of the size of a sum of products, in which signs cancel."""
    tensors = [each for each in call.arguments.values() if isinstance(each, Tensor)]
    sizes = [float(each.detach().abs().max()) for each in tensors if each.numel()]
    return 1 + 30 * max([1.0, *sizes]) ** 2


def make_calls(seed: int, first: int, last: int) -> None:
    """Make the calls of these numbers; print what each is about to be, and what came of it."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for number in range(first, last):
        call = make(seed, number)
        print(f"call {number}", flush=True)
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        result = outcome(call)
        kind, _, fault = result.partition(" ")
        print(f"fault {call.name}: {' '.join(call.notes)}: {fault}" if fault else kind)


def main(calls: int, seed: int) -> int:
    """Make so many calls in other processes; print the faults, and return how many there are."""
    begin, number = time.perf_counter(), 0
    results: Counter[str] = Counter()
    while number < calls:
        numbers = [str(number), str(calls), str(seed)]
        command = [sys.executable, "-m", "tools.fuzz", "--calls", *numbers]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        started = number - 1
        for line in run.stdout.splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "call":
                started = int(rest)
                continue
            results[kind] += 1
            if kind == "fault":
                print(f"{started}: {rest}")
        if run.returncode:
            results["crash"] += 1
            print(f"{started}: the process ended with {run.returncode}\n{run.stderr[-2000:]}")
            if started < number:  # it made no call at all
                break
        number = started + 1
    seconds = time.perf_counter() - begin
    counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(results.items()))
    print(f"{calls:,} calls, seed {seed}, {seconds:.0f} s: {counts}")
    return results["fault"] + results["crash"]


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--calls"]:
        first_call, last_call, its_seed = map(int, words[1:])
        make_calls(its_seed, first_call, last_call)
    elif words[:1] == ["--call"]:
        one_call, its_seed = map(int, words[1:])
        print(make(its_seed, one_call))
        make_calls(its_seed, one_call, one_call + 1)
    else:
        how_many, its_seed = [*map(int, words), *(20_000, 0)[len(words) :]]
        sys.exit(main(how_many, its_seed) > 0)
