"""What lengths and masks are refused: by name, with the value and what it takes."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from pdviz import PartiallyDilatedConv1d, Pattern

PATTERN = Pattern.partially_dilated(wing=1, dilation=2, island=3)  # 1011101: K = 7, origin 3
INPUT = torch.zeros(3, 2, 20)


def layer(**options: Any) -> PartiallyDilatedConv1d:
    return PartiallyDilatedConv1d(2, 4, PATTERN, groups=2, **options)


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([20.0, 10, 5], TypeError, "`lengths` (=[20.0, 10, 5]) must be integers, one per sequence"),
        ("20", TypeError, "`lengths` (='20') must be integers"),
        ([[1], [2, 3]], TypeError, "`lengths` (=[[1], [2, 3]]) must be integers"),
        (torch.ones(3), TypeError, "`lengths` is torch.float32; it must be integers"),
        (20, ValueError, "`lengths` has shape (); it must be (3,), as the batch is"),
        ([20, 10], ValueError, "`lengths` has shape (2,); it must be (3,), as the batch is"),
        (torch.ones(3, 20, dtype=torch.int64), ValueError, "`lengths` has shape (3, 20)"),
        ([20, -1, 5], ValueError, "`lengths` has -1; it must have lengths of at least 0"),
        ([20, 21, 5], ValueError, "`lengths` has 21; `input` has length 20"),
        (np.ones((3, 19), bool), ValueError, "`lengths` is a mask of shape (3, 19); it must be"),
        (torch.ones(3, dtype=torch.bool), ValueError, "`lengths` is a mask of shape (3,)"),
        (torch.arange(60).view(3, 20) != 30, ValueError, "with a False before a True in row 1"),
    ],
)
def test_lengths_that_are_none_are_refused(lengths: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        layer()(INPUT, lengths=lengths)


@pytest.mark.parametrize(
    ("options", "least"),
    [
        ({"padding_mode": "reflect"}, 4),
        ({"padding_mode": "circular"}, 3),
        ({"padding": "valid"}, 7),
        ({"padding": 1}, 5),
    ],
)
@pytest.mark.parametrize("backend", ["conv", "fused"])
def test_a_sequence_that_is_too_short_is_named(
    options: dict[str, Any], least: int, backend: str
) -> None:
    short = layer(backend=backend, **options)
    short(INPUT, lengths=[20, 0, least])
    message = rf"`lengths` has {least - 1} for sequence 2; .* at least {least} samples, or none"
    with pytest.raises(ValueError, match=message):
        short(INPUT, lengths=[20, 0, least - 1])
    with pytest.raises(ValueError, match="`input` has length"):  # as alone
        short(INPUT[..., : least - 1])


def test_lengths_are_of_a_batch() -> None:
    with pytest.raises(ValueError, match=r"with `lengths` it must be a batch, \(N, C, L\)"):
        layer()(INPUT[0], lengths=[20])


@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        (torch.ones(3, 20), TypeError, "`mask` (=torch.float32) must be a boolean tensor"),
        ([True] * 20, TypeError, "must be a boolean tensor, True where a sample is there"),
        (torch.ones(3, 19) > 0, ValueError, "`mask` has shape (3, 19); it must be (3, 20) or"),
        (torch.ones(20) > 0, ValueError, "`mask` has shape (20,); it must be (3, 20) or"),
        (torch.ones(3, 1, 20) > 0, ValueError, "(3, 1, 20); it must be (3, 20) or (3, 2, 20)"),
        (torch.ones(3, 20, device="meta") > 0, ValueError, "`input` is on cpu and `mask` on meta"),
    ],
)
def test_masks_that_do_not_fit_are_refused(mask: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        layer()(INPUT, mask=mask)


def test_the_mask_of_an_output_is_that_of_an_input() -> None:
    with pytest.raises(ValueError, match=r"\(3, 4, 20\); it must be \(…, …\) or \(…, 2, …\)"):
        layer().output_mask(torch.ones(3, 4, 20, dtype=torch.bool))
    with pytest.raises(TypeError, match="boolean"):
        layer().output_mask(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="integers"):
        layer().output_lengths(2.5)  # type: ignore[arg-type]


def test_what_excludes_each_other_is_refused() -> None:
    mask = torch.ones(3, 20, dtype=torch.bool)
    with pytest.raises(ValueError, match="`lengths` and `mask` exclude each other"):
        layer()(INPUT, lengths=[20, 20, 20], mask=mask)
    with pytest.raises(ValueError, match=r"`missing` \(='mean'\) must be one of"):
        layer()(INPUT, mask=mask, missing="mean")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="says what to do with a `mask`, which is None"):
        layer()(INPUT, missing="renormalize")
