"""What state dicts hold of a layer, and which ones it loads: its own, older ones, a `Conv1d`'s."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn

from pdviz.pattern import Pattern

_OFFSETS: Final = "_extra_state"
"""The name that PyTorch gives in a state dict to what `get_extra_state` returns."""
_PARTS: Final = ("left", "island", "right")
"""The names under which older layers kept their weights, one tensor for each part."""
_KERNELS: Final = ("weight", "weight_v", "parametrizations.weight.original1")
"""The names of what has an element per weight: plain, under weight norm of either kind."""

torch.serialization.add_safe_globals([Pattern, range])  # so that `torch.load` takes a pattern


class CompactState(nn.Module):
    """A module with compact parameters `weight`, (out, in // groups, T), at a pattern's taps.

    Its state dict holds the offsets of the taps too, so that weights of another pattern are
    refused. It also loads weights without offsets, those of layers that kept each part by itself,
    and those of a `Conv1d` with the same taps.
    """

    pattern: Pattern

    def get_extra_state(self) -> Tensor:
        """Return what a state dict holds besides weights: the pattern's offsets, (taps,)."""
        return torch.tensor(self.pattern.offsets, device="cpu")

    def set_extra_state(self, state: object) -> None:
        """Raise unless these are the offsets of the layer's own pattern."""
        if problem := _mismatch(self.pattern, state):
            raise ValueError(problem)

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Bring what others call the weights to the layer's own form, and load it."""
        offsets, problem = prefix + _OFFSETS, None
        if offsets in state_dict and (difference := _mismatch(self.pattern, state_dict[offsets])):
            problem = f"{prefix.removesuffix('.') or type(self).__name__}: {difference}"
        elif any(prefix + name in state_dict for name in _PARTS):
            problem = _join_parts(self.pattern, state_dict, prefix)
        elif offsets not in state_dict:
            problem = _drop_gaps(self.pattern, state_dict, prefix)
        if problem:
            error_msgs.append(problem)
            return
        state_dict.setdefault(offsets, self.get_extra_state())
        super()._load_from_state_dict(
            state_dict,
            prefix,
            local_metadata,
            strict,
            missing_keys,
            unexpected_keys,
            error_msgs,
        )


def _mismatch(pattern: Pattern, state: object) -> str | None:
    """Say how the offsets of a state dict differ from a pattern's; None if they do not."""
    if not isinstance(state, Tensor) or state.dim() != 1:
        return f"the offsets of the pattern (={state!r}) must be a tensor, (taps,)."
    if state.is_meta:  # of shapes alone
        return None
    own = torch.tensor(pattern.offsets, dtype=state.dtype, device="cpu")  # all may be cast
    if torch.equal(state.cpu(), own):
        return None
    return (
        f"the weights are for taps at {_few(tuple(state.tolist()))}; this layer has them at "
        f"{_few(pattern.offsets)}."
    )


def _few(offsets: tuple[int, ...]) -> str:
    """Write offsets for a message: not all of many."""
    if len(offsets) <= 16:
        return str(offsets)
    return f"({', '.join(map(str, offsets[:8]))}, … {offsets[-1]}), {len(offsets):,} of them"


def _join_parts(pattern: Pattern, state_dict: dict[str, Any], prefix: str) -> str | None:
    """Join the parts of an older state dict; say what is wrong with them, if anything is.

    A wing without taps is missing in it, or an empty tensor. Where another part is missing, nothing
    changes: PyTorch then says that `weight` is.
    """
    parts = []
    for name in _PARTS:
        part, taps = state_dict.get(prefix + name), len(getattr(pattern, name))
        if part is None and not taps:
            continue
        if not isinstance(part, Tensor):
            return None
        if part.dim() != 3 or part.shape[-1] != taps:
            return (
                f"{prefix}{name}, {tuple(part.shape)}, must have 3 axes, the last for {taps} taps."
            )
        if taps:
            parts.append(part)
    if len({part.shape[:2] for part in parts}) > 1:
        shapes = ", ".join(str(tuple(part.shape)) for part in parts)
        return f"{prefix}left, island and right, {shapes}, must agree but for the last axis."
    for name in _PARTS:
        state_dict.pop(prefix + name, None)
    state_dict[prefix + "weight"] = torch.cat(parts, dim=-1)
    return None


def _drop_gaps(pattern: Pattern, state_dict: dict[str, Any], prefix: str) -> str | None:
    """Take the weights at the taps, of those of a `Conv1d`; say so if it has others."""
    for name in _KERNELS:
        weight = state_dict.get(prefix + name)
        if not isinstance(weight, Tensor):
            continue
        weights = _taps_of(weight, pattern)
        if weights is None:
            return (
                f"{prefix}{name}, {tuple(weight.shape)}, has weights where this layer's "
                "pattern has no tap, or offsets (`_extra_state`) are missing: it takes "
                f"{pattern.taps} weights with their offsets, or a kernel over "
                f"{pattern.kernel_size} elements with zeros at the gaps."
            )
        state_dict[prefix + name] = weights
    return None


def _taps_of(weight: Tensor, pattern: Pattern) -> Tensor | None:
    """Return the weights at the taps, of those of a `Conv1d`; None if it has others."""
    if weight.shape[-1:] == (pattern.taps,) and len(pattern.runs) == 1:
        return weight  # a dense kernel, or a plain dilated one without its gaps
    if weight.shape[-1:] != (pattern.kernel_size,):
        return None
    gaps = torch.ones(pattern.kernel_size, dtype=torch.bool)
    gaps[list(pattern.indices)] = False
    if not weight.is_meta and weight[..., gaps].any():
        return None
    return weight[..., list(pattern.indices)]
