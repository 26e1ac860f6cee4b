"""The fused backend as operators of PyTorch: `pdviz::convolve` and `pdviz::convolve_backward`.

The layer is linear in its input and in its weights, so each gradient is again one of these two
with other tensors in it, and so are the gradients of the gradients. Which code runs depends on the
device; PyTorch sees an operator with a known shape and a known derivative, whatever runs.
"""

# torch.library has no types
# mypy: disable-error-code="no-untyped-call,untyped-decorator"

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from types import ModuleType
from typing import Any, Final, cast

import torch
from torch import Tensor
from torch._functorch.utils import enable_single_level_autograd_function
from torch.autograd.forward_ad import _set_fwd_grad_enabled as set_forward_grad
from torch.autograd.function import _SingleLevelFunction as SingleLevelFunction
from torch.utils.flop_counter import register_flop_formula

from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._fused.sharding import know_shardings
from pdviz.conv._padding import PADDING_MODES

_GEOMETRY: Final = (
    "int[] indices, int kernel_size, int stride, SymInt left, SymInt right, SymInt groups, "
    "str padding_mode"
)
DTYPES: Final = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
"""What the kernels compute."""
_library: Final = torch.library.Library("pdviz", "DEF")
_library.define(f"convolve(Tensor input, Tensor weight, Tensor? bias, {_GEOMETRY}) -> Tensor")
_library.define(
    f"convolve_backward(Tensor upstream, Tensor input, Tensor weight, {_GEOMETRY}, "
    "bool[] needs_grad) -> (Tensor, Tensor, Tensor)"
)


