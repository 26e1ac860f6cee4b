"""Streaming: the layer on samples as they come, with the outputs that the whole signal would have.

`init_state`, `step` and `flush` are pure functions; `Stream` runs a layer, or a stack of them.
"""

from pdviz.conv.streaming._steps import flush as flush
from pdviz.conv.streaming._steps import init_state as init_state
from pdviz.conv.streaming._steps import step as step
from pdviz.conv.streaming._stream import Stream as Stream
