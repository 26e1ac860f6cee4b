"""The fused backend as operators of PyTorch: `pdviz::convolve` and `pdviz::convolve_backward`.

The layer is linear in its input and in its weights, so each gradient is again one of these two
with other tensors in it, and so are the gradients of the gradients. Which code runs depends on the
device; PyTorch sees an operator with a known shape and a known derivative, whatever runs.
"""

# torch.library has no types
# mypy: disable-error-code="no-untyped-call,untyped-decorator"

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import torch
from torch import Tensor

from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._padding import PADDING_MODES

_GEOMETRY: Final = (
    "int[] indices, int kernel_size, int stride, SymInt left, SymInt right, SymInt groups, "
    "str padding_mode"
)
_library: Final = torch.library.Library("pdviz", "DEF")
_library.define(f"convolve(Tensor input, Tensor weight, Tensor? bias, {_GEOMETRY}) -> Tensor")
_library.define(
    f"convolve_backward(Tensor upstream, Tensor input, Tensor weight, {_GEOMETRY}, "
    "bool[] wanted) -> (Tensor, Tensor, Tensor)"
)


def convolve(input: Tensor, weight: Tensor, bias: Tensor | None, *geometry: Any) -> Tensor:
    """The layer: (N, C, L), (out_channels, C // groups, T), (out_channels,) → (N, …, L_out)."""
    run: Any
    if torch.compiler.is_compiling():
        run = torch.ops.pdviz.convolve
    else:
        run = (_TransformedConvolve if _transformed() else _Convolve).apply
    result: Tensor = run(input, weight, bias, *geometry)
    return result


