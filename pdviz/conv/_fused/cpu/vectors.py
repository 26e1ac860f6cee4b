"""LLVM code over vectors of numbers: loads, masks, sums and loops, as `tiles` says them."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any, Final

import llvmlite.binding as llvm
from llvmlite import ir
from numba import config, types


def _has_wide_registers() -> bool:
    """Return whether Numba compiles for a processor with 32 registers of 64 bytes."""
    features: str | None = config.CPU_FEATURES  # type: ignore[attr-defined]
    if features is not None:  # by NUMBA_CPU_FEATURES
        return "+avx512f" in features.split(",")
    try:
        return bool(llvm.get_host_cpu_features().get("avx512f", False))
    except RuntimeError:  # LLVM does not know this processor's
        return False


WIDE: Final = _has_wide_registers()
VECTOR_BYTES: Final = 64 if WIDE else 32
I64: Final = ir.IntType(64)
_CONTRACT: Final = ("contract",)  # a product and a sum may be one instruction, nothing else


class Builder:
    """What both loops say often: vectors of one type, and where arrays keep their elements."""

    def __init__(self, context: Any, builder: ir.IRBuilder, dtype: types.Float) -> None:
        self.context, self.ir = context, builder
        self.width = VECTOR_BYTES * 8 // dtype.bitwidth
        self.bytes = dtype.bitwidth // 8
        self.scalar = context.get_value_type(dtype)
        self.vector = ir.VectorType(self.scalar, self.width)
        self.mask = ir.VectorType(ir.IntType(1), self.width)
        self.index = ir.VectorType(I64, self.width)
        self.zero = ir.Constant(self.vector, [ir.Constant(self.scalar, 0.0)] * self.width)

    def data(self, kind: types.Array, value: ir.Value) -> ir.Value:
        """Return the address of an array's first element."""
        return self.context.make_array(kind)(self.context, self.ir, value).data

    def at(self, data: ir.Value, position: ir.Value) -> ir.Value:
        return self.ir.gep(data, [position])

    def plus(self, position: ir.Value, constant: int) -> ir.Value:
        return self.ir.add(position, ir.Constant(I64, constant))

    def _as_vector(self, pointer: ir.Value) -> ir.Value:
        return self.ir.bitcast(pointer, self.vector.as_pointer())

    def load(self, data: ir.Value, position: ir.Value) -> ir.Value:
        return self.ir.load(self._as_vector(self.at(data, position)), align=self.bytes)

    def store(self, value: ir.Value, data: ir.Value, position: ir.Value) -> None:
        self.ir.store(value, self._as_vector(self.at(data, position)), align=self.bytes)

    def inside(self, first: ir.Value, length: ir.Value) -> ir.Value:
        """Compare per lane whether `first + lane` is in [0, length): one unsigned comparison."""
        numbers = ir.Constant(self.index, [ir.Constant(I64, i) for i in range(self.width)])
        positions = self.ir.add(self.splat(first, self.index), numbers)
        return self.ir.icmp_unsigned("<", positions, self.splat(length, self.index))

    def load_inside(self, data: ir.Value, position: ir.Value, mask: ir.Value) -> ir.Value:
        """Load the elements whose lane is in the mask; the others are zero and not touched."""
        pointer = self._as_vector(self.at(data, position))
        bits = self.bytes * 8
        kind = ir.FunctionType(self.vector, [pointer.type, ir.IntType(32), self.mask, self.vector])
        name = f"llvm.masked.load.v{self.width}f{bits}.p0"
        function = self.declared(name, kind)
        alignment = ir.Constant(ir.IntType(32), self.bytes)
        return self.ir.call(function, [pointer, alignment, mask, self.zero])

    def store_inside(
        self, value: ir.Value, data: ir.Value, position: ir.Value, mask: ir.Value
    ) -> None:
        """Store the elements whose lane is in the mask; the others are not touched."""
        pointer = self.ir.bitcast(self.at(data, position), value.type.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [value.type, pointer.type, ir.IntType(32), self.mask])
        bits = 64 if value.type.element == ir.DoubleType() else 32
        function = self.declared(f"llvm.masked.store.v{self.width}f{bits}.p0", kind)
        alignment = ir.Constant(ir.IntType(32), bits // 8)
        self.ir.call(function, [value, pointer, alignment, mask])

    def total(self, vector: ir.Value) -> ir.Value:
        """Sum the lanes as a float64."""
        kind = ir.FunctionType(self.scalar, [self.scalar, self.vector])
        name = f"llvm.vector.reduce.fadd.v{self.width}f{self.bytes * 8}"
        start = ir.Constant(self.scalar, -0.0)
        total = self.ir.call(self.declared(name, kind), [start, vector], fastmath=("reassoc",))
        double = ir.DoubleType()
        return total if self.scalar == double else self.ir.fpext(total, double)

    def splat(self, scalar: ir.Value, kind: ir.VectorType) -> ir.Value:
        undefined = ir.Constant(kind, ir.Undefined)
        first = self.ir.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return self.ir.shuffle_vector(first, undefined, zeros)

    def add_product(self, total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        product = self.ir.fmul(a, b, flags=_CONTRACT)
        return self.ir.fadd(total, product, flags=_CONTRACT)

    def declared(self, name: str, kind: ir.FunctionType) -> ir.Function:
        module = self.ir.module
        return module.globals.get(name) or ir.Function(module, kind, name)

    def loop(
        self, begin: ir.Value, end: ir.Value, step: int, carried: list[ir.Value], body: Any
    ) -> list[ir.Value]:
        """Run `for i in range(begin, end, step): carried = body(i, carried)`, and return it."""
        function, before = self.ir.function, self.ir.block
        head = function.append_basic_block("head")
        inner = function.append_basic_block("inner")
        after = function.append_basic_block("after")
        self.ir.branch(head)
        self.ir.position_at_end(head)
        i = self.ir.phi(I64)
        i.add_incoming(begin, before)
        phis = [self.ir.phi(value.type) for value in carried]
        for phi, value in zip(phis, carried, strict=True):
            phi.add_incoming(value, before)
        self.ir.cbranch(self.ir.icmp_signed("<", i, end), inner, after)
        self.ir.position_at_end(inner)
        changed = body(i, phis)
        i.add_incoming(self.plus(i, step), self.ir.block)
        for phi, value in zip(phis, changed, strict=True):
            phi.add_incoming(value, self.ir.block)
        self.ir.branch(head)
        self.ir.position_at_end(after)
        return phis
