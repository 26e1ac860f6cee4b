"""Call the layer in every odd way there is: `python -m tools.fuzz [calls] [seed]`.

Random calls of the layer, the function, the operators and the layer's variants: dtypes, strides of
memory, tensors of shapes alone, subclasses, padding modes, sizes from 0 up, and wrong arguments. A
right call must give what a float64 `conv1d` on the assembled kernel gives; a wrong one that, or an
error of the kinds that PyTorch raises. All else is a fault, and so is a crash: the calls run in
processes of their own, which say the number of a call before they make it. `… --call NUMBER SEED`
makes one call again, in this process.
"""

from __future__ import annotations

import faulthandler
import random
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz import PartiallyDilatedConv1d, Pattern, partially_dilated_conv1d

try:
    from pdviz.conv.variants import partially_dilated_conv_transpose1d as transpose
except ImportError:
    transpose = None  # type: ignore[assignment]

NAMED: Final = (ValueError, TypeError, RuntimeError)
"""The errors that a wrong call may raise; PyTorch's own of kind RuntimeError are among them."""
MODES: Final = ("zeros", "reflect", "replicate", "circular")
TOLERANCE: Final = {
    torch.float64: 1e-12,
    torch.float32: 1e-5,
    torch.bfloat16: 2e-2,
    torch.float16: 4e-3,
}
"""By how much a result may differ, beside the sum of the products' sizes."""
JUNK: Final[tuple[Any, ...]] = (
    *(None, -1, 0, 2, 3, 7, 2**40, 2**62, 2**63, -(2**63), 1.5, float("nan"), True, 1j),
    *("", "x", "same", "1101", b"1", (), (1,), (1, 2), [3], {}, object(), torch.tensor(2)),
    *(torch.zeros(0), torch.zeros(2, 3), torch.float32, Pattern.dense(3), range(3)),
)


PATIENCE: Final = 120
"""Seconds after which a call counts as a crash: more than the kernels take to compile."""


class Subclass(Tensor):
    """A tensor that is more than its memory."""


@dataclass
class Call:
    """One call: what it is made of, and whether it must work."""

    name: str
    run: Callable[..., Any]
    arguments: dict[str, Any]
    expected: Callable[[], Tensor] | None
    dtype: torch.dtype
    sure: bool = True
    notes: list[str] = field(default_factory=list)


def laid(draw: random.Random, tensor: Tensor, notes: list[str]) -> Tensor:
    """Return the same values, lying otherwise in memory."""
    kind = draw.choice(
        ("plain",) * 4 + ("last", "time first", "sliced", "offset", "negative", "sub")
    )
    notes.append(kind)
    if tensor.is_meta or kind == "plain":
        return tensor
    if kind == "last" and tensor.dim() > 1:
        return tensor.transpose(-1, -2).contiguous().transpose(-1, -2)
    if kind == "time first" and tensor.dim() == 3:
        return tensor.permute(2, 0, 1).contiguous().permute(1, 2, 0)
    if kind == "sliced":
        wide = torch.full((*tensor.shape, 2), 77, dtype=tensor.dtype)
        wide[..., 0] = tensor
        return wide[..., 0]
    if kind == "offset":
        memory = torch.full((tensor.numel() + 3,), 77, dtype=tensor.dtype)
        memory[3:] = tensor.flatten()
        return memory[3:].view(tensor.shape)
    if kind == "negative" and tensor.dtype not in (torch.bool, torch.uint8):
        return torch._neg_view(-tensor)
    if kind == "sub":
        return tensor.as_subclass(Subclass)
    return tensor


def pattern_of(draw: random.Random) -> Pattern:
    reach = draw.choice((0, 1, 3, 9, 40, 300))
    offsets = {draw.randint(-reach, reach) for _ in range(draw.choice((1, 2, 3, 8, 30)))}
    return Pattern(tuple(sorted(offsets)))