def convolve_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, *geometry_and_wanted: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of Σ upstream · convolve(input, weight, bias); empty where not wanted."""
    run: Any
    if torch.compiler.is_compiling():
        run = torch.ops.pdviz.convolve_backward
    elif _transformed():
        run = _TransformedConvolveBackward.apply
    else:
        run = _ConvolveBackward.apply if torch.is_grad_enabled() else _run_backward
    result: tuple[Tensor, Tensor, Tensor] = run(upstream, input, weight, *geometry_and_wanted)
    return result


_transformed: Final[Callable[[], bool]] = getattr(
    torch._C, "_are_functorch_transforms_active", lambda: True
)
"""Whether `torch.func` is at work, as `torch.autograd.Function` asks; True is never wrong."""


# What runs


def _widened(tensor: Tensor) -> Tensor:
    """Half precision is computed in float32."""
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


def _kernels(device: torch.device) -> ModuleType:
    """The code for a device: imported when first needed, as it brings a compiler with it."""
    if device.type == "cuda":
        from pdviz.conv._fused.cuda import backend as cuda

        return cuda
    from pdviz.conv._fused.cpu import backend as cpu

    return cpu


def _check(tensors: Sequence[Tensor], geometry: Any, backward: bool) -> None:
    """Raise where the kernels, which trust what they are told, would read other memory.

    The layer's own checks come first; this is for whoever calls the operators themselves. The
    tensors are input, weight, and bias or, `backward`, the output's gradient.
    """
    indices, kernel_size, stride, left, right, groups, mode = geometry
    input, weight = tensors[:2]
    known = stride >= 1 and groups >= 1 and min(left, right) >= 0 and mode in PADDING_MODES
    known = known and min(indices) >= 0 and max(indices) < kernel_size
    alike = all(t.dtype == input.dtype and t.device == input.device for t in tensors)
    dims = input.dim() == weight.dim() == 3
    fit = (
        known
        and dims
        and weight.shape[0] % groups == 0
        and weight.shape[2] == len(indices)
        and input.shape[1] == weight.shape[1] * groups
    )
    if fit and tensors[2:]:
        outputs = Geometry(*geometry).outputs(input.shape[-1])
        output = (input.shape[0], weight.shape[0], outputs)
        fit = tuple(tensors[2].shape) == (output if backward else (weight.shape[0],))
    if not (fit and alike):
        given = ", ".join(f"{t.dtype} {tuple(t.shape)} on {t.device}" for t in tensors)
        raise ValueError(f"pdviz::convolve: {given} do not fit each other and {tuple(geometry)}.")


def _convolve(input: Tensor, weight: Tensor, bias: Tensor | None, *geometry: Any) -> Tensor:
    _check([input, weight] + ([] if bias is None else [bias]), geometry, False)
    return _compute(input, weight, bias, *geometry)


def _compute(input: Tensor, weight: Tensor, bias: Tensor | None, *numbers: Any) -> Tensor:
    geometry = Geometry(tuple(numbers[0]), *numbers[1:])
    dtype = input.dtype
    if input.numel() == 0:
        outputs = geometry.outputs(input.shape[-1])
        return input.new_empty(input.shape[0], weight.shape[0], outputs)
    if input.device.type == "cpu":
        input, weight = _widened(input), _widened(weight)
        bias = None if bias is None else _widened(bias)
    bias = None if bias is None else bias.contiguous()
    kernels = _kernels(input.device)
    output: Tensor = kernels.forward(input.contiguous(), weight.contiguous(), bias, geometry)
    return output.to(dtype)


def _convolve_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, *rest: Any
) -> tuple[Tensor, Tensor, Tensor]:
    _check([input, weight, upstream], rest[:-1], True)
    return _compute_backward(upstream, input, weight, *rest)


def _compute_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, *rest: Any
) -> tuple[Tensor, Tensor, Tensor]:
    indices, *numbers, wanted = rest
    geometry = Geometry(tuple(indices), *numbers)
    dtype = input.dtype
    if input.numel() == 0:
        shapes = (input.shape, weight.shape, weight.shape[:1])
        gradients = [input.new_zeros(shape) for shape in shapes]
    else:
        if input.device.type == "cpu":
            upstream, input, weight = _widened(upstream), _widened(input), _widened(weight)
        tensors = (tensor.contiguous() for tensor in (upstream, input, weight))
        gradients = _kernels(input.device).backward(*tensors, geometry, tuple(wanted))
    empty = input.new_empty(0, dtype=dtype)
    x, w, b = (
        gradient.to(dtype) if wish else empty.clone()
        for gradient, wish in zip(gradients, wanted, strict=True)
    )
    return x, w, b


_PLAIN: Final = {Tensor, torch.nn.Parameter}


def _run(input: Tensor, weight: Tensor, bias: Tensor | None, *geometry: Any) -> Tensor:
    """Straight to the kernels where PyTorch has nothing to do for the operator."""
    plain = type(input) in _PLAIN and input.device.type in ("cpu", "cuda")
    run = _compute if plain else torch.ops.pdviz.convolve
    result: Tensor = run(input, weight, bias, *geometry)
    return result


def _run_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, *rest: Any
) -> tuple[Tensor, Tensor, Tensor]:
    plain = type(upstream) in _PLAIN and type(input) in _PLAIN
    plain = plain and upstream.device.type in ("cpu", "cuda")
    run = _compute_backward if plain else torch.ops.pdviz.convolve_backward
    result: tuple[Tensor, Tensor, Tensor] = run(upstream, input, weight, *rest)
    return result


for _key in ("CPU", "CUDA"):
    _library.impl("convolve", _convolve, _key)
    _library.impl("convolve_backward", _convolve_backward, _key)


# What PyTorch knows of them: shapes, derivatives, batches of them


@torch.library.register_fake("pdviz::convolve", lib=_library)
def _(input: Tensor, weight: Tensor, bias: Tensor | None, *geometry: Any) -> Tensor:
    outputs = Geometry(*geometry).outputs(input.shape[-1])
    return input.new_empty(input.shape[0], weight.shape[0], outputs)


@torch.library.register_fake("pdviz::convolve_backward", lib=_library)
def _(upstream: Tensor, input: Tensor, weight: Tensor, *rest: Any) -> tuple[Tensor, Tensor, Tensor]:
    wanted = rest[-1]
    shapes = (input.shape, weight.shape, weight.shape[:1])
    x, w, b = (
        input.new_empty(shape if wish else (0,)) for shape, wish in zip(shapes, wanted, strict=True)
    )
    return x, w, b


def _save(ctx: Any, *tensors: Tensor) -> None:
    ctx.save_for_backward(*tensors)
    if isinstance(ctx, torch.autograd.function.FunctionCtx):  # not what torch.library passes
        ctx.save_for_forward(*tensors)


def _add(terms: Sequence[Tensor]) -> Tensor | None:
    return sum(terms[1:], terms[0]) if terms else None


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    input, weight, _bias, *ctx.geometry = inputs
    ctx.size = output.shape
    _save(ctx, input, weight)


def _differentiate(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
    input, weight = ctx.saved_tensors
    wanted = list(ctx.needs_input_grad[:3])
    gradients = convolve_backward(upstream, input, weight, *ctx.geometry, wanted)
    chosen = (g if wish else None for g, wish in zip(gradients, wanted, strict=True))
    return *chosen, *(None for _ in ctx.geometry)


def _remember_backward(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    upstream, input, weight, *ctx.geometry, ctx.wanted = inputs
    _save(ctx, upstream, input, weight)
    ctx.set_materialize_grads(False)


def _differentiate_backward(
    ctx: Any, x: Tensor | None, w: Tensor | None, b: Tensor | None
) -> tuple[Tensor | None, ...]:
    """For Σ x · ∂input + Σ w · ∂weight + Σ b · ∂bias = Σ upstream · layer(x; weight; 0)
    + Σ upstream · layer(input; w; b), the derivatives by upstream, input and weight.
    """
    upstream, input, weight = ctx.saved_tensors
    geometry, wanted = ctx.geometry, ctx.wanted
    x, w, b = (g if wish else None for g, wish in zip((x, w, b), wanted, strict=True))
    by_upstream = by_input = by_weight = None
    if ctx.needs_input_grad[0]:
        terms = []
        if x is not None:
            terms.append(convolve(x, weight, None, *geometry))
        if w is not None or b is not None:
            terms.append(
                convolve(input, torch.zeros_like(weight) if w is None else w, b, *geometry)
            )
        by_upstream = _add(terms)
    if ctx.needs_input_grad[1] and w is not None:
        only = [True, False, False]
        by_input = convolve_backward(upstream, input, w, *geometry, only)[0]
    if ctx.needs_input_grad[2] and x is not None:
        only = [False, True, False]
        by_weight = convolve_backward(upstream, x, weight, *geometry, only)[1]
    return by_upstream, by_input, by_weight, *(None for _ in geometry), None


torch.library.register_autograd(
    "pdviz::convolve", _differentiate, setup_context=_remember, lib=_library
)
torch.library.register_autograd(
    "pdviz::convolve_backward",
    _differentiate_backward,
    setup_context=_remember_backward,
    lib=_library,
)


def _one_by_one(operator: Callable[..., Any]) -> Callable[..., Any]:
    """`vmap` over any of an operator's tensors, by a loop."""

    def run(info: Any, in_dims: tuple[Any, ...], *arguments: Any) -> tuple[Any, Any]:
        results = []
        for i in range(info.batch_size):
            chosen = (
                argument.select(dim, i) if isinstance(dim, int) else argument
                for argument, dim in zip(arguments, in_dims, strict=True)
            )
            results.append(operator(*chosen))
        if isinstance(results[0], Tensor):
            return torch.stack(results), 0
        return tuple(torch.stack(column) for column in zip(*results, strict=True)), (0, 0, 0)

    return run


