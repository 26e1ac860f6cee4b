"""README's table of what each backend supports is what the backends do."""

from pathlib import Path

import pytest

from tests.conv import support


@pytest.mark.parametrize("title", support.CHECKS)
def test_readme_says_what_each_backend_supports(title: str) -> None:
    if "ONNX" in title:
        pytest.importorskip("onnxruntime")
        pytest.importorskip("onnxscript")
    (line,) = [line for line in support.written().splitlines() if line.startswith(f"| {title} |")]
    cells = [cell.strip() for cell in line.split("|")[2:-1]]
    answers = [support.answer(support.CHECKS[title], each) for each in support.BACKENDS]
    assert answers == cells


def test_the_table_has_a_line_for_every_question() -> None:
    assert Path(support.README).is_file()
    lines = support.written().splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(support.CHECKS)
