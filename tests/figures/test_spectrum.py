"""What kernels do to frequencies, drawn: the numbers of SciPy, marks where they belong."""

import json
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.signal import freqz

from pdviz import Pattern
from pdviz.analysis.spectrum import images, spectrum
from pdviz.analysis.stack import Layer
from pdviz.figures import palette
from pdviz.figures.palette import ACCENT, GAP
from pdviz.figures.spectrum import Curve, spectrum_alt, spectrum_sheet, spectrum_table
from tests.figures.test_palette import EYES, PAGES, contrast, difference

DEFAULT = [Layer(Pattern.partially_dilated())]
CAUSAL = [Layer(Pattern.partially_dilated(4, 6, 5, causal=True))]
HEIGHT = 290  # pixels of the magnitude's drawing


def spectrum_figure(*arguments: Any, **options: Any) -> go.Figure:
    return spectrum_sheet(*arguments, **options).figure()


def curve(layers: list[Layer], kind: str = "weights", name: str = "these weights") -> Curve:
    return Curve(name, spectrum(layers), kind)


def rivals() -> list[Curve]:
    return [
        curve(DEFAULT),
        curve([Layer(Pattern.dense(21))], "dense", "dense"),
        curve([Layer(Pattern.dilated(11, 2))], "dilated", "plain dilated"),
    ]


def trace(figure: go.Figure, name: str, axis: str = "y"):
    (matches,) = [t for t in figure.data if t.name == name and (t.yaxis or "y") == axis]
    return matches


def lower(figure: go.Figure):
    (matches,) = [t for t in figure.data if t.yaxis == "y2" and t.mode == "lines"]
    return matches


def placed(figure: go.Figure) -> list[tuple[str, float, float]]:
    """What is written: names of images, the heading above and that below; each with its place."""
    words = [t for t in figure.data if t.name == "words"]
    return [each for t in words for each in zip(t.text, t.x, t.y, strict=True)]


def notes(figure: go.Figure) -> list[str]:
    return [text for text, *_ in placed(figure)]


def expected_decibels(pattern: Pattern) -> np.ndarray:
    _, response = freqz(pattern.mask, worN=1025, include_nyquist=True)
    with np.errstate(divide="ignore"):
        return np.maximum(20 * np.log10(np.abs(response) / pattern.taps), -120)


def test_magnitudes_are_scipy_s_on_the_same_axis() -> None:
    figure = spectrum_figure(rivals(), None)
    patterns = (DEFAULT[0].pattern, Pattern.dense(21), Pattern.dilated(11, 2))
    for name, pattern in zip(("these weights", "dense", "plain dilated"), patterns, strict=True):
        drawn = trace(figure, name)
        frequencies = np.arange(1025) / 2048
        assert set(frequencies) <= set(drawn.x.tolist())
        assert (np.diff(drawn.x) > 0).all()
        levels = drawn.y[np.isin(drawn.x, frequencies)]  # between them are the peaks alone
        deep = expected_decibels(pattern) < -90
        assert levels[~deep] == pytest.approx(expected_decibels(pattern)[~deep], abs=1e-3)
        assert (levels[deep] < -85).all()
    assert figure.layout.xaxis.range == (0, 0.5)


def test_every_curve_has_a_line_of_its_own_and_its_name_at_its_end() -> None:
    curves = [*rivals(), curve(DEFAULT, "mask", "all taps alike")]
    figure = spectrum_figure(curves, None)
    over = [trace(figure, drawn.name).line for drawn in figure.data[:4]]
    assert [line.width for line in over] == sorted((line.width for line in over), reverse=True)
    assert [line.dash for line in over] == [None, None, "dash", "dot"]  # none hides one below it
    assert trace(figure, "these weights").line.color == ACCENT
    colours = {trace(figure, each.name).line.color for each in curves}
    assert len(colours) == 4
    names = [(text, y) for text, x, y in placed(figure) if x == 0.5 and "span" in text]
    for each in curves:
        (text,) = [t for t, _ in names if all(word in t for word in each.name.split())]
        assert trace(figure, each.name).line.color in text
    low, high = figure.layout.yaxis.range
    heights = sorted(HEIGHT * (high - y) / (high - low) for _, y in names)
    assert heights[0] >= 0
    assert heights[-1] <= HEIGHT
    assert np.diff(heights).min() >= 31  # two lines of words


def test_a_curve_alone_needs_no_name() -> None:
    assert not [text for text in notes(spectrum_figure(rivals()[:1], None)) if "these" in text]


@pytest.mark.parametrize("page", PAGES)
def test_curves_stand_out_from_the_page(page: str) -> None:
    for colour in (ACCENT, GAP, palette.DENSE, palette.DILATED):
        assert contrast(colour, PAGES[page]) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_curves_are_told_apart_by_every_eye(eye: str) -> None:
    for one, other in combinations((ACCENT, GAP, palette.DENSE, palette.DILATED), 2):
        assert difference(one, other, eye) > 15