class _Convolve(torch.autograd.Function):
    """The operator outside of a compiled graph: that of `torch.library` has no forward mode, cannot
    be transformed by `torch.func`, and is dearer to call.
    """

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        """The layer's output."""
        output = _run(*arguments)
        _remember(ctx, arguments, output)
        return output

    backward = staticmethod(_differentiate)

    @staticmethod
    def jvp(ctx: Any, x: Tensor | None, w: Tensor | None, b: Tensor | None, *_: None) -> Any:
        """The derivative along (x, w, b): it is linear in the input, and in weights and bias."""
        input, weight = ctx.saved_tensors
        terms = [] if x is None else [convolve(x, weight, None, *ctx.geometry)]
        if w is not None:
            terms.append(convolve(input, w, None, *ctx.geometry))
        if b is not None:
            terms.append(b[:, None].expand(ctx.size))
        return _add(terms)


class _ConvolveBackward(torch.autograd.Function):
    """The same for the gradients."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, ...]:
        """The gradients of input, weight and bias."""
        outputs = _run_backward(*arguments)
        _remember_backward(ctx, arguments, outputs)
        return outputs

    backward = staticmethod(_differentiate_backward)

    @staticmethod
    def jvp(ctx: Any, g: Tensor | None, x: Tensor | None, w: Tensor | None, *_: None) -> Any:
        """The derivative along (g, x, w) of ∂input (by g and w), ∂weight (g and x), ∂bias (g)."""
        upstream, input, weight = ctx.saved_tensors
        geometry, wanted = ctx.geometry, ctx.wanted
        empty = input.new_zeros(0)
        found = [
            torch.zeros_like(tensor) if wish else empty
            for tensor, wish in zip((input, weight, weight[:, 0, 0]), wanted, strict=True)
        ]
        if g is not None:
            found = list(convolve_backward(g, input, weight, *geometry, wanted))
        if x is not None and wanted[1]:
            only = [False, True, False]
            found[1] = found[1] + convolve_backward(upstream, x, weight, *geometry, only)[1]
        if w is not None and wanted[0]:
            only = [True, False, False]
            found[0] = found[0] + convolve_backward(upstream, input, w, *geometry, only)[0]
        return tuple(found)


class _TransformedConvolve(_Convolve):
    """As `torch.func` wants it: what is remembered apart from what is computed."""

    forward = staticmethod(  # type: ignore[assignment]
        lambda *arguments: torch.ops.pdviz.convolve(*arguments)
    )
    setup_context = staticmethod(_remember)
    vmap = staticmethod(_one_by_one(convolve))


class _TransformedConvolveBackward(_ConvolveBackward):
    """The same for the gradients."""

    forward = staticmethod(  # type: ignore[assignment]
        lambda *arguments: torch.ops.pdviz.convolve_backward(*arguments)
    )
    setup_context = staticmethod(_remember_backward)
    vmap = staticmethod(_one_by_one(convolve_backward))


torch.library.register_vmap("pdviz::convolve", _one_by_one(convolve), lib=_library)
torch.library.register_vmap(
    "pdviz::convolve_backward", _one_by_one(convolve_backward), lib=_library
)
