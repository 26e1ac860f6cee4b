"""Streaming as pure functions: tensors in, tensors out, whatever the blocks.

The state is one tensor: the samples that outputs still to come will read, the left padding at the
start among them. So a step appends a block, convolves, and keeps the rest; how many outputs it
returns follows from shapes alone. Where stride and padding need it, the state begins some samples
in front of the kernel: see `Window`.
"""

from __future__ import annotations

from torch import Tensor

from pdviz.conv._arguments import check_tensors, read_integer
from pdviz.conv._backends import Backend, check_backend
from pdviz.conv._padding import Padding
from pdviz.conv.streaming._window import Window, advance, begin, convolve_window, end, window_of
from pdviz.pattern import Pattern


def init_state(
    weight: Tensor,
    pattern: Pattern | str,
    *,
    batch: int | None = None,
    stride: int | tuple[int] = 1,
    padding: Padding = "same",
    groups: int = 1,
    padding_mode: str = "zeros",
    full: bool = False,
) -> Tensor:
    """Make the state of a stream that has not begun: what `step` takes first.

    Args:
        weight: the compact parameters (out_channels, in_channels // groups, T), ascending offsets.
        pattern: where the taps sit.
        batch: streams side by side; None: one, without the axis.
        stride, padding, groups, padding_mode: as of `partially_dilated_conv1d`.
        full: begin with a state as long as it will ever be, of zeros. Then as many samples give as
            many outputs from the first step on (with a stride, as many multiples of it), as a graph
            of fixed shapes wants; the first `max(pattern.last, 0) // stride` of them, with "same",
            belong to places in front of the first sample and are left out by the caller.

    Returns:
        (batch, in_channels, samples), or without the batch. It holds `kernel_size − 1` samples when
        it is full, and more only where the stride needs it.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it. "reflect" and "circular"
            padding read samples that have not come.
    """
    window = _checked(weight, pattern, stride, padding, groups, padding_mode, "auto")
    if batch is not None:
        batch = read_integer("batch", batch)
    length = window.front
    if full:
        if padding_mode != "zeros":
            raise ValueError(
                f"`full` (=True) takes padding_mode='zeros', not {padding_mode!r}: what stands in "
                "front of the first sample is known when it has come."
            )
        length += max(window.wait, 0) // window.stride * window.stride
    shape = (weight.shape[1] * window.groups, length)
    return weight.new_zeros(shape if batch is None else (batch, *shape))


def step(
    state: Tensor,
    samples: Tensor,
    weight: Tensor,
    pattern: Pattern | str,
    bias: Tensor | None = None,
    *,
    stride: int | tuple[int] = 1,
    padding: Padding = "same",
    groups: int = 1,
    padding_mode: str = "zeros",
    backend: Backend = "auto",
) -> tuple[Tensor, Tensor]:
    """Take a block of samples and return the outputs that it completes, and the state after it.

    The output for t appears with sample `t + max(pattern.last, 0)`. All outputs of a stream, in
    order, and those of `flush` are the outputs of `partially_dilated_conv1d` for all samples.

    >>> import torch
    >>> pattern = Pattern.partially_dilated(wing=1, dilation=2, island=1)
    >>> weight = torch.tensor([[[1.0, 2.0, 3.0]]])
    >>> state = init_state(weight, pattern)
    >>> for block in torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]).split(2, dim=-1):
    ...     outputs, state = step(state, block, weight, pattern)
    ...     print(outputs.tolist())
    [[]]
    [[3.0, 0.0]]
    [[2.0, 0.0]]
    >>> flush(state, weight, pattern).tolist()
    [[1.0, 0.0]]

    Differentiable with respect to state, samples, weight and bias; the gradient goes through the
    state into the steps before. `torch.compile`, `torch.export`, ONNX and `vmap` take it.

    Args:
        state: from `init_state`, or from the step before; it is not changed.
        samples: (batch, in_channels, B) or (in_channels, B), as the state; any B, 0 too.
        weight: the compact parameters (out_channels, in_channels // groups, T), ascending offsets.
        pattern: where the taps sit.
        bias: (out_channels,) or None.
        stride, padding, groups, padding_mode, backend: as of `partially_dilated_conv1d`, the same
            in each step. `backend="auto"` chooses by the size of the block.

    Returns:
        The outputs (batch, out_channels, …), as many as the block completes, and the new state.

    Raises:
        TypeError, ValueError: an argument is wrong or does not fit the others; the message names
            it.
    """
    window = _checked(weight, pattern, stride, padding, groups, padding_mode, backend)
    check_samples(samples, state)
    _check_state(state, weight, window.groups)
    check_tensors(samples, weight, bias, window.groups)
    return advance(
        begin(state, samples, window),
        window,
        weight.shape[0],
        lambda read: convolve_window(read, weight, bias, window, backend),
    )


