"""Training run, recorded from autograd step by step: how the gradient reaches the parameters.

The loss is half the mean squared difference between output and target, over the whole signal or at
one position alone, so that ∂L/∂y = (y − target) / number of outputs in the loss. Everything is
computed in float64 by the real modules and by PyTorch's optimizers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from pdviz.analysis._arrays import check_compact, frozen
from pdviz.analysis.signal import Window, window_at
from pdviz.analysis.stack.kernel import dense_like
from pdviz.analysis.training.loop import FRACTIONS, Model
from pdviz.analysis.training.size import most_steps
from pdviz.analysis.training.variants import GAPS, ParameterLayout, start_variant
from pdviz.limits import (
    MAX_LOSS,
    MAX_MOMENTUM,
    MAX_TRACE_LENGTH,
    MAX_TRACE_SPAN,
    MAX_WEIGHT_DECAY,
)
from pdviz.pattern import Pattern
from pdviz.ways import TRAINED, Way

OPTIMIZERS: Final = ("sgd", "adam")


@dataclass(frozen=True, slots=True)
class Update:
    """The optimizer, PyTorch's SGD or Adam, with its defaults but for these.

    Attributes:
        name: "sgd" or "adam".
        rate: the learning rate, > 0 and finite.
        momentum: of SGD, 0 to `limits.MAX_MOMENTUM`; 0 with Adam, which has averages of its own.
        decay: `weight_decay`, 0 to `limits.MAX_WEIGHT_DECAY`: the L2 penalty, added to each
            gradient times the weight.
    """

    name: str = "sgd"
    rate: float = 0.1
    momentum: float = 0.0
    decay: float = 0.0

    def optimizer(self, module: torch.nn.Module) -> torch.optim.Optimizer:
        """Return the PyTorch optimizer for the parameters of `module`."""
        if self.name == "adam":
            return torch.optim.Adam(module.parameters(), lr=self.rate, weight_decay=self.decay)
        return torch.optim.SGD(
            module.parameters(), lr=self.rate, momentum=self.momentum, weight_decay=self.decay
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """N recorded steps of one optimizer; row n of an array is before step n.

    Attributes:
        way: which variant is trained, one of `TRAINED`.
        gaps: of "mask", how the weights at gaps started, one of `GAPS`; else None.
        layout: where the parameters go.
        update: the optimizer.
        signal: (L,) the input; `target`: (L,) the target of the output.
        position: the only output in the loss; None: all are.
        params: (N + 1, P) the parameters; `kernel`: (N + 1, K) the kernel that they make.
        output: (N + 1, L); `loss`: (N + 1,).
        grad_output: (N, L) ∂L/∂y, zero at outputs that the loss leaves out.
        grad_kernel: (N, K) ∂L/∂(assembled kernel), before any mask, gaps included.
        grad_params: (N, P) the gradient that the optimizer received, after the mask.
        fractions: (M,) of a step, 0 to 2; `along`: (N, M) the loss after that much of step n.
        diverged: whether the run ended early because the loss passed `limits.MAX_LOSS`.
    """

    way: str
    gaps: str | None
    layout: ParameterLayout
    update: Update
    signal: np.ndarray
    target: np.ndarray
    position: int | None
    params: np.ndarray
    kernel: np.ndarray
    output: np.ndarray
    loss: np.ndarray
    grad_output: np.ndarray
    grad_kernel: np.ndarray
    grad_params: np.ndarray
    fractions: np.ndarray
    along: np.ndarray
    diverged: bool

    @property
    def pattern(self) -> Pattern:
        """The pattern; its gaps may hold weights in "mask" and "conv1d"."""
        return self.layout.pattern

    @property
    def steps(self) -> int:
        """The number of steps recorded, N."""
        return len(self.grad_params)

    @property
    def in_loss(self) -> int:
        """How many outputs the loss includes, 1 or L: it is Σ (y − target)² / (2 · in_loss)."""
        return len(self.signal) if self.position is None else 1

    def window(self, step: int, position: int) -> Window:
        """Return what the kernel sees at `position` before step `step`, gaps' weights included."""
        elements = dense_like(self.pattern)
        return window_at(elements, self.kernel[step], self.signal, position)


