"""A figure as a file: the whole of it in one document, and the words as text."""

import json
import re
from html.parser import HTMLParser

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from pdviz.figures.page import plotly_code, to_html


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] = self.text.get(self._open[-1], "") + data


def figure() -> go.Figure:
    return go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), {"height": 321})


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_page_needs_nothing_else() -> None:
    page = read(to_html(figure(), title="A title", caption="A caption."))
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "img")
        assert "src" not in attributes
    assert "Plotly.newPlot" in page.text["script"]
    assert "plotly.js v" in page.text["script"]


def test_plotly_writes_a_true_minus_sign() -> None:
    """Its number formats, which texts under the pointer go through, have no option for that."""
    before, after = get_plotlyjs(), plotly_code()
    assert (before.count(".minus===void 0"), after.count(".minus===void 0")) == (1, 1)
    changed = re.sub(r'(?<=\.minus===void 0\?)"-"', '"\\\\u2212"', before)
    assert after == changed != before


def test_words_are_text_whatever_they_hold() -> None:
    words = 'reaches < 5 & "more" </figcaption><script>alert(1)</script>'
    page = read(to_html(figure(), title=words, caption=words))
    assert page.text["title"] == page.text["figcaption"] == words
    assert "alert(1)</script>" not in page.text["script"]


def test_the_figure_is_there_as_it_was_and_on_a_light_ground() -> None:
    drawn = figure()
    before = drawn.to_json()
    text = to_html(drawn, title="t", caption="c")
    assert drawn.to_json() == before
    call = text[text.rindex("Plotly.newPlot(") :]
    assert re.search(r'"x":\[1,2\],"y":\[3,4\]', call)
    assert '"height":321' in call
    assert json.dumps("white") in call


def test_the_same_figure_gives_the_same_page() -> None:
    pages = [to_html(figure(), title="t", caption="c") for _ in range(2)]
    assert pages[0] == pages[1]
