"""Gradient masking: do the gaps of a recorded run stay at zero?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pdviz.analysis.training.run import TrainingRun, Update


@dataclass(frozen=True, slots=True)
class MaskedGaps:
    """What became of the weights at gaps in one run.

    Attributes:
        gaps: how they started, one of `variants.GAPS`.
        update: the optimizer.
        steps: how many were taken.
        start: the largest size of a weight at a gap before the first step; 0 without gaps.
        end: the same after the last step.
        stay: whether every one of them was exactly 0 before and after every step.
        diverged: whether the run ended early.
    """

    gaps: str
    update: Update
    steps: int
    start: float
    end: float
    stay: bool
    diverged: bool


def masked_gaps(run: TrainingRun) -> MaskedGaps:
    """Look up the weights at the gaps of a run with gradient masking.

    Raises:
        ValueError: it is a run of another way.
    """
    if run.gaps is None:
        raise ValueError(f"`run.way` (={run.way!r}) must be 'mask'.")
    weights = np.abs(run.kernel[:, np.array(run.pattern.mask) == 0])
    return MaskedGaps(
        gaps=run.gaps,
        update=run.update,
        steps=run.steps,
        start=float(weights[0].max(initial=0.0)),
        end=float(weights[-1].max(initial=0.0)),
        stay=not weights.any(),
        diverged=run.diverged,
    )
