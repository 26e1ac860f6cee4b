"""Start of PyTorch, in the background: a page can be edited before it is loaded."""

from __future__ import annotations

import gc
import logging
from concurrent.futures import Future
from functools import lru_cache
from threading import Thread
from typing import Final

import numpy as np
import streamlit as st

from pdviz.ui.queries.turns import in_turn, worker

LOADING: Final = "Loading PyTorch, once …"
"""What is said while that is waited for."""


def _load_torch() -> None:
    import pdviz.analysis.cost.proofs
    import pdviz.analysis.effective_field.proofs
    import pdviz.analysis.receptive_field.proofs
    import pdviz.analysis.signal.run
    import pdviz.analysis.training.proofs
    import pdviz.analysis.training.run  # noqa: F401

    # What was loaded stays: to look through all of it again for garbage takes a third of a second.
    gc.collect()
    gc.freeze()
    worker().submit(_load_kernels)


def _load_kernels() -> None:
    """Compile the layer's own kernels, or take them from where they are kept: seconds, or half one.

    Beside those who need none; who asks for them meanwhile waits until they are there. What they
    need is imported first, by the thread that imports everything: of two threads that import at a
    time one may find a module in pieces.
    """
    from pdviz.conv import lacking, prepare

    reason = lacking("cpu")
    if reason is not None:
        logging.getLogger(__name__).warning("Layers run without their own kernels: %s.", reason)
        return

    def compile() -> None:
        prepare(np.float64)  # which effective fields are measured in
        gc.freeze()

    Thread(target=compile, name="kernels").start()


def loaded() -> bool:
    """Whether PyTorch is at hand, so that what needs it is computed at once."""
    return warm_up().done()


@st.cache_resource(show_spinner=False)
def warm_up() -> Future[None]:
    """Begin to load PyTorch beside the page that is being looked at, once a process."""
    return worker().submit(_load_torch)


@lru_cache(maxsize=1)
def devices() -> dict[str, str]:
    """The devices there are, by name; loads PyTorch."""

    def work() -> dict[str, str]:
        from pdviz.analysis.signal.run import device_names

        return device_names()

    return in_turn(work)
