"""The figures of the pages by their names, each from a state: as a page draws it, and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import plotly.io

from pdviz.analysis.stack import Layer
from pdviz.export.table import csv_text
from pdviz.figures.cost import cost_table
from pdviz.figures.effective_field import field_profile_table
from pdviz.figures.page import to_html
from pdviz.figures.receptive_field import depth_table
from pdviz.figures.sheet import Chart
from pdviz.figures.spectrum import spectrum_table
from pdviz.ui.queries import cost as costs
from pdviz.ui.queries import effective_field as effects
from pdviz.ui.queries import receptive_field as fields
from pdviz.ui.queries import rivals as rival_queries
from pdviz.ui.queries import spectrum as spectra
from pdviz.ui.state.resolve import stack_of
from pdviz.ui.state.state import State


class Picture(NamedTuple):
    """A figure with what it shows in words, and what makes the numbers behind it.

    Of the table: for each header, which names the unit, a column.
    """

    chart: Chart
    table: Callable[[], Mapping[str, Sequence[Any]]]


def filtered(state: State) -> fields.Layers:
    """The layers that the page of frequencies looks at."""
    return stack_of(state) if state.spectrum.filter == "stack" else (Layer(state.pattern),)


def _effective_field(state: State) -> Picture:
    found = rival_queries.stack_rivals(stack_of(state), state.field.rival)
    query = effects.effect_query(state)
    chart = effects.effect_chart(found, query)
    return Picture(chart, lambda: field_profile_table(effects.profiles(found, query)))


def _every_depth(state: State) -> Picture:
    found = rival_queries.stack_rivals(stack_of(state), state.field.rival)
    chart = fields.depths_chart(found, state.field.view)
    return Picture(chart, lambda: depth_table(fields.depths(found, state.field.view)))


def _spectrum(state: State) -> Picture:
    query = spectra.spectrum_query(state, filtered(state))
    return Picture(
        spectra.chart(query),
        lambda: spectrum_table(spectra.curves(query), unit=query.unit, rate=query.rate),
    )


def _cost(state: State) -> Picture:
    query = costs.cost_query(state, stack_of(state))
    return Picture(costs.chart(query), lambda: cost_table(costs.costs(query)))


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
