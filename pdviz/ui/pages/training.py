"""Page Gradient flow: a training run, step by step, for every way to train a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pdviz import signals
from pdviz.analysis.stack import WEIGHTS
from pdviz.figures.wording import counted, in_full
from pdviz.limits import MAX_COMPARED_SPAN, MAX_TRACE_LENGTH
from pdviz.pattern import element_names
from pdviz.ui.components.stage.stage import View, stage
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec, waiting
from pdviz.ui.pages.training_comparison import comparison
from pdviz.ui.pages.typed_weights import weights_table
from pdviz.ui.queries import training as queries
from pdviz.ui.queries.training import TrainingQuery
from pdviz.ui.state import State
from pdviz.ways import TRAINED, Way, sum_offsets, why_no_sum

if TYPE_CHECKING:
    from pdviz.analysis.training.run import TrainingRun

_WAYS_HELP: Final = "\n".join(f"- **{way.label}**: {way.explanation}" for way in TRAINED)

GAPS_HELP: Final = (
    "The mask zeroes gradients, not weights: a gap stays at 0 only if it starts there and the "
    "optimizer adds nothing by momentum or weight decay.\n"
    "- **At zero**: every gap starts at 0.\n"
    "- **Random**: gaps are drawn as Conv1d draws its weights.\n"
    "- **Pruned**: after five steps without a mask the kernel is put back and its gaps set to 0, "
    "while the optimizer keeps its momentum."
)

_TARGET_HELP: Final = (
    "What the output is to become.\n"
    "- **Gaussian on these taps**: what Gaussian weights at the taps give; the kernel can reach "
    "it.\n"
    "- **Mean of the span**: over every element, gaps included; a kernel with gaps cannot reach "
    "it.\n"
    "- **Next sample**: a prediction only if the kernel is causal."
)

_STAGE: Final = "stage-place"
_WARNING: Final = "run-warning"
_STYLE: Final = f"""<style>
.st-key-{_STAGE} {{ gap: 0 !important; position: relative; padding-top: 20px; margin-top: -1rem }}
.st-key-{_WARNING} {{ position: absolute; top: 0; max-height: 36px; overflow: auto; gap: 0 }}
.st-key-{_WARNING} [data-testid="stAlertContainer"] {{ min-height: 0; padding: 0 0.5rem }}
.st-key-{_WARNING} :is(p, [data-testid="stSpinner"] *) {{ font-size: max(0.75rem, 12px);
  line-height: 18px }}
@media (max-width: 640px) {{
  .st-key-{_STAGE} {{ padding-top: 36px }}
  :is(.st-key-page-top, .st-key-page-heading),
  :has(> :is(.st-key-page-top, .st-key-page-heading)) {{ display: contents }}
  .st-key-page-heading > :has([data-testid="stHeading"]) {{ order: -3; margin-bottom: -1rem }}
  .st-key-page-top > .stElementContainer {{ order: -2; width: 100% }}
  :has(> .st-key-{_STAGE}) {{ order: -1 }}
}}
</style>"""
"""What is said of a run has its room over the stage whether something is said or not, so the stage
stays where it is. On a phone it stands right below the heading, above the frame and the pattern."""

_NO_SUM: Final = "No sum makes this pattern (see below): compact parameters are shown."
_NO_TARGET: Final = (
    " The target is 0 at every output: each mean is over the whole section, whose mean is 0."
)


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the stage, its choices, and the numbers of one step."""
    st.html(_STYLE)
    beside = st.sidebar.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        controls.choice(
            "way", segmented=True, label_visibility="collapsed", width="stretch", wrap=True
        )
        st.markdown("", width="content", help=_WAYS_HELP)
    results = st.container(key=_STAGE)
    sliders = st.container(horizontal=True)
    _choices(state, beside)
    below = st.container()
    _results(state, results, sliders, below)


def _choices(state: State, beside: DeltaGenerator) -> None:
    """Draw what is trained on what, beside the stage, so that both are seen at once."""
    signal = signals.load(state.signal.name, state.weights.seed)
    with beside:
        st.subheader("Training run", anchor=False)
        controls.choice("signal")
        if len(signal.channels) > 1:
            controls.numbered("channel", signal.channels)
        controls.choice("target", help=_TARGET_HELP)
        controls.choice("scope", segmented=True)
        controls.choice("initial")
        if state.training.way == Way.GRADIENT_MASK:
            controls.choice("gaps", help=GAPS_HELP)
        controls.whole("seed", "The same seed draws the same random numbers")
        controls.choice("optimizer", segmented=True)
        controls.decimal("rate", "Learning rate η", step=0.001)
        if state.training.optimizer == "sgd":
            controls.decimal("momentum", "Fraction of the previous update kept", step=0.1)
        controls.decimal("decay", "This number × the weight is added to its gradient", step=0.01)
        controls.whole("steps", "Steps in the run")
    if state.training.initial == "typed":
        weights_table(state)


def _section(state: State) -> tuple[int, int]:
    """Return first sample and number of samples trained on: the middle of the signal page's.

    It does not follow the position, which moves within it.
    """
    count = min(MAX_TRACE_LENGTH, state.signal.samples)
    return state.signal.start + (state.signal.samples - count) // 2, count


