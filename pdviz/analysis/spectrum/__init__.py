"""Spectrum: what does a kernel, or a stack, do to each frequency?

spectrum      spectrum and noise_gain
images        images of frequency 0, at their multiples and at their peaks
peaks         the peaks of a response, however narrow
response      the layers as filters, on a grid of frequencies
direct_sum    the response at any frequency
half_power    the half-power frequency
tap_sums      slow sums over the taps; for proofs
noise_proof   the noise gain by independent methods
proofs        every other number by independent methods
"""

from pdviz.analysis.spectrum.images import Images, images
from pdviz.analysis.spectrum.spectrum import Spectrum, in_unit, noise_gain, spectrum
from pdviz.limits import FLOOR

__all__ = ["FLOOR", "Images", "Spectrum", "images", "in_unit", "noise_gain", "spectrum"]
