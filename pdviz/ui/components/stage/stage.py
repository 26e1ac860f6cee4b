"""The gradient-flow stage: a recorded training run as an animation that a person plays and scrubs.

Everything drawn is sent as it was recorded; what is sent back is a step or a position to look at.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from pdviz.pattern import element_names
from pdviz.ui.components.assets import drawing, receiver
from pdviz.ui.reports.figures import saved_name, saved_title
from pdviz.ui.reports.training import badges
from pdviz.ui.session import channel
from pdviz.ui.state.edits import edit_view
from pdviz.ui.state.parts.training import OPTIMIZERS
from pdviz.ui.state.state import State
from pdviz.ways import Way

if TYPE_CHECKING:
    from pdviz.analysis.training.proofs import StepProofs
    from pdviz.analysis.training.run import TrainingRun

_NAME: Final = "stage"
_UNIT: Final = "standard deviations"
_VALUES: Final = {
    **{"signal": "signal", "target": "target", "output": "output", "gradOutput": "grad_output"},
    **{"kernel": "kernel", "gradKernel": "grad_kernel", "params": "params"},
    **{"gradParams": "grad_params", "loss": "loss", "along": "along"},
}
_CURVES: Final = {"signal", "target", "output", "gradOutput"}
_LARGE: Final = 2**16
"""Runs with more weights of kernels, (N + 1) · K, are sent in single precision."""
_LARGEST: Final = float(np.finfo(np.float32).max)
_STAGE = drawing("stage", "stage")
_RUN = receiver("run")


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a step of the run, an output of the section, and where the section is.

    `position` counts from the section's `first` sample, which counts from that of the signal.
    """

    step: int
    position: int
    first: int


def stage(run: TrainingRun, view: View, checks: StepProofs, state: State) -> None:
    """Show `run`; the drawing keeps its place in time when the numbers change under it.

    Its pictures are saved under a name and a title that say what `state` has chosen.
    """
    edit = partial(edit_view, steps=run.steps, count=len(run.signal), first=view.first)
    stamp = channel(_NAME, view, edit)
    with st.container(gap=None):
        _RUN(key="run", data=run_data(run), height=1)
        names = {
            "title": saved_title("gradient", state),
            "file": saved_name("gradient", state),
        }
        data = {**stage_data(run, view, checks), **names, **stamp}
        _STAGE(key=_NAME, data=data, on_edit_change=lambda: None)


def run_data(run: TrainingRun) -> dict[str, Any]:
    """Return the recorded numbers, which are not sent again when another step is looked at."""
    digest, values = _encoded(run)
    return {
        "key": digest,
        "values": {
            name: {"shape": list(shape), "bits": bits, "data": data}
            for name, shape, bits, data in values
        },
    }


def stage_data(run: TrainingRun, view: View, checks: StepProofs) -> dict[str, Any]:
    """Return what is drawn besides the numbers of `run_data` and what `session.channel` adds.

    "key" is of all that is drawn at any step: it stays when another step is looked at.
    """
    digest, _ = _encoded(run)
    layout, update = run.layout, run.update
    drawn: dict[str, Any] = {
        "way": run.way,
        "wayTitle": Way(run.way).label,
        "offsets": [index - run.pattern.origin for index in range(run.pattern.kernel_size)],
        "parts": element_names(run.pattern),
        "params": {
            "element": layout.elements.tolist(),
            "row": layout.rows.tolist(),
            "kept": layout.unmasked.tolist(),
        },
        "rows": list(Way(run.way).rows),
        "doubled": list(layout.doubled),
        "first": view.first,
        "position": view.position,
        "scope": "signal" if run.position is None else "position",
        "inLoss": run.in_loss,
        "optimizer": {
            "name": OPTIMIZERS[update.name],
            "rate": update.rate,
            "momentum": update.momentum,
            "decay": update.decay,
        },
        "gaps": run.gaps,
        "steps": run.steps,
        "diverged": run.diverged,
        "unit": _UNIT,
    }
    key = hashlib.sha256((digest + json.dumps(drawn)).encode()).hexdigest()[:16]
    return {
        "key": key,
        "step": view.step,
        **drawn,
        "along": run.fractions.tolist(),
        "run": digest,
        "checks": badges(run, checks),
    }


_Encoded = tuple[tuple[str, tuple[int, ...], int, str], ...]


@lru_cache(maxsize=8)
def _encoded(run: TrainingRun) -> tuple[str, _Encoded]:
    """Return the recorded arrays as base64 of little-endian numbers, and a hash of them.

    What is drawn as a curve over the section is in float32, and all of a large run, which would
    take long to arrive; all else as it was recorded.

    Runs are compared by identity: `queries.training.values` caches one for each choice.
    """
    digest = hashlib.sha256()
    encoded = []
    for name, field in _VALUES.items():
        array = getattr(run, field)
        bits = 32 if name in _CURVES or run.kernel.size > _LARGE else 64
        if bits == 32:
            array = np.clip(array, -_LARGEST, _LARGEST)
        data = array.astype(f"<f{bits // 8}").tobytes()
        digest.update(data)
        encoded.append((name, array.shape, bits, base64.b64encode(data).decode()))
    return digest.hexdigest(), tuple(encoded)
