"""The ways to run the layer, all with the same result: `Σ w[o] · x[t + o]` over the taps.

Each takes checked arguments, the input as (N, C, L), and the compact parameters side by side as
(out_channels, in_channels // groups, T) in ascending order of offset.
"""

from __future__ import annotations

import functools
import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Final, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._arguments import Arguments, is_cast
from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._fused.operators import DTYPES, convolve, is_transformed
from pdviz.conv._fused.sharding import is_distributed
from pdviz.conv._padding import amounts, pad
from pdviz.pattern import Pattern

Backend = Literal["auto", "conv", "branches", "fused"]
BACKENDS: Final = ("auto", "conv", "branches", "fused")

_NEEDS: Final = {"cpu": ("numba", "Numba", "cpu"), "cuda": ("triton", "Triton", "cuda")}
"""What the fused backend needs on a device: a module, its name, and what of ours imports it."""
_NOT_FOUND: Final = {
    device: f"it needs {name} on {device}"
    for device, (module, name, _) in _NEEDS.items()
    if find_spec(module) is None
}


def check_backend(backend: object) -> None:
    """Raise unless `backend` is one of the layer's."""
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ValueError(f"`backend` (={backend!r}) must be one of {BACKENDS}.")


def run(
    input: Tensor, compact: Tensor, bias: Tensor | None, args: Arguments, backend: str
) -> Tensor:
    """Run the layer by the backend named; `"auto"` chooses one.

    Raises:
        ValueError: `"fused"` was asked for by name and cannot run here; the message says why.
    """
    backend = resolve(input, compact, args, backend)
    if backend == "fused":
        return fused(input, compact, bias, args)
    if backend == "branches":
        return branches(input, compact, bias, args)
    dense = args.pattern.taps == args.pattern.kernel_size
    kernel = compact if dense else scatter(compact, args.pattern)
    return assembled(input, kernel, bias, args)


def resolve(input: Tensor, compact: Tensor, args: Arguments, backend: str) -> str:
    """Return the backend that runs where this one is wanted; raise if "fused" cannot."""
    if backend == "auto":
        return choose(input, compact, args)
    if backend == "fused" and (reason := cannot_fuse(input)):
        raise ValueError(f"`backend` (='fused') cannot run here: {reason}.")
    return backend


def choose(input: Tensor, compact: Tensor, args: Arguments) -> Literal["conv", "branches", "fused"]:
    """Choose a backend: the rule behind `backend="auto"`.

    On the CPU "fused", but for a layer so small that the call is what it costs, and where one
    native `conv1d` over mixed channels runs the taps without a gap. Measured on two cores, float32,
    forward + backward, the time of the faster of "conv" and "branches" over that of "fused":

        multiply-adds forward     200   13 k   50 k   210 k    7 M   26 M
        one channel, depthwise    0.4    0.5    1.1     1.4      –      –
        8 to 64, depthwise        1.3    1.3    1.8     3.0     15     12
        64 → 64, K = 21             –    0.5    0.5     0.6    1.8    1.8
        64 → 64, K = 3              –    0.3    0.5       –    0.9    0.8

    Where "fused" is not the choice, "branches" when the span outgrows what each extra call costs:
    the time of "conv" over that of "branches", measured likewise for 8 × 64 × 4096 depthwise and
    for 64 → 64 channels at 2 × 64 × 4096, is 0.2 and 1.0 at K = 7–11, 0.9 and 4.6 at K = 21, 1.8
    and 8.8 at K = 73. On CUDA nothing has been measured: "fused" is for those who ask for it. In a
    graph for TorchScript, ONNX or `torch.export` it is never the choice.
    """
    pattern = args.pattern
    depthwise = args.groups == input.shape[-2]
    if input.device.type == "cpu":
        work = input.shape[0] * input.shape[-1] * compact.numel() // args.stride
        if isinstance(work, torch.SymInt):  # a size left open in a graph, which must not decide
            work = 2_000_000
        if depthwise:
            worthwhile = args.groups >= 8 or work >= 100_000
        else:
            gaps = args.groups > 1 or len(pattern.runs) > 1 or pattern.kernel_size > 256
            worthwhile = gaps and work >= 2_000_000
        if input.dtype == torch.float16:  # PyTorch's own may take seconds, or not return
            worthwhile = True
        if worthwhile and not _leaves_python() and _can_fuse(input):
            return "fused"
    return native_backend(pattern, depthwise=depthwise)


