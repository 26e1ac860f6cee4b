"""The layout of a receptive field for drawing, against paths that are walked one by one."""

from collections import Counter
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.field_picture import FieldPicture, field_picture
from pdviz.analysis.receptive_field import Layer, stack_fields

free = st.sets(st.integers(-9, 9), min_size=1, max_size=7).map(lambda s: Pattern(tuple(s)))
stacks = st.tuples(free, st.integers(1, 4))


def walk(pattern: Pattern, layers: int) -> list[Counter[int]]:
    """Paths from the output at 0 to each position, at every depth from the output itself on."""
    rows = [Counter({0: 1})]
    for _ in range(layers):
        below: Counter[int] = Counter()
        for position, number in rows[-1].items():
            for offset in pattern.offsets:
                below[position + offset] += number
        rows.append(below)
    return rows


def draw(pattern: Pattern, layers: int, columns: int = 1024) -> FieldPicture:
    return field_picture(stack_fields([Layer(pattern)] * layers), columns)


def shade_of(number: int, most: int) -> float:
    """0.15 for one path to 1 for as many as any has, even on a logarithmic scale."""
    return 1.0 if most == 1 else 0.15 + 0.85 * log(number) / log(most)


@settings(max_examples=200)
@given(stacks)
def test_each_position_has_its_own_column_and_number_of_paths(stack: tuple[Pattern, int]) -> None:
    rows, picture = walk(*stack), draw(*stack)
    seen = {position for row in rows for position in row}
    positions = list(range(min(seen), max(seen) + 1))
    assert picture.width == 1
    assert picture.positions.tolist() == positions
    assert picture.shade.shape == picture.reached.shape == picture.paths.shape
    assert picture.shade.shape == (len(rows), len(positions))
    for number, row in enumerate(rows):
        paths = [row.get(position, 0) for position in positions]
        assert picture.paths[number].tolist() == [f"{n:,}" if n else "" for n in paths]
        assert picture.reached[number].tolist() == [int(n > 0) for n in paths]
        shades = [shade_of(n, max(paths)) if n else np.nan for n in paths]
        assert picture.shade[number] == pytest.approx(shades, nan_ok=True)


@settings(max_examples=200)
@given(stacks, st.integers(1, 30))
def test_columns_of_several_positions_count_and_shade_what_is_in_them(
    stack: tuple[Pattern, int], columns: int
) -> None:
    """A shade is the mean over the positions reached, times √(their share of the column)."""
    rows, picture = walk(*stack), draw(*stack, columns)
    seen = {position for row in rows for position in row}
    first, last = min(seen), max(seen)
    width = -(-(last - first + 1) // columns)
    starts = list(range(first, last + 1, width))
    assert picture.width == width
    assert len(picture.positions) == len(starts) <= columns
    assert picture.positions == pytest.approx([start + (width - 1) / 2 for start in starts])
    for number, row in enumerate(rows):
        most = max(row.values())
        for column, start in enumerate(starts):
            inside = [row[p] for p in range(start, start + width) if row[p]]
            assert picture.reached[number, column] == len(inside)
            if not inside:
                assert np.isnan(picture.shade[number, column])
                continue
            shades = [shade_of(n, most) for n in inside]
            expected = sum(shades) / len(inside) * (len(inside) / width) ** 0.5
            if number > 0:
                assert picture.shade[number, column] == pytest.approx(expected)
            assert 0 < picture.shade[number, column] <= 1 + 1e-12
            if width == 1:
                assert picture.paths[number, column] == f"{inside[0]:,}"
            else:
                assert picture.paths[number, column] == ""


def test_three_default_layers_by_hand() -> None:
    picture = draw(Pattern.partially_dilated(), 3)
    assert picture.positions.tolist() == list(range(-30, 31))
    assert picture.reached.sum(axis=1).tolist() == [1, 13, 33, 53]
    assert picture.paths[0, 30] == "1"
    assert picture.paths[1].tolist().count("1") == 13
    assert picture.paths[3, 0] == picture.paths[3, -1] == "1"
    assert sum(int(text) for text in picture.paths[3] if text) == 13**3


def test_numbers_of_paths_are_exact_beyond_64_bits() -> None:
    """301 taps, 8 layers: 301⁸ > 2⁶³. Each count is a coefficient of (1 + z + … + z³⁰⁰)⁸."""
    counts = [1]
    for _ in range(8):
        running, total = [], 0
        for index in range(len(counts) + 300):
            total += counts[index] if index < len(counts) else 0
            total -= counts[index - 301] if index >= 301 else 0
            running.append(total)
        counts = running
    picture = draw(Pattern.dense(301), 8, columns=4096)
    assert picture.width == 1
    assert sum(counts) == 301**8 > 2**63
    assert picture.paths[8].tolist() == [f"{count:,}" for count in counts]
    assert np.nanmax(picture.shade[8]) == 1
    assert np.nanmin(picture.shade[8]) == pytest.approx(0.15)


def test_the_widest_stack_of_the_interface_stays_within_1024_columns() -> None:
    picture = draw(Pattern.partially_dilated(64, 64, 65), 8)
    assert picture.shade.shape[0] == 9
    assert 500 < picture.shade.shape[1] <= 1024
    extent = 8 * 8256 + 1
    assert picture.width * picture.shade.shape[1] >= extent
    assert picture.width * (picture.shade.shape[1] - 1) < extent
    assert picture.positions[0] <= -4 * 8256 + picture.width
    assert picture.positions[-1] >= 4 * 8256 - picture.width


@pytest.mark.parametrize("offsets", [(5,), (-7, -3), (4, 6)])
def test_the_output_itself_is_in_the_picture_of_a_pattern_beside_it(
    offsets: tuple[int, ...],
) -> None:
    picture = draw(Pattern(offsets), 2)
    assert 0 in picture.positions
    column = picture.positions.tolist().index(0)
    assert picture.reached[:, column].tolist() == [1, 0, 0]


def test_arrays_are_read_only() -> None:
    picture = draw(Pattern.dense(3), 2)
    for array in (picture.positions, picture.shade, picture.reached, picture.paths):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
