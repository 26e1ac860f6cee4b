"""The examples in docstrings run, and say what they say."""

import doctest
import importlib

import pytest

from tests.repository.imports import MODULES

WITH_EXAMPLES = [name for name, file in MODULES.items() if ">>> " in file.read_text("utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_run(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(name))
    assert ran.attempted > 0
    assert ran.failed == 0


def test_the_entrances_have_examples() -> None:
    assert {"pdviz.pattern", "pdviz.conv._layer", "pdviz.conv._functional"} <= set(WITH_EXAMPLES)
    assert len(WITH_EXAMPLES) >= 12
