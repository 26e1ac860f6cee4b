"""Large results ask for pages that cost few faults; what the system makes of it is its own."""

from pathlib import Path

import pytest
import torch

from pdviz import PartiallyDilatedConv1d, Pattern

memory = pytest.importorskip("pdviz.conv._fused.cpu.memory", reason="it needs Numba")
MAPS = Path("/proc/self/smaps")


def flags_at(address: int) -> list[str]:
    """What the system knows of the memory at an address, as two letters each."""
    inside = False
    for line in MAPS.read_text().splitlines():
        first = line.split()[0]
        if not first.endswith(":"):
            begin, end = (int(word, 16) for word in first.split("-"))
            inside = begin <= address < end
        elif inside and first == "VmFlags:":
            return line.split()[1:]
    return []


@pytest.mark.skipif(not MAPS.is_file(), reason="the system has no list of its memory")
def test_results_over_32_mib_ask_for_large_pages() -> None:
    if not Path("/sys/kernel/mm/transparent_hugepage").is_dir():
        pytest.skip("the system has no large pages")
    layer = PartiallyDilatedConv1d(8, 8, Pattern.dense(3), groups=8, backend="fused")
    with torch.no_grad():
        large = layer(torch.zeros(17, 8, 2**16))
    assert "hg" in flags_at(large.data_ptr() + large.nbytes // 2)


def test_freed_memory_is_kept_from_the_first_result_on() -> None:
    memory.keep_freed_memory.cache_clear()
    assert memory.fresh(torch.zeros(1), 2, 3).shape == (2, 3)
    assert memory.keep_freed_memory.cache_info().currsize == 1
