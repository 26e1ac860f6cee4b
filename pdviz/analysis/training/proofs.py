"""Proofs of one recorded step: its gradients and its kernel by independent methods.

A difference larger than rounding in float64 can explain means that something is wrong.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import torch

from pdviz.analysis.proof import Agreement, Method, Proof, Quantity
from pdviz.analysis.stack.module import layer_with
from pdviz.analysis.stack.rounding import EPSILON
from pdviz.analysis.training.run import TrainingRun
from pdviz.analysis.training.variants import kernel_of
from pdviz.conv import PartiallyDilatedConv1d
from pdviz.conv.ways import Alternative, GradientMaskedConv1d, SumConv1d
from pdviz.ways import sum_offsets

RELATIVE: Final = 1e-6
"""Largest difference to finite differences that counts as agreement, of the largest gradient."""
RELATIVE_VARIANTS: Final = 1e-12
"""Largest difference between the variants that counts as agreement, of the largest value."""


class StepProofs(NamedTuple):
    """The proofs of one step.

    Attributes:
        finite: for every parameter, autograd's gradient before any mask, and the central difference
            of the loss, computed in NumPy; represented by the largest.
        variants: the weights at the taps in the layer, in gradient masking and, if it can make the
            pattern, in the sum: the effective kernel, the output of its own forward pass and the
            loss of each; represented by the loss.
        gathered: the gradient that the optimizer received, and the assembled kernel's gradient at
            each parameter's element, zero where a mask was applied; represented by the largest.
        width: how far each parameter was moved for the finite differences.
        recorded: whether the recorded output and loss were among the variants compared; they are
            not if gaps hold weights.
    """

    finite: Proof
    variants: Proof
    gathered: Proof
    width: float
    recorded: bool


def step_proofs(run: TrainingRun, step: int) -> StepProofs:
    """Prove step `step` of a run, 0 ≤ step < N, by computing it again.

    Raises:
        ValueError: there is no such step.
    """
    if not 0 <= step < run.steps:
        raise ValueError(f"`step` (={step}) must be 0 to {run.steps - 1}.")
    finite, width = _finite_differences(run, step)
    variants, recorded = _variants(run, step)
    return StepProofs(finite, variants, _gathered(run, step), width, recorded)


def _finite_differences(run: TrainingRun, step: int) -> tuple[Proof, float]:
    """Prove the gradients by central differences; also return how far parameters were moved."""
    params, elements = run.params[step], run.layout.elements
    width = 2.0**-7 * max(1.0, _largest(params))
    kernel = np.bincount(elements, weights=params, minlength=run.pattern.kernel_size)
    windows, targets = _windows(run)[_in_loss(run)], run.target[_in_loss(run), None]
    outputs = (windows @ kernel)[:, None]
    moves = width * windows[:, elements]  # (L, P): how far each parameter moves each output
    ahead, behind = (((outputs + sign * moves - targets) ** 2).mean(axis=0) / 2 for sign in (1, -1))
    differences = (ahead - behind) / (2 * width)
    gradients = np.where(
        run.layout.unmasked, run.grad_params[step], run.grad_kernel[step, elements]
    )
    # The loss is a mean of squares of outputs, which are sums of products: both are rounded.
    reach = np.abs(kernel)
    reach[elements] += width
    sums = np.abs(windows) @ reach + np.abs(targets[:, 0])
    output_error, loss = EPSILON * _largest(sums), max(_largest(ahead), _largest(behind))
    loss_error = EPSILON * loss + output_error * np.sqrt(2 * loss)
    rounding = 8 * float(loss_error / width + output_error * _largest(windows))
    size = _largest(gradients)
    agreement = Agreement(
        difference=_largest(differences - gradients),
        size=size,
        tolerance=RELATIVE * size + rounding,
        count=len(params),
    )
    methods = (Method("autograd", size), Method("central differences", _largest(differences)))
    return Proof(Quantity.FINITE_DIFFERENCES, methods, agreement), width


def _variants(run: TrainingRun, step: int) -> tuple[Proof, bool]:
    """Prove that every variant makes the same kernel, output and loss of the weights at the taps.

    Also return whether the recorded step is among them.
    """
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
    names = list(modules)
    recorded = bool((run.kernel[step] == kernel).all())
    if recorded:
        names.append("recorded step")
        outputs.append(run.output[step])
        losses.append(run.loss[step])
    # Each difference is taken as a share of the largest sum of magnitudes that is rounded for it.
    sums = np.abs(_windows(run)) @ np.abs(kernel)
    spans = (
        (np.ptp(kernels, axis=0).max(), _largest(kernel)),
        (np.ptp(outputs, axis=0).max(), _largest(sums)),
        (np.ptp(losses), _largest((sums + np.abs(run.target))[chosen]) ** 2),
    )
    difference = _largest(np.array([span / size if size else span for span, size in spans]))
    agreement = Agreement(difference, 1.0, tolerance=RELATIVE_VARIANTS, count=len(modules))
    methods = tuple(Method(name, float(loss)) for name, loss in zip(names, losses, strict=True))
    return Proof(Quantity.SAME_KERNEL, methods, agreement), recorded


def _modules(
    run: TrainingRun, compact: np.ndarray, kernel: np.ndarray
) -> dict[str, PartiallyDilatedConv1d | Alternative]:
    """Return the variants that can make the pattern, each with the same kernel."""
    layer = layer_with(run.pattern, compact, dtype=torch.float64)
    others: dict[str, Alternative] = {}
    if sum_offsets(run.pattern) is not None:
        added = SumConv1d(1, 1, run.pattern, bias=False, dtype=torch.float64)
        others["the sum of two Conv1d"] = added
    others["gradient masking"] = GradientMaskedConv1d(
        1, 1, run.pattern, bias=False, dtype=torch.float64
    )
    for module in others.values():
        module.load_kernel(torch.tensor(kernel)[None, None])
    return {"compact parameters": layer, **others}


def _gathered(run: TrainingRun, step: int) -> Proof:
    """Prove that each parameter received the gradient of its element of the assembled kernel."""
    gradient = run.grad_kernel[step, run.layout.elements]
    expected = np.where(run.layout.unmasked, gradient, 0.0)
    agreement = Agreement(
        difference=_largest(run.grad_params[step] - expected),
        size=_largest(gradient),
        tolerance=0.0,
        count=len(gradient),
    )
    methods = (
        Method("received by the optimizer", _largest(run.grad_params[step])),
        Method("assembled kernel's gradient", _largest(expected)),
    )
    return Proof(Quantity.GATHERED_GRADIENT, methods, agreement)


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def _windows(run: TrainingRun) -> np.ndarray:
    """Return the samples under the kernel at each output, (L, K); zeros beyond the ends."""
    pattern = run.pattern
    padded = np.pad(run.signal, (pattern.origin, pattern.kernel_size - 1 - pattern.origin))
    return np.lib.stride_tricks.sliding_window_view(padded, pattern.kernel_size)


def _in_loss(run: TrainingRun) -> slice:
    """Return the outputs that the loss includes."""
    return slice(None) if run.position is None else slice(run.position, run.position + 1)
