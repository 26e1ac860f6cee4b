"""Where the taps sit: the pattern of a partially dilated kernel.

    1 0 1 0 1 0 1 0 1 1 1 1 1 0 1 0 1 0 1 0 1      1 = tap, 0 = gap
    └── left wing ──┘ └ island ┘ └─ right wing ─┘

A pattern is a set of *offsets*: positions relative to the element that the output belongs to, in
the cross-correlation convention of PyTorch, `y[t] = Σ w[o] · x[t + o]`. Everything else follows
from them.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from functools import cached_property, partial
from typing import Any, Final, SupportsIndex, final

from pdviz.limits import MAX_KERNEL_SIZE

Family = tuple[int, int, int, bool]
"""`(wing, dilation, island, causal)`, the arguments of `Pattern.partially_dilated`."""
Points = tuple[int, ...] | range


@final
class Pattern:
    """The tap offsets of a one-dimensional kernel; immutable, hashable, validated once.

    Make one with `partially_dilated`, `dense`, `dilated` or `parse`. Two patterns are equal when
    their taps and their origin are, however they were made.

    >>> pattern = Pattern.partially_dilated(wing=4, dilation=2, island=5)
    >>> str(pattern), pattern.taps, pattern.kernel_size
    ('101010101111101010101', 13, 21)
    >>> Pattern.parse("1101011").offsets
    (-3, -2, 0, 2, 3)
    >>> Pattern.dilated(11, 2).family
    (5, 2, 1, False)
    """

    __slots__ = ("__dict__", "_hash", "_indices", "_island", "_offsets", "_points", "_runs")
    _points: Points  # the offsets; evenly spaced ones as a range, however many there are
    _offsets: tuple[int, ...] | None  # they and the indices, which the layer reads: there from the
    _indices: tuple[int, ...] | None  # start unless a range was given, which may be a long one
    _island: slice
    _runs: tuple[range, ...]
    _hash: int

    def __init__(self, offsets: tuple[int, ...] | range) -> None:
        """Take the offsets of the taps: at least one, in any order, without repetition.

        Evenly spaced ones are best given as a range: it is as quick for a million taps as for one.

        Raises:
            TypeError: the offsets are neither a tuple nor a range, or one is not an integer.
            ValueError: there is no tap, one is given twice, or the kernel is longer than
                `limits.MAX_KERNEL_SIZE`.
        """
        points = _points_of(offsets)
        first, last = min(points[0], 0), max(points[-1], 0)
        _check_span(f"`offsets` ({first} to {last})", last - first + 1)
        put = partial(object.__setattr__, self)
        put("_points", points)
        put("_offsets", None)
        put("_indices", None)
        put("_island", _island_of(points))
        put("_runs", self._find_runs())
        put("_hash", hash(self._runs))
        if isinstance(offsets, tuple):
            self._list_taps()

    def _list_taps(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """List the offsets and the indices one by one, once."""
        points, origin = self._points, self.origin
        if isinstance(points, range):
            indices = tuple(range(points.start + origin, points.stop + origin, points.step))
        else:
            indices = tuple(offset + origin for offset in points)
        offsets = tuple(points) if origin else indices
        object.__setattr__(self, "_offsets", offsets)
        object.__setattr__(self, "_indices", indices)
        return offsets, indices

    @classmethod
    def partially_dilated(
        cls, wing: int = 4, dilation: int = 2, island: int = 5, causal: bool = False
    ) -> Pattern:
        """Make a dense island with dilated wings: the family this project is about.

        Args:
            wing: taps in each wing, ≥ 0.
            dilation: distance between neighbouring wing taps, and from a wing to the island, ≥ 1.
            island: width of the island in taps, odd, ≥ 1.
            causal: leave the right wing out and let the island end at offset 0.
        """
        wing = _integer("wing", wing, least=0)
        dilation = _integer("dilation", dilation, least=1)
        island = _integer("island", island, least=1)
        if island % 2 == 0:
            raise ValueError(f"`island` (={island}) must be odd.")
        if not isinstance(causal, bool):
            raise TypeError(f"`causal` (={causal!r}) must be True or False.")
        _check_span(
            f"`wing` (={wing}) with `dilation` (={dilation}) and `island` (={island})",
            island + (1 if causal else 2) * wing * dilation,
        )
        last = 0 if causal else (island - 1) // 2
        first = last - island + 1
        left = [first - dilation * k for k in range(wing, 0, -1)]
        right = [] if causal else [last + dilation * k for k in range(1, wing + 1)]
        return cls((*left, *range(first, last + 1), *right))

    @classmethod
    def dense(cls, kernel_size: int) -> Pattern:
        """Make the pattern of `Conv1d(…, kernel_size)`, aligned as its `padding="same"` is.

        >>> Pattern.dense(5).offsets, Pattern.dense(4).offsets
        ((-2, -1, 0, 1, 2), (-1, 0, 1, 2))
        """
        return cls.dilated(kernel_size, 1)

    @classmethod
    def dilated(cls, kernel_size: int, dilation: int) -> Pattern:
        """Make the pattern of `torch.nn.Conv1d(…, kernel_size, dilation=dilation)`.

        The origin is where `Conv1d(padding="same")` puts it: at index `dilation · (kernel_size − 1)
        // 2`, which is a gap when the number of taps is even and the dilation is too.
        """
        kernel_size = _integer("kernel_size", kernel_size, least=1)
        dilation = _integer("dilation", dilation, least=1)
        span = dilation * (kernel_size - 1)
        _check_span(f"`kernel_size` (={kernel_size}) with `dilation` (={dilation})", span + 1)
        return cls(range(-(span // 2), span - span // 2 + 1, dilation))

    @classmethod
    def parse(cls, text: str, origin: int | None = None) -> Pattern:
        """Read a pattern from a string of `1` (tap) and `0` (gap).

        Args:
            text: the pattern, such as `"1101011"`.
            origin: index in `text` of offset 0; the centre element by default (of an even number,
                the left one of the two in the middle).

        Gaps outside both the taps and the origin are dropped, so that
        `Pattern.parse(str(p), p.origin) == p`.
        """
        if not isinstance(text, str):
            raise TypeError(f"`text` (={text!r}) must be a string of 0 and 1.")
        _check_span("`text`", len(text))
        wrong = set(text) - {"0", "1"}
        if wrong:
            at = next(i for i, character in enumerate(text) if character in wrong)
            raise ValueError(f"`text` must hold only 0 and 1; it has {text[at]!r} at index {at}.")
        if "1" not in text:
            raise ValueError(f"`text` (={text[:40]!r}) must hold at least one tap, a 1.")
        if origin is None:
            origin = (len(text) - 1) // 2
        origin = _integer("origin", origin)
        if not 0 <= origin < len(text):
            raise ValueError(
                f"`origin` (={origin}) must be an index into `text`, 0 to {len(text) - 1}."
            )
        return cls(tuple(i - origin for i, character in enumerate(text) if character == "1"))

    @property
    def offsets(self) -> tuple[int, ...]:
        """The offsets of the taps, ascending."""
        return self._list_taps()[0] if self._offsets is None else self._offsets

    @property
    def first(self) -> int:
        """The offset of the first tap."""
        return self._points[0]

    @property
    def last(self) -> int:
        """The offset of the last tap."""
        return self._points[-1]

    @property
    def taps(self) -> int:
        """The number of taps T: weights for each pair of channels."""
        return len(self._points)

    @property
    def kernel_size(self) -> int:
        """The span K: elements from the first to the last of taps and origin."""
        return max(self.last, 0) + self.origin + 1

    @property
    def origin(self) -> int:
        """The index of offset 0 in the kernel."""
        return -min(self.first, 0)

    @property
    def indices(self) -> tuple[int, ...]:
        """The index of each tap in the kernel, ascending: its offset plus `origin`."""
        return self._list_taps()[1] if self._indices is None else self._indices

    @cached_property
    def mask(self) -> tuple[int, ...]:
        """One number for each of the K elements of the kernel: 1 for a tap, 0 for a gap."""
        mask = [0] * self.kernel_size
        for index in self.indices:
            mask[index] = 1
        return tuple(mask)

    @property
    def left(self) -> tuple[int, ...]:
        """The offsets of the left wing: the taps before the island."""
        return tuple(self._points[: self._island.start])

    @property
    def island(self) -> tuple[int, ...]:
        """The offsets of the island: the unbroken run of taps that holds the origin.

        Where the origin is a gap, the run nearest to it (the left one of two equally near).
        """
        return tuple(self._points[self._island])

    @property
    def right(self) -> tuple[int, ...]:
        """The offsets of the right wing: the taps after the island."""
        return tuple(self._points[self._island.stop :])

    @cached_property
    def family(self) -> Family | None:
        """`(wing, dilation, island, causal)` if the taps are such a pattern, else `None`.

        Of several members with the same taps, the one with the fewest wing taps (and dilation 1 if
        it has none). `Pattern.partially_dilated(*p.family) == p`.
        """
        left, island, right = self.left, self.island, self.right
        if island[0] == -island[-1] and tuple(-o for o in reversed(left)) == right:
            dilation = _step((island[-1], *right))
            return None if dilation is None else (len(right), dilation, len(island), False)
        if island[-1] == 0 and not right:
            if not left and len(island) % 2 == 0:  # an island is odd: one tap of it is a wing
                return (1, 1, len(island) - 1, True)
            dilation = _step((*left, island[0]))
            if dilation is not None and len(island) % 2 == 1:
                return (len(left), dilation, len(island), True)
        return None

    @property
    def runs(self) -> tuple[range, ...]:
        """The offsets as evenly spaced runs, ascending and apart.

        One run if all of them are; else those of left wing, island and right wing: three for the
        family, more for a free pattern, whose wings are split greedily.
        """
        return self._runs

    def _find_runs(self) -> tuple[range, ...]:
        if isinstance(self._points, range):
            return (self._points,)
        parts = (self.left, self.island, self.right)
        return tuple(run for part in parts for run in _even_runs(part))

    def __str__(self) -> str:
        return "".join(map(str, self.mask))

    def __repr__(self) -> str:
        if self.family is not None:
            wing, dilation, island, causal = self.family
            tail = ", causal=True" if causal else ""
            return f"Pattern.partially_dilated({wing}, {dilation}, {island}{tail})"
        return f"Pattern.parse({str(self)!r}, origin={self.origin})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pattern):
            return NotImplemented
        return self is other or (self._hash == other._hash and self._runs == other._runs)

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Pattern], tuple[Points]]:
        return Pattern, (self._points,)

    def __fx_create_arg__(self, tracer: Any) -> Any:
        """Stand in a graph of `torch.fx`, which asks for this, as the call that makes it."""
        return tracer.create_node("call_function", Pattern, (self.offsets,), {})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Pattern is immutable; `{name}` cannot be set.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Pattern is immutable; `{name}` cannot be deleted.")


def _integer(name: str, value: SupportsIndex, least: int | None = None) -> int:
    """Return `value` as an int; bool, float and the like are refused by name."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}` (={value!r}) must be an integer.") from None
    if least is not None and number < least:
        raise ValueError(f"`{name}` (={number}) must be at least {least}.")
    return number


