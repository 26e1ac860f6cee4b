"""What lengths and masks may be; what is wrong is an error by name, before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pdviz.conv._fused.operators import is_transformed

Lengths = Tensor | Sequence[int] | np.ndarray[Any, Any]
_INTEGERS: Final = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)
_TAKES: Final = "integers, one per sequence, or a boolean mask (N, L) that is True at the front"


def as_lengths(lengths: Lengths, batch: int | None = None, most: int | None = None) -> Tensor:
    """Return lengths as int64, (N,); a mask's are counted.

    Args:
        lengths: integers (N,), or a boolean mask (N, L) whose True are at the front of each row.
        batch: how many there must be; None: any number.
        most: the length of the input, which none exceeds; None: any.

    Raises:
        TypeError, ValueError: they are none of this, or one is negative or more than `most`.
    """
    if not isinstance(lengths, Tensor):
        try:
            array = np.asarray(lengths)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "iub":
            raise TypeError(f"`lengths` (={lengths!r}) must be {_TAKES}.")
        lengths = torch.from_numpy(array.astype(np.bool_ if array.dtype.kind == "b" else np.int64))
    if lengths.dtype == torch.bool:
        lengths = _counted(lengths, most)
    elif lengths.dtype not in _INTEGERS:
        raise TypeError(f"`lengths` is {lengths.dtype}; it must be {_TAKES}.")
    if lengths.dim() != 1 or (batch is not None and lengths.shape[0] != batch):
        takes = "(N,)" if batch is None else f"({batch},), as the batch is"
        raise ValueError(f"`lengths` has shape {tuple(lengths.shape)}; it must be {takes}.")
    lengths = lengths.long()
    if are_readable(lengths) and lengths.numel():
        least, greatest = (int(value) for value in torch.aminmax(lengths))
        if least < 0:
            raise ValueError(f"`lengths` has {least}; it must have lengths of at least 0.")
        if most is not None and greatest > most:
            raise ValueError(f"`lengths` has {greatest}; `input` has length {most}.")
    return lengths


def _counted(valid: Tensor, most: int | None) -> Tensor:
    """Count the True of each row of a mask, which must all be at its front."""
    if valid.dim() != 2 or (most is not None and valid.shape[1] != most):
        takes = "(N, L)" if most is None else f"(N, {most}), as `input` has length {most}"
        raise ValueError(f"`lengths` is a mask of shape {tuple(valid.shape)}; it must be {takes}.")
    lengths = valid.sum(-1)
    if are_readable(valid):
        places = torch.arange(valid.shape[1], device=valid.device)
        wrong = (valid != (places < lengths[:, None])).any(-1).nonzero()
        if len(wrong):
            raise ValueError(
                f"`lengths` is a mask with a False before a True in row {int(wrong[0])}; samples "
                "that are missing inside of a sequence are for `mask`."
            )
    return lengths


def check_mask(mask: object, shape: Sequence[int | None]) -> None:
    """Raise unless `mask` is boolean and fits an input of this shape; None is any size.

    (N, L) or (N, C, L) for (N, C, L), and (L,) or (C, L) for (C, L).
    """
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        kind = mask.dtype if isinstance(mask, Tensor) else repr(mask)
        raise TypeError(f"`mask` (={kind}) must be a boolean tensor, True where a sample is there.")
    per_channel = tuple(shape)
    fits = (*per_channel[:-2], per_channel[-1]), per_channel
    if not any(_is_of(mask.shape, shape) for shape in fits):
        shared, own = (str(shape).replace("None", "…") for shape in fits)
        raise ValueError(f"`mask` has shape {tuple(mask.shape)}; it must be {shared} or {own}.")


def _is_of(shape: Sequence[int], pattern: Sequence[int | None]) -> bool:
    if len(shape) != len(pattern):
        return False
    return all(want in (None, size) for size, want in zip(shape, pattern, strict=True))


def are_readable(tensor: Tensor) -> bool:
    """Return whether a tensor's values may be looked at here: not in a graph, nor under `vmap`."""
    if torch.compiler.is_compiling() or tensor.is_meta:
        return False
    return not is_transformed()
