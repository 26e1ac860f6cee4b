"""Proofs of one recorded step: the same numbers by ways that know nothing of each other.

Each is a difference between two ways, the size of what was compared, and the difference that
rounding in float64 can explain; a larger one means that something is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from pdviz.analysis.proof import Agreement
from pdviz.analysis.stack.module import layer_with
from pdviz.analysis.training.run import TrainingRun
from pdviz.analysis.training.variants import kernel_of
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv._alternative import Alternative
from pdviz.conv.alternatives import GradientMaskedConv1d, SumConv1d

RELATIVE: Final = 1e-6
"""Largest difference to finite differences that is taken, of the largest gradient."""
RELATIVE_WAYS: Final = 1e-12
"""Largest difference between the ways that is taken, of the largest value."""
_EPSILON: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class GradientChecks:
    """The proofs of one step.

    Attributes:
        finite: of every held parameter, autograd's gradient before any mask, and the central
            difference of the loss over `width` to either side, computed in NumPy.
        width: how far each parameter was moved.
        ways: the weights at the taps in the layer, gradient masking and, where it can make the
            pattern, the sum: each one's effective kernel, output by its own forward, and loss.
        names: of those ways.
        recorded: whether the recorded output and loss were compared too; they are not where gaps
            hold weights.
        gathered: what the optimizer was given, and the assembled kernel's gradient at each
            parameter's element; where a mask was applied, zero.
    """

    finite: Agreement
    width: float
    ways: Agreement
    names: tuple[str, ...]
    recorded: bool
    gathered: Agreement


def gradient_checks(run: TrainingRun, step: int) -> GradientChecks:
    """Check step `step` of a run, 0 ≤ step < N, anew.

    Raises:
        ValueError: there is no such step.
    """
    if not 0 <= step < run.steps:
        raise ValueError(f"`step` (={step}) must be 0 to {run.steps - 1}.")
    finite, width = _finite_differences(run, step)
    ways, names, recorded = _ways(run, step)
    return GradientChecks(finite, width, ways, names, recorded, _gathered(run, step))


def _finite_differences(run: TrainingRun, step: int) -> tuple[Agreement, float]:
    params, elements = run.params[step], run.held.elements
    width = 2.0**-7 * max(1.0, _largest(params))
    moves = width * np.eye(len(params))
    places = np.eye(run.pattern.kernel_size)[elements]  # (P, K): 1 where a parameter goes
    kernels = np.concatenate([params + moves, params - moves]) @ places
    windows, targets = _windows(run)[_in_loss(run)], run.target[_in_loss(run)]
    losses = ((kernels @ windows.T - targets) ** 2).mean(axis=1) / 2
    ahead, behind = np.split(losses, 2)
    differences = (ahead - behind) / (2 * width)
    gradients = np.where(run.held.kept, run.grad_params[step], run.grad_kernel[step, elements])
    # An output is a sum of products, which is rounded, and so is the loss, of which it is a square.
    sums = np.abs(windows) @ np.abs(kernels).max(axis=0) + np.abs(targets)
    output_error, loss = _EPSILON * _largest(sums), _largest(losses)
    loss_error = _EPSILON * loss + output_error * np.sqrt(2 * loss)
    rounding = 8 * float(loss_error / width + output_error * _largest(windows))
    size = _largest(gradients)
    finite = Agreement(
        difference=_largest(differences - gradients),
        size=size,
        tolerance=RELATIVE * size + rounding,
        count=len(params),
    )
    return finite, width


def _ways(run: TrainingRun, step: int) -> tuple[Agreement, tuple[str, ...], bool]:
    pattern, chosen = run.pattern, _in_loss(run)
    compact = run.kernel[step, list(pattern.indices)]
    kernel = np.zeros(pattern.kernel_size)
    kernel[list(pattern.indices)] = compact
    modules = _modules(run, compact, kernel)
    kernels, outputs = [], []
    with torch.no_grad():
        for module in modules.values():
            kernels.append(kernel_of(module).detach().numpy()[0, 0])
            outputs.append(module(torch.tensor(run.signal)[None, None]).numpy()[0, 0])
    losses = [((output - run.target)[chosen] ** 2).mean() / 2 for output in outputs]
    recorded = bool((run.kernel[step] == kernel).all())
    if recorded:
        outputs.append(run.output[step])
        losses.append(run.loss[step])
    # Each kind of number is measured by the largest sum that goes into it before it is rounded.
    sums = np.abs(_windows(run)) @ np.abs(kernel)
    spans = (
        (np.ptp(kernels, axis=0).max(), _largest(kernel)),
        (np.ptp(outputs, axis=0).max(), _largest(sums)),
        (np.ptp(losses), _largest((sums + np.abs(run.target))[chosen]) ** 2),
    )
    difference = _largest(np.array([span / size if size else span for span, size in spans]))
    ways = Agreement(difference, 1.0, tolerance=RELATIVE_WAYS, count=len(modules))
    return ways, tuple(modules), recorded


def _modules(
    run: TrainingRun, compact: np.ndarray, kernel: np.ndarray
) -> dict[str, PartiallyDilatedConv1d | Alternative]:
    """The ways that can make the pattern, each with the same kernel."""
    layer = layer_with(run.pattern, compact, dtype=torch.float64)
    others: dict[str, Alternative] = {}
    if run.asked.family is not None:
        added = SumConv1d(1, 1, run.asked, bias=False, dtype=torch.float64)
        if added.effective_pattern == run.pattern:
            others["the sum of two Conv1d"] = added
    others["gradient masking"] = GradientMaskedConv1d(
        1, 1, run.pattern, bias=False, dtype=torch.float64
    )
    for module in others.values():
        module.load_kernel(torch.tensor(kernel)[None, None])
    return {"compact parameters": layer, **others}


def _gathered(run: TrainingRun, step: int) -> Agreement:
    gradient = run.grad_kernel[step, run.held.elements]
    expected = np.where(run.held.kept, gradient, 0.0)
    return Agreement(
        difference=_largest(run.grad_params[step] - expected),
        size=float(np.abs(gradient).max()),
        tolerance=0.0,
        count=len(gradient),
    )


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def _windows(run: TrainingRun) -> np.ndarray:
    """(L, K) the samples under the kernel at each output; zeros beyond the ends."""
    pattern = run.pattern
    padded = np.pad(run.signal, (pattern.origin, pattern.kernel_size - 1 - pattern.origin))
    return np.lib.stride_tricks.sliding_window_view(padded, pattern.kernel_size)


def _in_loss(run: TrainingRun) -> slice:
    """The outputs that the loss takes in."""
    return slice(None) if run.position is None else slice(run.position, run.position + 1)
