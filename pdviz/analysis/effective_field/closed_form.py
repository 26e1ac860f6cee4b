"""Closed form of an effective field's standard deviation: the field itself is not computed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from pdviz.analysis._arrays import inner, offsets_of
from pdviz.analysis.effective_field.field import check_measure, measured
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.analysis.stack.layer import check_weights, checked_extent
from pdviz.pattern import Pattern


def closed_form_std(
    layers: Sequence[Layer],
    weights: Sequence[np.ndarray] | None = None,
    measure: str = "energy",
) -> float | None:
    """Compute the field's standard deviation, σ² = Σ_l S_l² · Var_l, or None if that does not hold.

    >>> round(closed_form_std([Layer(Pattern.partially_dilated(4, 2, 5))] * 3), 6)  # √(3 · 34)
    10.099505

    Var_l is the variance of layer l's offsets. All offsets have equal weight for random weights
    (`weights` None) and "energy"; for chosen weights their weight is |w| or w² (Luo et al. 2016,
    section 2, for non-negative weights). Where several paths meet, |g| and g² are not products of
    the layers' own, and there is no closed form, but for two cases: "magnitude" of chosen weights,
    if no layer has weights of both signs, and "energy" of random ones. None, too, if a layer's
    weights are all 0.
    """
    check_measure(measure)
    checked_extent(layers)
    kernels = None if weights is None else check_weights(layers, weights)
    if kernels is None:
        alone = sum(layer.pattern.taps > 1 for layer in layers) <= 1
        holds = alone or measure == "energy"
    else:
        if not all(kernel.any() for kernel in kernels):
            return None
        alone = sum(int(np.count_nonzero(kernel)) > 1 for kernel in kernels) <= 1
        one_sign = all(bool((kernel >= 0).all() or (kernel <= 0).all()) for kernel in kernels)
        holds = alone or (measure == "magnitude" and one_sign)
    if not holds:
        return None
    variance = 0.0
    for number, (layer, jump) in enumerate(with_jumps(layers)):
        if kernels is None:
            own = _variance(layer.pattern)
        else:
            offsets = offsets_of(layer.pattern).astype(np.float64)
            share = measured(kernels[number], measure)
            share = share / share.sum()
            own = inner(share, (offsets - inner(share, offsets)) ** 2)
        variance += float(jump) ** 2 * own
    return sqrt(variance)


def _variance(pattern: Pattern) -> float:
    """Return the variance of the offsets, (T Σo² − (Σo)²) / T², in integers up to the division."""
    taps, total, squares = pattern.taps, 0, 0
    for run in pattern.runs:  # o = first + k · step
        n, first, step = len(run), run.start, run.step
        sum_k = n * (n - 1) // 2
        sum_k2 = sum_k * (2 * n - 1) // 3
        total += n * first + step * sum_k
        squares += n * first**2 + 2 * first * step * sum_k + step**2 * sum_k2
    return (taps * squares - total**2) / taps**2
