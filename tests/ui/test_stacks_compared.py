"""The kernel page's table and figure: what a stack of this kernel sees, beside its rivals."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.oracle import offsets, stack_numbers
from tests.ui.session import (
    WIDEST,
    chart,
    rivals,
    state_of,
    told,
    turn,
    unfold,
    visit,
)

DEFAULT, DENSE, DILATED = offsets(), tuple(range(-10, 11)), tuple(range(-10, 11, 2))


@pytest.mark.parametrize(
    ("link", "kernels"),
    [
        ({}, {"This pattern": DEFAULT, "Dense": DENSE, "Plain dilated": DILATED}),
        (
            {"wing": "2", "dilation": "3", "causal": "1"},
            {
                "This pattern": (-10, -7, -4, -3, -2, -1, 0),
                "Dense": tuple(range(-10, 1)),
                "Plain dilated, span 10": (-9, -6, -3, 0),
            },
        ),
        (
            {"wing": "5", "island": "1"},
            {"This pattern": DILATED, "Dense": DENSE, "Plain dilated": DILATED},
        ),
        (
            {"pattern": "1100010", "origin": "1"},
            {
                "This pattern": (-1, 0, 4),
                "Dense": tuple(range(-1, 5)),
                "Plain dilated, span 5": (0, 4),
            },
        ),
        ({"pattern": "111"}, {"This pattern": (-1, 0, 1), "Dense": (-1, 0, 1)}),
        (
            {**WIDEST},
            {
                "This pattern": offsets(64, 64, 65),
                "Dense": tuple(range(-4128, 4129)),
                "Plain dilated, span 8,193": tuple(range(-4096, 4097, 64)),
            },
        ),
    ],
)
def test_each_stack_is_counted(link: dict[str, str], kernels: dict[str, tuple[int, ...]]) -> None:
    app = visit(**link)
    layers = state_of(app).layers
    assert rivals(app) == {name: stack_numbers(taps, layers) for name, taps in kernels.items()}


def test_layers_change_what_every_stack_sees() -> None:
    app = visit()
    for layers in (1, 2, 8, 3):
        turn(app, "layers", layers)
        assert rivals(app) == {
            "This pattern": stack_numbers(DEFAULT, layers),
            "Dense": stack_numbers(DENSE, layers),
            "Plain dilated": stack_numbers(DILATED, layers),
        }
        assert told(app, "editor")["layers"] == layers
    assert app.query_params == {}


@pytest.mark.parametrize(
    ("link", "saved"), [({}, "38.1%"), (WIDEST, "97.7%"), ({"wing": "0"}, "0.0%")]
)
def test_the_weights_that_one_layer_saves_are_said(link: dict[str, str], saved: str) -> None:
    words = f"One layer saves {saved} of the weights of a dense kernel of its span."
    assert any(caption.value.startswith(words) for caption in visit(**link).caption)


def unfolded(**link: str) -> AppTest:
    app = visit(**link)
    assert len(app.get("plotly_chart")) == 0  # it is made when it is asked for
    return unfold(app)


def titles(app: AppTest) -> list[str]:
    return [note["text"] for note in chart(app)["layout"]["annotations"]]


def test_the_figure_shows_every_depth_of_every_stack() -> None:
    app = unfolded()
    for layers in (3, 2):
        if layers != 3:
            turn(app, "layers", layers)
        rows: dict[str, Any] = {
            "This pattern": DEFAULT,
            "Dense": DENSE,
            "Plain dilated": DILATED,
        }
        for title, (name, taps) in zip(titles(app), rows.items(), strict=True):
            told = stack_numbers(taps, layers)
            share = min(99, round(float(told["Coverage"][:-1]))) if name != "Dense" else 100
            assert title.startswith(f"<b>{name}: {told['Weights']} weights</b><br>")
            assert (
                f"reaches {told['Inputs reached']} of {told['Receptive field']} inputs ({share}%)"
                in title
            )
        assert [len(panel["y"]) for panel in chart(app)["data"]] == [layers + 1] * 3
        assert app.get("plotly_chart")[0].proto.alt


def test_a_dense_kernel_has_no_plain_dilated_neighbour() -> None:
    app = unfolded(wing="0", dilation="1", island="21")
    assert [title.split(":")[0] for title in titles(app)] == ["<b>This pattern", "<b>Dense"]


def test_the_figure_of_the_widest_kernel_can_be_opened() -> None:
    app = unfolded(**WIDEST)
    assert "reaches 66,049 of 66,049 inputs (100%), no holes" in titles(app)[1]
