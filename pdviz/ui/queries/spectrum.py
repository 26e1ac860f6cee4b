"""Queries of the spectrum page: the frequency responses of a stack and of its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple

import numpy as np

from pdviz import signals
from pdviz.analysis.proof import Proof, by_quantity
from pdviz.analysis.rivals import Rival
from pdviz.analysis.rivals.spectrum_proofs import Response, response_proofs
from pdviz.analysis.spectrum import Images, Spectrum, images, noise_gain, spectrum
from pdviz.analysis.spectrum.proofs import mask_image_proof, spectrum_proofs
from pdviz.analysis.stack import WEIGHTS, TooMuchWork
from pdviz.figures.sheet import Chart, chart_of
from pdviz.figures.spectrum import Curve, spectrum_alt, spectrum_sheet
from pdviz.figures.wording import NAMES
from pdviz.ui.queries.effective_field import stack_weights
from pdviz.ui.queries.receptive_field import Layers, Proofs, dilation_of
from pdviz.ui.queries.rivals import stack_rivals
from pdviz.ui.state.state import State

_KINDS: Final = {"dense": "dense", "plain dilated": "dilated"}


class Weighting(NamedTuple):
    """The weights of any stack, and the dilation whose images are looked at.

    With the layers it is all that the numbers depend on: a query's unit, rival and view are not in
    the keys of the caches below.
    """

    weights: str
    seed: int
    typed: tuple[float, ...]
    dilation: int


class SpectrumQuery(NamedTuple):
    """A stack with its weights, its rival, and the way their responses are shown.

    `dilation` is 1 where the taps have no gaps, and there is no image; `rate` is what cycles per
    sample are multiplied by, and `unit` is the unit of the product.
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

    @classmethod
    def from_state(cls, state: State, layers: Layers) -> SpectrumQuery:
        """Return the query of these layers with the choices of a state that make a difference."""
        unit, rate = "cycles per sample", 1.0
        if state.spectrum.hertz:
            signal = signals.load(state.signal.name, state.weights.seed)
            rate = signal.sample_rate
            unit = "hertz" if signal.time_unit == "s" else f"cycles per {signal.time_unit}"
        return cls(
            layers=layers,
            weights=state.weights.kind,
            seed=state.weights.seed if state.weights.kind == "random" else 0,
            typed=state.weights.values if state.weights.kind == "typed" else (),
            dilation=dilation_of(state, layers),
            rival=state.field.rival,
            below=state.spectrum.below,
            unit=unit,
            rate=rate,
        )

    @property
    def weighting(self) -> Weighting:
        """All that the numbers depend on besides the layers."""
        return Weighting(self.weights, self.seed, self.typed, self.dilation)

    @property
    def jump(self) -> int:
        """Samples between neighbouring outputs: the product of the strides."""
        return prod(layer.stride for layer in self.layers)


class SpectrumValues(NamedTuple):
    """The numbers of a response, without its arrays.

    The arrays of 32 stacks are cached, but the numbers of 128. `image` is the image ratio, None
    where there is none, `strongest` the frequency of that peak, in cycles per sample, `multiple`
    the m of the multiple of 1 / d that it belongs to, and `at_multiple` its value there;
    `mask_image` is the pattern's own. `noise` is None where it would take too long.
    """

    gain: float
    image: float | None
    strongest: float | None
    multiple: int | None
    at_multiple: float | None
    mask_image: float | None
    half_power_frequency: float | None
    noise: float | None
    delay: float


class RivalValues(NamedTuple):
    """The numbers of a stack or of a rival by which they are compared.

    `weights` counts its weights in all layers; `image` is the image ratio, `strongest` the
    frequency of its peak in cycles per sample, and `at_multiple` its value at the multiple of
    1 / d; None where there is none.
    """

    rival: Rival
    weights: int
    image: float | None
    strongest: float | None
    at_multiple: float | None
    half_power_frequency: float | None
    delay: float


def values(query: SpectrumQuery) -> SpectrumValues:
    """Compute the numbers of the response."""
    return _values(query.layers, query.weighting)


@lru_cache(maxsize=128)
def _values(layers: Layers, weighting: Weighting) -> SpectrumValues:
    response, own = _response(layers, weighting)
    return SpectrumValues(
        gain=float(response.response[0].real),
        image=own.ratio,
        strongest=own.strongest,
        multiple=own.multiple,
        at_multiple=own.at_multiple,
        mask_image=_mask_response(layers, weighting.dilation).images.ratio,
        half_power_frequency=response.half_power_frequency,
        noise=_noise(layers, _weights(layers, weighting)),
        delay=float(response.group_delay[0]),
    )


