"""One output looked at closely, against an explicit loop over the elements of the kernel."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.signal import window_at

patterns = st.sets(st.integers(-12, 12), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))


@settings(deadline=None, max_examples=400)
@given(patterns, st.integers(1, 30), st.data())
def test_the_window_is_what_a_loop_finds(
    pattern: Pattern, length: int, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, length - 1))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    compact, signal = rng.normal(size=pattern.taps), rng.normal(size=length)
    weights = dict(zip(pattern.offsets, compact, strict=True))
    offsets, samples, kernel, products = [], [], [], []
    for offset in range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1):
        offsets.append(offset)
        samples.append(signal[position + offset] if 0 <= position + offset < length else 0.0)
        kernel.append(weights.get(offset, 0.0))
        products.append(samples[-1] * kernel[-1])

    window = window_at(pattern, compact, signal, position)
    assert window.position == position
    assert window.offsets.tolist() == offsets
    assert window.samples.tolist() == samples
    assert window.kernel.tolist() == kernel
    assert window.products.tolist() == products
    assert window.output == pytest.approx(math.fsum(products), abs=1e-12)


def test_a_window_worked_by_hand() -> None:
    """Taps at −1, 0 and 2 at the start of the signal: a zero before it, a gap at 1."""
    window = window_at(Pattern((-1, 0, 2)), np.array([10.0, 20.0, 30.0]), np.array([1, 2, 3, 4]), 0)
    assert window.offsets.tolist() == [-1, 0, 1, 2]
    assert window.samples.tolist() == [0, 1, 2, 3]
    assert window.kernel.tolist() == [10, 20, 0, 30]
    assert window.products.tolist() == [0, 20, 0, 90]
    assert window.output == 110


def test_arrays_are_read_only_and_float64_whatever_went_in() -> None:
    signal = np.arange(5, dtype=np.float32)
    window = window_at(Pattern.dense(3), np.ones(3), signal, 2)
    assert window.offsets.dtype == np.int64
    for name in ("offsets", "samples", "kernel", "products"):
        array = getattr(window, name)
        assert name == "offsets" or array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    signal[:] = 9
    assert window.samples.tolist() == [1, 2, 3]


@pytest.mark.parametrize("position", [-1, 4, 100])
def test_a_position_outside_the_signal_is_refused_by_name(position: int) -> None:
    with pytest.raises(ValueError, match=rf"`position` \(={position}\) must be 0 to 3"):
        window_at(Pattern.dense(3), np.ones(3), np.zeros(4), position)


@pytest.mark.parametrize("weights", [0, 1, 2, 4])
def test_another_number_of_weights_than_of_taps_is_refused_by_name(weights: int) -> None:
    """One weight too: NumPy alone would write it to every tap."""
    with pytest.raises(ValueError, match=rf"`compact` has shape \({weights},\); the pattern takes"):
        window_at(Pattern.dense(3), np.ones(weights), np.zeros(4), 0)
