"""The signals that a convolution layer is run on: recorded ones and synthetic ones."""

from pdviz.signals.catalogue import SIGNALS as SIGNALS
from pdviz.signals.catalogue import load as load
from pdviz.signals.signal import Signal as Signal
