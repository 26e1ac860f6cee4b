"""Signal: what does the layer make of a signal?

window   one output looked at closely: the samples under the kernel, and their products
run      the layer run on a whole signal, and its check against `Conv1d` (needs torch)
"""

from pdviz.analysis.signal.window import Window, window_at

__all__ = ["Window", "window_at"]
