"""What the server gives besides pages: the code that draws, and figures as files for a link."""

from __future__ import annotations

import asyncio
import base64
import csv
import gzip
import io
import json
import os
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from httpx2 import Response
from hypothesis import given
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from pdviz import signals
from pdviz.ui.queries import torch_start, turns
from pdviz.ui.reports import REPORTS
from pdviz.ui.reports.figures import FIGURES
from pdviz.ui.serving import routes as served
from pdviz.ui.serving.sockets import without_delay
from pdviz.ui.state.link import to_query
from pdviz.ui.state.state import State
from tests.ui.components.test_editor_messages import anything
from tests.ui.support.session import (
    ROOT,
    WIDEST,
    data_for,
    drawings,
    figures,
    send,
    turn,
    visit,
)
from tests.ui.support.states import states

PAGES = {"effective-field": "receptive_field", "spectrum": "spectrum", "cost": "cost"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=served.routes()))


def test_the_app_serves_them() -> None:
    text = (ROOT / "app.py").read_text("utf-8")
    assert 'st.App(\n    "pdviz/ui/pages/router.py",\n    routes=routes(),' in text
    assert (ROOT / "pdviz/ui/pages/router.py").exists()


def test_what_is_served_is_sent_at_once() -> None:
    """Accepted connections have the option of the socket that listens, whoever opened that."""

    def option(requests: socket.socket) -> int:
        return requests.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    async def serve() -> None:
        async with without_delay(None):
            assert option(listener)

    with socket.socket() as listener:  # as Streamlit opens it, of no protocol
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not option(listener)
        before = os.listdir("/dev/fd")
        with ThreadPoolExecutor(1) as other:  # this thread may have a loop of its own
            other.submit(lambda: asyncio.run(serve())).result()
        assert os.listdir("/dev/fd") == before
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert option(accepted)


def test_below_the_path_that_the_app_is_served_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": "/some/where/"}.get)
    below = TestClient(Starlette(routes=served.routes()))
    assert below.get("/some/where/figures/cost.csv").status_code == 200
    assert below.get("/figures/cost.csv").status_code == 404


@pytest.mark.parametrize("name", ["health", "host-config"])
def test_below_a_page_there_is_no_server_and_no_error(client: TestClient, name: str) -> None:
    answer = client.get(f"/cost/_stcore/{name}")
    assert 300 <= answer.status_code < 400
    assert "location" not in answer.headers
    assert client.get(f"/_stcore/{name}").status_code == 404  # Streamlit answers that


def test_plotly_is_sent_packed_to_those_who_can_unpack_it(client: TestClient) -> None:
    plain = client.get("/plotly.js", headers={"accept-encoding": "identity"})
    assert "plotly.js v" in plain.text[:200]
    with client.stream("GET", "/plotly.js", headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        raw = b"".join(packed.iter_raw())
    assert len(raw) < 0.4 * len(plain.content)
    assert gzip.decompress(raw) == plain.content
    assert plain.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("name", FIGURES)
def test_the_csv_of_a_link_holds_the_numbers_of_its_state(client: TestClient, name: str) -> None:
    given = State.of(wing=2, layers=2)
    answer = client.get(f"/figures/{name}.csv", params=to_query(given))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    file = f"pdviz-{name}-w2d2i5-l2.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    columns = FIGURES[name](given).table()
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""), strict=True)
    assert head == list(columns)
    assert len(rows) == len(next(iter(columns.values()))) >= 5
    assert answer.text != client.get(f"/figures/{name}.csv").text


def csv_of(client: TestClient, name: str, **link: str) -> dict[str, list[str]]:
    """The columns of a file by their heads."""
    answer = client.get(f"/figures/{name}.csv", params=link)
    assert answer.status_code == 200
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""), strict=True)
    return dict(zip(head, zip(*rows, strict=True), strict=True))


def test_the_taps_of_a_kernel_are_a_file(client: TestClient) -> None:
    table = csv_of(client, "kernel", wing="1", dilation="3", island="3")
    assert table == {
        "parameter": ("0", "1", "2", "3", "4"),
        "part": ("left wing", "island", "island", "island", "right wing"),
        "offset (samples)": ("-4", "-1", "0", "1", "4"),
        "element of the kernel": ("0", "3", "4", "5", "8"),
    }


