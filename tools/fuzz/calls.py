"""The kinds of call: what is run with which arguments, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz import PartiallyDilatedConv1d, partially_dilated_conv1d
from pdviz.conv.streaming import flush, init_state, step
from pdviz.conv.variants import partially_dilated_conv_transpose1d
from tools.fuzz.drawing import JUNK, Drawing, Sizes, plain


@dataclass
class Call:
    """What is run with which arguments, what must come of it, and whether it must work."""

    name: str
    run: Callable[..., Any]
    arguments: dict[str, Any]
    expected: Callable[[], Tensor] | None
    sure: bool
    dtype: torch.dtype
    notes: list[str]


def make(seed: int, number: int) -> Call:
    """Draw a call; every fifth has one argument of another kind."""
    drawing = Drawing(seed, number)
    call = drawing.random.choice(KINDS)(drawing)
    if drawing.random.random() < 0.2:
        wrong = drawing.random.choice(list(call.arguments))
        call.arguments[wrong] = drawing.random.choice(JUNK)
        call.notes.append(f"{wrong}={call.arguments[wrong]!r}")
        call.expected, call.sure = None, False
    if drawing.sizes.device == "meta" or call.dtype == torch.bool:
        call.expected = None
    return call


def _call(drawing: Drawing, run: Callable[..., Any], **rest: Any) -> Call:
    name = getattr(run, "__name__", "").lstrip("_")
    return Call(name=name, run=run, dtype=drawing.sizes.dtype, notes=drawing.notes, **rest)


def _convolution(sizes: Sizes, x: Tensor, w: Tensor, b: Tensor | None) -> Tensor:
    """Compute what is right, by `conv1d` on the assembled kernel."""
    kernel = w.new_zeros(*w.shape[:2], sizes.pattern.kernel_size)
    kernel = kernel.index_add(-1, torch.tensor(sizes.pattern.indices), w)
    if any(sizes.sides):
        x = F.pad(x, sizes.sides, mode="constant" if sizes.mode == "zeros" else sizes.mode)
    stride = min(sizes.stride, max(1, x.shape[-1]))
    return F.conv1d(x, kernel, b, stride, 0, 1, sizes.groups)


def _gradients(y: Tensor, tensors: Sequence[Tensor | None], upstream: Tensor) -> Tensor:
    """Return the gradients of these that are not None, side by side."""
    present = [tensor for tensor in tensors if tensor is not None]
    return torch.cat([each.flatten() for each in torch.autograd.grad(y, present, upstream)])


def _parts(drawing: Drawing) -> tuple[Tensor, Tensor, Tensor | None]:
    """Draw input, weight and bias."""
    sizes = drawing.sizes
    return (
        drawing.tensor(sizes.batch, sizes.channels, sizes.length),
        drawing.tensor(sizes.out_channels, sizes.inside, sizes.pattern.taps),
        drawing.maybe(sizes.out_channels),
    )


def _right(drawing: Drawing, x: Tensor, w: Tensor, b: Tensor | None) -> Callable[[], Tensor]:
    def right() -> Tensor:
        bias = None if b is None else plain(b)
        return _convolution(drawing.sizes, plain(x), plain(w), bias)

    return right


def _layer(drawing: Drawing) -> Call:
    sizes = drawing.sizes
    x, w, b = _parts(drawing)

    def layer(input: Tensor, **arguments: Any) -> Any:
        module = PartiallyDilatedConv1d(
            bias=b is not None, device=sizes.device, dtype=sizes.dtype, **arguments
        )
        with torch.no_grad():
            module.weight.copy_(w)
            if module.bias is not None and b is not None:
                module.bias.copy_(b)
        return module(input)

    arguments = {"input": x, "in_channels": sizes.channels, "out_channels": sizes.out_channels}
    arguments |= {"pattern": sizes.pattern, **sizes.options}
    right = _right(drawing, x, w, b)
    return _call(drawing, layer, arguments=arguments, expected=right, sure=sizes.possible)


def _arguments(drawing: Drawing) -> tuple[dict[str, Any], tuple[Tensor, Tensor, Tensor | None]]:
    """Draw the function's arguments; and its tensors, the weights in one."""
    pattern = drawing.sizes.pattern
    x, w, b = _parts(drawing)
    lengths = (len(pattern.left), len(pattern.island), len(pattern.right))
    parts = dict(zip(("left", "island", "right"), w.split(lengths, -1), strict=True))
    arguments = {"input": x, **parts, "pattern": pattern, "bias": b, **drawing.sizes.options}
    return arguments, (x, w, b)


