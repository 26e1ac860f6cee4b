"""Signal: what does the layer make of a signal?

section  the outputs of a section, in NumPy
window   one output looked at closely: the samples under the kernel, and their products
run      the layer run on a whole signal, and its check against `Conv1d` (needs torch)
"""

from pdviz.analysis.signal.section import section_output
from pdviz.analysis.signal.window import Window, window_at

__all__ = ["Window", "section_output", "window_at"]
