"""Queries of the training page: recorded runs, and the proofs of their steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pdviz import signals
from pdviz.analysis.training import make_target, standardise
from pdviz.pattern import Pattern
from pdviz.ui.queries.signal import compact_weights
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.state import State
from pdviz.ways import Way

if TYPE_CHECKING:
    from pdviz.analysis.training.proofs import StepProofs
    from pdviz.analysis.training.run import TrainingRun


class TrainingQuery(NamedTuple):
    """The choices of a training run; see `analysis.training.run.record_run`.

    `section` is the first sample and the number of samples; `position`, counted in the section, is
    the one output in the loss, or None if all are.
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

    @classmethod
    def from_state(
        cls, state: State, way: str, initial: str, section: tuple[int, int], position: int
    ) -> TrainingQuery:
        """Return the query of a state, with a way and initial weights that its pattern can have."""
        training = state.training
        return cls(
            pattern=state.pattern,
            way=way,
            gaps=training.gaps if way == Way.GRADIENT_MASK else "zero",
            initial=initial,
            seed=state.weights.seed,
            typed=state.weights.values,
            signal=state.signal.name,
            channel=state.signal.channel,
            section=section,
            target=training.target,
            position=None if training.scope == "signal" else position,
            optimizer=training.optimizer,
            rate=training.learning_rate,
            momentum=training.momentum if training.optimizer == "sgd" else 0.0,
            decay=training.weight_decay,
            steps=training.steps,
        )


@lru_cache(maxsize=32)
def values(query: TrainingQuery) -> TrainingRun:
    """Record the steps of a run on a standardised section."""
    first, count = query.section
    signal = signals.load(query.signal, query.seed).samples[query.channel]
    samples = standardise(signal[first : first + count])
    weights = compact_weights(query.initial, query.pattern, query.seed, query.typed)
    target = make_target(query.target, query.pattern, samples)

    def work() -> TrainingRun:
        from pdviz.analysis.training.run import Update, record_run

        return record_run(
            query.pattern,
            weights,
            samples,
            target,
            position=query.position,
            way=query.way,
            gaps=query.gaps,
            update=Update(query.optimizer, query.rate, query.momentum, query.decay),
            steps=query.steps,
            seed=query.seed,
        )

    return in_turn(work, small=True)


@lru_cache(maxsize=256)
def proofs(query: TrainingQuery, step: int) -> StepProofs:
    """Prove one step of a run; see `analysis.training.proofs`."""
    run = values(query)

    def work() -> StepProofs:
        from pdviz.analysis.training.proofs import step_proofs

        return step_proofs(run, step)

    return in_turn(work, small=True)
