"""How the gradient finds its way to the compact parameters: recorded from autograd, step by step.

The loss is half the mean squared difference between output and target, over the whole signal or at
one position alone, so that ∂L/∂y = (y − target) / number of outputs in the loss. Everything is
computed in float64 by the real layer and by PyTorch's optimizers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch

from pdviz.analysis._arrays import check_compact, frozen
from pdviz.analysis._layers import layer_with
from pdviz.analysis.window import Window, window_at
from pdviz.conv._backends import Arguments, assembled
from pdviz.limits import MAX_LOSS, MAX_TRACE_LENGTH, MAX_TRACE_SPAN, MAX_TRAINING_STEPS
from pdviz.pattern import Pattern

OPTIMIZERS = MappingProxyType({"sgd": torch.optim.SGD, "adam": torch.optim.Adam})


@dataclass(frozen=True, slots=True, eq=False)
class GradientTrace:
    """One step: forward, backward, update, and the loss that follows.

    Attributes:
        pattern: where the taps sit.
        window: the input window, the assembled kernel and the products at the position looked at.
        compact: (T,) the compact parameters before the step.
        output: (L,) y; `target`: (L,) what it should be.
        in_loss: how many outputs the loss takes in, 1 or L.
        loss: L = Σ (y − target)² / (2 · in_loss).
        grad_output: (L,) ∂L/∂y, zero at outputs that the loss leaves out.
        grad_kernel: (K,) ∂L/∂(assembled kernel), gaps included.
        grad_compact: (T,) ∂L/∂(compact parameters), gathered from `grad_kernel` at the taps.
        compact_after: (T,) the parameters after the optimizer's step.
        loss_after: the loss with them.
    """

    pattern: Pattern
    window: Window
    compact: np.ndarray
    output: np.ndarray
    target: np.ndarray
    in_loss: int
    loss: float
    grad_output: np.ndarray
    grad_kernel: np.ndarray
    grad_compact: np.ndarray
    compact_after: np.ndarray
    loss_after: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """N recorded steps of one optimizer; row n of an array is before step n.

    Attributes:
        pattern: where the taps sit.
        signal: (L,) the input; `target`: (L,) the wanted output; `position`: the output looked at.
        in_loss: how many outputs the loss takes in, 1 or L.
        compact: (N + 1, T); `output`: (N + 1, L); `loss`: (N + 1,).
        grad_output: (N, L); `grad_kernel`: (N, K); `grad_compact`: (N, T).
        diverged: whether the run ended early because the loss passed `limits.MAX_LOSS`.
    """

    pattern: Pattern
    signal: np.ndarray
    target: np.ndarray
    position: int
    in_loss: int
    compact: np.ndarray
    output: np.ndarray
    loss: np.ndarray
    grad_output: np.ndarray
    grad_kernel: np.ndarray
    grad_compact: np.ndarray
    diverged: bool

    @property
    def steps(self) -> int:
        """The number of steps recorded, N."""
        return len(self.grad_compact)

    def step(self, number: int) -> GradientTrace:
        """Step `number`, 0 ≤ number < N, as a trace."""
        if not 0 <= number < self.steps:
            raise ValueError(f"`number` (={number}) must be 0 to {self.steps - 1}.")
        compact = self.compact[number]
        return GradientTrace(
            pattern=self.pattern,
            window=window_at(self.pattern, compact, self.signal, self.position),
            compact=compact,
            output=self.output[number],
            target=self.target,
            in_loss=self.in_loss,
            loss=float(self.loss[number]),
            grad_output=self.grad_output[number],
            grad_kernel=self.grad_kernel[number],
            grad_compact=self.grad_compact[number],
            compact_after=self.compact[number + 1],
            loss_after=float(self.loss[number + 1]),
        )


def record_run(
    pattern: Pattern,
    compact: np.ndarray,
    signal: np.ndarray,
    target: np.ndarray,
    *,
    position: int,
    whole_signal: bool = False,
    steps: int = 1,
    learning_rate: float = 0.1,
    optimizer: str = "sgd",
) -> TrainingRun:
    """Train the compact parameters for `steps` steps and record every one.

    Args:
        pattern: where the taps sit; spans at most `limits.MAX_TRACE_SPAN`.
        compact: (T,) the parameters to start from.
        signal, target: (L,) input and wanted output, L ≤ `limits.MAX_TRACE_LENGTH`.
        position: the output looked at, 0 ≤ position < L.
        whole_signal: whether the loss takes in every output, or the one at `position` alone.
        steps: 1 to `limits.MAX_TRAINING_STEPS`.
        learning_rate: > 0, finite.
        optimizer: "sgd" (plain) or "adam", with PyTorch's defaults otherwise.

    Raises:
        ValueError: an argument is out of range, or is so large that the run overflows float64; the
            message names it. What is returned is finite.
    """
    _check(pattern, compact, signal, target, position, steps, learning_rate, optimizer)
    layer = layer_with(pattern, compact, dtype=torch.float64)
    args = Arguments(pattern, 1, "same", 1, "zeros")
    inputs = torch.tensor(signal, dtype=torch.float64)[None, None]
    wanted = torch.tensor(target, dtype=torch.float64)
    chosen = slice(None) if whole_signal else slice(position, position + 1)
    update = OPTIMIZERS[optimizer](layer.parameters(), lr=learning_rate)

    rows: dict[str, list[np.ndarray]] = {
        name: [] for name in ("compact", "output", "grad_output", "grad_kernel", "grad_compact")
    }
    losses: list[float] = []
    while True:
        kernel = layer.kernel()
        output = assembled(inputs, kernel, None, args)
        loss = (output[0, 0, chosen] - wanted[chosen]).square().mean() / 2
        rows["compact"].append(_side_by_side(list(layer.parameters())))
        rows["output"].append(output.detach().numpy()[0, 0])
        losses.append(loss.item())
        diverged = not losses[-1] <= MAX_LOSS
        if len(losses) > steps or (diverged and len(losses) > 1):
            break
        kernel.retain_grad()
        output.retain_grad()
        update.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        assert output.grad is not None
        assert kernel.grad is not None
        rows["grad_output"].append(output.grad.numpy()[0, 0])
        rows["grad_kernel"].append(kernel.grad.numpy()[0, 0])
        rows["grad_compact"].append(_side_by_side([p.grad for p in layer.parameters()]))
        update.step()
    recorded = {name: frozen(values) for name, values in (*rows.items(), ("loss", losses))}
    if not all(np.isfinite(values).all() for values in recorded.values()):
        raise ValueError(
            f"`learning_rate` (={learning_rate}), `compact`, `signal` or `target` is too large: "
            "the run overflows."
        )
    return TrainingRun(
        pattern=pattern,
        signal=frozen(signal),
        target=frozen(target),
        position=position,
        in_loss=len(signal) if whole_signal else 1,
        diverged=diverged,
        **recorded,
    )


def _side_by_side(parts: list[torch.Tensor | None]) -> np.ndarray:
    """The three parts of one channel as one array (T,)."""
    return np.concatenate([part.detach().numpy().ravel() for part in parts if part is not None])


def _check(
    pattern: Pattern,
    compact: np.ndarray,
    signal: np.ndarray,
    target: np.ndarray,
    position: int,
    steps: int,
    learning_rate: float,
    optimizer: str,
) -> None:
    if pattern.kernel_size > MAX_TRACE_SPAN:
        raise ValueError(
            f"`pattern` spans {pattern.kernel_size} elements; "
            f"a trace takes at most {MAX_TRACE_SPAN}."
        )
    check_compact(pattern, compact)
    if signal.ndim != 1 or not 1 <= len(signal) <= MAX_TRACE_LENGTH:
        raise ValueError(f"`signal` has shape {signal.shape}; it takes (1 … {MAX_TRACE_LENGTH},).")
    if target.shape != signal.shape:
        raise ValueError(f"`target` has shape {target.shape} and `signal` {signal.shape}.")
    for name, values in (("compact", compact), ("signal", signal), ("target", target)):
        if not np.isfinite(values).all():
            raise ValueError(f"`{name}` must be finite.")
    if not 0 <= position < len(signal):
        raise ValueError(f"`position` (={position}) must be 0 to {len(signal) - 1}.")
    if not 1 <= steps <= MAX_TRAINING_STEPS:
        raise ValueError(f"`steps` (={steps}) must be 1 to {MAX_TRAINING_STEPS}.")
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"`learning_rate` (={learning_rate}) must be above 0 and finite.")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"`optimizer` (={optimizer!r}) must be one of {tuple(OPTIMIZERS)}.")