def record_run(
    pattern: Pattern,
    compact: np.ndarray,
    signal: np.ndarray,
    target: np.ndarray,
    *,
    position: int | None = None,
    way: str = "compact",
    gaps: str = "zero",
    update: Update = Update(),
    steps: int = 1,
    seed: int = 0,
) -> TrainingRun:
    """Train one variant for `steps` steps and record every one.

    Args:
        pattern: where the taps sit; spans at most `limits.MAX_TRACE_SPAN`.
        compact: (T,) the weights at the taps to start from, the same in every variant.
        signal, target: (L,) input and target of the output, L ≤ `limits.MAX_TRACE_LENGTH`; the
            input is zero beyond its ends.
        position: the only output in the loss, 0 ≤ position < L; None: all are.
        way: "compact": the layer; "sum": of a dense and a dilated `Conv1d`; "mask": a dense one
            with gradient masking; "conv1d": a dense one whose gaps start at zero.
        gaps: of "mask": the weights at gaps start at "zero"; or as `Conv1d` draws them, "conv"; or
            they are "pruned": after `DENSE_STEPS` steps without a mask, which are not recorded, the
            kernel is reset to its start, with zero gaps, but the optimizer keeps its momentum.
        update: the optimizer.
        steps: 1 to `size.most_steps` of the kernel's size, `limits.MAX_TRAINING_STEPS` or fewer.
        seed: random seed of the gaps of "conv".

    Raises:
        ValueError: an argument is out of range, or the variant cannot make the pattern, or the
            values are so large that the run overflows float64; the message names it. What is
            returned is finite.
    """
    _check(pattern, compact, signal, target, position, way, gaps, update, steps)
    model = Model(start_variant(way, pattern, compact, gaps, seed), signal, target, position)
    optimizer = update.optimizer(model.variant.module)
    if way == Way.GRADIENT_MASK and gaps == "pruned":
        model.train_dense_then_prune(optimizer)
    rows = defaultdict[str, list[np.ndarray]](list)
    losses: list[float] = []
    for values, loss in model.train(optimizer, steps):
        for name, value in values.items():
            rows[name].append(value)
        losses.append(loss)
    recorded = {name: frozen(values) for name, values in (*rows.items(), ("loss", losses))}
    recorded["along"] = frozen(model.losses_along(recorded["kernel"]))
    if not all(np.isfinite(values).all() for values in recorded.values()):
        raise ValueError(
            f"`update` (={update}), `compact`, `signal` or `target` is too large: "
            "the run overflows."
        )
    return TrainingRun(
        way=way,
        gaps=gaps if way == Way.GRADIENT_MASK else None,
        layout=model.variant.layout,
        update=update,
        signal=frozen(signal),
        target=frozen(target),
        position=position,
        fractions=frozen(FRACTIONS),
        diverged=losses[-1] > MAX_LOSS,
        **recorded,
    )


def _check(
    pattern: Pattern,
    compact: np.ndarray,
    signal: np.ndarray,
    target: np.ndarray,
    position: int | None,
    way: str,
    gaps: str,
    update: Update,
    steps: int,
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
    if position is not None and not 0 <= position < len(signal):
        raise ValueError(f"`position` (={position}) must be 0 to {len(signal) - 1}, or None.")
    for name, value, names in (("way", way, TRAINED), ("gaps", gaps, GAPS)):
        if value not in names:
            raise ValueError(f"`{name}` (={value!r}) must be one of {names}.")
    most_recorded = most_steps(pattern.kernel_size)
    if not 1 <= steps <= most_recorded:
        raise ValueError(f"`steps` (={steps}) must be 1 to {most_recorded}.")
    if update.name not in OPTIMIZERS:
        raise ValueError(f"`update.name` (={update.name!r}) must be one of {OPTIMIZERS}.")
    if not 0 < update.rate < math.inf:
        raise ValueError(f"`update.rate` (={update.rate}) must be above 0 and finite.")
    most = MAX_MOMENTUM if update.name == "sgd" else 0.0
    if not 0 <= update.momentum <= most:
        raise ValueError(
            f"`update.momentum` (={update.momentum}) must be 0 to {most:g} with {update.name!r}."
        )
    if not 0 <= update.decay <= MAX_WEIGHT_DECAY:
        raise ValueError(f"`update.decay` (={update.decay}) must be 0 to {MAX_WEIGHT_DECAY:g}.")
