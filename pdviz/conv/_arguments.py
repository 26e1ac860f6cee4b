"""What the layer's arguments may be: read once, refused by name before anything runs."""

from __future__ import annotations

import functools
import operator
from typing import Any, Final, NamedTuple, SupportsIndex, cast

import torch
from torch import Tensor

from pdviz.conv._padding import Padding, check_padding_mode, read_padding
from pdviz.pattern import Pattern


class Arguments(NamedTuple):
    """What a backend needs to know besides input, parameters and bias."""

    pattern: Pattern
    stride: int
    padding: Padding
    groups: int
    padding_mode: str


def read_arguments(
    pattern: Pattern | str,
    stride: int | tuple[int],
    padding: Padding,
    groups: int,
    padding_mode: str,
) -> Arguments:
    """Bring a layer's options to one form: integers, and padding as (left, right).

    Raises:
        TypeError, ValueError: one of them is wrong; the message names it.
    """
    if torch.compiler.is_compiling():  # a graph reads them once
        return _read(pattern, stride, padding, groups, padding_mode)
    try:
        return _read_once(pattern, stride, padding, groups, padding_mode)
    except TypeError:  # a list, which cannot be looked up; or an error, raised again
        return _read(pattern, stride, padding, groups, padding_mode)


def _read(pattern: Any, stride: Any, padding: Any, groups: Any, padding_mode: Any) -> Arguments:
    pattern = read_pattern(pattern)
    stride = read_integer("stride", single(stride))
    groups = read_integer("groups", groups)
    padding = read_padding(padding, pattern, stride)
    check_padding_mode(padding_mode)
    return Arguments(pattern, stride, padding, groups, padding_mode)


_read_once = functools.lru_cache(maxsize=256, typed=True)(_read)


def read_channels(in_channels: object, out_channels: object, groups: int) -> tuple[int, int]:
    """Return both as integers; raise unless `groups` divides them."""
    channels = {"in_channels": in_channels, "out_channels": out_channels}
    counts = {name: read_integer(name, value) for name, value in channels.items()}
    for name, count in counts.items():
        if count % groups:
            raise ValueError(f"`groups` (={groups}) must divide `{name}` (={count}).")
    return counts["in_channels"], counts["out_channels"]


def read_integer(name: str, value: object) -> int:
    """Return an integer ≥ 1, whatever type it has; a bool is none."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(cast(SupportsIndex, value))
    except TypeError:
        raise TypeError(f"`{name}` (={value!r}) must be an integer.") from None
    if number < 1:
        raise ValueError(f"`{name}` (={number}) must be at least 1.")
    return number


def single(value: Any) -> Any:
    """Return the element of a tuple or list of one, as `Conv1d` holds its options."""
    return value[0] if isinstance(value, tuple | list) and len(value) == 1 else value


def check_dilation(dilation: object) -> None:
    """Raise unless it is 1, as of the kernel that is assembled."""
    if read_integer("dilation", single(dilation)) != 1:
        raise ValueError(
            f"`dilation` (={dilation!r}) must be 1: the pattern says how far apart taps are, as "
            "Pattern.dilated(3, 2) does."
        )


def check_bias(bias: object) -> None:
    """Raise unless this says whether there is a bias."""
    if not isinstance(bias, bool):
        raise TypeError(f"`bias` (={bias!r}) must be True or False.")


def read_pattern(pattern: object) -> Pattern:
    """Return the pattern that this is, or that a text such as "1101011" says."""
    if isinstance(pattern, str):
        try:
            return Pattern.parse(pattern)
        except ValueError as error:
            raise ValueError(f"`pattern` (={pattern[:64]!r}): {error}") from None
    if not isinstance(pattern, Pattern):
        raise TypeError(
            f"`pattern` (={pattern!r}) must be a Pattern, such as Pattern.parse('101'), or a text "
            "of 1 and 0."
        )
    return pattern


def abbreviated(pattern: Pattern) -> str:
    """Write a pattern for a message: not all of a long one."""
    text = str(pattern)
    return text if len(text) <= 64 else f"{text[:30]}…{text[-30:]}"


def check_tensors(input: Tensor, compact: Tensor, bias: Tensor | None, groups: int) -> None:
    """Raise unless input, parameters and bias fit each other."""
    out_channels, group_channels = compact.shape[:2]
    if not isinstance(input, Tensor):
        raise TypeError(f"`input` (={input!r}) must be a tensor.")
    if input.dim() not in (2, 3):
        raise ValueError(f"`input` has shape {tuple(input.shape)}; it must be (N, C, L) or (C, L).")
    if input.shape[-2] != group_channels * groups:
        raise ValueError(
            f"`input` has shape {tuple(input.shape)}: {input.shape[-2]} channels, where the "
            f"parameters with `groups` (={groups}) take {group_channels * groups}."
        )
    if out_channels % groups:
        raise ValueError(f"`groups` (={groups}) must divide the {out_channels} output channels.")
    if bias is not None and (not isinstance(bias, Tensor) or bias.shape != (out_channels,)):
        shape = tuple(bias.shape) if isinstance(bias, Tensor) else bias
        raise ValueError(f"`bias` (={shape}) must be a tensor of shape ({out_channels},).")
    check_alike(input, compact, bias)


def check_alike(input: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    """Raise unless all are on one device and of one dtype, or of dtypes that autocast unites."""
    for name, tensor in (("parameters", weight), ("bias", bias)):
        if tensor is None:
            continue
        if tensor.device != input.device:
            raise ValueError(
                f"`input` is on {input.device} and `{name}` on {tensor.device}; they must agree."
            )
        if tensor.dtype != input.dtype and not _are_cast(input, tensor):
            raise TypeError(
                f"`input` is {input.dtype} and `{name}` {tensor.dtype}; they must agree."
            )


def _are_cast(*tensors: Tensor) -> bool:
    """Return whether autocast brings such tensors to one dtype."""
    return all(map(is_cast, tensors))


def is_cast(tensor: Tensor) -> bool:
    """Return whether autocast casts such a tensor: PyTorch leaves float64 as it is."""
    kind, dtype = tensor.device.type, tensor.dtype
    autocast = kind not in _WITHOUT_AUTOCAST and torch.is_autocast_enabled(kind)
    return autocast and dtype.is_floating_point and dtype != torch.float64


_WITHOUT_AUTOCAST: Final = ("meta",)
"""Devices that must not be asked for it; a graph cannot ask which they are."""
