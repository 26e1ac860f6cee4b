"""Queries of the training page: recorded runs, and the proofs of their steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pdviz import signals
from pdviz.analysis.training import make_target, standardise
from pdviz.pattern import Pattern
from pdviz.ui.queries.signal import weights
from pdviz.ui.queries.turns import in_turn, on_one_thread

if TYPE_CHECKING:
    from pdviz.analysis.training.proofs import StepProofs
    from pdviz.analysis.training.run import TrainingRun


@dataclass(frozen=True, slots=True)
class Training:
    """What a training run is asked for with; see `analysis.gradient_flow.record_run`.

    `section` is the first sample and the number of samples; `position`, in the section, is the one
    output in the loss, or None: all are.
    """

    pattern: Pattern
    way: str
    gaps: str
    initial: str
    seed: int
    typed: tuple[float, ...]
    signal: str
    channel: int
    section: tuple[int, int]
    target: str
    position: int | None
    optimizer: str
    rate: float
    momentum: float
    decay: float
    steps: int


@lru_cache(maxsize=32)
def training_run(asked: Training) -> TrainingRun:
    """Recorded steps on a standardised section."""
    first, count = asked.section
    signal = signals.load(asked.signal, asked.seed).samples[asked.channel]
    samples = standardise(signal[first : first + count])
    compact = weights(asked.initial, asked.pattern, asked.seed, asked.typed)
    wanted = make_target(asked.target, asked.pattern, samples)

    def work() -> TrainingRun:
        from pdviz.analysis.training.run import Update, record_run

        return record_run(
            asked.pattern,
            compact,
            samples,
            wanted,
            position=asked.position,
            way=asked.way,
            gaps=asked.gaps,
            update=Update(asked.optimizer, asked.rate, asked.momentum, asked.decay),
            steps=asked.steps,
            seed=asked.seed,
        )

    return in_turn(lambda: on_one_thread(work))


@lru_cache(maxsize=256)
def step_proofs(asked: Training, step: int) -> StepProofs:
    """The proofs of one step of a run; see `analysis.training.proofs`."""
    run = training_run(asked)

    def work() -> StepProofs:
        from pdviz.analysis.training.proofs import step_proofs

        return step_proofs(run, step)

    return in_turn(lambda: on_one_thread(work))
