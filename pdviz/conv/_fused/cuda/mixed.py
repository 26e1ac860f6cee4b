"""The fused backend for layers that mix channels: one product of matrices for each tap.

Each tap reads a shifted view of one padded input; no gap is multiplied, and no column is gathered
for more than one tap. With a stride s the padded input is laid out in s phases first, so that the
outputs of a tap read neighbouring elements, as matrix products want.

In half precision a product of matrices is summed in float32 by the device and rounded to half once
for each tap; the sum over the taps is kept in float32. The input is never copied to float32.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._fused.geometry import Geometry
from pdviz.conv._padding import pad, unpad


def forward(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Geometry,
) -> Tensor:
    """Convolve: (N, C, L) and (out_channels, C // groups, T) → (N, out_channels, outputs)."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    outputs = geometry.outputs(input.shape[-1])
    stride = stride if outputs > 1 else 1  # one output takes no step, however long
    phases = _phases(pad(input, left, right, padding_mode), stride)
    batch, out_channels = input.shape[0], weight.shape[0]
    dtype = sum_dtype(input.dtype)
    output = input.new_zeros(batch, out_channels, outputs, dtype=dtype)
    if bias is not None:
        output += bias[:, None]
    sums = _grouped(output, groups)
    for matrix, index in zip(weight.unbind(-1), indices, strict=True):
        view = _grouped(_read(phases, index, outputs), groups)
        _add_product(sums, _matrices(matrix, groups, batch), view)
    return output.to(input.dtype)


def backward(
    upstream: Tensor,
    input: Tensor,
    weight: Tensor,
    geometry: Geometry,
    needs: tuple[bool, bool, bool],
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the gradients of input, weight and bias, each where it is needed."""
    indices, _, stride, left, right, groups, padding_mode = geometry
    batch, outputs = input.shape[0], upstream.shape[-1]
    stride = stride if outputs > 1 else 1
    out_channels, group_channels, _ = weight.shape
    grouped_upstream = _grouped(upstream, groups)
    dtype = sum_dtype(input.dtype)
    input_gradient = weight_gradient = bias_gradient = upstream.new_empty(0)
    if needs[0]:
        padded_length = left + input.shape[-1] + right
        gradient = input.new_zeros(
            stride, *input.shape[:2], -(-padded_length // stride), dtype=dtype
        )
        for matrix, index in zip(weight.unbind(-1), indices, strict=True):
            view = _grouped(_read(gradient, index, outputs), groups)
            _add_product(view, _matrices(matrix, groups, batch).mT, grouped_upstream)
        whole = gradient.permute(1, 2, 3, 0).flatten(2)[..., :padded_length]
        input_gradient = unpad(whole, left, right, padding_mode).contiguous().to(input.dtype)
    if needs[1]:
        phases = _phases(pad(input, left, right, padding_mode), stride)
        by_tap = []
        for index in indices:
            view = _grouped(_read(phases, index, outputs), groups)
            products = (grouped_upstream @ view.mT).view(batch, out_channels, group_channels)
            by_tap.append(products.sum(0, dtype=dtype))
        weight_gradient = torch.stack(by_tap, -1).to(weight.dtype)
    if needs[2]:
        bias_gradient = upstream.sum((0, 2))
    return input_gradient, weight_gradient, bias_gradient


def _phases(padded: Tensor, stride: int) -> Tensor:
    """Split (N, C, P) → (stride, N, C, ⌈P / stride⌉): q of phase p is element q · stride + p."""
    if stride == 1:
        return padded[None]
    short = -padded.shape[-1] % stride
    rows = F.pad(padded, (0, short)).view(*padded.shape[:2], -1, stride)
    return rows.permute(3, 0, 1, 2).contiguous()


def _read(phases: Tensor, index: int, outputs: int) -> Tensor:
    """View what the tap at this index of the kernel reads: (N, C, outputs)."""
    stride = phases.shape[0]
    return phases[index % stride].narrow(-1, index // stride, outputs)


def _grouped(tensor: Tensor, groups: int) -> Tensor:
    """View (N, C, L) → (N · groups, C // groups, L)."""
    batch, channels, length = tensor.shape
    return tensor.view(batch * groups, channels // groups, length)


def _matrices(matrix: Tensor, groups: int, batch: int) -> Tensor:
    """Repeat (out_channels, C // groups) → (N · groups, out_channels // groups, C // groups).

    A view with one group. With more a copy, C // groups ÷ outputs as large as the output.
    """
    shape = groups, matrix.shape[0] // groups, matrix.shape[1]
    return matrix.reshape(shape).expand(batch, *shape).reshape(batch * groups, *shape[1:])


def _add_product(sums: Tensor, left: Tensor, right: Tensor) -> None:
    if sums.dtype == right.dtype:
        sums.baddbmm_(left, right)
    else:
        sums += left @ right


def sum_dtype(dtype: torch.dtype) -> torch.dtype:
    """Return the type of the sums: float64 for float64, else float32."""
    return torch.float64 if dtype == torch.float64 else torch.float32
