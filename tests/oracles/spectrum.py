"""Random stacks with weights for the tests of spectrum and cost, and what they compose to."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.stack import Layer

families = st.builds(
    Pattern.partially_dilated,
    st.integers(0, 6),
    st.integers(1, 6),
    st.sampled_from([1, 3, 5, 9]),
    st.booleans(),
)
free = st.sets(st.integers(-20, 20), min_size=1, max_size=12).map(lambda s: Pattern(tuple(s)))
patterns = families | free


@dataclass(frozen=True)
class Case:
    """Layers with weights, and the one kernel they compose to, by NumPy alone."""

    layers: list[Layer]
    weights: list[np.ndarray]

    @property
    def size(self) -> float:
        return float(np.prod([np.abs(each).sum() for each in self.weights]))

    def composed(self) -> tuple[np.ndarray, int]:
        """The kernel, and the offset of its first element."""
        kernel, first, jump = np.ones(1), 0, 1
        for layer, weights in zip(self.layers, self.weights, strict=True):
            offsets = np.array(layer.pattern.offsets) * jump
            spread = np.zeros(offsets[-1] - offsets[0] + 1)
            spread[offsets - offsets[0]] = weights
            kernel = np.convolve(kernel, spread)
            first += int(offsets[0])
            jump *= layer.stride
        return kernel, first


@st.composite
def cases(draw: st.DrawFn, most: int = 1, ones: bool = False) -> Case:
    count = draw(st.integers(1, most))
    layers = [Layer(draw(patterns), draw(st.integers(1, 3))) for _ in range(count)]
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = st.sampled_from(["ones"] if ones else ["normal", "positive", "ones"])
    weights = []
    for layer in layers:
        taps = layer.pattern.taps
        values = random.normal(size=taps) * 10.0 ** random.integers(-3, 4)
        kind = draw(kinds)
        weights.append({"normal": values, "positive": np.abs(values), "ones": np.ones(taps)}[kind])
    return Case(layers, weights)
