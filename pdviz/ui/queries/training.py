"""Queries of the training page: recorded runs, and the proofs of their steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pdviz import signals
from pdviz.analysis.training import make_target, most_steps, standardise
from pdviz.pattern import Pattern
from pdviz.ui.queries.signal import compact_weights
from pdviz.ui.queries.turns import in_turn
from pdviz.ui.state.parts.training import GAPS
from pdviz.ui.state.state import State
from pdviz.ways import Way, sum_offsets

if TYPE_CHECKING:
    from pdviz.analysis.training.masking import MaskedGaps
    from pdviz.analysis.training.proofs import StepProofs
    from pdviz.analysis.training.run import TrainingRun

EXAMPLE_MOMENTUM: Final = 0.9
EXAMPLE_DECAY: Final = 0.1
"""What the table of masking settings takes where momentum or weight decay is chosen to be 0."""


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
            steps=min(training.steps, most_steps(state.pattern.kernel_size)),
        )


@lru_cache(maxsize=32)  # a run takes up to 9 MB, most of them 0.1
def values(query: TrainingQuery) -> TrainingRun:
    """Record the steps of a run on a standardised section."""
    return in_turn(lambda: _record(query), small=True)


def _record(query: TrainingQuery) -> TrainingRun:
    from pdviz.analysis.training.run import Update, record_run

    first, count = query.section
    signal = signals.load(query.signal, query.seed).samples[query.channel]
    samples = standardise(signal[first : first + count])
    weights = compact_weights(query.initial, query.pattern, query.seed, query.typed)
    target = make_target(query.target, query.pattern, samples)
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


SIDE_BY_SIDE: Final = (Way.DENSE, Way.SUM, Way.COMPACT, Way.GRADIENT_MASK)
"""The ways in the order in which one leads to the next."""


def every_way(query: TrainingQuery, gaps: str) -> dict[Way, TrainingRun | None]:
    """Record the run of every way, all else as in `query`; None for one that there is not.

    Args:
        query: of the run of any way.
        gaps: how gaps start under gradient masking.
    """

    def run(way: Way) -> TrainingRun | None:
        if way == Way.SUM and sum_offsets(query.pattern) is None:
            return None
        return values(query._replace(way=way, gaps=gaps if way == Way.GRADIENT_MASK else "zero"))

    return {way: run(way) for way in SIDE_BY_SIDE}


def masking(query: TrainingQuery, momentum: float, decay: float) -> tuple[MaskedGaps, ...]:
    """Train the gradient mask with each start of the gaps and each optimizer, else as in `query`.

    Args:
        query: of the run of any way.
        momentum: of SGD, where it has one: the one chosen, or `EXAMPLE_MOMENTUM` if that is 0.
        decay: where there is one: the one chosen, or `EXAMPLE_DECAY` if that is 0.
    """
    return _masking(
        query._replace(
            way=Way.GRADIENT_MASK,
            gaps="zero",
            optimizer="sgd",
            momentum=momentum or EXAMPLE_MOMENTUM,
            decay=decay or EXAMPLE_DECAY,
        )
    )


@lru_cache(maxsize=32)
def _masking(query: TrainingQuery) -> tuple[MaskedGaps, ...]:
    """Train with this momentum and weight decay, and without either."""
    optimizers = (("sgd", 0.0), ("sgd", query.momentum), ("adam", 0.0))
    return tuple(
        _masked(query._replace(gaps=gaps, optimizer=name, momentum=momentum, decay=decay))
        for gaps in GAPS
        for name, momentum in optimizers
        for decay in (0.0, query.decay)
    )


def _masked(query: TrainingQuery) -> MaskedGaps:
    """Train once, in a turn of its own: others need not wait for all of them."""

    def work() -> MaskedGaps:
        from pdviz.analysis.training.masking import masked_gaps

        return masked_gaps(_record(query))

    return in_turn(work, small=True)


@lru_cache(maxsize=256)
def proofs(query: TrainingQuery, step: int) -> StepProofs:
    """Prove one step of a run; see `analysis.training.proofs`."""
    run = values(query)

    def work() -> StepProofs:
        from pdviz.analysis.training.proofs import step_proofs

        return step_proofs(run, step)

    return in_turn(work, small=True)
