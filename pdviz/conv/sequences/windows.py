"""Which samples a stretch of a layer's outputs reads, its padding at the true ends included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from pdviz.conv._arguments import Arguments
from pdviz.conv._padding import amounts

Span = tuple[int, int]
"""From one element to before another."""


class Block(NamedTuple):
    """Some neighbouring elements of a signal: (N, C, stop − start)."""

    start: int
    elements: Tensor


class Piece(NamedTuple):
    """What a window reads next: elements start … stop − 1, or zeros."""

    start: int
    stop: int
    backwards: bool = False
    times: int = 1  # how often; 0: as many zeros instead


def window(outputs: Span, args: Arguments) -> Span:
    """Return which elements of the padded input these outputs read; 0 is the first sample."""
    left, _ = amounts(args.pattern, args.padding)
    first, stop = outputs
    start = first * args.stride - left
    return start, start + (stop - 1 - first) * args.stride + args.pattern.kernel_size


def pieces(span: Span, length: int, padding_mode: str) -> list[Piece]:
    """Say what lies in a window over an input and its padding, from left to right."""
    start, stop = span
    parts = []
    if start < 0:
        parts.append(_edge(start, min(stop, 0), length, padding_mode))
    if max(start, 0) < min(stop, length):
        parts.append(Piece(max(start, 0), min(stop, length)))
    if stop > length:
        parts.append(_edge(max(start, length), stop, length, padding_mode))
    return parts


def _edge(start: int, stop: int, length: int, padding_mode: str) -> Piece:
    """Say what is in the padding from `start` to `stop`, which is on one side of the input."""
    if padding_mode == "zeros":
        return Piece(start, stop, times=0)
    if padding_mode == "circular":
        shift = length if start < 0 else -length
        return Piece(start + shift, stop + shift)
    if padding_mode == "reflect":
        mirror = 0 if start < 0 else 2 * (length - 1)
        return Piece(mirror - stop + 1, mirror - start + 1, backwards=True)
    place = 0 if start < 0 else length - 1
    return Piece(place, place + 1, times=stop - start)


def needs(parts: Iterable[Piece]) -> list[Span]:
    """Return which samples are in these pieces: spans that do not touch, ascending."""
    spans = sorted((part.start, part.stop) for part in parts if part.times)
    merged: list[Span] = []
    for start, stop in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged


def read(parts: Sequence[Piece], blocks: Sequence[Block], like: Tensor) -> Tensor:
    """Put pieces side by side: (N, C, …); zeros where nothing is in them, of the kind of `like`."""
    inner = [part for part in parts if part.times]
    if not inner:
        return like.new_zeros(*like.shape[:2], sum(part.stop - part.start for part in parts))
    read = [_read(part, blocks) for part in inner]
    whole = read[0] if len(read) == 1 else torch.cat(read, -1)
    before, after = (
        part.stop - part.start if part.times == 0 else 0 for part in (parts[0], parts[-1])
    )
    return F.pad(whole, (before, after)) if before or after else whole


def _read(part: Piece, blocks: Sequence[Block]) -> Tensor:
    block = next(block for block in reversed(blocks) if block.start <= part.start)
    elements = block.elements.narrow(-1, part.start - block.start, part.stop - part.start)
    if part.backwards:
        return elements.flip(-1)
    return elements.expand(-1, -1, part.times) if part.times > 1 else elements
