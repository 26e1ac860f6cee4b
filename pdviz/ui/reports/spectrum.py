"""Report of the spectrum page: what a layer or a stack does to each frequency."""

from __future__ import annotations

from collections.abc import Sequence

from pdviz import signals
from pdviz.analysis.proof import Proof, Quantity
from pdviz.analysis.stack import stack_extent
from pdviz.figures.spectrum import multiple_in_words
from pdviz.figures.wording import NAMES, decibels, in_words, length, listed, number, percent
from pdviz.ui.queries import spectrum as spectra
from pdviz.ui.queries.islands import IslandsQuery
from pdviz.ui.queries.turns import Meanwhile
from pdviz.ui.reports.blocks import (
    PENDING,
    Block,
    Number,
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
from pdviz.ui.reports.receptive_field import source_of
from pdviz.ui.state.state import State


def spectrum(state: State, ready: bool, proved: bool) -> list[Block]:
    """Report the response, its numbers with their proofs, and its rivals; needs no PyTorch."""
    query = spectra.SpectrumQuery.from_state(state, filtered(state))
    rivals = Meanwhile(lambda: spectra.warm_rivals(query))
    own = _numbers(state, query, proved)
    rivals.result()
    stacks = spectra.rival_values(query)
    return [
        sentences(_sentence(stacks, query)),
        figure("spectrum", state),
        *_notes(state, query),
        heading("Each number, and its check"),
        own,
        table(
            "The stack and its rivals",
            _columns(stacks, query),
            _row_proofs(query) if proved else PENDING,
        ),
    ]


def _sentence(stacks: Sequence[spectra.RivalValues], query: spectra.SpectrumQuery) -> str:
    """Compare the images of the stack and of its rivals in a sentence."""
    this, *others = stacks
    if query.dilation == 1:
        no_gap = "The kernel has no gap" if len(query.layers) == 1 else "No layer has a gap"
        return (
            f"{no_gap} between its taps, so the response does not repeat: there is no image of "
            "frequency 0."
        )
    if this.image is None or this.strongest is None:
        return (
            "These weights let nothing through at frequency 0, so there is no image of it to "
            "compare."
        )
    sentence = (
        f"The strongest image of frequency 0 has its peak at {number(this.strongest * query.rate)} "
        f"{query.unit} and passes at {decibels(this.image)}"
    )
    comparisons = [
        f"{in_words(other.rival.name, len(other.rival.layers))} passes its own at "
        f"{decibels(other.image)}"
        for other in others
        if other.image is not None
    ]
    return f"{sentence}, where {listed(comparisons)}." if comparisons else f"{sentence}."


def _columns(
    stacks: Sequence[spectra.RivalValues], query: spectra.SpectrumQuery
) -> dict[str, list[str]]:
    """Return the table's columns by their titles: the rows' titles, and a stack each."""
    cells = {NAMES[stack.rival.name]: _cells(stack, query) for stack in stacks}
    return {"": list(_rows(query)), **cells}


def _cells(stack: spectra.RivalValues, query: spectra.SpectrumQuery) -> list[str]:
    half_power = stack.half_power_frequency
    return [
        f"{stack.weights:,}",
        "none" if stack.image is None else percent(stack.image),
        "none" if stack.image is None else decibels(stack.image),
        "none" if stack.image is None or stack.at_multiple is None else percent(stack.at_multiple),
        "none" if half_power is None else f"{number(half_power * query.rate)} {query.unit}",
        length(stack.delay),
    ]


def _rows(query: spectra.SpectrumQuery) -> dict[str, Quantity]:
    """Return the rows of the table of rivals, each with its quantity."""
    step = multiple_in_words(1, query.dilation, query.unit, query.rate)
    multiple = f" of {step}" if query.dilation > 1 else ""
    return {
        "Weights": Quantity.WEIGHTS,
        "Image ratio": Quantity.IMAGE_RATIO,
        "Strongest image": Quantity.STRONGEST_IMAGE,
        f"Image at its multiple{multiple}": Quantity.IMAGE_AT_MULTIPLE,
        "Half-power frequency": Quantity.HALF_POWER_FREQUENCY,
        "Group delay at 0, in samples": Quantity.GROUP_DELAY_AT_ZERO,
    }


def _row_proofs(query: spectra.SpectrumQuery) -> dict[str, Proof | None]:
    """Return the proof of each row by its title; None if it has only one method."""
    agreed = spectra.rival_proofs(query)
    return {title: agreed.get(quantity) for title, quantity in _rows(query).items()}


def _notes(state: State, query: spectra.SpectrumQuery) -> list[Block]:
    """Note what the signal's length and the strides do to the response, and what may be missed."""
    parts = []
    if not spectra.resolved(query):
        text = (
            "This stack is too wide for every lobe of its response to be looked at here: between "
            "the frequencies that are computed there may be a higher peak."
        )
        if query.dilation > 1:
            text += (
                f" At the multiples of 1/{query.dilation} cycle per sample the response is exact."
            )
        parts.append(note(text))
    if state.spectrum.hertz:
        samples = signals.load(state.signal.name, state.weights.seed).length
        extent = stack_extent(query.layers)[1]
        if extent > samples:
            text = (
                f"This reaches over {extent:,} samples, {extent - samples:,} more than the signal "
                f"has ({samples:,}): every output reads zeros beyond its ends."
            )
            parts.append(note(text))
    if query.jump > 1:
        text = (
            f"The strides keep one sample in {query.jump}: what passes above "
            f"{number(query.rate / (2 * query.jump))} {query.unit} folds back below it."
        )
        parts.append(note(text, "caption"))
    return parts


def _numbers(state: State, query: spectra.SpectrumQuery, proved: bool) -> Block:
    """Return the numbers of the weights chosen, each with its proof."""
    values = spectra.values(query)
    proofs: Proofs = spectra.proofs(query) if proved else PENDING
    half_power = values.half_power_frequency
    cards = [
        *_images(values, query, proofs, _step_in_words(state, query)),
        Number(
            "Image ratio of the pattern",
            "none" if values.mask_image is None else percent(values.mask_image),
            "" if values.mask_image is None else decibels(values.mask_image),
            "The image ratio if all taps are alike.",
            None if values.mask_image is None else spectra.mask_proof(query) if proved else PENDING,
        ),
        Number(
            "Passes at frequency 0",
            number(values.gain),
            "",
            "What a constant signal is multiplied by: the product of the layers' sums of weights.",
            proof_of(proofs, Quantity.GAIN),
        ),
        Number(
            "Half-power frequency",
            "none" if half_power is None else number(half_power * query.rate),
            "" if half_power is None else query.unit,
            "The lowest frequency at which half the power of frequency 0 passes, −3.01 dB.",
            proof_of(proofs, Quantity.HALF_POWER_FREQUENCY, optional=True),
        ),
        Number(
            "Group delay at 0",
            length(values.delay),
            "sample" if length(values.delay) == "1" else "samples",
            "Delay of low frequencies; 0 for a kernel that is alike on both sides.",
            proof_of(proofs, Quantity.GROUP_DELAY, optional=True),
        ),
        Number(
            "Noise gain",
            "none" if values.noise is None else number(values.noise),
            "",
            "The variance of the output for white noise of variance 1: the sum of the squared "
            "weights of the one kernel that equals the stack.",
            proof_of(proofs, Quantity.NOISE_GAIN, optional=True),
        ),
    ]
    return numbers(cards)


def _images(
    values: spectra.SpectrumValues, query: spectra.SpectrumQuery, proofs: Proofs, step: str
) -> list[Number]:
    """Return the strongest image at its peak, and at its multiple of a step, with their proofs."""
    if query.dilation == 1:
        means = "How much of an image passes; without a gap between the taps there is no image."
        return [Number("Image ratio", "none", "", means, None)]
    silent = Quantity.LARGEST_IMAGE  # what is proved if frequency 0 does not pass
    ratio = proof_of(proofs, Quantity.IMAGE_RATIO, optional=True)
    at_multiple = proof_of(proofs, Quantity.IMAGE_AT_MULTIPLE, optional=True)
    if values.image is None or values.strongest is None or values.at_multiple is None:
        means = f"The highest of the images near multiples of {step}; there is none."
        return [Number("Image ratio", "none", "", means, proof_of(proofs, silent, optional=True))]
    multiple = multiple_in_words(values.multiple or 1, query.dilation, query.unit, query.rate)
    exactly = multiple if query.unit != "cycles per sample" else f"{multiple} cycle per sample"
    return [
        Number(
            "Image ratio",
            percent(values.image),
            f"{decibels(values.image)} at {number(values.strongest * query.rate)} {query.unit}",
            f"The highest peak within half a period of a multiple of {step}, as a share of what "
            "passes at frequency 0; beside it its level and its frequency. "
            "100% means that an image passes as strongly as frequency 0, as "
            "in plain dilation.",
            ratio,
        ),
        Number(
            f"Image at {multiple}",
            percent(values.at_multiple),
            decibels(values.at_multiple),
            f"The same image at exactly {exactly}, where its peak need not be.",
            at_multiple,
        ),
    ]


def _step_in_words(state: State, query: spectra.SpectrumQuery) -> str:
    """Say what the images are multiples of, and what the dilation is where it is not chosen."""
    step, source = f"1/{query.dilation} cycle per sample", source_of(state, query.dilation)
    if query.unit != "cycles per sample":
        step += f", which is {number(query.rate / query.dilation)} {query.unit}"
    return step if source == "the dilation" else f"{step} ({query.dilation} is {source})"


def island_blocks(state: State) -> list[Block]:
    """Return the image by the width of the island, and why a wider one may let more through."""
    if IslandsQuery.from_state(state) is None:
        return []
    d = state.kernel.dilation
    return [
        heading("A wider island, a weaker image?"),
        figure("islands", state),
        sentences(
            f"At a multiple of 1/{d} cycle per sample the wings add up in full, and of the "
            f"island's taps every {d} neighbours that weigh about the same cancel. Only those left "
            "over count, with the wings or against them: so from one width to the next the image "
            "may grow, although more passes at frequency 0. Where they work against the wings, the "
            "image at the multiple is weak but its peak has moved beside it."
        ),
    ]
