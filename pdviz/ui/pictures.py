"""The figures of the pages by their names, each from a state: as a page draws it, and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import plotly.io

from pdviz.analysis.receptive_field import Layer
from pdviz.export.table import csv_text
from pdviz.figures.cost import cost_table
from pdviz.figures.field_profile import field_profile_table
from pdviz.figures.page import to_html
from pdviz.figures.receptive_field import depth_table
from pdviz.figures.spectrum import spectrum_table
from pdviz.ui import compute_cost as costs
from pdviz.ui import compute_spectrum as spectra
from pdviz.ui import compute_stack as stacks
from pdviz.ui.chart import Chart
from pdviz.ui.stack import stack_of
from pdviz.ui.state import State


class Picture(NamedTuple):
    """A figure with what it shows in words, and what makes the numbers behind it.

    Of the table: for each header, which names the unit, a column.
    """

    chart: Chart
    table: Callable[[], Mapping[str, Sequence[Any]]]


def filtered(state: State) -> stacks.Layers:
    """The layers that the page of frequencies looks at."""
    return stack_of(state) if state.filter == "stack" else (Layer(state.pattern),)


def _effective_field(state: State) -> Picture:
    found = stacks.stack_rivals(stack_of(state), state.rival)
    asked = stacks.asked_of(state)
    chart = stacks.effect_chart(found, asked)
    return Picture(chart, lambda: field_profile_table(stacks.profiles(found, asked)))


def _every_depth(state: State) -> Picture:
    found = stacks.stack_rivals(stack_of(state), state.rival)
    chart = stacks.depths_chart(found, state.view)
    return Picture(chart, lambda: depth_table(stacks.depths(found, state.view)))


def _spectrum(state: State) -> Picture:
    asked = spectra.asked_of(state, filtered(state))
    return Picture(
        spectra.chart(asked),
        lambda: spectrum_table(spectra.curves(asked), unit=asked.unit, rate=asked.rate),
    )


def _cost(state: State) -> Picture:
    asked = costs.asked_of(state, stack_of(state))
    return Picture(costs.chart(asked), lambda: cost_table(costs.costs(asked)))


PICTURES: Final[Mapping[str, Callable[[State], Picture]]] = {
    "effective-field": _effective_field,
    "every-depth": _every_depth,
    "spectrum": _spectrum,
    "cost": _cost,
}
"""What makes each figure; raises `TooWide` or `Busy` where its page does."""


def as_csv(name: str, state: State) -> str:
    """The numbers behind a figure, for a spreadsheet or a program."""
    return csv_text(PICTURES[name](state).table())


def as_html(name: str, state: State) -> str:
    """A figure as one file that opens in any browser, with the values under the pointer."""
    spec, alt = PICTURES[name](state).chart
    title = f"pdviz: {name.replace('-', ' ')}"
    return to_html(plotly.io.from_json(spec), title=title, caption=alt)
