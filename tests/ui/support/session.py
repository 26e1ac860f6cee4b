"""A session as a test drives it: what a person does, what pages show, what drawings are told."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pdviz.ui.state.link import from_query, to_query
from pdviz.ui.state.state import State
from tests.oracles.pages import offsets

ROOT = Path(__file__).resolve().parents[3]
APP = ROOT / "pdviz/ui/pages/router.py"
PAGES = ("kernel", "receptive_field", "spectrum", "cost", "signal", "gradient")
WIDEST = {"wing": "64", "dilation": "64", "island": "65", "layers": "12"}
CHOSEN = {
    **{"wing": "3", "dilation": "3", "island": "7", "causal": "1", "layers": "5"},
    **{"signal": "sines", "seed": "9", "samples": "500", "start": "700", "position": "123"},
    **{"weights": "average", "initial": "gaussian", "target": "next", "scope": "signal"},
    **{"rate": "0.125", "momentum": "0.5", "decay": "0.01", "steps": "12", "step": "4"},
    **{"way": "mask", "gaps": "conv"},
    **{"growth": "2", "every": "2", "stack": "-s2-w1d5i3", "goal": "200"},
    **{"rival": "weights", "trial": "random", "activation": "relu", "measure": "magnitude"},
    **{"view": "projective", "filter": "layer", "below": "delay", "hertz": "1"},
    **{"batch": "2", "width": "32", "groups": "8", "length": "1000", "dtype": "float64"},
}
"""A link in which nearly nothing is as in a first visit."""


def new_session(page: str = "kernel", **link: str) -> AppTest:
    """A browser that is about to open a link to that page."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params.update(link)
    if page != "kernel":
        switch(app, page)
    return app


def switch(app: AppTest, page: str) -> None:
    """Let the next run be of the page at this URL; `AppTest.switch_page` goes by file names."""
    app._page_hash = calc_hash(page)


def visit(page: str = "kernel", **link: str) -> AppTest:
    """A new session that has opened a link to that page."""
    app = new_session(page, **link).run()
    assert_alive(app)
    return app


def assert_alive(app: AppTest) -> None:
    """Nothing was raised; the link and the editor are of the state, and the fields are there."""
    assert not app.exception
    state = state_of(app)
    assert app.query_params == to_query(state)
    assert from_query(app.query_params) == (state, [])
    assert editor_taps(app) == state.pattern.offsets
    for name in ("layers", "growth", "every", "goal"):
        assert data_for(app, "editor")[name] == state.get(name)
    last = [state.kernel.wing, state.kernel.dilation, state.kernel.island, state.kernel.causal]
    assert data_for(app, "pattern") == {"last": last}


def go(app: AppTest, page: str) -> AppTest:
    """Follow the link to a page as a browser does: it sends nothing of the page that is left."""
    switch(app, page)
    app._run()
    assert_alive(app)
    return app


def state_of(app: AppTest) -> State:
    matches = [value for value in app.session_state.values() if isinstance(value, State)]
    assert len(matches) == 1
    return matches[0]


# Plain controls, and what stands on a page.


def control(app: AppTest, name: str) -> Any:
    """The widget bound to a field of the state, or what the field for its number shows."""
    for data in fields(app, name):
        return SimpleNamespace(value=data["value"])
    kinds = ("slider", "toggle", "selectbox", "text_input", "segmented_control")
    widgets = [widget for kind in kinds for widget in getattr(app, kind)]
    (matches,) = [w for w in widgets if re.match(rf"control-{name}(?![a-z])", w.key or "")]
    return matches


def has_control(app: AppTest, name: str) -> bool:
    try:
        control(app, name)
    except ValueError:
        return False
    return True


def turn(app: AppTest, name: str, value: Any) -> AppTest:
    """Move a control as a person does; one of the pattern's fields is a hand of the editor."""
    if name in ("wing", "dilation", "island", "causal", "layers", "text"):
        return send(app, "editor", edited(app, name, value))
    if fields(app, name):
        return send(app, f"field-{name}", {name: value})
    control(app, name).set_value(value).run()
    assert_alive(app)
    return app


