"""Training loop: forward, backward and update by PyTorch, with the values of every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.analysis.training.variants import Variant, kernel_of
from pdviz.limits import MAX_LOSS

FRACTIONS: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""The fractions of each step after which the loss is computed."""
DENSE_STEPS: Final = 5
"""How many dense steps precede the pruning, if the gaps are pruned."""


class Model:
    """A variant of the layer with its signal, and the loss of its output."""

    def __init__(
        self, variant: Variant, signal: np.ndarray, target: np.ndarray, position: int | None
    ) -> None:
        self.variant = variant
        origin, size = variant.layout.pattern.origin, variant.layout.pattern.kernel_size
        padding = (origin, size - 1 - origin)  # the layer's "same"
        self._padded = F.pad(torch.tensor(signal, dtype=torch.float64)[None, None], padding)
        self._target = torch.tensor(target, dtype=torch.float64)
        self._in_loss = slice(None) if position is None else slice(position, position + 1)

    def outputs(self, kernels: Tensor) -> Tensor:
        """Return the output of each kernel: (B, 1, K) → (B, L)."""
        return F.conv1d(self._padded, kernels)[0]

    def losses(self, outputs: Tensor) -> Tensor:
        """Return the loss of each output: (B, L) → (B,)."""
        errors = outputs[:, self._in_loss] - self._target[self._in_loss]
        return errors.square().mean(dim=1) / 2

    def train(
        self, optimizer: torch.optim.Optimizer, steps: int
    ) -> Iterator[tuple[dict[str, np.ndarray], float]]:
        """Yield the values and gradients before each step, with the loss; last, after all steps.

        The run ends early when the loss passes `limits.MAX_LOSS`. After the last step there are no
        gradients.
        """
        parameters = list(self.variant.module.parameters())
        for number in range(steps + 1):
            kernel = kernel_of(self.variant.module)
            output = self.outputs(kernel)
            loss = self.losses(output)[0]
            values = {
                "params": _side_by_side(parameters),
                "kernel": kernel.detach().numpy()[0, 0],
                "output": output.detach().numpy()[0],
            }
            diverged = not loss.item() <= MAX_LOSS
            if number == steps or (diverged and number):
                yield values, loss.item()
                return
            kernel.retain_grad()
            output.retain_grad()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            assert output.grad is not None
            assert kernel.grad is not None
            values["grad_output"] = output.grad.numpy()[0]
            values["grad_kernel"] = kernel.grad.numpy()[0, 0]
            values["grad_params"] = _side_by_side([p.grad for p in parameters])
            yield values, loss.item()
            optimizer.step()

    def train_dense_then_prune(self, optimizer: torch.optim.Optimizer) -> None:
        """Take `DENSE_STEPS` steps without the mask, and reset the kernel, not the optimizer."""
        (weight,) = self.variant.module.parameters()
        for _ in range(DENSE_STEPS):
            optimizer.zero_grad()
            self.losses(self.outputs(weight))[0].backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        with torch.no_grad():
            weight.copy_(self.variant.start)

    def losses_along(self, kernel: np.ndarray) -> np.ndarray:
        """Return the loss after fractions of each step, (N, M).

        `kernel` is (N + 1, K): before each step, and after the last.
        """
        kernels = torch.tensor(kernel)
        fractions = torch.tensor(FRACTIONS, dtype=torch.float64)[:, None]
        between = torch.lerp(kernels[:-1, None], kernels[1:, None], fractions)
        losses = self.losses(self.outputs(between.flatten(0, 1)[:, None]))
        return losses.view(-1, len(FRACTIONS)).numpy()


def _side_by_side(tensors: list[Tensor | None] | list[torch.nn.Parameter]) -> np.ndarray:
    """Concatenate the parameters of one channel, or their gradients: (P,)."""
    return np.concatenate([each.detach().numpy().ravel() for each in tensors if each is not None])
