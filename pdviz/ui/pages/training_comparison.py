"""The ways side by side, and gradient masking under other settings, below the stage."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from pdviz.figures.palette import ACCENT, rgba
from pdviz.figures.wording import number
from pdviz.ui.components.stage.ways.ways import ways
from pdviz.ui.pages.frame import waiting
from pdviz.ui.queries import training as queries
from pdviz.ui.queries.training import TrainingQuery
from pdviz.ui.state import State
from pdviz.ui.state.link import to_query
from pdviz.ui.state.parts.training import GAPS
from pdviz.ways import Way

if TYPE_CHECKING:
    from pdviz.analysis.training.masking import MaskedGaps
    from pdviz.analysis.training.run import Update

MASKING: Final = "Do masked gaps stay at 0? Every start and optimizer"
_WHY: Final = (
    "The mask zeroes gradients, not weights.\n"
    "- **At zero**: nothing moves a gap. Momentum and weight decay of nothing are nothing.\n"
    "- **Random**: no gradient takes the gaps to 0. They stay where they are, or weight decay "
    "moves them: with SGD by η × decay × weight, with Adam by about η at every step, since Adam "
    "divides by the size of what it receives.\n"
    "- **Pruned**: the gaps start at 0, but an optimizer that remembers the dense steps before "
    "still moves them. Momentum does and so does Adam; SGD alone remembers nothing."
)
_STYLE: Final = f"""<style>
.masking {{ border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums }}
.masking :is(th, td) {{ padding: 0.3rem clamp(0.25rem, 1vw, 0.75rem); text-align: left;
  vertical-align: top; border-bottom: 1px solid rgba(128, 128, 128, 0.35) }}
.masking th {{ font-weight: 600 }}
.masking a {{ display: block; padding: 0.15rem 0.6rem; border-radius: 6px; color: inherit;
  text-decoration: underline; text-underline-offset: 3px }}
.masking a.moved {{ background: {rgba(ACCENT, 0.16)}; border-left: 4px solid {ACCENT} }}
.masking a.stay {{ border-left: 4px solid rgba(128, 128, 128, 0.35) }}
</style>"""


def comparison(state: State, query: TrainingQuery) -> None:
    """Draw both for the run of `query`; the table is computed when it is opened."""
    choice = state.training
    ways(queries.every_way(query, choice.gaps), query.pattern, choice.gaps, query.way)
    expander = st.expander(MASKING, on_change="rerun")
    if not expander.open:
        return
    with expander:
        if query.pattern.taps == query.pattern.kernel_size:
            st.markdown("This pattern has no gaps, so there is nothing to mask.")
            return
        with waiting():
            cells = queries.masking(query, choice.momentum, choice.weight_decay)
        steps = max(cell.steps for cell in cells)
        st.markdown(
            f"The largest weight at a gap after {steps} steps (where it does not start at 0: "
            "before → after). Each is a run of PyTorch's optimizer on this pattern and signal, and "
            "opens it at its last step. ✓: every gap is exactly 0 before and after every step."
        )
        st.html(_table(state, cells))
        st.markdown(_WHY)


def _table(state: State, cells: tuple[MaskedGaps, ...]) -> str:
    """Write the table as HTML: a row for each start and optimizer, a column for each decay."""
    decays = list(dict.fromkeys(cell.update.decay for cell in cells))
    rows = [cells[k : k + len(decays)] for k in range(0, len(cells), len(decays))]
    per_start = len(rows) // len(GAPS)
    heads = ["Gaps start", "Optimizer", *(f"Weight decay {number(decay)}" for decay in decays)]
    lines = ["".join(f'<th scope="col">{head}</th>' for head in heads)]
    for k, row in enumerate(rows):
        start = f'<th scope="rowgroup" rowspan="{per_start}">{escape(GAPS[row[0].gaps])}</th>'
        optimizer = f'<th scope="row">{_name(row[0].update)}</th>'
        numbers = "".join(f"<td>{_cell(state, cell)}</td>" for cell in row)
        lines.append(("" if k % per_start else start) + optimizer + numbers)
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'{_STYLE}<div style="overflow-x: auto"><table class="masking">{table}</table></div>'


def _name(update: Update) -> str:
    """Name an optimizer with its momentum."""
    if update.name == "adam":
        return "Adam"
    return f"SGD, momentum {number(update.momentum)}" if update.momentum else "SGD"


def _cell(state: State, cell: MaskedGaps) -> str:
    """Write a cell: a mark, the largest weight, and the link to the run."""
    update = cell.update
    run = state.put(
        way=Way.GRADIENT_MASK.value,
        gaps=cell.gaps,
        optimizer=update.name,
        decay=update.decay,
        step=cell.steps - 1,
        **({"momentum": update.momentum} if update.name == "sgd" else {}),
    )
    text = f"{number(cell.start)} →\u00a0{number(cell.end)}" if cell.start else number(cell.end)
    ended = f", loss without bound after {cell.steps} steps" if cell.diverged else ""
    kind, mark = ("stay", "✓") if cell.stay else ("moved", "✗")
    link = escape(urlencode(to_query(run)))
    return f'<a class="{kind}" href="?{link}">{mark}\u00a0{text}</a>{ended}'
