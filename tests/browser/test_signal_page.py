import re

import numpy as np
import pytest

from pdviz import signals
from pdviz.pattern import Pattern
from pdviz.ui.queries.signal import SignalQuery
from pdviz.ui.reports.signal import section
from pdviz.ui.state.state import State
from tests.oracles.pages import words as written


def _expected(pattern: Pattern, weights: np.ndarray, samples: np.ndarray, position: int) -> float:
    """One output, tap by tap."""
    total = 0.0
    for weight, offset in zip(weights, pattern.offsets, strict=True):
        if 0 <= position + offset < len(samples):
            total += weight * float(samples[position + offset])
    return total


def _shows(page, value: float) -> None:
    """Wait until the page says that this is the output under the kernel."""
    text = page.tab.locator("#signal .sum strong")
    page.until(lambda: text.inner_text().split(" = ")[1].split(" ")[0], written(value))


BAR = re.compile(r"M([-\d.]+) ([-\d.]+)V([-\d.]+)h([-\d.]+)V")
PARTS = ("left wing", "island", "right wing")


def _open(page, path: str) -> None:
    """Load the page and wait until the signal is drawn: its code comes by itself."""
    page.open(path)
    page.tab.locator("#signal .sum strong").wait_for()


def _paths(page, selector: str) -> list[tuple[str, str]]:
    """The part and the path of these nodes, as drawn."""
    matches = page.tab.locator(f"#signal {selector}").evaluate_all(
        "nodes => nodes.map(node => [node.dataset.part ?? '', node.getAttribute('d')])"
    )
    return [(part, path) for part, path in matches if path]


def _scale(page, drawing: str, foot: float, top: float):
    """What a height in a row stands for, as its labels say: a function of pixels."""
    labels = page.tab.locator(f"#signal .{drawing} .tick.end").evaluate_all(
        "nodes => nodes.map(node => [+node.getAttribute('y') - 3.5, node.textContent])"
    )
    row = [(y, float(text.replace("−", "-").replace(",", ""))) for y, text in labels]
    row = [(y, value) for y, value in row if top - 1 <= y <= foot + 1]
    (y0, v0), (y1, v1) = row[0], row[-1]
    assert len(row) > 1
    return lambda y: v0 + (v1 - v0) * (y - y0) / (y1 - y0)


def _bars(page, kind: str, part: str | None = None) -> dict[int, float]:
    """What stands under the kernel in a row, read as a person reads it: value by offset."""
    row = ("weight", "sample", "product").index(kind)
    value = _scale(page, "products", 22 + 112 * row + 76, 22 + 112 * row)
    offsets = page.tab.locator("#signal .products .tick.offset").evaluate_all(
        "nodes => nodes.map(node => [+node.getAttribute('x'), node.textContent])"
    )
    ends = [(x, int(text.replace("−", "-").replace(",", ""))) for x, text in offsets]
    (x0, o0), (x1, o1) = ends[0], ends[-1] if len(ends) > 1 else (ends[0][0] + 52, ends[0][1] + 1)
    return {
        round(o0 + (o1 - o0) * (float(x) + float(wide) / 2 - x0) / (x1 - x0)): value(float(to))
        for of, path in _paths(page, f"path.bar.{kind}")
        if part in (None, of)
        for x, _, to, wide in BAR.findall(path)
    }


def _curve(page, name: str, foot: float, top: float) -> list[float]:
    """The values of a curve, read off its axis."""
    ((_, path),) = _paths(page, f".plot path.line.{name}")
    value = _scale(page, "plot", foot, top)
    return [value(float(y)) for _, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path)]


def _place(page) -> tuple[float, float, float]:
    """The middle of the kernel's window on the screen, and the width of a sample."""
    box = page.tab.locator("#signal .plot .window").bounding_box()
    plot = page.tab.locator("#signal .plot").bounding_box()
    count = float(page.tab.locator("#signal .plot").get_attribute("aria-valuemax")) - float(
        page.tab.locator("#signal .plot").get_attribute("aria-valuemin")
    )
    sample = (plot["width"] - 52 - 12) / count
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, sample


