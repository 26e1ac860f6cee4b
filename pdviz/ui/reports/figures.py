"""Figures of the pages by their names, each from a state: as a page draws it, and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import plotly.io

from pdviz import signals
from pdviz.analysis.stack import WEIGHTS, Layer
from pdviz.export.table import csv_text
from pdviz.figures.cost import cost_table
from pdviz.figures.effective_field import effective_field_table
from pdviz.figures.islands import islands_table
from pdviz.figures.page import to_html
from pdviz.figures.receptive_field import depth_table
from pdviz.figures.sheet import Chart
from pdviz.figures.spectrum import spectrum_table
from pdviz.figures.wording import counted, whole
from pdviz.pattern import part_names
from pdviz.ui.queries import cost as costs
from pdviz.ui.queries import effective_field as effects
from pdviz.ui.queries import islands
from pdviz.ui.queries import receptive_field as fields
from pdviz.ui.queries import rivals as rival_queries
from pdviz.ui.queries import spectrum as spectra
from pdviz.ui.queries.signal import SignalQuery, preview
from pdviz.ui.state.parts import CostView
from pdviz.ui.state.resolve import shapes_of, stack_of
from pdviz.ui.state.state import State
from pdviz.ui.state.titles import file_name, title_of


class Figure(NamedTuple):
    """A figure with its text, and a function that makes the table of its numbers.

    The table has a column for each header, which names the unit.
    """

    chart: Chart
    table: Callable[[], Mapping[str, Sequence[Any]]]


def filtered(state: State) -> fields.Layers:
    """Return the layers that the spectrum page looks at."""
    return stack_of(state) if state.spectrum.filter == "stack" else (Layer(state.pattern),)


def _effective_field(state: State) -> Figure:
    query = effects.EffectiveFieldQuery.from_state(state, stack_of(state))
    fit = state.field.rival
    chart = effects.figure(query, fit)
    return Figure(chart, lambda: effective_field_table(effects.profiles(query, fit)))


def _every_depth(state: State) -> Figure:
    stacks = rival_queries.stack_rivals(stack_of(state), state.field.rival)
    chart = fields.figure(stacks, state.field.view)
    return Figure(chart, lambda: depth_table(fields.depths(stacks, state.field.view)))


def _spectrum(state: State) -> Figure:
    query = spectra.SpectrumQuery.from_state(state, filtered(state))
    return Figure(
        spectra.figure(query),
        lambda: spectrum_table(spectra.curves(query), unit=query.unit, rate=query.rate),
    )


def _islands(state: State) -> Figure:
    query = islands.IslandsQuery.from_state(state)
    if query is None:
        raise ValueError("This pattern has no island whose width could vary.")
    return Figure(islands.figure(query), lambda: islands_table(islands.values(query)))


def _cost(state: State) -> Figure:
    query = costs.CostQuery.from_state(state, shapes_of(state))
    return Figure(costs.figure(query), lambda: cost_table(costs.values(query)))


FIGURES: Final[Mapping[str, Callable[[State], Figure]]] = {
    "effective-field": _effective_field,
    "every-depth": _every_depth,
    "spectrum": _spectrum,
    "islands": _islands,
    "cost": _cost,
}
"""The function that makes each figure; it raises `TooWide` or `Busy` where the page does."""


def _taps(state: State) -> Mapping[str, Sequence[Any]]:
    """Return the taps of the kernel: a row for each compact parameter."""
    pattern = state.pattern
    return {
        "parameter": range(pattern.taps),
        "part": part_names(pattern),
        "offset (samples)": pattern.offsets,
        "element of the kernel": pattern.indices,
    }


def _section(state: State) -> Mapping[str, Sequence[Any]]:
    """Return the samples of the signal that are shown, with the layer's outputs, in float64."""
    query = SignalQuery.from_state(state)
    signal, channel = signals.load(query.signal, query.seed), state.signal.channel
    first, count = state.signal.start, state.signal.samples
    unit = signal.units[channel]
    output_unit = f"{unit} per sample".strip() if query.kind == "difference" else unit
    return {
        "sample": range(first, first + count),
        f"time ({signal.time_unit})": signal.times(first, count).tolist(),
        _headed("input", unit): signal.samples[channel, first : first + count].tolist(),
        _headed("output", output_unit): preview(query, channel, first, first + count).tolist(),
    }


def _headed(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


TABLES: Final[Mapping[str, Callable[[State], Mapping[str, Sequence[Any]]]]] = {
    "kernel": _taps,
    "signal": _section,
}
"""The tables of the drawings that are not figures of Plotly's."""


_LAYER_ALONE: Final = ("signal", "gradient")
"""The figures and drawings that show one layer; the rest show the stack."""


def shows_stack(name: str, state: State) -> bool:
    """Return whether a figure or a drawing shows the whole stack, or one layer alone."""
    return name not in _LAYER_ALONE and (name != "spectrum" or state.spectrum.filter == "stack")


def saved_title(name: str, state: State) -> str:
    """Return the title that a figure has as a file: what acts on it."""
    averaged = name == "effective-field" and state.field.trial != "actual"
    weighted = name in ("effective-field", "spectrum", "islands") and not averaged
    weights = WEIGHTS[state.weights.kind] if weighted else ""
    title = title_of(state, stack=shows_stack(name, state), weights=weights)
    return title[0].upper() + title[1:] + (f" · {_sizes(state.cost)}" if name == "cost" else "")


def _sizes(cost: CostView) -> str:
    """Describe the sizes that costs are counted for."""
    channels, groups = counted(cost.width, "channel"), counted(cost.groups, "group")
    length = f"length {whole(cost.length)}, {cost.dtype}"
    return f"batch size {cost.batch}, {channels} in {groups}, {length}"


def saved_name(name: str, state: State) -> str:
    """Return the name of a figure's or a drawing's file, without its ending."""
    return file_name(name, state, stack=shows_stack(name, state))


def as_csv(name: str, state: State) -> str:
    """Return the numbers of a figure or a drawing, for a spreadsheet or a program."""
    return csv_text(TABLES[name](state) if name in TABLES else FIGURES[name](state).table())


def as_html(name: str, state: State) -> str:
    """Return a figure as one file that opens in any browser, with the values under the pointer."""
    spec, alt = FIGURES[name](state).chart
    heading = saved_title(name, state)
    title = f"pdviz: {name.replace('-', ' ')}, {heading}"
    return to_html(plotly.io.from_json(spec), title=title, heading=heading, caption=alt)