def numbers(draw: random.Random, dtype: torch.dtype, *shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(draw.randrange(2**32))
    values = torch.randn(shape, generator=generator, dtype=torch.float64)
    if not (dtype.is_floating_point or dtype.is_complex):
        values = (values * 3).round()
    return values.abs().to(dtype) if dtype == torch.uint8 else values.to(dtype)


def convolution(
    x: Tensor, w: Tensor, b: Tensor | None, indices: list[int], size: int, stride: int,
    left: int, right: int, groups: int, mode: str,
) -> Tensor:  # fmt: skip
    """Compute what is right, in float64 or complex128, by `conv1d` on the assembled kernel."""
    wide = torch.complex128 if x.dtype.is_complex else torch.float64
    x, w = (t.detach().as_subclass(Tensor).to(wide) for t in (x, w))
    kernel = w.new_zeros(*w.shape[:2], size).index_add(-1, torch.tensor(indices), w)
    if left or right:
        x = F.pad(x, (left, right), mode="constant" if mode == "zeros" else mode)
    bias = None if b is None else b.detach().as_subclass(Tensor).to(wide)
    return F.conv1d(x, kernel, bias, stride, 0, 1, groups)


def make(draw: random.Random) -> Call:
    """Draw a call; every fifth has one argument of another kind."""
    kinds = ["layer", "function", "operator", "operator backward"]
    kinds += ["transpose"] * (transpose is not None)
    name = draw.choice(kinds)
    others = (torch.int64, torch.int8, torch.bool, torch.complex64)
    dtype = draw.choice((torch.float32,) * 5 + tuple(TOLERANCE) + others)
    device = draw.choice(("cpu",) * 6 + ("meta",))
    pattern = pattern_of(draw)
    groups = draw.choice((1, 1, 2, 5, 16, 33))
    inside, outside = draw.choice((1, 1, 2, 3, 9)), draw.choice((1, 1, 1, 2, 9))
    batch = draw.choice((0, 1, 1, 2, 3))
    length = draw.choice((0, 1, 2, 3, 17, 48, 64, 65, 200, 700))
    stride = draw.choice((1, 1, 1, 2, 3, 8, 2**40))
    mode = draw.choice(("zeros", "zeros", *MODES))
    if device == "meta" and draw.random() < 0.5:
        batch, length = 2**10, 2**34
    padding = draw.choice(("same", "same", "valid", 0, 1, 7, 100))
    left, right = {"same": (pattern.origin, pattern.kernel_size - 1 - pattern.origin)}.get(
        str(padding), (0, 0) if padding == "valid" else (padding, padding)
    )  # type: ignore[arg-type]
    notes = [str(dtype), device]
    channels, out_channels = groups * inside, groups * outside

    def tensor(*shape: int) -> Tensor:
        if device == "meta":
            return torch.empty(shape, dtype=dtype, device="meta")
        return laid(draw, numbers(draw, dtype, *shape), notes)

    half_native = dtype == torch.float16  # of which PyTorch's own `conv1d` may take minutes
    backends = ("auto", "fused") if half_native else ("auto", "fused", "conv", "branches")
    backend = draw.choice(backends)
    real = dtype in TOLERANCE
    backward = name == "operator backward"
    if name == "transpose":
        x = tensor(batch, channels, min(length, 200))
        w, b = tensor(channels, outside, pattern.taps), draw.choice((None, tensor(out_channels)))
        stride = min(stride, 50)
        arguments: dict[str, Any] = {
            **{"input": x, "weight": w, "pattern": pattern, "bias": b, "stride": stride},
            **{"padding": padding, "groups": groups},
            "output_padding": draw.randrange(stride),
            "backend": "fused" if backend == "branches" else backend,
        }
        outputs = (x.shape[-1] - 1) * stride + pattern.kernel_size - left - right
        outputs += arguments["output_padding"]
        sure = real and x.shape[-1] > 0 and outputs > 0

        def transposed() -> Tensor:
            kernel = torch.zeros(channels, outside, pattern.kernel_size, dtype=torch.float64)
            kernel[..., list(pattern.indices)] = w.detach().as_subclass(Tensor).double()
            bias = None if b is None else b.as_subclass(Tensor).double()
            values = x.as_subclass(Tensor).double()
            extra = arguments["output_padding"]
            whole = F.conv_transpose1d(values, kernel, bias, stride, 0, extra, groups)
            return whole[..., left : left + outputs]

        call = Call(name, transpose, arguments, transposed if real else None, dtype, sure, notes)
    else:
        x, w = tensor(batch, channels, length), tensor(out_channels, inside, pattern.taps)
        b = draw.choice((None, tensor(out_channels)))
        indices = list(pattern.indices)
        size = pattern.kernel_size
        possible = length > 0 and left + length + right >= size
        possible &= mode != "reflect" or max(left, right) < length
        possible &= mode != "circular" or max(left, right) <= length
        possible &= batch > 0 or mode in ("zeros", "replicate")
        geometry = (indices, size, stride, left, right, groups, mode)

        def forward() -> Tensor:
            steps = min(stride, max(1, left + length + right))
            return convolution(x, w, b, indices, size, steps, left, right, groups, mode)

        options = {
            **{"stride": stride, "padding": padding, "groups": groups},
            **{"padding_mode": mode, "backend": backend},
        }
        sure = real and possible
        if name == "layer":
            sure &= device != "cpu" or dtype != torch.bool

            def layer(input: Tensor, **arguments: Any) -> Tensor:
                module = PartiallyDilatedConv1d(
                    bias=b is not None, device=device, dtype=dtype, **arguments
                )
                with torch.no_grad():
                    module.weight.copy_(w)
                    if module.bias is not None and b is not None:
                        module.bias.copy_(b)
                return module(input)  # type: ignore[no-any-return]

            arguments = {"input": x, "in_channels": channels, "out_channels": out_channels}
            arguments |= {"pattern": pattern, **options}
            call = Call(name, layer, arguments, forward, dtype, sure, notes)
        elif name == "function":
            sizes = (len(pattern.left), len(pattern.island), len(pattern.right))
            parts = dict(zip(("left", "island", "right"), w.split(sizes, -1), strict=True))
            arguments = {"input": x, **parts, "pattern": pattern, "bias": b, **options}
            call = Call(name, partially_dilated_conv1d, arguments, forward, dtype, sure, notes)
        else:
            names = ("indices", "kernel_size", "stride", "left", "right", "groups", "padding_mode")
            arguments = {"input": x, "weight": w}
            outputs = max(0, (left + length + right - size) // stride + 1)
            if backward:
                g = tensor(batch, out_channels, outputs)
                arguments = {"upstream": g, **arguments}
                needs = [draw.random() < 0.7 for _ in range(3)]
            else:
                arguments["bias"] = b
            arguments |= dict(zip(names, geometry, strict=True))
            if backward:
                arguments["needs_grad"] = needs

            def gradients() -> Tensor:
                a, c = (t.detach().as_subclass(Tensor).double().requires_grad_() for t in (x, w))
                kernel = a.new_zeros(*c.shape[:2], size).index_add(-1, torch.tensor(indices), c)
                padded = a
                if left or right:
                    padded = F.pad(a, (left, right), mode="constant" if mode == "zeros" else mode)
                steps = min(stride, max(1, left + length + right))
                y = F.conv1d(padded, kernel, None, steps, 0, 1, groups)
                up = g.detach().as_subclass(Tensor).double()
                both = torch.autograd.grad(y, (a, c), up)
                every = (*both, up.sum((0, 2)))
                return torch.cat([t.flatten() for t, n in zip(every, needs, strict=True) if n])

            def operator(**arguments: Any) -> Tensor:
                if not backward:
                    return torch.ops.pdviz.convolve(*arguments.values())  # type: ignore[no-any-return]
                results = torch.ops.pdviz.convolve_backward(*arguments.values())
                kept = zip(results, arguments["needs_grad"], strict=True)
                return torch.cat([each.flatten() for each, need in kept if need])

            expected = gradients if backward else forward
            sure &= not backward or any(needs)
            call = Call(name, operator, arguments, expected, dtype, sure and batch > 0, notes)
    if draw.random() < 0.2:
        wrong = draw.choice(list(call.arguments))
        call.arguments[wrong] = value = draw.choice(JUNK)
        call.notes.append(f"{wrong}={value!r}")
        call.expected, call.sure = None, False
    if device == "meta" or not real:
        call.expected = None if device == "meta" or dtype == torch.bool else call.expected
    return call


def check(call: Call) -> str | None:
    """Make a call; return what is wrong with its result, None if nothing is.

    Raises:
        Refusal: an error of the kinds that a wrong call may raise.
    """
    try:
        result = call.run(**call.arguments)
    except NAMED as error:
        if call.sure:
            return f"refused: {type(error).__name__}: {error}"
        raise Refusal from None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if call.expected is None or not isinstance(result, Tensor):
        return None
    try:
        right = call.expected()
    except NAMED:
        return "taken, where conv1d refuses" if result.numel() else None
    value = result.detach().as_subclass(Tensor)
    if value.shape != right.shape:
        return f"shape {tuple(value.shape)}, not {tuple(right.shape)}"
    size = _size(call)
    if right.numel() and call.dtype in TOLERANCE:
        error = float((value.double() - right).abs().max())
        if not error <= TOLERANCE[call.dtype] * size:
            return f"off by {error:.3g} beside {size:.3g}"
    return None


class Refusal(Exception):
    """A wrong call was refused by name."""


def _size(call: Call) -> float:
    """Return a bound of the sum of the products' sizes."""
    tensors = [t for t in call.arguments.values() if isinstance(t, Tensor) and t.numel()]
    sizes = [float(t.detach().as_subclass(Tensor).abs().max()) for t in tensors]
    return 1 + 30 * max([1.0, *sizes]) ** 2


def make_calls(seed: int, first: int, last: int) -> None:
    """Make the calls of these numbers; print what each is about to be, and what came of it."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for number in range(first, last):
        call = make(random.Random(f"{seed} {number}"))
        print(f"call {number}", flush=True)
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            fault = check(call)
        except Refusal:
            print("refused")
            continue
        print("right" if fault is None else f"fault {call.name}: {' '.join(call.notes)}: {fault}")


def main(calls: int, seed: int) -> int:
    """Make so many calls in other processes; print the faults, and return how many there are."""
    begin, number = time.perf_counter(), 0
    results: Counter[str] = Counter()
    while number < calls:
        command = [
            sys.executable,
            "-m",
            "tools.fuzz",
            "--calls",
            str(number),
            str(calls),
            str(seed),
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in run.stdout.splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "call":
                number = int(rest)
                continue
            results[kind] += 1
            if kind == "fault":
                print(f"{number}: {rest}")
        number += 1
        if run.returncode:
            results["crash"] += 1
            print(f"{number - 1}: the process ended with {run.returncode}\n{run.stderr[-2000:]}")
    taken = time.perf_counter() - begin
    counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(results.items()))
    print(f"{calls:,} calls, seed {seed}, {taken:.0f} s: {counts}")
    return results["fault"] + results["crash"]


if __name__ == "__main__":
    flags, *numbers_given = sys.argv[1:] or ["20000"]
    if flags == "--calls":
        start, stop, chosen = map(int, numbers_given)
        make_calls(chosen, start, stop)
    elif flags == "--call":
        start, chosen = map(int, numbers_given)
        print(make(random.Random(f"{chosen} {start}")))
        make_calls(chosen, start, start + 1)
    else:
        sys.exit(main(int(flags), int(numbers_given[0]) if numbers_given else 0) > 0)
