"""Which part of pdviz may import which: one direction, from the pattern up to the interface."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

import pdviz

PACKAGE = Path(pdviz.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

ALLOWED = {
    "limits": set(),
    "pattern": {"numpy", "pdviz.limits"},
    "conv": {
        *("numpy", "torch", "pdviz.conv", "pdviz.limits", "pdviz.pattern"),
        *("llvmlite", "numba", "triton"),  # in the fused backend alone; see the test below
    },
    "signals": {"numpy", "pdviz.limits", "pdviz.signals"},
    "analysis": {
        "numpy",
        "torch",
        "pdviz.analysis",
        "pdviz.conv",
        "pdviz.limits",
        "pdviz.pattern",
    },
    "figures": {
        "numpy",
        "plotly",
        "pdviz.analysis",
        "pdviz.figures",
        "pdviz.limits",
        "pdviz.pattern",
        "pdviz.signals",
    },
    "__init__": {"pdviz.conv", "pdviz.pattern"},
}
"""What each part may import besides the standard library."""

FORBIDDEN = {
    "export": {"streamlit", "plotly", "pdviz.ui"},
    "bench": {"streamlit", "plotly", "pdviz.ui"},
    "ui": set(),
}
"""What the parts above those may not import; the interface may import anything."""


def part_of(file: Path) -> str:
    """The part that a file belongs to: the first name below the package."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(source: str, package: str) -> Iterator[str]:
    """All that `source`, a module in `package`, imports anywhere, by its full name.

    `from a import b` gives `a.b`: `b` may be a module.
    """
    for node in ast.walk(ast.parse(source)):
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


def imported_parts(file: Path) -> set[str]:
    """What a file imports: parts of pdviz as "pdviz.<part>", packages by their first name.

    `from pdviz import Pattern` is the package as its users see it: "pdviz".
    """
    parts = {part_of(file) for file in FILES}
    package = ".".join(("pdviz", *file.relative_to(PACKAGE).parent.parts))
    found = set()
    for name in imports(file.read_text("utf-8"), package):
        first, *rest = name.split(".")
        if first != "pdviz":
            found.add(first)
        else:
            found.add(f"pdviz.{rest[0]}" if rest and rest[0] in parts else "pdviz")
    return found - set(sys.stdlib_module_names)


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
"""
    assert set(imports(source, "pdviz.conv")) == {
        *("a.b", "d", "e.f.g", "pdviz.conv.h", "pdviz.i.j"),
        *("pdviz.conv.k.l", "m", "n.o", "p.q", "pdviz.conv.r", "s"),
    }


def test_parts_of_known_files() -> None:
    """The reading of files below, on two that are known to import something."""
    assert imported_parts(PACKAGE / "pattern.py") == {"pdviz.limits"}
    assert {"torch", "pdviz.pattern"} <= imported_parts(PACKAGE / "conv" / "_layer.py")
    assert imported_parts(PACKAGE / "__init__.py") == {"pdviz.conv", "pdviz.pattern"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downwards(file: Path) -> None:
    part, found = part_of(file), imported_parts(file)
    if part in ALLOWED:
        assert found <= ALLOWED[part]
    else:
        assert part in FORBIDDEN, f"say here what {part} may import"
        assert not found & FORBIDDEN[part]


def test_only_the_fused_backend_imports_its_compilers() -> None:
    compilers = {"llvmlite", "numba", "triton"}
    for file in FILES:
        if imported_parts(file) & compilers:
            assert file.parent == PACKAGE / "conv" / "_fused"


def test_only_the_interface_imports_streamlit_and_only_it_and_figures_plotly() -> None:
    users = {
        name: {part_of(file) for file in FILES if name in imported_parts(file)}
        for name in ("streamlit", "plotly", "pdviz.ui")
    }
    assert users["streamlit"] <= {"ui"}
    assert users["plotly"] <= {"figures", "ui"}
    assert users["pdviz.ui"] <= {"ui"}


def loaded_after(code: str) -> set[str]:
    """Which of these packages a fresh Python has loaded after `code`."""
    heavy = {"torch", "numba", "rich", "streamlit", "plotly", "scipy", "pandas"}
    script = f"import sys\n{code}\nprint(*({heavy!r} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


def test_a_pattern_needs_no_other_package() -> None:
    code = "import pdviz; assert pdviz.Pattern.parse('101').taps == 2; from pdviz import Pattern"
    assert loaded_after(code) == set()


def test_the_layer_brings_torch_and_nothing_of_the_interface() -> None:
    code = "from pdviz import PartiallyDilatedConv1d; PartiallyDilatedConv1d.__name__"
    assert loaded_after(code) == {"torch"}


@pytest.mark.parametrize(
    "module",
    [
        "pdviz.analysis.receptive_field.closed_form",
        "pdviz.analysis.cost.cost",
        "pdviz.analysis.effective_field.field",
        "pdviz.analysis.receptive_field.columns",
        "pdviz.analysis.receptive_field.hybrid_dilation",
        "pdviz.analysis.stack.kernel",
        "pdviz.analysis.effective_field.relu_gradients",
        "pdviz.analysis.spectrum.noise_proof",
        "pdviz.analysis.effective_field.columns",
        "pdviz.analysis.receptive_field.projective_field",
        "pdviz.analysis.receptive_field.field",
        "pdviz.analysis.receptive_field.residues",
        "pdviz.analysis.rivals.rivals",
        "pdviz.analysis.rivals.receptive_field_proofs",
        "pdviz.analysis.spectrum.spectrum",
        "pdviz.analysis.spectrum.proofs",
        "pdviz.analysis.rivals.spectrum_proofs",
        "pdviz.analysis.training.targets",
        "pdviz.analysis.stack.weights",
        "pdviz.analysis.signal.window",
        "pdviz.signals",
    ],
)
def test_a_page_can_be_edited_before_torch_has_loaded(module: str) -> None:
    assert loaded_after(f"import {module}") == set()


@pytest.mark.parametrize(
    "module",
    [
        "pdviz.analysis.cost.proofs",
        "pdviz.analysis.effective_field.proofs",
        "pdviz.analysis.training.run",
        "pdviz.analysis.receptive_field.proofs",
        "pdviz.analysis.signal.run",
    ],
)
def test_the_analyses_that_run_the_layer_bring_torch_alone(module: str) -> None:
    assert loaded_after(f"import {module}") == {"torch"}


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
