"""The rooms of the house: which part may import which, how full a folder may be, what a façade is.

Everything points one way, from the pattern up to the interface. A folder is a subject.
"""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pdviz
from tests.repository.imports import (
    COMPONENTS,
    FILES,
    MODULES,
    PACKAGE,
    ROOT,
    circle,
    imports,
    name_of,
    python_graph,
    rooms,
    script_graph,
)

MOST_ENTRIES = 12
MOST_NAMES = 8
NO_ENTRIES = {"__init__.py", "__pycache__", "README.md", "py.typed", "conftest.py"}
NO_ENTRIES |= {"requirements.txt", "node_modules"}

ALLOWED = {
    "limits": set(),
    "pattern": {"numpy", "pdviz.limits"},
    "ways": {"pdviz.pattern"},
    "conv": {
        *("numpy", "torch", "pdviz.conv", "pdviz.limits", "pdviz.pattern", "pdviz.ways"),
        *("llvmlite", "numba", "triton"),  # in the fused backend alone; see the test below
    },
    "signals": {"numpy", "pdviz.limits", "pdviz.signals"},
    "analysis": {
        *("numpy", "torch"),
        *("pdviz.analysis", "pdviz.conv", "pdviz.limits", "pdviz.pattern", "pdviz.ways"),
    },
    "figures": {
        *("numpy", "plotly", "pdviz.analysis", "pdviz.figures"),
        *("pdviz.limits", "pdviz.pattern", "pdviz.signals", "pdviz.ways"),
    },
    "__init__": {"pdviz.conv", "pdviz.pattern"},
    "__main__": set(),
}
"""What each part may import besides the standard library."""

FORBIDDEN = {
    "export": {"streamlit", "plotly", "pdviz.ui"},
    "bench": {"streamlit", "plotly", "pdviz.ui"},
    "ui": set(),
}
"""What the parts above those may not import; the interface may import anything."""

FLOORS = {
    "pdviz.ui": ["state", "queries", "reports", "session", "components", "serving", "pages"],
    "pdviz.analysis": [
        *("_arrays", "proof", "stack", "receptive_field", "effective_field", "spectrum", "rivals"),
        *("signal", "training", "cost"),
    ],
}
"""The entries of a folder from the ground up: none imports one above itself."""

SCRIPT_FLOORS = ["base", "model", "editor", "stack_editor", "pattern_fields"]
"""Of the rooms of JavaScript, too; the drawings beside them import `base` and `model` alone."""

SUBJECTS = ("receptive_field", "spectrum", "cost", "training", "signal")
"""The subjects that have a room on every floor."""

WITH_TORCH = re.compile(
    r"pdviz\.analysis\.(\w+\.(proofs|measured|module|probe)|training(\.\w+)?|signal\.run)"
)
"""The modules that may import PyTorch when they are imported, besides `pdviz.conv` and `bench`."""


def part_of(file: Path) -> str:
    """The part that a file belongs to: the first name below the package."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(file: Path) -> set[str]:
    """What a file imports: parts of pdviz as "pdviz.<part>", packages by their first name.

    `from pdviz import Pattern` is the package as its users see it: "pdviz".
    """
    parts = {part_of(file) for file in FILES}
    package = ".".join(("pdviz", *file.relative_to(PACKAGE).parent.parts))
    names = set()
    for name in imports(file.read_text("utf-8"), package):
        first, *rest = name.split(".")
        if first != "pdviz":
            names.add(first)
        else:
            names.add(f"pdviz.{rest[0]}" if rest and rest[0] in parts else "pdviz")
    return names - set(sys.stdlib_module_names)


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


# The reading of files.


def test_every_form_of_import_is_seen() -> None:
    source = """
import a.b as c, d
from e.f import g
from . import h
from ..i import j
from .k import l
def late():
    import m
    if TYPE_CHECKING:
        from n import o
importlib.import_module("p.q")
import_module(".r", __package__)
__import__("s")
if TYPE_CHECKING:
    import t
