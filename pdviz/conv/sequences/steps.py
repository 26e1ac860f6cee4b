"""The steps of a stack: our layers, and modules that treat every sample alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from torch import nn

from pdviz.conv._checkpoint import CompactState

_ELEMENTWISE: Final = (
    *(nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.RReLU, nn.ELU, nn.SELU, nn.CELU),
    *(nn.GELU, nn.SiLU, nn.Mish, nn.Sigmoid, nn.LogSigmoid, nn.Tanh, nn.Softplus, nn.Softsign),
    *(nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Hardshrink, nn.Softshrink, nn.Tanhshrink),
    *(nn.Threshold, nn.Dropout, nn.AlphaDropout, nn.FeatureAlphaDropout, nn.Dropout1d),
)
_OVER_CHANNELS: Final = (nn.GLU, nn.Softmax, nn.LogSoftmax)

Step = Any
"""A layer of ours, or a module that treats every sample alone."""


def steps_of(stack: nn.Module, pointwise: tuple[type[nn.Module], ...]) -> list[Step]:
    """Return the steps of a stack, in order; sequences within sequences are unfolded.

    Args:
        stack: a layer, or an `nn.Sequential` of layers and pointwise modules.
        pointwise: further types of modules that treat every sample alone.

    Raises:
        TypeError: something in it is neither; the message names it.
    """
    if not isinstance(stack, nn.Module):
        raise TypeError(f"`stack` (={stack!r}) must be a layer or an nn.Sequential.")
    steps = []
    for path, module in _unfolded("stack", stack):
        if not is_layer(module) and not _is_pointwise(module, pointwise):
            raise TypeError(
                f"`{path}` (={module!r}) must be a PartiallyDilatedConv1d or treat every sample "
                "alone, as activations, Conv1d of kernel size 1 and BatchNorm1d in eval mode do; "
                "`pointwise` takes types of your own that do."
            )
        steps.append(module)
    return steps


def is_layer(module: nn.Module) -> bool:
    """Return whether a module is a layer of ours."""
    return isinstance(module, CompactState) and hasattr(module, "output_lengths")


def is_random(module: nn.Module) -> bool:
    """Return whether a module draws random numbers now."""
    if not module.training:
        return False
    return isinstance(module, nn.RReLU) or bool(getattr(module, "p", 0) and "Drop" in _name(module))


def _unfolded(path: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    if not isinstance(module, nn.Sequential):
        yield path, module
        return
    for name, child in module.named_children():
        yield from _unfolded(f"{path}.{name}", child)


def _is_pointwise(module: nn.Module, further: tuple[type[nn.Module], ...]) -> bool:
    if isinstance(module, (*_ELEMENTWISE, *further)):
        return True
    if isinstance(module, _OVER_CHANNELS):
        return module.dim in (1, -2)
    if isinstance(module, nn.Conv1d):
        return module.kernel_size == (1,) == module.stride and module.padding in (
            (0,),
            "valid",
            "same",
        )
    return (
        isinstance(module, nn.BatchNorm1d)
        and not module.training
        and module.running_mean is not None
    )


def _name(module: nn.Module) -> str:
    return type(module).__name__
