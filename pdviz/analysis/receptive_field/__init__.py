"""Receptive field: which inputs does an output see, by how many paths, and with which holes?

field              receptive_field: extent, support, coverage and path counts of a stack
projective_field   the other direction: which outputs one input reaches
hybrid_dilation    the hybrid-dilation criterion
residues           how evenly the inputs are reached, modulo a number
columns            the field of every depth, laid out for drawing
reached_set        the support, as sets of bits
path_counts        the path counts, as products of polynomials
closed_form        extent, start and jump by a recurrence; for proofs
tap_windows        the support by prefix sums; for proofs
probe              real layers, differentiated and run; for proofs (needs torch)
proofs             every number by independent methods (needs torch)
"""

from pdviz.analysis.receptive_field.columns import FieldColumns, stack_columns
from pdviz.analysis.receptive_field.field import ReceptiveField, receptive_field, stack_fields
from pdviz.analysis.receptive_field.hybrid_dilation import hybrid_dilation
from pdviz.analysis.receptive_field.projective_field import ProjectiveField, projective_field

__all__ = [
    "FieldColumns",
    "ProjectiveField",
    "ReceptiveField",
    "hybrid_dilation",
    "projective_field",
    "receptive_field",
    "stack_columns",
    "stack_fields",
]
