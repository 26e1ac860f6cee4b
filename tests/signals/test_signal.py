"""The signal itself, what it refuses, and the catalogue of built-in ones."""

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pdviz.limits import MAX_CHANNELS, MAX_SIGNAL_LENGTH
from pdviz.signals import SIGNALS, Signal, load

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["ecg", "co2", "sunspots", "macro", "impulse", "step", "sines", "chirp", "noise"]


def make(**changes: Any) -> Signal:
    """Two channels of three samples, four samples a second, from second 10 on."""
    arguments: dict[str, Any] = {
        "name": "toy",
        "title": "A toy",
        "samples": np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32),
        "channels": ("left", "right"),
        "units": ("mV", "ppm"),
        "sample_rate": 4.0,
        "time_unit": "s",
        "start": 10.0,
        "source": "Made up for a test.",
    }
    return Signal(**(arguments | changes))


def assert_frozen(samples: np.ndarray) -> None:
    assert samples.dtype == np.float32
    assert samples.flags.c_contiguous
    assert not samples.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        samples[0, 0] = 7


@pytest.mark.parametrize(
    "given",
    [
        np.array([[1, 2, 3], [4, 5, 6]], dtype=np.int16),
        np.array([[1, 4], [2, 5], [3, 6]], dtype=np.float64).T,
        np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32),
    ],
    ids=["integers", "transposed", "float32"],
)
def test_samples_are_kept_as_a_read_only_copy(given: np.ndarray) -> None:
    signal = make(samples=given)
    given[0, 0] = 99
    assert_frozen(signal.samples)
    assert signal.samples.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert signal.length == 3


def test_fields_cannot_be_set() -> None:
    with pytest.raises(FrozenInstanceError):
        make().title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    "remake", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s)), replace]
)
def test_a_copy_is_read_only_too(remake: Any) -> None:
    signal = make()
    other = remake(signal)
    assert other is not signal
    assert_frozen(other.samples)
    assert other.samples.tolist() == signal.samples.tolist()
    assert (other.channels, other.units, other.start) == (("left", "right"), ("mV", "ppm"), 10.0)


