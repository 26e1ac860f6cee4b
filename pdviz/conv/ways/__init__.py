"""Other ways to a partially dilated kernel, to compare with the layer of compact parameters.

Each is a module with the layer's arguments that runs what a person would write in its place:

    DenseConv1d            one dense `Conv1d` of the same span: every gap is a tap
    SumConv1d              the sum of a dense and a dilated `Conv1d`: taps under both are held twice
    GradientMaskedConv1d   a dense `Conv1d` whose gap gradients are zeroed after they are computed
    MaskedConv1d           a dense weight, multiplied by the pattern's mask in every forward
"""

from pdviz.conv.ways.base import Alternative as Alternative
from pdviz.conv.ways.base import Options as Options
from pdviz.conv.ways.dense import DenseConv1d as DenseConv1d
from pdviz.conv.ways.masked import GradientMaskedConv1d as GradientMaskedConv1d
from pdviz.conv.ways.masked import MaskedConv1d as MaskedConv1d
from pdviz.conv.ways.summed import SumConv1d as SumConv1d
