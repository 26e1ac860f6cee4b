"""All ways at the same step, side by side: the kernel, its gradient and its change in each."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pdviz.pattern import Pattern, element_names
from pdviz.ui.components.assets import drawing
from pdviz.ui.session import channel
from pdviz.ui.state.edits import edit_way
from pdviz.ui.state.parts.training import OPTIMIZERS
from pdviz.ways import Way, why_no_sum

if TYPE_CHECKING:
    from pdviz.analysis.training.run import TrainingRun

Runs = Mapping[Way, "TrainingRun | None"]
"""The run of each way; None for a way that cannot make the pattern."""

_NAME: Final = "ways"
_ROLES: Final = {Way.GRADIENT_MASK: "masked", Way.DENSE: "trained"}
_LARGEST: Final = float(np.finfo(np.float32).max)
_WAYS: Final = drawing("ways", "stage/ways")


def ways(runs: Runs, pattern: Pattern, gaps: str, way: str) -> None:
    """Show the runs; the drawing follows the step of the stage, and sends the way to show there."""
    stamp = channel(_NAME, way, edit_way)
    data = {**ways_data(runs, pattern, gaps, way), **stamp}
    _WAYS(key=_NAME, data=data, on_edit_change=lambda: None)


def ways_data(runs: Runs, pattern: Pattern, gaps: str, way: str) -> dict[str, Any]:
    """Return what is drawn, besides what `session.channel` adds.

    Args:
        runs: of `pattern`, in the order in which they are shown.
        gaps: how gaps start under gradient masking.
        way: the one on the stage.
    """
    possible = [run for run in runs.values() if run is not None]
    return {
        "way": way,
        "offsets": [index - pattern.origin for index in range(pattern.kernel_size)],
        "parts": element_names(pattern),
        "gaps": gaps,
        "optimizer": OPTIMIZERS[possible[0].update.name],
        "steps": max(run.steps for run in possible),
        "ways": [
            {"why": why_no_sum(pattern.family), "way": name, "title": name.label}
            if run is None
            else {"why": "", "title": name.label, **_encoded(run)}
            for name, run in runs.items()
        ],
    }


@lru_cache(maxsize=16)
def _encoded(run: TrainingRun) -> dict[str, Any]:
    """Return a run's kernels and gradients; runs are compared by identity.

    The kernel is sent as it was recorded, since a gap may be nearly zero; the gradient in float32.
    """
    gradient = np.clip(run.grad_kernel, -_LARGEST, _LARGEST)
    return {
        "way": run.way,
        "role": _ROLES.get(Way(run.way), "none"),
        "doubled": list(run.layout.doubled),
        "steps": run.steps,
        "diverged": run.diverged,
        "kernel": _packed(run.kernel, 64),
        "gradient": _packed(gradient, 32),
    }


def _packed(array: np.ndarray, bits: int) -> dict[str, Any]:
    """Return numbers as base64, little-endian."""
    data = array.astype(f"<f{bits // 8}").tobytes()
    return {"bits": bits, "data": base64.b64encode(data).decode()}
