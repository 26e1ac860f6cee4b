"""What the animation is told: every number of the step to six digits, and the words around them."""

import json
import math
import re
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.gradient_flow import GradientTrace, record_run
from pdviz.figures.style import COLOURS
from pdviz.ui.components.stage import stage_data
from pdviz.ui.words import number

DEFAULT = Pattern.partially_dilated()
LENGTH = 40
ARRAYS = {
    "samples": "K",
    "kernel": "K",
    "products": "K",
    "gradKernel": "K",
    "compact": "T",
    "gradCompact": "T",
    "compactAfter": "T",
}
NAMES = ["Assemble", "Correlate", "Loss", "Back", "Gather", "Step"]

free = st.sets(st.integers(-12, 12), min_size=1, max_size=9).map(lambda s: Pattern(tuple(s)))


class Case:
    """One SGD or Adam step computed here, in NumPy, beside the one that is recorded."""

    def __init__(
        self,
        pattern: Pattern = DEFAULT,
        *,
        whole: bool = False,
        optimizer: str = "sgd",
        rate: float = 0.05,
        seed: int = 0,
        scale: float = 1.0,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.pattern, self.whole, self.optimizer, self.rate = pattern, whole, optimizer, rate
        self.compact = scale * rng.normal(size=pattern.taps)
        self.signal, self.target = rng.normal(size=(2, LENGTH))
        self.position = int(rng.integers(LENGTH))
        self.in_loss = list(range(LENGTH)) if whole else [self.position]

    @cached_property
    def trace(self) -> GradientTrace:
        return record_run(
            self.pattern,
            self.compact,
            self.signal,
            self.target,
            position=self.position,
            whole_signal=self.whole,
            learning_rate=self.rate,
            optimizer=self.optimizer,
        ).step(0)

    def data(self) -> dict[str, Any]:
        return stage_data(self.trace, optimizer=self.optimizer, rate=self.rate)

    def captions(self) -> dict[str, str]:
        return {chapter["name"]: chapter["caption"] for chapter in self.data()["chapters"]}

    def elements(self) -> list[int]:
        return list(range(min(*self.pattern.offsets, 0), max(*self.pattern.offsets, 0) + 1))

    def sample(self, position: int) -> float:
        return float(self.signal[position]) if 0 <= position < LENGTH else 0.0

    def output(self, compact: np.ndarray, position: int) -> float:
        pairs = zip(self.pattern.offsets, compact, strict=True)
        return float(sum(weight * self.sample(position + offset) for offset, weight in pairs))

    def loss(self, compact: np.ndarray) -> float:
        errors = [self.output(compact, t) - self.target[t] for t in self.in_loss]
        return sum(error**2 for error in errors) / (2 * len(errors))

    def grad_output(self, position: int) -> float:
        error = self.output(self.compact, position) - self.target[position]
        return float(error / len(self.in_loss))

    def gradient(self, offset: int) -> float:
        """∂L/∂(assembled kernel) at an offset, tap or gap."""
        return sum(self.grad_output(t) * self.sample(t + offset) for t in self.in_loss)

    def after(self) -> np.ndarray:
        gradients = np.array([self.gradient(offset) for offset in self.pattern.offsets])
        if self.optimizer == "adam":  # its first step: both averages are those of one gradient
            gradients /= np.abs(gradients) + 1e-8
        return self.compact - self.rate * gradients


cases = st.builds(
    Case,
    free,
    whole=st.booleans(),
    optimizer=st.sampled_from(["sgd", "adam"]),
    rate=st.sampled_from([1e-4, 0.05, 1.0]),
    seed=st.integers(0, 99),
    scale=st.sampled_from([1e-6, 1.0, 1e3]),
)


def six(values: Any) -> Any:
    """Equal to six significant digits; where what is added up nearly cancels, to what it may."""
    return pytest.approx(list(values), rel=1e-5, abs=1e-9)


@settings(max_examples=30)
@given(cases)
def test_every_number_of_the_step_is_there_to_six_digits(case: Case) -> None:
    data = case.data()
    pattern, at = case.pattern, case.position
    weights = dict(zip(pattern.offsets, case.compact, strict=True))
    kernel = [float(weights.get(offset, 0.0)) for offset in case.elements()]
    samples = [case.sample(at + offset) for offset in case.elements()]
    assert data["offsets"] == case.elements()
    assert [data["offsets"][index] for index in data["taps"]] == list(pattern.offsets)
    assert data["samples"] == six(samples)
    assert data["kernel"] == six(kernel)
    assert data["products"] == six(w * x for w, x in zip(kernel, samples, strict=True))
    assert data["gradKernel"] == six(case.gradient(offset) for offset in case.elements())
    assert data["compact"] == six(case.compact)
    assert data["gradCompact"] == six(case.gradient(offset) for offset in pattern.offsets)
    assert data["compactAfter"] == six(case.after())
    assert data["gradCompact"] == [data["gradKernel"][index] for index in data["taps"]]


@settings(max_examples=30)
@given(cases)
def test_it_is_plain_finite_json_and_no_number_is_longer_than_six_digits(case: Case) -> None:
    data = case.data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    for name, length in ARRAYS.items():
        size = case.pattern.kernel_size if length == "K" else case.pattern.taps
        assert len(data[name]) == size
        for value in data[name]:
            assert type(value) is float
            assert math.isfinite(value)
            assert value == float(f"{value:.6g}")
    assert len(data["parts"]) == len(data["offsets"]) == case.pattern.kernel_size
    assert all(type(index) is int for index in (*data["offsets"], *data["taps"]))


def test_parts_and_colours_are_those_of_every_other_picture() -> None:
    data = Case(Pattern.parse("1011001", 2)).data()
    assert data["parts"] == [
        *("left wing", "gap", "island", "island", "gap", "gap", "right wing"),
    ]
    assert data["colours"] == COLOURS


def words(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def tells(caption: str, count: int, noun: str) -> bool:
    """Whether it says how many there are; how it says one is its own affair."""
    return re.search(rf"\b{count} {noun}s", caption) is not None if count > 1 else noun in caption


@settings(max_examples=30)
@given(cases)
def test_captions_tell_the_step_with_its_own_numbers(case: Case) -> None:
    trace, captions = case.trace, case.captions()
    assert list(captions) == NAMES
    gaps = case.pattern.kernel_size - case.pattern.taps
    at = case.position
    y, target = case.output(case.compact, at), float(case.target[at])
    # What is written is rounded: compare with the recorded value, and that with the one from here.
    for recorded, expected in (
        (trace.output[at], y),
        (trace.loss, case.loss(case.compact)),
        (trace.grad_output[at], case.grad_output(at)),
        (trace.loss_after, case.loss(case.after())),
    ):
        assert recorded == pytest.approx(expected, rel=1e-5, abs=1e-9)

    taps, size = case.pattern.taps, case.pattern.kernel_size
    assert tells(captions["Assemble"], taps, "compact parameter")
    assert tells(captions["Assemble"], size, "element")
    assert f"add up to y = {words(trace.output[at])}." in captions["Correlate"]
    assert f"L = {words(trace.loss)}" in captions["Loss"] or (
        f"= {words(trace.loss)} and" in captions["Loss"]
    )
    assert f"{words(trace.grad_output[at])}." in captions["Loss"]
    if case.whole:
        assert f"all {LENGTH} outputs" in captions["Loss"]
        assert f"(y − target) / {LENGTH} = " in captions["Loss"]
        assert f"over all {LENGTH} outputs" in captions["Back"]
    else:
        assert f"The target is {words(target)}," in captions["Loss"]
        assert f"= {words(trace.grad_output[at])} · x[t + o]" in captions["Back"]
    assert tells(captions["Back"], size, "element")
    assert tells(captions["Gather"], taps, "tap")
    told = f"The loss goes from {words(trace.loss)} to {words(trace.loss_after)}."
    grown = " It has grown: the step was too long." if trace.loss_after > trace.loss else ""
    assert captions["Step"].endswith(told + grown)
    for name in ("Assemble", "Correlate", "Back", "Gather"):
        assert ("gap" in captions[name].lower()) == (gaps > 0 or name == "Assemble")


@settings(max_examples=30)
@given(cases.filter(lambda case: case.pattern.kernel_size > case.pattern.taps))
def test_the_largest_gradient_at_a_gap_is_told_and_how_many_are_dropped(case: Case) -> None:
    captions = case.captions()
    gaps = [offset for offset in case.elements() if offset not in case.pattern.offsets]
    largest = max(gaps, key=lambda offset: abs(case.gradient(offset)))
    if case.gradient(largest) != 0:
        said = captions["Back"].split("Gaps have one too: ")[1]
        value, offset = said.rstrip(".").split(" at offset ")
        assert float(value.replace("−", "-")) == pytest.approx(case.gradient(largest), rel=1e-3)
        assert int(offset.replace("−", "-")) == largest
    assert tells(captions["Gather"], len(gaps), "value")
    assert tells(captions["Assemble"], len(gaps), "gap")


def test_no_tap_is_told_as_a_gap_where_no_gap_has_a_gradient() -> None:
    """At the very start of the signal a causal kernel sees nothing but zeros under its gaps."""
    pattern = Pattern.partially_dilated(4, 2, 5, causal=True)
    run = record_run(pattern, np.ones(9), np.ones(LENGTH), np.zeros(LENGTH), position=0)
    back = stage_data(run.step(0), optimizer="sgd", rate=0.1)["chapters"][3]["caption"]
    if "Gaps have one too" in back:
        offset = int(back.rstrip(".").rsplit(" ", 1)[1].replace("−", "-"))
        assert offset not in pattern.offsets


@pytest.mark.parametrize("pattern", [Pattern.dense(7), Pattern.dense(2), Pattern.dense(1)])
def test_a_dense_kernel_has_no_gaps_to_speak_of(pattern: Pattern) -> None:
    captions = Case(pattern).captions()
    assert captions["Assemble"].endswith("This kernel has no gaps.")
    for name in ("Correlate", "Back", "Gather", "Step"):
        assert "gap" not in captions[name]
        assert "drop" not in captions[name]


@pytest.mark.parametrize("pattern", [Pattern.parse("101", 0), Pattern((0,)), Pattern((3,))])
@pytest.mark.parametrize("whole", [False, True])
def test_one_is_not_counted_as_many(pattern: Pattern, whole: bool) -> None:
    for caption in Case(pattern, whole=whole).captions().values():
        assert not re.search(r"\b1 (compact parameters|elements|taps|gaps|values)\b", caption)


def test_sgd_and_adam_move_in_their_own_words() -> None:
    sgd = Case(rate=0.25).captions()["Step"]
    assert "SGD" in sgd
    assert "−0.25 · its gradient" in sgd
    adam = Case(optimizer="adam", rate=0.25).captions()["Step"]
    assert "Adam" in adam
    assert "about 0.25" in adam
    assert "· its gradient" not in adam


def test_facts_are_those_of_the_position_and_known_from_their_chapter_on() -> None:
    for whole in (False, True):
        case = Case(whole=whole, seed=4)
        facts = {fact["label"]: fact for fact in case.data()["facts"]}
        at = case.position
        expected = {
            "output y[t]": case.output(case.compact, at),
            "target": float(case.target[at]),
            "loss L": case.loss(case.compact),
            "∂L/∂y[t]": case.grad_output(at),
            "loss after the step": case.loss(case.after()),
        }
        assert {label: fact["text"] for label, fact in facts.items()} == {
            label: words(value) for label, value in expected.items()
        }
        chapters = [fact["chapter"] for fact in facts.values()]
        assert chapters == sorted(chapters)
        assert {NAMES[chapter] for chapter in chapters} == {"Correlate", "Loss", "Step"}


def test_a_loss_of_nothing_and_huge_numbers_are_still_numbers() -> None:
    silent = record_run(DEFAULT, np.zeros(13), np.zeros(LENGTH), np.zeros(LENGTH), position=0)
    loud = record_run(DEFAULT, np.full(13, 1e3), np.full(LENGTH, 1e9), np.zeros(LENGTH), position=9)
    for run in (silent, loud):
        data = stage_data(run.step(0), optimizer="sgd", rate=0.1)
        json.dumps(data, allow_nan=False)
        text = json.dumps(data["chapters"]) + json.dumps(data["facts"])
        assert "nan" not in text
        assert "inf" not in text


def test_the_key_is_of_the_content() -> None:
    keys = {
        case.data()["key"]
        for case in (Case(), Case(), Case(seed=1), Case(rate=0.06), Case(optimizer="adam"))
    }
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0"), (1.0, "1"), (-1.5, "−1.5"), (123456.0, "1.235e+05"), (1e-7, "1e−07")),
        *((0.000123456, "0.0001235"), (-0.33333, "−0.3333"), (9999.5, "1e+04")),
    ],
)
def test_a_number_in_words(value: float, text: str) -> None:
    assert number(value) == text
