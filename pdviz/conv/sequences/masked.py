"""The layer with lengths or with a mask: which of both, and what does not go together."""

from __future__ import annotations

from typing import Final, Literal

from torch import Tensor

from pdviz.conv._arguments import Arguments
from pdviz.conv.sequences.checks import Lengths, as_lengths, check_mask
from pdviz.conv.sequences.lengths import convolve_lengths
from pdviz.conv.sequences.missing import convolve_present

Missing = Literal["zero", "renormalize"]
_MISSING: Final = ("zero", "renormalize")


def convolve_masked(
    input: Tensor,
    compact: Tensor,
    bias: Tensor | None,
    args: Arguments,
    backend: str,
    lengths: Lengths | None,
    mask: Tensor | None,
    missing: Missing,
) -> Tensor:
    """Run the layer on sequences of these lengths, or on the samples that a mask leaves.

    Raises:
        TypeError, ValueError: as of `partially_dilated_conv1d`.
    """
    _check_exclusive(lengths, mask, missing)
    if lengths is not None:
        if input.dim() == 2:
            raise ValueError(
                f"`input` has shape {tuple(input.shape)}; with `lengths` it must be a batch, "
                "(N, C, L)."
            )
        each = as_lengths(lengths, input.shape[0], input.shape[-1])
        return convolve_lengths(input, compact, bias, args, backend, each)
    check_mask(mask, input.shape)
    assert mask is not None  # one of both is there
    if mask.device != input.device:
        raise ValueError(
            f"`input` is on {input.device} and `mask` on {mask.device}; they must agree."
        )
    if input.dim() == 3:
        return convolve_present(input, compact, bias, args, backend, mask, missing)
    batch, only = input.unsqueeze(0), mask.unsqueeze(0)
    return convolve_present(batch, compact, bias, args, backend, only, missing).squeeze(0)


def _check_exclusive(lengths: object, mask: object, missing: object) -> None:
    """Raise if both of `lengths` and `mask` are there, or `missing` is not one we know."""
    if not isinstance(missing, str) or missing not in _MISSING:
        raise ValueError(f"`missing` (={missing!r}) must be one of {_MISSING}.")
    if lengths is not None and mask is not None:
        raise ValueError(
            "`lengths` and `mask` exclude each other: where sequences of unequal length have "
            "missing samples, `mask` is False beyond each sequence's end, too."
        )
    if mask is None and missing != "zero":
        raise ValueError(f"`missing` (={missing!r}) says what to do with a `mask`, which is None.")
