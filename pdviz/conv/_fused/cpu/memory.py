"""Memory for results, without a page fault for every 4 KiB of each.

A fresh page costs a fault when it is first written: for a result of 8 MiB 2,048 of them, which can
take as long as the convolution. Blocks up to 32 MiB can be used again; glibc gives them back to the
system between two calls only as long as it has not seen one so large be freed. Larger blocks are
always fresh; Linux is asked for pages of 2 MiB there.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
from typing import Any, Final

import torch
from torch import Tensor

_LARGEST_KEPT: Final = 2**25
"""Bytes up to which glibc learns to keep a block (`DEFAULT_MMAP_THRESHOLD_MAX`)."""
_HEADER: Final = 2**16
"""Bytes that leave room for what the allocator adds to a block."""


def fresh(like: Tensor, *shape: int) -> Tensor:
    """Return an uninitialised tensor of this shape, of the type of `like`, in ordinary memory."""
    keep_freed_memory()
    result = like.new_empty(shape)
    if result.nbytes > _LARGEST_KEPT:
        _ask_for_large_pages(result)
    return result


@functools.cache
def keep_freed_memory() -> None:
    """Have glibc keep what is freed, up to 64 MiB, by freeing one untouched block, once."""
    torch.empty(_LARGEST_KEPT - _HEADER, dtype=torch.uint8, device="cpu")


@functools.cache
def _advise() -> Any:
    """Return the system's `madvise`, or None where there is none with large pages."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return None
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return advise


def _ask_for_large_pages(tensor: Tensor) -> None:
    advise = _advise()
    if advise is None:
        return
    page = mmap.PAGESIZE
    begin = -(-tensor.data_ptr() // page) * page
    end = (tensor.data_ptr() + tensor.nbytes) // page * page
    advise(
        begin, end - begin, mmap.MADV_HUGEPAGE
    )  # advice: where it is not taken, all is as before
