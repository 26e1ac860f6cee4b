"""Choice of the compact parameters' values."""

from __future__ import annotations

from dataclasses import dataclass

from pdviz.analysis.stack import WEIGHTS
from pdviz.limits import MAX_SEED
from pdviz.ui.state.rules import Numbers, OneOf, Whole, choice


@dataclass(frozen=True, slots=True)
class WeightsChoice:
    """The kind of weights, the typed ones (one per tap), and the seed of all that is random."""

    kind: str = choice("gaussian", OneOf("Weights", WEIGHTS), key="weights")
    values: tuple[float, ...] = choice((), Numbers("Typed weights"))
    seed: int = choice(0, Whole("Random seed", 0, MAX_SEED))
