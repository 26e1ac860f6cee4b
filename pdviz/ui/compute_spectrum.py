"""What the page of frequencies asks for: the responses of a stack and of its rivals, cached."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, Final, NamedTuple

from pdviz import signals
from pdviz.analysis.convolution import TooMuchWork
from pdviz.analysis.rivals import Rival
from pdviz.analysis.spectrum import FLOOR, Images, images, noise_gain, spectrum
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
from pdviz.ui.words import decibels, length, listed, number, percent

_LEAST: Final = 10 ** (FLOOR / 20)
_KINDS: Final = {"dense": "dense", "plain dilated": "dilated"}
_WHERE: Final = {"dense": "a dense stack", "plain dilated": "plain dilation"}


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
    `noise` is None where it would take too long.
    """

    gain: float
    image: float | None
    strongest: float | None
    mask_image: float | None
    cutoff: float | None
    noise: float | None
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
        noise=_noise(layers, weights),
        delay=float(found.group_delay[0]),
    )


def _noise(layers: Layers, weights: Any) -> float | None:
    try:
        return noise_gain(layers, weights)
    except TooMuchWork:
        return None


@lru_cache(maxsize=128)
def proofs(asked: Asked) -> Proofs:
    """The proofs of those numbers."""
    return by_quantity(spectrum_proofs(asked.layers, _weights(asked, asked.layers), asked.dilation))


@lru_cache(maxsize=128)
def mask_proofs(asked: Asked) -> Proofs:
    """The proofs of the pattern's own numbers, every tap 1."""
    return by_quantity(spectrum_proofs(asked.layers, None, asked.dilation))


def sentence(asked: Asked) -> str:
    """What sets the stack apart from its rivals, in words."""
    found = stack_rivals(asked.layers, asked.rival)
    this, *others = [_images(asked, rival.layers) for rival in found]
    if this.ratio is None or this.strongest is None:
        return (
            "These weights let nothing through at frequency 0, so that there is nothing for an "
            "image to be an image of."
        )
    said = (
        f"The strongest image of frequency 0, at {number(this.strongest * asked.rate)} "
        f"{asked.unit}, passes at {_level(this.ratio)}"
    )
    beside = [
        f"{_WHERE[rival.name]} passes its own at {_level(seen.ratio)}"
        for rival, seen in zip(found[1:], others, strict=True)
        if seen.ratio is not None
    ]
    return f"{said}, where {listed(beside)}." if beside else f"{said}."


def _level(ratio: float) -> str:
    return (
        decibels(ratio)
        if ratio > 10 ** (FLOOR / 20)
        else f"less than {FLOOR:.0f} dB".replace("-", "−")
    )


_ROWS: Final = (
    "Weights",
    "Image ratio",
    "Strongest image",
    "Half power at",
    "Group delay at 0, in samples",
)


@lru_cache(maxsize=64)
def table(asked: Asked) -> dict[str, list[str]]:
    """The numbers of the stack and of its rivals, a column each."""
    columns = {NAMES[r.name]: _cells(asked, r) for r in stack_rivals(asked.layers, asked.rival)}
    return {"": list(_ROWS), **columns}


def _cells(asked: Asked, rival: Rival) -> list[str]:
    weights = _weights(asked, rival.layers)
    found, seen = spectrum(rival.layers, weights), _images(asked, rival.layers)
    return [
        f"{rival.weights:,}",
        "none" if seen.ratio is None else percent(seen.ratio),
        "none" if seen.ratio is None else _level(seen.ratio),
        "none" if found.cutoff is None else f"{number(found.cutoff * asked.rate)} {asked.unit}",
        length(float(found.group_delay[0])),
    ]