def _announcement(page) -> str:
    return page.tab.locator("#signal .plot").get_attribute("aria-valuetext")


def _position(page) -> int:
    """Where the kernel is drawn, counted from the first sample shown."""
    return int(page.tab.locator("#signal").get_attribute("data-position"))


def _at(page, position: int, output: float) -> None:
    """Drawing, number, slider and link agree on where the kernel is and what comes of it."""
    _shows(page, output)
    page.until(lambda: f"position={position}" in page.query().split("&"), True)
    drawing = page.tab.locator("#signal")
    page.until(lambda: drawing.get_attribute("data-position"), str(position))
    display = written(output)
    page.until(lambda: f"= {display} mV" in page.tab.locator("#signal .sum").inner_text(), True)
    slider = page.tab.locator('[data-testid="stSlider"] input[type=range]').first
    page.until(slider.input_value, str(160 + position))


def test_the_electrocardiogram_through_each_kind_of_weights(page):
    pattern = Pattern.partially_dilated()
    samples = signals.load("ecg").samples[0]
    offsets = np.array(pattern.offsets)
    _open(page, "/signal")
    gaussian = np.exp(-(offsets**2) / (2 * 3.5**2))
    _shows(page, _expected(pattern, gaussian / gaussian.sum(), samples, 340))

    page.choose("Weights", "Moving average")
    average = np.full(13, 1 / 13)
    value = _expected(pattern, average, samples, 340)
    _shows(page, value)
    products = dict(zip(offsets.tolist(), (average * samples[340 + offsets]).tolist(), strict=True))
    page.until(lambda: _bars(page, "product"), pytest.approx(products, abs=2e-3))
    assert _bars(page, "weight") == pytest.approx(dict.fromkeys(products, 1 / 13), abs=1e-3)
    under = {o: float(samples[340 + o]) for o in range(-10, 11)}
    assert _bars(page, "sample") == pytest.approx(under, abs=0.02)
    parts = (pattern.left, pattern.island, pattern.right)
    for part, taps in zip(PARTS, parts, strict=True):
        assert sorted(_bars(page, "product", part)) == list(taps)
        assert sorted(_bars(page, "sample", part)) == list(taps)
    assert sorted(_bars(page, "sample", "gap")) == [-9, -7, -5, -3, 3, 5, 7, 9]

    page.choose("Weights", "Difference (slope)")
    _shows(page, np.polyfit(offsets, samples[340 + offsets], 1)[0])

    page.choose("Weights", "Random")
    page.type("Random seed", "7")
    random = np.random.default_rng(7).uniform(-(13**-0.5), 13**-0.5, 13)
    _shows(page, _expected(pattern, random, samples, 340))
    page.until(page.query, "weights=random&seed=7")


AVERAGE = np.full(13, 1 / 13)


def _average(position: int) -> float:
    """The moving average of the default page at a place of its section."""
    samples = signals.load("ecg").samples[0]
    return _expected(Pattern.partially_dilated(), AVERAGE, samples, 160 + position)


def test_the_curves_are_the_signal_and_the_layer_s_output(page):
    samples = signals.load("ecg").samples[0]
    _open(page, "/signal?weights=average")
    display = _curve(page, "input", 150, 24)
    assert display == pytest.approx(samples[160:520].tolist(), abs=0.02)
    expected = [_average(position) for position in range(360)]
    assert _curve(page, "output", 304, 182) == pytest.approx(expected, abs=0.02)


def test_the_slider_moves_the_kernel(page):
    _open(page, "/signal?weights=average")
    before, _, sample = _place(page)
    slider = page.tab.locator('[data-testid="stSlider"] input[type=range]').first
    slider.focus()
    slider.press("ArrowRight")
    _at(page, 181, _average(181))
    page.until(lambda: _place(page)[0], pytest.approx(before + sample, abs=0.1))


