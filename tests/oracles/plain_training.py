"""Each way trained as a person would write it in PyTorch, with nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

OPTIMIZERS: dict[str, Any] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


class Plain:
    """One way, its kernel of K elements with the output at `origin`; float64, no bias."""

    def __init__(
        self,
        way: str,
        kernel: np.ndarray,
        origin: int,
        taps: Sequence[int],
        rows: Sequence[Sequence[int]] = (),
    ) -> None:
        """Take the starting kernel; `taps`, `rows`: indices of taps, and of the sum's two rows."""
        self.way, self.origin, self.size = way, origin, len(kernel)
        self.taps, self.rows = list(taps), [list(row) for row in rows]
        start = torch.tensor(kernel, dtype=torch.float64)
        self.start = start.clone()
        if way == "compact":
            self.weights = [start[self.taps].clone()]
        elif way == "sum":
            shares = [sum(i in row for row in self.rows) for i in range(self.size)]
            self.weights = [start[row] / torch.tensor(shares)[row] for row in self.rows]
        else:
            self.weights = [start.clone()]
        for weight in self.weights:
            weight.requires_grad_()

    def kernel(self) -> torch.Tensor:
        """The kernel that it convolves with."""
        whole = torch.zeros(self.size, dtype=torch.float64)
        if self.way == "compact":
            return whole.index_add(0, torch.tensor(self.taps), self.weights[0])
        if self.way == "sum":
            for row, weight in zip(self.rows, self.weights, strict=True):
                whole = whole.index_add(0, torch.tensor(row), weight)
            return whole
        return self.weights[0] * 1

    def train(
        self,
        signal: np.ndarray,
        target: np.ndarray,
        optimizer: str,
        steps: int,
        *,
        pruned: bool = False,
        **options: float,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the kernel before each step and after the last, and its gradient."""
        rule = OPTIMIZERS[optimizer](self.weights, **options)
        gaps = [i for i in range(self.size) if i not in self.taps]
        sides = (self.origin, self.size - 1 - self.origin)
        x = F.pad(torch.tensor(signal, dtype=torch.float64)[None, None], sides)
        kernels, gradients = [], []
        for number in range(-5 if pruned else 0, steps + 1):
            if number == 0 and pruned:
                with torch.no_grad():
                    self.weights[0].copy_(self.start)
            whole = self.kernel()
            whole.retain_grad()
            error = F.conv1d(x, whole[None, None])[0, 0] - torch.tensor(target)
            rule.zero_grad()
            (error.square().mean() / 2).backward()
            if number >= 0:
                kernels.append(whole.detach().numpy().copy())
                gradients.append(whole.grad.numpy().copy())
                if self.way == "mask":
                    self.weights[0].grad[gaps] = 0
            if number < steps:
                rule.step()
        return np.array(kernels), np.array(gradients[:-1])