def fields(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What the field of a choice is sent, if there is one for typed numbers."""
    data = [json.loads(proto.json) for proto in drawings(app, "fields")]
    return [each for each in data if each["name"] == f"field-{name}"]


def edited(app: AppTest, name: str, value: Any) -> dict[str, Any]:
    """What the editor sends when this is changed."""
    state, data = state_of(app), data_for(app, "editor")
    rest = {key: data[key] for key in ("layers", "growth", "every", "stack", "goal")}
    numbers = ("wing", "dilation", "island", "causal")
    if name == "layers":
        rest |= {"layers": value, "stack": rest["stack"][:value]}
    if name == "text":
        return {"text": value, "origin": (len(value) - 1) // 2, **rest}
    if name == "layers" and state.kernel.text:
        return {"text": state.kernel.text, "origin": state.kernel.origin, **rest}
    return {"family": [value if n == name else state.get(n) for n in numbers], **rest}


def unfold(app: AppTest, label: str = "") -> AppTest:
    """Open the one expander of a page with this in its label; it is filled when it is opened."""
    states = app._tree.get_widget_states()
    (expander,) = [each for each in app.expander if label in each.label]
    states.widgets.add(id=expander.proto.id, bool_value=True)
    app._run(states)
    assert_alive(app)
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def parts(app: AppTest, *kinds: str) -> list[dict[str, Any]]:
    """The parts of what a page answers, those of these kinds."""
    matches = [
        part for proto in drawings(app, "report") for part in json.loads(proto.json)["blocks"]
    ]
    return [part for part in matches if part["kind"] in kinds]


def sentences(app: AppTest) -> list[str]:
    """What a page warns of."""
    return [*(warning.value for warning in app.warning), *notes(app, "warning")]


def notes(app: AppTest, kind: str) -> list[str]:
    """What is set apart in a page's answer: "info", "warning" or "caption"."""
    return [note["text"] for note in parts(app, kind)]


def lines_of(app: AppTest) -> list[str]:
    """The sentences of a page's answer."""
    return [line for part in parts(app, "sentences", "list") for line in part["lines"]]


def rows(app: AppTest) -> list[dict[str, Any]]:
    """The rows of the one proved table of a page, with their proofs."""
    (matches,) = [each for each in parts(app, "table") if each["proved"]]
    for row in matches["rows"]:
        assert len(row["cells"]) == len(matches["heads"]) - 1
    return list(matches["rows"])


def proved(app: AppTest, columns: int) -> None:
    """Every row of the table has its proof: in each of so many columns two ways or more agree."""
    for row in rows(app):
        proof = row["proof"]
        assert proof["ok"], row
        assert proof["badge"] in ("checked two ways", "checked three ways")
        methods = {name.split(": ")[0] for name, _ in proof["methods"]}
        assert len(methods) == columns == len(row["cells"])


def table(app: AppTest) -> dict[str, dict[str, str]]:
    """The one proved table of a page: the numbers of each column by the titles of their rows."""
    (matches,) = [each for each in parts(app, "table") if each["proved"]]
    titles = [row["title"] for row in rows(app)]
    columns = zip(*(row["cells"] for row in matches["rows"]), strict=True)
    return {
        name: dict(zip(titles, column, strict=True))
        for name, column in zip(matches["heads"][1:], columns, strict=True)
    }


def cards(app: AppTest) -> dict[str, dict[str, Any]]:
    """The numbers of a page with their proofs, by their labels."""
    matches = [card for part in parts(app, "numbers") for card in part["cards"]]
    assert len({card["label"] for card in matches}) == len(matches)
    return {card["label"]: card for card in matches}


def output_of(app: AppTest) -> tuple[str, float]:
    """The unit and the value of the output that the signal page looks at, as the layer made it."""
    data = data_for(app, "signal")
    output = np.frombuffer(base64.b64decode(data["output"]), "<f4")
    return data["outputUnit"], float(output[data["position"]])


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures of a page, with what they show in words."""
    return parts(app, "figure")


def chart(app: AppTest, number: int = 0) -> dict[str, Any]:
    """What a figure is told to draw."""
    spec = json.loads(figures(app)[number]["spec"])
    assert isinstance(spec, dict)
    return spec


# Drawings, which are told a part of the state and send edits of it.


def drawings(app: AppTest, name: str) -> list[Any]:
    """What was sent to the browser for the drawings of this kind."""
    components = [component.proto for component in app.get("bidi_component")]
    return [proto for proto in components if proto.component_name == f"pdviz_{name}"]


def data_for(app: AppTest, name: str) -> dict[str, Any]:
    """The data that a drawing is told."""
    if name.startswith("field-"):
        (data,) = fields(app, name.removeprefix("field-"))
        return data
    (proto,) = drawings(app, name)
    data = json.loads(proto.json)
    assert isinstance(data, dict)
    return data


def editor_taps(app: AppTest) -> tuple[int, ...]:
    """The offsets of the taps that the editor draws."""
    data = data_for(app, "editor")
    if data["family"] is not None:
        return offsets(*data["family"])
    return tuple(i - data["origin"] for i, tap in enumerate(data["text"]) if tap == "1")


def sent_values(data: dict[str, Any], name: str) -> np.ndarray:
    """Numbers that the stage is sent, as the browser reads them."""
    value = data["values"][name]
    kind = f"<f{value['bits'] // 8}"
    return np.frombuffer(base64.b64decode(value["data"]), kind).reshape(value["shape"])


def send(
    app: AppTest, name: str, value: Any, *, rev: int | None = None, seq: int | None = None
) -> AppTest:
    """What a drawing sends when a hand moves it; the next edit of what it shows by default."""
    data = data_for(app, name)
    rev = data["rev"] if rev is None else rev
    seq = data["seq"] + 1 if seq is None else seq
    return send_text(app, name, json.dumps({"edit": {"rev": rev, "seq": seq, "value": value}}))


def send_text(app: AppTest, name: str, text: str) -> AppTest:
    """A message of a drawing that need not be one."""
    kind = "fields" if name.startswith("field-") else name
    (proto,) = [
        each for each in drawings(app, kind) if json.loads(each.json).get("name", name) == name
    ]
    states = app._tree.get_widget_states()
    states.widgets.add(id=proto.id, json_value=text)
    app._run(states)
    assert_alive(app)
    return app