def _position(state: State, first: int, count: int) -> int:
    """Draw a slider for the output looked at, and return it, counted within the section."""
    chosen = state.signal.start + state.signal.position
    nearest = controls.sample("Output looked at, by sample", first, first + count - 1)
    if nearest != chosen:
        st.info(
            f"Only the middle {count} samples of the Signal page's section are used for training. "
            f"Sample {chosen:,} is outside; sample {nearest:,} is shown instead."
        )
    return nearest - first


def _results(
    state: State, place: DeltaGenerator, sliders: DeltaGenerator, below: DeltaGenerator
) -> None:
    first, count = _section(state)
    with sliders:
        position = _position(state, first, count)
    query, stand_ins = _query(state, (first, count), position)
    with place.container(key=_WARNING), waiting():
        run = queries.values(query)
        view = View(min(state.training.step, run.steps - 1), position, first)
        checks = queries.proofs(query, view.step)
        warnings = [*stand_ins, *_growth(run)]
        if warnings:
            st.warning(" ".join(warnings))
    with place:
        stage(run, view, checks, state)
    with sliders:
        controls.slider("step", "Steps taken before the one shown", most=run.steps - 1)
    with below:
        if query.way != state.training.way:
            st.info(why_no_sum(state.pattern.family))
        if run.steps < state.training.steps and not run.diverged:
            st.info(
                f"Of a kernel of {run.pattern.kernel_size:,} elements {run.steps} steps are "
                f"recorded, not {state.training.steps}: every step keeps all its weights. For "
                "more steps, make the wing shorter or the dilation smaller."
            )
        st.caption(
            f"Trained on {count} samples, {first:,} to {first + count - 1:,} of the signal, "
            "standardised (mean 0, variance 1), in float64. Both ends are padded with zeros"
            + (", which is all that the outermost taps ever see." if _outside(run) else ".")
            + (_NO_TARGET if run.signal.any() and not run.target.any() else "")
        )
        if query.pattern.kernel_size <= MAX_COMPARED_SPAN:
            comparison(state, query)
        else:
            st.caption(
                f"Ways are shown side by side for kernels of up to {MAX_COMPARED_SPAN} elements."
            )
        _tables(run, view)


def _outside(run: TrainingRun) -> bool:
    """Return whether the kernel reaches beyond the section from every output."""
    pattern = run.pattern
    return max(pattern.origin, pattern.kernel_size - 1 - pattern.origin) >= len(run.signal)


def _query(
    state: State, section: tuple[int, int], position: int
) -> tuple[TrainingQuery, list[str]]:
    """Return the query of the run to show, and what it shows in place of what was chosen."""
    way, initial = state.training.way, state.training.initial
    stand_ins = []
    if way == Way.SUM and sum_offsets(state.pattern) is None:
        stand_ins.append(_NO_SUM)
        way = Way.COMPACT
    if initial == "difference" and state.pattern.taps < 2:
        stand_ins.append("A slope needs at least two taps. Random weights are used instead.")
        initial = "random"
    return TrainingQuery.from_state(state, way, initial, section, position), stand_ins


def _growth(run: TrainingRun) -> list[str]:
    """Say that the loss grew, if it did."""
    if run.diverged:
        return [
            f"The loss grew without bound within {counted(run.steps, 'step')}: choose a smaller "
            "learning rate."
        ]
    grew = run.loss[-1] > run.loss[0]
    return ["The loss grew over this run: choose a smaller learning rate."] if grew else []


def _tables(run: TrainingRun, view: View) -> None:
    """Draw the numbers of the step, to be read and copied."""
    expander = st.expander("All numbers of this step", on_change="rerun")
    if not expander.open:
        return
    step, layout = view.step, run.layout
    names = element_names(run.pattern)
    window = run.window(step, view.position)
    with expander:
        st.markdown("**Parameters**, with the gradient that the optimizer receives")
        _table(
            {
                "held in": [Way(run.way).rows[row] for row in layout.rows],
                "part": [names[element] for element in layout.elements],
                "offset": window.offsets[layout.elements],
                "weight": run.params[step],
                "gradient": run.grad_params[step],
                "weight after": run.params[step + 1],
            }
        )
        st.markdown("**Assembled kernel**, gaps included")
        _table(
            {
                "element": names,
                "offset": window.offsets,
                "sample": window.samples,
                "weight": window.kernel,
                "product": window.products,
                "gradient": run.grad_kernel[step],
            }
        )


def _table(columns: dict[str, Any]) -> None:
    """Draw a table that can be sorted, its numbers as everywhere else."""
    import pandas as pd

    frame = pd.DataFrame(columns)
    numbers = dict.fromkeys(frame.select_dtypes("number"), _number)
    st.dataframe(frame.style.format(numbers), hide_index=True)


def _number(value: float) -> str:
    """Write a number of a table, a whole one as such."""
    return in_full(int(value) if isinstance(value, np.integer) else value)


PAGE = PageSpec(
    url="gradient",
    title="Gradient flow",
    icon=":material/call_merge:",
    heading="Gradient flow",
    purpose=(
        "A training run, forward and backward, with every number from PyTorch's autograd. Press "
        "play."
    ),
    draw=_draw,
    stack=lambda state: False,
    weights=lambda state: f"{WEIGHTS[state.training.initial]} at the start",
    mode="folded",
)
