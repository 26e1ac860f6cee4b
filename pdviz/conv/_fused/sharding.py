"""Distributed tensors (`DTensor`): over which devices the operators may be spread."""

# torch.distributed has no types for this
# mypy: disable-error-code="no-untyped-call,untyped-decorator"

from __future__ import annotations

import functools
import sys
from typing import Any

import torch


def know_shardings() -> None:
    """Say once how the operators work on distributed tensors, if there can be any.

    Whoever has one has imported `torch.distributed.tensor`, which takes long; nobody else needs to.
    """
    if "torch.distributed.tensor" in sys.modules:
        _register()


def is_distributed(tensor: torch.Tensor) -> bool:
    """Return whether this is a `DTensor`."""
    if type(tensor) in (torch.Tensor, torch.nn.Parameter):
        return False
    distributed = sys.modules.get("torch.distributed.tensor")
    return distributed is not None and isinstance(tensor, distributed.DTensor)


@functools.cache
def _register() -> None:
    """Register: every device has all of it, or a share of the batch and all of the weights."""
    from torch.distributed.tensor import Partial, Replicate, Shard
    from torch.distributed.tensor.experimental import register_sharding

    whole, batch, summed = Replicate(), Shard(0), Partial()

    @register_sharding(torch.ops.pdviz.convolve.default)
    def _(input: Any, weight: Any, bias: Any, *numbers: Any) -> Any:
        weights = [whole, None if bias is None else whole, *(None for _ in numbers)]
        return [([place], [place, *weights]) for place in (whole, batch)]

    @register_sharding(torch.ops.pdviz.convolve_backward.default)
    def _(upstream: Any, input: Any, weight: Any, *numbers: Any) -> Any:
        needs, rest = numbers[-1], [whole, *(None for _ in numbers)]
        terms = (batch, summed, summed)  # of the weights' gradients each device has a term
        shares = [place if need else whole for place, need in zip(terms, needs, strict=True)]
        return [([whole] * 3, [whole, whole, *rest]), (shares, [batch, batch, *rest])]
