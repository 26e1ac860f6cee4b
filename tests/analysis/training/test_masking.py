"""What became of masked gaps: exactly zero throughout, or not."""

import numpy as np
import pytest

from pdviz import Pattern
from pdviz.analysis.training.masking import masked_gaps
from pdviz.analysis.training.run import TrainingRun, Update, record_run

PATTERN = Pattern((-3, 0, 1))


def run_of(gaps: str, update: Update, way: str = "mask") -> TrainingRun:
    rng = np.random.default_rng(1)
    signal, target = rng.normal(size=(2, 30))
    return record_run(
        PATTERN, rng.normal(size=3), signal, target, way=way, gaps=gaps, update=update, steps=6
    )


def test_the_largest_weight_at_a_gap_is_looked_up_before_and_after() -> None:
    run = run_of("conv", Update("sgd", 0.01, 0.0, 0.5))
    result = masked_gaps(run)
    first, last = np.abs(run.kernel[0, 1:3]).max(), np.abs(run.kernel[6, 1:3]).max()
    assert (result.start, result.end, result.stay) == (first, last, False)
    assert result.end == pytest.approx(result.start * (1 - 0.01 * 0.5) ** 6)
    assert (result.gaps, result.steps, result.update.decay) == ("conv", 6, 0.5)


def test_the_smallest_drift_is_one() -> None:
    run = run_of("zero", Update("sgd", 0.01))
    assert masked_gaps(run).stay
    kernel = run.kernel.copy()
    kernel[3, 2] = 5e-324  # the least number above 0, and back at 0 after that
    object.__setattr__(run, "kernel", kernel)
    result = masked_gaps(run)
    assert (result.start, result.end, result.stay) == (0.0, 0.0, False)


def test_only_a_run_with_a_mask_has_masked_gaps() -> None:
    with pytest.raises(ValueError, match=r"`run.way` \(='compact'\)"):
        masked_gaps(run_of("zero", Update(), way="compact"))