def test_an_image_that_peaks_beside_its_multiple_is_named_with_both_levels() -> None:
    layers = [Layer(Pattern.partially_dilated(4, 3, 5))]
    (name, x, _), *_ = placed(spectrum_figure([curve(layers)], images(layers, None, 3)))
    assert name == "image near 1/3: −3.5 dB (at it −8.3 dB)"
    assert x == pytest.approx(0.318, abs=1e-3)


def test_the_image_of_the_default_is_marked_at_one_half() -> None:
    matches = images(DEFAULT, None, 2)
    figure = spectrum_figure([curve(DEFAULT)], matches)
    mark = trace(figure, "images")
    assert list(mark.x[:2]) == [0.5, 0.5]
    assert mark.y[0] < figure.layout.yaxis.range[0] < mark.y[1]  # it comes back out of sight
    assert placed(figure)[0][:2] == ("image at 1/2: −3.2 dB", 0.5)


def test_images_are_named_at_their_fractions_the_strongest_only() -> None:
    pattern = Pattern.partially_dilated(4, 12, 5, causal=True)
    figure = spectrum_figure([curve([Layer(pattern)])], images([Layer(pattern)], None, 12))
    offsets, fine = np.array(pattern.offsets), np.linspace(0, 0.5, 48_001)
    levels = np.abs(np.exp(2j * np.pi * np.outer(fine, offsets)).sum(axis=1)) / pattern.taps
    assert list(trace(figure, "images").x[::3]) == pytest.approx([m / 12 for m in range(1, 7)])
    tops = np.flatnonzero((levels[1:-1] > levels[:-2]) & (levels[1:-1] > levels[2:])) + 1
    ends = {m: (levels[8000 * m], levels[8000 * m]) for m in range(1, 7)}
    for top in tops[fine[tops] > 1 / 24].tolist():
        m = min(round(12 * fine[top]), 6)
        ends[m] = (max(ends[m][0], levels[top]), ends[m][1])
    fractions = ["1/12", "1/6", "1/4", "1/3", "5/12", "1/2"]
    strongest = sorted(sorted(ends, key=lambda m: ends[m][0])[-3:])
    display = [text for text in notes(figure) if text.startswith("image")]
    assert len(display) == 3
    for text, m in zip(display, strongest, strict=True):
        peak, at = (f"{20 * np.log10(share):.1f} dB".replace("-", "−") for share in ends[m])
        assert text in (
            f"image at {fractions[m - 1]}: {peak}",
            f"image near {fractions[m - 1]}: {peak} (at it {at})",
        )
        assert text.startswith("image at") == (peak == at)
    low, high = figure.layout.yaxis.range
    lines = [HEIGHT * (high - y) / (high - low) for _, _, y in placed(figure)[:3]]
    assert lines == pytest.approx([4, 21, 38])


def test_a_crowd_of_images_is_not_drawn() -> None:
    figure = spectrum_figure([curve(DEFAULT)], images(DEFAULT, None, 1024))
    assert "images" not in {t.name for t in figure.data}


def test_without_dilation_there_is_no_image() -> None:
    layers = [Layer(Pattern.dense(5))]
    figure = spectrum_figure([curve(layers)], images(layers, None, 1))
    assert "images" not in {t.name for t in figure.data}
    assert "mage" not in spectrum_alt([curve(layers)], images(layers, None, 1))


def test_the_notches_are_cut_off_and_the_rest_fills() -> None:
    figure = spectrum_figure([curve(DEFAULT)], None)
    low, high = figure.layout.yaxis.range
    assert -80 <= low <= -30
    assert 0 < high < 10
    deep = spectrum_figure([curve(DEFAULT * 12)], None)
    assert deep.layout.yaxis.range[0] == -80
    assert deep.layout.yaxis.ticktext[0] == "≤ −80"


def test_image_labels_have_room_above_the_curves() -> None:
    matches = images(CAUSAL, None, 6)
    figure = spectrum_figure([curve(CAUSAL)], matches)
    low, high = figure.layout.yaxis.range
    above = HEIGHT * (high - trace(figure, "these weights").y.max()) / (high - low)
    assert above >= 3 * 17


def test_the_phase_of_a_symmetric_kernel_is_0_or_180_and_broken_between() -> None:
    phase = lower(spectrum_figure([curve(DEFAULT)], None))
    observed = phase.y[np.isfinite(phase.y)]
    assert set(np.round(np.abs(observed), 3)) == {0, 180}
    steps = np.abs(np.diff(phase.y))
    assert np.nanmax(steps) < 1  # nothing is drawn from 0 to 180
    assert np.isnan(phase.y).sum() >= 5


