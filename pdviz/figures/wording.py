"""Numbers as a page writes them."""

import math
from collections.abc import Sequence
from typing import Final

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """Four significant digits, with a real minus sign."""
    return f"{value:.4g}".replace("-", "−")


def counted(count: int, thing: str) -> str:
    """So many of a thing: "1 gap", "8 gaps"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence: "a", "a and b", "a, b and c"."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def amount(value: int) -> str:
    """A whole number, all of its digits where they can be read, else four and a power of ten."""
    if value < 10_000_000:
        return f"{value:,}"
    digits, exponent = f"{value:.3e}".split("e")
    return f"{float(digits):g}·10{str(int(exponent)).translate(_RAISED)}"


def percent(share: float) -> str:
    """A share in per cent, to a tenth; 100 only where it is the whole, 0 where it is nothing."""
    if 0 < share < 0.0005:
        return "under 0.1%"
    return "100%" if share == 1 else f"{min(share, 0.999):.1%}"


def length(value: float) -> str:
    """A length in samples, not a whole one: four digits, and nothing of what rounding left."""
    if abs(value) < 1e-9:
        return "0"
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 1000 else number(value)


def decibels(ratio: float) -> str:
    """A ratio of magnitudes in decibels, to a tenth."""
    if ratio <= 0:
        return "−∞ dB"
    return f"{20 * math.log10(ratio):.1f} dB".replace("-0.0", "0.0").replace("-", "−")


def signed(value: int) -> str:
    """A whole number relative to something: with its sign."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def power(value: float) -> str:
    """One digit and a power of ten, as "3·10⁻¹⁰", where that is shorter than the number."""
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(value) < 1e4:
        return number(value)
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa.replace('-', '−')}·10{str(int(exponent)).translate(_RAISED)}"


NAMES: Final = {
    "this stack": "This stack",
    "dense": "Dense",
    "plain dilated": "Plain dilated",
}
"""What a rival is called on a page."""

_FITS: Final = {"span": "equal span", "weights": "equal weights"}


def in_words(name: str, layers: int) -> str:
    """What a rival of so many layers is called in a sentence."""
    if name == "plain dilated":
        return "plain dilation"
    return "a dense kernel" if layers == 1 else "a dense stack"


def titled(name: str, weights: int) -> str:
    """A stack's name with what it costs to train."""
    return f"{NAMES[name]}: {counted(weights, 'weight')}"


def column_of(name: str, fit: str) -> str:
    """What heads the column of a stack: this one's, or that of a rival of this fit."""
    return NAMES[name] if name == "this stack" else f"{NAMES[name]}, {_FITS[fit]}"
