"""Where the editor stands, what it is told at first, and the ready-made patterns."""

from __future__ import annotations

import pytest

from pdviz.ui.components.editor.editor import PRESETS
from tests.oracles.pages import offsets
from tests.ui.support.session import PAGES, data_for, drawings, visit


@pytest.mark.parametrize("page", PAGES)
def test_the_editor_stands_on_every_page_and_is_small_where_it_is_not_the_subject(
    page: str,
) -> None:
    app = visit(page, wing="3", causal="1", layers="5")
    mode = {"kernel": "kernel", "receptive_field": "stack", "gradient": "folded"}.get(
        page, "compact"
    )
    assert {**data_for(app, "editor"), "presets": None, "stacks": None} == {
        **{"rev": 0, "seq": 0, "mode": mode, "presets": None, "stacks": None},
        **{"family": [3, 2, 5, True], "text": "", "origin": 0},
        **{"layers": 5, "growth": 1, "every": 1, "stack": [], "goal": 0},
    }
    assert data_for(app, "frame")["hideable"] == (mode in ("compact", "stack"))
    assert len(drawings(app, "code")) == len(drawings(app, "pattern")) == 1


def test_the_ready_made_patterns_are_what_their_names_say() -> None:
    made = {name: offsets(*family) for name, family in data_for(visit(), "editor")["presets"]}
    assert made == {
        "Default": offsets(),
        "Dense": tuple(range(-10, 11)),
        "Plain dilated": tuple(range(-10, 11, 2)),
        "Causal": offsets(causal=True),
        "Wide": offsets(wing=16, dilation=16, island=17),
    }
    assert made == {name: pattern.offsets for name, pattern in PRESETS.items()}
