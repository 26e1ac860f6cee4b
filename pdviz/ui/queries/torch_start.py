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
"""Notice while a page waits for PyTorch."""


def _load_torch() -> None:
    import pdviz.analysis.cost.proofs
    import pdviz.analysis.effective_field.proofs
    import pdviz.analysis.receptive_field.proofs
    import pdviz.analysis.signal.run
    import pdviz.analysis.training.proofs
    import pdviz.analysis.training.run  # noqa: F401

    # The modules stay: to search them again for garbage would take a third of a second each time.
    gc.collect()
    gc.freeze()
    worker().submit(_load_kernels)


def _load_kernels() -> None:
    """Compile the layer's own kernels, in seconds, or load them from their cache, in half of one.

    Runs in the background; callers that need the kernels block until it is done. The modules that
    they need are imported first, by the thread that imports everything else: of two threads that
    import at a time one may see a module that is not complete.
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
    """Return whether PyTorch is loaded, so that what needs it is computed at once."""
    return warm_up().done()


@st.cache_resource(show_spinner=False)
def warm_up() -> Future[None]:
    """Begin to load PyTorch in the background, once per process."""
    return worker().submit(_load_torch)


@lru_cache(maxsize=1)
def devices() -> dict[str, str]:
    """Return the titles of the devices by their names; loads PyTorch."""

    def work() -> dict[str, str]:
        from pdviz.analysis.signal.run import device_names

        return device_names()

    return in_turn(work)