"""
    at_start = {"a.b", "d", "e.f.g", "pdviz.conv.h", "pdviz.i.j", "pdviz.conv.k.l"}
    at_start |= {"p.q", "pdviz.conv.r", "s"}
    assert set(imports(source, "pdviz.conv")) == {*at_start, "m", "n.o", "t"}
    assert set(imports(source, "pdviz.conv", at_start=True)) == at_start


def test_parts_of_known_files() -> None:
    assert imported_parts(PACKAGE / "pattern.py") == {"pdviz.limits"}
    assert {"torch", "pdviz.pattern"} <= imported_parts(PACKAGE / "conv" / "_layer.py")
    assert imported_parts(PACKAGE / "__init__.py") == {"pdviz.conv", "pdviz.pattern"}


def test_circles_and_rooms_are_seen() -> None:
    graph = {"a.b.c": {"a.b.d", "a.e"}, "a.e": {"a.b.d"}, "a.b.d": set()}
    assert circle(graph) == []
    assert rooms(graph, ".") == {"a": {"b": {"e"}, "e": {"b"}}, "a.b": {"c": {"d"}}}
    assert set(circle(rooms(graph, ".")["a"])) == {"b", "e"}


# Direction.


@pytest.mark.parametrize("part", sorted({part_of(file) for file in FILES}))
def test_imports_point_downwards(part: str) -> None:
    assert part in ALLOWED or part in FORBIDDEN, f"say here what {part} may import"
    for file in FILES:
        if part_of(file) == part:
            imported = imported_parts(file)
            assert imported <= ALLOWED.get(part, imported), relative(file)
            assert not imported & FORBIDDEN.get(part, set()), relative(file)


@pytest.mark.parametrize("folder", FLOORS)
def test_a_floor_stands_on_those_below_it(folder: str) -> None:
    floors = FLOORS[folder]
    graph = rooms(python_graph(), ".")[folder]
    assert {*graph, *(name for names in graph.values() for name in names)} <= set(floors)
    for name, imported in graph.items():
        above = set(floors[floors.index(name) + 1 :])
        assert not imported & above, f"{folder}.{name} imports {imported & above}"


def test_no_python_modules_and_no_rooms_import_each_other_in_a_circle() -> None:
    graph = python_graph()
    assert circle(graph) == []
    for folder, entries in rooms(graph, ".").items():
        assert circle(entries) == [], folder


def test_no_scripts_and_no_rooms_of_scripts_import_each_other_in_a_circle() -> None:
    graph = script_graph()
    assert "editor/editor.js" in graph["boot/main.js"]
    assert circle(graph) == []
    graph = {path: names - {"boot/constants.js"} for path, names in graph.items()}
    for folder, entries in rooms(graph, "/").items():
        assert circle(entries) == [], folder


def test_the_drawings_stand_on_what_they_share() -> None:
    graph = script_graph()
    for path, imported in graph.items():
        room = path.split("/")[0]
        if room == "boot":
            continue
        allowed = {room, "base", "model"} if room not in ("base", "model") else {room, "base"}
        if room in ("editor", "stack_editor", "pattern_fields"):
            allowed |= set(SCRIPT_FLOORS)
        used = {name.split("/")[0] for name in imported - {"boot/constants.js"}}
        assert used <= allowed, f"{path} imports {used - allowed}"


def test_a_private_module_is_imported_in_its_own_room_alone() -> None:
    for name, imported in python_graph().items():
        for module in imported:
            room, private, _ = module.partition("._")
            assert not private or f"{name}.".startswith(f"{room}."), f"{name} imports {module}"


def test_only_the_fused_backend_imports_its_compilers() -> None:
    compilers = {"llvmlite", "numba", "triton"}
    for file in FILES:
        if imported_parts(file) & compilers:
            assert PACKAGE / "conv" / "_fused" in file.parents, relative(file)


def test_only_the_interface_imports_streamlit_and_only_it_and_figures_plotly() -> None:
    users = {
        name: {part_of(file) for file in FILES if name in imported_parts(file)}
        for name in ("streamlit", "plotly", "pdviz.ui")
    }
    assert users["streamlit"] <= {"ui"}
    assert users["plotly"] <= {"figures", "ui"}
    assert users["pdviz.ui"] <= {"ui"}


# Rooms.


def folders(top: str) -> list[Path]:
    directories = [path for path in (ROOT / top).rglob("*") if path.is_dir()]
    hidden = ("__pycache__", "node_modules")
    return [ROOT / top, *(path for path in directories if not set(path.parts) & set(hidden))]


@pytest.mark.parametrize("top", ["pdviz", "tests", "tools"])
def test_a_folder_has_few_entries(top: str) -> None:
    for folder in folders(top):
        entries = {path.name for path in folder.iterdir()} - NO_ENTRIES
        assert len(entries) <= MOST_ENTRIES, f"{relative(folder)}: {sorted(entries)}"


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name == "__init__.py"], ids=relative
)
def test_a_facade_says_what_the_room_is_for_and_names_few_things(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    docstring = ast.get_docstring(tree)
    assert docstring
    assert "TODO" not in docstring
    names = [
        alias
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("__future__")
        for alias in node.names
        if alias.asname == alias.name
    ]
    assert len(names) <= MOST_NAMES


def test_a_subject_has_one_stem_on_every_floor() -> None:
    floors = [PACKAGE / "analysis", PACKAGE / "ui" / "queries", PACKAGE / "ui" / "pages"]
    floors += [PACKAGE / "ui" / "state" / "parts"]
    for floor in floors:
        stems = {path.stem for path in floor.iterdir()}
        assert set(SUBJECTS) <= stems, f"{relative(floor)} lacks {set(SUBJECTS) - stems}"


def test_each_drawing_has_its_room() -> None:
    """A folder with the Python face, the HTML, the styles and the script, all of its name."""
    main = (COMPONENTS / "boot" / "main.js").read_text("utf-8")
    drawings = set(re.findall(r'from "\.\./(\w+)/\1\.js"', main))
    assert drawings >= {"editor", "pattern_fields", "report", "signal", "stage"}
    for name in drawings:
        for ending in (".py", ".html", ".css", ".js"):
            assert (COMPONENTS / name / f"{name}{ending}").is_file(), f"{name}{ending}"


# What is loaded when.


def loaded_after(code: str) -> set[str]:
    """Which of these packages a fresh Python has loaded after `code`."""
    heavy = {"torch", "numba", "rich", "streamlit", "plotly", "scipy", "pandas"}
    script = f"import sys\n{code}\nprint(*({heavy!r} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


def test_a_pattern_needs_no_other_package() -> None:
    code = "import pdviz; assert pdviz.Pattern.parse('101').taps == 2; from pdviz import Pattern"
    assert (
        loaded_after(f"{code}; assert {{*pdviz.__all__, '__version__'}} <= {{*dir(pdviz)}}")
        == set()
    )


def test_the_layer_brings_torch_and_nothing_of_the_interface() -> None:
    code = "from pdviz import PartiallyDilatedConv1d; PartiallyDilatedConv1d.__name__"
    assert loaded_after(code) == {"torch"}


def test_modules_that_bring_torch_are_known_by_their_names() -> None:
    """By name, so that no list is kept: where a name says nothing of PyTorch, there is none."""
    graph = python_graph(at_start=True)
    heavy = {name for name, file in MODULES.items() if "torch" in imported_at_start(file)}
    while True:
        more = {name for name, imported in graph.items() if imported & heavy} - heavy
        if not more:
            break
        heavy |= more
    for name in heavy:
        layer = name.startswith(("pdviz.conv", "pdviz.bench"))
        assert layer or WITH_TORCH.fullmatch(name), f"{name} brings PyTorch when it is imported"


def imported_at_start(file: Path) -> set[str]:
    package = name_of(file) if file.name == "__init__.py" else name_of(file).rpartition(".")[0]
    names = imports(file.read_text("utf-8"), package, at_start=True)
    return {name.split(".")[0] for name in names}


def test_a_page_can_be_edited_before_torch_has_loaded() -> None:
    """Every room's façade, and all that has no name of a module with PyTorch, in one Python."""
    names = [name for name in MODULES if name.startswith(("pdviz.analysis", "pdviz.signals"))]
    names = [name for name in names if not WITH_TORCH.fullmatch(name)]
    assert "pdviz.analysis.receptive_field" in names
    assert loaded_after("\n".join(f"import {name}" for name in names)) == set()


# The package as its users see it.


def test_every_public_name_can_be_had() -> None:
    assert pdviz.__all__ == sorted(pdviz.__all__)
    for name in pdviz.__all__:
        assert getattr(pdviz, name).__name__ == name
    assert (
        pdviz.PartiallyDilatedConv1d is importlib.import_module("pdviz.conv").PartiallyDilatedConv1d
    )
    namespace: dict[str, object] = {}
    exec("from pdviz import *", namespace)
    assert set(pdviz.__all__) <= set(namespace)


@pytest.mark.parametrize("name", ["Conv1d", "streamlit"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'pdviz' has no attribute '{name}'"):
        getattr(pdviz, name)
    with pytest.raises(ImportError, match=name):
        exec(f"from pdviz import {name}")
