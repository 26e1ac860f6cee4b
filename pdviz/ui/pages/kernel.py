"""Page Kernel: the pattern edited by hand, and what a stack of such layers sees."""

from __future__ import annotations

import streamlit as st

from pdviz.analysis.stack.kernel import kernel_numbers
from pdviz.figures.wording import counted, percent
from pdviz.ui.components.report.files.files import files
from pdviz.ui.pages.frame import Blocks, PageSpec
from pdviz.ui.state import State
from pdviz.ui.state.titles import title_of


def _draw(state: State, blocks: Blocks) -> None:
    """Say what a layer saves; the editor above draws all else."""
    numbers = kernel_numbers(state.pattern)
    words = (
        f"The kernel: {counted(numbers.taps, 'tap')} over {counted(numbers.kernel_size, 'element')}"
        ", numbered by their offsets from the output, in samples."
    )
    files("kernel", title_of(state, stack=True), words)
    st.caption(
        f"One layer needs {percent(numbers.saved)} fewer weights than a dense kernel of the same "
        "span. On the page Receptive field every layer can be edited, and every number has its "
        "check."
    )


PAGE = PageSpec(
    url="kernel",
    title="Kernel",
    icon=":material/line_style:",
    heading="A partially dilated kernel",
    purpose=(
        "A `Conv1d` with fixed zeros between some taps: near in full detail (the **island**), far "
        "with few weights (the **wings**)."
    ),
    draw=_draw,
    mode="kernel",
)
