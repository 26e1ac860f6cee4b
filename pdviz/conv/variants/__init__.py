"""The layer's variants: its transpose, and the layer that takes its input channels when called."""

from pdviz.conv.variants._transpose import (
    partially_dilated_conv_transpose1d as partially_dilated_conv_transpose1d,
)
from pdviz.conv.variants.lazy import LazyPartiallyDilatedConv1d as LazyPartiallyDilatedConv1d
from pdviz.conv.variants.transposed import (
    PartiallyDilatedConvTranspose1d as PartiallyDilatedConvTranspose1d,
)
