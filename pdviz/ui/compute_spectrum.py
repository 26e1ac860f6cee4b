"""What the page of frequencies asks for: the responses of a stack and of its rivals, cached."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from pdviz import signals
from pdviz.analysis.spectrum import Images, images, noise_gain, spectrum
from pdviz.analysis.spectrum_proofs import spectrum_proofs
from pdviz.analysis.weights import WEIGHTS
from pdviz.figures.spectrum import Curve, spectrum_alt, spectrum_figure
from pdviz.ui.comparison import NAMES
from pdviz.ui.compute_stack import (
    Chart,
    Layers,
    Proofs,
    by_quantity,
    modulus_of,
    stack_rivals,
    stack_weights,
)
from pdviz.ui.state import State
from pdviz.ui.words import decibels, number, percent

_KINDS = {"dense": "dense", "plain dilated": "dilated"}


class Asked(NamedTuple):
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
    def jump(self) -> int:
        """Samples between neighbouring outputs: the product of the strides."""
        return prod(layer.stride for layer in self.layers)


class Summary(NamedTuple):
    """The numbers of a response that a page shows.

    `image` is the image ratio, and `strongest` where that image lies; None where there is none.
    """

    gain: float
    image: float | None
    strongest: float | None
    mask_image: float | None
    cutoff: float | None
    noise: float
    delay: float


def asked_of(state: State, layers: Layers) -> Asked:
    """The responses that a state asks for, of these layers; nothing that makes no difference."""
    unit, rate = "cycles per sample", 1.0
    if state.hertz:
        signal = signals.load(state.signal, state.seed)
        rate = signal.sample_rate
        unit = "hertz" if signal.time_unit == "s" else f"cycles per {signal.time_unit}"
    return Asked(
        layers=layers,
        weights=state.weights,
        seed=state.seed if state.weights == "random" else 0,
        typed=state.values if state.weights == "typed" else (),
        dilation=modulus_of(state),
        rival=state.rival,
        below=state.below,
        unit=unit,
        rate=rate,
    )


def curves(asked: Asked) -> list[Curve]:
    """The weights chosen, every tap 1, and the rivals with weights of the same kind."""
    layers = asked.layers
    found = [
        Curve(
            f"{WEIGHTS[asked.weights]} weights",
            spectrum(layers, _weights(asked, layers)),
            "weights",
        ),
    ]
    if asked.weights != "average":
        found.append(Curve("every tap alike", spectrum(layers), "mask"))
    for rival in stack_rivals(layers, asked.rival)[1:]:
        weights = _weights(asked, rival.layers)
        curve = Curve(
            NAMES[rival.name].lower(), spectrum(rival.layers, weights), _KINDS[rival.name]
        )
        found.append(curve)
    return found


def _weights(asked: Asked, layers: Layers) -> Any:
    return stack_weights(asked.weights, layers, asked.seed, asked.typed)


def _images(asked: Asked, layers: Layers) -> Images:
    return images(layers, _weights(asked, layers), asked.dilation)


@lru_cache(maxsize=64)
def chart(asked: Asked) -> Chart:
    """The figure of the responses."""
    drawn, found = curves(asked), _images(asked, asked.layers)
    figure = spectrum_figure(drawn, found, below=asked.below, unit=asked.unit, rate=asked.rate)
    return Chart(figure, spectrum_alt(drawn, found, unit=asked.unit, rate=asked.rate))


@lru_cache(maxsize=128)
def summary(asked: Asked) -> Summary:
    """The numbers of the response."""
    layers, weights = asked.layers, _weights(asked, asked.layers)
    found, seen = spectrum(layers, weights), images(layers, weights, asked.dilation)
    return Summary(
        gain=float(found.response[0].real),
        image=seen.ratio,
        strongest=seen.strongest,
        mask_image=images(layers, None, asked.dilation).ratio,
        cutoff=found.cutoff,
        noise=noise_gain(layers, weights),
        delay=float(found.group_delay[0]),
    )


@lru_cache(maxsize=128)
def proofs(asked: Asked) -> Proofs:
    """The proofs of those numbers."""
    return by_quantity(spectrum_proofs(asked.layers, _weights(asked, asked.layers), asked.dilation))


@lru_cache(maxsize=128)
def mask_proofs(asked: Asked) -> Proofs:
    """The proofs of the pattern's own numbers, every tap 1."""
    return by_quantity(spectrum_proofs(asked.layers, None, asked.dilation))


def sentences(asked: Asked) -> list[str]:
    """What sets the stack apart from its rivals, in words."""
    seen = {
        rival.name: _images(asked, rival.layers)
        for rival in stack_rivals(asked.layers, asked.rival)
    }
    this = seen.pop("this stack")
    if this.ratio is None:
        return [
            "These weights let nothing through at frequency 0, so that there is nothing for an "
            "image to be an image of."
        ]
    at = f"{number(this.strongest * asked.rate)} {asked.unit}" if this.strongest else ""
    said = [f"The strongest image, at {at}, comes through at {decibels(this.ratio)}"]
    plain = seen.get("plain dilated")
    if plain is not None and plain.ratio is not None:
        said.append(f", plain dilation's at {decibels(plain.ratio)}")
    return ["".join(said) + "."]


@lru_cache(maxsize=64)
def table(asked: Asked) -> dict[str, list[str]]:
    """The numbers of the stack and of its rivals, a row each."""
    rows: dict[str, list[str]] = {
        "": [],
        "Weights": [],
        "Image ratio": [],
        "Strongest image": [],
        f"Half power at ({asked.unit})": [],
        "Group delay at 0 (samples)": [],
    }
    for rival in stack_rivals(asked.layers, asked.rival):
        weights = _weights(asked, rival.layers)
        found, seen = spectrum(rival.layers, weights), _images(asked, rival.layers)
        cells = (
            NAMES[rival.name],
            f"{rival.weights:,}",
            "none" if seen.ratio is None else percent(seen.ratio),
            "none" if seen.ratio is None else decibels(seen.ratio),
            "none" if found.cutoff is None else number(found.cutoff * asked.rate),
            number(float(found.group_delay[0])),
        )
        for column, cell in zip(rows.values(), cells, strict=True):
            column.append(cell)
    return rows
