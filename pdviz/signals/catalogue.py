"""Catalogue of the built-in signals, by name."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, SupportsIndex

from pdviz.limits import MAX_SEED
from pdviz.signals import recorded, synthetic
from pdviz.signals.signal import Signal, check_integer

SIGNALS: Final[Mapping[str, str]] = MappingProxyType({**recorded.TITLES, **synthetic.TITLES})
"""The title of each built-in signal by its name, in the order to show them."""


def load(name: str, seed: SupportsIndex = 0) -> Signal:
    """Return the built-in signal of that name.

    >>> signal = load("impulse")
    >>> signal.title, signal.samples.shape, signal.sample_rate
    ('Unit impulse', (1, 2048), 256.0)

    Args:
        name: one of `SIGNALS`.
        seed: what the random part of `"sines"` and `"noise"` is drawn from, 0 to
            `limits.MAX_SEED`; the same seed gives the same bytes. The others ignore it.

    Raises:
        TypeError: `name` is not a string, or `seed` not an integer.
        ValueError: there is no such signal, or `seed` is out of range.
        FileNotFoundError: the file of a recorded signal is not there: the recordings come with the
            repository, not with the wheel.
    """
    if not isinstance(name, str):
        raise TypeError(f"`name` (={name!r}) must be a string, one of {', '.join(SIGNALS)}.")
    if name not in SIGNALS:
        raise ValueError(f"`name` (={name!r}) must be one of {', '.join(SIGNALS)}.")
    seed = check_integer("seed", seed, 0, MAX_SEED)
    return _load(name, seed if name in synthetic.SEEDED else 0)


@lru_cache(maxsize=16)
def _load(name: str, seed: int) -> Signal:
    return recorded.read(name) if name in recorded.TITLES else synthetic.make(name, seed)