def native_backend(pattern: Pattern, *, depthwise: bool) -> Literal["conv", "branches"]:
    """Choose the faster backend that runs PyTorch's own `conv1d` alone; see `choose`."""
    outgrown = (8 if depthwise else 4) * len(pattern.runs)
    return "branches" if pattern.kernel_size > outgrown else "conv"


def _leaves_python() -> bool:
    """Return whether a graph is made for a place that may lack our own operators."""
    tracing = not torch.compiler.is_compiling() and torch._C._is_tracing()
    return tracing or torch.compiler.is_exporting() or torch.onnx.is_in_onnx_export()


def _can_fuse(input: Tensor) -> bool:
    """Return whether the fused backend runs; warn once of what it lacks."""
    if input.dtype not in DTYPES:
        return False
    return _missing(input.device.type, warn=True) is None


def cannot_fuse(input: Tensor) -> str | None:
    """Say why the fused backend cannot run an input like this; None if it can."""
    if input.dtype not in DTYPES:
        kinds = ", ".join(str(dtype).removeprefix("torch.") for dtype in DTYPES)
        return f"it takes {kinds}, and `input` is {input.dtype}"
    if input.device.type not in ("cpu", "cuda", "meta"):
        return f"it runs on cpu and cuda, and `input` is on {input.device}"
    return _missing(input.device.type)


def lacking(device: str) -> str | None:
    """Say what `"fused"` lacks on "cpu" or "cuda", or None; import what it needs."""
    return _missing(device)


def prepare(kind: type) -> None:
    """Compile now what `"fused"` runs depthwise on the CPU, which its first call else waits for.

    Args:
        kind: `numpy.float32` or `numpy.float64`, of the input. Without Numba nothing happens.
    """
    if _missing("cpu") is None:
        kernels = import_module("pdviz.conv._fused.cpu.loops")
        kernels.forward_rows(kind)
        kernels.backward_rows(kind)


def _missing(device: str, warn: bool = False) -> str | None:
    if torch.compiler.is_compiling():  # a graph can hold a constant, not an import
        return _NOT_FOUND.get(device)
    reason = _missing_module(device)
    if reason is not None and warn:
        _say_once(reason)
    return reason


_reasons: Final[set[str]] = set()
_INNER: Final = {"pdviz", "torch"}
"""The packages that a warning does not point into."""


def _say_once(reason: str) -> None:
    """Warn of this once, at the line that called the layer; where a warning is an error, too."""
    if reason in _reasons:
        return
    _reasons.add(reason)
    message = f'backend="auto" runs without the fused backend: {reason}.'
    warnings.warn(message, RuntimeWarning, stacklevel=_caller_level())


def _caller_level() -> int:
    """Count the frames from the one that warns to the first that is not ours or PyTorch's."""
    frame: FrameType | None = sys._getframe(1)
    level = 1
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in _INNER:
        frame, level = frame.f_back, level + 1
    return level


@functools.cache
def _missing_module(device: str) -> str | None:
    """Say what the fused backend lacks on this device, or None.

    Numba and Triton are not required: each is slow to follow a new Python or NumPy, and the layer
    runs without them. An installed one that cannot be imported is missing too, and stays so: what
    is imported again after it has failed halfway is in pieces.
    """
    if device not in _NEEDS:
        return None  # shapes alone, as on "meta"
    _, name, kernels = _NEEDS[device]
    try:
        import_module(f"pdviz.conv._fused.{kernels}.backend")
    except ImportError as error:
        return f"it needs {name} on {device} ({error})"
    return None


def fused(input: Tensor, compact: Tensor, bias: Tensor | None, args: Arguments) -> Tensor:
    """Run backend "fused": our own kernels, which read each tap's input where it lies."""
    return fused_at(input, compact, bias, geometry_of(args))


def geometry_of(args: Arguments) -> Geometry:
    """Write the arguments as the fused kernels take them."""
    pattern = args.pattern
    left, right = amounts(pattern, args.padding)
    size, mode = pattern.kernel_size, args.padding_mode
    return Geometry(pattern.indices, size, args.stride, left, right, args.groups, mode)