@pytest.mark.parametrize("pattern", [CAUSAL[0].pattern, Pattern((0, 3, 4))])
def test_phase_is_that_of_the_response(pattern: Pattern) -> None:
    phase = lower(spectrum_figure([curve([Layer(pattern)])], None))
    frequencies, degrees = phase.x[np.isfinite(phase.y)], phase.y[np.isfinite(phase.y)]
    turns = np.exp(2j * np.pi * frequencies[:, None] * np.array(pattern.offsets)).sum(axis=1)
    apart = np.angle(turns * np.exp(-1j * np.radians(degrees)))
    assert np.abs(apart) == pytest.approx(0, abs=1e-2)
    assert len(degrees) == 1025  # breaks lose no value


@pytest.mark.parametrize("delay", [250, 3000])
def test_a_phase_that_turns_too_fast_gives_way_to_the_delay(delay: int) -> None:
    far = [Layer(Pattern((-delay, 1 - delay)))]
    figure = spectrum_figure([curve(far)], None, below="phase")
    assert notes(figure)[-1] == (
        "<b>Group delay</b>, in samples<br>The phase turns too often to be drawn"
    )


def test_the_delay_of_a_causal_kernel_is_in_samples() -> None:
    layers = [Layer(Pattern(tuple(range(-4, 1))))]
    figure = spectrum_figure([curve(layers)], None, below="delay")
    delay = lower(figure)
    finite = delay.y[np.isfinite(delay.y)]
    assert finite == pytest.approx(2, abs=1e-4)  # linear phase
    low, high = figure.layout.yaxis2.range
    assert low < 2 < high
    assert notes(figure)[-1] == "<b>Group delay</b>, in samples"


def test_an_image_is_named_in_the_unit_of_the_axis() -> None:
    options = {"unit": "cycles per year", "rate": 12}
    texts = notes(spectrum_figure([curve(DEFAULT)], images(DEFAULT, None, 2), **options))
    assert "image at 6 cycles per year: −3.2 dB" in texts


def test_frequencies_in_hertz() -> None:
    matches = images(DEFAULT, None, 2)
    figure = spectrum_figure([curve(DEFAULT)], matches, unit="hertz", rate=360)
    assert figure.layout.xaxis.title.text == "frequency, in hertz"
    assert figure.layout.xaxis.range == (0, 180)
    drawn = trace(figure, "these weights")
    assert (drawn.x[0], drawn.x[-1]) == (0, 180)
    assert placed(figure)[0][:2] == ("image at 180 hertz: −3.2 dB", 180)
    assert figure.layout.xaxis.ticktext == ("0", "50", "100", "150")
    assert max(x for x in lower(figure).x if np.isfinite(x)) == pytest.approx(180)
    assert "hertz" in drawn.hovertemplate


def test_words_by_hand() -> None:
    assert spectrum_alt([curve(DEFAULT, name="mask")], images(DEFAULT, None, 2)) == (
        "Frequency response from 0 to 0.5 cycles per sample. "
        "Mask: half the power at 0.02212 cycles per sample, lowest −79.8 dB. "
        "Image at 1/2: −3.2 dB."
    )


def test_magnitudes_are_absolute_where_frequency_0_does_not_pass() -> None:
    difference = Curve("slope", spectrum([Layer(Pattern((-1, 1)))], [np.array([-1, 1])]), "weights")
    assert "relative" not in notes(spectrum_figure([difference], None))[-2]
    assert "relative to frequency 0" in notes(spectrum_figure([curve(DEFAULT)], None))[-2]
    assert "no half power" in spectrum_alt([difference], None)


def test_the_table_holds_what_is_drawn() -> None:
    curves = rivals()
    figure, table = spectrum_figure(curves, None, rate=2.0), spectrum_table(curves, rate=2.0)
    frequencies = np.array(table["frequency (cycles per sample)"])
    assert (np.diff(frequencies) > 0).all()
    for name, *_ in curves:
        drawn = trace(figure, name)
        rows = np.abs(frequencies[:, None] - drawn.x).argmin(axis=0)
        levels = np.array(table[f"{name}: magnitude (dB)"])[rows]
        assert np.maximum(drawn.y, -80) == pytest.approx(np.maximum(levels, -80), abs=1e-2)
    assert len({len(column) for column in table.values()}) == 1
    assert table["dense: phase (degrees)"][1] == pytest.approx(0)
    assert table["dense: group delay (samples)"][1] == pytest.approx(0)


def test_the_same_input_gives_the_same_figure() -> None:
    matches = images(CAUSAL, None, 6)
    text = spectrum_figure(rivals(), matches).to_json()
    assert text == spectrum_figure(rivals(), matches).to_json()
    assert len(text) < 60_000
    json.loads(text)
