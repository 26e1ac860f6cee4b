"""Proofs of a spectrum: each of its numbers computed by independent methods.

Differences are measured in units of Σ|w|, the most that a layer can multiply a wave by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import frexp, fsum
from typing import Final

import numpy as np

from pdviz.analysis.proof import Agreement, Method, Proof, Quantity, proof
from pdviz.analysis.spectrum.images import Images, images
from pdviz.analysis.spectrum.noise_proof import noise_proof
from pdviz.analysis.spectrum.peak_proof import TOLERANCE, other_peak
from pdviz.analysis.spectrum.response import filters_of, on_grid
from pdviz.analysis.spectrum.spectrum import Spectrum, spectrum
from pdviz.analysis.spectrum.tap_sums import MAX_WAVES, RELATIVE, TapSums, waves_of
from pdviz.analysis.stack import Layer
from pdviz.analysis.stack.layer import check_weights

_SIZE: Final = 2048
"""Steps of the spectrum's frequency grid per whole cycle per sample."""
_FREQUENCIES: Final = 17
"""Most frequencies at which responses, or images, are compared."""
_DELAYS: Final = 5
"""Parts of the frequency axis; one group delay is compared in each of them."""
_DELAY_STEP: Final = 1e-5
"""How far the phase is followed for its slope, in cycles per sample times the extent."""
_DELAY_SHARE: Final = 0.1
"""Delays are compared where at least this share of Σ|w| passes, if there are such frequencies."""
_MIN_DELAY_SHARE: Final = 1e-3
"""No delay is compared where less than this share of Σ|w| passes."""
_HALF_POWER_RELATIVE: Final = 1e-6
"""How far the power at the half-power frequency may be from a half."""
_MAX_EXPONENT: Final = 256
"""Weights are taken as they are where their largest magnitudes multiply to 2^±256 at most."""
_SCALED: Final = "The weights of each layer were first scaled by a power of two."
_LEFT_OUT: Final = " The composed kernel is left out: it would take too long."


