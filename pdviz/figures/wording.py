"""Wording of numbers, and of the stacks beside each other: the one place for pages and figures.

`ui/components/base/format.js` has the functions that drawings share, by the same names;
`tests/figures/wording.json` holds both to the same texts.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

import numpy as np

from pdviz.limits import FLOOR

_SMALLEST: Final = 1e-4
_LARGEST: Final = 10**7
"""Numbers below the one, and from the other on, are written with a power of ten."""
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FEWEST_ALIKE: Final = 5
_MOST_STRETCHES: Final = 40
"""So many stretches that are alike are worded as one, and so many items are listed."""
_WORDS: Final = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def with_minus(text: str) -> str:
    """Return the text of a number with a real minus sign."""
    return text.replace("-", "−")


def whole(value: int) -> str:
    """Write a whole number with its thousands set apart.

    >>> whole(-1234567)
    '−1,234,567'
    """
    return with_minus(f"{value:,}")


def signed(value: int) -> str:
    """Write a whole number relative to something: with its sign.

    >>> signed(8), signed(0), signed(-8)
    ('+8', '0', '−8')
    """
    return with_minus(f"{value:+,}") if value else "0"


def number(value: float, digits: int = 4) -> str:
    """Write so many significant digits, or all in front of the point; far from 1 a power of ten.

    >>> number(2 / 3), number(-12345.6), number(4.8e-07)
    ('0.6667', '−12,346', '4.8·10⁻⁷')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = _rounded(value, digits)
    if rounded == 0:
        return "0"
    if not _SMALLEST <= abs(rounded) < _LARGEST:
        return scientific(value, digits)
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    if decimals <= 0:
        return whole(int(Decimal(value).to_integral_value(ROUND_HALF_UP)))
    return with_minus(f"{rounded:,.{decimals}f}".rstrip("0").rstrip("."))


def scientific(value: float, digits: int) -> str:
    """Write a number with a power of ten.

    >>> scientific(13**9, 4), scientific(1e-12, 2)
    ('1.06·10¹⁰', '10⁻¹²')
    """
    mantissa, exponent = f"{_rounded(value, digits):.{digits - 1}e}".split("e")
    power = f"10{str(int(exponent)).translate(_RAISED)}"
    text = f"{float(mantissa):.{digits}g}"
    return with_minus(text.replace("1", power) if text in ("1", "-1") else f"{text}·{power}")


def _rounded(value: float, digits: int) -> float:
    """Round to so many significant digits, halves away from zero, as JavaScript does."""
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(value))


def in_full(value: float) -> str:
    """Write a value in full: whole numbers with all digits, others with ten.

    >>> in_full(1048576), in_full(1 / 3), in_full(math.nan)
    ('1,048,576', '0.3333333333', 'undefined')
    """
    return whole(value) if isinstance(value, int) else number(value, 10)


def three_digits(value: float) -> str:
    """Write three significant digits, or all in front of the point; never an exponent.

    >>> three_digits(0.00012345), three_digits(1234.5)
    ('0.000123', '1,234')
    """
    if abs(value) >= 100:
        return with_minus(f"{value:,.0f}")
    digits = np.format_float_positional(value, precision=3, fractional=False, trim="-")
    return with_minus(digits)


def tick(value: float) -> str:
    """Write the number at a tick of an axis, without what rounding left.

    >>> tick(0.1 + 0.2), tick(-2000)
    ('0.3', '−2,000')
    """
    return number(value, 10)


def duration(seconds: float) -> str:
    """Write a time in two digits, in the unit that suits it.

    >>> duration(0.000164), duration(2.5e-06), duration(1.26), duration(140)
    ('0.16 ms', '2.5 µs', '1.3 s', '140 s')
    """
    digits = float(f"{seconds:.2g}")
    size, unit = (1.0, "s") if digits >= 1 else (1e3, "ms") if digits >= 1e-4 else (1e6, "µs")
    text = f"{digits * size:#.2g}" if digits * size < 100 else f"{digits * size:,.0f}"
    return f"{text.rstrip('.')} {unit}"


def counted(count: int, thing: str) -> str:
    """Write so many of a thing.

    >>> counted(1, "gap"), counted(8, "gap")
    ('1 gap', '8 gaps')
    """
    return f"{whole(count)} {thing}" if count == 1 else f"{whole(count)} {thing}s"


