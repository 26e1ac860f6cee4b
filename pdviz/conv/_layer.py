"""The layer as a `torch.nn.Module`: parameters and options around `partially_dilated_conv1d`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final, Literal, cast

import torch
from torch import Tensor, nn

from pdviz.conv._backends import Arguments, Backend, choose
from pdviz.conv._functional import (
    abbreviated,
    assemble_kernel,
    check_layer,
    check_pattern,
    join,
    partially_dilated_conv1d,
)
from pdviz.conv._padding import Padding, amounts
from pdviz.pattern import Pattern

_PAD_MODULES = {
    "zeros": nn.ZeroPad1d,
    "reflect": nn.ReflectionPad1d,
    "replicate": nn.ReplicationPad1d,
    "circular": nn.CircularPad1d,
}


_OFFSETS: Final = "_extra_state"
"""The name that PyTorch gives in a state dict to what `get_extra_state` returns."""

torch.serialization.add_safe_globals([Pattern, range])  # so that `torch.load` takes a pattern


def _few(offsets: tuple[int, ...]) -> str:
    """Write offsets for a message: not all of many."""
    if len(offsets) <= 16:
        return str(offsets)
    return f"({', '.join(map(str, offsets[:8]))}, … {offsets[-1]}), {len(offsets):,} of them"


torch.fx.wrap("partially_dilated_conv1d")  # one step of a graph: its checks cannot be traced


class PartiallyDilatedConv1d(nn.Module):
    """1-D convolution whose kernel is a dense island between dilated wings.

    The trainable parameters are compact: `left`, `island` and `right`, each of shape
    (out_channels, in_channels // groups, taps); a wing without taps is None, as `bias=False` is.
    Gaps have no weight, so nothing has to keep them zero.

    >>> pattern = Pattern.partially_dilated(wing=4, dilation=2, island=5)
    >>> layer = PartiallyDilatedConv1d(8, 8, pattern, groups=8)
    >>> layer.left.shape, layer.island.shape, layer.kernel().shape
    (torch.Size([8, 1, 4]), torch.Size([8, 1, 5]), torch.Size([8, 1, 21]))
    >>> layer(torch.zeros(2, 8, 100)).shape
    torch.Size([2, 8, 100])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        pattern: Pattern,
        *,
        stride: int = 1,
        padding: Padding = "same",
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        backend: Backend = "auto",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Make a layer; weights start as `Conv1d`'s do, with fan-in counted in taps.

        Args:
            in_channels, out_channels: channels of input and output, ≥ 1.
            pattern: where the taps sit.
            bias: whether to add a trainable bias of shape (out_channels,).
            device, dtype: of the parameters, as for any module.
            stride, padding, groups, padding_mode, backend: as of `partially_dilated_conv1d`.

        Raises:
            TypeError, ValueError: an argument is wrong; the message names it.
        """
        super().__init__()
        check_layer(
            in_channels,
            out_channels,
            pattern,
            stride=stride,
            padding=padding,
            groups=groups,
            bias=bias,
            padding_mode=padding_mode,
            backend=backend,
        )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.pattern = pattern
        self.stride = stride
        self.padding = padding
        self.groups = groups
        self.padding_mode = padding_mode
        self.backend = backend

        def parameter(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape, device=device, dtype=dtype))

        for name in ("left", "island", "right"):
            taps = len(getattr(pattern, name))
            part = parameter(out_channels, in_channels // groups, taps) if taps else None
            self.register_parameter(name, part)
        self.register_parameter("bias", parameter(out_channels) if bias else None)
        self.reset_parameters()

    left: nn.Parameter | None
    island: nn.Parameter
    right: nn.Parameter | None
    bias: nn.Parameter | None

    def reset_parameters(self) -> None:
        """Draw weights and bias from U(−b, b), b = 1 / √fan-in.

        The fan-in is taps · in_channels / groups. He et al. 2015, as `Conv1d` applies it (a = √5);
        counting gaps too would start the output too small by √(K / T).
        """
        bound = 1 / math.sqrt(self.pattern.taps * (self.in_channels // self.groups))
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def get_extra_state(self) -> Tensor:
        """Return what a state dict holds besides weights: the pattern's offsets, (taps,)."""
        return torch.tensor(self.pattern.offsets, device="cpu")

    def set_extra_state(self, state: object) -> None:
        """Raise unless these are the offsets of the layer's own pattern."""
        if problem := self._mismatch(state):
            raise ValueError(problem)

    def _mismatch(self, state: object) -> str | None:
        """Say how the offsets of a state dict differ from the layer's own; None if they do not."""
        if not isinstance(state, Tensor) or state.dim() != 1:
            return f"the offsets of the pattern (={state!r}) must be a tensor, (taps,)."
        if state.is_meta:  # of shapes alone
            return None
        if torch.equal(state.cpu(), self.get_extra_state().to(state.dtype)):  # all may be cast
            return None
        return (
            f"the weights are for taps at {_few(tuple(state.tolist()))}; this layer has them at "
            f"{_few(self.pattern.offsets)}."
        )

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
        """Load weights for the layer's own pattern, and of a `Conv1d` that has its taps.

        State dicts of older layers have no offsets, and an empty tensor for a wing without taps.
        """
        names = ("left", "island", "right")
        for name in names:
            part = state_dict.get(prefix + name)
            if getattr(self, name) is None and isinstance(part, Tensor) and part.numel() == 0:
                del state_dict[prefix + name]
        offsets = prefix + _OFFSETS
        if offsets in state_dict and (problem := self._mismatch(state_dict[offsets])):
            error_msgs.append(f"{prefix.removesuffix('.') or type(self).__name__}: {problem}")
            return
        state_dict.setdefault(offsets, self.get_extra_state())
        weight = state_dict.get(prefix + "weight")
        if isinstance(weight, Tensor) and not any(prefix + name in state_dict for name in names):
            weights = self._taps_of(weight)
            if weights is None:
                error_msgs.append(
                    f"{prefix}weight, {tuple(weight.shape)}, has weights where this layer's "
                    f"pattern has no tap: it takes {self.pattern.taps} weights, or a kernel over "
                    f"{self.pattern.kernel_size} elements with zeros at the gaps."
                )
                return
            del state_dict[prefix + "weight"]
            for name in names:
                taps = len(getattr(self.pattern, name))
                if taps:
                    state_dict[prefix + name], weights = weights[..., :taps], weights[..., taps:]
        super()._load_from_state_dict(
            state_dict,
            prefix,
            local_metadata,
            strict,
            missing_keys,
            unexpected_keys,
            error_msgs,
        )

    def _taps_of(self, weight: Tensor) -> Tensor | None:
        """Return the weights at the taps, of those of a `Conv1d`; None if it has others."""
        pattern = self.pattern
        if weight.shape[-1] == pattern.taps and len(pattern.runs) == 1:
            return weight  # a dense kernel, or a plain dilated one without its gaps
        if weight.shape[-1] != pattern.kernel_size:
            return None
        gaps = torch.ones(pattern.kernel_size, dtype=torch.bool)
        gaps[list(pattern.indices)] = False
        return None if weight[..., gaps].any() else weight[..., ~gaps]

    def forward(self, input: Tensor) -> Tensor:
        """Convolve: (N, in_channels, L) → (N, out_channels, L_out); or both without N."""
        return partially_dilated_conv1d(
            input,
            self.left,
            self.island,
            self.right,
            self.pattern,
            self.bias,
            stride=self.stride,
            padding=self.padding,
            groups=self.groups,
            padding_mode=self.padding_mode,
            backend=self.backend,
        )

    def backend_for(self, input: Tensor) -> Backend:
        """Return the backend that runs for this input: the layer's own, or what "auto" chooses."""
        if self.backend != "auto":
            return self.backend
        batch = input if input.dim() == 3 else input.unsqueeze(0)
        compact = join(self.left, self.island, self.right, self.pattern)
        args = Arguments(self.pattern, self.stride, self.padding, self.groups, self.padding_mode)
        return choose(batch, compact, args)

    def kernel(self) -> Tensor:
        """Assemble the kernel (out_channels, in_channels // groups, K); differentiable."""
        return assemble_kernel(self.left, self.island, self.right, self.pattern)

    def _split(self, weights: Tensor) -> Iterator[tuple[nn.Parameter, Tensor]]:
        """Yield each part with its share of such weights, (…, taps) in ascending order."""
        first = 0
        for part in (self.left, self.island, self.right):
            if part is not None:
                yield part, weights[..., first : first + part.shape[-1]]
                first += part.shape[-1]

    def fold(self) -> nn.Conv1d | nn.Sequential:
        """Make the equivalent `Conv1d`, its weight a copy of the assembled kernel.

        Where left and right padding differ, which `Conv1d` cannot express (a causal "same", say), a
        `Sequential` of a padding module and the `Conv1d`.

        >>> layer = PartiallyDilatedConv1d(2, 2, Pattern.parse("1011101"), groups=2)
        >>> layer.fold()
        Conv1d(2, 2, kernel_size=(7,), stride=(1,), padding=(3,), groups=2)
        >>> input = torch.randn(1, 2, 20)
        >>> torch.allclose(layer.fold()(input), layer(input), atol=1e-5)
        True
        """
        left, right = amounts(self.pattern, self.padding)
        one_sided = left != right
        mode = cast(Literal["zeros", "reflect", "replicate", "circular"], self.padding_mode)
        conv = nn.Conv1d(
            self.in_channels,
            self.out_channels,
            self.pattern.kernel_size,
            stride=self.stride,
            padding=0 if one_sided else left,
            groups=self.groups,
            bias=self.bias is not None,
            padding_mode="zeros" if one_sided else mode,
            device="meta",
        )
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            trained = self.island.requires_grad
        conv.weight = nn.Parameter(self.kernel().detach(), trained)
        if self.bias is not None:
            conv.bias = nn.Parameter(self.bias.detach().clone(), self.bias.requires_grad)
        if not one_sided:
            return conv.train(self.training)
        pad = _PAD_MODULES[mode]((left, right))
        return nn.Sequential(pad, conv).train(self.training)

    @classmethod
    def from_conv(
        cls, conv: nn.Conv1d, pattern: Pattern, *, backend: Backend = "auto"
    ) -> PartiallyDilatedConv1d:
        """Make a layer with a `Conv1d`'s weights at the taps; those at the gaps are left out.

        >>> conv = nn.Conv1d(2, 2, 3, dilation=4, padding="same")
        >>> layer = PartiallyDilatedConv1d.from_conv(conv, Pattern.dilated(3, 4))
        >>> input = torch.randn(1, 2, 20)
        >>> torch.allclose(layer(input), conv(input), atol=1e-5)
        True

        Args:
            conv: spans as many elements as the pattern; stride, padding, groups, bias and padding
                mode are taken over. A dilated one has weight 0 at its own gaps.
            pattern: where to take weights; element 0 of the kernel is `conv`'s first weight.
            backend: as of the layer.

        Raises:
            TypeError: `conv` is not a `torch.nn.Conv1d`.
            ValueError: it does not span the pattern, or pads "same" about another origin.
        """
        if not isinstance(conv, nn.Conv1d):
            raise TypeError(f"`conv` (={conv!r}) must be a torch.nn.Conv1d.")
        check_pattern(pattern)
        size, dilation = conv.kernel_size[0], conv.dilation[0]
        span = dilation * (size - 1) + 1
        if span != pattern.kernel_size:
            raise ValueError(
                f"`conv` spans {span} elements; `pattern` takes {pattern.kernel_size}."
            )
        padding = conv.padding if isinstance(conv.padding, str) else int(conv.padding[0])
        if padding == "same" and pattern.origin != (span - 1) // 2:
            raise ValueError(
                f'`conv` pads "same" about element {(span - 1) // 2}; '
                f"`pattern` has its origin at {pattern.origin}."
            )
        with torch.enable_grad():  # in which a reparametrised weight says whether it is trained
            weight = conv.weight
        layer = cls(
            conv.in_channels,
            conv.out_channels,
            pattern,
            stride=conv.stride[0],
            padding=padding,  # type: ignore[arg-type]  # Conv1d allows "same" and "valid" alone
            groups=conv.groups,
            bias=conv.bias is not None,
            padding_mode=conv.padding_mode,
            backend=backend,
            device=weight.device,
            dtype=weight.dtype,
        )
        with torch.no_grad():
            kernel = weight.new_zeros((*weight.shape[:2], span))
            kernel[..., ::dilation] = weight
            weights = kernel[..., list(pattern.indices)]
            for part, values in layer._split(weights):
                part.copy_(values).requires_grad_(weight.requires_grad)
            if layer.bias is not None and conv.bias is not None:
                layer.bias.copy_(conv.bias).requires_grad_(conv.bias.requires_grad)
        return layer.train(conv.training)

    def extra_repr(self) -> str:
        """List the arguments that differ from their defaults, and the pattern as it is written."""
        parts = [f"{self.in_channels}, {self.out_channels}, pattern={abbreviated(self.pattern)}"]
        parts.append(f"taps={self.pattern.taps}, kernel_size={self.pattern.kernel_size}")
        if self.pattern.origin != (self.pattern.kernel_size - 1) // 2:
            parts.append(f"origin={self.pattern.origin}")
        defaults = {"stride": 1, "padding": "same", "groups": 1, "padding_mode": "zeros"}
        for name, default in {**defaults, "backend": "auto"}.items():
            if getattr(self, name) != default:
                parts.append(f"{name}={getattr(self, name)!r}")
        if self.bias is None:
            parts.append("bias=False")
        return ", ".join(parts)
