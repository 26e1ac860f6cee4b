"""Rivals: how does a stack compare with dense and plain dilated ones?

rivals                   rivals of equal span or of equal weights, and compare
receptive_field_proofs   every number of the table of receptive fields
spectrum_proofs          every number of the table of frequency responses
"""

from pdviz.analysis.rivals.rivals import FITS, Comparison, Rival, compare, rivals

__all__ = ["FITS", "Comparison", "Rival", "compare", "rivals"]
