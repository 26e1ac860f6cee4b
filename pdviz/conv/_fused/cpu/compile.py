"""How Numba compiles the fused CPU kernels, and makes C functions of them.

A task is a C function over a message (see `threads`): it claims shares of the pieces of work and
does them, until none is left. It needs no interpreter, so that any threads can run it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic

from pdviz.conv._fused.cpu.taps import Taps

_STAMP: Final = hashlib.sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
).hexdigest()[:12]
"""Numba keeps what it compiled under a function's name, and looks at the function's own file alone
to see whether that has changed; with this in the name, it is none the worse for it."""


def _kept(compile: Callable[..., Any], function: Any, *arguments: Any, **options: Any) -> Any:
    """Compile a function, and store it on disk where that is possible."""
    function.__qualname__ += f"_{_STAMP}"
    try:
        return compile(*arguments, cache=True, **options)(function)
    except RuntimeError:  # no folder to write to
        return compile(*arguments, **options)(function)


def compiled(function: Any) -> Any:
    """Make a function for the others to call, compiled at the first call.

    Of floating-point liberties only those that leave infinities and NaN as they are.
    """
    return _kept(njit, function, nogil=True, fastmath={"reassoc", "contract", "nsz"})


def inlined(function: Any) -> Any:
    """Make a function as `compiled` does, its code written where it is called.

    A call hands over arrays with their counts of references, which is much for one row.
    """
    options = {"nogil": True, "inline": "always", "fastmath": {"reassoc", "contract", "nsz"}}
    return _kept(njit, function, **options)


def task(function: Any) -> int:
    """Return the address of a compiled `function(message)`, which takes the message's address."""
    address: int = _kept(cfunc, function, types.void(types.voidptr)).address
    return address


@intrinsic
def pointer(typing, address):
    """Read an address as a pointer."""

    def generate(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


def _count_up(word: int) -> Any:
    """Count a word of a message up by one, in one step for all threads; what it was before."""

    @intrinsic
    def count_up(typing, message):
        def generate(context, builder, signature, arguments):
            kind = ir.IntType(64)
            words = builder.bitcast(arguments[0], kind.as_pointer())
            place = builder.gep(words, [ir.Constant(kind, word)])
            return builder.atomic_rmw("add", place, ir.Constant(kind, 1), "seq_cst")

        return types.int64(message), generate

    return count_up


claim = _count_up(0)
"""The number of the next share of a message's work."""
finish = _count_up(1)
"""Say that a share has been done."""


@compiled
def integers(place, size):
    """Read an array of the message by its address and size."""
    return carray(pointer(place), size, np.int64)


@compiled
def taps_of(m):
    """Read the taps of a message, its arrays named as in `Taps`."""
    return Taps(
        integers(m.phases, m.phases_size),
        integers(m.bounds, m.bounds_size),
        integers(m.offsets, m.offsets_size),
        integers(m.ascending, m.ascending_size),
        integers(m.chained, m.chained_size),
        integers(m.fours, m.fours_size),
        integers(m.twos, m.twos_size),
    )
