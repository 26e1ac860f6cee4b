"""Choices of the page Signal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pdviz import signals
from pdviz.limits import MAX_CHANNELS, MAX_SECTION, MAX_SIGNAL_LENGTH, MIN_SECTION
from pdviz.ui.state.rules import Device, OneOf, Whole, choice


@dataclass(frozen=True, slots=True)
class SignalView:
    """The signal, the section of it that is shown, and the device that the layer runs on.

    `start`, `samples` and `position` are in samples; `position` counts from the section's start.
    """

    name: str = choice("ecg", OneOf("Signal", signals.SIGNALS), key="signal")
    channel: int = choice(0, Whole("Channel", 0, MAX_CHANNELS - 1))
    start: int = choice(160, Whole("Section start", 0, MAX_SIGNAL_LENGTH - 1))
    samples: int = choice(360, Whole("Section length", MIN_SECTION, MAX_SECTION))
    position: int = choice(180, Whole("Position", 0, MAX_SECTION - 1))
    device: str = choice("cpu", Device("Device"))

    def opened(self, name: str) -> SignalView:
        """Choose another signal, at the section and position where something happens."""
        default = SignalView()
        start, samples, position = default.start, default.samples, default.position
        if name != default.name:
            length = signals.load(name).length
            samples = min(samples, length)
            start = (length - samples) // 2 if name in ("impulse", "step") else 0
            position = samples // 2
        return replace(self, name=name, start=start, samples=samples, position=position)

    def settled(self, seed: int) -> SignalView:
        """Keep channel, section and position within the signal, which `seed` may be part of."""
        signal = signals.load(self.name, seed)
        samples = min(self.samples, signal.length)
        return replace(
            self,
            channel=min(self.channel, len(signal.channels) - 1),
            samples=samples,
            start=min(self.start, signal.length - samples),
            position=min(self.position, samples - 1),
        )
