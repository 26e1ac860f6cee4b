"""Signal: samples in channels, with the names and units that a reader needs."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, Final, SupportsIndex

import numpy as np
import numpy.typing as npt

TIME_UNITS: Final = ("s", "year")


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Evenly spaced samples in one or more channels; validated once, its samples read-only.

    Args:
        name: what programs call it, such as `"ecg"`.
        title: what people call it, such as `"Electrocardiogram"`.
        samples: real numbers `(channels, length)`, both at least 1, finite in float32. The signal
            keeps a copy: float32, C-contiguous, read-only.
        channels: the name of each channel.
        units: the unit of each channel, such as `"mV"`; `""` for plain numbers.
        sample_rate: samples per `time_unit`, above 0.
        time_unit: `"s"` or `"year"`.
        start: the time of sample 0 in `time_unit`: 0 for seconds, a calendar year for years (1749.5
            is the middle of 1749).
        source: who measured it and on what terms it is given, in a sentence or two for a page.

    Raises:
        TypeError: an argument is of another type.
        ValueError: `samples` has another shape, is empty or not finite; `channels` or `units` does
            not have one entry per channel; a text is blank; a number is out of range.
    """

    name: str
    title: str
    samples: npt.NDArray[np.float32]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    sample_rate: float
    time_unit: str
    start: float
    source: str

    def __post_init__(self) -> None:
        for argument in ("name", "title", "source"):
            _check_text(argument, getattr(self, argument))
        samples = _frozen_samples(self.samples)
        object.__setattr__(self, "samples", samples)
        for argument in ("channels", "units"):
            _check_texts(argument, getattr(self, argument), len(samples))
        for argument in ("sample_rate", "start"):
            object.__setattr__(self, argument, _finite(argument, getattr(self, argument)))
        if self.sample_rate <= 0:
            raise ValueError(f"`sample_rate` (={self.sample_rate}) must be above 0.")
        _check_text("time_unit", self.time_unit)
        if self.time_unit not in TIME_UNITS:
            raise ValueError(f"`time_unit` (={self.time_unit!r}) must be one of {TIME_UNITS}.")

    @property
    def length(self) -> int:
        """The number of samples in each channel."""
        return int(self.samples.shape[1])

    def times(
        self, first: SupportsIndex = 0, count: SupportsIndex | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the times of `count` samples from sample `first` on, in `time_unit`.

        Args:
            first: index of the first sample, 0 to `length`.
            count: number of samples, 0 to `length − first`; all that follow by default.

        Returns:
            `start + index / sample_rate` for each sample: float64 `(count,)`.

        Raises:
            TypeError: an argument is not an integer.
            ValueError: an argument is out of range.
        """
        first = check_integer("first", first, 0, self.length)
        rest = self.length - first
        count = rest if count is None else check_integer("count", count, 0, rest)
        return self.start + np.arange(first, first + count) / self.sample_rate

    def __reduce__(self) -> tuple[type[Signal], tuple[Any, ...]]:
        # Through the constructor: NumPy alone would give a copy whose samples can be written.
        return Signal, tuple(getattr(self, field.name) for field in fields(self))


def check_integer(argument: str, value: SupportsIndex, least: int, most: int) -> int:
    """Return `value` as an int from `least` to `most`; refuse anything else, bool too, by name."""
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise TypeError(f"`{argument}` (={value!r}) must be an integer.")
    number = operator.index(value)
    if not least <= number <= most:
        raise ValueError(f"`{argument}` (={number}) must be from {least} to {most}.")
    return number


def _frozen_samples(samples: object) -> npt.NDArray[np.float32]:
    """Return a read-only float32 copy of `samples`, checked."""
    if not isinstance(samples, np.ndarray):
        raise TypeError(f"`samples` (of type {type(samples).__name__}) must be a NumPy array.")
    if samples.dtype.kind not in "iuf":
        raise TypeError(f"`samples` (of dtype {samples.dtype}) must hold real numbers.")
    if samples.ndim != 2 or 0 in samples.shape:
        raise ValueError(
            f"`samples` (of shape {samples.shape}) must have the shape (channels, length), "
            "both at least 1."
        )
    with np.errstate(over="ignore"):  # what is too large for float32 is named below
        frozen = np.array(samples, dtype=np.float32, order="C")
    invalid = np.argwhere(~np.isfinite(frozen))
    if len(invalid):
        channel, index = map(int, invalid[0])
        raise ValueError(
            f"`samples` must be finite in float32; channel {channel} has "
            f"{samples[channel, index]} at index {index}."
        )
    frozen.setflags(write=False)
    return frozen


def _check_text(argument: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"`{argument}` (={value!r}) must be a string.")
    if not value.strip():
        raise ValueError(f"`{argument}` (={value!r}) must not be blank.")


def _check_texts(argument: str, value: object, channels: int) -> None:
    if not isinstance(value, tuple):
        raise TypeError(f"`{argument}` (={value!r}) must be a tuple of strings.")
    if len(value) != channels:
        raise ValueError(
            f"`{argument}` (={value!r}) must have one entry for each channel: {channels}."
        )
    for index, text in enumerate(value):
        if argument != "units" or text != "":
            _check_text(f"{argument}[{index}]", text)


def _finite(argument: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"`{argument}` (={value!r}) must be a real number.")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"`{argument}` (={number}) must be finite.")
    return number
