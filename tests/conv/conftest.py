"""What the layer's tests share: the machines they run on, and random numbers that repeat."""

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(scope="session", params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> torch.device:
    """Every device that is here: the CPU, and a GPU where there is one."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device: run on a machine with an NVIDIA GPU and PyTorch built for it")
    return torch.device(request.param)


@pytest.fixture(autouse=True)
def _small_and_repeatable() -> Iterator[None]:
    """The same random numbers in every run, and one thread.

    The tensors here are tiny. Where other work shares the cores, threads that wait for each other
    make these tests seven times slower.
    """
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
