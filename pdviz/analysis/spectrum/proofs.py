"""Proofs of a spectrum: its numbers by ways that know nothing of each other.

Differences are measured by Σ|w|, the most that a layer can multiply a wave by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import frexp, fsum
from typing import Final

import numpy as np

from pdviz.analysis.proof import Agreement, Proof, Way, proof
from pdviz.analysis.spectrum.noise_proof import noise_proof
from pdviz.analysis.spectrum.response import filters_of, on_grid
from pdviz.analysis.spectrum.spectrum import Spectrum, images, spectrum
from pdviz.analysis.spectrum.tap_sums import RELATIVE, TapSums, waves_of
from pdviz.analysis.stack.layer import Layer, check_weights

MAX_WAVES: Final = 2**16
"""Most waves in a direct sum: one for each tap and frequency."""
_SIZE: Final = 2048
"""The grid of the spectrum, in steps to a whole cycle per sample."""
_COMPARED: Final = 17
"""Frequencies that the response is compared at, at most."""
_DELAYS: Final = 5
"""Parts of the frequency axis in each of which one group delay is compared."""
_DELAY_STEP: Final = 1e-5
"""How far the phase is followed for its slope, times the extent: in cycles per sample."""
_DELAY_SHARE, _DELAY_LEAST = 0.1, 1e-3
"""Delays are compared where at least this share of Σ|w| passes: if it can be, and in any case."""
_CUTOFF_RELATIVE: Final = 1e-6
"""How far the power at the cut-off may be from a half."""
_MAX_EXPONENT: Final = 256
"""Weights are taken as they are where their largest magnitudes multiply to 2^±256 at most."""
_SCALED: Final = "The weights of each layer were first scaled by a power of two."
_LEFT_OUT: Final = " The composed kernel is left out: it would take too long."


def spectrum_proofs(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None,
    dilation: int,
    *,
    found: Spectrum | None = None,
    noise: float | None = None,
) -> tuple[Proof, ...]:
    """The proofs of `spectrum`, `images` and `noise_gain`, for the stack and weights given.

    Weights whose products would leave the range of float64 are first scaled by powers of two, and
    the notes say so.

    Args:
        layers, weights, dilation: as of `images`.
        found: `spectrum(layers, weights)`, at as many points as by default, if it is at hand.
        noise: `noise_gain(layers, weights)`, if it is at hand.

    Raises:
        ValueError: as those functions.
    """
    if weights is not None and (scaled := _in_range(check_weights(layers, weights))) is not None:
        return tuple(
            replace(each, note=f"{each.note} {_SCALED}".strip())
            for each in spectrum_proofs(layers, scaled, dilation)
        )
    stack = TapSums(layers, weights)
    if found is None:
        found = spectrum(layers, weights, points=_SIZE // 2 + 1)
    proofs = [
        _response(stack, found),
        _gain(stack, found),
        _image(stack, layers, weights, dilation),
        noise_proof(stack, layers, weights, noise),
        _delay(stack, layers, weights, found),
        _cutoff(stack, found),
    ]
    return tuple(each for each in proofs if each is not None)


def mask_image_proof(layers: Sequence[Layer], dilation: int) -> Proof | None:
    """The proof of the largest image of the pattern alone, every tap 1; None if it has none.

    The one that `spectrum_proofs` gives without weights, without its others.

    Raises:
        ValueError: as `images`.
    """
    return _image(TapSums(layers, None), layers, None, dilation)


def _in_range(weights: Sequence[np.ndarray]) -> list[np.ndarray] | None:
    """The weights scaled to a largest magnitude of about 1; None where that is not needed."""
    exponents = [frexp(float(np.abs(kernel).max()))[1] for kernel in weights]
    if sum(map(abs, exponents)) <= _MAX_EXPONENT:
        return None
    return [np.ldexp(kernel, -each) for kernel, each in zip(weights, exponents, strict=True)]


def _evenly(count: int, taps: int) -> int:
    """How many of `count` frequencies fit `MAX_WAVES` with so many taps, at least 2."""
    return max(2, min(count, MAX_WAVES // taps))


def _response(stack: TapSums, found: Spectrum) -> Proof:
    count = _evenly(_COMPARED, stack.taps)
    numerators = np.linspace(0, _SIZE // 2, count).round().astype(np.int64)
    parts = stack.direct(numerators, _SIZE)
    ways = {
        "FFT of each kernel, wrapped": found.response[numerators],
        "direct sum over the taps": parts.prod(axis=0),
    }
    note = f"Compared at {count} frequencies from 0 to 1/2; shown is the root mean square."
    composed = stack.through_composed(numerators, _SIZE)
    if composed is None:
        note += _LEFT_OUT
    else:
        ways["Fourier sum of the composed kernel"] = composed
    return _of_arrays("frequency response", ways, stack.error(parts, composed), note)


def _gain(stack: TapSums, found: Spectrum) -> Proof:
    ways = [
        ("response at 0", float(found.response[0].real)),
        ("product of the layers' sums of weights", stack.gain),
    ]
    if stack.composed is not None:
        ways.append(("sum of the composed kernel", fsum(stack.composed.tolist())))
    tolerance = stack.error(stack.totals[:, None], stack.composed)
    note = "" if stack.composed is not None else _LEFT_OUT.strip()
    return proof("gain at frequency 0", *ways, tolerance=tolerance, note=note)


def _image(
    stack: TapSums, layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, dilation: int
) -> Proof | None:
    """The largest image: relative to frequency 0 where that passes."""
    seen = images(layers, weights, dilation)
    if not len(seen.frequencies):
        return None
    # The largest one, and of the others as many as there is time for.
    spread = np.linspace(1, dilation // 2, _evenly(_COMPARED, stack.taps)).round().astype(np.int64)
    numerators = np.unique(np.append(spread, int(seen.magnitude.argmax()) + 1))
    parts = stack.direct(numerators, dilation)
    composed = stack.through_composed(numerators, dilation)
    reference = 1.0 if seen.ratio is None else abs(stack.gain)
    ways = {
        "FFT of the sums by remainder": seen.magnitude[numerators - 1],
        "direct sum over the taps": np.abs(parts.prod(axis=0)) / reference,
    }
    note = f"Compared at {len(numerators)} of {len(seen.frequencies)} images."
    if composed is None:
        note += _LEFT_OUT
    else:
        ways["Fourier sum of the composed kernel"] = np.abs(composed) / reference
    tolerance = stack.error(parts, composed) / reference
    if seen.ratio is None:
        note += " Frequency 0 does not pass: the magnitude itself is compared."
    else:
        at_zero = stack.error(stack.totals[:, None], None) / reference
        tolerance += at_zero * float(seen.magnitude.max())
    name = "largest image" if seen.ratio is None else "image ratio"
    return _of_arrays(name, ways, tolerance, note, shown=lambda way: float(way.max()))


def _delay(
    stack: TapSums, layers: Sequence[Layer], weights: Sequence[np.ndarray] | None, found: Spectrum
) -> Proof | None:
    """The formula against the slope of the phase, where the response is far from 0.

    With r the least share of its Σ|w| that a layer lets through, the third derivative of the phase
    is of the order of (extent / r)³ at most: that is how far the slope over a step may be off.
    """
    filters, _ = filters_of(layers, weights)
    each, _ = on_grid(filters, _SIZE)
    sizes = np.array([[layer.size or 1.0] for layer in filters])
    share = (np.abs(each) / sizes).min(axis=0)
    parts = np.array_split(np.arange(len(share)), _evenly(_DELAYS, stack.taps))
    best = np.array([part[share[part].argmax()] for part in parts])
    chosen = best[share[best] >= min(_DELAY_SHARE, float(share.max()))]
    lowest = float(share[chosen].min())
    if lowest < _DELAY_LEAST:
        return None
    # The step is a whole fraction of the grid's, so that turns stay whole numbers of a fraction.
    fraction = max(round(stack.extent / (_DELAY_STEP * _SIZE)), 1)
    denominator = _SIZE * fraction
    turned = np.zeros(len(chosen))
    for places, kernel in zip(stack.places, stack.kernels, strict=True):
        near = places - places[0]  # a shift delays by itself, exactly
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
        "group delay",
        {"formula, layer by layer": found.group_delay[chosen], "slope of the phase": shift - slope},
        tolerance,
        note,
        shown=lambda values: float(values[clearest]),
    )


def _cutoff(stack: TapSums, found: Spectrum) -> Proof | None:
    """What the power at the cut-off is, as a share of that at 0."""
    if found.cutoff is None:
        return None
    share, conditions = 1.0, 0.0
    for places, kernel, total in zip(stack.places, stack.kernels, stack.totals, strict=True):
        response = complex(np.exp(2j * np.pi * found.cutoff * (places - places[0])) @ kernel)
        share *= float(abs(response / total) ** 2)
        conditions += float(np.abs(kernel).sum() / abs(total))
    tolerance = _CUTOFF_RELATIVE + RELATIVE * conditions
    ways = (("a half", 0.5), ("direct sum over the taps", share))
    note = f"The power at {found.cutoff:.4g}, as a share of that at 0."
    return proof("power at the cut-off", *ways, tolerance=tolerance, note=note)


def _of_arrays(
    quantity: str,
    ways: Mapping[str, np.ndarray],
    tolerance: float,
    note: str,
    shown: Callable[[np.ndarray], float] | None = None,
) -> Proof:
    """The proof of an array (n,), of which each way shows one value, else the root mean square."""
    shown = shown or _root_mean_square
    values = list(ways.values())
    difference = max(float(np.abs(a - b).max()) for a, b in combinations(values, 2))
    size = max(float(np.abs(each).max()) for each in values)
    agreement = Agreement(difference, size, tolerance, len(values[0]))
    return Proof(
        quantity, tuple(Way(name, shown(each)) for name, each in ways.items()), agreement, note
    )


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt((np.abs(values) ** 2).mean()))