def _check_span(text: str, span: int) -> None:
    if span > MAX_KERNEL_SIZE:
        raise ValueError(
            f"{text} spans {span} elements; a pattern spans at most {MAX_KERNEL_SIZE}."
        )


def _points_of(offsets: tuple[int, ...] | range) -> Points:
    """Return the offsets, ascending and different: a range if they are evenly spaced."""
    if isinstance(offsets, range):
        if offsets:
            first, last = sorted((offsets[0], offsets[-1]))
            return range(first, last + 1, abs(offsets.step) if first < last else 1)
    elif not isinstance(offsets, tuple):
        raise TypeError(f"`offsets` (={offsets!r}) must be a tuple of integers, or a range.")
    elif set(map(type, offsets)) != {int}:
        offsets = tuple(_integer("offsets", offset) for offset in offsets)
    if not offsets:
        raise ValueError(f"`offsets` (={offsets!r}) must hold at least one tap.")
    ordered = tuple(sorted(offsets))
    step = _step(ordered)
    if step == 0 or (step is None and len(set(ordered)) < len(ordered)):
        raise ValueError(f"`offsets` (={offsets!r}) must not repeat a tap.")
    return ordered if step is None else range(ordered[0], ordered[-1] + 1, step)


def _step(points: tuple[int, ...]) -> int | None:
    """Return the distance between neighbours if all have the same (1 for fewer than two)."""
    if len(points) < 2:
        return 1
    step = points[1] - points[0]
    if step == 0:
        return 0 if points[0] == points[-1] else None
    if points[-1] - points[0] != step * (len(points) - 1):
        return None
    return step if points == tuple(range(points[0], points[-1] + 1, step)) else None