def fused_at(input: Tensor, compact: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
    """Run the fused kernels at this geometry; autocast casts what they take."""
    input, compact, bias = autocast_alike(input, compact, bias)
    return convolve(input, compact, bias, geometry)


def autocast_alike(
    input: Tensor, weight: Tensor, bias: Tensor | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Cast all of them where autocast is on, as PyTorch casts those of its own `conv1d`."""
    if not is_cast(input):
        return input, weight, bias
    dtype = torch.get_autocast_dtype(input.device.type)
    return input.to(dtype), weight.to(dtype), None if bias is None else bias.to(dtype)


def scatter(compact: Tensor, pattern: Pattern) -> Tensor:
    """Write the compact parameters into a kernel of zeros: (…, T) → (…, K).

    The adjoint, which autograd runs backward, is a gather: the gradient at the gaps is dropped.
    """
    if is_distributed(compact):  # which takes no tensor of one device alone beside it
        return _joined(compact, pattern)
    kernel = compact.new_zeros((*compact.shape[:-1], pattern.kernel_size))
    indices = _indices if _is_watched() else _kept_indices
    return kernel.index_copy(-1, indices(pattern, compact.device), compact)


def _is_watched() -> bool:
    """Return whether a tensor made now may be more than its memory, or part of a graph."""
    return (
        torch.compiler.is_compiling()
        or is_transformed()
        or torch._C._is_tracing()
        or torch._C._len_torch_dispatch_stack() > 0
    )


def _indices(pattern: Pattern, device: torch.device) -> Tensor:
    with torch.inference_mode(False):  # a tensor made in it could not be used to train
        return torch.tensor(pattern.indices, device=device)


_kept_indices = functools.lru_cache(maxsize=64)(_indices)


def _joined(compact: Tensor, pattern: Pattern) -> Tensor:
    """Write the compact parameters into a kernel by joining them with zeros."""
    pieces, first, end = [], 0, -pattern.origin
    for taps in pattern.runs:
        part = compact.narrow(-1, first, len(taps)).unsqueeze(-1)
        gaps = part.new_zeros((*part.shape[:-1], taps.step - 1))
        reach = taps[-1] - taps[0] + 1
        spread = torch.cat((part, gaps), -1).flatten(-2).narrow(-1, 0, reach)
        pieces += [compact.new_zeros((*compact.shape[:-1], taps[0] - end)), spread]
        first, end = first + len(taps), taps[0] + reach
    rest = pattern.kernel_size - pattern.origin - end
    return torch.cat((*pieces, compact.new_zeros((*compact.shape[:-1], rest))), -1)


def assembled(input: Tensor, kernel: Tensor, bias: Tensor | None, args: Arguments) -> Tensor:
    """Run backend "conv": one native `conv1d` with the assembled kernel, zeros included."""
    left, right = amounts(args.pattern, args.padding)
    if left == right and args.padding_mode == "zeros":  # conv1d pads by itself, without a copy
        return F.conv1d(input, kernel, bias, args.stride, left, 1, args.groups)
    padded = pad(input, left, right, args.padding_mode)
    return F.conv1d(padded, kernel, bias, args.stride, 0, 1, args.groups)


def branches(input: Tensor, compact: Tensor, bias: Tensor | None, args: Arguments) -> Tensor:
    """Run backend "branches": one native dilated `conv1d` per evenly spaced run of taps.

    All of them read views of one padded input; no gap is multiplied.
    """
    pattern, stride = args.pattern, args.stride
    padded = pad(input, *amounts(pattern, args.padding), args.padding_mode)
    places = padded.shape[-1] - pattern.kernel_size + 1  # of the kernel; one in `stride` is taken
    output: Tensor | None = None
    first = 0
    for taps in pattern.runs:
        start = taps.start + pattern.origin
        reach = (len(taps) - 1) * taps.step
        view = padded.narrow(-1, start, places + reach)
        weight = compact.narrow(-1, first, len(taps))
        part = F.conv1d(
            view, weight, bias if output is None else None, stride, 0, taps.step, args.groups
        )
        output = part if output is None else output + part
        first += len(taps)
    assert output is not None  # a pattern has at least one tap
    return output