def test_the_samples_that_are_shown_are_a_file(client: TestClient) -> None:
    link = {"signal": "macro", "channel": "3", "start": "5", "samples": "16", "position": "0"}
    table = csv_of(client, "signal", **link, weights="average", wing="0", island="3")
    samples = signals.load("macro").samples[3].astype(float)
    number, time, before, after = (np.array(column, float) for column in table.values())
    assert number.tolist() == list(range(5, 21))
    assert time == pytest.approx(1959 + number / 4)
    assert before.tolist() == samples[5:21].tolist()
    expected = [samples[n - 1 : n + 2].mean() for n in range(5, 21)]
    assert after == pytest.approx(expected, rel=1e-12)
    unit = signals.load("macro").units[3]
    assert list(table) == ["sample", "time (year)", f"input ({unit})", f"output ({unit})"]
    assert client.get("/figures/signal.html").status_code == 404  # made in the browser


@pytest.mark.parametrize("name", FIGURES)
def test_the_html_is_the_figure_with_its_words(client: TestClient, name: str) -> None:
    answer = client.get(f"/figures/{name}.html", params={"layers": "2"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    heading = "2 layers of wing 4, dilation 2, island 5"
    assert f"<title>pdviz: {name.replace('-', ' ')}, {heading}" in answer.text
    assert f"<h1>{heading}" in answer.text
    assert "<figcaption>" in answer.text
    assert "Plotly.newPlot" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/figures/nothing.csv", 404, "There is no such figure."),
        ("/figures/cost.exe", 404, "There is no such figure."),
        ("/figures/../cost.csv", 404, ""),
        ("/figures/cost.csv?wing=65", 422, "Wing must be 0 to 64, but the link says “65”."),
        ("/figures/cost.csv?wing=3&wing=%00", 422, "Wing must be"),
        (f"/figures/spectrum.html?{urlencode({**WIDEST, 'growth': '4'})}", 422, "45.81 billion"),
    ],
)
def test_what_cannot_be_given_is_answered_in_a_sentence(
    client: TestClient, path: str, status: int, words: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert "Shown instead" not in answer.text
    assert "Traceback" not in answer.text


def test_a_busy_server_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise turns.Busy

    monkeypatch.setattr("pdviz.ui.queries.effective_field.in_turn", busy)
    link = {"trial": "random", "seed": "987654"}
    answer = client.get("/figures/effective-field.csv", params=link)
    assert answer.status_code == 503
    assert "Many people are computing" in answer.text


@given(states())
def test_the_link_below_a_figure_leads_to_that_figure(state: State) -> None:
    answer = TestClient(Starlette(routes=served.routes())).get(
        f"/figures/cost.csv?{urlencode(to_query(state))}"
    )
    assert answer.status_code == 200  # costs are counted of any stack


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_its_figure_what_it_shows_and_where_its_files_are(
    client: TestClient, name: str
) -> None:
    app = turn(visit(PAGES[name], dilation="3"), "layers", 2)
    figure = figures(app)[0]
    assert figure["name"] == name
    assert figure["query"] == "dilation=3&layers=2"
    assert json.loads(figure["spec"]).keys() == {"data", "layout"}
    page = client.get(f"/figures/{name}.html?{figure['query']}").text
    assert figure["alt"].replace("'", "&#x27;") in page


def test_every_depth_has_its_files(client: TestClient) -> None:
    figure = figures(visit("receptive_field", view="projective"))[0]
    answer = client.get(f"/figures/{figure['name']}.csv?{figure['query']}")
    assert answer.status_code == 200


# Answers.

EDIT = {"layers": 2, "growth": 1, "every": 1, "stack": [], "goal": 0}
WIDER = {"family": [5, 3, 5, False], **EDIT}
ANSWERED = {"receptive_field": "receptive_field", "spectrum": "spectrum", "cost": "cost"}


def ask(client: TestClient, name: str, query: Any = "", value: Any = None) -> Response:
    return client.post(f"/reports/{name}", json={"query": query, "value": value})


@pytest.mark.parametrize("page", ANSWERED)
@pytest.mark.parametrize(
    "link", [{}, {"rival": "weights", "trial": "random", "seed": "3", "hertz": "1", "groups": "8"}]
)
def test_an_answer_is_what_the_page_says_after_the_same_edit(
    client: TestClient, page: str, link: dict[str, str]
) -> None:
    torch_start.warm_up().result()
    app = visit(page, **link)
    data = json.loads(drawings(app, "report")[0].json)
    assert data["endpoint"] == page
    answer = ask(client, data["endpoint"], data["query"], WIDER)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    send(app, "editor", WIDER)
    after = json.loads(drawings(app, "report")[0].json)["blocks"]
    assert answer.json() == {"blocks": after}
    assert after != data["blocks"]
    assert ask(client, page, urlencode(app.query_params), None).json() == {"blocks": after}


@pytest.mark.parametrize("link", [{}, {"signal": "macro", "channel": "3", "weights": "random"}])
def test_an_answer_shows_the_signal_as_the_page_does_after_the_same_edit(
    client: TestClient, link: dict[str, str]
) -> None:
    app = visit("signal", **link, position="20")
    before = data_for(app, "signal")
    (answer,) = ask(client, "signal", before["query"], WIDER).json()["blocks"]
    after = data_for(send(app, "editor", WIDER), "signal")
    assert after["edited"] == {"rev": before["edited"]["rev"], "seq": before["edited"]["seq"] + 1}
    assert answer["offsets"] == after["offsets"] != before["offsets"]
    own = {"rev", "seq", "edited", "query", "position", "output"}  # the hand's place is its own
    assert {k: v for k, v in answer.items() if k not in own} == {
        k: v for k, v in after.items() if k not in own
    }
    summed, made = (np.frombuffer(base64.b64decode(d["output"]), "<f4") for d in (answer, after))
    assert summed == pytest.approx(made, abs=2e-6 * float(abs(made).max()))


def test_no_stack_is_too_wide_for_one_layer_on_a_signal(client: TestClient) -> None:
    wide = {"family": [64, 64, 65, False], **EDIT, "layers": 12, "growth": 4}
    assert ask(client, "signal", "", wide).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff", 422),
        (b"[" * 20_000, 422),
        (b'{"query": ""}', 422),
        (b'{"query": 3, "value": null}', 422),
        (b'{"query": "' + b"&a=1" * 200 + b'", "value": null}', 422),
        (b'{"query": "wing=65", "value": null}', 204),
        (b" " * 70_000, 413),
    ],
)
def test_what_asks_for_no_answer_gets_none(client: TestClient, body: bytes, status: int) -> None:
    assert client.post("/reports/cost", content=body).status_code == status


