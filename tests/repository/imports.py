"""What each module of the package imports, in Python and in JavaScript, read from the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path
from posixpath import dirname, join, normpath

import pdviz

PACKAGE = Path(pdviz.__file__).parent
ROOT = PACKAGE.parent
COMPONENTS = PACKAGE / "ui" / "components"
FILES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted(COMPONENTS.rglob("*.js"))

_FROM = re.compile(r'^(?:import|export)\b[^"]*?from "([^"]+)"', re.MULTILINE)

Graph = dict[str, set[str]]
"""For each module the modules that it imports."""


def name_of(file: Path) -> str:
    """The full name of a module: "pdviz.conv" is that of its `__init__`."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


def imports(source: str, package: str, *, at_start: bool = False) -> Iterator[str]:
    """All that `source`, a module in `package`, imports anywhere, by its full name.

    `from a import b` gives `a.b`: `b` may be a module. With `at_start`, only what is imported when
    the module is: not in functions, nor for types alone.
    """
    for node in _walk(ast.parse(source), at_start):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            name = node.args[0].value
            if called in ("import_module", "__import__") and isinstance(name, str):
                yield resolve_name(name, package)


def _walk(node: ast.AST, at_start: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if at_start and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if at_start and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _walk(child, at_start)


def module_of(name: str) -> str | None:
    """The module of ours that an imported name is or lies in; None for others' packages."""
    if name in MODULES:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in MODULES else None


def python_graph(*, at_start: bool = False) -> Graph:
    """What our modules import of each other."""
    graph: Graph = {}
    for name, file in MODULES.items():
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        names = imports(file.read_text("utf-8"), package, at_start=at_start)
        graph[name] = {module for each in names if (module := module_of(each))} - {name}
    return graph


def script_graph() -> Graph:
    """What our JavaScript modules import of each other, by their paths below `components`."""
    graph: Graph = {}
    for file in SCRIPTS:
        path = file.relative_to(COMPONENTS).as_posix()
        paths = _FROM.findall(file.read_text("utf-8"))
        graph[path] = {normpath(join(dirname(path), each)) for each in paths}
    return graph


def rooms(graph: Mapping[str, set[str]], separator: str) -> dict[str, Graph]:
    """For each folder, which of its entries imports which: files, and folders as a whole."""
    folders: dict[str, Graph] = {}
    for source, targets in graph.items():
        for target in targets:
            start, end = source.split(separator), target.split(separator)
            shared = next(
                (n for n, (a, b) in enumerate(zip(start, end, strict=False)) if a != b),
                min(len(start), len(end)),
            )
            if shared < min(len(start), len(end)):
                folder = folders.setdefault(separator.join(start[:shared]), {})
                folder.setdefault(start[shared], set()).add(end[shared])
    return folders


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of a circle of imports; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