def listed(parts: Sequence[str]) -> str:
    """Join parts of a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def amount(value: int, unit: str = "") -> str:
    """Write a whole number: all digits where they can be read, else four and a word or a power.

    >>> amount(9_999_999), amount(132_120_576, "bytes"), amount(13**9), amount(13**15)
    ('9,999,999', '132.1 million bytes', '10.6 billion', '5.119·10¹⁶')
    """
    if value < _LARGEST:
        text = whole(value)
    elif value >= 10**15:
        text = scientific(value, 4)
    else:
        size, word = next((size, word) for size, word in _WORDS if value >= size)
        text = f"{number(value / size)} {word}"
    return f"{text} {unit}" if unit else text


def path_count(value: float) -> str:
    """Write a number of paths; a float is not exact, and 0 is written as nothing.

    >>> path_count(13**9), path_count(1.06e40), path_count(0)
    ('10,604,499,373', 'about 1.06·10⁴⁰', '')
    """
    if isinstance(value, int):
        return whole(value) if value else ""
    return f"about {scientific(value, 3)}"


def percent(share: float) -> str:
    """Write a share in per cent, to a tenth, or two digits; 100 only if it is all, 0 if nothing.

    >>> percent(9 / 13), percent(0.99999), percent(0.00123), percent(1e-9)
    ('69.2%', '99.9%', '0.12%', 'under 0.01%')
    """
    if share in (0, 1):
        return f"{share:.0%}"
    if share < 0.0001:
        return "under 0.01%"
    if share < 0.00995:
        return f"{100 * share:.{2 if share >= 0.000995 else 3}f}%"
    return f"{min(share, 0.999):.1%}"


def whole_percent(share: float) -> str:
    """Write a share in per cent, without decimals; 100 only if it is the whole.

    >>> whole_percent(53 / 61), whole_percent(0.999)
    ('87%', '99%')
    """
    return f"{share:.0%}" if share == 1 else f"{min(share, 0.99):.0%}"


def length(value: float) -> str:
    """Write a length in samples, not a whole one: four digits, without what rounding left.

    >>> length(6.0415), length(1e-12), length(-12345.6)
    ('6.042', '0', '−12,346')
    """
    return "0" if abs(value) < 1e-9 else number(value)


def with_error(value: float, error: float) -> str:
    """Write a number with its standard error: two digits of that, and as many decimals of both.

    >>> with_error(3.3617, 0.0502), with_error(1234.5, 28.4), with_error(3.3617, 0)
    ('3.362 ± 0.050', '1,234 ± 28', '3.362 ± 0')
    """
    if not error > 0:
        return f"{length(value)} ± 0"
    decimals = max(0, 1 - math.floor(math.log10(_rounded(error, 2))))
    return with_minus(f"{value:,.{decimals}f} ± {error:,.{decimals}f}")


def short_length(value: float) -> str:
    """Write a length in samples in few digits, for a figure.

    >>> short_length(6.0415), short_length(60.415), short_length(6041.5)
    ('6.04', '60.4', '6,042')
    """
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{decimals}f}"


def decibels(ratio: float) -> str:
    """Write a ratio of magnitudes in decibels, to a tenth.

    >>> decibels(0.5), decibels(0)
    ('−6.0 dB', 'under −120.0 dB')
    """
    return level(20 * math.log10(ratio) if ratio > 0 else FLOOR)


def level(value: float) -> str:
    """Write a level in decibels, to a tenth; nothing lower than `limits.FLOOR`.

    >>> level(-6.02), level(-0.01), level(-126.7)
    ('−6.0 dB', '0.0 dB', 'under −120.0 dB')
    """
    if value <= FLOOR:
        return f"under {with_minus(f'{FLOOR:.1f}')} dB"
    return with_minus(f"{value:.1f} dB".replace("-0.0", "0.0"))


def power(value: float) -> str:
    """Write two digits and a power of ten where that is shorter than the number.

    >>> power(3.2e-10), power(0.25)
    ('3.2·10⁻¹⁰', '0.25')
    """
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(value) < 1e4:
        return number(value)
    return scientific(value, 2)


def stretches(ends: Sequence[tuple[int, int]], count: int) -> str:
    """List stretches of inputs by their first and last; of `count` in all, those that are given.

    Five in a row or more that are equally long and equally far apart are one item of the list.

    >>> stretches([(-9, -9), (1, 4), (6, 9)], 4)
    '−9, +1…+4, +6…+9 and 1 more hole'
    >>> stretches([(x, x) for x in range(-9, 10, 2)], 10)
    'every second input from −9 to +9'
    >>> stretches([(x, x + 2) for x in range(0, 40, 4)], 10)
    '3 of every 4 inputs from 0 to +38'
    """
    texts: list[str] = []
    start = 0
    while start < len(ends) and len(texts) < _MOST_STRETCHES:
        first, last = ends[start]
        alike = _alike(ends, start)
        if alike >= _FEWEST_ALIKE:
            step, length = ends[start + 1][0] - first, last - first + 1
            every = "every second input" if (length, step) == (1, 2) else ""
            every = every or f"{whole(length)} of every {whole(step)} inputs"
            texts.append(f"{every} from {signed(first)} to {signed(ends[start + alike - 1][1])}")
            start += alike
        else:
            texts.append(signed(first) if first == last else f"{signed(first)}…{signed(last)}")
            start += 1
    rest = count - start
    return ", ".join(texts) + (f" and {counted(rest, 'more hole')}" if rest else "")


def _alike(ends: Sequence[tuple[int, int]], start: int) -> int:
    """Count the stretches from `start` on that are equally long and equally far apart."""
    stop = start + 1
    while stop < len(ends) and (
        ends[stop][1] - ends[stop][0] == ends[start][1] - ends[start][0]
        and ends[stop][0] - ends[stop - 1][0] == ends[start + 1][0] - ends[start][0]
    ):
        stop += 1
    return stop - start


NAMES: Final = {
    "this stack": "This stack",
    "dense": "Dense",
    "plain dilated": "Plain dilated",
}
"""The name of a stack or of a rival on a page."""

_FITS: Final = {"span": "equal span", "weights": "equal weights"}


def in_words(name: str, layers: int) -> str:
    """Return the name of a rival of so many layers in a sentence."""
    if name == "plain dilated":
        return "plain dilation"
    return "a dense kernel" if layers == 1 else "a dense stack"


def titled(name: str, weights: int) -> str:
    """Return a stack's name with the number of its weights."""
    return f"{NAMES[name]}: {counted(weights, 'weight')}"


def column_of(name: str, fit: str, extent: int, own: int) -> str:
    """Return the heading of a stack's column: this one's, or that of a rival of this fit.

    A rival of equal span that spans fewer inputs than this stack's own is named by its span.

    >>> column_of("plain dilated", "span", 121, 121), column_of("plain dilated", "span", 109, 121)
    ('Plain dilated, equal span', 'Plain dilated, span 109')
    """
    if name == "this stack":
        return NAMES[name]
    equal = fit != "span" or extent == own
    return f"{NAMES[name]}, {_FITS[fit] if equal else f'span {whole(extent)}'}"
