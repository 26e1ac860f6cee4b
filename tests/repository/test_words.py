"""One name for each thing: what pages, figures and tables do not say any more."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdviz.ui.reports.figures import FIGURES
from pdviz.ui.state import State

PACKAGE = Path(__file__).parents[2] / "pdviz"
OLD = {
    "widest hole": "longest hole",
    "unbroken": "longest run without a hole",
    "weights held": "weights",
    "samples from the output": "relative to the output, in samples",
    "Bytes kept for backward": "bytes kept for the backward pass",
    "bytes moved": "bytes that must move",
    "has to move": "must move",
    "have to move": "must move",
    "folded Conv1d": "one Conv1d with the assembled kernel",
    "input samples": "relative to the output, in samples",
    "FLOP a byte": "FLOP per byte",
    "thinning": "strides that drop samples",
    "Gaussian share": "normal curve, since Gaussian is a kind of weights",
    "┈ Gaussian": "normal curve, since Gaussian is a kind of weights",
    r"\bSave\b(?! as)": "Save as",
    "^Way$": "way to make the kernel",
}
"""The word that each of these regular expressions has given way to."""
CSV = {
    "effective-field": State(),
    "every-depth": State.of(view="receptive"),
    "every-depth, of an input": State.of(view="projective"),
    "spectrum": State(),
    "islands": State(),
}
"""The figures with an axis that has a name, and a state to draw each in."""


def texts_of(path: Path) -> Iterator[str]:
    """The strings of a module but for docstrings; a page or script but for comments."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*|<!--.*?-->", "", source, flags=re.DOTALL)
        return
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_old_words_are_found_in_strings_alone(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""The widest hole."""\nTEXT = f"the widest hole {1}"\n')
    assert [text for text in texts_of(module) if "widest hole" in text] == ["the widest hole "]
    script = tmp_path / "script.js"
    script.write_text('// unbroken\nconst text = "unbroken"')
    assert "".join(texts_of(script)).count("unbroken") == 1


@pytest.mark.parametrize("old", OLD)
def test_a_thing_has_one_name(old: str) -> None:
    files = [each for kind in ("py", "js", "html") for each in PACKAGE.rglob(f"*.{kind}")]
    where = [str(path) for path in files if any(re.search(old, text) for text in texts_of(path))]
    assert not where, f"say {OLD[old]!r}"


@pytest.mark.parametrize("name", CSV)
def test_an_axis_and_its_column_have_one_name(name: str) -> None:
    figure = FIGURES[name.partition(",")[0]](CSV[name])
    title = json.loads(figure.chart.spec)["layout"]["xaxis"]["title"]["text"]
    quantity, _, unit = title.rpartition(", in ")
    assert f"{quantity} ({unit})" in figure.table()
