"""The synthetic signals against what their formulas imply."""

import re

import numpy as np
import pytest

from pdviz.signals import load, synthetic

NAMES = ["impulse", "step", "sines", "chirp", "noise"]


@pytest.mark.parametrize("name", NAMES)
def test_synthetic_signals_are_one_channel_of_eight_seconds(name: str) -> None:
    signal = load(name)
    assert signal.samples.shape == (1, 2048)
    assert signal.units == ("",)
    assert (signal.sample_rate, signal.time_unit, signal.start) == (256.0, "s", 0.0)
    assert signal.length / signal.sample_rate == 8
    assert signal.source.startswith("Computed, not measured.")


def test_the_impulse_is_one_at_the_centre() -> None:
    samples = load("impulse").samples[0]
    assert np.flatnonzero(samples).tolist() == [1024]
    assert samples[1024] == 1
    assert load("impulse").times()[1024] == 4.0


def test_the_step_is_the_running_sum_of_the_impulse() -> None:
    step, impulse = load("step").samples[0], load("impulse").samples[0]
    assert step.tolist() == np.cumsum(impulse).tolist()


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_sines_have_the_stated_frequencies_and_amplitudes_and_no_other(seed: int) -> None:
    signal = load("sines", seed)
    amplitude = np.abs(np.fft.rfft(signal.samples[0].astype(float))) * 2 / signal.length
    frequency = np.fft.rfftfreq(signal.length, 1 / signal.sample_rate)
    peaks = amplitude > 1e-5
    assert frequency[peaks].tolist() == [2, 8, 24, 72]
    assert amplitude[peaks] == pytest.approx([1, 0.7, 0.5, 0.3], abs=1e-6)
    assert "at 2, 8, 24, 72 Hz with amplitudes 1, 0.7, 0.5, 0.3" in signal.source
    assert f"seed {seed}." in signal.source


def test_the_phases_of_the_sines_are_independent_and_cover_the_circle() -> None:
    bins = [16, 64, 192, 576]
    spectra = np.array([np.fft.rfft(load("sines", seed).samples[0])[bins] for seed in range(400)])
    phasors = spectra / np.abs(spectra)
    assert np.abs(phasors.mean(axis=0)).max() < 0.15  # uniform: about 1 / sqrt(400)
    correlation = np.abs(phasors.conj().T @ phasors) / len(phasors)
    assert correlation[~np.eye(4, dtype=bool)].max() < 0.15


def test_the_chirp_rises_evenly_from_1_to_100_hz() -> None:
    signal = load("chirp")
    samples, times = signal.samples[0].astype(float), signal.times()
    assert samples[0] == 0  # a sine that starts at phase 0
    assert samples[1] > 0
    width = 128  # half a second
    for first in range(0, signal.length - width + 1, 64):
        window = samples[first : first + width] * np.hanning(width)
        power = np.abs(np.fft.rfft(window, 8192)) ** 2
        peak = np.argmax(power) * signal.sample_rate / 8192
        middle = times[first : first + width].mean()
        assert peak == pytest.approx(1 + 99 * middle / 8, abs=1.0)


def test_the_chirp_crosses_zero_where_its_phase_is_a_multiple_of_pi() -> None:
    signal = load("chirp")
    samples = signal.samples[0]
    # The phase is π k where t + 99 t² / 16 = k / 2, t in seconds.
    crossings = np.array([max(np.roots([99 / 16, 1, -k / 2])) for k in range(1, 809)])
    assert crossings[-1] == pytest.approx(8.0)
    parity = np.searchsorted(crossings, signal.times()) % 2
    clear = np.abs(samples) > 1e-3
    assert clear.mean() > 0.99
    assert (np.signbit(samples) == (parity == 1))[clear].all()


def test_the_chirp_is_scipys() -> None:
    scipy_signal = pytest.importorskip("scipy.signal")
    expected = scipy_signal.chirp(np.arange(2048) / 256, f0=1, t1=8, f1=100, phi=-90)
    assert load("chirp").samples[0] == pytest.approx(expected, abs=1e-6)
    assert "from 1 to 100 Hz" in load("chirp").source


def test_noise_is_standard_normal_and_white() -> None:
    samples = np.concatenate([load("noise", seed).samples[0] for seed in range(50)]).astype(float)
    n = len(samples)
    assert samples.mean() == pytest.approx(0, abs=4 / n**0.5)
    assert samples.std() == pytest.approx(1, abs=4 / (2 * n) ** 0.5)
    assert (samples**4).mean() == pytest.approx(3, abs=4 * (96 / n) ** 0.5)
    for lag in (1, 2, 3, 2048):
        assert (samples[lag:] * samples[:-lag]).mean() == pytest.approx(0, abs=4 / n**0.5)


def test_noise_is_numpys_generator_of_that_seed() -> None:
    expected = np.random.Generator(np.random.PCG64(7)).standard_normal(2048)
    assert load("noise", 7).samples[0].tolist() == np.array(expected, np.float32).tolist()


@pytest.mark.parametrize("name", ["sines", "noise"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(name: str) -> None:
    first, again, other = (synthetic.make(name, seed).samples for seed in (3, 3, 4))
    assert first is not again
    assert first.tobytes() == again.tobytes() == load(name, 3).samples.tobytes()
    assert np.abs(first - other).max() > 0.1
    assert load(name, 4).samples.tobytes() == other.tobytes()


def test_make_refuses_what_is_not_synthetic() -> None:
    message = f"`name` (='ecg') must be one of {', '.join(NAMES)}."
    with pytest.raises(ValueError, match=re.escape(message)):
        synthetic.make("ecg", 0)
