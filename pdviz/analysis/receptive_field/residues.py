"""Residue classes of a receptive field: how evenly it reaches the inputs modulo a number.

A stack of plain dilated kernels with the same dilation d reaches a single class modulo d: gridding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pdviz.analysis._arrays import frozen
from pdviz.analysis.receptive_field.field import ReceptiveField
from pdviz.analysis.stack import Layer, with_jumps
from pdviz.limits import MAX_EXTENT


@dataclass(frozen=True, slots=True, eq=False)
class Residues:
    """The inputs of a receptive field by residue class; class 0 holds the output's position 0.

    Attributes:
        modulus: d, how many classes there are.
        reached: (d,) the inputs of each class that are reached.
        paths: (d,) the number of paths from the inputs of each class, exact where the field's are.
        imbalance: (largest − smallest class of `paths`) / all paths; 0 where all classes have as
            many, 1 where one has all of them and another none.
    """

    modulus: int
    reached: np.ndarray
    paths: np.ndarray
    imbalance: float


def residues(field: ReceptiveField, modulus: int) -> Residues:
    """Sort the support and the paths of `field` into residue classes modulo `modulus`.

    Raises:
        ValueError: `modulus` is not 1 to `limits.MAX_EXTENT`.
    """
    _check_modulus(modulus)
    reached = np.bincount(field.support % modulus, minlength=modulus)
    paths = np.roll(_sums(field.paths, modulus), field.start % modulus)
    return Residues(
        modulus=modulus,
        reached=frozen(reached, np.int64),
        paths=frozen(paths, field.paths.dtype),
        imbalance=class_imbalance(paths),
    )


def imbalance(field: ReceptiveField, modulus: int) -> float:
    """Compute only the imbalance of `residues(field, modulus)`.

    Raises:
        ValueError: as `residues`.
    """
    _check_modulus(modulus)
    return class_imbalance(_sums(field.paths, modulus))


def class_imbalance(paths: np.ndarray) -> float:
    """Return (largest − smallest) / sum of the paths to each class."""
    least, most, total = (_number(value) for value in (paths.min(), paths.max(), paths.sum()))
    return (most - least) / total


def paths_by_class(layers: Sequence[Layer], modulus: int) -> np.ndarray:
    """Count the paths to each class, (modulus,), by arithmetic on the classes alone, in float64.

    This is the product of the layers' polynomials modulo z^modulus − 1: no field is counted.
    """
    classes = np.zeros(modulus)
    classes[0] = 1
    for layer, jump in with_jumps(layers):
        classes = np.sum(
            [
                _rolled(_cyclic_sum(classes, len(run), jump * run.step), jump * run.start)
                for run in layer.pattern.runs
            ],
            axis=0,
        )
    return classes


def _cyclic_sum(values: np.ndarray, taps: int, step: int) -> np.ndarray:
    """Return the sum of `taps` copies of `values`, each rolled on by `step`, by doubling."""
    total, covered = np.zeros_like(values), 0
    block, length = values, 1
    while taps:
        if taps & 1:
            total = total + _rolled(block, covered * step)
            covered += length
        taps >>= 1
        if taps:
            block = block + _rolled(block, length * step)
            length *= 2
    return total


def _rolled(values: np.ndarray, by: int) -> np.ndarray:
    """Return `np.roll(values, by)`, but faster."""
    first = -by % len(values)
    return np.concatenate((values[first:], values[:first])) if first else values


def _check_modulus(modulus: int) -> None:
    if isinstance(modulus, bool) or not isinstance(modulus, int) or not 1 <= modulus <= MAX_EXTENT:
        raise ValueError(f"`modulus` (={modulus!r}) must be an integer from 1 to {MAX_EXTENT}.")


def _sums(values: np.ndarray, modulus: int) -> np.ndarray:
    """Return the sum of every `modulus`-th value, from each of the first ones on: (modulus,)."""
    if modulus <= 64:  # few long sums are fastest one by one
        sums = [values[first::modulus].sum() for first in range(modulus)]
        return np.array(sums, dtype=values.dtype)
    whole = len(values) // modulus * modulus
    folded: np.ndarray = values[:whole].reshape(-1, modulus).sum(axis=0, dtype=values.dtype)
    folded[: len(values) - whole] += values[whole:]
    return folded


def _number(value: Any) -> int | float:
    """Return a count as a plain number: quotients of Python integers are rounded only once."""
    return float(value) if isinstance(value, np.floating) else int(value)
