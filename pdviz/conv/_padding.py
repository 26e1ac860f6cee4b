"""What is put around the input: the amounts, and the padded input."""

from __future__ import annotations

import operator
from typing import Final, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from pdviz.pattern import Pattern

Padding = Literal["same", "valid", "block"] | int | tuple[int] | tuple[int, int]
_MOST: Final = 2**60
"""What may be added on one side: the sum with a length is still an integer of 64 bits."""
PADDING_MODES: Final = ("zeros", "reflect", "replicate", "circular")


def read_padding(padding: object, pattern: Pattern, stride: int) -> tuple[int, int]:
    """Return how many elements go to the left and to the right of the input.

    Raises:
        TypeError, ValueError: it is not "same", "valid", "block", an integer ≥ 0 or a pair of such;
            or it is "block", and the pattern is not causal or shorter than the stride.
    """
    if isinstance(padding, str) and padding in ("same", "valid"):
        return amounts(pattern, cast(Padding, padding))
    if isinstance(padding, str) and padding == "block":
        return _block(pattern, stride)
    sides = padding if isinstance(padding, tuple | list) else (padding,)
    takes = '"same", "valid", "block", an integer or (left, right)'
    wrong = f"`padding` (={padding!r}) must be {takes}."
    if isinstance(padding, str) or len(sides) not in (1, 2):
        raise ValueError(wrong)
    try:
        if any(isinstance(side, bool) for side in sides):
            raise TypeError
        numbers = tuple(operator.index(side) for side in sides)
    except TypeError:
        raise TypeError(wrong) from None
    if min(numbers) < 0:
        raise ValueError(f"`padding` (={padding!r}) must be at least 0.")
    if max(numbers) > _MOST:
        raise ValueError(f"`padding` (={padding!r}) must be at most {_MOST:,}.")
    return numbers[0], numbers[-1]


def _block(pattern: Pattern, stride: int) -> tuple[int, int]:
    """Return the padding with which each output belongs to the last sample of its block.

    The last block lacks at most `stride` − 1 elements. Where it lacks fewer, no output reads the
    others, so that the amount need not depend on the input's length.
    """
    if pattern.offsets[-1] > 0:
        raise ValueError(
            "`padding` (='block') takes a causal pattern; this one has taps up to offset "
            f"{pattern.offsets[-1]:+}."
        )
    if pattern.kernel_size < stride:
        raise ValueError(
            f"`padding` (='block') takes a kernel of at least `stride` (={stride}) elements; this "
            f"one has {pattern.kernel_size}."
        )
    return pattern.kernel_size - stride, stride - 1


def check_padding_mode(padding_mode: object) -> None:
    """Raise unless `padding_mode` is one of `Conv1d`'s four."""
    if not isinstance(padding_mode, str) or padding_mode not in PADDING_MODES:
        raise ValueError(f"`padding_mode` (={padding_mode!r}) must be one of {PADDING_MODES}.")


def amounts(pattern: Pattern, padding: Padding) -> tuple[int, int]:
    """Return how many elements go to the left and to the right of the input.

    Not for "block", which needs the stride: `read_padding` brings it to a pair.
    """
    if isinstance(padding, tuple):
        return int(padding[0]), int(padding[-1])
    if padding == "same":
        return pattern.origin, pattern.kernel_size - 1 - pattern.origin
    if padding == "valid":
        return 0, 0
    return int(padding), int(padding)


def check_length(length: int, pattern: Pattern, padding: Padding, padding_mode: str) -> None:
    """Raise if an input of this length cannot be padded so, or is then shorter than the kernel."""
    if length == 0:
        raise ValueError("`input` has length 0; it must have at least one element.")
    left, right = amounts(pattern, padding)
    if padding_mode == "zeros" and left + length + right >= pattern.kernel_size:
        return
    if padding_mode == "reflect" and max(left, right) >= length:
        raise ValueError(
            f"`input` has length {length}; padding_mode='reflect' takes more than the padding, "
            f"which is {(left, right)} for kernel size {pattern.kernel_size}."
        )
    if padding_mode == "circular" and max(left, right) > length:
        raise ValueError(
            f"`input` has length {length}; padding_mode='circular' takes at least the padding, "
            f"which is {(left, right)} for kernel size {pattern.kernel_size}."
        )
    if left + length + right < pattern.kernel_size:
        raise ValueError(
            f"`input` has length {length} and padding {(left, right)}: together they must reach "
            f"the kernel size {pattern.kernel_size}."
        )


def pad(input: Tensor, left: int, right: int, padding_mode: str) -> Tensor:
    """Add `left` and `right` elements to `input`: (N, C, L) → (N, C, left + L + right)."""
    if left == right == 0:
        return input
    if padding_mode == "zeros":
        return F.pad(input, (left, right))
    return F.pad(input, (left, right), mode=padding_mode)


def edges(
    length: int, left: int, right: int, padding_mode: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which element of such an input each added one repeats: on the left, on the right.

    Not for "zeros", which repeats none.
    """
    outside = np.arange(-left, 0), np.arange(length, length + right)
    if padding_mode == "reflect":
        return -outside[0], 2 * (length - 1) - outside[1]
    if padding_mode == "circular":
        return outside[0] + length, outside[1] - length
    return np.zeros(left, np.int64), np.full(right, length - 1, np.int64)


def unpad(gradient: Tensor, left: int, right: int, padding_mode: str) -> Tensor:
    """Apply the adjoint of `pad`: (N, C, left + L + right) → (N, C, L).

    What was added gives its gradient to the element that it repeats.
    """
    length = gradient.shape[-1] - left - right
    inner = gradient[..., left : left + length]
    if padding_mode == "zeros" or left == right == 0:
        return inner
    if padding_mode == "replicate":  # many repeat one: they are summed in order
        first, last = gradient[..., :left].sum(-1), gradient[..., left + length :].sum(-1)
        whole = inner.clone()
        whole[..., 0] += first
        whole[..., -1] += last
        return whole
    whole = inner.clone()
    ends = gradient[..., :left], gradient[..., left + length :]
    for end, sources in zip(ends, edges(length, left, right, padding_mode), strict=True):
        whole.index_add_(-1, torch.from_numpy(sources).to(gradient.device), end)
    return whole