def test_a_hand_drags_the_kernel_and_all_that_follows(page):
    _open(page, "/signal?weights=average")
    pattern, samples = Pattern.partially_dilated(), signals.load("ecg").samples[0]
    x, y, sample = _place(page)
    page.tab.mouse.move(x + 3 * sample, y)  # beside the middle, which stays beside the hand
    page.tab.mouse.down()
    for step in range(1, 41):
        page.tab.mouse.move(x + (3 + 2 * step) * sample, y)
    page.until(lambda: _place(page)[0], pytest.approx(x + 80 * sample, abs=0.1))
    products = {o: float(samples[160 + 260 + o]) / 13 for o in pattern.offsets}
    page.until(lambda: _bars(page, "product"), pytest.approx(products, abs=2e-3))
    page.tab.mouse.up()
    _at(page, 260, _average(260))
    page.settle()
    assert _place(page)[0] == pytest.approx(x + 80 * sample, abs=0.1)


def test_bursts_of_drags_end_where_the_hand_does(page):
    _open(page, "/signal?weights=average")
    x, y, sample = _place(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    for step in range(1, 150):
        page.tab.mouse.move(x + sample * (step % 37 - 18), y)
    page.tab.mouse.move(x - 71 * sample, y)
    page.tab.mouse.up()
    _at(page, 109, _average(109))
    page.tab.mouse.click(x + 20 * sample, y)
    page.tab.mouse.click(x + 33 * sample, y)
    _at(page, 213, _average(213))


def test_a_drag_goes_on_where_streamlit_ends_the_drawing_and_shows_it_again(page):
    _open(page, "/signal?weights=average")
    state = State.of(weights="average")
    data = section(state, SignalQuery.from_state(state), np.zeros(state.signal.samples))
    x, y, sample = _place(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x + 40 * sample, y)
    _at(page, 220, _average(220))
    page.settle()
    page.tab.evaluate(
        """async data => {
            const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
                .find(r => r?.querySelector('#signal')).querySelector('#signal')
            const { signal } = await pdviz.promise
            window.told = []
            const component = { data, setStateValue: (_, edit) => told.push(edit.value) }
            signal(root, component)()
            signal(root, component)
        }""",
        {**data, "rev": 0, "seq": 0, "edited": {"rev": 0, "seq": 0}, "query": ""},
    )
    page.until(lambda: _place(page)[0], pytest.approx(x + 40 * sample, abs=0.1))
    page.tab.mouse.move(x + 50 * sample, y)
    page.until(lambda: _place(page)[0], pytest.approx(x + 50 * sample, abs=0.1))
    page.until(lambda: page.tab.evaluate("told.at(-1)"), {"position": 230})
    page.tab.mouse.up()


def test_the_hand_does_not_lead_beyond_the_section(page):
    _open(page, "/signal?weights=average")
    x, y, sample = _place(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x + 1000 * sample, y)
    page.tab.mouse.up()
    _at(page, 359, _average(359))


def test_the_kernel_goes_by_keys_and_says_where_it_is(page):
    _open(page, "/signal?weights=average")
    plot = page.tab.locator("#signal .plot")
    plot.focus()
    position = 180
    for key, by in (("ArrowRight", 1), ("ArrowDown", -1), ("PageUp", 10), ("ArrowUp", 1)):
        plot.press(key)
        position += by
    plot.press("ArrowLeft")
    plot.press("ArrowLeft")
    _at(page, 189, _average(189))
    sentence = f"sample 349, 0.969 s, output {written(_average(189))} mV"
    assert _announcement(page) == sentence
    assert plot.get_attribute("aria-valuenow") == "349"
    plot.press("End")
    _at(page, 359, _average(359))
    plot.press("Home")
    _at(page, 0, _average(0))


def test_exact_values_are_read_where_the_pointer_is(page):
    samples = signals.load("ecg").samples[0]
    _open(page, "/signal?weights=average")
    readout = page.tab.locator("#signal .readout")
    height = readout.bounding_box()["height"]

    x, y, sample = _place(page)
    page.tab.mouse.move(x - 60 * sample, y)
    words = f"sample 280 · 0.778 s · input {written(samples[280])} mV"
    page.until(readout.inner_text, f"{words} · output {written(_average(120))} mV")
    bars = page.tab.locator("#signal .products")
    box = bars.bounding_box()
    column = (box["width"] - 52 - 12) / 21.2
    middle = box["x"] + (52 + box["width"] - 12) / 2
    page.tab.mouse.move(middle - 4 * column, box["y"] + 60)
    words = f"offset −4, left wing: weight {written(1 / 13)} × sample {written(samples[336])} mV"
    product = written(samples[336] / 13)
    page.until(readout.inner_text, f"{words} = product {product} mV")
    page.tab.mouse.move(middle + 3 * column, box["y"] + 60)
    words = f"offset +3, gap: sample {written(samples[343])} mV, which is not used"
    page.until(readout.inner_text, words)
    assert readout.bounding_box()["height"] == height
    page.tab.mouse.move(0, 0)
    bars.focus()
    for _ in range(4):
        bars.press("ArrowRight")
    page.until(lambda: readout.inner_text().startswith("offset +4, right wing: weight"), True)
    assert f"{written(_average(180))} mV" in bars.get_attribute("aria-valuetext")


def test_an_edit_of_the_kernel_redraws_what_is_there(page):
    _open(page, "/signal?weights=average")
    page.tab.locator("#signal").evaluate("node => { node.dataset.kept = 'yes' }")
    page.type("Wing", "6")
    pattern = Pattern.partially_dilated(6)
    samples = signals.load("ecg").samples[0]
    value = _expected(pattern, np.full(17, 1 / 17), samples, 340)
    _shows(page, value)
    page.until(lambda: sorted(_bars(page, "weight")), list(pattern.offsets))
    page.until(
        lambda: f"{written(value)} mV" in page.tab.locator("#signal .sum").inner_text(), True
    )
    assert page.tab.locator("#signal").get_attribute("data-kept") == "yes"


def test_taps_are_marked_on_the_samples_where_there_is_room(page):
    _open(page, "/signal?samples=100&position=50")
    marks = _paths(page, ".plot path.mark")
    assert [(part, path.count("M")) for part, path in marks] == [
        *(("left wing", 4), ("island", 5), ("right wing", 4)),
    ]
    shapes = {re.sub(r"M[-\d. ]+", "", path.split("Z")[0]) for _, path in marks}
    assert len(shapes) == 3  # told apart without colour
    fills = page.tab.locator("#signal path.bar.weight:not(.gap)")
    striped = fills.evaluate_all("nodes => nodes.map(n => n.getAttribute('fill'))")
    assert len(set(striped)) == 3
    assert [fill.startswith("url(") for fill in striped] == [True, False, True]
    _open(page, "/signal?samples=2000&position=500")
    assert _paths(page, ".plot path.mark") == []


def test_outputs_that_zeros_take_part_in_are_shaded(page):
    _open(page, "/signal?signal=macro&samples=100&weights=average&start=0&position=50")
    (shade,) = page.tab.locator("#signal rect.shade").evaluate_all(
        "nodes => nodes.map(node => +node.getAttribute('width'))"
    )
    assert shade == pytest.approx(9.5 * _place(page)[2], abs=0.1)  # outputs 0 to 9, from 0 on
    samples = signals.load("macro").samples[0]
    expected = [_expected(Pattern.partially_dilated(), AVERAGE, samples, at) for at in range(100)]
    curve = _curve(page, "output", 304, 182)
    assert curve == pytest.approx(expected, abs=0.005 * max(expected))  # those too are on the axis
    assert page.tab.locator("#signal .key").text_content() == "reads padding"
    _open(page, "/signal?signal=macro&samples=100&start=50&position=50")
    assert page.tab.locator("#signal rect.shade").count() == 0
    assert page.tab.locator("#signal .key").count() == 0


def test_the_longest_kernel_is_drawn_with_few_nodes(page):
    link = "/signal?wing=64&dilation=64&island=65&samples=4096&start=20000&position=2000"
    _open(page, f"{link}&weights=average")
    pattern, samples = Pattern.partially_dilated(64, 64, 65), signals.load("ecg").samples[0]
    value = _expected(pattern, np.full(193, 1 / 193), samples, 22_000)
    _shows(page, value)
    words = f"= {written(value)} mV"
    page.until(lambda: words in page.tab.locator("#signal .sum").inner_text(), True)
    taps = sum(len(BAR.findall(path)) for _, path in _paths(page, "path.bar.weight"))
    assert taps == 193
    assert page.tab.locator("#signal *").count() < 300
    wide = [float(bar[3]) for _, path in _paths(page, "path.bar") for bar in BAR.findall(path)]
    assert min(wide) >= 1
    x, y, sample = _place(page)
    page.tab.mouse.click(x + 300 * sample, y)
    page.until(lambda: _position(page) > 2200, True)
    at = 20_000 + _position(page)
    page.until(lambda: f"sample {at}," in _announcement(page), True)
    _shows(page, _expected(pattern, np.full(193, 1 / 193), samples, at))


def test_one_tap_hands_the_signal_on(page):
    samples = signals.load("ecg").samples[0]
    _open(page, "/signal?wing=0&island=1&weights=average")
    assert _bars(page, "weight") == {0: pytest.approx(1, abs=0.01)}
    assert _bars(page, "product") == {0: pytest.approx(float(samples[340]), abs=0.02)}
    assert _curve(page, "output", 304, 182) == pytest.approx(samples[160:520].tolist(), abs=0.02)


def test_another_signal_with_channels(page):
    pattern = Pattern.partially_dilated()
    page.open("/signal?weights=average")
    page.choose("Signal", "US economy")
    macro = signals.load("macro")
    page.choose("Channel", macro.channels[8])
    position = 203 // 2
    titles = page.tab.locator("#signal .title")
    page.until(lambda: sum(f", in {macro.units[8]}" in t for t in titles.all_text_contents()), 4)
    assert page.tab.locator("#signal .axis").first.text_content() == "time in years"
    _shows(page, _expected(pattern, np.full(13, 1 / 13), macro.samples[8], position))
    page.tab.get_by_role("button", name="Measure the time").click()
    page.tab.get_by_text("203 samples of 12 channels, on CPU").wait_for()


def test_the_device_choice_says_what_there_is(page):
    torch = pytest.importorskip("torch")
    page.open("/signal")
    box = page.tab.locator('[data-testid="stSelectbox"]').filter(has_text="Device")
    box.wait_for()
    if not torch.cuda.is_available():
        page.until(lambda: "CPU" in box.inner_text() + box.locator("input").input_value(), True)
        box.locator('[data-testid="stTooltipHoverTarget"]').first.hover()
        page.tab.get_by_text("The server has no GPU").wait_for()


def test_typed_weights(page):
    samples = signals.load("ecg").samples[0]
    page.open("/signal?wing=0&island=3&weights=typed&values=0,1,0")
    pattern = Pattern.partially_dilated(0, 1, 3)
    _shows(page, _expected(pattern, np.array([0.0, 1, 0]), samples, 340))
    page.type("Weight at offset −1, island", "2.5")
    _shows(page, _expected(pattern, np.array([2.5, 1, 0]), samples, 340))
    page.until(page.query, "wing=0&island=3&weights=typed&values=2.5%2C1%2C0")


def test_the_drawing_is_saved_as_it_is_shown(page, tmp_path):
    _open(page, "/signal?weights=average")
    curve = _paths(page, ".plot path.line.output")[0][1]
    for kind in ("SVG", "HTML"):
        with page.tab.expect_download() as download:
            page.tab.locator("#files").get_by_role("button", name=kind).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        text = file.read_text("utf-8")
        assert file.name == f"pdviz-signal-w4d2i5.{kind.lower()}"
        assert curve in text  # the curve, and all that stands beside it
        assert "Electrocardiogram through one layer of wing 4, dilation 2, island 5" in text
        assert text.count(">weights w[o]<") == 1
        assert "drag the kernel" not in text  # what a hand can do on the page alone
        ticks = re.findall(r"<text[^>]*?(fill-opacity:[^;]*);[^>]*;opacity:([^;]*)", text)
        assert ("fill-opacity:0.75", "1") in ticks  # which Chromium does not clip
        assert {opacity for _, opacity in ticks} == {"1"}
    with page.tab.expect_download() as download:
        page.tab.locator("#files").get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "signal.csv")
    head, *rows = (tmp_path / "signal.csv").read_text("utf-8").splitlines()
    assert (head, len(rows)) == ("sample,time (s),input (mV),output (mV)", 360)