def _island_of(offsets: Points) -> slice:
    """Return which taps are the unbroken run that holds the origin, or the one nearest to it."""
    after = bisect_left(offsets, 0)
    near = range(max(after - 1, 0), min(after + 1, len(offsets)))
    nearest = min(near, key=lambda i: (abs(offsets[i]), offsets[i]))
    # Offset less index grows at every gap, and nowhere else.
    places, level = range(len(offsets)), offsets[nearest] - nearest
    start = bisect_left(places, level, key=lambda i: offsets[i] - i)
    stop = bisect_right(places, level, key=lambda i: offsets[i] - i)
    return slice(start, stop)


def _even_runs(offsets: tuple[int, ...]) -> list[range]:
    """Split ascending offsets into evenly spaced runs, each as long as it can be."""
    runs = []
    start = 0
    while start < len(offsets):
        stop = start + 1
        step = offsets[stop] - offsets[start] if stop < len(offsets) else 1
        while stop < len(offsets) and offsets[stop] - offsets[stop - 1] == step:
            stop += 1
        runs.append(range(offsets[start], offsets[stop - 1] + 1, step))
        start = stop
    return runs


PARTS: Final = ("left wing", "island", "right wing")


def part_names(pattern: Pattern) -> list[str]:
    """Name the part of each tap, in ascending order of offset."""
    counts = (len(pattern.left), len(pattern.island), len(pattern.right))
    return [name for name, count in zip(PARTS, counts, strict=True) for _ in range(count)]


def element_names(pattern: Pattern) -> list[str]:
    """Name the part of each of the K elements of the kernel, or "gap"."""
    names = ["gap"] * pattern.kernel_size
    for index, name in zip(pattern.indices, part_names(pattern), strict=True):
        names[index] = name
    return names