def convolve(input: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
    """Run the layer: (N, C, L), (out_channels, C // groups, T), (out_channels,) → (N, …, L_out)."""
    result: Tensor
    if torch.compiler.is_compiling() or _transformed():
        result = torch.ops.pdviz.convolve(input, weight, bias, *geometry)
    else:
        result = _Convolve.apply(input, weight, bias, geometry)
    return result


def convolve_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, geometry: Geometry, needs: Sequence[bool]
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of Σ upstream · convolve(input, weight, bias).

    `needs` says which of the three are needed; the others are empty.
    """
    run: Any
    if torch.compiler.is_compiling() or _transformed():
        result = torch.ops.pdviz.convolve_backward(upstream, input, weight, *geometry, needs)
        return cast(tuple[Tensor, Tensor, Tensor], result)
    run = _ConvolveBackward.apply if torch.is_grad_enabled() else _run_backward
    return cast(tuple[Tensor, Tensor, Tensor], run(upstream, input, weight, geometry, needs))


_transformed: Final[Callable[[], bool]] = getattr(
    torch._C, "_are_functorch_transforms_active", lambda: True
)
"""Whether `torch.func` is at work, as `torch.autograd.Function` asks; True is never wrong."""


def is_transformed() -> bool:
    """Return whether tensors may be more than what they hold: `torch.func` or a mode is at work."""
    return _transformed() or torch._C._len_torch_dispatch_stack() > 0


# What runs


def _widened(tensor: Tensor) -> Tensor:
    """Bring half precision to float32, in which it is computed."""
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


def _kernels(device: torch.device) -> ModuleType:
    """Import the code for a device when it is first needed: it brings a compiler with it."""
    if device.type == "cuda":
        from pdviz.conv._fused.cuda import backend as cuda

        return cuda
    from pdviz.conv._fused.cpu import backend as cpu

    return cpu


def _check(tensors: Sequence[Tensor], geometry: Geometry, backward: bool) -> None:
    """Raise where the kernels, which check nothing, would read memory outside the tensors.

    The layer's own checks come first; this one is for direct calls of the operators. The tensors
    are input, weight, and bias or, `backward`, the output's gradient.
    """
    indices, kernel_size, stride, left, right, groups, mode = geometry
    _check_kinds(tensors, stride)
    input, weight = tensors[:2]
    valid = groups >= 1 and min(left, right) >= 0 and mode in PADDING_MODES
    valid = valid and len(indices) > 0 and min(indices) >= 0 and max(indices) < kernel_size
    alike = all(t.dtype == input.dtype and t.device == input.device for t in tensors)
    fit = (
        valid
        and _reaches(input.shape[-1], geometry)
        and weight.shape[0] % groups == 0
        and weight.shape[2] == len(indices)
        and input.shape[1] == weight.shape[1] * groups
    )
    if fit and tensors[2:]:
        outputs = geometry.outputs(input.shape[-1])
        output = (input.shape[0], weight.shape[0], outputs)
        fit = tuple(tensors[2].shape) == (output if backward else (weight.shape[0],))
    if not (fit and alike):
        texts = ", ".join(f"{t.dtype} {tuple(t.shape)} on {t.device}" for t in tensors)
        raise ValueError(f"pdviz::convolve: {texts} do not fit each other and {tuple(geometry)}.")


def _check_kinds(tensors: Sequence[Tensor], stride: int) -> None:
    """Raise where not even a shape could be computed; asks nothing of a size left open."""
    if not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise TypeError("pdviz::convolve: all but `bias` must be tensors, and one is None.")
    input, weight = tensors[:2]
    if input.dtype not in DTYPES:
        raise TypeError(f"pdviz::convolve: it takes {DTYPES}, and `input` is {input.dtype}.")
    if input.dim() != 3 or weight.dim() != 3 or stride < 1:
        raise ValueError(
            f"pdviz::convolve: {tuple(input.shape)}, {tuple(weight.shape)} and `stride` "
            f"(={stride}) do not fit: input and weight have 3 axes, and the stride is at least 1."
        )


def _check_needs(needs: Sequence[bool]) -> None:
    """Raise unless they are of input, weight and bias."""
    if len(needs) != 3:
        raise ValueError(f"pdviz::convolve_backward: `needs_grad` (={needs}) must be three bools.")


def _reaches(length: int, geometry: Geometry) -> bool:
    """Return whether an input so long can be padded so, and is then as long as the kernel."""
    left, right = geometry.left, geometry.right
    most = {"reflect": length - 1, "circular": length}.get(geometry.padding_mode)
    padded = most is None or max(left, right) <= most
    return length > 0 and padded and left + length + right >= geometry.kernel_size


def _convolve(input: Tensor, weight: Tensor, bias: Tensor | None, *arguments: Any) -> Tensor:
    geometry = Geometry.read(arguments)
    _check([input, weight] + ([] if bias is None else [bias]), geometry, False)
    return _compute(input, weight, bias, geometry).contiguous()  # as a graph expects it


def _compute(input: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
    dtype = input.dtype
    if input.numel() == 0:
        outputs = geometry.outputs(input.shape[-1])
        return input.new_empty(input.shape[0], weight.shape[0], outputs)
    if input.device.type == "cpu":
        input, weight = _widened(input), _widened(weight)
        bias = None if bias is None else _widened(bias)
    else:
        input = input.contiguous()  # the CPU's code looks at the strides
    bias = None if bias is None else bias.contiguous()
    kernels, geometry = _kernels(input.device), geometry.within(input.shape[-1])
    output: Tensor = kernels.forward(input, weight.contiguous(), bias, geometry)
    return output.to(dtype)


def _convolve_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, *arguments: Any
) -> tuple[Tensor, Tensor, Tensor]:
    *numbers, needs = arguments
    geometry = Geometry.read(numbers)
    _check_needs(needs)
    _check([input, weight, upstream], geometry, True)
    x, w, b = _compute_backward(upstream, input, weight, geometry, needs)
    return x.contiguous(), w, b  # as a graph expects it


def _compute_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, geometry: Geometry, needs: Sequence[bool]
) -> tuple[Tensor, Tensor, Tensor]:
    dtype = input.dtype
    if input.numel() == 0:
        shapes = (input.shape, weight.shape, weight.shape[:1])
        gradients = [input.new_zeros(shape) for shape in shapes]
    else:
        if input.device.type == "cpu":  # its code looks at the strides
            upstream, weight = _widened(upstream), _widened(weight)
            input = _widened(input) if needs[1] else input
        else:
            upstream = upstream.contiguous()
            input = input.contiguous() if needs[1] else input
        if not needs[1]:  # its shape is all that is read
            input = weight.new_empty(()).expand(input.shape)
        weight = weight.contiguous()
        geometry = geometry.within(input.shape[-1])
        kernels = _kernels(input.device)
        gradients = kernels.backward(upstream, input, weight, geometry, tuple(needs))
    empty = input.new_empty(0, dtype=dtype)
    x, w, b = (
        gradient.to(dtype) if need else empty.clone()
        for gradient, need in zip(gradients, needs, strict=True)
    )
    return x, w, b


_PLAIN: Final = {Tensor, torch.nn.Parameter}


def _plain_keys() -> int:
    """Return as bits the dispatch keys that a plain tensor in memory may have."""
    keys = torch._C.DispatchKeySet(torch._C.DispatchKey.ADInplaceOrView)
    for device in ("CPU", "CUDA"):
        for name in (device, f"Autograd{device}", f"Autocast{device}"):
            keys = keys.add(getattr(torch._C.DispatchKey, name))
    return int(keys.raw_repr())


_OTHER_KEYS: Final = ~_plain_keys()


def is_direct(*tensors: Tensor | None) -> bool:
    """Return whether PyTorch has nothing to do for the operator, so that the kernels may run.

    It has where a mode listens, as fake tensors and tracing do, and where a tensor is more than its
    memory: a subclass, a batch of `vmap`, a view that negates or conjugates, a shape alone.
    """
    if torch._C._len_torch_dispatch_stack():
        return False
    for tensor in tensors:
        if tensor is None:
            continue
        if type(tensor) not in _PLAIN or torch._C._dispatch_keys(tensor).raw_repr() & _OTHER_KEYS:
            return False
    return True


def _run(input: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
    """Call the kernels directly where that is the same as calling the operator."""
    if is_direct(input, weight, bias):
        return _compute(input, weight, bias, geometry)
    know_shardings()
    result: Tensor = torch.ops.pdviz.convolve(input, weight, bias, *geometry)
    return result


def _run_backward(
    upstream: Tensor, input: Tensor, weight: Tensor, geometry: Geometry, needs: Sequence[bool]
) -> tuple[Tensor, Tensor, Tensor]:
    if is_direct(upstream, input, weight):
        return _compute_backward(upstream, input, weight, geometry, needs)
    know_shardings()
    result = torch.ops.pdviz.convolve_backward(upstream, input, weight, *geometry, needs)
    return cast(tuple[Tensor, Tensor, Tensor], result)


for _key in ("CPU", "CUDA"):
    _library.impl("convolve", _convolve, _key)
    _library.impl("convolve_backward", _convolve_backward, _key)


# What PyTorch knows of them: shapes, derivatives, batches of them


@torch.library.register_fake("pdviz::convolve", lib=_library)
def _(input: Tensor, weight: Tensor, bias: Tensor | None, *arguments: Any) -> Tensor:
    geometry = Geometry.read(arguments)
    _check_kinds([input, weight], geometry.stride)
    return input.new_empty(input.shape[0], weight.shape[0], geometry.outputs(input.shape[-1]))


@torch.library.register_fake("pdviz::convolve_backward", lib=_library)
def _(
    upstream: Tensor, input: Tensor, weight: Tensor, *arguments: Any
) -> tuple[Tensor, Tensor, Tensor]:
    *numbers, needs = arguments
    _check_kinds([input, weight, upstream], Geometry.read(numbers).stride)
    _check_needs(needs)
    shapes = (input.shape, weight.shape, weight.shape[:1])
    x, w, b = (
        input.new_empty(shape if need else (0,)) for shape, need in zip(shapes, needs, strict=True)
    )
    return x, w, b


@register_flop_formula(torch.ops.pdviz.convolve)
def _flops(
    input: Sequence[int], weight: Sequence[int], *_: Any, out_shape: Sequence[int], **__: Any
) -> int:
    """Count multiplications and additions at the taps, from shapes, as PyTorch counts them."""
    return 2 * prod(out_shape) * prod(weight[1:])


@register_flop_formula(torch.ops.pdviz.convolve_backward)
def _backward_flops(
    upstream: Sequence[int], input: Sequence[int], weight: Sequence[int], *rest: Any, **_: Any
) -> int:
    """Count those of the gradients that are needed: of the input, and of the weights."""
    needs: Sequence[bool] = rest[-1]
    return 2 * prod(upstream) * prod(weight[1:]) * sum(needs[:2])


def _save(ctx: Any, *tensors: Tensor) -> None:
    ctx.save_for_backward(*tensors)
    ctx.save_for_forward(*tensors)


def _add(terms: Sequence[Tensor]) -> Tensor | None:
    return sum(terms[1:], terms[0]) if terms else None


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    input, weight, _bias, ctx.geometry = inputs
    ctx.size = output.shape
    _save(ctx, input, weight)


def _differentiate(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
    input, weight = ctx.saved_tensors
    needs = list(ctx.needs_input_grad[:3])
    gradients = convolve_backward(upstream, input, weight, ctx.geometry, needs)
    return *(g if need else None for g, need in zip(gradients, needs, strict=True)), None


def _remember_backward(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    upstream, input, weight, ctx.geometry, ctx.needs = inputs
    _save(ctx, upstream, input, weight)
    ctx.set_materialize_grads(False)


def _differentiate_backward(
    ctx: Any, x: Tensor | None, w: Tensor | None, b: Tensor | None
) -> tuple[Tensor | None, ...]:
    """Differentiate Σ x · ∂input + Σ w · ∂weight + Σ b · ∂bias by upstream, input and weight.

    It is Σ upstream · layer(x; weight; 0) + Σ upstream · layer(input; w; b).
    """
    upstream, input, weight = ctx.saved_tensors
    geometry = ctx.geometry
    x, w, b = (g if need else None for g, need in zip((x, w, b), ctx.needs, strict=True))
    by_upstream = by_input = by_weight = None
    if ctx.needs_input_grad[0]:
        terms = []
        if x is not None:
            terms.append(convolve(x, weight, None, geometry))
        if w is not None or b is not None:
            weight_or_zeros = torch.zeros_like(weight) if w is None else w
            terms.append(convolve(input, weight_or_zeros, b, geometry))
        by_upstream = _add(terms)
    if ctx.needs_input_grad[1] and w is not None:
        only = [True, False, False]
        by_input = convolve_backward(upstream, input, w, geometry, only)[0]
    if ctx.needs_input_grad[2] and x is not None:
        only = [False, True, False]
        by_weight = convolve_backward(upstream, x, weight, geometry, only)[1]
    return by_upstream, by_input, by_weight, None, None


def _one_by_one(operator: Callable[..., Any]) -> Callable[..., Any]:
    """Make the `vmap` over any of an operator's tensors, by a loop."""

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
    """The layer outside of a compiled graph, with the derivatives.

    The operator of `torch.library` lacks forward mode and `torch.func`, and costs more per call.
    """

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        """Compute the layer's output."""
        output = _run(*arguments)
        _remember(ctx, arguments, output)
        return output

    backward = staticmethod(_differentiate)

    @staticmethod
    def jvp(ctx: Any, x: Tensor | None, w: Tensor | None, b: Tensor | None, *_: None) -> Any:
        """Differentiate along (x, w, b): linear in the input, and in weights and bias."""
        input, weight = ctx.saved_tensors
        terms = [] if x is None else [convolve(x, weight, None, ctx.geometry)]
        if w is not None:
            terms.append(convolve(input, w, None, ctx.geometry))
        if b is not None:
            terms.append(b[:, None].expand(ctx.size))
        return _add(terms)


class _ConvolveBackward(torch.autograd.Function):
    """The layer's gradients outside of a compiled graph, with their derivatives."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, ...]:
        """Compute the gradients of input, weight and bias."""
        outputs = _run_backward(*arguments)
        _remember_backward(ctx, arguments, outputs)
        return outputs

    backward = staticmethod(_differentiate_backward)

    @staticmethod
    def jvp(ctx: Any, g: Tensor | None, x: Tensor | None, w: Tensor | None, *_: None) -> Any:
        """Differentiate ∂input (along g and w), ∂weight (along g and x) and ∂bias (along g)."""
        upstream, input, weight = ctx.saved_tensors
        geometry, needs = ctx.geometry, ctx.needs
        empty = input.new_zeros(0)
        tangents = [
            torch.zeros_like(tensor) if need else empty
            for tensor, need in zip((input, weight, weight[:, 0, 0]), needs, strict=True)
        ]
        if g is not None:
            tangents = list(convolve_backward(g, input, weight, geometry, needs))
        if x is not None and needs[1]:
            by_x = convolve_backward(upstream, x, weight, geometry, [False, True, False])
            tangents[1] = tangents[1] + by_x[1]
        if w is not None and needs[0]:
            by_w = convolve_backward(upstream, input, w, geometry, [True, False, False])
            tangents[0] = tangents[0] + by_w[0]
        return tuple(tangents)


_NUMBERS: Final = len(Geometry._fields)


def _packed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of three tensors and a `Geometry` take an operator's arguments."""

    def call(*arguments: Any) -> Any:
        numbers, rest = arguments[3 : 3 + _NUMBERS], arguments[3 + _NUMBERS :]
        return function(*arguments[:3], Geometry.read(numbers), *rest)

    return call


def _register_autograd(name: str, eager: type[torch.autograd.Function], remember: Any) -> None:
    """Give an operator the derivatives of its eager form, in the way that `torch.func` takes.

    What `torch.library.register_autograd` makes has neither `torch.func` nor forward mode.
    """
    operator = getattr(torch.ops.pdviz, name).default

    class Operator(SingleLevelFunction):
        jvp = staticmethod(eager.jvp)

        @staticmethod
        def forward(*arguments: Any) -> Any:
            first, second, third, geometry, *rest, (keys, grad, forward_grad) = arguments
            below = keys & torch._C._after_autograd_keyset
            # A function runs without gradients: the next level of `torch.func` has its own.
            with (
                torch.set_grad_enabled(grad),
                set_forward_grad(forward_grad),
                torch._C._AutoDispatchBelowAutograd(),
            ):
                return operator.redispatch(below, first, second, third, *geometry, *rest)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
            remember(ctx, inputs[:-1], output)

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> tuple[Any, ...]:
            return *eager.backward(ctx, *upstream), None

    apply: Any = Operator.apply  # type: ignore[attr-defined]  # PyTorch's stubs lack it

    def run(keys: Any, *arguments: Any) -> Any:
        level = (keys, torch.is_grad_enabled(), torch._C._is_fwd_grad_enabled())
        with enable_single_level_autograd_function():
            return _packed(lambda *packed: apply(*packed, level))(*arguments)

    _library.impl(name, run, "Autograd", with_keyset=True)


_register_autograd("convolve", _Convolve, _remember)
_register_autograd("convolve_backward", _ConvolveBackward, _remember_backward)
torch.library.register_vmap("pdviz::convolve", _one_by_one(_packed(convolve)), lib=_library)
torch.library.register_vmap(
    "pdviz::convolve_backward", _one_by_one(_packed(convolve_backward)), lib=_library
)