@given(anything, anything)
def test_whatever_is_asked_there_is_an_answer_or_none(query: Any, value: Any) -> None:
    client = TestClient(Starlette(routes=served.routes()))
    text = json.dumps({"query": query, "value": value})
    answer = client.post("/reports/cost", content=text.encode())
    assert answer.status_code in (200, 204, 422)


def test_an_edit_that_is_none_changes_nothing(client: TestClient) -> None:
    torch_start.warm_up().result()
    for wrong in ({**WIDER, "layers": 13}, {**WIDER, "wing": 3}, [], "x"):
        assert ask(client, "cost", "", wrong).json() == ask(client, "cost").json()


def test_where_the_page_must_say_why_there_is_no_answer(client: TestClient) -> None:
    torch_start.warm_up().result()
    assert ask(client, "nothing").status_code == 204
    assert client.get("/reports/cost").status_code == 405
    wide = {"family": [64, 64, 65, False], **EDIT, "layers": 12, "growth": 4}
    for page in ANSWERED:  # what it costs is counted whatever it would reach
        assert ask(client, page, "", wide).status_code == (200 if page == "cost" else 204)


def test_before_pytorch_the_answer_is_what_the_page_shows_then(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch_start, "warm_up", Future)
    report = ask(client, "cost").json()["blocks"]
    assert report == REPORTS["cost"](State(), False, True)
    table = next(part for part in report if part["kind"] == "table")
    assert {row["proof"] for row in table["rows"]} == {"pending"}
