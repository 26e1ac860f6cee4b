"""What the page of frequencies asks for: the responses of a stack and of its rivals, cached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple

import numpy as np

from pdviz import signals
from pdviz.analysis.proof import Proof, Quantity, by_quantity
from pdviz.analysis.rivals import Rival
from pdviz.analysis.rivals.spectrum_proofs import Response, response_proofs
from pdviz.analysis.spectrum import FLOOR, Images, Spectrum, images, noise_gain, spectrum
from pdviz.analysis.spectrum.proofs import mask_image_proof, spectrum_proofs
from pdviz.analysis.stack import WEIGHTS, TooMuchWork
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.spectrum import Curve, spectrum_alt, spectrum_sheet
from pdviz.figures.wording import NAMES, decibels, in_words, length, listed, number, percent
from pdviz.ui.queries.effective_field import stack_weights
from pdviz.ui.queries.receptive_field import Layers, Proofs, modulus_of
from pdviz.ui.queries.rivals import stack_rivals
from pdviz.ui.state.state import State

_LEAST: Final = 10 ** (FLOOR / 20)
_KINDS: Final = {"dense": "dense", "plain dilated": "dilated"}


class Drawn(NamedTuple):
    """What of a choice its numbers depend on, besides the layers."""

    weights: str
    seed: int
    typed: tuple[float, ...]
    dilation: int


class SpectrumQuery(NamedTuple):
    """Which responses are asked for.

    `rate` is what cycles per sample are multiplied by, and `unit` what they are then.
    """

    layers: Layers
    weights: str
    seed: int
    typed: tuple[float, ...]
    dilation: int
    rival: str
    below: str
    unit: str
    rate: float

    @property
    def drawn(self) -> Drawn:
        """What its numbers depend on, besides the layers."""
        return Drawn(self.weights, self.seed, self.typed, self.dilation)

    @property
    def jump(self) -> int:
        """Samples between neighbouring outputs: the product of the strides."""
        return prod(layer.stride for layer in self.layers)


class Summary(NamedTuple):
    """The numbers of a response that a page shows.

    `image` is the image ratio; None where there is none.
    `noise` is None where it would take too long.
    """

    gain: float
    image: float | None
    mask_image: float | None
    half_power_frequency: float | None
    noise: float | None
    delay: float


def spectrum_query(state: State, layers: Layers) -> SpectrumQuery:
    """The responses that a state asks for, of these layers; nothing that makes no difference."""
    unit, rate = "cycles per sample", 1.0
    if state.spectrum.hertz:
        signal = signals.load(state.signal.name, state.weights.seed)
        rate = signal.sample_rate
        unit = "hertz" if signal.time_unit == "s" else f"cycles per {signal.time_unit}"
    return SpectrumQuery(
        layers=layers,
        weights=state.weights.kind,
        seed=state.weights.seed if state.weights.kind == "random" else 0,
        typed=state.weights.values if state.weights.kind == "typed" else (),
        dilation=modulus_of(state),
        rival=state.field.rival,
        below=state.spectrum.below,
        unit=unit,
        rate=rate,
    )


def curves(query: SpectrumQuery) -> list[Curve]:
    """The weights chosen, every tap 1, and the rivals with weights of the same kind."""
    title = f"{WEIGHTS[query.weights]} weights"
    found = [Curve(title, _seen(query.layers, query.drawn).spectrum, "weights")]
    if query.weights != "average":
        found.append(Curve("every tap alike", spectrum(query.layers), "mask"))
    for rival in stack_rivals(query.layers, query.rival)[1:]:
        response = _seen(rival.layers, query.drawn).spectrum
        found.append(Curve(NAMES[rival.name].lower(), response, _KINDS[rival.name]))
    return found


class _Seen(NamedTuple):
    spectrum: Spectrum
    images: Images


@lru_cache(maxsize=32)
def _seen(layers: Layers, drawn: Drawn) -> _Seen:
    """The response of a stack with weights of this kind, and its images."""
    weights = _weights(layers, drawn)
    return _Seen(spectrum(layers, weights), images(layers, weights, drawn.dilation))


def _weights(layers: Layers, drawn: Drawn) -> tuple[np.ndarray, ...]:
    return stack_weights(drawn.weights, layers, drawn.seed, drawn.typed)


def look_beside(query: SpectrumQuery) -> None:
    """Compute what is shown of a stack's rivals, so that it is at hand."""
    for rival in stack_rivals(query.layers, query.rival)[1:]:
        _cells(query, rival)


@lru_cache(maxsize=64)
def chart(query: SpectrumQuery) -> Chart:
    """The figure of the responses."""
    drawn, found = curves(query), _seen(query.layers, query.drawn).images
    sheet = spectrum_sheet(drawn, found, below=query.below, unit=query.unit, rate=query.rate)
    return chart_of(sheet, spectrum_alt(drawn, found, unit=query.unit, rate=query.rate))


