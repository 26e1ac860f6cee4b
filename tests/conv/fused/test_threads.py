"""Threads and processes around the fused backend: right results, and the process lives."""

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from pdviz import PartiallyDilatedConv1d, Pattern

pytest.importorskip("numba", reason="the fused CPU backend needs Numba")

from pdviz.conv._fused.cpu import threads as team

THREADS = 16


@pytest.fixture(params=["PyTorch's threads", "our own"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to share work out, with two threads for each caller."""
    if request.param == "our own":
        monkeypatch.setattr(team, "_gnu_parallel", lambda: None)
    elif team._gnu_parallel() is None:
        pytest.skip("this PyTorch does not bring GNU's OpenMP calls")
    torch.set_num_threads(2)
    return str(request.param)


def layer_and_input(groups: int, seed: int) -> tuple[PartiallyDilatedConv1d, Tensor]:
    torch.manual_seed(seed)
    pattern = Pattern.partially_dilated(2 + seed % 5, 1 + seed % 7, 5)
    layer = PartiallyDilatedConv1d(16, 16, pattern, groups=groups, backend="fused")
    return layer, torch.randn(8, 16, 1024)  # enough for more than one thread


def run(layer: PartiallyDilatedConv1d, x: Tensor) -> list[Tensor]:
    """The output and all gradients."""
    x = x.clone().requires_grad_()
    output = layer(x)
    return [output.detach(), *torch.autograd.grad(output.sum(), [x, *layer.parameters()])]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("groups", [1, 16])
def test_sixteen_threads_at_once_get_what_each_gets_alone(groups: int) -> None:
    jobs = [layer_and_input(groups, seed) for seed in range(THREADS)]
    alone = [run(*job) for job in jobs]
    together = threading.Barrier(THREADS)

    def work(number: int) -> list[list[Tensor]]:
        torch.set_num_threads(2)
        together.wait()
        return [run(*jobs[number]) for _ in range(5)]

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(work, range(THREADS)))
    for expected, result in zip(alone, results, strict=True):
        for again in result:  # to the last bit: no sum depends on who computes it
            assert all(torch.equal(a, b) for a, b in zip(expected, again, strict=True))


@pytest.mark.parametrize("groups", [1, 16])
def test_the_number_of_threads_is_pytorch_s_and_changes_nothing(
    groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer, x = layer_and_input(groups, 3)
    requests: list[int] = []
    monkeypatch.setattr(
        team,
        "_gnu_parallel",
        lambda: (
            lambda task, address, threads, _: (
                requests.append(threads),
                team._callable(task)(address),
            )
        ),
    )
    results = []
    for threads in (1, 2, 5):
        torch.set_num_threads(threads)
        requests.clear()
        results.append(run(layer, x))
        assert all(1 < requested <= threads for requested in requests)
        assert bool(requests) is (threads > 1)
    for other in results[1:]:
        assert all(torch.equal(a, b) for a, b in zip(results[0], other, strict=True))


def test_small_work_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("a thread was woken")

    monkeypatch.setattr(team, "_gnu_parallel", lambda: fail)
    torch.set_num_threads(8)
    layer = PartiallyDilatedConv1d(4, 4, Pattern.partially_dilated(), groups=4, backend="fused")
    layer(torch.randn(1, 4, 256))


class Computed(Dataset[Tensor]):
    """Samples that are computed in the layer, wherever they are requests for."""

    def __init__(self) -> None:
        self.layer, self.x = layer_and_input(16, 1)
        self.layer.requires_grad_(False)

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> Tensor:
        return self.layer(self.x[index : index + 1].expand(8, -1, -1))[0]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_workers_of_a_data_loader_compute_in_the_layer(context: str) -> None:
    data = Computed()
    expected = data.layer(data.x)  # threads have run in this process before it forks
    loader = DataLoader(data, batch_size=2, num_workers=2, multiprocessing_context=context)
    assert torch.equal(torch.cat(list(loader)), expected)


def _run(layer: PartiallyDilatedConv1d, x: Tensor, upstream: Tensor) -> list[list[float]]:
    """The beginnings of the output and of the gradients."""
    x = x.detach().requires_grad_()
    output = layer(x)
    gradients = torch.autograd.grad(output, [x, *layer.parameters()], upstream)
    return [tensor.detach().flatten()[:8].tolist() for tensor in (output, *gradients)]


def _child(layer: PartiallyDilatedConv1d, x: Tensor, upstream: Tensor, results: Any) -> None:
    torch.set_num_threads(2)  # more than a data loader's worker has
    results.send(_run(layer, x, upstream))  # PyTorch's own operators might hang here
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("groups", [16, 1], ids=["depthwise", "mixed"])
def test_a_forked_process_has_threads_of_its_own(groups: int) -> None:
    layer, x = layer_and_input(groups, 1)
    upstream = torch.randn_like(layer(x))
    expected = _run(layer, x, upstream)
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_child, args=(layer, x, upstream, there)
    )
    process.start()
    try:
        assert here.poll(60), "the forked process hangs"
        assert here.recv() == expected
        process.join(60)
        assert process.exitcode == 0
    finally:
        process.kill()


def test_a_share_that_was_not_done_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a thread finds no memory: the layer does not return what it has not computed."""
    monkeypatch.setattr(team, "_run", lambda *_: None)
    layer, x = layer_and_input(16, 1)
    with pytest.raises(MemoryError, match="fused backend"):
        layer(x)


def test_threads_may_all_be_the_first_to_compile(tmp_path: Path) -> None:
    """A new process without anything compiled, where four threads begin at once."""
    script = """
import threading, torch
from pdviz import PartiallyDilatedConv1d, Pattern
layer = PartiallyDilatedConv1d(8, 8, Pattern.partially_dilated(), groups=8, backend="fused")
x = torch.randn(8, 8, 2048)
ready, outputs = threading.Barrier(4), []
def work():
    ready.wait()
    outputs.append(layer(x))
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
layer.backend = "conv"
assert len(outputs) == 4 and all(torch.allclose(o, layer(x), atol=1e-5) for o in outputs)
print("done")
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "done"), ran.stderr
    assert list(tmp_path.rglob("*.nbi")), "nothing was kept for the next process"
