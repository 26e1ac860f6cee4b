"""The outputs of a section, against a loop over every output and tap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.signal import section_output
from tests.analysis.signal.test_run import correlation

patterns = st.sets(st.integers(-40, 40), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))


@settings(deadline=None, max_examples=300)
@given(patterns, st.integers(1, 60), st.data())
def test_a_section_is_what_a_loop_finds(pattern: Pattern, length: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, length - 1))
    stop = data.draw(st.integers(first + 1, length))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    compact, signal = rng.normal(size=pattern.taps), rng.normal(size=length).astype(np.float32)
    whole = correlation(pattern, compact, signal[None])[0]
    output = section_output(pattern, compact, signal, first, stop)
    assert output == pytest.approx(whole[first:stop], abs=1e-12)
    assert not output.flags.writeable


@pytest.mark.parametrize(("first", "stop"), [(-1, 3), (2, 2), (3, 2), (0, 6)])
def test_a_section_outside_the_signal_is_refused_by_name(first: int, stop: int) -> None:
    with pytest.raises(ValueError, match=rf"`first` and `stop` \(={first}, {stop}\) must lie in"):
        section_output(Pattern.dense(3), np.ones(3), np.zeros(5), first, stop)


def test_other_weights_than_taps_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"`compact` has shape \(2,\); the pattern takes"):
        section_output(Pattern.dense(3), np.ones(2), np.zeros(5), 0, 5)