def test_times_are_those_of_the_samples_asked_for() -> None:
    signal = make()
    assert signal.times().tolist() == [10.0, 10.25, 10.5]
    assert signal.times(1).tolist() == [10.25, 10.5]
    assert signal.times(1, 1).tolist() == [10.25]
    assert signal.times(first=3).tolist() == []
    assert signal.times().dtype == np.float64


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((-1,), ValueError, "`first` (=-1) must be from 0 to 3."),
        ((4,), ValueError, "`first` (=4) must be from 0 to 3."),
        ((1, 3), ValueError, "`count` (=3) must be from 0 to 2."),
        ((0, -1), ValueError, "`count` (=-1) must be from 0 to 3."),
        ((0.0,), TypeError, "`first` (=0.0) must be an integer."),
        ((0, True), TypeError, "`count` (=True) must be an integer."),
    ],
)
def test_times_outside_the_signal_are_refused(
    arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        make().times(*arguments)
    assert str(caught.value) == message


NAN = np.array([[1, 2, 3], [4, np.nan, 6]])
HUGE = np.array([[1, 2, 3e39], [4, 5, 6]])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": ""}, ValueError, "`name` (='') must not be blank."),
        ({"title": None}, TypeError, "`title` (=None) must be a string."),
        ({"source": " "}, ValueError, "`source` (=' ') must not be blank."),
        ({"samples": [[1.0]]}, TypeError, "`samples` (of type list) must be a NumPy array."),
        (
            {"samples": np.ones((2, 3), complex)},
            TypeError,
            "`samples` (of dtype complex128) must hold real numbers.",
        ),
        (
            {"samples": np.ones((2, 3), bool)},
            TypeError,
            "`samples` (of dtype bool) must hold real numbers.",
        ),
        (
            {"samples": np.ones(3)},
            ValueError,
            "`samples` (of shape (3,)) must have the shape (channels, length), both at least 1.",
        ),
        (
            {"samples": np.ones((2, 0))},
            ValueError,
            "`samples` (of shape (2, 0)) must have the shape (channels, length), both at least 1.",
        ),
        (
            {"samples": NAN},
            ValueError,
            "`samples` must be finite in float32; channel 1 has nan at index 1.",
        ),
        (
            {"samples": HUGE},
            ValueError,
            "`samples` must be finite in float32; channel 0 has 3e+39 at index 2.",
        ),
        (
            {"channels": ["left", "right"]},
            TypeError,
            "`channels` (=['left', 'right']) must be a tuple of strings.",
        ),
        (
            {"channels": ("left",)},
            ValueError,
            "`channels` (=('left',)) must have one entry for each channel: 2.",
        ),
        ({"channels": ("left", 2)}, TypeError, "`channels[1]` (=2) must be a string."),
        (
            {"units": ("mV",) * 3},
            ValueError,
            "`units` (=('mV', 'mV', 'mV')) must have one entry for each channel: 2.",
        ),
        ({"units": ("mV", " ")}, ValueError, "`units[1]` (=' ') must not be blank."),
        ({"sample_rate": 0}, ValueError, "`sample_rate` (=0.0) must be above 0."),
        ({"sample_rate": float("inf")}, ValueError, "`sample_rate` (=inf) must be finite."),
        ({"sample_rate": "360"}, TypeError, "`sample_rate` (='360') must be a real number."),
        ({"sample_rate": True}, TypeError, "`sample_rate` (=True) must be a real number."),
        ({"start": float("nan")}, ValueError, "`start` (=nan) must be finite."),
        ({"start": None}, TypeError, "`start` (=None) must be a real number."),
        (
            {"time_unit": "ms"},
            ValueError,
            "`time_unit` (='ms') must be one of ('s', 'year').",
        ),
        ({"time_unit": ["s"]}, TypeError, "`time_unit` (=['s']) must be a string."),
    ],
)
def test_a_wrong_argument_is_named_with_its_value_and_what_it_takes(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        make(**changes)
    assert str(caught.value) == message


def test_signals_are_listed_in_display_order_and_cannot_be_changed() -> None:
    assert list(SIGNALS) == NAMES
    with pytest.raises(TypeError):
        SIGNALS["mine"] = "Mine"  # type: ignore[index]


@pytest.mark.parametrize("name", NAMES)
def test_every_signal_is_what_the_catalogue_says_and_within_the_limits(name: str) -> None:
    signal = load(name)
    assert (signal.name, signal.title) == (name, SIGNALS[name])
    assert_frozen(signal.samples)
    assert np.isfinite(signal.samples).all()
    channels, length = signal.samples.shape
    assert (channels, length) == (len(signal.channels), signal.length)
    assert channels <= MAX_CHANNELS
    assert length <= MAX_SIGNAL_LENGTH


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_is_held_once_however_it_is_asked_for(name: str) -> None:
    assert load(name) is load(name, seed=0) is load(name, np.int64(0))


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"sines", "noise"}))
def test_what_is_not_random_ignores_the_seed(name: str) -> None:
    assert load(name, 1) is load(name, 2)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("eeg",), ValueError, f"`name` (='eeg') must be one of {', '.join(NAMES)}."),
        ((None,), TypeError, f"`name` (=None) must be a string, one of {', '.join(NAMES)}."),
        (([],), TypeError, f"`name` (=[]) must be a string, one of {', '.join(NAMES)}."),
        (("ecg", -1), ValueError, "`seed` (=-1) must be from 0 to 4294967295."),
        (("noise", 2**32), ValueError, "`seed` (=4294967296) must be from 0 to 4294967295."),
        (("noise", 1.0), TypeError, "`seed` (=1.0) must be an integer."),
        (("noise", True), TypeError, "`seed` (=True) must be an integer."),
        (("noise", "1"), TypeError, "`seed` (='1') must be an integer."),
    ],
)
def test_load_refuses_by_name(
    arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    load("noise", 1)  # True and 1.0 would find this in a cache that does not look at types
    with pytest.raises(error) as caught:
        load(*arguments)
    assert str(caught.value) == message


def test_signals_need_only_numpy() -> None:
    program = """
import sys
import pdviz.signals
for name in pdviz.signals.SIGNALS:
    pdviz.signals.load(name)
print({"torch", "pandas", "scipy", "streamlit", "plotly"} & {*sys.modules})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
