"""Training: how does the gradient reach the parameters, step by step?

targets    the input on an easy scale, and the wanted output
size       how many steps may be recorded of a kernel
variants   the modules that are trained (needs torch)
loop       the steps themselves (needs torch)
run        record_run: every step of a run, recorded (needs torch)
masking    do the gaps of a run with gradient masking stay at zero? (needs torch)
proofs     every number of a step by independent methods (needs torch)
"""

from pdviz.analysis.training.size import most_steps
from pdviz.analysis.training.targets import TARGETS, make_target, standardise

__all__ = ["TARGETS", "make_target", "most_steps", "standardise"]
