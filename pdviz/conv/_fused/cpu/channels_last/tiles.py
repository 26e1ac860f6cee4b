"""The inner loops over signals (N, L, C): a vector holds neighbouring channels.

They are of one moment, each with its own weight. A tap reads whole rows of channels: what it reads
is in the signal or not, for all of them; the loops see to it that it is.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from pdviz.conv._fused.cpu.vectors import I64, WIDE, Builder

ROWS: Final = 8 if WIDE else 4
"""Outputs in time, or taps of a weight gradient, that are computed together."""
VECTORS: Final = 2
"""Vectors of channels that go with them."""


def _products(rows: int, vectors: int, masked: bool) -> Any:
    """Compute so many outputs in time for so many vectors of channels."""

    @intrinsic
    def products(typing, out, at, fresh, bias, row, start, step, offsets, weights, c, begin, end):
        signature = types.void(
            out, at, fresh, bias, row, start, step, offsets, weights, c, begin, end
        )

        def generate(context, builder, signature, arguments):
            kinds = signature.args
            b = Builder(context, builder, kinds[0].dtype)
            out, at, fresh, bias, row, start, step, offsets, weights, c, begin, end = arguments
            out, bias, row = b.data(kinds[0], out), b.data(kinds[3], bias), b.data(kinds[4], row)
            offsets, weights = b.data(kinds[7], offsets), b.data(kinds[8], weights)
            load, store = _accesses(b, c, step, vectors, masked)
            lines = [builder.mul(step, ir.Constant(I64, r)) for r in range(rows)]
            sums = []
            for line in lines:
                for v in range(vectors):
                    before = load(out, builder.add(at, line), v)
                    sums.append(builder.select(fresh, load(bias, ir.Constant(I64, 0), v), before))

            def tap(k: ir.Value, sums: list[ir.Value]) -> list[ir.Value]:
                place = builder.add(start, builder.mul(builder.load(b.at(offsets, k)), step))
                factors = [load(weights, builder.mul(k, step), v) for v in range(vectors)]
                return [
                    b.add_product(
                        sums[r * vectors + v],
                        load(row, builder.add(place, line), v),
                        factors[v],
                    )
                    for r, line in enumerate(lines)
                    for v in range(vectors)
                ]

            sums = b.loop(begin, end, 1, sums, tap)
            for r, line in enumerate(lines):
                for v in range(vectors):
                    store(sums[r * vectors + v], out, builder.add(at, line), v)
            return context.get_dummy_value()

        return signature, generate

    return products


def _accesses(b: Builder, c: ir.Value, channels: ir.Value, vectors: int, masked: bool) -> Any:
    """Return how to load and store vector v of the channels from c on, of a row at a place."""
    places = [b.plus(c, v * b.width) for v in range(vectors)]
    masks = [b.inside(place, channels) for place in places] if masked else []

    def load(data: ir.Value, row: ir.Value, v: int) -> ir.Value:
        place = b.ir.add(row, places[v])
        return b.load_inside(data, place, masks[v]) if masked else b.load(data, place)

    def store(value: ir.Value, data: ir.Value, row: ir.Value, v: int) -> None:
        place = b.ir.add(row, places[v])
        if masked:
            b.store_inside(value, data, place, masks[v])
        else:
            pointer = b.ir.bitcast(b.at(data, place), value.type.as_pointer())
            size = 8 if value.type.element == ir.DoubleType() else 4
            b.ir.store(value, pointer, align=size)

    return load, store


many, many_at_edge = _products(ROWS, VECTORS, False), _products(ROWS, 1, True)
one = _products(1, VECTORS, True)
"""`out[at + r·step + c'] += Σ_k weights[k·step + c'] · row[start + (r + offsets[k])·step + c']`.

`r` < `ROWS` or 1; `k` from `begin` to `end`; `c'` from `c` over two vectors of channels, or over
one, or as far as there are channels, of which there are `step`. If `fresh`, `out` is taken to hold
`bias[c']`.
"""


def _gradients(taps: int, vectors: int, masked: bool) -> Any:
    """Sum the gradients of so many neighbouring taps for so many vectors of channels."""

    @intrinsic
    def gradients(typing, sums, at, left, row, start, step, offsets, k, c, begin, end):
        signature = types.void(sums, at, left, row, start, step, offsets, k, c, begin, end)

        def generate(context, builder, signature, arguments):
            kinds = signature.args
            b = Builder(context, builder, kinds[2].dtype)
            sums, at, left, row, start, step, offsets, k, c, begin, end = arguments
            sums, left, row = b.data(kinds[0], sums), b.data(kinds[2], left), b.data(kinds[3], row)
            offsets = b.data(kinds[6], offsets)
            load, store = _accesses(b, c, step, vectors, masked)
            shifts = [
                builder.add(start, builder.mul(step, builder.load(b.at(offsets, b.plus(k, tap)))))
                for tap in range(taps)
            ]

            def time(t: ir.Value, totals: list[ir.Value]) -> list[ir.Value]:
                line = builder.mul(t, step)
                lefts = [load(left, builder.add(at, line), v) for v in range(vectors)]
                return [
                    b.add_product(
                        totals[n * vectors + v],
                        lefts[v],
                        load(row, builder.add(shift, line), v),
                    )
                    for n, shift in enumerate(shifts)
                    for v in range(vectors)
                ]

            totals = b.loop(begin, end, 1, [b.zero] * (taps * vectors), time)
            double = ir.VectorType(ir.DoubleType(), b.width)
            place = ir.Constant(I64, 0)
            zeros = ir.Constant(double, [ir.Constant(ir.DoubleType(), 0.0)] * b.width)
            for n in range(taps):
                place = builder.mul(b.plus(k, n), step)
                for v in range(vectors):
                    total = totals[n * vectors + v]
                    if b.vector != double:
                        total = builder.fpext(total, double)
                    spot = builder.bitcast(
                        b.at(sums, builder.add(place, b.plus(c, v * b.width))), double.as_pointer()
                    )
                    if masked:
                        mask = b.inside(b.plus(c, v * b.width), step)
                        name = f"llvm.masked.load.v{b.width}f64.p0"
                        kind = ir.FunctionType(double, [spot.type, ir.IntType(32), b.mask, double])
                        function = b.declared(name, kind)
                        size = ir.Constant(ir.IntType(32), 8)
                        before = builder.call(function, [spot, size, mask, zeros])
                    else:
                        before = builder.load(spot, align=8)
                    store(builder.fadd(before, total), sums, place, v)
            return context.get_dummy_value()

        return signature, generate

    return gradients


taps, taps_at_edge = _gradients(ROWS, VECTORS, False), _gradients(ROWS, 1, True)
one_tap = _gradients(1, VECTORS, True)
"""`sums[(k + n)·step + c'] += Σ_t left[at + t·step + c'] · row[start + (t + offsets[k + n])·step +
c']`, n < `ROWS` or 1, t from `begin` to `end`, `c'` as above; `sums` is float64."""
