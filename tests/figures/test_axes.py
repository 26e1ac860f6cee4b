"""Every axis of every figure holds what is drawn on it, or says that it does not."""

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.spectrum import spectrum
from pdviz.analysis.stack import Layer
from pdviz.figures.benchmark import growth_figure, shape_figure
from pdviz.figures.spectrum import Curve, spectrum_sheet
from pdviz.ui.reports.figures import FIGURES
from pdviz.ui.state.parts.receptive_field import RIVALS, VIEWS
from pdviz.ui.state.state import State
from tests.figures.axes import beyond, layout_of, words_of

FLOOR = "≤ "
"""What the lowest number of an axis begins with where it stands for all below it."""

states = st.builds(
    State.of,
    wing=st.integers(0, 8),
    dilation=st.integers(1, 9),
    island=st.integers(0, 4).map(lambda half: 2 * half + 1),
    causal=st.booleans(),
    layers=st.integers(1, 5),
    growth=st.integers(1, 3),
    every=st.integers(1, 3),
    weights=st.sampled_from(["gaussian", "random", "average", "difference"]),
    seed=st.integers(0, 99),
    rival=st.sampled_from(sorted(RIVALS)),
    view=st.sampled_from(sorted(VIEWS)),
    filter=st.sampled_from(["layer", "stack"]),
    below=st.sampled_from(["phase", "delay"]),
    hertz=st.booleans(),
    width=st.sampled_from([1, 4, 64]),
)


def unsaid(spec: str) -> list[object]:
    """What is drawn beyond an axis of a figure without a word that it is cut off there."""
    layout, words = layout_of(spec), words_of(spec)
    cuts = list[object]()
    for cut in beyond(spec):
        low, high = cut.ends
        axis = layout[cut.axis]
        stated = axis.get("ticktext", ("",))[0].startswith(FLOOR) and axis["tickvals"][0] == low
        if cut.reached[1] <= high and (stated or cut.what == "images"):
            continue  # upright lines at images come from below the axis
        if cut.axis == "yaxis2" and any("extremes cut off" in text for text in words):
            continue
        cuts.append(cut)
    return cuts


@pytest.mark.parametrize("name", FIGURES)
@settings(max_examples=40)
@given(state=states)
@example(state=State.of(wing=8, dilation=9, island=9, layers=5, growth=3, view="receptive"))
@example(state=State.of(wing=0, dilation=1, island=1, layers=1))
def test_what_a_page_draws_lies_on_its_axes(name: str, state: State) -> None:
    try:
        spec = FIGURES[name](state).chart.spec
    except ValueError:  # no island to vary
        return
    assert not unsaid(spec)


def test_a_level_a_little_above_0_is_not_cut_off() -> None:
    rising = spectrum([Layer(Pattern((0, 1)))], [np.array([1, -0.0282])])
    assert 0.45 < rising.curve[1].max() < 0.5
    assert not unsaid(spectrum_sheet([Curve("rising", rising, "weights")], None).spec())


times = st.tuples(st.floats(1e-6, 10), st.floats(1, 5), st.floats(1, 5)).map(
    lambda drawn: {
        "median": drawn[0],
        "low": drawn[0] / drawn[1],
        "high": drawn[0] * drawn[2],
        "runs": 9,
    }
)


@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
@given(
    drawn=st.lists(times, min_size=1, max_size=7),
    least=st.floats(1e-7, 10),
)
def test_the_times_of_a_benchmark_lie_on_their_axes(
    drawn: list[dict[str, float]], least: float
) -> None:
    ways = {
        f"way {n}": {"title": "Way", "both": each, "forward": each} for n, each in enumerate(drawn)
    }
    assert not unsaid(shape_figure({"ways": ways, "least_both": least}).to_json())
    rows = [{"taps": 2**n, "both": {"conv": each}} for n, each in enumerate(drawn)]
    assert not unsaid(growth_figure(rows, "taps").to_json())
