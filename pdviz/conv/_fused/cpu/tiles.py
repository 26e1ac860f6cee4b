"""The inner loops of the fused CPU backend, written as LLVM vectors that stay in registers.

Numba leaves the vectorisation of a loop to LLVM's guess, and here LLVM guesses wrong: loops over
taps and outputs written plainly ran at 8–11 GFLOP/s a core, these at 120–220 (float32, AVX-512).

What bounds them is loading: a vector that crosses a cache line costs two. Taps whose offsets are
one vector apart read the same vectors, one later each; such a `chain` of taps loads them once.

Positions are indices into one-dimensional arrays. `row` is `length` elements from `start` on;
what a tap would read outside of it counts as zero.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from pdviz.conv._fused.cpu.vectors import I64, WIDE, Builder

VECTORS: Final = 16 if WIDE else 8
"""Vectors of outputs in one tile of `correlate`: half the registers."""
FEW_VECTORS: Final = VECTORS // 4
"""Vectors in a smaller one."""
DOT_VECTORS: Final = 8
"""Vectors that one step of `dot` takes."""
DOT_SUMS: Final = 8
"""Sums that it keeps at least: enough for additions not to wait for each other."""
MIX_CHANNELS: Final = 8 if WIDE else 4
MIX_VECTORS: Final = 3
"""One tile of `mix`: output channels, and vectors of each."""
DOT_ROWS: Final = 4 if WIDE else 2
"""Output channels whose gradient `dot_rows` correlates with one input channel."""


@intrinsic
def copy(typing, out, at, row, start, count):
    """Copy row[start + i] to out[at + i], i < count, between arrays that do not overlap."""
    signature = types.void(out, at, row, start, count)

    def generate(context, builder, signature, arguments):
        kinds = signature.args
        b = Builder(context, builder, kinds[0].dtype)
        out, at, row, start, count = arguments
        target, source = b.at(b.data(kinds[0], out), at), b.at(b.data(kinds[2], row), start)
        cgutils.raw_memcpy(builder, target, source, count, b.bytes)
        return context.get_dummy_value()

    return signature, generate


def _correlate(
    chains: tuple[int, int, int], masked: tuple[bool, bool, bool], vectors: int = VECTORS
) -> Any:
    """Compute one tile of outputs over three ranges of taps, each in chains so long.

    The sum is made from zero, or from `bias` where `fresh`, and only then meets what `out` holds:
    each of many rows is rounded by itself.

    The offsets of a chain of n taps are o, o + w, …, o + (n − 1)·w, with w lanes to a vector: for
    the outputs of vector v, tap j reads the vector of the row that tap 0 reads for those of v + j.
    So `vectors` + n − 1 loads serve n · `vectors` products: what is loaded as number v is the
    factor of tap j in the sum of outputs v − j.
    """

    @intrinsic
    def tile(typing, out, at, fresh, bias, row, start, length, first, offsets, weights, taps, ends):
        signature = types.void(
            out, at, fresh, bias, row, start, length, first, offsets, weights, taps, ends
        )

        def generate(context, builder, signature, arguments):
            kinds = signature.args
            b = Builder(context, builder, kinds[0].dtype)
            out, at, fresh, bias, row, start, length, first, offsets, weights, taps, ends = (
                arguments
            )
            out, row = b.data(kinds[0], out), b.data(kinds[4], row)
            offsets, weights = b.data(kinds[8], offsets), b.data(kinds[9], weights)
            taps = b.data(kinds[10], taps)
            ends = [builder.extract_value(ends, e) for e in range(len(chains) + 1)]
            places = [b.plus(at, v * b.width) for v in range(vectors)]
            bias = b.splat(bias, b.vector)
            sums = [builder.select(fresh, bias, b.zero)] * vectors

            def add(i: ir.Value, sums: list[ir.Value], chain: int, masked: bool) -> list[ir.Value]:
                numbers = [builder.load(b.at(taps, b.plus(i, j))) for j in range(chain)]
                factors = [b.splat(builder.load(b.at(weights, k)), b.vector) for k in numbers]
                offset = builder.load(b.at(offsets, numbers[0]))
                position = builder.add(first, offset)  # in the row
                sums = list(sums)
                for v in range(vectors + chain - 1):
                    place = b.plus(position, v * b.width)
                    if masked:
                        mask = b.inside(place, length)
                        values = b.load_inside(row, builder.add(start, place), mask)
                    else:
                        values = b.load(row, builder.add(start, place))
                    for j in range(max(0, v - vectors + 1), min(chain, v + 1)):
                        sums[v - j] = b.add_product(sums[v - j], values, factors[j])
                return sums

            for chain, mask, begin, end in zip(chains, masked, ends, ends[1:], strict=False):

                def step(
                    i: ir.Value, sums: list[ir.Value], chain: int = chain, mask: bool = mask
                ) -> list[ir.Value]:
                    return add(i, sums, chain, mask)

                sums = b.loop(begin, end, chain, sums, step)
            for place, total in zip(places, sums, strict=True):
                before = builder.select(fresh, b.zero, b.load(out, place))
                b.store(builder.fadd(before, total), out, place)
            return context.get_dummy_value()

        return signature, generate

    return tile


correlate_inside = _correlate((4, 2, 1), (False, False, False))
"""`out[at + t] = initial + Σ_k weights[k] · row[start + first + t + offsets[k]]`, a tile of t.

