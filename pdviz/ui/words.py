"""Numbers as a page writes them."""


def number(value: float) -> str:
    """Four significant digits, with a real minus sign."""
    return f"{value:.4g}".replace("-", "−")


def counted(count: int, thing: str) -> str:
    """So many of a thing: "1 gap", "8 gaps"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
