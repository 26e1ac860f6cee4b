"""The benchmark: what it checks before it times, and that its numbers are what they are called."""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console
from torch import Tensor

from pdviz import PartiallyDilatedConv1d, Pattern
from pdviz.bench import __main__ as command
from pdviz.bench import measure, oracle, report, run
from pdviz.bench.contenders import CONTENDERS, Contender
from pdviz.bench.shapes import MIXING, REFERENCE, SPANS, TAPS, Shape

pytest.importorskip("numba", reason="the benchmark times the fused backend")
pytestmark = pytest.mark.filterwarnings(  # fft-conv-pytorch's own
    "ignore:Using a non-tuple sequence for multidimensional indexing:UserWarning"
)

CPU = torch.device("cpu")
SMALL = (
    Shape("S1", 2, 3, 60, Pattern.partially_dilated()),
    Shape("S2", 2, 3, 60, Pattern.partially_dilated(2, 4, 5)),
    Shape("S3", 2, 4, 60, Pattern.partially_dilated(), depthwise=False),
)


def way(name: str) -> Contender:
    return next(way for way in CONTENDERS if way.name == name)


def test_reference_shapes_are_the_design_s() -> None:
    matches = {
        shape.name: (shape.pattern.kernel_size, shape.pattern.taps, shape.groups)
        for shape in REFERENCE
    }
    assert matches == {
        "R1": (21, 13, 64),
        "R2": (73, 25, 64),
        "R3": (529, 49, 64),
        "R4": (2081, 97, 64),
    }
    assert REFERENCE[0].multiply_adds == 8 * 64 * 4096 * 13
    assert MIXING[0].multiply_adds == 2 * 64 * 4096 * 64 * 13


def test_what_grows_grows_alone() -> None:
    assert {shape.pattern.taps for shape in SPANS} == {49}
    assert len({shape.pattern.kernel_size for shape in SPANS}) == len(SPANS)
    assert {shape.pattern.kernel_size for shape in TAPS} == {1025}
    assert len({shape.pattern.taps for shape in TAPS}) == len(TAPS)


# The oracle


@pytest.mark.parametrize("shape", SMALL, ids=lambda shape: shape.name)
@pytest.mark.parametrize(
    "name", [way.name for way in CONTENDERS if not (way.compiled or way.forward_only)]
)
def test_every_way_computes_its_own_pattern(name: str, shape: Shape) -> None:
    try:
        module = way(name).make(shape, CPU, torch.float64)
    except ImportError:
        pytest.skip(f"{name} is not installed")
    except ValueError as error:
        assert "depthwise" in str(error)  # noqa: PT017
        return
    x, upstream = torch.randn(2, shape.batch, shape.channels, shape.length, dtype=torch.float64)
    assert oracle.errors(shape, module, x, upstream).largest < (1e-5 if "fft-" in name else 1e-12)
    assert (module.pattern == shape.pattern) is (name != "dense")


@pytest.mark.parametrize("name", ["jax", "onnxruntime", "openvino"])
def test_other_frameworks_compute_the_layer(name: str) -> None:
    contender, shape = way(name), SMALL[0]
    try:
        module = contender.make(shape, CPU, torch.float32)
    except ImportError:
        pytest.skip(f"{name} is not installed")
    x, upstream = torch.randn(2, shape.batch, shape.channels, shape.length)
    gradients = not contender.forward_only
    assert oracle.errors(shape, module, x, upstream, gradients=gradients).largest < 1e-5
    forward, both = module.tasks(x, upstream)
    forward()
    assert (both is None) is contender.forward_only
    with pytest.raises(ValueError, match="float32"):
        contender.make(shape, CPU, torch.float64)


@pytest.mark.parametrize("shape", SMALL, ids=lambda shape: shape.name)
@pytest.mark.parametrize("fault", ["output", "input gradient", "weight gradient", "bias"])
def test_a_wrong_way_is_not_timed(fault: str, shape: Shape) -> None:
    class Wrong(PartiallyDilatedConv1d):
        """A layer with one thing wrong with it."""

        def forward(self, input: Tensor) -> Tensor:
            if fault == "input gradient":
                input = input.detach() + 0 * input
            output = super().forward(input)
            if fault == "weight gradient":
                return output.detach() + 1.01 * (output - output.detach())
            if fault == "bias":
                assert self.bias is not None
                return output - self.bias[:, None]
            return output * 1.01 if fault == "output" else output

    def make(shape: Shape, *_: Any) -> Wrong:
        return Wrong(shape.channels, shape.channels, shape.pattern, groups=shape.groups)

    broken = Contender("wrong", "a wrong way", make)
    row = run._shape(shape, [broken], CPU, torch.float32, 0.01, lambda text: None, lambda: None)
    assert "not what the definition gives" in row["ways"]["wrong"]["left_out"]
    assert "forward" not in row["ways"]["wrong"]


# The clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], Callable[[], None]]:
    """Tasks that take so many seconds of a clock that nothing else moves, and who ran when."""
    now = 0.0
    order: list[str] = []
    monkeypatch.setattr(time, "perf_counter", lambda: now)

    def task(name: str, seconds: float) -> Callable[[], None]:
        def run() -> None:
            nonlocal now
            now += seconds
            order.append(name)

        return run

    task.order = order  # type: ignore[attr-defined]
    return task


def test_tasks_take_turns(clock: Any) -> None:
    tasks = [clock("a", 0.004), clock("b", 0.02)]
    times = measure.side_by_side(tasks, CPU, budget=0.06)
    # Once to warm up. Then turns: 10 ms that do not count, and 30 ms that do.
    turns = "a" * (3 + 8) + "b" * (1 + 2)
    assert "".join(clock.order).startswith("ab" + turns + turns)
    assert (times[0].median, times[0].runs) == (pytest.approx(0.004), 16)
    assert (times[1].median, times[1].runs) == (pytest.approx(0.02), 4)


