"""The inner loops of the ring buffer, written as LLVM vectors that stay in registers.

A lane is one row: one channel of one sample of the batch. The ring holds a vector of lanes for each
sample that has come, so a tap is one aligned load, wherever the ring's beginning is; a block comes
and goes row by row, and is turned over in registers, a square of `width` rows and samples at once.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from pdviz.conv._fused.cpu.vectors import I64, Builder


def _turned(b: Builder, rows: list[ir.Value]) -> list[ir.Value]:
    """Transpose a square of vectors: halves of halves change places, log2(width) times."""
    width, rows = b.width, list(rows)
    numbers = ir.VectorType(ir.IntType(32), width)
    step = 1
    while step < width:
        low = [i if not i & step else i - step + width for i in range(width)]
        high = [i + step if not i & step else i + width for i in range(width)]
        masks = [ir.Constant(numbers, lanes) for lanes in (low, high)]
        for i in range(width):
            if not i & step:
                pair = rows[i], rows[i + step]
                rows[i], rows[i + step] = (b.ir.shuffle_vector(*pair, mask) for mask in masks)
        step *= 2
    return rows


def _line(b: Builder, start: ir.Value, step: ir.Value, i: int) -> ir.Value:
    return b.ir.add(start, b.ir.mul(step, ir.Constant(I64, i)))


@intrinsic
def push(typing, source, start, step, ring, at):
    """Turn a square over: ring[at + t·width + i] = source[start + i·step + t], i, t < width."""
    signature = types.void(source, start, step, ring, at)

    def generate(context, builder, signature, arguments):
        kinds = signature.args
        b = Builder(context, builder, kinds[0].dtype)
        source, start, step, ring, at = arguments
        source, ring = b.data(kinds[0], source), b.data(kinds[3], ring)
        rows = [b.load(source, _line(b, start, step, i)) for i in range(b.width)]
        for t, vector in enumerate(_turned(b, rows)):
            b.store(vector, ring, b.plus(at, t * b.width))
        return context.get_dummy_value()

    return signature, generate


class Kind(NamedTuple):
    """How many taps of a run are summed at once, and how far apart they are."""

    taps: int
    apart: int


KINDS: Final = (Kind(4, 1), Kind(4, 2), Kind(4, 4), Kind(2, 8), Kind(1, 0))
"""Taps close together read the same vectors, each of them a few later: so each is loaded once."""
BEYOND: Final = max((kind.taps - 1) * kind.apart for kind in KINDS)
"""Slots that a square of taps reaches past one of a single tap."""


def _sums(square: bool) -> Any:
    """Sum over the taps: for `width` outputs, which are turned over into rows, or for one."""

    @intrinsic
    def sums(
        typing, out, to, step, ring, base, slot, slots, offsets, runs, weights, where, bias, lane
    ):
        signature = types.void(
            out, to, step, ring, base, slot, slots, offsets, runs, weights, where, bias, lane
        )

        def generate(context, builder, signature, arguments):
            kinds = signature.args
            b = Builder(context, builder, kinds[0].dtype)
            out, to, step, ring, base, slot, slots, offsets, runs, weights, where, bias, lane = (
                arguments
            )
            shape = context.make_array(kinds[8])(context, builder, runs).shape
            words = builder.extract_value(shape, 0)
            out, ring = b.data(kinds[0], out), b.data(kinds[3], ring)
            offsets, runs = b.data(kinds[7], offsets), b.data(kinds[8], runs)
            weights = b.data(kinds[9], weights)
            none, width = ir.Constant(I64, 0), ir.Constant(I64, b.width)
            outputs = b.width if square else 1

            def add(k: ir.Value, totals: list[ir.Value], kind: Kind) -> list[ir.Value]:
                place = builder.add(slot, builder.load(b.at(offsets, k)))
                before = builder.icmp_signed("<", place, none)
                place = builder.select(before, builder.add(place, slots), place)
                first = builder.add(base, builder.mul(place, width))
                weight = builder.add(where, builder.mul(k, width))
                factors = [b.load(weights, b.plus(weight, j * b.width)) for j in range(kind.taps)]
                totals = list(totals)
                for v in range(outputs + (kind.taps - 1) * kind.apart):
                    terms = [(v - j * kind.apart, j) for j in range(kind.taps)]
                    terms = [(t, j) for t, j in terms if 0 <= t < outputs]
                    if terms:
                        vector = b.load(ring, b.plus(first, v * b.width))
                    for t, j in terms:
                        totals[t] = b.add_product(totals[t], vector, factors[j])
                return totals

            def run(i: ir.Value, totals: list[ir.Value]) -> list[ir.Value]:
                begin, end, number = (
                    builder.load(b.at(runs, b.plus(i, word))) for word in range(3)
                )
                for which, kind in enumerate(KINDS):
                    mine = builder.icmp_signed("==", number, ir.Constant(I64, which))
                    stop = builder.select(mine, end, begin)
                    totals = b.loop(begin, stop, kind.taps, totals, partial(add, kind=kind))
                return totals

            initial = b.load(b.data(kinds[11], bias), lane)
            totals = [initial] * outputs
            if square:
                totals = b.loop(none, words, 3, totals, run)
            else:
                taps = context.make_array(kinds[7])(context, builder, arguments[7]).shape
                totals = b.loop(
                    none, builder.extract_value(taps, 0), 1, totals, partial(add, kind=KINDS[-1])
                )
            lines = _turned(b, totals) if square else totals
            for i, line in enumerate(lines):
                b.store(line, out, _line(b, to, step, i))
            return context.get_dummy_value()

        return signature, generate

    return sums


sum_square, sum_one = _sums(True), _sums(False)
"""`out[to + i·step + t] = bias[lane + i] + Σ_k w_k[i] · ring[base + s_k·width + t·width + i]`.

i < width are the lanes; t < width for a square, 0 for one. The slot s_k is `slot + offsets[k]`,
`slots` more if that is negative; w_k is `weights[where + k·width :]`. `runs` has three words for
each run of taps: the first tap, the one behind the last, and the number of its kind in `KINDS`.
Taps are added in ascending order of k, each with one rounding, as `correlate_at_edge` adds them.
"""
