"""Sequences of unequal length in one batch, with missing samples, or too long for one piece.

`masked` is what the layer calls: `lengths` says where each sequence ends, `missing` which samples
are there. `stacks` carries both through several layers, and `chunks` runs them piece by piece.
"""

from pdviz.conv.sequences.checks import Lengths as Lengths
from pdviz.conv.sequences.checks import as_lengths as as_lengths
from pdviz.conv.sequences.chunks import chunked as chunked
from pdviz.conv.sequences.lengths import output_lengths as output_lengths
from pdviz.conv.sequences.masked import Missing as Missing
from pdviz.conv.sequences.masked import convolve_masked as convolve_masked
from pdviz.conv.sequences.missing import output_mask as output_mask
from pdviz.conv.sequences.stacks import masked as masked