def flush(
    state: Tensor,
    weight: Tensor,
    pattern: Pattern | str,
    bias: Tensor | None = None,
    *,
    stride: int | tuple[int] = 1,
    padding: Padding = "same",
    groups: int = 1,
    padding_mode: str = "zeros",
    backend: Backend = "auto",
) -> Tensor:
    """Return the last outputs of a stream, whose taps reach beyond its end.

    Args:
        state: after the last step; of a stream that has had a sample.
        weight, pattern, bias, stride, padding, groups, padding_mode, backend: as of `step`.

    Returns:
        The outputs (batch, out_channels, …), or without the batch. With them there are as many as
        for all samples at once.

    Raises:
        TypeError, ValueError: as `step` does.
    """
    window = _checked(weight, pattern, stride, padding, groups, padding_mode, backend)
    check_samples(state, state)
    _check_state(state, weight, window.groups)
    check_tensors(state, weight, bias, window.groups)
    return advance(
        end(state, window),
        window,
        weight.shape[0],
        lambda read: convolve_window(read, weight, bias, window, backend),
    )[0]


def _checked(
    weight: object,
    pattern: Pattern | str,
    stride: int | tuple[int],
    padding: Padding,
    groups: int,
    padding_mode: str,
    backend: str,
) -> Window:
    """Return the window of these options, or raise."""
    window = window_of(pattern, stride, padding, groups, padding_mode)
    check_backend(backend)
    if not isinstance(weight, Tensor):
        raise TypeError(f"`weight` (={weight!r}) must be a tensor.")
    taps = window.pattern.taps
    if weight.dim() != 3 or weight.shape[-1] != taps:
        raise ValueError(
            f"`weight` has shape {tuple(weight.shape)}; this pattern takes "
            f"(out_channels, in_channels // groups, {taps})."
        )
    return window


def _check_state(state: Tensor, weight: Tensor, groups: int) -> None:
    """Raise unless such a layer has such a state."""
    channels = weight.shape[1] * groups
    if state.dim() not in (2, 3) or state.shape[-2] != channels:
        raise ValueError(
            f"`state` has shape {tuple(state.shape)}: {state.shape[-2]} channels, where `weight` "
            f"with `groups` (={groups}) takes {channels}."
        )


def check_samples(samples: object, state: Tensor) -> None:
    """Raise unless `samples` continue such a state: (…, C, B) for (…, C, samples)."""
    for name, tensor in (("state", state), ("samples", samples)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"`{name}` (={tensor!r}) must be a tensor.")
    assert isinstance(samples, Tensor)
    if samples.dim() != state.dim() or samples.shape[:-1] != state.shape[:-1]:
        sizes = ", ".join(str(size) for size in state.shape[:-1])
        raise ValueError(
            f"`samples` has shape {tuple(samples.shape)}; this stream takes ({sizes}, any length)."
        )
    if samples.device != state.device:
        raise ValueError(f"`samples` is on {samples.device}; this stream is on {state.device}.")
    if samples.dtype != state.dtype:
        raise TypeError(f"`samples` is {samples.dtype}; this stream takes {state.dtype}.")
