"""Training worked out again in NumPy, from the formulas alone, for every way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.training.run import TrainingRun, Update, record_run

free = st.sets(st.integers(-6, 6), min_size=1, max_size=6).map(lambda s: Pattern(tuple(s)))
families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 3),
    st.integers(1, 4),
    st.sampled_from([1, 3, 5, 7]),
    st.booleans(),
)
patterns = free | families
seeds = st.integers(0, 2**32 - 1)
updates = st.builds(
    Update,
    st.just("sgd"),
    st.sampled_from([0.001, 0.02]),
    st.sampled_from([0.0, 0.5, 0.9]),
    st.sampled_from([0.0, 0.01, 1.0]),
) | st.builds(Update, st.just("adam"), st.sampled_from([0.001, 0.1]), st.just(0.0), st.just(0.5))


def elements(pattern: Pattern) -> list[int]:
    """The offset of each of the K elements of the kernel."""
    return list(range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1))


def kernel_of(pattern: Pattern, compact: np.ndarray) -> np.ndarray:
    weights = dict(zip(pattern.offsets, compact, strict=True))
    return np.array([weights.get(offset, 0.0) for offset in elements(pattern)])


def shifted(signal: np.ndarray, offset: int) -> np.ndarray:
    """x[t + offset] for every t, zeros beyond the ends."""
    length = len(signal)
    return np.array([signal[t + offset] if 0 <= t + offset < length else 0 for t in range(length)])


def offsets_of_way(way: str, pattern: Pattern) -> list[list[int]]:
    """Row by row the offset of each parameter that a way holds, by what the way is."""
    if way == "compact":
        return [list(pattern.offsets)]
    if way != "sum":
        return [elements(pattern)]
    assert pattern.family is not None
    wing, dilation, island, causal = pattern.family
    reach = island - 1 if causal else island // 2
    if dilation == 1:  # one run: no tap is left for wings
        reach, wing = reach + wing, 0
    dense = list(range(-reach, 1 if causal else reach + 1))
    if wing == 0:
        return [dense, [0]]
    end = reach + wing * dilation
    step = dilation if causal else next(s for s in range(dilation, end + 1) if 2 * end % s == 0)
    return [dense, list(range(-end, 1 if causal else end + 1, step))]


def has_sum(pattern: Pattern) -> bool:
    """Whether both wings, if there are two, are on one grid: by distance, or as a tap each."""
    wing, dilation, island, causal = pattern.family or (1, 1, 1, True)
    return causal or wing < 2 or (island - 1) % dilation == 0


sums = families.filter(has_sum)


@dataclass
class Step:
    """What there is before a step, and what the optimizer is given."""

    params: np.ndarray
    kernel: np.ndarray
    output: np.ndarray
    loss: float
    grad_output: np.ndarray
    grad_kernel: np.ndarray
    grad_params: np.ndarray


class Case:
    """A random pattern, its weights, a signal, a target, and the outputs in the loss."""

    def __init__(
        self,
        pattern: Pattern,
        length: int,
        seed: int,
        whole_signal: bool,
        way: str = "compact",
        gaps: str = "zero",
    ) -> None:
        rng = np.random.default_rng(seed)
        self.pattern, self.way, self.gaps = pattern, way, gaps
        self.compact = rng.normal(size=pattern.taps)
        self.signal, self.target = rng.normal(size=length), rng.normal(size=length)
        at = int(rng.integers(length))
        self.position = None if whole_signal else at
        self.in_loss = np.arange(length) if whole_signal else np.array([at])
        rows = offsets_of_way(way, pattern)
        self.parameter_offsets = np.array([offset for row in rows for offset in row])
        self.rows = [number for number, row in enumerate(rows) for _ in row]

    def __repr__(self) -> str:
        return (
            f"{self.pattern!r}, {self.way=}, {self.gaps=}, {self.compact=}, {self.signal=}, "
            f"{self.target=}, {self.position=}"
        )

    def run(self, **options: Any) -> TrainingRun:
        arguments = {"position": self.position, "way": self.way, "gaps": self.gaps, **options}
        return record_run(self.pattern, self.compact, self.signal, self.target, **arguments)

    def assembled(self, params: np.ndarray) -> np.ndarray:
        """The kernel that these parameters make: each is added where it belongs."""
        offsets = elements(self.pattern)
        return np.array([params[self.parameter_offsets == offset].sum() for offset in offsets])

    def start(self) -> np.ndarray:
        """The parameters that make the kernel of the compact ones; doubled taps are halved."""
        weights = dict(zip(self.pattern.offsets, self.compact, strict=True))
        shares = [
            int((self.parameter_offsets == offset).sum()) for offset in self.parameter_offsets
        ]
        return np.array(
            [
                weights.get(o, 0.0) / share
                for o, share in zip(self.parameter_offsets, shares, strict=True)
            ]
        )

    def output(self, kernel: np.ndarray) -> np.ndarray:
        columns = [shifted(self.signal, offset) for offset in elements(self.pattern)]
        return np.stack(columns, axis=1) @ kernel

    def loss_of_output(self, output: np.ndarray) -> float:
        error = (output - self.target)[self.in_loss]
        return float(error @ error) / (2 * len(error))

    def loss_of_kernel(self, kernel: np.ndarray) -> float:
        return self.loss_of_output(self.output(kernel))

    def loss_of_params(self, params: np.ndarray) -> float:
        return self.loss_of_kernel(self.assembled(params))

    def step(self, params: np.ndarray, *, masked: bool = True) -> Step:
        """One step by the chain rule."""
        kernel = self.assembled(params)
        output = self.output(kernel)
        grad_output = np.zeros(len(self.signal))
        grad_output[self.in_loss] = (output - self.target)[self.in_loss] / len(self.in_loss)
        grad_kernel = np.array(
            [grad_output @ shifted(self.signal, o) for o in elements(self.pattern)]
        )
        at = dict(zip(elements(self.pattern), grad_kernel, strict=True))
        grad_params = np.array([at[offset] for offset in self.parameter_offsets])
        if self.way == "mask" and masked:
            grad_params[~np.isin(self.parameter_offsets, self.pattern.offsets)] = 0
        loss = self.loss_of_output(output)
        return Step(params, kernel, output, loss, grad_output, grad_kernel, grad_params)


class Optimizer:
    """SGD with momentum, or Adam (Kingma and Ba 2015, algorithm 1), both with L2 decay.

    As PyTorch documents them: the first momentum is the first gradient.
    """

    def __init__(self, update: Update) -> None:
        self.update, self.number = update, 0
        self.mean: np.ndarray | float = 0.0
        self.square: np.ndarray | float = 0.0

    def step(self, params: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        update = self.update
        self.number += 1
        gradient = gradient + update.decay * params
        if update.name == "sgd":
            self.mean = update.momentum * self.mean + gradient
            return params - update.rate * self.mean
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        mean = self.mean / (1 - 0.9**self.number)
        scale = np.sqrt(self.square / (1 - 0.999**self.number)) + 1e-8
        return params - update.rate * mean / scale


def trained(case: Case, update: Update, start: np.ndarray, steps: int) -> Iterator[Step]:
    """Every step of a run from `start`, and at last what there is after them."""
    optimizer, params = Optimizer(update), start
    if case.way == "mask" and case.gaps == "pruned":
        for _ in range(5):
            params = optimizer.step(params, case.step(params, masked=False).grad_params)
        params = start
    for _ in range(steps + 1):
        step = case.step(params)
        yield step
        params = optimizer.step(params, step.grad_params)
