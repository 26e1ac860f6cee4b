"""Effective receptive field: how much does each input count?

field               effective_field of chosen weights, expected_field of random ones
stretches           the shortest stretch that holds a share of the effect
draws               random weights and inputs
columns             theoretical and effective field, laid out for drawing
relu_gradients      gradients through ReLUs, by hand; for proofs
gradient_response   the response of a gradient; for proofs
agreement           proofs that two fields are the same
measured            the field by autograd, with ReLUs or without (needs torch)
proofs              every number by independent methods (needs torch)
"""

from pdviz.analysis.effective_field.closed_form import closed_form_std
from pdviz.analysis.effective_field.columns import ProfileColumns, column_width, profile_columns
from pdviz.analysis.effective_field.field import (
    MEASURES,
    EffectiveField,
    effective_field,
    expected_field,
)

__all__ = [
    "MEASURES",
    "EffectiveField",
    "ProfileColumns",
    "closed_form_std",
    "column_width",
    "effective_field",
    "expected_field",
    "profile_columns",
]
