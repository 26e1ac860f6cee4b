"""The four files of a figure hold what the page shows, and open by themselves."""

import csv
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pdviz.figures.palette import SHADES

NAME = "effective-field"
SVG = "{http://www.w3.org/2000/svg}"
MARGIN = 16
HEAD = 28  # a line of title
ACCENT = (111, 91, 214)
MOST_PATHS = tuple(bytes.fromhex(SHADES["dark"][1][1:]))


def _open(page, path: str = "/receptive_field") -> None:
    page.open(path)
    page.plot(NAME)


def _row(page):
    return page.tab.locator(f'figure[data-name="{NAME}"] .files')


def _save(page, kind: str, folder: Path) -> Path:
    role = "link" if kind in ("HTML", "CSV") else "button"
    with page.tab.expect_download() as download:
        _row(page).get_by_role(role, name=kind, exact=True).click()
    name = download.value.suggested_filename
    assert re.fullmatch(rf"pdviz-{NAME}-w[47]d2i5-l3\.{kind.lower()}", name)
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _chart(page) -> dict:
    """What is drawn: its size, its curves and its words."""
    return page.plot(NAME).evaluate(
        """plot => {
            const all = selector => [...plot.querySelectorAll(selector)]
            const { width, height } = plot.getBoundingClientRect()
            return { width, height, lines: all('path.js-line').map(p => p.getAttribute('d')),
                images: all('image').length, words: all('text').map(t => t.textContent) }
        }"""
    )


def test_the_svg_opens_alone_and_holds_the_curves_and_the_words(page, tmp_path):
    _open(page)
    display, file = _chart(page), _save(page, "SVG", tmp_path)
    drawing = ElementTree.parse(file).getroot()
    assert drawing.tag == f"{SVG}svg"
    assert float(drawing.get("width")) == round(display["width"]) + 2 * MARGIN
    assert float(drawing.get("height")) == round(display["height"]) + HEAD + 2 * MARGIN
    ground = drawing[0]
    assert (ground.get("width"), ground.get("height")) == (
        drawing.get("width"),
        drawing.get("height"),
    )
    assert "fill: rgb(255, 255, 255)" in ground.get("style")
    paths = {path.get("d") for path in drawing.iter(f"{SVG}path")}
    assert len(display["lines"]) >= 6
    assert set(display["lines"]) <= paths
    assert len(list(drawing.iter(f"{SVG}image"))) == display["images"] == 3
    words = ["".join(text.itertext()) for text in drawing.iter(f"{SVG}text")]
    assert set(filter(None, display["words"])) <= set(words)
    assert "3 layers of wing 4, dilation 2, island 5 · weights: Gaussian" in words
    text = file.read_text("utf-8")
    assert re.findall(r'(?:href="|url\()(?!#|data:)[^)"]*', text) == []
    ids = {node.get("id") for node in drawing.iter()}
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= ids

    page.tab.goto(file.as_uri())
    boxes = page.tab.evaluate(
        """() => [...document.querySelectorAll('path')].map(p => ({ d: p.getAttribute('d'),
            stroke: getComputedStyle(p).stroke, wide: p.getBoundingClientRect().width }))"""
    )
    curves = [box for box in boxes if box["d"] in display["lines"]]
    assert any(box["stroke"] == f"rgb{ACCENT}" and box["wide"] > 400 for box in curves)


def test_the_png_is_twice_the_size_on_the_page_s_own_ground(page, tmp_path):
    page.tab.emulate_media(color_scheme="dark")
    _open(page)
    display, file = _chart(page), _save(page, "PNG", tmp_path)
    with Image.open(file) as image:
        pixels = np.asarray(image.convert("RGB"))
    width, height = round(display["width"]), round(display["height"])
    assert pixels.shape == (2 * (height + HEAD + 2 * MARGIN), 2 * (width + 2 * MARGIN), 3)
    ground = (17, 21, 29)
    assert tuple(pixels[0, 0]) == tuple(pixels[-1, -1]) == ground
    assert 0.3 < (pixels == ground).all(axis=2).mean() < 0.99
    assert (pixels == ACCENT).all(axis=2).sum() > 100
    assert (pixels == MOST_PATHS).all(axis=2).sum() > 100  # in the shades of the dark theme


def test_the_html_opens_without_a_network_and_says_what_the_figure_shows(page, tmp_path):
    _open(page)
    drawn, file = page.traces(NAME), _save(page, "HTML", tmp_path)
    words = page.plot(NAME).get_attribute("aria-label")
    page.tab.context.set_offline(True)
    page.tab.goto(file.as_uri())
    page.tab.locator(".js-plotly-plot .main-svg").first.wait_for()
    values = page.tab.evaluate(
        "() => document.querySelector('.js-plotly-plot')._fullData.map(d => Array.from(d.y ?? []))"
    )
    assert values == [trace["y"] for trace in drawn]
    assert page.tab.locator("figcaption").inner_text() == words
    assert "of the effect in" in words


def test_the_csv_holds_the_numbers_of_the_figure(page, tmp_path):
    _open(page)
    drawn = page.plot(NAME).evaluate(
        """plot => Object.fromEntries(plot._fullData
            .filter(d => d.customdata && d.type === 'scatter')
            .map(d => [d.name, Array.from(d.customdata)]))"""
    )
    file = _save(page, "CSV", tmp_path)
    with file.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text, strict=True))
    stacks = list(dict.fromkeys(row["stack"] for row in rows))
    assert len(stacks) == 3
    for number, stack in enumerate(stacks):
        own = [row for row in rows if row["stack"] == stack]
        assert [int(row["input position relative to the output (samples)"]) for row in own] == list(
            range(-30, 31)
        )
        for name in ("expected", "measured"):
            values = [float(row[f"{name} share (% per input)"]) for row in own]
            assert sum(values) == pytest.approx(100)
            curve = drawn[name][64 * number : 64 * (number + 1)]  # 0 at both ends, and a lift
            assert curve[1:-2] == pytest.approx(values, abs=1e-5)


def test_after_an_edit_the_files_are_of_the_new_figure(page, tmp_path):
    _open(page)
    before = _save(page, "SVG", tmp_path).read_text("utf-8")
    page.type("Wing", "7")
    page.until(lambda: "57 weights" in " ".join(_chart(page)["words"]), True)
    after = _save(page, "SVG", tmp_path).read_text("utf-8")
    assert "39 weights" in before
    assert "57 weights" in after
    assert "57 weights" in _save(page, "CSV", tmp_path).read_text("utf-8")


def test_on_a_phone_the_row_fits_and_a_finger_saves(phone, tmp_path):
    _open(phone)
    for place in _row(phone).locator("button, a").all():
        box = place.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    with phone.tab.expect_download() as download:
        _row(phone).get_by_role("button", name="PNG").tap()
    file = tmp_path / "a.png"
    download.value.save_as(file)
    with Image.open(file) as image:
        assert image.width == 2 * (round(_chart(phone)["width"]) + 2 * MARGIN)
