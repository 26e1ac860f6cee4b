"""Page: what a kernel, or a stack of them, does to each frequency."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pdviz import signals
from pdviz.analysis.receptive_field import stack_extent
from pdviz.ui import compute_spectrum as spectra
from pdviz.ui import controls
from pdviz.ui.components.report import (
    Number,
    Part,
    figure,
    heading,
    note,
    numbers,
    sentences,
    show_report,
    table,
)
from pdviz.ui.frame import Draw, show
from pdviz.ui.pictures import filtered
from pdviz.ui.state import State
from pdviz.ui.typed_weights import weights_table
from pdviz.ui.words import decibels, length, number, percent

_FILTER_HELP: Final = (
    "The stack is edited on the page Receptive field. With strides its response is that of the "
    "filter in front of the thinning."
)


def body(state: State) -> Draw:
    """The response, its numbers with their proofs, and its rivals, below the choices."""
    asked = spectra.asked_of(state, filtered(state))
    parts = [
        sentences(spectra.sentence(asked)),
        figure("spectrum", state),
        *_notes(state, asked),
        heading("Each number, and its proof"),
        _numbers(asked),
        table("The stack and its rivals", spectra.table(asked), spectra.table_proofs(asked)),
    ]

    def draw() -> None:
        _choices(state)
        show_report("response", parts)

    return draw


def _notes(state: State, asked: spectra.Asked) -> list[Part]:
    """What a signal's length and the strides do to the response."""
    parts = []
    if state.hertz:
        samples = signals.load(state.signal, state.seed).length
        extent = stack_extent(asked.layers)[1]
        if extent > samples:
            said = (
                f"This reaches over {extent:,} samples, {extent - samples:,} more than the signal "
                f"has ({samples:,}): every output reads zeros beyond its ends."
            )
            parts.append(note(said))
    if asked.jump > 1:
        said = (
            f"The strides keep one sample in {asked.jump}: what passes above "
            f"{number(asked.rate / (2 * asked.jump))} {asked.unit} folds back below it."
        )
        parts.append(note(said, "caption"))
    return parts


def _choices(state: State) -> None:
    signal = signals.load(state.signal, state.seed)
    with st.container(horizontal=True, vertical_alignment="top"):
        controls.choice("filter", segmented=True, help=_FILTER_HELP)
        controls.choice("weights", width=190)
        if state.weights == "random":
            controls.whole("seed", "Where random numbers start from", width=130)
        controls.choice("rival", segmented=True)
        controls.choice("below", segmented=True)
        controls.choice("signal", width=220)
        unit = "hertz" if signal.time_unit == "s" else f"cycles per {signal.time_unit}"
        controls.toggle("hertz", label=f"Frequency in {unit}")
    if state.weights == "typed":
        weights_table(state)


def _numbers(asked: spectra.Asked) -> Part:
    """Of the weights chosen, with the ways to each number."""
    found, proofs = spectra.summary(asked), spectra.proofs(asked)
    shown = [
        Number(
            "Image ratio",
            "none" if found.image is None else percent(found.image),
            "" if found.image is None else decibels(found.image),
            f"The largest of the images at multiples of 1/{asked.dilation} cycle per sample, as a "
            "share of what passes at frequency 0. 100% is plain dilation: it cannot tell them.",
            proofs.get("image ratio") or proofs.get("largest image"),
        ),
        Number(
            "Image ratio, every tap alike",
            "none" if found.mask_image is None else percent(found.mask_image),
            "" if found.mask_image is None else decibels(found.mask_image),
            "The same of the pattern alone, whatever its weights.",
            spectra.mask_proof(asked),
        ),
        Number(
            "Passes at frequency 0",
            number(found.gain),
            "",
            "What a constant signal is multiplied by: the product of the layers' sums of weights.",
            proofs.get("gain at frequency 0"),
        ),
        Number(
            "Half power at",
            "none" if found.cutoff is None else number(found.cutoff * asked.rate),
            "" if found.cutoff is None else asked.unit,
            "The lowest frequency at which half the power of frequency 0 passes, −3.01 dB.",
            proofs.get("power at the cut-off"),
        ),
        Number(
            "Group delay at 0",
            length(found.delay),
            "samples",
            "By how much slow waves come out later; 0 for a kernel that is alike on both sides.",
            proofs.get("group delay"),
        ),
        Number(
            "Noise gain",
            "none" if found.noise is None else number(found.noise),
            "",
            "The variance of the output for white noise of variance 1: the sum of the squares of "
            "the weights that the whole stack is equal to.",
            proofs.get("noise gain"),
        ),
    ]
    return numbers(shown)


show(
    "What it does to frequencies",
    "Taps d samples apart cannot tell a wave that turns once in d samples from a constant: the "
    "response repeats, and what lies there is an **image** of frequency 0. The island, whose taps "
    "are neighbours, breaks the repetition.",
    body,
)
