"""Projective field of a stack: which outputs one input reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pdviz.analysis.receptive_field.field import ReceptiveField, receptive_field
from pdviz.analysis.receptive_field.reached_set import as_bits, as_mask, with_layer
from pdviz.analysis.stack import Layer
from pdviz.limits import MAX_POSITION


@dataclass(frozen=True, slots=True, eq=False)
class ProjectiveField:
    """The outputs that one input reaches; positions are counted in outputs.

    With strides it depends on where the input is between two outputs: it may reach none.

    Attributes:
        position: the input, in input samples; output t is at t · jump.
        outputs: (reached,) the outputs that it reaches, ascending; the support.
        start: the first of them; 0 where there is none.
        extent: outputs from the first to the last one reached; 0 where there is none.
        paths: (extent,) the number of paths to each, exact where the receptive field's are.
        coverage: the share of the extent that is reached; 0 where nothing is.
        longest_hole: the most neighbouring outputs inside the extent that are not reached.
    """

    position: int
    outputs: np.ndarray
    start: int
    extent: int
    paths: np.ndarray
    coverage: float
    longest_hole: int

    @property
    def support(self) -> np.ndarray:
        """The outputs reached, under the name that a receptive field has for its inputs."""
        return self.outputs


def projective_field(layers: Sequence[Layer], position: int = 0) -> ProjectiveField:
    """Compute the projective field of the input at `position`.

    `layers` go from the input to the output.

    Raises:
        ValueError: as `receptive_field` and `projected`.
    """
    return projected(receptive_field(layers), position)


def projected(field: ReceptiveField, position: int = 0) -> ProjectiveField:
    """Derive the projective field of the input at `position` from the receptive field.

    Output t sees input i by as many paths as output 0 sees input i − t · jump.

    Raises:
        ValueError: `position` is no integer, or further out than `limits.MAX_POSITION`.
    """
    outputs = outputs_reached(field, position)
    if not len(outputs):
        nothing = field.paths[:0]
        return ProjectiveField(position, outputs, 0, 0, nothing, 0.0, 0)
    start = int(outputs[0])
    extent = int(outputs[-1]) - start + 1
    offset = (position - field.start) % field.jump  # the first index whose input some output sees
    last = (position - int(outputs[-1]) * field.jump - field.start - offset) // field.jump
    paths = field.paths[offset :: field.jump][last : last + extent][::-1].copy()
    paths.flags.writeable = False
    return ProjectiveField(
        position=position,
        outputs=outputs,
        start=start,
        extent=extent,
        paths=paths,
        coverage=len(outputs) / extent,
        longest_hole=int(np.diff(outputs).max(initial=1)) - 1,
    )


def outputs_reached(field: ReceptiveField, position: int = 0) -> np.ndarray:
    """Return the outputs that the input at `position` reaches, ascending.

    Raises:
        ValueError: as `projected`.
    """
    if isinstance(position, bool) or not isinstance(position, int) or abs(position) > MAX_POSITION:
        raise ValueError(
            f"`position` (={position!r}) must be an integer from {-MAX_POSITION} to {MAX_POSITION}."
        )
    outputs = position - field.support[::-1]
    if field.jump > 1:
        distances = outputs
        outputs = distances // field.jump
        outputs = outputs[outputs * field.jump == distances]
    outputs.flags.writeable = False
    return outputs


def outputs_walked_to(layers: Sequence[Layer], position: int) -> np.ndarray:
    """Return the outputs that the input at `position` reaches, ascending, layer by layer.

    An output t of a layer sees position p by tap o where t · stride = p − o. No receptive field is
    used; on the reversed axis, −p, the taps are added.
    """
    bits, first = 1, -position
    for pattern, stride in layers:
        bits, first = with_layer(bits, pattern), first + pattern.first
        if stride > 1:
            skipped = -first % stride
            outputs = np.flatnonzero(as_mask(bits)[skipped::stride])
            if not len(outputs):
                return np.empty(0, dtype=np.int64)
            bits = as_bits(outputs - outputs[0])
            first = (first + skipped) // stride + int(outputs[0])
    return -(np.flatnonzero(as_mask(bits)) + first)[::-1]