def test_a_slow_task_runs_once_a_turn_and_sits_out_when_its_time_is_spent(clock: Any) -> None:
    tasks = [clock("slow", 2.0), clock("quick", 0.01)]
    slow, quick = measure.side_by_side(tasks, CPU, budget=5, least=3, most=50)
    assert (slow.median, slow.runs) == (2.0, 3)
    assert quick.median == pytest.approx(0.01)
    assert 50 <= quick.runs <= 54  # the turn is ended


def test_quartiles_are_quartiles() -> None:
    times = measure._times([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (times.low, times.median, times.high, times.runs) == (2.0, 3.0, 4.0, 5)


def test_the_nearer_limit_counts() -> None:
    limits = measure.Limits(matmul=100.0, copy=10.0)
    assert limits.seconds(multiply_adds=500, moved=10) == 10.0  # a multiply-add is two operations
    assert limits.seconds(multiply_adds=5, moved=100) == 10.0


def test_peak_memory_sees_what_a_run_holds() -> None:
    before = measure.peak_memory(lambda: None, CPU)
    if before is None:
        pytest.skip("this system does not tell")
    size = 2**27
    peak = measure.peak_memory(lambda: torch.ones(size, dtype=torch.uint8), CPU)
    assert peak is not None
    assert 0.98 * size < peak < 1.2 * size  # the system counts pages in lots


# The whole


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    """A run over shapes so small that their times mean nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "QUICK", SMALL)
        patch.setattr(run, "QUICK_SPANS", SMALL[:1])
        patch.setattr(run, "QUICK_TAPS", SMALL[:1])
        patch.setattr(run, "limits", lambda *_, **__: measure.Limits(matmul=1e12, copy=1e11))
        advanced: list[None] = []
        matches = run.benchmark(
            CPU, torch.float32, quick=True, advance=lambda: advanced.append(None)
        )
        assert 0 < len(advanced) <= run.steps(quick=True)
    return matches


def test_a_run_is_plain_data(result: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result)) == json.loads(json.dumps(result, default=str))
    assert [row["name"] for row in result["shapes"]] == ["S1", "S2", "S3"]
    for row in result["shapes"]:
        for name in ("dense", "conv", "branches", "fused"):
            measured = row["ways"][name]
            assert measured["error"] < 1e-4
            assert measured["forward"]["low"] <= measured["forward"]["median"]
            assert 0 < measured["both"]["of_limit"] < 1
        for each in CONTENDERS:
            if each.forward_only and "left_out" not in (measured := row["ways"][each.name]):
                assert measured["error"] < 1e-4
                assert "forward" in measured
                assert "both" not in measured
        assert "compiled" not in row["ways"]  # slow to start
    assert result["shapes"][0]["ways"]["dense"]["parameters"] == 3 * (21 + 1)
    assert result["shapes"][0]["ways"]["sum"]["parameters"] == 3 * (16 + 1)
    assert result["shapes"][0]["ways"]["fused"]["parameters"] == 3 * (13 + 1)
    assert not result["shapes"][1]["ways"]["dense"]["same_pattern"]


def test_rates_follow_from_times(result: dict[str, Any]) -> None:
    row = result["shapes"][0]
    both = row["ways"]["fused"]["both"]
    products = 3 * 2 * (2 * 3 * 60 * 13)  # forward and two gradients, a product and a sum each
    assert both["flops"] == pytest.approx(products / both["median"])
    moved = 5 * 4 * (2 * 3 * 60)  # x → y; ∂y, x → ∂x; four bytes each
    assert row["least_both"] == pytest.approx(max(products / 1e12, moved / 1e11))
    assert both["of_limit"] == pytest.approx(row["least_both"] / both["median"])


def test_tables_hold_every_way(result: dict[str, Any]) -> None:
    console = Console(width=220, record=True, quiet=False, file=io.StringIO())
    report.show(result, console)
    text = console.export_text()
    for each in CONTENDERS:
        assert (each.title in text) is not each.slow_to_start
    assert "another pattern" in text
    table = report.markdown(result)
    fused = next(line for line in table.splitlines() if line.startswith("| fused |"))
    assert fused.count("|") == 5
    for line in table.splitlines():
        assert line == "" or line.startswith(("|", "\\*")) or line.endswith(":")


def test_page_stands_alone(result: dict[str, Any]) -> None:
    from pdviz.figures.benchmark import page

    text = page(result, report.header(result) + "<b>")
    assert text.startswith("<!doctype html>")
    assert "&lt;b&gt;" in text  # nothing from outside is markup
    assert text.count("Plotly.newPlot(") == len(SMALL) + 2
    assert 'src="http' not in text


# The command


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--device", "tpu"], "--device (='tpu') must be"),
        (["--device", "meta"], "--device (='meta') must be"),
        (["--threads", "0"], "--threads (=0) must be at least 1"),
        (["--dtype", "int8"], "invalid choice: 'int8'"),
        (["--json", "/nowhere/at/all.json"], "its folder does not exist"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_runs(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(words)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_files_are_written(
    result: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "benchmark", lambda *_, **__: result)
    names = [f"{kind}={tmp_path / kind}" for kind in ("--json", "--markdown", "--html")]
    command.main(["--quick", *names])
    assert json.loads((tmp_path / "--json").read_text())["quick"] is True
    assert "| fused |" in (tmp_path / "--markdown").read_text()
    assert "<!doctype html>" in (tmp_path / "--html").read_text()
    assert "matmul 2048³" in capsys.readouterr().out
