"""The palette measured: told apart from the page and from one another, by every common eye."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.figures import palette
from pdviz.figures.sheet import Sheet
from pdviz.pattern import element_names, part_names

PALETTE = {
    "left wing": palette.LEFT,
    "island": palette.ISLAND,
    "right wing": palette.RIGHT,
    "gap": palette.GAP,
    "accent": palette.ACCENT,
}
PAGES = {"light": "#FFFFFF", "dark": "#11151D"}
ROOT = Path(__file__).parents[2]
CONFIG = ROOT / ".streamlit" / "config.toml"
STAGE = ROOT / "pdviz" / "ui" / "components" / "stage" / "stage.css"

# Machado, Oliveira and Fernandes 2009, severity 1.0; they act on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}

# sRGB to CIE XYZ under D65 (IEC 61966-2-1).
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    """Linear RGB of "#RRGGBB"."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return float((light + 0.05) / (dark + 0.05))


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB."""
    ratio = TO_XYZ @ rgb / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, eye: str) -> float:
    """ΔE (CIE 1976) as that eye sees it."""
    colours = [lab(np.clip(EYES[eye] @ linear(colour), 0, 1)) for colour in (one, other)]
    return float(np.linalg.norm(colours[0] - colours[1]))


def test_the_measures_on_colours_with_known_answers() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # WCAG's own example
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert difference("#808080", "#808080", "protanopia") == 0
    apart = difference("#FF0000", "#00A000", "all cones")
    assert difference("#FF0000", "#808000", "deuteranopia") < apart / 3


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", PALETTE)
def test_a_colour_stands_out_from_the_page(name: str, page: str) -> None:
    assert contrast(PALETTE[name], PAGES[page]) >= 2.5


def styles(selector: str) -> dict[str, str]:
    """What the stage's style sheet declares for this very selector, several times maybe."""
    sheet = re.sub(r"@media[^{]*{(?:[^{}]*{[^{}]*})*[^{}]*}", "", STAGE.read_text("utf-8"))
    rules = re.findall(r"([^{}]+){([^{}]*)}", sheet)
    own = [body for names, body in rules if selector in (n.strip() for n in names.split(","))]
    pairs = [each.split(":", 1) for body in own for each in body.split(";") if ":" in each]
    return {name.strip(): value.strip() for name, value in pairs}


def over(colour: str, ground: str, opacity: float) -> str:
    """The colour that one of this opacity makes on a ground."""
    top, under = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, ground))
    mixed = [round(u + opacity * (t - u)) for t, u in zip(top, under, strict=True)]
    return "#" + bytes(mixed).hex()


@pytest.mark.parametrize("page", PAGES)
def test_the_stage_s_target_is_read_on_the_page_and_its_line_seen_in_every_window(
    page: str,
) -> None:
    """WCAG 2.2 asks 4.5 : 1 of text and 3 : 1 of graphics; the line runs through the windows."""
    theme = tomllib.loads(CONFIG.read_text("utf-8"))["theme"][page]
    themed = {
        "var(--st-primary-color)": theme["primaryColor"],
        "var(--st-text-color)": theme["textColor"],
    }
    ground = PAGES[page]
    assert contrast(themed[styles(".accent")["fill"]], ground) >= 4.5
    window = themed[styles(".window")["fill"]]
    opacities = [float(styles(kind)["fill-opacity"]) for kind in (".window", ".window.added")]
    for line in (".line.target", ".goal"):
        stroke = themed[styles(line)["stroke"]]
        for opacity in (0, *opacities):
            assert contrast(stroke, over(window, ground, opacity)) >= 3


@pytest.mark.parametrize("page", PAGES)
def test_one_path_stands_out_from_a_hole_and_more_paths_more(page: str) -> None:
    """WCAG 2.2 asks 3 : 1 of graphics; a hole is the page itself, with a mark of its own."""
    faint, full = palette.SHADES[page]
    ground, steps = PAGES[page], np.linspace(0, 1, 17)
    ends = [np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in (faint, full)]
    mixed = [ends[0] + step * (ends[1] - ends[0]) for step in steps]
    ratios = [contrast("#" + bytes(map(round, each)).hex(), ground) for each in mixed]
    assert min(ratios) >= 3
    assert (np.diff(ratios) > 0).all()
    assert ratios[-1] > 2.5 * ratios[0]
    assert contrast(palette.GAP, ground) >= 3  # the mark of a hole


def test_figures_have_no_fainter_shade_than_that_of_one_path() -> None:
    (nothing, _), (least, faint), (most, full) = palette.PATH_SHADES
    assert (nothing, most, (faint, full)) == (0, 1, palette.SHADES["light"])
    assert least < 0.15 * 0.1  # the shade of one path where a hundredth of a column is reached


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PALETTE, 2)))
def test_two_colours_are_told_apart(one: str, other: str, eye: str) -> None:
    assert difference(PALETTE[one], PALETTE[other], eye) > 15


def test_the_page_s_own_charts_use_the_same_palette_on_the_same_backgrounds() -> None:
    theme = tomllib.loads(CONFIG.read_text("utf-8"))["theme"]
    for page, background in PAGES.items():
        assert theme[page]["backgroundColor"].upper() == background
        assert set(theme[page]["chartCategoricalColors"]) == set(PALETTE.values())


def test_parts_are_named_tap_by_tap_and_element_by_element() -> None:
    pattern = Pattern.parse("10110101", 3)
    assert part_names(pattern) == [
        *("left wing", "island", "island", "right wing", "right wing"),
    ]
    assert element_names(pattern) == [
        *("left wing", "gap", "island", "island", "gap", "right wing", "gap", "right wing"),
    ]


@given(st.sets(st.integers(-30, 30), min_size=1).map(lambda s: Pattern(tuple(s))))
def test_element_names_follow_the_offsets(pattern: Pattern) -> None:
    parts = {
        **dict.fromkeys(pattern.left, "left wing"),
        **dict.fromkeys(pattern.island, "island"),
        **dict.fromkeys(pattern.right, "right wing"),
    }
    assert part_names(pattern) == [parts[offset] for offset in pattern.offsets]
    elements = range(min(*pattern.offsets, 0), max(*pattern.offsets, 0) + 1)
    assert element_names(pattern) == [parts.get(offset, "gap") for offset in elements]


def test_a_figure_leaves_text_and_background_to_the_page() -> None:
    sheet = Sheet(200)
    sheet.add("bar", x=[1], y=[2])
    sheet.note("a note", x=0, y=0)
    sheet.heading("a heading", 1)
    layout = sheet.figure().layout
    assert layout.paper_bgcolor is None
    assert layout.plot_bgcolor is None
    assert layout.font.color is None
    assert [note.font.color for note in layout.annotations] == [None, None]
    assert layout.height == 200
