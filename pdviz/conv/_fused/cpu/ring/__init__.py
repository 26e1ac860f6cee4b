"""Streaming on the CPU: a ring buffer of samples, and compiled loops that read it at the taps."""

from pdviz.conv._fused.cpu.ring.ring import Ring as Ring