def spectrum_proofs(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    dilation: int,
    *,
    response: Spectrum | None = None,
    noise: float | None = None,
) -> tuple[Proof, ...]:
    """Return the proofs of `spectrum`, `images` and `noise_gain` for a stack with weights.

    Weights whose products would leave the range of float64 are first scaled by powers of two, and
    the notes say so.

    Args:
        layers, weights, dilation: the arguments of `images`.
        response: `spectrum(layers, weights)` with the default number of points, if it has been
            computed already.
        noise: `noise_gain(layers, weights)`, if it has been computed already.

    Raises:
        ValueError: as those functions.
    """
    if weights is not None and (scaled := _in_range(check_weights(layers, weights))) is not None:
        return tuple(
            replace(each, note=f"{each.note} {_SCALED}".strip())
            for each in spectrum_proofs(layers, scaled, dilation)
        )
    stack = TapSums(layers, weights)
    if response is None:
        response = spectrum(layers, weights, points=_SIZE // 2 + 1)
    folded = images(layers, weights, dilation, response=response)
    proofs = [
        _response(stack, response),
        _gain(stack, response),
        _peak(layers, weights, folded),
        _image(stack, folded),
        noise_proof(stack, layers, weights, noise),
        _delay(stack, layers, weights, response),
        _half_power(stack, response),
    ]
    return tuple(each for each in proofs if each is not None)


def mask_image_proof(layers: Sequence[Layer], dilation: int) -> Proof | None:
    """Return the proof of the pattern's image ratio, every tap 1; None if there is no image.

    Raises:
        ValueError: as `images`.
    """
    image = _peak(layers, None, images(layers, None, dilation))
    return image and replace(image, quantity=Quantity.PATTERN_IMAGE_RATIO)


def _in_range(weights: Sequence[np.ndarray]) -> list[np.ndarray] | None:
    """Return the weights scaled to a largest magnitude of about 1; None if there is no need."""
    exponents = [frexp(float(np.abs(kernel).max()))[1] for kernel in weights]
    if sum(map(abs, exponents)) <= _MAX_EXPONENT:
        return None
    return [np.ldexp(kernel, -each) for kernel, each in zip(weights, exponents, strict=True)]


def _evenly(count: int, taps: int) -> int:
    """Return how many of `count` frequencies fit `MAX_WAVES` with so many taps, at least 2."""
    return max(2, min(count, MAX_WAVES // taps))


def _response(stack: TapSums, response: Spectrum) -> Proof:
    count = _evenly(_FREQUENCIES, stack.taps)
    numerators = np.linspace(0, _SIZE // 2, count).round().astype(np.int64)
    parts = stack.direct(numerators, _SIZE)
    methods = {
        "FFT of each kernel, wrapped": response.response[numerators],
        "direct sum over the taps": parts.prod(axis=0),
    }
    note = f"Compared at {count} frequencies from 0 to 1/2; shown is the root mean square."
    composed = stack.through_composed(numerators, _SIZE)
    if composed is None:
        note += _LEFT_OUT
    else:
        methods["Fourier sum of the composed kernel"] = composed
    return _of_arrays(Quantity.FREQUENCY_RESPONSE, methods, stack.error(parts, composed), note)


def _gain(stack: TapSums, response: Spectrum) -> Proof:
    methods = [
        ("response at 0", float(response.response[0].real)),
        ("product of the layers' sums of weights", stack.gain),
    ]
    if stack.composed is not None:
        methods.append(("sum of the composed kernel", fsum(stack.composed.tolist())))
    tolerance = stack.error(stack.totals[:, None], stack.composed)
    note = "" if stack.composed is not None else _LEFT_OUT.strip()
    return proof(Quantity.GAIN, *methods, tolerance=tolerance, note=note)


def _peak(
    layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, folded: Images
) -> Proof | None:
    """Prove the highest image, relative to frequency 0, at its peak."""
    other = other_peak(layers, weights, folded)
    if other is None or folded.ratio is None:
        return None
    methods = (("peaks of the layers' product, on a fine grid", folded.ratio), other)
    tolerance = TOLERANCE * folded.ratio + RELATIVE * len(layers)
    note = f"The peak is at {folded.strongest:.4g} cycles per sample."
    return proof(Quantity.IMAGE_RATIO, *methods, tolerance=tolerance, note=note)


def _image(stack: TapSums, folded: Images) -> Proof | None:
    """Prove the highest image at its multiple, relative to frequency 0 where that passes."""
    dilation = folded.dilation
    if not len(folded.frequencies):
        return None
    # The one that peaks highest, and as many of the others as there is time for.
    chosen = folded.multiple or 1
    count = _evenly(_FREQUENCIES, stack.taps)
    spread = np.linspace(1, dilation // 2, count).round().astype(np.int64)
    numerators = np.unique(np.append(spread, chosen))
    own = int(np.searchsorted(numerators, chosen))
    parts = stack.direct(numerators, dilation)
    composed = stack.through_composed(numerators, dilation)
    reference = 1.0 if folded.ratio is None else abs(stack.gain)
    methods = {
        "FFT of the sums by remainder": folded.magnitude[numerators - 1],
        "direct sum over the taps": np.abs(parts.prod(axis=0)) / reference,
    }
    note = f"Compared at {len(numerators)} of {len(folded.frequencies)} images."
    if composed is None:
        note += _LEFT_OUT
    else:
        methods["Fourier sum of the composed kernel"] = np.abs(composed) / reference
    tolerance = stack.error(parts, composed) / reference
    quantity = Quantity.IMAGE_AT_MULTIPLE
    if folded.ratio is None:
        quantity = Quantity.LARGEST_IMAGE
        note += " Frequency 0 does not pass: the magnitude itself is compared."
    else:
        at_zero = stack.error(stack.totals[:, None], None) / reference
        tolerance += at_zero * float(folded.magnitude.max())
    return _of_arrays(quantity, methods, tolerance, note, lambda values: float(values[own]))


def _delay(
    stack: TapSums,
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    response: Spectrum,
) -> Proof | None:
    """Prove the group delay by the slope of the phase, where the response is far from 0.

    With r the least share of its Σ|w| that a layer lets through, the third derivative of the phase
    is at most of the order of (extent / r)³: that is how far the slope over a step may be off.
    """
    filters, _ = filters_of(layers, weights)
    each, _ = on_grid(filters, _SIZE)
    sizes = np.array([[layer.size or 1.0] for layer in filters])
    share = (np.abs(each) / sizes).min(axis=0)
    parts = np.array_split(np.arange(len(share)), _evenly(_DELAYS, stack.taps))
    best = np.array([part[share[part].argmax()] for part in parts])
    chosen = best[share[best] >= min(_DELAY_SHARE, float(share.max()))]
    lowest = float(share[chosen].min())
    if lowest < _MIN_DELAY_SHARE:
        return None
    # The step is a whole fraction of the grid's, so that turns stay whole numbers of a fraction.
    fraction = max(round(stack.extent / (_DELAY_STEP * _SIZE)), 1)
    denominator = _SIZE * fraction
    turned = np.zeros(len(chosen))
    for places, kernel in zip(stack.places, stack.kernels, strict=True):
        near = places - places[0]  # the shift is added below, exactly
        ahead = waves_of(chosen * fraction + 1, near, denominator) @ kernel
        behind = waves_of(chosen * fraction - 1, near, denominator) @ kernel
        turned += np.angle(ahead * behind.conj())
    shift = -sum(int(places[0]) for places in stack.places)
    slope = turned * denominator / (4 * np.pi)
    clearest = int(share[chosen].argmax())
    tolerance = stack.extent * (1e-9 / lowest**3 + 1e-10 * len(layers) / lowest)
    note = (
        f"Compared where each layer lets at least {100 * lowest:.3g} % of its Σ|w| through; shown "
        f"is the delay at {chosen[clearest] / _SIZE:.4g}."
    )
    return _of_arrays(
        Quantity.GROUP_DELAY,
        {
            "formula, layer by layer": response.group_delay[chosen],
            "slope of the phase": shift - slope,
        },
        tolerance,
        note,
        lambda values: float(values[clearest]),
    )


def _half_power(stack: TapSums, response: Spectrum) -> Proof | None:
    """Prove the half-power frequency by the power there, as a share of that at 0."""
    frequency = response.half_power_frequency
    if frequency is None:
        return None
    share, conditions = 1.0, 0.0
    for places, kernel, total in zip(stack.places, stack.kernels, stack.totals, strict=True):
        own = complex(np.exp(2j * np.pi * frequency * (places - places[0])) @ kernel)
        share *= float(abs(own / total) ** 2)
        conditions += float(np.abs(kernel).sum() / abs(total))
    tolerance = _HALF_POWER_RELATIVE + RELATIVE * conditions
    methods = (("a half", 0.5), ("direct sum over the taps", share))
    note = f"The power at {frequency:.4g}, as a share of that at 0."
    return proof(Quantity.HALF_POWER_FREQUENCY, *methods, tolerance=tolerance, note=note)


def _of_arrays(
    quantity: Quantity,
    methods: Mapping[str, np.ndarray],
    tolerance: float,
    note: str,
    summary: Callable[[np.ndarray], float] | None = None,
) -> Proof:
    """Return the proof of an array (n,); `summary`, or else the root mean square, represents it."""
    summary = summary or _root_mean_square
    values = list(methods.values())
    difference = max(float(np.abs(a - b).max()) for a, b in combinations(values, 2))
    size = max(float(np.abs(each).max()) for each in values)
    agreement = Agreement(difference, size, tolerance, len(values[0]))
    summaries = tuple(Method(name, summary(each)) for name, each in methods.items())
    return Proof(quantity, summaries, agreement, note)


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt((np.abs(values) ** 2).mean()))