def resolved(query: SpectrumQuery) -> bool:
    """Return whether every lobe of the response was looked at."""
    return _response(query.layers, query.weighting).spectrum.peaks.resolved


def proofs(query: SpectrumQuery) -> Proofs:
    """Prove those numbers."""
    return _proofs(query.layers, query.weighting)


@lru_cache(maxsize=128)
def _proofs(layers: Layers, weighting: Weighting) -> Proofs:
    return by_quantity(
        spectrum_proofs(
            layers,
            _weights(layers, weighting),
            weighting.dilation,
            response=_response(layers, weighting).spectrum,
            noise=_values(layers, weighting).noise,
        )
    )


def mask_proof(query: SpectrumQuery) -> Proof | None:
    """Prove the pattern's own image ratio, every tap 1."""
    return _mask_proof(query.layers, query.dilation)


@lru_cache(maxsize=128)
def _mask_proof(layers: Layers, dilation: int) -> Proof | None:
    return mask_image_proof(layers, dilation)


def rival_values(query: SpectrumQuery) -> list[RivalValues]:
    """Compute the numbers of the stack and of its rivals, the stack first."""
    stacks = stack_rivals(query.layers, query.rival)
    return [_rival_values(rival, query.weighting) for rival in stacks]


def warm_rivals(query: SpectrumQuery) -> None:
    """Warm the caches for the stack's rivals."""
    for rival in stack_rivals(query.layers, query.rival)[1:]:
        _rival_values(rival, query.weighting)


@lru_cache(maxsize=128)
def _rival_values(rival: Rival, weighting: Weighting) -> RivalValues:
    response, own = _response(rival.layers, weighting)
    return RivalValues(
        rival=rival,
        weights=rival.weights,
        image=own.ratio,
        strongest=own.strongest,
        at_multiple=own.at_multiple,
        half_power_frequency=response.half_power_frequency,
        delay=float(response.group_delay[0]),
    )


def rival_proofs(query: SpectrumQuery) -> Proofs:
    """Prove those numbers, each for all stacks together."""
    return _rival_proofs(stack_rivals(query.layers, query.rival), query.weighting)


@lru_cache(maxsize=64)
def _rival_proofs(stacks: tuple[Rival, ...], weighting: Weighting) -> Proofs:
    responses = {
        NAMES[rival.name]: Response(
            rival.layers,
            _weights(rival.layers, weighting),
            rival.weights,
            *_response(rival.layers, weighting),
        )
        for rival in stacks
    }
    return by_quantity(response_proofs(responses))


def curves(query: SpectrumQuery) -> list[Curve]:
    """Return the curves: the weights chosen, all taps alike, and the rivals."""
    own = _response(query.layers, query.weighting).spectrum
    drawn = [Curve(f"{WEIGHTS[query.weights]} weights", own, "weights")]
    if query.weights != "average":
        mask = _mask_response(query.layers, query.dilation).spectrum
        drawn.append(Curve("all taps alike", mask, "mask"))
    for rival in stack_rivals(query.layers, query.rival)[1:]:
        response = _response(rival.layers, query.weighting).spectrum
        drawn.append(Curve(NAMES[rival.name].lower(), response, _KINDS[rival.name]))
    return drawn


@lru_cache(maxsize=64)
def figure(query: SpectrumQuery) -> Chart:
    """Draw the responses."""
    drawn, own = curves(query), _response(query.layers, query.weighting).images
    sheet = spectrum_sheet(drawn, own, below=query.below, unit=query.unit, rate=query.rate)
    return chart_of(sheet, spectrum_alt(drawn, own, unit=query.unit, rate=query.rate))


class _StackResponse(NamedTuple):
    spectrum: Spectrum
    images: Images


@lru_cache(maxsize=32)
def _response(layers: Layers, weighting: Weighting) -> _StackResponse:
    """Return the response of a stack with these weights, and its images."""
    weights = _weights(layers, weighting)
    response = spectrum(layers, weights)
    return _StackResponse(response, images(layers, weights, weighting.dilation, response=response))


@lru_cache(maxsize=8)
def _mask_response(layers: Layers, dilation: int) -> _StackResponse:
    """Return the response of a stack whose taps are all 1, and its images."""
    response = spectrum(layers)
    return _StackResponse(response, images(layers, None, dilation, response=response))


def _weights(layers: Layers, weighting: Weighting) -> tuple[np.ndarray, ...]:
    return stack_weights(weighting.weights, layers, weighting.seed, weighting.typed)


def _noise(layers: Layers, weights: Sequence[np.ndarray]) -> float | None:
    try:
        return noise_gain(layers, weights)
    except TooMuchWork:
        return None
