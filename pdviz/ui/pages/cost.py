"""Page Cost: what a stack costs, whichever way it is made."""

from __future__ import annotations

import streamlit as st

from pdviz.ui.components.report.report import show_report
from pdviz.ui.pages import widgets as controls
from pdviz.ui.pages.frame import Blocks, PageSpec
from pdviz.ui.queries.torch_start import loaded
from pdviz.ui.reports.cost import layer_table
from pdviz.ui.state import State


def _draw(state: State, blocks: Blocks) -> None:
    """Draw the sizes that costs are counted for, the report, and every layer."""
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.whole("batch", "Batch size", fit=True)
        controls.whole("width", "Channels in and out of every layer", fit=True)
        controls.whole(
            "groups",
            "Channels mix only within a group; as many groups as channels: depthwise",
            fit=True,
        )
        controls.whole("length", "Samples per channel at the input", fit=True)
        controls.choice("dtype", width=150)
    show_report("costs", blocks, endpoint="cost")
    expander = st.expander("Layer by layer", on_change="rerun")
    if expander.open:
        with expander:
            show_report("layers", [layer_table(state, loaded())])


PAGE = PageSpec(
    url="cost",
    title="Cost",
    icon=":material/speed:",
    heading="What it costs",
    purpose=(
        "Weights, multiply-adds and bytes that must move, of the stack on the page Receptive "
        "field, counted for each way to make it. How long it takes is measured on the page Signal."
    ),
    draw=_draw,
    report="cost",
    needs_torch=True,
)