def summary(query: SpectrumQuery) -> Summary:
    """The numbers of the response."""
    return _summary(query.layers, query.drawn)


@lru_cache(maxsize=128)
def _summary(layers: Layers, drawn: Drawn) -> Summary:
    response, seen = _seen(layers, drawn)
    return Summary(
        gain=float(response.response[0].real),
        image=seen.ratio,
        mask_image=images(layers, None, drawn.dilation).ratio,
        half_power_frequency=response.half_power_frequency,
        noise=_noise(layers, _weights(layers, drawn)),
        delay=float(response.group_delay[0]),
    )


def _noise(layers: Layers, weights: Sequence[np.ndarray]) -> float | None:
    try:
        return noise_gain(layers, weights)
    except TooMuchWork:
        return None


def proofs(query: SpectrumQuery) -> Proofs:
    """The proofs of those numbers."""
    return _proofs(query.layers, query.drawn)


@lru_cache(maxsize=128)
def _proofs(layers: Layers, drawn: Drawn) -> Proofs:
    noise = _summary(layers, drawn).noise
    weights = _weights(layers, drawn)
    found = _seen(layers, drawn).spectrum
    proofs = spectrum_proofs(layers, weights, drawn.dilation, response=found, noise=noise)
    return by_quantity(proofs)


def mask_proof(query: SpectrumQuery) -> Proof | None:
    """The proof of the pattern's own largest image, every tap 1."""
    return _mask_proof(query.layers, query.dilation)


@lru_cache(maxsize=128)
def _mask_proof(layers: Layers, dilation: int) -> Proof | None:
    return mask_image_proof(layers, dilation)


def sentence(query: SpectrumQuery) -> str:
    """What sets the stack apart from its rivals, in words."""
    found = stack_rivals(query.layers, query.rival)
    this, *others = [_seen(rival.layers, query.drawn).images for rival in found]
    if this.ratio is None or this.strongest is None:
        return (
            "These weights let nothing through at frequency 0, so that there is nothing for an "
            "image to be an image of."
        )
    said = (
        f"The strongest image of frequency 0, at {number(this.strongest * query.rate)} "
        f"{query.unit}, passes at {_level(this.ratio)}"
    )
    beside = [
        f"{in_words(rival.name, len(rival.layers))} passes its own at {_level(seen.ratio)}"
        for rival, seen in zip(found[1:], others, strict=True)
        if seen.ratio is not None
    ]
    return f"{said}, where {listed(beside)}." if beside else f"{said}."


def _level(ratio: float) -> str:
    return decibels(ratio) if ratio > _LEAST else f"less than {decibels(_LEAST)}"


_ROWS: Final = {
    "Weights": Quantity.WEIGHTS,
    "Image ratio": Quantity.IMAGE_RATIO,
    "Strongest image": Quantity.STRONGEST_IMAGE,
    "Half power at": Quantity.HALF_POWER_FREQUENCY,
    "Group delay at 0, in samples": Quantity.GROUP_DELAY_AT_ZERO,
}
"""The quantity of each row."""


@lru_cache(maxsize=64)
def table(query: SpectrumQuery) -> dict[str, list[str]]:
    """The numbers of the stack and of its rivals, a column each."""
    columns = {NAMES[r.name]: _cells(query, r) for r in stack_rivals(query.layers, query.rival)}
    return {"": list(_ROWS), **columns}


def table_proofs(query: SpectrumQuery) -> dict[str, Proof | None]:
    """Return the proof of each row of the table by its title; None if it has only one method."""
    rows = _table_proofs(stack_rivals(query.layers, query.rival), query.drawn)
    return {title: rows.get(quantity) for title, quantity in _ROWS.items()}


@lru_cache(maxsize=64)
def _table_proofs(found: tuple[Rival, ...], drawn: Drawn) -> Proofs:
    stacks = {
        NAMES[rival.name]: Response(
            rival.layers,
            _weights(rival.layers, drawn),
            rival.weights,
            *_seen(rival.layers, drawn),
        )
        for rival in found
    }
    return by_quantity(response_proofs(stacks))


def _cells(query: SpectrumQuery, rival: Rival) -> list[str]:
    found, seen = _seen(rival.layers, query.drawn)
    half_power = found.half_power_frequency
    return [
        f"{rival.weights:,}",
        "none" if seen.ratio is None else percent(seen.ratio),
        "none" if seen.ratio is None else _level(seen.ratio),
        "none" if half_power is None else f"{number(half_power * query.rate)} {query.unit}",
        length(float(found.group_delay[0])),
    ]
