"""The partially dilated convolution layer for PyTorch."""

from pdviz.conv._backends import lacking as lacking
from pdviz.conv._backends import native_backend as native_backend
from pdviz.conv._backends import prepare as prepare
from pdviz.conv._functional import assemble_kernel as assemble_kernel
from pdviz.conv._functional import partially_dilated_conv1d as partially_dilated_conv1d
from pdviz.conv._layer import PartiallyDilatedConv1d as PartiallyDilatedConv1d
from pdviz.conv.variants import LazyPartiallyDilatedConv1d as LazyPartiallyDilatedConv1d
from pdviz.conv.variants import PartiallyDilatedConvTranspose1d as PartiallyDilatedConvTranspose1d
