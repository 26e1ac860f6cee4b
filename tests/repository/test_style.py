"""The style of the code: what the linters say, as pyproject.toml configures them, and its words."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(file for top in ("pdviz", "tools") for file in (ROOT / top).rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

NOUN_CLAUSES = {
    *("A", "All", "An", "Each", "Every", "For", "How", "Its", "Of", "One", "So", "Some", "The"),
    *("Three", "Two", "What", "When", "Where", "Whether", "Which", "Who", "Why"),
}
"""First words of a docstring that says what a function is, not what it does."""
PARTICIPLES = {
    *("asked", "found", "given", "held", "known", "said", "seen", "shown", "told", "wanted"),
}
"""First words of names that do not name a thing."""


@pytest.mark.parametrize(
    "command",
    [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]],
    ids=lambda command: " ".join(command),
)
def test_linter_is_content(command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def begins_with_a_verb(docstring: str) -> bool:
    """Tell as far as one can without a dictionary: plural nouns and participles are none."""
    first = re.match(r"[A-Z][a-z]+(?=[\s:.])", docstring)
    word = first[0] if first else ""
    return bool(word) and word not in NOUN_CLAUSES and not re.search(r"[^s]s$|[^e]ed$", word)


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that a module gives, with its line: of functions, parameters, variables."""
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


@pytest.mark.parametrize(
    ("docstring", "verb"),
    [
        ("Return the taps.", True),
        ("Convolve: (N, C, L).", True),
        ("Pass it on.", True),
        ("Feed it.", True),
        ("The taps.", False),
        ("Whether it is dense.", False),
        ("Seconds that it takes.", False),
        ("Compiled, and stored.", False),
        ("(N, C, L) → (N, C, L).", False),
        ("`value` as an int.", False),
    ],
)
def test_noun_clauses_are_told_from_verbs(docstring: str, verb: bool) -> None:
    assert begins_with_a_verb(docstring) is verb


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_docstrings_of_functions_begin_with_a_verb(file: Path) -> None:
    wrong = [
        f"{node.name}: {docstring.splitlines()[0]}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, FUNCTIONS) and (docstring := ast.get_docstring(node))
        if not any("property" in ast.unparse(each) for each in node.decorator_list)
        if not begins_with_a_verb(docstring)
    ]
    assert wrong == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_name_is_a_participle(file: Path) -> None:
    names = names_in(ast.parse(file.read_text("utf-8")))
    wrong = [
        f"{line}: {name}"
        for line, name in names
        if name.lower().strip("_").split("_")[0] in PARTICIPLES
    ]
    assert wrong == []
