"""Partially dilated 1-D convolution: a dense island between dilated wings."""

from typing import TYPE_CHECKING, Any

from pdviz.pattern import Pattern as Pattern

if TYPE_CHECKING:
    from pdviz.conv import LazyPartiallyDilatedConv1d as LazyPartiallyDilatedConv1d
    from pdviz.conv import PartiallyDilatedConv1d as PartiallyDilatedConv1d
    from pdviz.conv import PartiallyDilatedConvTranspose1d as PartiallyDilatedConvTranspose1d
    from pdviz.conv import assemble_kernel as assemble_kernel
    from pdviz.conv import partially_dilated_conv1d as partially_dilated_conv1d

__version__ = "0.1.0"
__all__ = [
    "LazyPartiallyDilatedConv1d",
    "PartiallyDilatedConv1d",
    "PartiallyDilatedConvTranspose1d",
    "Pattern",
    "assemble_kernel",
    "partially_dilated_conv1d",
]


def __dir__() -> list[str]:
    """List the names that are imported when they are asked for, too."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import PyTorch when the layer is first asked for: a pattern alone does not need it."""
    if name in __all__:
        from pdviz import conv

        return getattr(conv, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