`initial` is `bias` if `fresh`, else what `out` holds. `k` runs over `taps[i]`, i from `ends[0]` to
`ends[3]`: up to `ends[1]` in chains of four, up to `ends[2]` of two. All is read inside the row.
"""
correlate_at_edge = _correlate((1, 1, 1), (True, False, True))
"""The same for single taps: from `ends[1]` to `ends[2]` inside the row, the others maybe not."""
correlate_few = _correlate((1, 1, 1), (True, False, True), FEW_VECTORS)
"""The same for a smaller tile: of a short row, or what is left of a long one."""


@intrinsic
def mix(typing, out, at, row, start, step, channels, length, first, offsets, weights, where, ends):
    """Compute one tile of outputs for `MIX_CHANNELS` output channels, where channels mix.

    `out[at + o·S + t] += Σ_c Σ_k weights[where + (c·T + k)·MIX_CHANNELS + o] ·
    row[start + c·step + first + t + offsets[k]]`, c < channels, t < S = MIX_VECTORS · lanes, T the
    number of offsets. Taps from `ends[0]` to `ends[3]`; from `ends[1]` to `ends[2]` all is read
    inside the row. The sum is made from zero, and then added to `out`.
    """
    signature = types.void(
        out, at, row, start, step, channels, length, first, offsets, weights, where, ends
    )

    def generate(context, builder, signature, arguments):
        kinds = signature.args
        b = Builder(context, builder, kinds[0].dtype)
        out, at, row, start, step, channels, length, first, offsets, weights, where, ends = (
            arguments
        )
        every = builder.extract_value(
            context.make_array(kinds[8])(context, builder, offsets).shape, 0
        )
        out, row = b.data(kinds[0], out), b.data(kinds[2], row)
        offsets, weights = b.data(kinds[8], offsets), b.data(kinds[9], weights)
        ends = [builder.extract_value(ends, e) for e in range(4)]
        places = [b.plus(at, i * b.width) for i in range(MIX_CHANNELS * MIX_VECTORS)]
        none = ir.Constant(I64, 0)
        per_channel = builder.mul(every, ir.Constant(I64, MIX_CHANNELS))

        def channel(c: ir.Value, sums: list[ir.Value]) -> list[ir.Value]:
            begin = builder.add(start, builder.mul(c, step))
            weight = builder.add(where, builder.mul(c, per_channel))
            for i, masked in enumerate((True, False, True)):

                def tap(k: ir.Value, sums: list[ir.Value], masked: bool = masked) -> list[ir.Value]:
                    position = builder.add(first, builder.load(b.at(offsets, k)))
                    weights_at = builder.add(weight, builder.mul(k, ir.Constant(I64, MIX_CHANNELS)))
                    vectors = []
                    for v in range(MIX_VECTORS):
                        place = b.plus(position, v * b.width)
                        if masked:
                            mask = b.inside(place, length)
                            vectors.append(b.load_inside(row, builder.add(begin, place), mask))
                        else:
                            vectors.append(b.load(row, builder.add(begin, place)))
                    added = []
                    for o in range(MIX_CHANNELS):
                        factor = b.splat(
                            builder.load(b.at(weights, b.plus(weights_at, o))), b.vector
                        )
                        for v, vector in enumerate(vectors):
                            added.append(b.add_product(sums[o * MIX_VECTORS + v], vector, factor))
                    return added

                sums = b.loop(ends[i], ends[i + 1], 1, sums, tap)
            return sums

        sums = b.loop(none, channels, 1, [b.zero] * len(places), channel)
        for place, total in zip(places, sums, strict=True):
            b.store(builder.fadd(b.load(out, place), total), out, place)
        return context.get_dummy_value()

    return signature, generate


def _dot(chains: int, length: int, rows: int = 1) -> Any:
    """Sum so many chains of so many taps at once, for so many rows of `left`.

    As in `_correlate`, the vector of the row that is loaded as number v meets vector v − j of
    `left` for tap j of a chain. An addition to a sum waits for the one before it, so each tap and
    row has `apart` sums, which take turns and are added up at the end.
    """
    taps = chains * length
    apart = max(1, DOT_SUMS // (taps * rows))  # sums for each tap and row
    vectors = DOT_VECTORS if rows == 1 else 2

    @intrinsic
    def dot(typing, sums, to, left, at, row, start, reach, lead, offsets, order, i, bounds, steps):
        signature = types.void(
            sums, to, left, at, row, start, reach, lead, offsets, order, i, bounds, steps
        )

        def generate(context, builder, signature, arguments):
            kinds = signature.args
            b = Builder(context, builder, kinds[2].dtype)
            sums, to, left, at, row, start, reach, lead, offsets, order, i, bounds, steps = (
                arguments
            )
            sums, left, row = b.data(kinds[0], sums), b.data(kinds[2], left), b.data(kinds[4], row)
            offsets, order = b.data(kinds[8], offsets), b.data(kinds[9], order)
            begin, low, high, end = (builder.extract_value(bounds, e) for e in range(4))
            left_step, sum_step = (builder.extract_value(steps, e) for e in range(2))
            tap_numbers = [builder.load(b.at(order, b.plus(i, tap))) for tap in range(taps)]
            shifts = [builder.add(lead, builder.load(b.at(offsets, k))) for k in tap_numbers]
            lines = [
                builder.add(at, builder.mul(left_step, ir.Constant(I64, r))) for r in range(rows)
            ]
            none = ir.Constant(I64, 0)

            def slot(r: int, tap: int, n: int) -> int:
                return (r * taps + tap) * apart + n

            def inside(t: ir.Value, totals: list[ir.Value]) -> list[ir.Value]:
                totals = list(totals)
                lefts = [
                    [b.load(left, b.plus(builder.add(line, t), v * b.width)) for line in lines]
                    for v in range(vectors)
                ]
                for chain in range(chains):
                    place = builder.add(builder.add(start, shifts[chain * length]), t)
                    for v in range(vectors + length - 1):
                        values = b.load(row, b.plus(place, v * b.width))
                        for j in range(max(0, v - vectors + 1), min(length, v + 1)):
                            for r in range(rows):
                                n = slot(r, chain * length + j, (v - j) % apart)
                                totals[n] = b.add_product(totals[n], lefts[v - j][r], values)
                return totals

            def up_to(stop: ir.Value) -> Any:
                def at_edge(t: ir.Value, totals: list[ir.Value]) -> list[ir.Value]:
                    totals = list(totals)
                    here = b.inside(none, builder.sub(stop, t))
                    for tap, shift in enumerate(shifts):
                        place = builder.add(shift, t)
                        mask = builder.and_(here, b.inside(place, reach))
                        values = b.load_inside(row, builder.add(start, place), mask)
                        for r, line in enumerate(lines):
                            other = b.load_inside(left, builder.add(line, t), mask)
                            n = slot(r, tap, 0)
                            totals[n] = b.add_product(totals[n], other, values)
                    return totals

                return at_edge

            size = ir.Constant(I64, vectors * b.width)
            full = builder.mul(builder.sdiv(builder.sub(high, low), size), size)
            full = builder.add(low, full)
            totals = [b.zero] * (rows * taps * apart)
            totals = b.loop(begin, low, b.width, totals, up_to(low))
            totals = b.loop(low, full, vectors * b.width, totals, inside)
            totals = b.loop(full, end, b.width, totals, up_to(end))
            for r in range(rows):
                line = builder.add(to, builder.mul(sum_step, ir.Constant(I64, r)))
                for tap, k in enumerate(tap_numbers):
                    total = totals[slot(r, tap, 0)]
                    for n in range(1, apart):
                        total = builder.fadd(total, totals[slot(r, tap, n)])
                    place = b.at(sums, builder.add(line, k))
                    builder.store(builder.fadd(builder.load(place), b.total(total)), place)
            return context.get_dummy_value()

        return signature, generate

    return dot


dot_4, dot_2_2, dot_1_4, dot_1 = _dot(1, 4), _dot(2, 2), _dot(4, 1), _dot(1, 1)
"""`sums[to + k] += Σ left[at + t] · row[start + lead + offsets[k] + t]`, bounds[0] ≤ t < bounds[3].

`k` runs over `order[i : i + taps]`: one chain of four, two of two, four single taps, or one. From
bounds[1] to bounds[2] all of them read inside the row of `reach` elements, elsewhere maybe not.
`sums` is float64: within one call the sums are of the arrays' own type, between calls they are not.
"""
dot_rows_4, dot_rows_1 = _dot(4, 1, DOT_ROWS), _dot(1, 1, DOT_ROWS)
"""The same for `DOT_ROWS` rows of `left` and `sums` that are `steps` apart."""
