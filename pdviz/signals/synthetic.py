"""Synthetic signals: one channel, 8 s at 256 Hz, each to show one thing about a kernel."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from pdviz.signals.signal import Signal

LENGTH: Final = 2048
SAMPLE_RATE: Final = 256.0
CENTRE: Final = LENGTH // 2
"""The index of the impulse, and of the first 1 of the step."""
SINES: Final = ((2.0, 1.0), (8.0, 0.7), (24.0, 0.5), (72.0, 0.3))
"""Frequency in Hz and amplitude of each sinusoid of `"sines"`; each has whole periods in 8 s."""
CHIRP: Final = (1.0, 100.0)
"""The frequencies in Hz that `"chirp"` has at 0 s and reaches at 8 s."""

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "impulse": "Unit impulse",
        "step": "Unit step",
        "sines": "Sum of sines",
        "chirp": "Linear chirp",
        "noise": "White noise",
    }
)
"""The title of each synthetic signal by its name, in the order to show them."""

SEEDED: Final = frozenset({"sines", "noise"})
"""The signals that depend on the seed."""


def make(name: str, seed: int) -> Signal:
    """Return the synthetic signal of that name, one of `TITLES`; `SEEDED` ones depend on `seed`."""
    samples: npt.NDArray[np.float64]
    match name:
        case "impulse":
            samples = (np.arange(LENGTH) == CENTRE).astype(np.float64)
            about = f"1 at sample {CENTRE}, 0 elsewhere."
        case "step":
            samples = (np.arange(LENGTH) >= CENTRE).astype(np.float64)
            about = f"0 before sample {CENTRE}, 1 from there on."
        case "sines":
            samples = _sines(seed)
            frequencies = ", ".join(f"{frequency:g}" for frequency, _ in SINES)
            amplitudes = ", ".join(f"{amplitude:g}" for _, amplitude in SINES)
            about = (
                f"Sinusoids at {frequencies} Hz with amplitudes {amplitudes}; their phases are "
                f"drawn from seed {seed}."
            )
        case "chirp":
            samples = _chirp()
            about = f"A sine whose frequency rises evenly from {CHIRP[0]:g} to {CHIRP[1]:g} Hz."
        case "noise":
            samples = np.random.default_rng(seed).standard_normal(LENGTH)
            about = f"Independent draws from the standard normal distribution, seed {seed}."
        case _:
            raise ValueError(f"`name` (={name!r}) must be one of {', '.join(TITLES)}.")
    return Signal(
        name=name,
        title=TITLES[name],
        samples=samples.astype(np.float32)[np.newaxis],
        channels=(TITLES[name],),
        units=("",),
        sample_rate=SAMPLE_RATE,
        time_unit="s",
        start=0.0,
        source=f"Computed, not measured. {about}",
    )


def _sines(seed: int) -> npt.NDArray[np.float64]:
    """Return `Σ a sin(2π f t + φ)`, each phase φ uniform over a period."""
    frequencies, amplitudes = np.array(SINES).T[:, :, np.newaxis]
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, frequencies.shape)
    waves = amplitudes * np.sin(2 * np.pi * frequencies * _seconds() + phases)
    return np.asarray(waves.sum(axis=0))


def _chirp() -> npt.NDArray[np.float64]:
    """Return `sin φ`, φ = 2π (f₀ t + (f₁ − f₀) t² / 2T): the frequency φ′ / 2π is linear in t."""
    first, last = CHIRP
    t = _seconds()
    return np.sin(2 * np.pi * (first * t + (last - first) * t**2 / (2 * LENGTH / SAMPLE_RATE)))


def _seconds() -> npt.NDArray[np.float64]:
    return np.arange(LENGTH) / SAMPLE_RATE
