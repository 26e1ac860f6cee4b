"""What a layer or a stack does to each frequency, beside its rivals: the answer of its page."""

from __future__ import annotations

from pdviz import signals
from pdviz.analysis.proof import Quantity
from pdviz.analysis.stack import stack_extent
from pdviz.figures.wording import decibels, length, number, percent
from pdviz.ui.queries import spectrum as spectra
from pdviz.ui.queries.turns import Meanwhile
from pdviz.ui.reports.blocks import (
    AWAITED,
    Number,
    Part,
    Proofs,
    figure,
    heading,
    note,
    numbers,
    proof_of,
    sentences,
    table,
)
from pdviz.ui.reports.figures import filtered
from pdviz.ui.state.state import State


def spectrum(state: State, ready: bool, proved: bool) -> list[Part]:
    """The response, its numbers with their proofs, and its rivals; PyTorch is not needed."""
    query = spectra.spectrum_query(state, filtered(state))
    beside = Meanwhile(lambda: spectra.look_beside(query))
    own = _numbers(query, proved)
    beside.result()
    return [
        sentences(spectra.sentence(query)),
        figure("spectrum", state),
        *_notes(state, query),
        heading("Each number, and its proof"),
        own,
        table(
            "The stack and its rivals",
            spectra.table(query),
            spectra.table_proofs(query) if proved else AWAITED,
        ),
    ]


def _notes(state: State, query: spectra.SpectrumQuery) -> list[Part]:
    """What a signal's length and the strides do to the response."""
    parts = []
    if state.spectrum.hertz:
        samples = signals.load(state.signal.name, state.weights.seed).length
        extent = stack_extent(query.layers)[1]
        if extent > samples:
            said = (
                f"This reaches over {extent:,} samples, {extent - samples:,} more than the signal "
                f"has ({samples:,}): every output reads zeros beyond its ends."
            )
            parts.append(note(said))
    if query.jump > 1:
        said = (
            f"The strides keep one sample in {query.jump}: what passes above "
            f"{number(query.rate / (2 * query.jump))} {query.unit} folds back below it."
        )
        parts.append(note(said, "caption"))
    return parts


def _numbers(query: spectra.SpectrumQuery, proved: bool) -> Part:
    """Of the weights chosen, with the ways to each number."""
    found = spectra.summary(query)
    proofs: Proofs = spectra.proofs(query) if proved else AWAITED
    image = proof_of(proofs, Quantity.IMAGE_RATIO, optional=found.image is None)
    if image is None:  # frequency 0 does not pass, or there is no image
        image = proof_of(proofs, Quantity.LARGEST_IMAGE, optional=True)
    half_power = found.half_power_frequency
    shown = [
        Number(
            "Image ratio",
            "none" if found.image is None else percent(found.image),
            "" if found.image is None else decibels(found.image),
            f"The largest of the images at multiples of 1/{query.dilation} cycle per sample, as a "
            "share of what passes at frequency 0. 100% is plain dilation: it cannot tell them.",
            image,
        ),
        Number(
            "Image ratio, every tap alike",
            "none" if found.mask_image is None else percent(found.mask_image),
            "" if found.mask_image is None else decibels(found.mask_image),
            "The same of the pattern alone, whatever its weights.",
            spectra.mask_proof(query) if proved else AWAITED,
        ),
        Number(
            "Passes at frequency 0",
            number(found.gain),
            "",
            "What a constant signal is multiplied by: the product of the layers' sums of weights.",
            proof_of(proofs, Quantity.GAIN),
        ),
        Number(
            "Half power at",
            "none" if half_power is None else number(half_power * query.rate),
            "" if half_power is None else query.unit,
            "The lowest frequency at which half the power of frequency 0 passes, −3.01 dB.",
            proof_of(proofs, Quantity.HALF_POWER_FREQUENCY, optional=True),
        ),
        Number(
            "Group delay at 0",
            length(found.delay),
            "samples",
            "By how much slow waves come out later; 0 for a kernel that is alike on both sides.",
            proof_of(proofs, Quantity.GROUP_DELAY, optional=True),
        ),
        Number(
            "Noise gain",
            "none" if found.noise is None else number(found.noise),
            "",
            "The variance of the output for white noise of variance 1: the sum of the squares of "
            "the weights that the whole stack is equal to.",
            proof_of(proofs, Quantity.NOISE_GAIN, optional=True),
        ),
    ]
    return numbers(shown)
