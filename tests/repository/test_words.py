"""One name for each thing: what pages, figures and tables do not say any more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pdviz"
OLD = {
    "widest hole": "longest hole",
    "unbroken": "longest run without a hole",
    "weights held": "weights",
    "samples from the output": "relative to the output, in samples",
    "FLOP a byte": "FLOP per byte",
    "thinning": "strides that drop samples",
    "Gaussian share": "normal curve, since Gaussian is a kind of weights",
    "┈ Gaussian": "normal curve, since Gaussian is a kind of weights",
}
"""The word that each of these has given way to."""


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
    where = [str(path) for path in files if any(old in text for text in texts_of(path))]
    assert not where, f"say {OLD[old]!r}"
