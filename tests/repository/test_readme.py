"""What the README tells people to type works, and is what CI runs."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_example_runs():
    (example,) = _blocks("python")
    assert len(example.splitlines()) <= 12
    names: dict[str, object] = {}
    exec(example, names)
    layer = names["layer"]
    assert all(p.grad is not None for p in (layer.weight, layer.left, layer.island, layer.right))


def test_ci_runs_the_test_command_of_the_readme():
    start, test = (block.strip() for block in _blocks("sh"))
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert start.endswith("streamlit run app.py")
    for command in (start, test):
        for requirements in re.findall(r"-r (\S+)", command):
            assert (ROOT / requirements).is_file()


def test_every_picture_and_file_named_is_there():
    for path in re.findall(r"\]\((assets/[^)]+)\)", README):
        assert (ROOT / path).is_file(), path