def _function(drawing: Drawing) -> Call:
    arguments, tensors = _arguments(drawing)
    right, sure = _right(drawing, *tensors), drawing.sizes.possible
    run = partially_dilated_conv1d
    return _call(drawing, run, arguments=arguments, expected=right, sure=sure)


def _gradient(drawing: Drawing) -> Call:
    sizes = drawing.sizes
    arguments, (x, w, b) = _arguments(drawing)
    length = sizes.length + sum(sizes.sides) - sizes.pattern.kernel_size
    upstream = drawing.tensor(sizes.batch, sizes.out_channels, max(0, length // sizes.stride + 1))
    frozen = drawing.random.random() < 0.3
    names = ("input",) if frozen else ("input", "left", "island", "right", "bias")

    def gradient(upstream: Tensor, **arguments: Any) -> Tensor:
        for name in names:
            value = arguments[name]
            if isinstance(value, Tensor) and value.is_floating_point():
                arguments[name] = value.detach().requires_grad_()
        tensors = [arguments[name] for name in names]
        return _gradients(partially_dilated_conv1d(**arguments), tensors, upstream)

    def right() -> Tensor:
        tensors = [None if each is None else plain(each).requires_grad_() for each in (x, w, b)]
        y = _convolution(sizes, *tensors)  # type: ignore[arg-type]  # the first two are tensors
        pattern = sizes.pattern
        first, second, third = (tensors[0], *tensors[1:])
        if frozen:
            return _gradients(y, [first], plain(upstream))
        assert second is not None
        values = _gradients(y, [first, second, third], plain(upstream))
        rest = values[x.numel() : x.numel() + w.numel()].view(w.shape)
        lengths = (len(pattern.left), len(pattern.island), len(pattern.right))
        by_part = [part.flatten() for part in rest.split(lengths, -1)]
        return torch.cat([values[: x.numel()], *by_part, values[x.numel() + w.numel() :]])

    sure = sizes.possible and sizes.batch > 0
    arguments = {"upstream": upstream, **arguments}
    return _call(drawing, gradient, arguments=arguments, expected=right, sure=sure)


_NAMES: Final = ("indices", "kernel_size", "stride", "left", "right", "groups", "padding_mode")


def _geometry(sizes: Sizes) -> dict[str, Any]:
    pattern = sizes.pattern
    values = (list(pattern.indices), pattern.kernel_size, sizes.stride, *sizes.sides, sizes.groups)
    return dict(zip(_NAMES, (*values, sizes.mode), strict=True))


def _operator(drawing: Drawing) -> Call:
    x, w, b = _parts(drawing)
    arguments = {"input": x, "weight": w, "bias": b, **_geometry(drawing.sizes)}

    def operator(**arguments: Any) -> Any:
        return torch.ops.pdviz.convolve(*arguments.values())

    right, sure = _right(drawing, x, w, b), drawing.sizes.possible
    return _call(drawing, operator, arguments=arguments, expected=right, sure=sure)


def _backward_operator(drawing: Drawing) -> Call:
    sizes = drawing.sizes
    x, w, _ = _parts(drawing)
    length = sizes.length + sum(sizes.sides) - sizes.pattern.kernel_size
    upstream = drawing.tensor(sizes.batch, sizes.out_channels, max(0, length // sizes.stride + 1))
    needs = [drawing.random.random() < 0.7 for _ in range(3)]
    arguments = {"upstream": upstream, "input": x, "weight": w, **_geometry(sizes)}
    arguments["needs_grad"] = needs

    def backward_operator(**arguments: Any) -> Tensor:
        results = torch.ops.pdviz.convolve_backward(*arguments.values())
        kept = zip(results, arguments["needs_grad"], strict=True)
        return torch.cat([each.flatten() for each, need in kept if need])

    def right() -> Tensor:
        bias = torch.zeros(sizes.out_channels, dtype=torch.float64)
        tensors = [each.requires_grad_() for each in (plain(x), plain(w), bias)]
        y = _convolution(sizes, *tensors)
        chosen = [each for each, need in zip(tensors, needs, strict=True) if need]
        return _gradients(y, chosen, plain(upstream))

    sure = sizes.possible and sizes.batch > 0 and any(needs)
    return _call(drawing, backward_operator, arguments=arguments, expected=right, sure=sure)


def _transpose(drawing: Drawing) -> Call:
    sizes, (left, right) = drawing.sizes, drawing.sizes.sides
    stride = min(sizes.stride, 50)
    extra = drawing.random.randrange(stride)
    x = drawing.tensor(sizes.batch, sizes.channels, min(sizes.length, 200))
    w = drawing.tensor(sizes.channels, sizes.outside, sizes.pattern.taps)
    b = drawing.maybe(sizes.out_channels)
    outputs = (x.shape[-1] - 1) * stride + sizes.pattern.kernel_size - left - right + extra
    arguments = {
        **{"input": x, "weight": w, "pattern": sizes.pattern, "bias": b, "stride": stride},
        **{"padding": sizes.padding, "groups": sizes.groups, "output_padding": extra},
        "backend": sizes.backend.replace("branches", "conv"),
    }

    def transposed() -> Tensor:
        kernel = plain(w).new_zeros(*w.shape[:2], sizes.pattern.kernel_size)
        kernel[..., list(sizes.pattern.indices)] = plain(w)
        bias = None if b is None else plain(b)
        whole = F.conv_transpose1d(plain(x), kernel, bias, stride, 0, extra, sizes.groups)
        return whole[..., left : left + outputs]

    sure = sizes.real and x.shape[-1] > 0 and outputs > 0
    run = partially_dilated_conv_transpose1d
    return _call(drawing, run, arguments=arguments, expected=transposed, sure=sure)


def _stream(drawing: Drawing) -> Call:
    sizes = drawing.sizes
    if sizes.stride > 100:  # whose state would be so long
        drawing.sizes = sizes = replace(sizes, stride=100)
    x, w, b = _parts(drawing)
    few = drawing.random.choice((1, 3, 16, 100))
    sure = sizes.possible and sizes.mode in ("zeros", "replicate") and sizes.batch > 0
    sure &= sizes.device == "cpu"

    def stream(
        input: Tensor, weight: Tensor, bias: Tensor | None, backend: str, **options: Any
    ) -> Tensor:
        state = init_state(weight, sizes.pattern, batch=sizes.batch, **options)
        rest: dict[str, Any] = {"backend": backend, **options}
        outputs = []
        whole = isinstance(input, Tensor) and input.dim() > 0
        blocks = input.split(max(few, input.shape[-1] // 20), -1) if whole else [input]
        for block in blocks:
            output, state = step(state, block, weight, sizes.pattern, bias, **rest)
            outputs.append(output)
        last = flush(state, weight, sizes.pattern, bias, **rest)
        return torch.cat([*outputs, last], -1)

    arguments = {"input": x, "weight": w, "bias": b, **sizes.options}
    right = _right(drawing, x, w, b)
    return _call(drawing, stream, arguments=arguments, expected=right, sure=sure)


KINDS: Final = (_layer, _function, _gradient, _operator, _backward_operator, _transpose, _stream)
