"""Numbers as a page writes them."""

import math


def number(value: float) -> str:
    """Four significant digits, with a real minus sign."""
    return f"{value:.4g}".replace("-", "−")


def counted(count: int, thing: str) -> str:
    """So many of a thing: "1 gap", "8 gaps"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def power(value: float) -> str:
    """One digit and a power of ten, as "3·10⁻¹⁰", where that is shorter than the number."""
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(value) < 1e4:
        return number(value)
    mantissa, exponent = f"{value:.0e}".split("e")
    digits = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.replace('-', '−')}·10{digits}"
