"""The picture of a stack's fields, cell by cell against a walk over every position."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdviz import Pattern
from pdviz.analysis.field_picture import field_picture
from pdviz.analysis.receptive_field import Layer, stack_fields

offsets = st.sets(st.integers(-9, 9), min_size=1, max_size=5).map(lambda s: tuple(sorted(s)))


def walks(taps: tuple[int, ...], depth: int) -> list[dict[int, int]]:
    """Paths to each position at every depth, {position: number}; the output itself first."""
    rows = [{0: 1}]
    for _ in range(depth):
        below: dict[int, int] = {}
        for position, number in rows[-1].items():
            for offset in taps:
                below[position + offset] = below.get(position + offset, 0) + number
        rows.append(below)
    return rows


def shade_of(number: int, top: int) -> float:
    """0.15 for one path, 1 for as many as any position has; 1 if none has more than one."""
    return 0.15 + 0.85 * (math.log(number) / math.log(top) if top > 1 else 1)


@settings(deadline=None, max_examples=300)
@given(offsets, st.integers(1, 4), st.integers(1, 90))
def test_every_cell_is_what_a_walk_finds_in_its_column(
    taps: tuple[int, ...], depth: int, columns: int
) -> None:
    rows = walks(taps, depth)
    fields = stack_fields([Layer(Pattern(taps))] * depth)
    picture = field_picture(fields, columns)

    everywhere = {position for row in rows for position in row}
    first, last = min(everywhere), max(everywhere)
    width = math.ceil((last - first + 1) / columns)
    starts = range(first, last + 1, width)
    assert picture.width == width
    assert len(starts) <= columns
    assert picture.positions == pytest.approx([start + (width - 1) / 2 for start in starts])
    assert picture.shade.shape == (depth + 1, len(starts))
    for row, paths in enumerate(rows):
        top = max(paths.values())
        for column, start in enumerate(starts):
            here = [paths[p] for p in range(start, start + width) if p in paths]
            assert picture.reached[row, column] == len(here)
            shade = picture.shade[row, column]
            if not here:
                assert math.isnan(shade)
            elif row > 0:
                mean = sum(shade_of(number, top) for number in here) / len(here)
                assert shade == pytest.approx(mean * math.sqrt(len(here) / width))
            else:
                assert shade == 1
            text = f"{here[0]:,}" if here and width == 1 else ""
            assert picture.paths[row, column] == text


def test_huge_counts_are_written_out_and_shaded() -> None:
    """40 layers of 9 dense taps: counts past int64, the largest in the middle."""
    fields = stack_fields([Layer(Pattern.dense(9))] * 40)
    picture = field_picture(fields)
    middle = picture.shade.shape[1] // 2
    assert picture.paths[-1, middle] == f"{max(fields[-1].paths):,}"
    assert int(picture.paths[-1, middle].replace(",", "")) > 2**63
    assert picture.shade[-1, middle] == 1
    assert picture.shade[-1, 0] == pytest.approx(0.15)


def test_arrays_are_read_only() -> None:
    picture = field_picture(stack_fields([Layer(Pattern.partially_dilated())] * 2))
    for name in ("positions", "shade", "reached", "paths"):
        array = getattr(picture, name)
        assert isinstance(array, np.ndarray)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]
